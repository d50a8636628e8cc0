//! Asking the municipality, and what it answers with its link.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{EntryAnswer, store};
use crate::accounts::links::{self, Dead, Purpose};
use crate::accounts::{Role, Secret};
use crate::audit;
use crate::challenges::ChallengeId;
use crate::challenges::actions::finish;
use crate::challenges::states::{Status, Step};
use crate::challenges::store::{self as challenges, Known};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::{self, Email, FieldErrors, Invalid};
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::{self, Action, Actor};
use crate::reference::Bureau;
use crate::services::Deed;

/// Characters of a comment.
const COMMENT: usize = 1_000;
/// The page behind the mailed link.
const PAGE: &str = "/challenge-confirmation";

/// What a municipality says of a challenge that was entered for it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeEntryAnswerForm, example = json!({
    "token": "dGhlIHRva2VuIG9mIHRoZSBtYWlsZWQgbGluayAuLi4", "answer": "confirm"
}))]
pub struct EntryAnswerForm {
    /// The token of the mailed link.
    pub token: Option<String>,
    /// `confirm` or `refuse`.
    #[schema(value_type = EntryAnswer)]
    pub answer: Option<String>,
    /// For the bureau, up to 1,000 characters.
    pub comment: Option<String>,
}

impl EntryAnswerForm {
    fn parse(&self) -> Result<(Secret, EntryAnswer, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::new();
        let required = || Invalid::new("required");
        let token = self.token.as_deref().map_or_else(|| Err(required()), Secret::parse);
        let token = errors.keep("/token", token);
        let answer = self.answer.as_deref().map_or_else(|| Err(required()), EntryAnswer::parse);
        let answer = errors.keep("/answer", answer);
        let comment = fields::prose(self.comment.as_deref().unwrap_or_default(), COMMENT);
        let comment = errors.keep("/comment", comment);
        match (token, answer, errors.is_empty()) {
            (Some(token), Some(answer), true) => Ok((token, answer, comment.filter(|text| !text.is_empty()))),
            _ => Err(errors),
        }
    }
}

/// Asks the municipality about a challenge that somebody else submits for it; what it submits itself is confirmed by that.
///
/// # Errors
/// `Internal` when a row cannot be written.
pub(in crate::challenges) fn ask(deed: &mut Deed<'_>, known: &Known) -> Result<(), Failure> {
    let challenge = &known.challenge;
    let by = deed.by().member().map(|member| member.organization);
    let Some(bureau) = by.filter(|by| challenge.on_behalf_of && *by != challenge.organization_id) else {
        return Ok(());
    };
    links::revoke(deed, Purpose::ChallengeConfirmation, challenge.id.0)?;
    let now = deed.now();
    store::ask(deed.conn(), challenge.id, bureau, now)?;
    for (member, email) in store::editors(deed.conn(), challenge.organization_id)? {
        let email = Email::parse(&email).map_err(Failure::internal)?;
        let token = links::make(deed, Purpose::ChallengeConfirmation, challenge.id.0, &email)?;
        let mut letter = letter(Kind::ConfirmChallenge, known, Link::Secret { path: PAGE, token })?
            .with("summary", challenge.content.0.summary.clone());
        if let Ok(bureau) = Bureau::parse(&challenge.bureau) {
            letter = letter.with("bureau_ja", bureau.name_ja()).with("bureau_en", bureau.name_en());
        }
        notices::tell(deed, member, &letter)?;
    }
    let event = audit::Event::new("challenge.ask_municipality", "challenge", challenge.id.0)
        .in_prefecture(challenge.prefecture_code());
    audit::record(deed, event)
}

fn letter(kind: Kind, known: &Known, link: Link) -> Result<Letter, Failure> {
    let challenge = &known.challenge;
    Ok(Letter::new(kind, ("challenge", challenge.id.0), link)
        .with("title", challenge.title.clone())
        .with("municipality", challenge.place()?.municipality().full_name_ja()))
}

/// Keeps a challenge from being published before its municipality has said that it wants it.
///
/// # Errors
/// `Conflict` (`entry_not_confirmed`).
pub(in crate::challenges) fn ensure_confirmed(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    match store::find(deed.conn(), id)? {
        Some(entry) if entry.answer != Some(EntryAnswer::Confirm) => {
            Err(Failure::Conflict("entry_not_confirmed"))
        }
        _ => Ok(()),
    }
}

/// What a link asks about, without using it.
///
/// # Errors
/// `Internal` when rows cannot be read; the inner [`Dead`] when the link does not act.
pub(super) fn asked(
    conn: &mut DbConn,
    now: Timestamp,
    token: &Secret,
) -> Result<Result<Known, Dead>, Failure> {
    let target = match links::peek(conn, now, Purpose::ChallengeConfirmation, token)? {
        Ok(target) => target,
        Err(dead) => return Ok(Err(dead)),
    };
    challenges::find(conn, &Actor::system(), ChallengeId(target.subject)).map(Ok)
}

/// Takes an answer: the link is used up, a refused challenge is a draft again, the bureau is told.
///
/// # Errors
/// `Invalid` with every wrong field, at `/token` for a link that does not act or whose question was answered.
pub fn answer(deed: &mut Deed<'_>, form: &EntryAnswerForm) -> Result<(), Failure> {
    let (token, answer, comment) = form.parse()?;
    let target = links::redeem(deed, Purpose::ChallengeConfirmation, &token)?;
    let id = ChallengeId(target.subject);
    let known = challenges::lock(deed.conn(), &Actor::system(), id)?;
    policy::require(deed.by(), Action::ConfirmEntry, &known.subject())?;
    let entry = store::find(deed.conn(), id)?.ok_or(Dead::Unknown)?;
    let now = deed.now();
    if !store::answer(deed.conn(), id, (answer, comment.as_deref()), now)? {
        return Err(Dead::Used.into());
    }
    // One answer speaks for the whole municipality.
    links::revoke(deed, Purpose::ChallengeConfirmation, id.0)?;
    let event = audit::Event::new("challenge.answer_entry", "challenge", id.0)
        .in_prefecture(known.challenge.prefecture_code())
        .change(None, json!({"answer": answer, "comment": comment.as_deref().map(audit::digest)}));
    audit::record(deed, event)?;
    let link = Link::Page(format!("/challenges/{id}"));
    let told = letter(Kind::ChallengeAnswered, &known, link)?
        .with("answer_key", format!("challenges.entry.{answer}"));
    let told = match comment {
        Some(comment) => told.with("comment", comment),
        None => told.with("comment_key", "challenges.comment.none"),
    };
    if answer == EntryAnswer::Refuse && known.challenge.status == Status::InReview {
        let mut next = known.challenge.clone();
        next.submitted_at = None;
        finish(deed, known, next, ("challenge.recall", Step::Recall), json!({"by": "municipality"}))?;
    }
    notices::tell_organization(deed, entry.bureau_id, Role::Editor, &told)
}
