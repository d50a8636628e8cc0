//! The verbs: set the criteria, score, hand in, declare a conflict, agree.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::criteria::{self, CriteriaForm, Criterion};
use super::scores::{self, Score, SheetForm};
use super::store::{self, Agreement, Sheet};
use crate::accounts::Locale;
use crate::audit::{self, Event, digest};
use crate::challenges::{self, Brief as Challenge, ChallengeId};
use crate::db::{Json, Timestamp};
use crate::failure::Failure;
use crate::fields::{self, Invalid};
use crate::policy::{self, Action};
use crate::proposals::{self, Brief, ProposalId};
use crate::services::Deed;

/// Characters of the reason of a conflict.
pub(super) const REASON: usize = 500;

/// Why a reader must not judge.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PanelConflictForm, example = json!({"reason": "親族が勤務しているため"}))]
pub struct ConflictForm {
    /// 1 to 500 characters; for the municipality only.
    #[schema(value_type = String)]
    pub reason: Option<String>,
}

/// Whether the criteria can still be changed at `now`: before anybody could read what they judge.
pub(super) fn are_free(brief: &Challenge, now: Timestamp) -> bool {
    use challenges::Status::{Draft, InReview, Open, Returned};
    let before = matches!(brief.status, Draft | InReview | Returned | Open);
    before && brief.closes_at.is_none_or(|end| brief.status != Open || now < end)
}

/// Sets what the proposals to a challenge are judged by.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `Invalid`; `Conflict` (`criteria_locked`) from the deadline on.
pub(super) fn set_criteria(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: i32,
    form: &CriteriaForm,
) -> Result<(), Failure> {
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, id)?;
    policy::require(&by, Action::See, &brief.subject)?;
    policy::require(&by, Action::Submit, &brief.subject)?;
    let instant = deed.database_now()?;
    if !are_free(&brief, instant) {
        return Err(Failure::Conflict("criteria_locked"));
    }
    let criteria = form.parse()?;
    let (before, current) = store::criteria(deed.conn(), id)?;
    if version != current {
        return Err(Failure::Stale { current });
    }
    let now = deed.now();
    store::set_criteria(deed.conn(), id, version, &criteria, now)?;
    let event = Event::new("panel.criteria", "challenge", id.0)
        .in_prefecture(brief.subject.prefecture)
        .change(json!({"criteria": before}), json!({"criteria": criteria}));
    audit::record(deed, event)
}

/// The proposal and its criteria, once the caller may judge it now.
fn begin(deed: &mut Deed<'_>, id: ProposalId) -> Result<(Brief, Vec<Criterion>), Failure> {
    let by = deed.by().clone();
    let brief = proposals::brief(deed.conn(), &by, id)?;
    policy::require(&by, Action::See, &brief.subject)?;
    policy::require(&by, Action::Judge, &brief.subject)?;
    if !proposals::Status::WAITING.contains(&brief.status) {
        return Err(Failure::Conflict("proposal_decided"));
    }
    let (set, _) = store::criteria(deed.conn(), brief.challenge)?;
    Ok((brief, criteria::in_force(set, Locale::Ja)))
}

/// An act of the panel; the trail of the municipality alone shows it, and what was thought only as a hash.
fn record(
    deed: &mut Deed<'_>,
    action: &'static str,
    id: ProposalId,
    after: serde_json::Value,
) -> Result<(), Failure> {
    audit::record(deed, Event::new(action, "proposal", id.0).change(None, after))
}

fn hash(scores: &[Score], remark: &str) -> Result<String, Failure> {
    Ok(digest(&serde_json::to_string(&(scores, remark)).map_err(Failure::internal)?))
}

/// Keeps the reader's own sheet; `hand_in` says that it is done.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `Invalid`; `Conflict`: `sheet_handed_in`, `proposal_decided`.
pub(super) fn keep_sheet(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: i32,
    form: &SheetForm,
    hand_in: bool,
) -> Result<(), Failure> {
    let (_, criteria) = begin(deed, id)?;
    let member = deed.by().member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let before = store::sheet(deed.conn(), id, member)?;
    if before.as_ref().is_some_and(|sheet| sheet.handed_in_at.is_some()) {
        return Err(Failure::Conflict("sheet_handed_in"));
    }
    let current = before.map_or(0, |sheet| sheet.version);
    if version != current {
        return Err(Failure::Stale { current });
    }
    let (scores, remark) = form.parse(criteria.len())?;
    if hand_in {
        scores::complete(&scores, criteria.len())?;
    }
    let now = deed.now();
    let after = json!({"sheet": hash(&scores, &remark)?, "version": version.saturating_add(1)});
    let sheet = Sheet {
        proposal_id: id,
        member_id: member,
        scores: Json(scores),
        remark,
        handed_in_at: hand_in.then_some(now),
        version: version.saturating_add(1),
        updated_at: now,
    };
    store::keep_sheet(deed.conn(), version, &sheet)?;
    record(deed, if hand_in { "panel.hand-in" } else { "panel.score" }, id, after)
}

/// Says that the reader has an interest in this proposal: from now on it is neither read nor scored by this reader.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict` (`proposal_decided`).
pub(super) fn declare_conflict(
    deed: &mut Deed<'_>,
    id: ProposalId,
    form: &ConflictForm,
) -> Result<(), Failure> {
    begin(deed, id)?;
    let member = deed.by().member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let reason = fields::prose(form.reason.as_deref().unwrap_or_default(), REASON);
    let reason =
        reason.and_then(|text| if text.is_empty() { Err(Invalid::new("required")) } else { Ok(text) });
    let reason = reason.map_err(|invalid| Failure::field("/reason", invalid))?;
    let now = deed.now();
    if store::declare_conflict(deed.conn(), id, member, &reason, now)? {
        record(deed, "panel.declare-conflict", id, json!({"reason": digest(&reason)}))?;
    }
    Ok(())
}

/// Writes down what the panel agrees on, beside the sheets. By whoever has handed in a sheet.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `Invalid`; `Conflict`: `sheet_first`, `proposal_decided`.
pub(super) fn agree(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: i32,
    form: &SheetForm,
) -> Result<(), Failure> {
    let (_, criteria) = begin(deed, id)?;
    let member = deed.by().member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let own = store::sheet(deed.conn(), id, member)?;
    if own.is_none_or(|sheet| sheet.handed_in_at.is_none()) {
        return Err(Failure::Conflict("sheet_first"));
    }
    let current = store::agreement(deed.conn(), id)?.map_or(0, |agreement| agreement.version);
    if version != current {
        return Err(Failure::Stale { current });
    }
    let (scores, remark) = form.parse(criteria.len())?;
    scores::complete(&scores, criteria.len())?;
    let now = deed.now();
    let after = json!({"agreement": hash(&scores, &remark)?});
    let agreement = Agreement {
        proposal_id: id,
        scores: Json(scores),
        remark,
        agreed_by: Some(member),
        version: version.saturating_add(1),
        updated_at: now,
    };
    store::keep_agreement(deed.conn(), version, &agreement)?;
    record(deed, "panel.agree", id, after)
}
