//! The rows of watches.

use std::net::IpAddr;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::form::Wish;
use super::{About, Happening, Kind, PageKey, Target, WatchEventId, WatchId, WatchRequestId, WatcherId};
use crate::accounts::{Locale, MemberId, MemberStatus, session};
use crate::audit::SubjectId;
use crate::challenges::ChallengeId;
use crate::db::schema::{members, watch_events, watch_lines, watch_requests, watchers, watches};
use crate::db::{Both, DbConn, Json, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::fields::Email;
use crate::notices::{Frequency, Rhythm};
use crate::policy::{Actor, Origin, Who};
use crate::services::Deed;
use crate::solutions::SolutionId;

/// What happened long ago and was told is forgotten with its lines.
const KEEP_EVENTS: TimeDelta = TimeDelta::days(400);

/// Who watches.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = watchers, check_for_backend(MultiBackend))]
pub(super) struct Watcher {
    pub(super) id: WatcherId,
    pub(super) member_id: Option<MemberId>,
    pub(super) email: Option<String>,
    pub(super) locale: Locale,
    pub(super) page_key: PageKey,
    pub(super) created_at: Timestamp,
}

/// One watch.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = watches, check_for_backend(MultiBackend))]
pub(super) struct Watch {
    pub(super) id: WatchId,
    pub(super) watcher_id: WatcherId,
    pub(super) kind: Kind,
    pub(super) challenge_id: Option<ChallengeId>,
    pub(super) solution_id: Option<SolutionId>,
    pub(super) query: Option<String>,
    pub(super) name: Option<String>,
    pub(super) frequency: Frequency,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = watch_events, check_for_backend(MultiBackend))]
pub(super) struct Event {
    pub(super) id: WatchEventId,
    pub(super) subject_kind: String,
    pub(super) subject_id: SubjectId,
    pub(super) happening: Happening,
    pub(super) which: String,
    pub(super) happened_at: Timestamp,
    pub(super) spread_at: Option<Timestamp>,
}

/// A watch that waits for its mailed link.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = watch_requests, check_for_backend(MultiBackend))]
pub(super) struct Request {
    pub(super) id: WatchRequestId,
    pub(super) email: String,
    pub(super) locale: Locale,
    pub(super) wish: Json<Wish>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Event {
    /// To what it happened.
    pub(super) fn about(&self) -> About {
        match self.subject_kind.as_str() {
            "solution" => About::Solution(SolutionId(self.subject_id.0)),
            _ => About::Challenge(ChallengeId(self.subject_id.0)),
        }
    }
}

impl Watch {
    /// A watch of `watcher` that begins now.
    pub(super) fn new(watcher: WatcherId, wish: &Wish, now: Timestamp) -> Self {
        let (challenge_id, solution_id, query) = match &wish.target {
            Target::Challenge(id) => (Some(*id), None, None),
            Target::Solution(id) => (None, Some(*id), None),
            Target::ChallengeSearch(query) | Target::SolutionSearch(query) => {
                (None, None, Some(query.clone()))
            }
        };
        Self {
            id: WatchId::new(),
            watcher_id: watcher,
            kind: wish.target.kind(),
            challenge_id,
            solution_id,
            query,
            name: wish.name.clone(),
            frequency: wish.frequency,
            version: 1,
            created_at: now,
        }
    }

