//! The rows of rounds and of what takes part in them.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::form::Content;
use super::states::Status;
use super::windows::{Days, Windows};
use super::{RoundId, WindowKind};
use crate::accounts::{MemberId, OrganizationId, OrganizationKind, OrganizationStatus};
use crate::challenges::{self, ChallengeId};
use crate::db::schema::{challenges as challenge_rows, organizations, round_challenges, rounds, solutions};
use crate::db::{Both, DbConn, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::policy::{Openness, Subject};
use crate::reference::Bureau;

/// One round as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rounds, check_for_backend(MultiBackend))]
pub struct Round {
    pub(crate) id: RoundId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) bureau: String,
    pub(crate) status: Status,
    pub(crate) title: String,
    pub(super) description: String,
    pub(super) challenges_from: NaiveDate,
    pub(super) challenges_to: NaiveDate,
    pub(super) proposals_from: NaiveDate,
    pub(super) proposals_to: NaiveDate,
    pub(super) sessions_from: NaiveDate,
    pub(super) sessions_to: NaiveDate,
    pub(crate) sessions_per_challenge: i32,
    pub(crate) sessions_per_vendor: i32,
    pub(crate) session_minutes: i32,
    pub(super) turned_until: Option<Timestamp>,
    pub(super) next_turn_at: Option<Timestamp>,
    pub(super) announced_at: Option<Timestamp>,
    pub(super) surveyed_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) reason: Option<String>,
    pub(super) created_by: Option<MemberId>,
    pub(crate) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Round {
    /// Its windows.
    pub fn windows(&self) -> Windows {
        Windows {
            challenges: Days { from: self.challenges_from, to: self.challenges_to },
            proposals: Days { from: self.proposals_from, to: self.proposals_to },
            sessions: Days { from: self.sessions_from, to: self.sessions_to },
        }
    }

    /// What it says.
    pub(super) fn content(&self) -> Content {
        Content {
            title: self.title.clone(),
            description: self.description.clone(),
            windows: self.windows(),
            sessions_per_challenge: self.sessions_per_challenge,
            sessions_per_vendor: self.sessions_per_vendor,
            session_minutes: self.session_minutes,
        }
    }

    /// Takes over what was written.
    pub(super) fn take(&mut self, content: Content) {
        let Windows { challenges, proposals, sessions } = content.windows;
        self.title = content.title;
        self.description = content.description;
        (self.challenges_from, self.challenges_to) = (challenges.from, challenges.to);
        (self.proposals_from, self.proposals_to) = (proposals.from, proposals.to);
        (self.sessions_from, self.sessions_to) = (sessions.from, sessions.to);
        self.sessions_per_challenge = content.sessions_per_challenge;
        self.sessions_per_vendor = content.sessions_per_vendor;
        self.session_minutes = content.session_minutes;
    }

    /// The days of a window.
    pub(super) fn days(&self, kind: WindowKind) -> Days {
        self.windows().of(kind)
    }

    /// Whether a window is open, which it is only while the round is announced.
    pub fn is_open(&self, kind: WindowKind, now: Timestamp) -> bool {
        self.status == Status::Announced && self.days(kind).state(now) == super::WindowState::Open
    }

    /// The prefectures of its bureau, by their numbers.
    pub fn prefectures(&self) -> Vec<u8> {
        let bureau = Bureau::parse(&self.bureau).ok();
        bureau.map_or_else(Vec::new, |bureau| bureau.prefectures().map(|one| one.code()).collect())
    }

    /// The first prefecture of its bureau: what the policy and the audit trail know the region by.
    pub(crate) fn prefecture(&self) -> Option<u8> {
        self.prefectures().into_iter().next()
    }

    /// What the policy needs to know of it: a draft is its bureau's alone.
    pub fn subject(&self) -> Subject {
        let openness = if self.status == Status::Draft { Openness::Private } else { Openness::Public };
        Subject::private(self.organization_id, self.prefecture()).open_to(openness)
    }
}

/// One round.
pub(super) fn find(conn: &mut DbConn, id: RoundId) -> Result<Round, Failure> {
    Ok(rounds::table.find(id).select(Round::as_select()).first(conn)?)
}

