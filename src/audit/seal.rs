//! Linking new events into the chain.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::checkpoints::{self, Checkpoint};
use super::key::AuditKey;
use super::record::{AuditEventId, SubjectId};
use crate::accounts::{MemberId, OrganizationId};
use crate::db::schema::{audit_events, audit_seals, audit_unsealed};
use crate::db::{DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::services::Services;

/// How many events one step links.
const BATCH: i64 = 500;

/// An event as it is sealed: every column, in this order, as JSON. Changing this breaks every chain there is.
#[derive(Debug, Queryable, Serialize)]
pub(super) struct Sealed {
    pub(super) id: AuditEventId,
    happened_at: Timestamp,
    actor_kind: String,
    member_id: Option<MemberId>,
    organization_id: Option<OrganizationId>,
    address: Option<String>,
    request_id: Option<String>,
    pub(super) action: String,
    subject_kind: String,
    subject_id: SubjectId,
    prefecture: Option<i32>,
    before: Option<Json<Value>>,
    after: Option<Json<Value>>,
}

/// The seal of `event` at `position`, after the seal before it.
pub(super) fn seal_of(
    key: &AuditKey,
    before: &[u8],
    position: i64,
    event: &Sealed,
) -> Result<Vec<u8>, Failure> {
    let document = serde_json::to_vec(event).map_err(Failure::internal)?;
    key.seal(&[b"event", before, &position.to_be_bytes(), &document])
}

/// Links the events that are not linked yet; answers whether there may be more.
///
/// Which events are new is told by a row of `audit_unsealed` written with each, not by their order: an event
/// committed late by a slow transaction is linked then, and lost never. A node whose key is not the one the
/// chain began with leaves the sealing to the node that has it.
///
/// # Errors
/// `Internal` when a row, the key or the checkpoint file cannot be read or written.
pub async fn seal(services: &Services) -> Result<bool, Failure> {
    let waiting = services.read(|conn| Ok(audit_unsealed::table.count().get_result::<i64>(conn)?)).await?;
    metrics::gauge!("kakehashi_audit_unsealed").set(waiting as f64);
    if waiting == 0 {
        return Ok(false);
    }
    let key = AuditKey::load_or_make(services.settings())?;
    let now = services.clock().now();
    let sealing_key = key.clone();
    let reached: Option<(Checkpoint, bool)> =
        services.db().write(move |conn| link_batch(conn, &sealing_key, now), |_, _| {}).await?;
    let Some((point, more)) = reached else { return Ok(false) };
    checkpoints::append(services.settings(), &key, &point, now)?;
    Ok(more)
}

/// `None` when there was nothing to link or the key is another node's.
fn link_batch(
    conn: &mut DbConn,
    key: &AuditKey,
    now: Timestamp,
) -> Result<Option<(Checkpoint, bool)>, Failure> {
    if let DbConn::Postgres(pg) = conn {
        // One sealer at a time; held until this transaction ends.
        pg.batch_execute("SELECT pg_advisory_xact_lock(7316022512)")?;
    }
    let last: Option<(i64, Vec<u8>, String)> = audit_seals::table
        .order(audit_seals::position.desc())
        .select((audit_seals::position, audit_seals::seal, audit_seals::key_id))
        .first(conn)
        .optional()?;
    if last.as_ref().is_some_and(|(_, _, key_id)| key_id != key.id()) {
        tracing::debug!("the chain is sealed with another node's key");
        return Ok(None);
    }
    let events: Vec<Sealed> = audit_events::table
        .inner_join(audit_unsealed::table.on(audit_unsealed::event_id.eq(audit_events::id)))
        .order(audit_events::id)
        .limit(BATCH)
        .select(audit_events::all_columns)
        .load(conn)?;
    let (mut position, mut seal) = last.map_or((0, Vec::new()), |(position, seal, _)| (position, seal));
    if events.is_empty() {
        return Ok(None);
    }
    let full = i64::try_from(events.len()).is_ok_and(|count| count == BATCH);
    let mut linked = Vec::with_capacity(events.len());
    for event in &events {
        position = position.saturating_add(1);
        seal = seal_of(key, &seal, position, event)?;
        linked.push(event.id);
        diesel::insert_into(audit_seals::table)
            .values((
                audit_seals::position.eq(position),
                audit_seals::event_id.eq(event.id),
                audit_seals::seal.eq(&seal),
                audit_seals::key_id.eq(key.id()),
                audit_seals::sealed_at.eq(now),
            ))
            .execute(conn)?;
    }
    diesel::delete(audit_unsealed::table.filter(audit_unsealed::event_id.eq_any(linked))).execute(conn)?;
    Ok(Some((Checkpoint { position, seal }, full)))
}
