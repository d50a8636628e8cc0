//! The rows of matches, and what the index and the announcements ask the database.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::announce::News;
use super::states::{Agreement, Side, Status};
use super::{Explanation, MatchId, Origin};
use crate::accounts::{MemberId, MemberStatus, OrganizationId, OrganizationStatus, Role};
use crate::audit::SubjectId;
use crate::challenges::{self, ChallengeId, Visibility};
use crate::db::schema::{
    challenges as challenge_rows, match_announcements, matches, members, moderation_acts, organizations,
    solutions as solution_rows,
};
use crate::db::{Both, DbConn, Json, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::policy::{MatchScope, Openness, Subject};
use crate::solutions::{SolutionId, SolutionStatus};

/// One match as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = matches, check_for_backend(MultiBackend))]
pub(super) struct Match {
    pub(super) id: MatchId,
    pub(super) challenge_id: ChallengeId,
    pub(super) solution_id: SolutionId,
    pub(super) origin: Origin,
    pub(super) status: Status,
    pub(super) score: f64,
    pub(super) explanation: Json<Explanation>,
    pub(super) note: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) suggested_by: Option<MemberId>,
    pub(super) municipality_agreed_at: Option<Timestamp>,
    pub(super) vendor_agreed_at: Option<Timestamp>,
    pub(super) introduced_at: Option<Timestamp>,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Match {
    /// Who has said yes.
    pub(super) fn agreement(&self) -> Agreement {
        Agreement {
            municipality: self.municipality_agreed_at.is_some(),
            vendor: self.vendor_agreed_at.is_some(),
        }
    }

    /// Notes when a side said yes.
    pub(super) fn agree(&mut self, side: Side, now: Timestamp) {
        match side {
            Side::Municipality => self.municipality_agreed_at = Some(now),
            Side::Vendor => self.vendor_agreed_at = Some(now),
        }
    }
}

/// A match with its two parties and the prefecture that decides which bureau is in charge.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) row: Match,
    pub(super) municipality: OrganizationId,
    pub(super) vendor: OrganizationId,
    prefecture: i32,
}

type Joined = (Match, OrganizationId, i32, OrganizationId);

impl Known {
    fn of((row, municipality, prefecture, vendor): Joined) -> Self {
        Self { row, municipality, vendor, prefecture }
    }

    /// The number of the challenge's prefecture.
    pub(super) fn prefecture(&self) -> Option<u8> {
        u8::try_from(self.prefecture).ok()
    }

    /// What the policy needs to know of it: the vendor may know from the introduction on.
    pub(super) fn subject(&self) -> Subject {
        Subject::private(self.municipality, self.prefecture())
            .with_counterpart(self.vendor, self.row.introduced_at.is_some())
    }

    /// On which side an organization stands.
    pub(super) fn side_of(&self, organization: OrganizationId) -> Option<Side> {
        match organization {
            one if one == self.municipality => Some(Side::Municipality),
            one if one == self.vendor => Some(Side::Vendor),
            _ => None,
        }
    }
}

macro_rules! joined {
    () => {
        matches::table.inner_join(challenge_rows::table).inner_join(solution_rows::table).select((
            Match::as_select(),
            challenge_rows::organization_id,
            challenge_rows::prefecture,
            solution_rows::organization_id,
        ))
    };
}

/// One match.
pub(super) fn find(conn: &mut DbConn, id: MatchId) -> Result<Known, Failure> {
    let row: Joined = joined!().filter(matches::id.eq(id)).first(conn)?;
    Ok(Known::of(row))
}

/// The same, its row locked until the deed is done.
pub(super) fn lock(conn: &mut DbConn, id: MatchId) -> Result<Known, Failure> {
    let _locked: MatchId =
        lock_rows(matches::table.filter(matches::id.eq(id)).select(matches::id)).get_result(conn)?;
    find(conn, id)
}

/// The match of a pair, if there is one.
pub(super) fn of_pair(
    conn: &mut DbConn,
    challenge: ChallengeId,
    solution: SolutionId,
) -> Result<Option<MatchId>, Failure> {
    let pair =
        matches::table.filter(matches::challenge_id.eq(challenge)).filter(matches::solution_id.eq(solution));
    Ok(pair.select(matches::id).first(conn).optional()?)
}

/// Writes a new match, unless the pair got one meanwhile; whether it was written.
pub(super) fn insert(conn: &mut DbConn, row: &Match) -> Result<bool, Failure> {
    let statement = diesel::insert_into(matches::table)
        .values(row)
        .on_conflict((matches::challenge_id, matches::solution_id))
        .do_nothing();
    Ok(Both(statement).execute(conn)? == 1)
}