    /// What it follows.
    pub(super) fn target(&self) -> Target {
        let query = || self.query.clone().unwrap_or_default();
        match (self.kind, self.challenge_id, self.solution_id) {
            (_, Some(id), _) => Target::Challenge(id),
            (_, _, Some(id)) => Target::Solution(id),
            (Kind::Solution | Kind::SolutionSearch, ..) => Target::SolutionSearch(query()),
            (Kind::Challenge | Kind::ChallengeSearch, ..) => Target::ChallengeSearch(query()),
        }
    }
}

/// When a line of this frequency that came up at `moment` is due.
pub(super) fn due(frequency: Frequency, moment: Timestamp) -> Timestamp {
    match frequency {
        Frequency::Instant | Frequency::Off => moment,
        Frequency::Daily => Rhythm::Daily.next(moment),
        Frequency::Weekly => Rhythm::Weekly.next(moment),
    }
}

/// Who reads what a watcher is told: the member as things stand now, or anybody with an address. `None` while the member
/// may not sign in.
pub(super) fn reader(conn: &mut DbConn, watcher: &Watcher) -> Result<Option<Actor>, Failure> {
    let who = match watcher.member_id {
        Some(member) => session::reader(conn, member)?.map(|member| Who::Member(Box::new(member))),
        None => Some(Who::Public),
    };
    Ok(who.map(|who| {
        let locale = watcher.member_id.is_none().then_some(watcher.locale);
        Actor { who, origin: Origin { address: None::<IpAddr>, request_id: None, locale } }
    }))
}

/// The member who signs in with an address.
pub(super) fn member_of(conn: &mut DbConn, email: &str) -> Result<Option<MemberId>, Failure> {
    let member = members::table
        .filter(members::email.eq(email))
        .filter(members::status.ne(MemberStatus::Deactivated))
        .select(members::id)
        .first(conn)
        .optional()?;
    Ok(member)
}

/// The watcher that a member is, new or known, its row locked until the deed is done.
pub(super) fn watcher_of_member(deed: &mut Deed<'_>, member: MemberId) -> Result<Watcher, Failure> {
    let locale: Locale = members::table.find(member).select(members::locale).first(deed.conn())?;
    add(deed, Some(member), None, locale)?;
    let found = watchers::table.filter(watchers::member_id.eq(member)).select(watchers::id);
    let id: WatcherId = lock_rows(found).get_result(deed.conn())?;
    Ok(watchers::table.find(id).select(Watcher::as_select()).first(deed.conn())?)
}

/// The watcher that an address without an account is, in the same way; it reads in `locale` from now on.
pub(super) fn watcher_of_address(
    deed: &mut Deed<'_>,
    email: &Email,
    locale: Locale,
) -> Result<Watcher, Failure> {
    add(deed, None, Some(email.to_string()), locale)?;
    let found = watchers::table.filter(watchers::email.eq(email.as_str())).select(watchers::id);
    let id: WatcherId = lock_rows(found).get_result(deed.conn())?;
    diesel::update(watchers::table.find(id)).set(watchers::locale.eq(locale)).execute(deed.conn())?;
    Ok(watchers::table.find(id).select(Watcher::as_select()).first(deed.conn())?)
}

fn add(
    deed: &mut Deed<'_>,
    member_id: Option<MemberId>,
    email: Option<String>,
    locale: Locale,
) -> Result<(), Failure> {
    let watcher = Watcher {
        id: WatcherId::new(),
        member_id,
        email,
        locale,
        page_key: PageKey::fresh(),
        created_at: deed.now(),
    };
    Both(diesel::insert_into(watchers::table).values(&watcher).on_conflict_do_nothing())
        .execute(deed.conn())?;
    Ok(())
}

/// The watcher a member is, if it watches anything.
pub(super) fn known_member(conn: &mut DbConn, member: MemberId) -> Result<Option<Watcher>, Failure> {
    let found = watchers::table.filter(watchers::member_id.eq(member)).select(Watcher::as_select());
    Ok(found.first(conn).optional()?)
}

/// The watcher an address without an account is, if it watches anything.
pub(super) fn known_address(conn: &mut DbConn, email: &str) -> Result<Option<Watcher>, Failure> {
    let found = watchers::table.filter(watchers::email.eq(email)).select(Watcher::as_select());
    Ok(found.first(conn).optional()?)
}

/// The watcher whose page a link opens.
///
/// # Errors
/// `NotFound` when it is none of ours, or everything it watched has ended.
pub(super) fn by_key(conn: &mut DbConn, key: PageKey) -> Result<Watcher, Failure> {
    let found = watchers::table
        .filter(watchers::page_key.eq(key))
        .filter(watchers::email.is_not_null())
        .select(Watcher::as_select());
    Ok(found.first(conn)?)
}

/// What a watcher follows, the latest first.
pub(super) fn of(conn: &mut DbConn, watcher: WatcherId) -> Result<Vec<Watch>, Failure> {
    let rows = watches::table
        .filter(watches::watcher_id.eq(watcher))
        .order(watches::id.desc())
        .select(Watch::as_select())
        .load(conn)?;
    Ok(rows)
}

/// One watch of a watcher.
///
/// # Errors
/// `NotFound`, also when it is somebody else's.
pub(super) fn find(conn: &mut DbConn, watcher: WatcherId, id: WatchId) -> Result<Watch, Failure> {
    let found = watches::table.find(id).filter(watches::watcher_id.eq(watcher)).select(Watch::as_select());
    Ok(found.first(conn)?)
}

/// Ends what a watcher follows, and forgets a watcher who follows nothing any more.
pub(super) fn forget(conn: &mut DbConn, watcher: WatcherId, ids: &[WatchId]) -> Result<(), Failure> {
    diesel::delete(watches::table.filter(watches::id.eq_any(ids))).execute(conn)?;
    let left: i64 = watches::table.filter(watches::watcher_id.eq(watcher)).count().get_result(conn)?;
    if left == 0 {
        diesel::delete(watchers::table.find(watcher)).execute(conn)?;
    }
    Ok(())
}

/// Lines that wait follow a changed frequency.
pub(super) fn reschedule(conn: &mut DbConn, watch: &Watch, now: Timestamp) -> Result<(), Failure> {
    let waiting =
        watch_lines::table.filter(watch_lines::watch_id.eq(watch.id)).filter(watch_lines::told_at.is_null());
    diesel::update(waiting).set(watch_lines::due_at.eq(due(watch.frequency, now))).execute(conn)?;
    Ok(())
}

/// Forgets addresses that were not confirmed in time, and what happened long ago.
///
/// # Errors
/// `Internal` when a statement fails.
pub fn prune(conn: &mut DbConn, now: Timestamp) -> Result<usize, Failure> {
    let late = watch_requests::table.filter(watch_requests::expires_at.lt(now));
    let requests = diesel::delete(late).execute(conn)?;
    let old = watch_events::table
        .filter(watch_events::spread_at.is_not_null())
        .filter(watch_events::happened_at.lt(now.plus(-KEEP_EVENTS)));
    Ok(requests + diesel::delete(old).execute(conn)?)
}
