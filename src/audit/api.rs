//! `GET /api/v1/audit-events`

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::record::{AuditEventId, SubjectId};
use crate::accounts::{MemberId, OrganizationId};
use crate::db::schema::audit_events;
use crate::db::{DbConn, Json, MultiBackend, Timestamp};
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::policy::{self, Actor, AuditScope};
use crate::web::{Answer, Door, Page, PageQuery, Params, Problem, Reply};

/// This slice's part of the description.
#[derive(OpenApi)]
#[openapi(paths(list), components(schemas(EventView)))]
pub struct Doc;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this member.
    pub(super) actor: Option<Uuid>,
    /// About this thing.
    pub(super) subject: Option<Uuid>,
    /// At or after this instant (RFC 3339).
    pub(super) since: Option<String>,
    /// Items on a page, 1 to 100.
    pub(super) limit: Option<i64>,
    /// The `next` of the page before.
    pub(super) cursor: Option<String>,
    /// Whether to count all items as well.
    pub(super) total: Option<bool>,
}

/// One event, newest first in lists.
#[derive(Debug, Queryable, Serialize, ToSchema)]
pub struct EventView {
    pub(super) id: AuditEventId,
    #[schema(value_type = String, format = DateTime)]
    pub(super) happened_at: Timestamp,
    /// `member`, `link`, `system`, `command_line` or `public`.
    pub(super) actor_kind: String,
    pub(super) member_id: Option<MemberId>,
    organization_id: Option<OrganizationId>,
    request_id: Option<String>,
    /// `<concept>.<verb>`.
    pub(super) action: String,
    pub(super) subject_kind: String,
    pub(super) subject_id: SubjectId,
    /// The fields that changed, before; long texts and personal data as SHA-256.
    #[schema(value_type = Option<Object>)]
    pub(super) before: Option<Json<Value>>,
    /// The same after.
    #[schema(value_type = Option<Object>)]
    pub(super) after: Option<Json<Value>>,
}

/// The audit trail: own acts, a bureau its region's, the operator everything.
///
/// # Errors
/// `Unauthenticated`, `Invalid`.
#[utoipa::path(
    get,
    path = "/api/v1/audit-events",
    tag = "audit",
    summary = "Read the audit trail",
    params(Filter),
    responses((status = 200, description = "Events, newest first", body = Page<EventView>), (status = 401, body = Problem)),
    security(("bearer" = []))
)]
pub async fn list(door: Door, Params(filter): Params<Filter>) -> Answer {
    door.read(move |conn, actor| Reply::ok(&page(conn, actor, filter)?)).await
}

/// One page of what `actor` may read.
pub(super) fn page(conn: &mut DbConn, actor: &Actor, filter: Filter) -> Result<Page<EventView>, Failure> {
    let scope = policy::audit_scope(actor)?;
    let query = PageQuery::new(filter.limit, filter.cursor.clone(), filter.total);
    let limit = query.checked_limit()?;
    let place: Option<AuditEventId> = query.place()?;
    let total = match query.total {
        Some(true) => Some(visible(&scope, &filter)?.count().get_result(conn)?),
        _ => None,
    };
    let mut rows = visible(&scope, &filter)?;
    if let Some(last) = place {
        rows = rows.filter(audit_events::id.lt(last));
    }
    let rows: Vec<EventView> = rows
        .order(audit_events::id.desc())
        .limit(limit.saturating_add(1))
        .select((
            audit_events::id,
            audit_events::happened_at,
            audit_events::actor_kind,
            audit_events::member_id,
            audit_events::organization_id,
            audit_events::request_id,
            audit_events::action,
            audit_events::subject_kind,
            audit_events::subject_id,
            audit_events::before,
            audit_events::after,
        ))
        .load(conn)?;
    Page::cut(rows, limit, total, |event| event.id)
}

fn visible<'a>(
    scope: &AuditScope,
    filter: &Filter,
) -> Result<audit_events::BoxedQuery<'a, MultiBackend>, Failure> {
    let mut rows = audit_events::table.into_boxed();
    match scope {
        AuditScope::Everything => {}
        AuditScope::Region(prefectures, own) => {
            let prefectures: Vec<i32> = prefectures.iter().copied().map(i32::from).collect();
            rows = rows.filter(
                audit_events::prefecture.eq_any(prefectures).or(audit_events::organization_id.eq(*own)),
            );
        }
        AuditScope::Own(own) => rows = rows.filter(audit_events::organization_id.eq(*own)),
    }
    if let Some(actor) = filter.actor {
        rows = rows.filter(audit_events::member_id.eq(MemberId(actor)));
    }
    if let Some(subject) = filter.subject {
        rows = rows.filter(audit_events::subject_id.eq(SubjectId(subject)));
    }
    if let Some(since) = &filter.since {
        let since = chrono::DateTime::parse_from_rfc3339(since)
            .map_err(|_| Failure::field("/since", Invalid::new("not_an_instant")))?;
        rows = rows.filter(audit_events::happened_at.ge(Timestamp::from_utc(since.to_utc())));
    }
    Ok(rows)
}
