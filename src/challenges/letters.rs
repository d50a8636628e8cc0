//! What is told to whom about a challenge. The words stand in the locale files of the mails.

use super::store::{self, Known};
use crate::accounts::Role;
use crate::failure::Failure;
use crate::notices::{self, Kind, Letter, Link};
use crate::proposals;
use crate::services::Deed;
use crate::watches::{self, About, Happening};

fn letter(kind: Kind, known: &Known) -> Result<Letter, Failure> {
    let challenge = &known.challenge;
    let page = Link::Page(format!("/challenges/{}", challenge.id));
    let place = challenge.place()?.municipality();
    Ok(Letter::new(kind, ("challenge", challenge.id.0), page)
        .with("title", challenge.title.clone())
        .of_municipality(place.full_name_ja(), place.full_name_en()))
}

fn tell_owner(deed: &mut Deed<'_>, known: &Known, letter: &Letter) -> Result<(), Failure> {
    notices::tell_organization(deed, known.challenge.organization_id, Role::Editor, letter)
}

/// Your challenge came back with comments.
pub(super) fn returned(deed: &mut Deed<'_>, known: &Known, comment: &str) -> Result<(), Failure> {
    let letter = letter(Kind::ChallengeReturned, known)?.with("comment", comment);
    tell_owner(deed, known, &letter)
}

/// Your challenge is open.
pub(super) fn published(deed: &mut Deed<'_>, known: &Known, comment: Option<&str>) -> Result<(), Failure> {
    let letter = letter(Kind::ChallengePublished, known)?;
    let letter = match known.challenge.proposals_due {
        Some(day) => letter.with("due", day.to_string()),
        None => letter.with("due_key", "challenges.due.none"),
    };
    let letter = match comment {
        Some(comment) => letter.with("comment", comment),
        None => letter.with("comment_key", "challenges.comment.none"),
    };
    tell_owner(deed, known, &letter)
}

/// Your challenge closes in three days.
pub(super) fn closing_soon(deed: &mut Deed<'_>, known: &Known) -> Result<(), Failure> {
    let due = known.challenge.proposals_due.map(|day| day.to_string()).unwrap_or_default();
    let letter = letter(Kind::ChallengeClosingSoon, known)?.with("due", due);
    tell_owner(deed, known, &letter)
}

/// What was amended: the municipality's own words, or the key of ours for an extension without any.
pub(super) enum Note<'n> {
    /// What the municipality wrote.
    Said(&'n str),
    /// `challenges.note.<key>` in the locale files.
    Ours(&'static str),
}

/// A challenge was amended: told to its own people, to the vendors that were introduced to it and to those that propose.
pub(super) fn amended(
    deed: &mut Deed<'_>,
    known: &Known,
    what: Happening,
    note: &Note<'_>,
) -> Result<(), Failure> {
    let about = About::Challenge(known.challenge.id);
    watches::happened(deed, about, what, known.challenge.amendment)?;
    let letter = letter(Kind::ChallengeAmended, known)?;
    let letter = match note {
        Note::Said(note) => letter.with("note", *note),
        Note::Ours(key) => letter.with("note_key", *key),
    };
    tell_owner(deed, known, &letter)?;
    let mut readers = proposals::involved(deed.conn(), known.challenge.id)?;
    readers.extend(store::watching_vendors(deed.conn(), known.challenge.id)?);
    for vendor in readers {
        notices::tell_organization(deed, vendor, Role::Editor, &letter)?;
    }
    Ok(())
}