/// Writes `next` over the row that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update(
    conn: &mut DbConn,
    before: &Match,
    next: &mut Match,
    now: Timestamp,
) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    next.updated_at = now;
    let still_as_read = matches::table
        .filter(matches::id.eq(before.id))
        .filter(matches::status.eq(before.status))
        .filter(matches::version.eq(before.version));
    let written = diesel::update(still_as_read)
        .set((
            matches::status.eq(next.status),
            matches::reason.eq(&next.reason),
            matches::municipality_agreed_at.eq(next.municipality_agreed_at),
            matches::vendor_agreed_at.eq(next.vendor_agreed_at),
            matches::introduced_at.eq(next.introduced_at),
            matches::version.eq(next.version),
            matches::updated_at.eq(next.updated_at),
        ))
        .execute(conn)?;
    if written == 1 {
        return Ok(());
    }
    let current = matches::table.find(before.id).select(matches::version).first(conn)?;
    Err(Failure::Stale { current })
}

/// Which matches a list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub(super) status: Option<Status>,
    pub(super) challenge: Option<ChallengeId>,
    pub(super) solution: Option<SolutionId>,
}

macro_rules! listed {
    ($query:expr, $filter:expr, $scope:expr) => {{
        let mut query = $query.into_boxed();
        match $scope {
            MatchScope::Everything => {}
            MatchScope::Region(prefectures) => {
                let prefectures: Vec<i32> = prefectures.iter().copied().map(i32::from).collect();
                query = query.filter(challenge_rows::prefecture.eq_any(prefectures));
            }
            MatchScope::Party(organization) => {
                query = query.filter(
                    challenge_rows::organization_id.eq(*organization).or(solution_rows::organization_id
                        .eq(*organization)
                        .and(matches::introduced_at.is_not_null())),
                );
            }
        }
        if let Some(status) = $filter.status {
            query = query.filter(matches::status.eq(status));
        }
        if let Some(challenge) = $filter.challenge {
            query = query.filter(matches::challenge_id.eq(challenge));
        }
        if let Some(solution) = $filter.solution {
            query = query.filter(matches::solution_id.eq(solution));
        }
        query
    }};
}

/// A page of matches, newest first, from behind `after`, one more than `limit`.
pub(super) fn list(
    conn: &mut DbConn,
    scope: &MatchScope,
    filter: &Filter,
    after: Option<MatchId>,
    limit: i64,
) -> Result<Vec<Known>, Failure> {
    let mut query = listed!(joined!(), filter, scope);
    if let Some(after) = after {
        query = query.filter(matches::id.lt(after));
    }
    let rows: Vec<Joined> = query.order(matches::id.desc()).limit(limit.saturating_add(1)).load(conn)?;
    Ok(rows.into_iter().map(Known::of).collect())
}

/// How many there are on all pages.
pub(super) fn count(conn: &mut DbConn, scope: &MatchScope, filter: &Filter) -> Result<i64, Failure> {
    let all = matches::table
        .inner_join(challenge_rows::table)
        .inner_join(solution_rows::table)
        .select(diesel::dsl::count(matches::id));
    Ok(listed!(all, filter, scope).first(conn)?)
}

/// A person to write to.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) department: Option<String>,
    pub(super) email: String,
}

/// The people of an organization who answer for it: its active admins.
pub(super) fn admins(conn: &mut DbConn, organization: OrganizationId) -> Result<Vec<Person>, Failure> {
    let people = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::status.eq(MemberStatus::Active))
        .filter(members::role.eq(Role::Admin))
        .order(members::id)
        .select((members::name, members::department, members::email))
        .load(conn)?;
    Ok(people)
}

/// Every solution.
pub(super) fn all_solutions(conn: &mut DbConn) -> Result<Vec<SolutionId>, Failure> {
    Ok(solution_rows::table.order(solution_rows::id).select(solution_rows::id).load(conn)?)
}

/// Every challenge.
pub(super) fn all_challenges(conn: &mut DbConn) -> Result<Vec<ChallengeId>, Failure> {
    Ok(challenge_rows::table.order(challenge_rows::id).select(challenge_rows::id).load(conn)?)
}

/// The solutions of an organization.
pub(super) fn solutions_of(conn: &mut DbConn, owner: OrganizationId) -> Result<Vec<SolutionId>, Failure> {
    let ids = solution_rows::table.filter(solution_rows::organization_id.eq(owner));
    Ok(ids.select(solution_rows::id).load(conn)?)
}

