//! What happens to a challenge by the clock: it closes at its deadline, and its municipality is warned before.
//!
//! Several nodes may run these steps at once: each row is taken by a conditional update, so that one of them does it.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta, TimeZone as _};
use chrono_tz::Asia::Tokyo;
use diesel::prelude::*;
use serde_json::json;

use super::ChallengeId;
use super::letters;
use super::states::Status;
use super::store;
use crate::audit;
use crate::db::change_log::Changed;
use crate::db::schema::challenges;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::Actor;
use crate::services::{Deed, Services};
use crate::watches::{self, About, Happening};

/// How long before the deadline the municipality is told (experience.md, "closing in 3 days").
const WARNING: TimeDelta = TimeDelta::days(3);

/// How long a node rests between two looks for deadlines.
pub const DEADLINES_EVERY: Duration = Duration::from_secs(3);

/// How many challenges one step takes, so that the write lock is soon free again.
const AT_ONCE: i64 = 50;

/// 24:00 in Japan of `day`, where proposals end; `None` at the end of the calendar.
pub fn end_of_day(day: NaiveDate) -> Option<Timestamp> {
    let midnight = day.succ_opt()?.and_hms_opt(0, 0, 0)?;
    Tokyo.from_local_datetime(&midnight).single().map(|instant| Timestamp::from_utc(instant.to_utc()))
}

/// Whether a deadline is so near that the warning before it would come too late to be one.
pub(super) fn is_near(end: Timestamp, now: Timestamp) -> bool {
    end <= now.plus(WARNING)
}

/// Closes open challenges whose deadline has passed. Answers whether there may be more.
///
/// # Errors
/// `Busy`, or `Internal` when the database fails; the rest is done by the next step.
pub async fn close_due(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    services.take_up(move |conn| past_deadline(conn, now), close_at_deadline).await
}

fn past_deadline(conn: &mut DbConn, now: Timestamp) -> Result<Vec<ChallengeId>, Failure> {
    let ids = challenges::table
        .filter(challenges::status.eq(Status::Open))
        .filter(challenges::closes_at.le(now))
        .order(challenges::closes_at)
        .limit(AT_ONCE)
        .select(challenges::id)
        .load(conn)?;
    Ok(ids)
}

fn close_at_deadline(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    let now = deed.now();
    let closed = diesel::update(
        challenges::table
            .filter(challenges::id.eq(id))
            .filter(challenges::status.eq(Status::Open))
            .filter(challenges::closes_at.le(now)),
    )
    .set((
        challenges::status.eq(Status::Closed),
        challenges::closed_at.eq(now),
        challenges::updated_at.eq(now),
        challenges::version.eq(challenges::version + 1),
    ))
    .execute(deed.conn())?;
    if closed == 0 {
        return Ok(());
    }
    let known = store::find(deed.conn(), &Actor::system(), id)?;
    let event = audit::Event::new("challenge.close", "challenge", id.0)
        .in_prefecture(known.challenge.prefecture_code())
        .change(json!({"status": Status::Open}), json!({"status": Status::Closed, "by": "deadline"}));
    audit::record(deed, event)?;
    deed.touch(Changed::Challenge(id.0));
    watches::happened(deed, About::Challenge(id), Happening::Closed, "")
}

/// Warns the municipalities whose challenges close within three days, each once for a deadline. Answers whether
/// there may be more.
///
/// # Errors
/// `Busy`, or `Internal` when the database fails; the rest is done by the next step.
pub async fn warn_closing_soon(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let soon = services.read(move |conn| closing_soon(conn, now)).await?;
    if soon.is_empty() {
        return Ok(false);
    }
    services.perform(Actor::system(), move |deed| soon.into_iter().try_for_each(|id| warn(deed, id))).await?;
    Ok(true)
}

fn closing_soon(conn: &mut DbConn, now: Timestamp) -> Result<Vec<ChallengeId>, Failure> {
    let ids = challenges::table
        .filter(challenges::status.eq(Status::Open))
        .filter(challenges::closing_soon_sent.eq(false))
        .filter(challenges::closes_at.gt(now))
        .filter(challenges::closes_at.le(now.plus(WARNING)))
        .order(challenges::closes_at)
        .limit(AT_ONCE)
        .select(challenges::id)
        .load(conn)?;
    Ok(ids)
}

fn warn(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    let taken = diesel::update(
        challenges::table
            .filter(challenges::id.eq(id))
            .filter(challenges::status.eq(Status::Open))
            .filter(challenges::closing_soon_sent.eq(false)),
    )
    .set(challenges::closing_soon_sent.eq(true))
    .execute(deed.conn())?;
    if taken == 0 {
        return Ok(());
    }
    let known = store::find(deed.conn(), &Actor::system(), id)?;
    letters::closing_soon(deed, &known)?;
    let event = audit::Event::new("challenge.warn", "challenge", id.0)
        .in_prefecture(known.challenge.prefecture_code())
        .change(None, json!({"closes_at": known.challenge.closes_at}));
    audit::record(deed, event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_24_oclock_in_japan() {
        let day = NaiveDate::from_ymd_opt(2027, 1, 29).expect("a day");
        assert_eq!(end_of_day(day).expect("an end").to_string(), "2027-01-29T15:00:00.000000Z");
        assert_eq!(end_of_day(NaiveDate::MAX), None);
    }

    #[test]
    fn a_deadline_is_near_from_three_days_before() {
        let end = NaiveDate::from_ymd_opt(2027, 1, 29).and_then(end_of_day).expect("an end");
        assert!(is_near(end, end.plus(-WARNING)));
        assert!(!is_near(end, end.plus(-WARNING).plus(TimeDelta::seconds(-1))));
    }
}
