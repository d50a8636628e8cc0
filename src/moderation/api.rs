//! `GET /api/v1/moderation/queue`

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::queue::{self, Waiting, WaitingCounts, WaitingKind};
use super::waiting;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Actor};
use crate::web::{Answer, Door, Page, PageQuery, Params, Problem, Reply};

/// This slice's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(list),
    tags((name = "moderation", description = "What waits for a bureau or the operator"))
)]
pub struct Doc;

/// Which of the things that wait.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// One kind only: `organization`, `challenge`, `solution`, `match` or `confirmation`.
    kind: Option<String>,
    /// Items on a page, 1 to 100.
    limit: Option<i64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Whether to count all items as well.
    total: Option<bool>,
}

/// A page of the queue, and how much waits altogether.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queue {
    /// The page, oldest first.
    #[serde(flatten)]
    page: Page<Waiting>,
    /// How much waits at this desk, by kind.
    counts: WaitingCounts,
}

/// Everything that waits for the caller's bureau, or for the operator everywhere, oldest first.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Invalid`.
#[utoipa::path(
    get,
    path = "/api/v1/moderation/queue",
    tag = "moderation",
    summary = "List what waits",
    params(Filter),
    responses(
        (status = 200, description = "What waits, oldest first", body = Queue,
         example = json!({"items": [{"kind": "challenge", "id": "0198c0de-0000-7000-8000-000000000001",
            "title": "冬の通学路を安全に", "organization": {"id": "0198c0de-0000-7000-8000-000000000002",
            "name": "岩見沢市"}, "prefecture": 1, "since": "2026-11-02T01:00:00.000000Z", "waiting_days": 3,
            "links": [{"rel": "publish", "method": "POST",
                "href": "/api/v1/challenges/0198c0de-0000-7000-8000-000000000001/publish"}]}],
            "next": null,
            "counts": {"organization": 0, "challenge": 1, "solution": 0, "match": 0, "confirmation": 0}})),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn list(door: Door, Params(filter): Params<Filter>) -> Answer {
    let now = door.services().clock().now();
    door.read(move |conn, actor| Reply::ok(&queue(conn, actor, filter, now)?)).await
}

fn queue(conn: &mut DbConn, actor: &Actor, filter: Filter, now: Timestamp) -> Result<Queue, Failure> {
    let desk = policy::desk(actor)?;
    let kind = filter.kind.as_deref().map(WaitingKind::parse).transpose();
    let kind = kind.map_err(|invalid| Failure::field("/kind", invalid))?;
    let query = PageQuery::new(filter.limit, filter.cursor, filter.total);
    let (limit, after) = (query.checked_limit()?, query.place()?);
    let counts = waiting::counts(conn, &desk)?;
    let total = query.total.unwrap_or(false).then(|| kind.map_or(counts.total(), |kind| counts.of(kind)));
    Ok(Queue { page: queue::page(conn, &desk, kind, (after, limit), total, now)?, counts })
}
