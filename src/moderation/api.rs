//! The JSON door of the desk: what waits, decisions about it, and taking them back.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::acts::{self, ActId, BatchId, Decision, Item};
use super::queue::{self, Waiting, WaitingCounts, WaitingKind};
use super::waiting;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::policy::{self, Actor};
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Problem, Reply};

/// This slice's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(list, act, undo),
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

/// The most things decided in one call.
const MOST: usize = 100;

/// The body of `POST moderation/acts`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decision": "decline", "comment": "予算の見込みを書き足してください。",
    "items": [{"kind": "challenge", "id": "0198c0de-0000-7000-8000-000000000001", "version": 3}]}))]
pub struct Decided {
    /// `accept` (approve, publish, accept) or `decline` (reject, return, dismiss, refuse).
    decision: Option<String>,
    /// What is decided, at most 100 things.
    #[serde(default)]
    items: Vec<DecidedItem>,
    /// What is said with it; a refusal needs it.
    comment: Option<String>,
}

/// One thing that is decided.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecidedItem {
    /// What it is, as in the queue.
    kind: Option<String>,
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Option<String>,
    /// The version that was read.
    version: Option<i32>,
}

impl DecidedItem {
    fn parse(&self, at: usize) -> Result<Item, Failure> {
        let wrong = |name: &str, invalid| Failure::field(format!("/items/{at}/{name}"), invalid);
        let kind = self.kind.as_deref().unwrap_or_default();
        let kind = WaitingKind::parse(kind).map_err(|invalid| wrong("kind", invalid))?;
        let id = self.id.as_deref().and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| wrong("id", Invalid::new("not_an_id")))?;
        Ok(Item { kind, id, version: self.version })
    }
}

/// What became of acts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The acts together, to be taken back by `POST moderation/acts/{id}/undo`.
    id: BatchId,
    /// Each by itself, in the order they were named.
    items: Vec<OutcomeItem>,
}

/// What became of one act.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeItem {
    /// What it is.
    kind: WaitingKind,
    /// Its id.
    id: Uuid,
    /// Whether it was done.
    done: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

impl OutcomeItem {
    /// # Errors
    /// What is no answer about the thing but about the whole call.
    fn of(door: &Door, (kind, id): (WaitingKind, Uuid), done: Result<(), Failure>) -> Result<Self, Failure> {
        let problem = match done {
            Ok(()) => None,
            Err(failure @ (Failure::Busy | Failure::Internal(_))) => return Err(failure),
            Err(failure) => Some(Problem::of(&failure, door.actor().locale(), None)),
        };
        Ok(Self { kind, id, done: problem.is_none(), problem })
    }
}

/// Decide about things that wait
///
/// Each by itself: one that cannot be decided does not hold up the others. What it tells anybody waits for as long as it
/// can be taken back (`moderation.undo_seconds`).
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Invalid`.
#[utoipa::path(
    post,
    path = "/api/v1/moderation/acts",
    tag = "moderation",
    request_body = Decided,
    responses(
        (status = 200, description = "What became of each", body = Outcome),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn act(door: Door, body: Body<Decided>) -> Answer {
    policy::desk(door.actor())?;
    let Decided { decision, items, comment } = body.value;
    let decision = Decision::parse(decision.as_deref().unwrap_or_default());
    let decision = decision.map_err(|invalid| Failure::field("/decision", invalid))?;
    if items.is_empty() {
        return Err(Failure::field("/items", Invalid::new("required")));
    }
    if items.len() > MOST {
        let invalid = Invalid::new("too_many_entries").with("max", MOST).with("actual", items.len());
        return Err(Failure::field("/items", invalid));
    }
    let items: Vec<Item> =
        items.iter().enumerate().map(|(at, item)| item.parse(at)).collect::<Result<_, _>>()?;
    let id = BatchId::new();
    let mut outcomes = Vec::with_capacity(items.len());
    for item in items {
        let comment = comment.clone();
        let done = door
            .services()
            .perform(door.actor().clone(), move |deed| {
                acts::act(deed, id, item, decision, comment.as_deref())
            })
            .await;
        outcomes.push(OutcomeItem::of(&door, (item.kind, item.id), done)?);
    }
    Ok(Reply::ok(&Outcome { id, items: outcomes })?.into())
}

/// Take acts back
///
/// Those of one call of `POST moderation/acts`, each by itself, while nothing was sent or built on it.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `NotFound`.
#[utoipa::path(
    post,
    path = "/api/v1/moderation/acts/{id}/undo",
    tag = "moderation",
    params(("id" = String, Path, format = Uuid, description = "The acts together")),
    responses(
        (status = 200, description = "What became of each", body = Outcome),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn undo(door: Door, path: Path<String>) -> Answer {
    policy::desk(door.actor())?;
    let id: BatchId = path.parse().map_err(|_| Failure::NotFound)?;
    let batch = door.services().read(move |conn| acts::of_batch(conn, id)).await?;
    if batch.is_empty() {
        return Err(Failure::NotFound);
    }
    let mut outcomes = Vec::with_capacity(batch.len());
    for act in batch {
        let own: ActId = act.id;
        let done = door.services().perform(door.actor().clone(), move |deed| acts::undo(deed, own)).await;
        if matches!(done, Err(Failure::NotFound)) {
            return Err(Failure::NotFound);
        }
        outcomes.push(OutcomeItem::of(&door, (act.kind, act.subject.0), done)?);
    }
    Ok(Reply::ok(&Outcome { id, items: outcomes })?.into())
}