/// The same, its row locked until the deed is done.
pub(super) fn lock(conn: &mut DbConn, id: RoundId) -> Result<Round, Failure> {
    let _locked: RoundId = lock_rows(rounds::table.find(id).select(rounds::id)).get_result(conn)?;
    find(conn, id)
}

/// Writes a new row.
pub(super) fn insert(conn: &mut DbConn, round: &Round) -> Result<(), Failure> {
    diesel::insert_into(rounds::table).values(round).execute(conn)?;
    Ok(())
}

/// Writes `next` over the row that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update(
    conn: &mut DbConn,
    before: &Round,
    next: &mut Round,
    now: Timestamp,
) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    next.updated_at = now;
    let still_as_read = rounds::table
        .filter(rounds::id.eq(before.id))
        .filter(rounds::status.eq(before.status))
        .filter(rounds::version.eq(before.version));
    let written = diesel::update(still_as_read)
        .set((
            (
                rounds::status.eq(next.status),
                rounds::title.eq(&next.title),
                rounds::description.eq(&next.description),
                rounds::challenges_from.eq(next.challenges_from),
                rounds::challenges_to.eq(next.challenges_to),
                rounds::proposals_from.eq(next.proposals_from),
                rounds::proposals_to.eq(next.proposals_to),
                rounds::sessions_from.eq(next.sessions_from),
                rounds::sessions_to.eq(next.sessions_to),
            ),
            (
                rounds::sessions_per_challenge.eq(next.sessions_per_challenge),
                rounds::sessions_per_vendor.eq(next.sessions_per_vendor),
                rounds::session_minutes.eq(next.session_minutes),
                rounds::turned_until.eq(next.turned_until),
                rounds::next_turn_at.eq(next.next_turn_at),
                rounds::announced_at.eq(next.announced_at),
                rounds::surveyed_at.eq(next.surveyed_at),
                rounds::ended_at.eq(next.ended_at),
                rounds::reason.eq(&next.reason),
                rounds::version.eq(next.version),
                rounds::updated_at.eq(next.updated_at),
            ),
        ))
        .execute(conn)?;
    if written == 1 {
        return Ok(());
    }
    let current = rounds::table.find(before.id).select(rounds::version).first(conn)?;
    Err(Failure::Stale { current })
}

/// Throws a draft away, if it still is the draft that was read.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn delete(conn: &mut DbConn, round: &Round) -> Result<(), Failure> {
    let draft = rounds::table
        .filter(rounds::id.eq(round.id))
        .filter(rounds::status.eq(Status::Draft))
        .filter(rounds::version.eq(round.version));
    match diesel::delete(draft).execute(conn)? {
        1 => Ok(()),
        _ => Err(Failure::Stale { current: round.version }),
    }
}

/// Which rounds a list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub(super) bureau: Option<Bureau>,
    pub(super) status: Option<Status>,
    /// Drafts are shown to this bureau only; `None` shows none.
    pub(super) drafts_of: Option<DraftsOf>,
}

/// Whose drafts a list holds.
#[derive(Debug, Clone)]
pub(super) enum DraftsOf {
    Everybody,
    One(OrganizationId),
}

