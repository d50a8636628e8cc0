//! What the database knows of notices and preferences.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::preferences::{Category, Frequency, Preferences, Rhythm, Route, route};
use super::{Delivery, Kind, NoticeId};
use crate::accounts::MemberId;
use crate::db::schema::{members, notices};
use crate::db::{DbConn, Json, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::services::Deed;

/// A member's preferences and the version of the member.
pub(super) fn preferences(conn: &mut DbConn, member: MemberId) -> Result<(Preferences, i32), Failure> {
    let (Json(stored), version): (Json<Value>, i32) =
        members::table.find(member).select((members::preferences, members::version)).first(conn)?;
    Ok((Preferences::stored(&stored), version))
}

/// Saves preferences and sends what waits for a digest its new way. `expected` is the version the writer read;
/// without one the write always goes through.
///
/// # Errors
/// `Stale` when the member was changed after `expected`.
pub(super) fn save_preferences(
    deed: &mut Deed<'_>,
    member: MemberId,
    expected: Option<i32>,
    preferences: &Preferences,
) -> Result<i32, Failure> {
    let now = deed.now();
    let current: i32 =
        lock_rows(members::table.find(member).select(members::version)).get_result(deed.conn())?;
    if expected.is_some_and(|expected| expected != current) {
        return Err(Failure::Stale { current });
    }
    let version = current.saturating_add(1);
    diesel::update(members::table.find(member))
        .set((
            members::preferences.eq(Json(json!(preferences))),
            members::version.eq(version),
            members::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    reroute(deed, member, preferences)?;
    Ok(version)
}

/// Notices that wait for a digest follow a changed choice: to another day, to the next digest when the member
/// now wants mails at once, or nowhere.
fn reroute(deed: &mut Deed<'_>, member: MemberId, preferences: &Preferences) -> Result<(), Failure> {
    let now = deed.now();
    for category in Category::ALL {
        let kinds: Vec<Kind> =
            Kind::ALL.iter().copied().filter(|kind| Category::of(*kind) == Some(*category)).collect();
        let (delivery, digest_at) = match preferences.of(*category) {
            Frequency::Off => (Delivery::AppOnly, None),
            Frequency::Instant | Frequency::Daily => (Delivery::Digest, Some(Rhythm::Daily.next(now))),
            Frequency::Weekly => (Delivery::Digest, Some(Rhythm::Weekly.next(now))),
        };
        diesel::update(
            notices::table
                .filter(notices::member_id.eq(member))
                .filter(notices::delivery.eq(Delivery::Digest))
                .filter(notices::kind.eq_any(kinds)),
        )
        .set((notices::delivery.eq(delivery), notices::digest_at.eq(digest_at)))
        .execute(deed.conn())?;
    }
    Ok(())
}

/// How and when a notice of `kind` made `now` goes out.
pub(super) fn delivery(
    kind: Kind,
    preferences: &Preferences,
    now: Timestamp,
) -> (Delivery, Option<Timestamp>) {
    match route(kind, preferences) {
        Route::Mail => (Delivery::Mailed, None),
        Route::Digest(rhythm) => (Delivery::Digest, Some(rhythm.next(now))),
        Route::AppOnly => (Delivery::AppOnly, None),
    }
}

/// Which of a member's notices are listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mine {
    /// Whose.
    pub(super) member: MemberId,
    /// Only the read (`false`) or unread (`true`) ones.
    pub(super) unread: Option<bool>,
    /// When: those that are still held back are not shown.
    pub(super) now: Timestamp,
}

/// A notice as it is stored.
#[derive(Debug, Queryable)]
pub(super) struct Stored {
    pub(super) id: NoticeId,
    pub(super) kind: Kind,
    pub(super) subject_kind: String,
    pub(super) subject_id: crate::audit::SubjectId,
    pub(super) facts: Json<Value>,
    pub(super) created_at: Timestamp,
    pub(super) read_at: Option<Timestamp>,
}

/// The columns of [`Stored`].
pub(super) const STORED: (
    notices::id,
    notices::kind,
    notices::subject_kind,
    notices::subject_id,
    notices::facts,
    notices::created_at,
    notices::read_at,
) = (
    notices::id,
    notices::kind,
    notices::subject_kind,
    notices::subject_id,
    notices::facts,
    notices::created_at,
    notices::read_at,
);

fn mine<'q>(which: Mine) -> notices::BoxedQuery<'q, crate::db::MultiBackend> {
    let rows = notices::table
        .filter(notices::member_id.eq(which.member))
        .filter(notices::created_at.le(which.now))
        .into_boxed();
    match which.unread {
        Some(true) => rows.filter(notices::read_at.is_null()),
        Some(false) => rows.filter(notices::read_at.is_not_null()),
        None => rows,
    }
}

/// Up to `most` notices before `place`, newest first.
pub(super) fn list(
    conn: &mut DbConn,
    which: Mine,
    place: Option<NoticeId>,
    most: i64,
) -> Result<Vec<Stored>, Failure> {
    let mut rows = mine(which);
    if let Some(last) = place {
        rows = rows.filter(notices::id.lt(last));
    }
    Ok(rows.order(notices::id.desc()).limit(most).select(STORED).load(conn)?)
}

/// One notice of a member.
///
/// # Errors
/// `NotFound` when it is not the member's.
pub(super) fn one(conn: &mut DbConn, member: MemberId, id: NoticeId) -> Result<Stored, Failure> {
    let own = notices::table.find(id).filter(notices::member_id.eq(member));
    Ok(own.select(STORED).first(conn)?)
}

/// How many there are.
pub(super) fn count(conn: &mut DbConn, which: Mine) -> Result<i64, Failure> {
    Ok(mine(which).count().get_result(conn)?)
}

/// Marks one notice of a member, or all, as read.
///
/// # Errors
/// `NotFound` when the one is not the member's.
pub(super) fn mark_read(deed: &mut Deed<'_>, member: MemberId, one: Option<NoticeId>) -> Result<(), Failure> {
    let now = deed.now();
    if let Some(id) = one {
        let _own: NoticeId = notices::table
            .find(id)
            .filter(notices::member_id.eq(member))
            .select(notices::id)
            .first(deed.conn())?;
        diesel::update(notices::table.find(id).filter(notices::read_at.is_null()))
            .set(notices::read_at.eq(Some(now)))
            .execute(deed.conn())?;
    } else {
        diesel::update(
            notices::table
                .filter(notices::member_id.eq(member))
                .filter(notices::created_at.le(now))
                .filter(notices::read_at.is_null()),
        )
        .set(notices::read_at.eq(Some(now)))
        .execute(deed.conn())?;
    }
    Ok(())
}
