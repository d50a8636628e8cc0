//! Writing an event.

use diesel::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::accounts::{MemberId, OrganizationId};
use crate::db::schema::{audit_events, audit_unsealed};
use crate::db::{Json, Timestamp};
use crate::failure::Failure;
use crate::policy::{Origin, Who};
use crate::services::Deed;

crate::id_types!(
    /// One row of the audit trail.
    AuditEventId,
    /// The thing an event is about; its kind stands beside it.
    SubjectId,
);

/// What was done to what.
///
/// `before` and `after` hold the fields that changed. Personal data and long texts go in as [`digest`]s.
#[derive(Debug, Clone)]
pub struct Event {
    action: &'static str,
    subject_kind: &'static str,
    subject_id: Uuid,
    prefecture: Option<u8>,
    unnamed: bool,
    before: Option<Value>,
    after: Option<Value>,
}

impl Event {
    /// `action` is `<concept>.<verb>` as in the API, e.g. `challenge.publish`.
    pub fn new(action: &'static str, subject_kind: &'static str, subject_id: Uuid) -> Self {
        Self { action, subject_kind, subject_id, prefecture: None, unnamed: false, before: None, after: None }
    }

    /// The prefecture whose bureau may read the event.
    #[must_use]
    pub fn in_prefecture(mut self, prefecture: Option<u8>) -> Self {
        self.prefecture = prefecture;
        self
    }

    /// Keeps who did it, and from where, out of the trail: where that would tell what is to stay secret.
    #[must_use]
    pub fn unnamed(mut self) -> Self {
        self.unnamed = true;
        self
    }

    /// The fields before and after.
    #[must_use]
    pub fn change(mut self, before: impl Into<Option<Value>>, after: impl Into<Option<Value>>) -> Self {
        self.before = before.into();
        self.after = after.into();
        self
    }
}

/// A SHA-256 in hexadecimal: proves later what a text was without keeping it.
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Insertable)]
#[diesel(table_name = audit_events, check_for_backend(crate::db::MultiBackend))]
struct Row {
    id: AuditEventId,
    happened_at: Timestamp,
    actor_kind: &'static str,
    member_id: Option<MemberId>,
    organization_id: Option<OrganizationId>,
    address: Option<String>,
    request_id: Option<String>,
    action: &'static str,
    subject_kind: &'static str,
    subject_id: SubjectId,
    prefecture: Option<i32>,
    before: Option<Json<Value>>,
    after: Option<Json<Value>>,
}

/// Writes `event` into the deed's transaction; the sealer links it into the chain afterwards.
///
/// # Errors
/// `Internal` when the insert fails, and with it the whole deed.
pub fn record(deed: &mut Deed<'_>, event: Event) -> Result<(), Failure> {
    let (actor_kind, member) = match &deed.by().who {
        Who::Member(member) => ("member", Some((member.member, member.organization))),
        Who::Link => ("link", None),
        Who::System => ("system", None),
        Who::CommandLine => ("command_line", None),
        Who::Public => ("public", None),
    };
    let member = member.filter(|_| !event.unnamed);
    let origin = if event.unnamed { Origin::default() } else { deed.by().origin.clone() };
    let row = Row {
        id: AuditEventId::new(),
        happened_at: deed.now(),
        actor_kind,
        member_id: member.map(|(member, _)| member),
        organization_id: member.map(|(_, organization)| organization),
        address: origin.address.map(|address| address.to_string()),
        request_id: origin.request_id,
        action: event.action,
        subject_kind: event.subject_kind,
        subject_id: SubjectId(event.subject_id),
        prefecture: event.prefecture.map(i32::from),
        before: event.before.map(Json),
        after: event.after.map(Json),
    };
    let id = row.id;
    diesel::insert_into(audit_events::table).values(&row).execute(deed.conn())?;
    diesel::insert_into(audit_unsealed::table)
        .values(audit_unsealed::event_id.eq(id))
        .execute(deed.conn())?;
    Ok(())
}
