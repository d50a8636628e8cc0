//! What happens to proposals by the clock: they are opened after the deadline, and answers that are due are asked for.
//!
//! Several nodes may run these steps at once, each with a clock of its own: what counts is the database's. Opening and the
//! messages of it are one transaction behind a conditional update, so that a crash loses neither and repeats neither.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

use super::store;
use super::{ProposalId, Status, letters};
use crate::audit::{self, Event};
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::schema::{challenges as challenge_rows, panels, proposal_versions, proposals};
use crate::db::{Both, DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Desk};
use crate::services::{Deed, Services};

/// How long a node rests between two looks.
pub const LOOK_EVERY: Duration = Duration::from_secs(3);

/// How long a municipality has to answer before it is reminded, and between two reminders.
const PATIENCE: TimeDelta = TimeDelta::days(14);
const AGAIN: TimeDelta = TimeDelta::days(7);
/// A bureau does not have a municipality reminded twice within this time.
const NOT_WITHIN: TimeDelta = TimeDelta::days(1);

/// How many challenges one step takes.
const AT_ONCE: i64 = 20;

/// The states of a challenge whose proposals are opened; those of one that was withdrawn stay sealed for ever.
const CLOSED: [challenges::Status; 3] =
    [challenges::Status::Closed, challenges::Status::Decided, challenges::Status::Archived];

/// Opens the proposals of challenges that have closed. Answers whether there may be more.
///
/// # Errors
/// `Busy`, or `Internal` when the database fails; the rest is done by the next step.
pub async fn open_due(services: &Services) -> Result<bool, Failure> {
    let due = services.read(sealed_behind_the_deadline).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let opened = services.perform(Actor::system(), move |deed| {
        due.into_iter().try_fold(false, |any, id| Ok(open_all(deed, id)? || any))
    });
    opened.await
}

fn sealed_behind_the_deadline(conn: &mut DbConn) -> Result<Vec<ChallengeId>, Failure> {
    let ids = proposals::table
        .inner_join(challenge_rows::table)
        .filter(challenge_rows::status.eq_any(CLOSED))
        .filter(proposals::status.eq(Status::Submitted))
        .filter(proposals::opened_at.is_null())
        .select(proposals::challenge_id)
        .distinct()
        .limit(AT_ONCE)
        .load(conn)?;
    Ok(ids)
}

/// When the seal ends: at the deadline, or when the municipality closed the call before it.
fn seal_ends(brief: &Brief) -> Option<Timestamp> {
    match (brief.closes_at, brief.closed_at) {
        (Some(end), Some(closed)) => Some(end.min(closed)),
        (end, closed) => end.or(closed),
    }
}

