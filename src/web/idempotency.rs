//! `Idempotency-Key`: the same POST sent twice is done once and answered alike.
//!
//! The answer is saved in the deed's own transaction, so a crash keeps both or neither. Scoped to member,
//! method and path, kept 24 hours.

use diesel::prelude::*;

use super::Reply;
use crate::accounts::MemberId;
use crate::db::schema::idempotency_keys;
use crate::db::{Both, DbConn, Timestamp};
use crate::failure::Failure;
use crate::services::Deed;

/// A key and what it is scoped to.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) member: MemberId,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) key: String,
    pub(super) fingerprint: Vec<u8>,
}

/// Does `work` unless the key was used before; then gives the saved answer.
pub(super) fn once(
    deed: &mut Deed<'_>,
    key: &Key,
    work: impl FnOnce(&mut Deed<'_>) -> Result<Reply, Failure>,
) -> Result<Reply, Failure> {
    claim(deed, key)?;
    if let Some(saved) = saved(deed.conn(), key)? {
        return saved;
    }
    let reply = work(deed)?;
    let conn = deed.conn();
    diesel::update(row(key))
        .set((
            idempotency_keys::status.eq(i32::from(reply.status)),
            idempotency_keys::location.eq(&reply.location),
            idempotency_keys::etag.eq(&reply.etag),
            idempotency_keys::body.eq(&reply.body),
        ))
        .execute(conn)?;
    Ok(reply)
}

/// Inserts the key with status 0 ("in work"). On PostgreSQL a twin in another transaction waits here until this
/// one ends, and then finds the saved answer.
fn claim(deed: &mut Deed<'_>, key: &Key) -> QueryResult<()> {
    let now = deed.now();
    Both(
        diesel::insert_into(idempotency_keys::table)
            .values((
                idempotency_keys::member_id.eq(key.member),
                idempotency_keys::method.eq(&key.method),
                idempotency_keys::path.eq(&key.path),
                idempotency_keys::key.eq(&key.key),
                idempotency_keys::fingerprint.eq(&key.fingerprint),
                idempotency_keys::status.eq(0),
                idempotency_keys::body.eq(""),
                idempotency_keys::created_at.eq(now),
            ))
            .on_conflict_do_nothing(),
    )
    .execute(deed.conn())?;
    Ok(())
}

type Row = diesel::dsl::Find<idempotency_keys::table, (MemberId, String, String, String)>;

fn row(key: &Key) -> Row {
    idempotency_keys::table.find((key.member, key.method.clone(), key.path.clone(), key.key.clone()))
}

fn saved(conn: &mut DbConn, key: &Key) -> Result<Option<Result<Reply, Failure>>, Failure> {
    let (fingerprint, status, location, etag, body): (Vec<u8>, i32, Option<String>, Option<String>, String) =
        row(key)
            .select((
                idempotency_keys::fingerprint,
                idempotency_keys::status,
                idempotency_keys::location,
                idempotency_keys::etag,
                idempotency_keys::body,
            ))
            .first(conn)?;
    if fingerprint != key.fingerprint {
        return Ok(Some(Err(Failure::KeyReused)));
    }
    match u16::try_from(status) {
        Ok(0) | Err(_) => Ok(None),
        Ok(status) => Ok(Some(Ok(Reply { status, location, etag, body }))),
    }
}

/// Forgets keys older than `before`.
///
/// # Errors
/// When the delete fails.
pub fn prune(conn: &mut DbConn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(before))).execute(conn)
}