/// Rounds, the latest first; `after` is the last one of the page before.
pub(super) fn list(
    conn: &mut DbConn,
    filter: &Filter,
    after: Option<RoundId>,
    limit: i64,
) -> Result<Vec<Round>, Failure> {
    let mut query = rounds::table.into_boxed();
    match &filter.drafts_of {
        Some(DraftsOf::Everybody) => {}
        Some(DraftsOf::One(organization)) => {
            query =
                query.filter(rounds::status.ne(Status::Draft).or(rounds::organization_id.eq(*organization)));
        }
        None => query = query.filter(rounds::status.ne(Status::Draft)),
    }
    if let Some(bureau) = filter.bureau {
        query = query.filter(rounds::bureau.eq(bureau.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(rounds::status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(rounds::id.lt(after));
    }
    let rows = query.order(rounds::id.desc()).limit(limit.saturating_add(1));
    Ok(rows.select(Round::as_select()).load(conn)?)
}

/// The announced rounds with something to turn by `now`.
pub(super) fn due(conn: &mut DbConn, now: Timestamp, limit: i64) -> Result<Vec<RoundId>, Failure> {
    let rows = rounds::table
        .filter(rounds::status.eq(Status::Announced))
        .filter(rounds::next_turn_at.le(now))
        .order(rounds::next_turn_at)
        .limit(limit);
    Ok(rows.select(rounds::id).load(conn)?)
}

/// The round in which a challenge takes part.
pub(super) fn of_challenge(conn: &mut DbConn, challenge: ChallengeId) -> Result<Option<Round>, Failure> {
    let found = round_challenges::table
        .inner_join(rounds::table)
        .filter(round_challenges::challenge_id.eq(challenge))
        .select(Round::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Puts a challenge into a round, unless it is in one; whether it was written.
pub(super) fn enter(
    conn: &mut DbConn,
    (round, challenge): (RoundId, ChallengeId),
    by: Option<MemberId>,
    now: Timestamp,
) -> Result<bool, Failure> {
    let statement = diesel::insert_into(round_challenges::table)
        .values((
            round_challenges::challenge_id.eq(challenge),
            round_challenges::round_id.eq(round),
            round_challenges::entered_by.eq(by),
            round_challenges::entered_at.eq(now),
        ))
        .on_conflict(round_challenges::challenge_id)
        .do_nothing();
    Ok(Both(statement).execute(conn)? == 1)
}

/// Takes a challenge out of a round; whether it was in it.
pub(super) fn leave(conn: &mut DbConn, round: RoundId, challenge: ChallengeId) -> Result<bool, Failure> {
    let row = round_challenges::table
        .filter(round_challenges::round_id.eq(round))
        .filter(round_challenges::challenge_id.eq(challenge));
    Ok(diesel::delete(row).execute(conn)? == 1)
}

/// The challenges of a round, in the order in which they came in.
pub(super) fn challenges_of(conn: &mut DbConn, round: RoundId) -> Result<Vec<ChallengeId>, Failure> {
    let rows = round_challenges::table
        .filter(round_challenges::round_id.eq(round))
        .order((round_challenges::entered_at, round_challenges::challenge_id));
    Ok(rows.select(round_challenges::challenge_id).load(conn)?)
}

/// The municipalities whose challenges take part.
pub(super) fn municipalities_of(conn: &mut DbConn, round: RoundId) -> Result<Vec<OrganizationId>, Failure> {
    let rows = round_challenges::table
        .inner_join(challenge_rows::table)
        .filter(round_challenges::round_id.eq(round))
        .filter(challenge_rows::status.eq_any([
            challenges::Status::Draft,
            challenges::Status::InReview,
            challenges::Status::Returned,
            challenges::Status::Open,
            challenges::Status::Closed,
        ]))
        .select(challenge_rows::organization_id)
        .distinct();
    Ok(rows.load(conn)?)
}

/// The approved municipalities of some prefectures.
pub(super) fn municipalities_in(
    conn: &mut DbConn,
    prefectures: &[u8],
) -> Result<Vec<OrganizationId>, Failure> {
    let prefectures: Vec<i32> = prefectures.iter().copied().map(i32::from).collect();
    let rows = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Municipality))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .filter(organizations::prefecture.eq_any(prefectures))
        .order(organizations::id);
    Ok(rows.select(organizations::id).load(conn)?)
}

/// The approved vendors with something in the catalogue.
pub(super) fn vendors(conn: &mut DbConn) -> Result<Vec<OrganizationId>, Failure> {
    let rows = organizations::table
        .inner_join(solutions::table)
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .filter(solutions::status.eq(crate::solutions::SolutionStatus::Published))
        .select(organizations::id)
        .distinct();
    Ok(rows.load(conn)?)
}

/// How many challenges take part in each of some rounds.
pub(super) fn counts(conn: &mut DbConn, ids: &[RoundId]) -> Result<Vec<(RoundId, i64)>, Failure> {
    let rows = round_challenges::table
        .filter(round_challenges::round_id.eq_any(ids))
        .group_by(round_challenges::round_id)
        .select((round_challenges::round_id, diesel::dsl::count_star()));
    Ok(rows.load(conn)?)
}
