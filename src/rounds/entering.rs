//! Which challenges take part in a round.

use chrono::NaiveDate;
use serde_json::json;

use super::RoundId;
use super::states::Status;
use super::store::{self, Round};
use super::windows::{WindowKind, WindowState};
use crate::audit;
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::policy::{self, Action};
use crate::services::Deed;

/// Puts a challenge into a round of its bureau while the window of challenges is open. A challenge without a deadline
/// takes the last day for proposals of the round.
///
/// # Errors
/// `Invalid` at `/challenge_id` for one that the caller may not see; `Forbidden`; `Conflict`: `round_elsewhere` (of another bureau),
/// `round_window_closed`, `challenge_in_round`, `challenge_over`; `Invalid` at `/proposals_due` for a deadline outside the round's
/// window; those of the amendment of an open challenge.
pub fn enter(deed: &mut Deed<'_>, id: RoundId, challenge: ChallengeId) -> Result<(), Failure> {
    let round = store::lock(deed.conn(), id)?;
    policy::require(deed.by(), Action::See, &round.subject())?;
    let brief = named(deed, challenge)?;
    policy::require(deed.by(), Action::Edit, &brief.subject)?;
    let now = deed.now();
    if brief.place.bureau().as_str() != round.bureau {
        return Err(Failure::Conflict("round_elsewhere"));
    }
    if !round.is_open(WindowKind::Challenges, now) {
        return Err(Failure::Conflict("round_window_closed"));
    }
    if matches!(
        brief.status,
        challenges::Status::Closed
            | challenges::Status::Decided
            | challenges::Status::Archived
            | challenges::Status::Withdrawn
    ) {
        return Err(Failure::Conflict("challenge_over"));
    }
    let days = round.days(WindowKind::Proposals);
    match brief.content.proposals_due {
        Some(due) if !days.hold(due) => return Err(outside(&round).into()),
        Some(_) => {}
        None => challenges::set_deadline(deed, challenge, days.to)?,
    }
    let by = deed.by().member().map(|member| member.member);
    if !store::enter(deed.conn(), (id, challenge), by, now)? {
        return Err(Failure::Conflict("challenge_in_round"));
    }
    let event = audit::Event::new("round.enter", "round", id.0)
        .in_prefecture(round.prefecture())
        .change(None, json!({"challenge": challenge}));
    audit::record(deed, event)
}

/// The challenge that was named in a body, if the caller may see it.
fn named(deed: &mut Deed<'_>, id: ChallengeId) -> Result<Brief, Failure> {
    let unknown = || Failure::field("/challenge_id", Invalid::new("no_such_challenge"));
    let by = deed.by().clone();
    let brief = match challenges::brief(deed.conn(), &by, id) {
        Err(Failure::NotFound) => return Err(unknown()),
        other => other?,
    };
    if policy::allows(&by, Action::See, &brief.subject) { Ok(brief) } else { Err(unknown()) }
}

/// Takes a challenge out of a round: its municipality while the window of challenges is open, the bureau until the round
/// is over.
///
/// # Errors
/// `NotFound` when it is not in this round; `Forbidden`; `Conflict` (`round_window_closed`).
pub fn leave(deed: &mut Deed<'_>, id: RoundId, challenge: ChallengeId) -> Result<(), Failure> {
    let round = store::lock(deed.conn(), id)?;
    policy::require(deed.by(), Action::See, &round.subject())?;
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, challenge)?;
    policy::require(&by, Action::See, &brief.subject)?;
    let runs = policy::allows(&by, Action::RunRound, &round.subject());
    if !runs {
        policy::require(&by, Action::Edit, &brief.subject)?;
    }
    let open = if runs {
        round.status == Status::Announced
    } else {
        round.is_open(WindowKind::Challenges, deed.now())
    };
    if !open {
        return Err(Failure::Conflict("round_window_closed"));
    }
    if !store::leave(deed.conn(), id, challenge)? {
        return Err(Failure::NotFound);
    }
    let event = audit::Event::new("round.leave", "round", id.0)
        .in_prefecture(round.prefecture())
        .change(json!({"challenge": challenge}), None);
    audit::record(deed, event)
}

/// The challenges of a round, in the order in which they came in.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn challenges_of(conn: &mut DbConn, id: RoundId) -> Result<Vec<ChallengeId>, Failure> {
    store::challenges_of(conn, id)
}

/// Whether a challenge may have this deadline: one that takes part in a round that is not over has it within the
/// round's window of proposals.
///
/// # Errors
/// `Invalid` at `/proposals_due`: `due_outside_round` (from, to).
pub fn within_window(
    conn: &mut DbConn,
    challenge: ChallengeId,
    due: Option<NaiveDate>,
) -> Result<(), Failure> {
    let Some(round) = store::of_challenge(conn, challenge)? else { return Ok(()) };
    let days = round.days(WindowKind::Proposals);
    if round.status != Status::Announced || due.is_some_and(|due| days.hold(due)) {
        return Ok(());
    }
    Err(outside(&round).into())
}

fn outside(round: &Round) -> FieldErrors {
    let days = round.days(WindowKind::Proposals);
    let refusal = Invalid::new("due_outside_round").with("from", days.from).with("to", days.to);
    FieldErrors::one("/proposals_due", refusal)
}

/// Whether a municipality could put a challenge into the round now.
pub(super) fn takes_challenges(round: &Round, now: crate::db::Timestamp) -> bool {
    round.status == Status::Announced && round.days(WindowKind::Challenges).state(now) == WindowState::Open
}
