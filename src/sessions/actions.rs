//! The verbs of a session. Each is one deed: policy, state, row, audit, notices.

use serde_json::{Value, json};

use super::states::{Source, Status, Step};
use super::store::{self, Session, Slot};
use super::{RoundSessionId, SlotId, letters, plan, view};
use crate::audit;
use crate::challenges::ChallengeId;
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::matches::{self, Ranking};
use crate::policy::{self, Action};
use crate::rounds::{self, Round, RoundId};
use crate::services::Deed;
use crate::solutions::SolutionId;

/// The session with its round, its row locked, once the caller may run it, from this version, in this state.
fn holding(
    deed: &mut Deed<'_>,
    id: RoundSessionId,
    step: Step,
    version: Option<i32>,
) -> Result<(Round, Session), Failure> {
    let session = store::lock(deed.conn(), id)?;
    let by = deed.by().clone();
    let round = rounds::seen(deed.conn(), &by, session.round_id)?;
    policy::require(&by, Action::See, &view::subject(&round, &session))?;
    policy::require(&by, Action::RunRound, &round.subject())?;
    if version.is_some_and(|version| version != session.version) {
        return Err(Failure::Stale { current: session.version });
    }
    session.status.step(step)?;
    Ok((round, session))
}

/// Writes the state after `step` with its audit event.
pub(super) fn finish(
    deed: &mut Deed<'_>,
    round: &Round,
    before: &Session,
    mut next: Session,
    (action, step): (&'static str, Step),
) -> Result<Session, Failure> {
    let now = deed.now();
    next.status = before.status.step(step)?;
    store::update(deed.conn(), before, &mut next, now)?;
    let event = audit::Event::new(action, "session", before.id.0)
        .in_prefecture(round.prefecture())
        .change(fields_of(before), fields_of(&next));
    audit::record(deed, event)?;
    Ok(next)
}

/// What the audit trail keeps of a session.
fn fields_of(session: &Session) -> Value {
    json!({
        "status": session.status,
        "slot": session.slot_id,
        "reason": session.reason.as_deref().map(audit::digest),
        "municipality_outcome": session.municipality_outcome,
        "vendor_outcome": session.vendor_outcome,
        "version": session.version,
    })
}

/// Puts a pair on the plan by hand. The plan keeps it, where it is if it has a slot.
///
/// # Errors
/// `Invalid`: a challenge that does not take part, a solution that is not in the catalogue, a slot where it collides
/// (all collisions at once); `Conflict` (`session_exists`); `IllegalStep`, and those of the policy.
pub fn add(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    id: RoundId,
    (challenge, solution): (ChallengeId, SolutionId),
    slot: Option<SlotId>,
) -> Result<RoundSessionId, Failure> {
    let round = rounds::holding(deed, id, rounds::Step::Arrange, None)?;
    let (today, now) = (deed.now().japan_date(), deed.now());
    let taking_part = rounds::challenges_of(deed.conn(), id)?;
    let heard = store::heard(deed.conn(), &taking_part)?;
    let municipality = heard.iter().find(|(one, _)| *one == challenge).map(|(_, owner)| *owner);
    let Some(municipality) = municipality else {
        return Err(Failure::field("/challenge_id", Invalid::new("challenge_not_heard")));
    };
    let pairing = match matches::pair_of(deed.conn(), ranking, (challenge, solution), today) {
        Err(Failure::NotFound) => {
            return Err(Failure::field("/solution_id", Invalid::new("no_such_solution")));
        }
        other => other?,
    };
    let all = store::of_round(deed.conn(), id)?;
    let stands = |one: &&Session| {
        one.challenge_id == challenge && one.vendor_id == pairing.vendor && one.status != Status::Cancelled
    };
    if all.iter().any(|one| stands(&one)) {
        return Err(Failure::Conflict("session_exists"));
    }
    let session = Session {
        id: RoundSessionId::new(),
        round_id: id,
        challenge_id: challenge,
        solution_id: solution,
        municipality_id: municipality,
        vendor_id: pairing.vendor,
        slot_id: slot,
        status: Status::Planned,
        source: Source::Bureau,
        score: pairing.score,
        by_hand: true,
        sequence: -1,
        reason: None,
        municipality_outcome: None,
        municipality_reason: None,
        municipality_recorded_at: None,
        vendor_outcome: None,
        vendor_reason: None,
        vendor_recorded_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if let Some(slot) = slot {
        fits(deed, &session, slot)?;
    }
    store::insert(deed.conn(), &session)?;
    let event = audit::Event::new("session.add", "session", session.id.0)
        .in_prefecture(round.prefecture())
        .change(None, json!({"challenge": challenge, "solution": solution, "slot": slot}));
    audit::record(deed, event)?;
    Ok(session.id)
}

/// What stands in the way of a session in a slot: at once everything, in words of the rules.
pub(super) fn collisions(
    session: &Session,
    slot: &Slot,
    (slots, blocks, all): (
        &[Slot],
        &std::collections::BTreeSet<(crate::accounts::OrganizationId, SlotId)>,
        &[Session],
    ),
    now: Timestamp,
) -> Vec<Invalid> {
    let mut found = Vec::new();
    if slot.starts_at <= now {
        found.push(Invalid::new("slot_past"));
    }
    let at = plan::place(slot);
    let stands = |one: &&Session| one.id != session.id && one.status != Status::Cancelled;
    let mut held: i32 = 0;
    for other in all.iter().filter(stands) {
        let Some(elsewhere) = slots.iter().find(|one| Some(one.id) == other.slot_id) else { continue };
        if elsewhere.id == slot.id {
            held = held.saturating_add(1);
        }
        if !plan::place(elsewhere).overlaps(&at) {
            continue;
        }
        if other.municipality_id == session.municipality_id {
            found.push(Invalid::new("municipality_busy").with("place", &elsewhere.place));
        }
        if other.vendor_id == session.vendor_id {
            found.push(Invalid::new("vendor_busy").with("place", &elsewhere.place));
        }
    }
    if held >= slot.capacity {
        found.push(Invalid::new("slot_full").with("capacity", slot.capacity));
    }
    if blocks.contains(&(session.municipality_id, slot.id)) {
        found.push(Invalid::new("municipality_cannot"));
    }
    if blocks.contains(&(session.vendor_id, slot.id)) {
        found.push(Invalid::new("vendor_cannot"));
    }
    found
}

/// The slot, if the session collides with nothing there.
fn fits(deed: &mut Deed<'_>, session: &Session, slot: SlotId) -> Result<Slot, Failure> {
    let unknown = || Failure::field("/slot_id", Invalid::new("no_such_slot"));
    let now = deed.now();
    let conn = deed.conn();
    let slots = store::slots(conn, session.round_id)?;
    let slot = slots.iter().find(|one| one.id == slot).cloned().ok_or_else(unknown)?;
    let blocks = store::blocks(conn, session.round_id)?;
    let all = store::of_round(conn, session.round_id)?;
    let found = collisions(session, &slot, (&slots, &blocks, &all), now);
    if found.is_empty() {
        return Ok(slot);
    }
    let mut errors = FieldErrors::new();
    found.into_iter().for_each(|invalid| errors.add("/slot_id", invalid));
    Err(errors.into())
}

/// Gives a session another slot. One that was told of is told of again, as a new version of the same appointment.
///
/// # Errors
/// `Invalid` at `/slot_id` with everything it collides with; `Stale`, `IllegalStep`, and those of the policy.
pub fn move_to(
    deed: &mut Deed<'_>,
    id: RoundSessionId,
    version: Option<i32>,
    slot: SlotId,
) -> Result<(), Failure> {
    let (round, before) = holding(deed, id, Step::Move, version)?;
    if before.slot_id == Some(slot) {
        return Ok(());
    }
    fits(deed, &before, slot)?;
    let mut next = before.clone();
    next.slot_id = Some(slot);
    next.by_hand = true;
    if before.is_told() {
        next.sequence = next.sequence.saturating_add(1);
    }
    let next = finish(deed, &round, &before, next, ("session.move", Step::Move))?;
    if next.is_told() { letters::changed(deed, &before, &next) } else { Ok(()) }
}

/// Calls a session off, or takes it off the plan; planning again does not bring the pair back. Its parties are told if they
/// knew of it.
///
/// # Errors
/// `Invalid` without a reason where its parties know of it; `Stale`, `IllegalStep`, and those of the policy.
pub fn call_off(
    deed: &mut Deed<'_>,
    id: RoundSessionId,
    version: Option<i32>,
    form: &rounds::ReasonForm,
) -> Result<(), Failure> {
    let (round, before) = holding(deed, id, Step::Cancel, version)?;
    let reason = if before.is_told() || form.reason.is_some() { Some(form.required()?) } else { None };
    off(deed, &round, &before, reason)
}

fn off(deed: &mut Deed<'_>, round: &Round, before: &Session, reason: Option<String>) -> Result<(), Failure> {
    let mut next = before.clone();
    next.reason = reason;
    if before.is_told() {
        next.sequence = next.sequence.saturating_add(1);
    }
    let next = finish(deed, round, before, next, ("session.cancel", Step::Cancel))?;
    if next.is_told() { letters::cancelled(deed, &next) } else { Ok(()) }
}

/// Calls off every session of a round that has not been held, because the round was called off.
///
/// # Errors
/// `Internal` when a row cannot be written.
pub fn cancel_all(deed: &mut Deed<'_>, round: &Round, reason: &str) -> Result<(), Failure> {
    let all = store::of_round(deed.conn(), round.id)?;
    let planned: Vec<RoundSessionId> =
        all.iter().filter(|one| one.status == Status::Planned).map(|one| one.id).collect();
    store::forget(deed.conn(), &planned)?;
    all.iter()
        .filter(|one| one.status == Status::Published)
        .try_for_each(|one| off(deed, round, one, Some(reason.to_owned())))
}

/// Tells the parties of every planned session that has a slot. Answers how many were published.
///
/// # Errors
/// `Conflict`: `nothing_to_publish`; `Invalid` at `/sessions/<id>` with what one of them collides with since it was planned;
/// `Stale`, `IllegalStep`, and those of the policy.
pub fn publish(deed: &mut Deed<'_>, id: RoundId, version: Option<i32>) -> Result<usize, Failure> {
    let round = rounds::holding(deed, id, rounds::Step::Arrange, version)?;
    let now = deed.now();
    let conn = deed.conn();
    let (slots, blocks) = (store::slots(conn, id)?, store::blocks(conn, id)?);
    let all = store::of_round(conn, id)?;
    let planned: Vec<(&Session, &Slot)> = all
        .iter()
        .filter(|one| one.status == Status::Planned)
        .filter_map(|one| Some((one, slots.iter().find(|slot| Some(slot.id) == one.slot_id)?)))
        .collect();
    if planned.is_empty() {
        return Err(Failure::Conflict("nothing_to_publish"));
    }
    let mut errors = FieldErrors::new();
    for (session, slot) in &planned {
        for invalid in collisions(session, slot, (&slots, &blocks, &all), now) {
            errors.add(format!("/sessions/{}", session.id), invalid);
        }
    }
    errors.into_result()?;
    for (before, _) in &planned {
        let mut next = (*before).clone();
        next.sequence = 0;
        let next = finish(deed, &round, before, next, ("session.publish", Step::Publish))?;
        letters::assigned(deed, &next)?;
    }
    Ok(planned.len())
}
