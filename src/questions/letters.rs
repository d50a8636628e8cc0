//! What is told to whom about questions. Nothing here names an asker.

use super::store::{self, Question};
use crate::accounts::{Locale, Role};
use crate::challenges::{self, Brief};
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::notices::{self, Kind, Letter, Link};
use crate::proposals;
use crate::services::Deed;
use crate::watches::{self, About, Happening};
use crate::web::formats;

fn letter(kind: Kind, brief: &Brief, municipality: String) -> Letter {
    let page = Link::Page(format!("/challenges/{}/questions", brief.id));
    Letter::new(kind, ("challenge", brief.id.0), page)
        .with("title", brief.title.clone())
        .with("municipality", municipality)
}

fn to_owner(deed: &mut Deed<'_>, brief: &Brief, letter: &Letter) -> Result<(), Failure> {
    notices::tell_organization(deed, brief.owner, Role::Editor, letter)
}

/// Your challenge got a question.
pub(super) fn asked(deed: &mut Deed<'_>, brief: &Brief, question: &Question) -> Result<(), Failure> {
    let letter =
        letter(Kind::QuestionAsked, brief, brief.municipality_name()).with("question", &question.body);
    to_owner(deed, brief, &letter)
}

/// A question was answered: told to everyone who asked on the challenge, or watches it.
pub(super) fn answered(deed: &mut Deed<'_>, brief: &Brief, question: &Question) -> Result<(), Failure> {
    let letter = letter(Kind::QuestionAnswered, brief, brief.name_for_outsiders())
        .with("question", &question.body)
        .with("answer", question.answer.as_deref().unwrap_or_default());
    watches::happened(deed, About::Challenge(brief.id), Happening::Answered, question.id)?;
    let mut readers = store::askers(deed.conn(), brief.id)?;
    readers.extend(challenges::watching_vendors(deed.conn(), brief.id)?);
    readers.extend(proposals::involved(deed.conn(), brief.id)?);
    for vendor in readers {
        notices::tell_organization(deed, vendor, Role::Editor, &letter)?;
    }
    Ok(())
}

/// Your question was hidden.
pub(super) fn hidden(
    deed: &mut Deed<'_>,
    brief: &Brief,
    question: &Question,
    reason: &str,
) -> Result<(), Failure> {
    let letter = letter(Kind::QuestionHidden, brief, brief.name_for_outsiders())
        .with("question", &question.body)
        .with("reason", reason);
    notices::tell_organization(deed, question.organization_id, Role::Editor, &letter)
}

/// Questions on your challenge wait.
pub(super) fn unanswered(
    deed: &mut Deed<'_>,
    brief: &Brief,
    count: usize,
    since: Timestamp,
) -> Result<(), Failure> {
    let day = |locale| formats::date(locale, since.japan_date());
    let letter = letter(Kind::QuestionsUnanswered, brief, brief.municipality_name())
        .with("count", count.to_string())
        .with("since_ja", day(Locale::Ja))
        .with("since_en", day(Locale::En));
    to_owner(deed, brief, &letter)
}