/// The challenges of an organization.
pub(super) fn challenges_of(conn: &mut DbConn, owner: OrganizationId) -> Result<Vec<ChallengeId>, Failure> {
    let ids = challenge_rows::table.filter(challenge_rows::organization_id.eq(owner));
    Ok(ids.select(challenge_rows::id).load(conn)?)
}

/// What permission to each published challenge depends on, for `reader`'s organization.
pub(super) fn published_subjects(
    conn: &mut DbConn,
    reader: Option<OrganizationId>,
) -> Result<HashMap<ChallengeId, Subject>, Failure> {
    type Row = (ChallengeId, OrganizationId, i32, Visibility, OrganizationStatus);
    let rows: Vec<Row> = challenge_rows::table
        .inner_join(organizations::table)
        .filter(challenge_rows::status.eq_any(challenges::Status::PUBLISHED))
        .select((
            challenge_rows::id,
            challenge_rows::organization_id,
            challenge_rows::prefecture,
            challenge_rows::visibility,
            organizations::status,
        ))
        .load(conn)?;
    let introduced = introduced_to(conn, reader)?;
    let subject = |(id, owner, prefecture, visibility, standing): Row| {
        let open = standing == OrganizationStatus::Approved;
        let openness = if open { visibility.openness() } else { Openness::Private };
        let subject = Subject::private(owner, u8::try_from(prefecture).ok()).open_to(openness);
        match reader {
            Some(party) if introduced.contains(&id) => (id, subject.with_counterpart(party, true)),
            _ => (id, subject),
        }
    };
    Ok(rows.into_iter().map(subject).collect())
}

/// The challenges to which a vendor has been introduced.
fn introduced_to(conn: &mut DbConn, vendor: Option<OrganizationId>) -> Result<HashSet<ChallengeId>, Failure> {
    let Some(vendor) = vendor else { return Ok(HashSet::new()) };
    let ids: Vec<ChallengeId> = matches::table
        .inner_join(solution_rows::table)
        .filter(solution_rows::organization_id.eq(vendor))
        .filter(matches::introduced_at.is_not_null())
        .select(matches::challenge_id)
        .load(conn)?;
    Ok(ids.into_iter().collect())
}

/// Something published of which nobody was told yet, and whose publication can no longer be taken back.
pub(super) fn unannounced(conn: &mut DbConn, now: Timestamp) -> Result<Option<News>, Failure> {
    let undoable = || {
        moderation_acts::table
            .filter(moderation_acts::undone_at.is_null())
            .filter(moderation_acts::undo_until.gt(now.plus(-UNDO_ENDED)))
            .select(moderation_acts::subject_id)
    };
    let told = |kind: &'static str| {
        match_announcements::table
            .filter(match_announcements::subject_kind.eq(kind))
            .select(match_announcements::subject_id)
    };
    let challenge: Option<ChallengeId> = challenge_rows::table
        .filter(challenge_rows::status.eq(challenges::Status::Open))
        .filter(challenge_rows::id.ne_all(told("challenge")))
        .filter(challenge_rows::id.ne_all(undoable()))
        .order(challenge_rows::id)
        .select(challenge_rows::id)
        .first(conn)
        .optional()?;
    if let Some(id) = challenge {
        return Ok(Some(News::Challenge(id)));
    }
    let solution: Option<SolutionId> = solution_rows::table
        .inner_join(organizations::table)
        .filter(solution_rows::status.eq(SolutionStatus::Published))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .filter(solution_rows::id.ne_all(told("solution")))
        .filter(solution_rows::id.ne_all(undoable()))
        .order(solution_rows::id)
        .select(solution_rows::id)
        .first(conn)
        .optional()?;
    Ok(solution.map(News::Solution))
}

/// What an undo that began in time may take to end.
const UNDO_ENDED: chrono::TimeDelta = chrono::TimeDelta::seconds(5);

/// Notes that something was announced; `false` when it already was.
pub(super) fn mark_announced(conn: &mut DbConn, news: News, now: Timestamp) -> Result<bool, Failure> {
    let (kind, id) = match news {
        News::Challenge(id) => ("challenge", id.0),
        News::Solution(id) => ("solution", id.0),
    };
    let statement = diesel::insert_into(match_announcements::table)
        .values((
            match_announcements::subject_kind.eq(kind),
            match_announcements::subject_id.eq(SubjectId(id)),
            match_announcements::announced_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok(Both(statement).execute(conn)? == 1)
}
