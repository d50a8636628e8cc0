//! The log of what the matching index must read again, kept in the writers' transactions.
//!
//! A reader that asks for `seq > cursor` on PostgreSQL permanently loses rows of slower transactions: a higher
//! number can be committed first. So each row keeps its transaction's id, and a reader takes only rows of
//! transactions older than every one still running, in (xid, seq) order. SQLite has one writer: there all ids
//! are zero and the sequence alone decides.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use super::schema::change_log;
use super::{DbConn, DbError, Timestamp, sql_types};

/// Something the matching index must hear about (domain.md: what is ranked or searched).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Changed {
    /// A challenge.
    Challenge(uuid::Uuid),
    /// A solution, or one of its deployments.
    Solution(uuid::Uuid),
    /// An organization, with everything that depends on its standing.
    Organization(uuid::Uuid),
}

/// A reader's place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cursor {
    xid: i64,
    seq: i64,
}

#[derive(Debug, Clone, Copy, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
#[diesel(sql_type = sql_types::Uuid)]
struct SubjectId(Uuid);
crate::portable_value!(SubjectId, Uuid, Uuid,
    sqlite: |value| Ok(Self(Uuid::from_slice(value.read_blob())?)),
            |id| id.0.as_bytes().as_slice());

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    xid: i64,
    #[diesel(sql_type = diesel::sql_types::Text)]
    subject_kind: String,
    #[diesel(sql_type = sql_types::Uuid)]
    subject_id: SubjectId,
}

/// Notes a change in the running transaction.
///
/// # Errors
/// When the insert fails.
pub fn append(conn: &mut DbConn, change: Changed, now: Timestamp) -> QueryResult<()> {
    let (kind, id) = match change {
        Changed::Challenge(id) => ("challenge", id),
        Changed::Solution(id) => ("solution", id),
        Changed::Organization(id) => ("organization", id),
    };
    diesel::insert_into(change_log::table)
        .values((
            change_log::subject_kind.eq(kind),
            change_log::subject_id.eq(SubjectId(id)),
            change_log::logged_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

const ON_POSTGRES: &str = "SELECT seq, xid, subject_kind, subject_id FROM change_log \
    WHERE (xid, seq) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
    ORDER BY xid, seq LIMIT $3";
const ON_SQLITE: &str = "SELECT seq, xid, subject_kind, subject_id FROM change_log \
    WHERE (xid, seq) > (?, ?) ORDER BY xid, seq LIMIT ?";

/// The changes after `cursor` that no running transaction can precede any more, and the place behind them.
///
/// # Errors
/// [`DbError::Query`] when the log cannot be read.
pub fn read_after(conn: &mut DbConn, cursor: Cursor, most: i64) -> Result<(Vec<Changed>, Cursor), DbError> {
    let text = match conn {
        DbConn::Postgres(_) => ON_POSTGRES,
        DbConn::Sqlite(_) => ON_SQLITE,
    };
    let rows: Vec<Row> = diesel::sql_query(text)
        .bind::<BigInt, _>(cursor.xid)
        .bind::<BigInt, _>(cursor.seq)
        .bind::<BigInt, _>(most)
        .load(conn)?;
    let behind = rows.last().map_or(cursor, |row| Cursor { xid: row.xid, seq: row.seq });
    let changes = rows.into_iter().filter_map(|row| change(&row.subject_kind, row.subject_id.0)).collect();
    Ok((changes, behind))
}

/// The place behind everything that is certain to be complete now: where a reader starts that is about to load
/// the whole database afterwards.
///
/// # Errors
/// [`DbError::Query`] when the log cannot be read.
pub fn newest(conn: &mut DbConn) -> Result<Cursor, DbError> {
    let mut cursor = Cursor::default();
    loop {
        let (_, behind) = read_after(conn, cursor, 10_000)?;
        if behind == cursor {
            return Ok(cursor);
        }
        cursor = behind;
    }
}

/// One change of the log, by which it can be told whether another log is the same up to there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mark {
    xid: i64,
    seq: i64,
    subject_kind: String,
    subject: Uuid,
    logged_at: Timestamp,
}

/// The change at a place in the log; `None` where none is any more.
///
/// # Errors
/// When the log cannot be read.
pub fn mark(conn: &mut DbConn, at: Cursor) -> Result<Option<Mark>, DbError> {
    let row: Option<(String, SubjectId, Timestamp)> = change_log::table
        .filter(change_log::seq.eq(at.seq).and(change_log::xid.eq(at.xid)))
        .select((change_log::subject_kind, change_log::subject_id, change_log::logged_at))
        .first(conn)
        .optional()?;
    let mark = row.map(|(subject_kind, SubjectId(subject), logged_at)| Mark {
        xid: at.xid,
        seq: at.seq,
        subject_kind,
        subject,
        logged_at,
    });
    Ok(mark)
}

/// The place of a change; `None` when this log does not have that very change.
///
/// # Errors
/// When the log cannot be read.
pub fn find(conn: &mut DbConn, sought: &Mark) -> Result<Option<Cursor>, DbError> {
    let at = Cursor { xid: sought.xid, seq: sought.seq };
    Ok(mark(conn, at)?.filter(|found| found == sought).map(|_| at))
}

/// When the oldest change behind `cursor` was logged, readable yet or not; `None` when all were read.
///
/// # Errors
/// [`DbError::Query`] when the log cannot be read.
pub fn oldest_unread(conn: &mut DbConn, cursor: Cursor) -> Result<Option<Timestamp>, DbError> {
    let behind =
        change_log::xid.gt(cursor.xid).or(change_log::xid.eq(cursor.xid).and(change_log::seq.gt(cursor.seq)));
    let oldest = change_log::table
        .filter(behind)
        .order(change_log::logged_at)
        .select(change_log::logged_at)
        .first(conn)
        .optional()?;
    Ok(oldest)
}

#[derive(QueryableByName)]
struct Age {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Double>)]
    seconds: Option<f64>,
}

/// How long the oldest running transaction that has written anything has been open, in seconds: until it ends, no
/// reader of the log gets past it. `None` on SQLite, whose one writer nobody can overtake.
///
/// # Errors
/// [`DbError::Query`] when the database does not answer.
pub fn oldest_transaction_seconds(conn: &mut DbConn) -> Result<Option<f64>, DbError> {
    let DbConn::Postgres(conn) = conn else { return Ok(None) };
    let age: Age = diesel::sql_query(
        "SELECT max(extract(epoch FROM clock_timestamp() - xact_start))::float8 AS seconds FROM pg_stat_activity \
         WHERE backend_xid IS NOT NULL",
    )
    .get_result(conn)?;
    Ok(Some(age.seconds.unwrap_or(0.0)))
}

/// Forgets changes logged before `before`; every node has read them long ago.
///
/// # Errors
/// When the delete fails.
pub fn prune(conn: &mut DbConn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(change_log::table.filter(change_log::logged_at.lt(before))).execute(conn)
}

fn change(kind: &str, id: Uuid) -> Option<Changed> {
    match kind {
        "challenge" => Some(Changed::Challenge(id)),
        "solution" => Some(Changed::Solution(id)),
        "organization" => Some(Changed::Organization(id)),
        _ => None,
    }
}