fn open_all(deed: &mut Deed<'_>, id: ChallengeId) -> Result<bool, Failure> {
    let brief = challenges::brief(deed.conn(), &Actor::system(), id)?;
    let instant = deed.database_now()?;
    if !CLOSED.contains(&brief.status) || seal_ends(&brief).is_none_or(|end| instant < end) {
        return Ok(false);
    }
    let now = deed.now();
    let sealed = proposals::table
        .filter(proposals::challenge_id.eq(id))
        .filter(proposals::status.eq(Status::Submitted))
        .filter(proposals::opened_at.is_null());
    let opened = diesel::update(sealed)
        .set((
            proposals::opened_at.eq(Some(now)),
            proposals::version.eq(proposals::version + 1),
            proposals::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    if opened == 0 {
        return Ok(false);
    }
    note_opening(deed, id)?;
    let event = Event::new("proposal.open", "challenge", id.0)
        .in_prefecture(brief.subject.prefecture)
        .change(None, json!({"opened": hashes(deed.conn(), id)?}));
    audit::record(deed, event)?;
    letters::opened(deed, &brief, opened)?;
    Ok(true)
}

/// Writes down when the panel got its proposals, and when it is reminded of them.
fn note_opening(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    let now = deed.now();
    let empty = diesel::insert_into(panels::table)
        .values((
            panels::challenge_id.eq(id),
            panels::criteria.eq(Json(json!([]))),
            panels::version.eq(1),
            panels::updated_at.eq(now),
        ))
        .on_conflict(panels::challenge_id)
        .do_nothing();
    Both(empty).execute(deed.conn())?;
    diesel::update(panels::table.find(id))
        .set((panels::opened_at.eq(Some(now)), panels::chase_at.eq(Some(now.plus(PATIENCE)))))
        .execute(deed.conn())?;
    Ok(())
}

/// Id, version and hash of everything that was opened: whoever holds a receipt finds it here.
fn hashes(conn: &mut DbConn, id: ChallengeId) -> Result<Vec<serde_json::Value>, Failure> {
    let rows: Vec<(ProposalId, i32, String)> = proposals::table
        .inner_join(proposal_versions::table)
        .filter(proposals::challenge_id.eq(id))
        .filter(proposals::opened_at.is_not_null())
        .filter(proposal_versions::number.eq(proposals::number))
        .order(proposals::id)
        .select((proposals::id, proposal_versions::number, proposal_versions::sha256))
        .load(conn)?;
    let told = rows
        .into_iter()
        .map(|(id, number, sha256)| json!({"proposal": id, "number": number, "sha256": sha256}));
    Ok(told.collect())
}

/// Reminds municipalities of proposals that wait for an answer. Answers whether there may be more.
///
/// # Errors
/// `Busy`, or `Internal` when the database fails; the rest is done by the next step.
pub async fn chase(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let due = move |conn: &mut DbConn| {
        let rows = panels::table.filter(panels::chase_at.le(now)).limit(AT_ONCE);
        Ok(rows.select(panels::challenge_id).load(conn)?)
    };
    services.take_up(due, remind).await
}

fn remind(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    let now = deed.now();
    let waiting = store::unanswered(deed.conn(), id)?;
    let next = (waiting > 0).then(|| now.plus(AGAIN));
    let due = panels::table.filter(panels::challenge_id.eq(id)).filter(panels::chase_at.le(now));
    let taken = diesel::update(due).set(panels::chase_at.eq(next)).execute(deed.conn())?;
    if taken == 0 || waiting == 0 {
        return Ok(());
    }
    let brief = challenges::brief(deed.conn(), &Actor::system(), id)?;
    tell(deed, &brief, waiting)
}

fn tell(deed: &mut Deed<'_>, brief: &Brief, waiting: i64) -> Result<(), Failure> {
    let now = deed.now();
    let opened: Option<Timestamp> =
        panels::table.find(brief.id).select(panels::opened_at).first(deed.conn())?;
    letters::unanswered(deed, brief, waiting, opened.unwrap_or(now))?;
    let event = Event::new("proposal.chase", "challenge", brief.id.0)
        .in_prefecture(brief.subject.prefecture)
        .change(None, json!({"waiting": waiting}));
    audit::record(deed, event)
}

/// Reminds the municipality of a challenge of the proposals that wait too long for an answer, because its bureau wants so.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `nothing_overdue`, `reminded_today`.
pub fn remind_now(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    let now = deed.now();
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, id)?;
    policy::require(&by, Action::Moderate, &brief.subject)?;
    let late = panels::table.find(id).filter(panels::opened_at.le(now.plus(-PATIENCE)));
    let next: Option<Option<Timestamp>> = late.select(panels::chase_at).first(deed.conn()).optional()?;
    let waiting = store::unanswered(deed.conn(), id)?;
    let (Some(next), true) = (next, waiting > 0) else { return Err(Failure::Conflict("nothing_overdue")) };
    // The next reminder lies its whole time behind the last one.
    if next.is_some_and(|next| next > now.plus(AGAIN - NOT_WITHIN)) {
        return Err(Failure::Conflict("reminded_today"));
    }
    diesel::update(panels::table.find(id))
        .set(panels::chase_at.eq(Some(now.plus(AGAIN))))
        .execute(deed.conn())?;
    tell(deed, &brief, waiting)
}

/// The proposals to challenges of a desk that have waited too long for an answer: challenge, when they were opened, when
/// the municipality is reminded next.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn late(
    conn: &mut DbConn,
    desk: &Desk,
    now: Timestamp,
) -> Result<Vec<(ChallengeId, Timestamp, Option<Timestamp>)>, Failure> {
    let mut query = proposals::table
        .inner_join(challenge_rows::table.inner_join(panels::table))
        .filter(proposals::status.eq_any(Status::WAITING))
        .filter(panels::opened_at.le(now.plus(-PATIENCE)))
        .into_boxed();
    if let Desk::Region(prefectures) = desk {
        let prefectures: Vec<i32> = prefectures.iter().copied().map(i32::from).collect();
        query = query.filter(challenge_rows::prefecture.eq_any(prefectures));
    }
    let rows: Vec<(ChallengeId, Option<Timestamp>, Option<Timestamp>)> = query
        .order((panels::opened_at, proposals::id))
        .select((proposals::challenge_id, panels::opened_at, panels::chase_at))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, opened, next)| Some((id, opened?, next))).collect())
}
