//! What a municipality answers: shortlist, select, decline. Every proposal ends with a reason and a word.

use diesel::prelude::*;
use serde_json::json;

use super::{begin, next_status};
use crate::audit::{self, Event, digest};
use crate::challenges::ChallengeId;
use crate::db::schema::proposals;
use crate::failure::Failure;
use crate::matches::{self, Origin, Ranking};
use crate::policy::Actor;
use crate::proposals::form::{AnswerForm, Said};
use crate::proposals::store::{self, Known, Proposal};
use crate::proposals::{ProposalId, ReasonCode, Status, Step, letters};
use crate::services::Deed;

/// Puts a proposal on the shortlist.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid`.
pub(in crate::proposals) fn shortlist(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: Option<i32>,
    form: &AnswerForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Shortlist, version)?;
    let said = form.parse(Step::Shortlist)?;
    answer(deed, &known, Step::Shortlist, said, None)
}

/// Says no, with reason and feedback.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid`.
pub(in crate::proposals) fn decline(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: Option<i32>,
    form: &AnswerForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Decline, version)?;
    let said = form.parse(Step::Decline)?;
    answer(deed, &known, Step::Decline, said, None)
}

/// Chooses a proposal: its main solution and the challenge become an introduced match.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid`.
pub(in crate::proposals) fn select(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    id: ProposalId,
    version: Option<i32>,
    form: &AnswerForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Select, version)?;
    let said = form.parse(Step::Select)?;
    let submitted = store::latest(deed.conn(), &known.row)?.ok_or(Failure::NotFound)?.read()?;
    let main = submitted.content.solutions.first().copied();
    let main = main.ok_or_else(|| Failure::internal("a submitted proposal without a solution"))?;
    let made = matches::from_agreement(deed, ranking, (known.row.challenge_id, main), Origin::Proposal)?;
    answer(deed, &known, Step::Select, said, Some(made))
}

fn answer(
    deed: &mut Deed<'_>,
    known: &Known,
    step: Step,
    said: Said,
    made: Option<matches::MatchId>,
) -> Result<Known, Failure> {
    let (by, now) = (deed.by().clone(), deed.now());
    let mut next = Proposal {
        status: next_status(deed, known, step)?,
        reason_code: said.reason,
        feedback: said.feedback,
        decided_at: (step != Step::Shortlist).then_some(now),
        match_id: made,
        ..known.row.clone()
    };
    store::update(deed.conn(), &known.row, &mut next, now)?;
    let action = match step {
        Step::Shortlist => "proposal.shortlist",
        Step::Select => "proposal.select",
        _ => "proposal.decline",
    };
    let event =
        Event::new(action, "proposal", next.id.0).in_prefecture(known.brief.subject.prefecture).change(
            json!({"status": known.row.status}),
            json!({
                "status": next.status,
                "reason_code": next.reason_code,
                "feedback": next.feedback.as_deref().map(digest),
                "match": next.match_id,
            }),
        );
    audit::record(deed, event)?;
    let known = store::find(deed.conn(), &by, next.id)?;
    letters::answered(deed, &known)?;
    Ok(known)
}

/// The challenge was withdrawn: what was submitted ends with that, still sealed, and its proposers are told.
///
/// # Errors
/// `Internal` when the database fails.
pub fn call_withdrawn(deed: &mut Deed<'_>, challenge: ChallengeId, reason: &str) -> Result<(), Failure> {
    let waiting: Vec<ProposalId> = proposals::table
        .filter(proposals::challenge_id.eq(challenge))
        .filter(proposals::status.eq_any(Status::WAITING))
        .order(proposals::id)
        .select(proposals::id)
        .load(deed.conn())?;
    let now = deed.now();
    for id in waiting {
        let known = store::lock(deed.conn(), &Actor::system(), id)?;
        let mut next = Proposal {
            status: Status::Declined,
            reason_code: Some(ReasonCode::CallWithdrawn),
            feedback: Some(reason.to_owned()),
            decided_at: Some(now),
            ..known.row.clone()
        };
        store::update(deed.conn(), &known.row, &mut next, now)?;
        let after = json!({"status": next.status, "reason_code": next.reason_code});
        audit::record(deed, Event::new("proposal.end", "proposal", id.0).unnamed().change(None, after))?;
        let known = store::find(deed.conn(), &Actor::system(), id)?;
        letters::answered(deed, &known)?;
    }
    Ok(())
}
