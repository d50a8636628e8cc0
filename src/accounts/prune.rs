//! Forgetting what has run out.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{links, sessions, throttle};
use crate::db::schema::sign_ups;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;

/// Ended sessions, used links and unfinished sign-ups stay this long after their time, so that somebody who comes
/// late is told "expired" and not "unknown".
const GRACE: TimeDelta = TimeDelta::days(30);

/// Forgets expired links, sessions, sign-ups and sign-in counters; says how many rows went.
///
/// # Errors
/// `Internal` when the rows cannot be deleted.
pub fn prune(conn: &mut DbConn, now: Timestamp) -> Result<usize, Failure> {
    let before = now.plus(-GRACE);
    let sign_ups = diesel::delete(sign_ups::table.filter(sign_ups::expires_at.lt(before))).execute(conn)?;
    let links = links::prune(conn, before)?;
    let sessions = sessions::prune(conn, before)?;
    let counters = throttle::prune(conn, now)?;
    Ok(sign_ups + links + sessions + counters)
}
