//! The rows of slots, of who cannot come, and of sessions.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::states::{Outcome, Source, Status};
use super::{RoundSessionId, SlotId};
use crate::accounts::{MemberId, MemberStatus, OrganizationId, Role};
use crate::challenges::ChallengeId;
use crate::db::schema::{
    challenges, members, organizations, round_blocks, round_sessions, round_slots, solutions,
};
use crate::db::{Both, DbConn, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::rounds::RoundId;
use crate::solutions::SolutionId;

/// Where and when sessions can be held.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_slots, check_for_backend(MultiBackend))]
pub(super) struct Slot {
    pub(super) id: SlotId,
    pub(super) round_id: RoundId,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) place: String,
    pub(super) link: Option<String>,
    pub(super) capacity: i32,
    pub(super) created_at: Timestamp,
}

/// One session as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_sessions, check_for_backend(MultiBackend))]
pub(super) struct Session {
    pub(super) id: RoundSessionId,
    pub(super) round_id: RoundId,
    pub(super) challenge_id: ChallengeId,
    pub(super) solution_id: SolutionId,
    pub(super) municipality_id: OrganizationId,
    pub(super) vendor_id: OrganizationId,
    pub(super) slot_id: Option<SlotId>,
    pub(super) status: Status,
    pub(super) source: Source,
    pub(super) score: f64,
    pub(super) by_hand: bool,
    /// The version of its appointment; -1 while nobody was told.
    pub(super) sequence: i32,
    pub(super) reason: Option<String>,
    pub(super) municipality_outcome: Option<Outcome>,
    pub(super) municipality_reason: Option<String>,
    pub(super) municipality_recorded_at: Option<Timestamp>,
    pub(super) vendor_outcome: Option<Outcome>,
    pub(super) vendor_reason: Option<String>,
    pub(super) vendor_recorded_at: Option<Timestamp>,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Session {
    /// Whether its parties were ever told of it.
    pub(super) fn is_told(&self) -> bool {
        self.sequence >= 0
    }
}

/// The slots of a round, the earliest first.
pub(super) fn slots(conn: &mut DbConn, round: RoundId) -> Result<Vec<Slot>, Failure> {
    let rows = round_slots::table.filter(round_slots::round_id.eq(round)).order((
        round_slots::starts_at,
        round_slots::place,
        round_slots::id,
    ));
    Ok(rows.select(Slot::as_select()).load(conn)?)
}

/// One slot of a round.
pub(super) fn slot(conn: &mut DbConn, round: RoundId, id: SlotId) -> Result<Slot, Failure> {
    let row = round_slots::table.find(id).filter(round_slots::round_id.eq(round));
    Ok(row.select(Slot::as_select()).first(conn)?)
}

/// Writes a slot.
pub(super) fn insert_slot(conn: &mut DbConn, slot: &Slot) -> Result<(), Failure> {
    diesel::insert_into(round_slots::table).values(slot).execute(conn)?;
    Ok(())
}

/// Takes a slot away.
pub(super) fn delete_slot(conn: &mut DbConn, id: SlotId) -> Result<(), Failure> {
    diesel::delete(round_slots::table.find(id)).execute(conn)?;
    Ok(())
}

/// Who cannot come when.
pub(super) fn blocks(
    conn: &mut DbConn,
    round: RoundId,
) -> Result<BTreeSet<(OrganizationId, SlotId)>, Failure> {
    let rows: Vec<(OrganizationId, SlotId)> = round_blocks::table
        .inner_join(round_slots::table)
        .filter(round_slots::round_id.eq(round))
        .select((round_blocks::organization_id, round_blocks::slot_id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Replaces what an organization said about a round.
pub(super) fn block(
    conn: &mut DbConn,
    (round, organization): (RoundId, OrganizationId),
    slots: &[SlotId],
    now: Timestamp,
) -> Result<(), Failure> {
    let own = round_slots::table.filter(round_slots::round_id.eq(round)).select(round_slots::id);
    let ids: Vec<SlotId> = own.load(conn)?;
    let said = round_blocks::table
        .filter(round_blocks::organization_id.eq(organization))
        .filter(round_blocks::slot_id.eq_any(ids));
    diesel::delete(said).execute(conn)?;
    for slot in slots {
        let row = diesel::insert_into(round_blocks::table)
            .values((
                round_blocks::slot_id.eq(*slot),
                round_blocks::organization_id.eq(organization),
                round_blocks::created_at.eq(now),
            ))
            .on_conflict((round_blocks::slot_id, round_blocks::organization_id))
            .do_nothing();
        Both(row).execute(conn)?;
    }
    Ok(())
}

/// The sessions of a round, in the order of their making.
pub(super) fn of_round(conn: &mut DbConn, round: RoundId) -> Result<Vec<Session>, Failure> {
    let rows = round_sessions::table.filter(round_sessions::round_id.eq(round)).order(round_sessions::id);
    Ok(rows.select(Session::as_select()).load(conn)?)
}

/// The sessions of an organization that it was told of, in no order.
pub(super) fn of_party(conn: &mut DbConn, organization: OrganizationId) -> Result<Vec<Session>, Failure> {
    let own = round_sessions::municipality_id.eq(organization).or(round_sessions::vendor_id.eq(organization));
    let rows = round_sessions::table.filter(own).filter(round_sessions::sequence.ge(0));
    Ok(rows.select(Session::as_select()).load(conn)?)
}

/// The sessions that were told of in the rounds of a bureau, in no order.
pub(super) fn of_bureau(conn: &mut DbConn, organization: OrganizationId) -> Result<Vec<Session>, Failure> {
    use crate::db::schema::rounds;
    let rows = round_sessions::table
        .inner_join(rounds::table)
        .filter(rounds::organization_id.eq(organization))
        .filter(round_sessions::sequence.ge(0));
    Ok(rows.select(Session::as_select()).load(conn)?)
}

/// One session.
pub(super) fn find(conn: &mut DbConn, id: RoundSessionId) -> Result<Session, Failure> {
    Ok(round_sessions::table.find(id).select(Session::as_select()).first(conn)?)
}

/// The same, its row locked until the deed is done.
pub(super) fn lock(conn: &mut DbConn, id: RoundSessionId) -> Result<Session, Failure> {
    let row = round_sessions::table.find(id).select(round_sessions::id);
    let _locked: RoundSessionId = lock_rows(row).get_result(conn)?;
    find(conn, id)
}

/// Writes a new session.
pub(super) fn insert(conn: &mut DbConn, session: &Session) -> Result<(), Failure> {
    diesel::insert_into(round_sessions::table).values(session).execute(conn)?;
    Ok(())
}

/// Takes sessions off the plan of which nobody was told.
pub(super) fn forget(conn: &mut DbConn, ids: &[RoundSessionId]) -> Result<(), Failure> {
    let untold = round_sessions::table
        .filter(round_sessions::id.eq_any(ids))
        .filter(round_sessions::status.eq(Status::Planned));
    diesel::delete(untold).execute(conn)?;
    Ok(())
}

/// Writes `next` over the row that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update(
    conn: &mut DbConn,
    before: &Session,
    next: &mut Session,
    now: Timestamp,
) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    next.updated_at = now;
    let still_as_read = round_sessions::table
        .filter(round_sessions::id.eq(before.id))
        .filter(round_sessions::status.eq(before.status))
        .filter(round_sessions::version.eq(before.version));
    let written = diesel::update(still_as_read)
        .set((
            (
                round_sessions::solution_id.eq(next.solution_id),
                round_sessions::slot_id.eq(next.slot_id),
                round_sessions::status.eq(next.status),
                round_sessions::source.eq(next.source),
                round_sessions::score.eq(next.score),
                round_sessions::by_hand.eq(next.by_hand),
                round_sessions::sequence.eq(next.sequence),
                round_sessions::reason.eq(&next.reason),
            ),
            (
                round_sessions::municipality_outcome.eq(next.municipality_outcome),
                round_sessions::municipality_reason.eq(&next.municipality_reason),
                round_sessions::municipality_recorded_at.eq(next.municipality_recorded_at),
                round_sessions::vendor_outcome.eq(next.vendor_outcome),
                round_sessions::vendor_reason.eq(&next.vendor_reason),
                round_sessions::vendor_recorded_at.eq(next.vendor_recorded_at),
                round_sessions::version.eq(next.version),
                round_sessions::updated_at.eq(next.updated_at),
            ),
        ))
        .execute(conn)?;
    if written == 1 {
        return Ok(());
    }
    let current = round_sessions::table.find(before.id).select(round_sessions::version).first(conn)?;
    Err(Failure::Stale { current })
}

/// Published sessions whose time is over by `now`.
pub(super) fn ended(conn: &mut DbConn, now: Timestamp, limit: i64) -> Result<Vec<RoundSessionId>, Failure> {
    let rows = round_sessions::table
        .inner_join(round_slots::table)
        .filter(round_sessions::status.eq(Status::Published))
        .filter(round_slots::ends_at.le(now))
        .order(round_slots::ends_at)
        .limit(limit);
    Ok(rows.select(round_sessions::id).load(conn)?)
}

/// What sessions are about, in words: titles of challenges, names of solutions and of organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) challenges: HashMap<ChallengeId, String>,
    pub(super) solutions: HashMap<SolutionId, String>,
    pub(super) organizations: HashMap<OrganizationId, String>,
    pub(super) slots: HashMap<SlotId, Slot>,
}

/// The words of some sessions.
pub(super) fn names(conn: &mut DbConn, sessions: &[Session]) -> Result<Names, Failure> {
    let asked: Vec<ChallengeId> = sessions.iter().map(|one| one.challenge_id).collect();
    let offered: Vec<SolutionId> = sessions.iter().map(|one| one.solution_id).collect();
    let parties: Vec<OrganizationId> =
        sessions.iter().flat_map(|one| [one.municipality_id, one.vendor_id]).collect();
    let places: Vec<SlotId> = sessions.iter().filter_map(|one| one.slot_id).collect();
    let titles: Vec<(ChallengeId, String)> = challenges::table
        .filter(challenges::id.eq_any(asked))
        .select((challenges::id, challenges::title))
        .load(conn)?;
    let solutions: Vec<(SolutionId, String)> = solutions::table
        .filter(solutions::id.eq_any(offered))
        .select((solutions::id, solutions::name))
        .load(conn)?;
    let organizations: Vec<(OrganizationId, String)> = organizations::table
        .filter(organizations::id.eq_any(parties))
        .select((organizations::id, organizations::name))
        .load(conn)?;
    let slots: Vec<Slot> =
        round_slots::table.filter(round_slots::id.eq_any(places)).select(Slot::as_select()).load(conn)?;
    Ok(Names {
        challenges: titles.into_iter().collect(),
        solutions: solutions.into_iter().collect(),
        organizations: organizations.into_iter().collect(),
        slots: slots.into_iter().map(|slot| (slot.id, slot)).collect(),
    })
}

/// The organization of the active member with an address.
pub(super) fn organization_of(conn: &mut DbConn, email: &str) -> Result<Option<OrganizationId>, Failure> {
    let row = members::table
        .filter(members::email.eq(email))
        .filter(members::status.eq(MemberStatus::Active))
        .select(members::organization_id)
        .first(conn)
        .optional()?;
    Ok(row)
}

/// The active editors and admins of an organization with their addresses.
pub(super) fn editors(
    conn: &mut DbConn,
    organization: OrganizationId,
) -> Result<Vec<(MemberId, String)>, Failure> {
    let rows = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::status.eq(MemberStatus::Active))
        .filter(members::role.eq_any([Role::Admin, Role::Editor]))
        .order(members::id);
    Ok(rows.select((members::id, members::email)).load(conn)?)
}

/// The challenges of a round for which sessions can be held: their ids and municipalities.
pub(super) fn heard(
    conn: &mut DbConn,
    ids: &[ChallengeId],
) -> Result<Vec<(ChallengeId, OrganizationId)>, Failure> {
    let open = [crate::challenges::Status::Open, crate::challenges::Status::Closed];
    let rows = challenges::table
        .filter(challenges::id.eq_any(ids))
        .filter(challenges::status.eq_any(open))
        .order(challenges::id);
    Ok(rows.select((challenges::id, challenges::organization_id)).load(conn)?)
}
