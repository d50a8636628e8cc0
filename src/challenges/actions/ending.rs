//! The way out of the public: extend, close, withdraw, decide, archive.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::writing::keep_version;
use super::{RemarkForm, begin, finish};
use crate::audit;
use crate::challenges::ChallengeId;
use crate::challenges::form;
use crate::challenges::letters::{self, Note};
use crate::challenges::states::{Outcome, Step};
use crate::challenges::store::{Ending, Known};
use crate::db::Json;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::proposals;
use crate::rounds;
use crate::services::Deed;
use crate::watches::{self, About, Happening};

/// A later deadline.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeExtension, example = json!({"proposals_due": "2027-02-26", "reason": "年度末の繁忙を避けるため"}))]
pub struct ExtensionForm {
    /// The new last day for proposals, after the one that holds.
    #[schema(value_type = String, format = Date)]
    pub proposals_due: Option<String>,
    /// Why, up to 1,000 characters.
    pub reason: Option<String>,
}

/// What came of a challenge.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeDecisionForm, example = json!({"outcome": "matched", "reason": "実証に進むため"}))]
pub struct DecisionForm {
    /// `matched`, `none_suitable` or `cancelled`.
    #[schema(value_type = Outcome)]
    pub outcome: Option<String>,
    /// Why, 1 to 1,000 characters.
    pub reason: Option<String>,
}

/// Moves the deadline of an open challenge back: a published change, told to everyone who watches.
///
/// # Errors
/// `Conflict` when it has no deadline; `Invalid`, `Stale`, `IllegalStep`, and those of the policy.
pub fn extend(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: Option<i32>,
    form: &ExtensionForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Extend, version)?;
    let current = known.challenge.proposals_due.ok_or(Failure::Conflict("no_deadline"))?;
    let today = deed.now().japan_date();
    let reason = RemarkForm { comment: None, reason: form.reason.clone() }.optional("/reason")?;
    let due = form::later_deadline(form.proposals_due.as_deref(), current, today)
        .map_err(|invalid| Failure::field("/proposals_due", invalid))?;
    rounds::within_window(deed.conn(), id, Some(due))?;
    let mut content = known.challenge.content.0.clone();
    content.proposals_due = Some(due);
    let mut next = known.challenge.clone();
    next.take(content, deed.now());
    next.amendment = next.amendment.saturating_add(1);
    let details = json!({"proposals_due": [current, due]});
    let known = finish(deed, known, next, ("challenge.extend", Step::Extend), details)?;
    keep_version(deed, &known.challenge, reason.as_deref().unwrap_or_default())?;
    let note = reason.as_deref().map_or(Note::Ours("challenges.note.extended"), Note::Said);
    letters::amended(deed, &known, Happening::DeadlineChanged, &note)?;
    Ok(known)
}

/// Closes an open challenge before its deadline, or one that has none.
///
/// # Errors
/// `Stale`, `IllegalStep`, and those of the policy.
pub fn close(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: Option<i32>,
    remark: &RemarkForm,
) -> Result<Known, Failure> {
    let reason = remark.optional("/reason")?;
    let known = begin(deed, id, Step::Close, version)?;
    let mut next = known.challenge.clone();
    next.closed_at = Some(deed.now());
    let details = json!({"by": "owner", "reason": reason.as_deref().map(audit::digest)});
    let known = finish(deed, known, next, ("challenge.close", Step::Close), details)?;
    watches::happened(deed, About::Challenge(id), Happening::Closed, "")?;
    Ok(known)
}

/// Takes an open challenge back from the public, with the reason.
///
/// # Errors
/// `Invalid` without a reason; `Stale`, `IllegalStep`, and those of the policy.
pub fn withdraw(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: Option<i32>,
    remark: &RemarkForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Withdraw, version)?;
    let reason = remark.required("/reason")?;
    let mut next = known.challenge.clone();
    next.closed_at = Some(deed.now());
    let details = json!({"reason": audit::digest(&reason)});
    next.decision = Some(Json(Ending { outcome: None, reason: reason.clone(), at: deed.now() }));
    let known = finish(deed, known, next, ("challenge.withdraw", Step::Withdraw), details)?;
    proposals::call_withdrawn(deed, id, &reason)?;
    Ok(known)
}

/// Says what came of a closed challenge, and why; not while a proposal waits for its answer.
///
/// # Errors
/// `Conflict` (`proposals_unanswered`); `Invalid`, `Stale`, `IllegalStep`, and those of the policy.
pub fn decide(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: Option<i32>,
    form: &DecisionForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Decide, version)?;
    let (outcome, reason) = decision(form)?;
    if proposals::unanswered(deed.conn(), id)? > 0 {
        return Err(Failure::Conflict("proposals_unanswered"));
    }
    let mut next = known.challenge.clone();
    let details = json!({"outcome": outcome, "reason": audit::digest(&reason)});
    next.decision = Some(Json(Ending { outcome: Some(outcome), reason, at: deed.now() }));
    let known = finish(deed, known, next, ("challenge.decide", Step::Decide), details)?;
    watches::happened(deed, About::Challenge(id), Happening::Decided, "")?;
    Ok(known)
}

fn decision(form: &DecisionForm) -> Result<(Outcome, String), FieldErrors> {
    let mut errors = FieldErrors::new();
    let outcome = form.outcome.as_deref().ok_or_else(|| Invalid::new("required")).and_then(Outcome::parse);
    let outcome = errors.keep("/outcome", outcome);
    let reason = errors.keep("/reason", form::note(form.reason.as_deref()));
    match (outcome, reason) {
        (Some(outcome), Some(reason)) => Ok((outcome, reason)),
        _ => Err(errors),
    }
}

/// Puts a decided challenge away.
///
/// # Errors
/// `Stale`, `IllegalStep`, and those of the policy.
pub fn archive(deed: &mut Deed<'_>, id: ChallengeId, version: Option<i32>) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Archive, version)?;
    let next = known.challenge.clone();
    finish(deed, known, next, ("challenge.archive", Step::Archive), json!({}))
}
