//! The doors to deployments and to the requests that confirm them.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::confirmation::{self, AnswerForm, DeskPlace, DeskRequest, RequestStatus};
use super::{ConfirmationId, DeploymentForm, DeploymentId, DeploymentView, actions, store, view};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Who};
use crate::solutions::{SolutionId, store as solutions};
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Reply};

/// The part of the API description about deployments.
#[derive(OpenApi)]
#[openapi(
    paths(
        list, declare, show, edit, remove, document, request_confirmation, answer, requests, accept, refuse
    ),
    components(schemas(DeploymentView, DeploymentForm, AnswerForm, DeskRequest)),
    tags((name = "deployments", description = "Earlier uses of a solution (導入実績), and who stands behind them"))
)]
pub struct Doc;

/// The deployments of a solution.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeploymentList {
    /// Newest use first; all on one page, at most 200.
    items: Vec<DeploymentView>,
    /// Always `null`.
    next: Option<String>,
    /// How many there are for this caller.
    total: usize,
}

/// `GET /api/v1/solutions/{id}/deployments`
///
/// # Errors
/// `NotFound`.
#[utoipa::path(
    get, path = "/api/v1/solutions/{id}/deployments", tag = "deployments",
    summary = "Deployments of a solution, as far as the caller may see them",
    params(("id" = Uuid, Path, description = "The solution")),
    responses((status = 200, body = DeploymentList), (status = 404, description = "Not found"))
)]
pub async fn list(door: Door, path: Path<Uuid>) -> Answer {
    let id = SolutionId(path.into_inner());
    door.read(move |conn, actor| {
        let solution = solutions::find(conn, id)?;
        let subject = solution.subject();
        policy::require(actor, Action::See, &subject)?;
        let all = store::of_solutions(conn, &[id])?.remove(&id).unwrap_or_default();
        let items = view::visible(conn, actor, &subject, all)?;
        Reply::ok(&DeploymentList { total: items.len(), items, next: None })
    })
    .await
}

/// `POST /api/v1/solutions/{id}/deployments`
///
/// # Errors
/// Those of [`actions::declare`].
#[utoipa::path(
    post, path = "/api/v1/solutions/{id}/deployments", tag = "deployments", security(("bearer" = [])),
    summary = "Enter a deployment, on the vendor's word",
    params(("id" = Uuid, Path, description = "The solution")),
    request_body = DeploymentForm,
    responses(
        (status = 201, body = DeploymentView),
        (status = 403, description = "Not the vendor's editor"),
        (status = 409, description = "The solution is archived"),
        (status = 422, description = "Fields are wrong")
    )
)]
pub async fn declare(door: Door, path: Path<Uuid>, body: Body<DeploymentForm>) -> Answer {
    let solution = SolutionId(path.into_inner());
    door.write(body.fingerprint, move |deed| {
        let id = actions::declare(deed, solution, &body.value)?;
        let actor = deed.by().clone();
        let shown = one(deed.conn(), &actor, id)?;
        Ok(Reply::created(format!("/api/v1/deployments/{id}"), &shown)?.at_version(shown.version))
    })
    .await
}

/// `GET /api/v1/deployments/{id}`
///
/// # Errors
/// `NotFound`.
#[utoipa::path(
    get, path = "/api/v1/deployments/{id}", tag = "deployments", summary = "One deployment",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = DeploymentView), (status = 404, description = "Not found"))
)]
pub async fn show(door: Door, path: Path<Uuid>) -> Answer {
    let id = DeploymentId(path.into_inner());
    door.read(move |conn, actor| shown(conn, actor, id)).await
}

/// `PATCH /api/v1/deployments/{id}`
///
/// # Errors
/// Those of [`actions::edit`], `VersionRequired`.
#[utoipa::path(
    patch, path = "/api/v1/deployments/{id}", tag = "deployments", security(("bearer" = [])),
    summary = "Change a deployment (JSON merge patch)",
    description = "A change of municipality, sector, dates, stage, outcome or results makes it `declared` again.",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = DeploymentForm,
    responses(
        (status = 200, body = DeploymentView),
        (status = 412, description = "Changed in the meantime"),
        (status = 422, description = "Fields are wrong"),
        (status = 428, description = "If-Match is missing")
    )
)]
pub async fn edit(door: Door, path: Path<Uuid>, body: Body<Map<String, Value>>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let version = door.required_version()?;
    door.write(body.fingerprint, move |deed| {
        actions::edit(deed, id, version, body.value)?;
        let actor = deed.by().clone();
        shown(deed.conn(), &actor, id)
    })
    .await
}

/// `DELETE /api/v1/deployments/{id}`
///
/// # Errors
/// Those of [`actions::remove`].
#[utoipa::path(
    delete, path = "/api/v1/deployments/{id}", tag = "deployments", security(("bearer" = [])),
    summary = "Take a deployment out",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Gone"), (status = 412, description = "Changed in the meantime"))
)]
pub async fn remove(door: Door, path: Path<Uuid>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let version = door.version()?;
    door.write(Vec::new(), move |deed| {
        actions::remove(deed, id, version)?;
        Ok(Reply::no_content())
    })
    .await
}

/// A comment to go with a step.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentForm {
    /// Up to 2,000 characters.
    comment: Option<String>,
}

/// `POST /api/v1/deployments/{id}/document`
///
/// # Errors
/// Those of [`actions::document`].
#[utoipa::path(
    post, path = "/api/v1/deployments/{id}/document", tag = "deployments", security(("bearer" = [])),
    summary = "Say that the evidence was read (bureau, operator)",
    description = "By the bureau of the municipality's prefecture; abroad by that of the vendor's head office.",
    params(("id" = Uuid, Path)), request_body = CommentForm,
    responses(
        (status = 200, body = DeploymentView),
        (status = 403, description = "Not the bureau in charge"),
        (status = 409, description = "Verified already, or denied")
    )
)]
pub async fn document(door: Door, path: Path<Uuid>, body: Body<CommentForm>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let version = door.version()?;
    door.write(body.fingerprint, move |deed| {
        actions::document(deed, id, version, body.value.comment.as_deref())?;
        let actor = deed.by().clone();
        shown(deed.conn(), &actor, id)
    })
    .await
}

/// Whom to ask.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForm {
    /// An address of the municipality; without one, the admins of its organization are asked.
    #[schema(example = "dx@city.example.jp")]
    email: Option<String>,
}

/// `POST /api/v1/deployments/{id}/request-confirmation`
///
/// # Errors
/// Those of [`confirmation::ask`].
#[utoipa::path(
    post, path = "/api/v1/deployments/{id}/request-confirmation", tag = "deployments", security(("bearer" = [])),
    summary = "Ask the municipality to confirm",
    description = "Mailed at once to verified members of the municipality and to its listed mail domains; another \
        address waits for the bureau. Never mailed to the vendor's own domains, and at most once a week.",
    params(("id" = Uuid, Path)), request_body = AskForm,
    responses(
        (status = 202, description = "Mailed, or before the bureau"),
        (status = 409, description = "Confirmed, denied, or abroad"),
        (status = 422, description = "No address known, or one of the vendor's own"),
        (status = 429, description = "Mailed within the last week; Retry-After says when")
    )
)]
pub async fn request_confirmation(door: Door, path: Path<Uuid>, body: Body<AskForm>) -> Answer {
    let id = DeploymentId(path.into_inner());
    door.write(body.fingerprint, move |deed| {
        confirmation::ask(deed, id, body.value.email.as_deref())?;
        Ok(Reply::accepted())
    })
    .await
}

/// `POST /api/v1/deployment-confirmations`
///
/// # Errors
/// Those of [`confirmation::answer`].
#[utoipa::path(
    post, path = "/api/v1/deployment-confirmations", tag = "deployments",
    summary = "Answer with the token of the mailed link",
    request_body = AnswerForm,
    responses(
        (status = 204, description = "Taken; the link is used up"),
        (status = 403, description = "Signed in as the vendor, or as nobody who could answer"),
        (status = 422, description = "The link does not act, or fields are wrong")
    )
)]
pub async fn answer(door: Door, body: Body<AnswerForm>) -> Answer {
    let mut actor = door.actor().clone();
    if actor.who == Who::Public {
        actor.who = Who::Link;
    }
    let form = body.value;
    door.services().perform(actor, move |deed| confirmation::answer(deed, form)).await?;
    Ok(Reply::no_content().into())
}

/// Which requests.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RequestParams {
    /// `queued`, `mailed`, `answered`, `refused`, `superseded`; all unless given.
    status: Option<String>,
    /// Items on a page, 1 to 100; 20 unless given.
    limit: Option<i64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Whether to count all items as well.
    total: Option<bool>,
}

/// `GET /api/v1/deployment-confirmations`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for others than bureaus and the operator, `Invalid` parameters.
#[utoipa::path(
    get, path = "/api/v1/deployment-confirmations", tag = "deployments", security(("bearer" = [])),
    summary = "Requests for confirmation in the own prefectures, oldest first (bureau, operator)",
    params(RequestParams),
    responses((status = 200, body = Page<DeskRequest>), (status = 403, description = "Not a bureau"))
)]
pub async fn requests(door: Door, Params(params): Params<RequestParams>) -> Answer {
    let status = params.status.as_deref().map(RequestStatus::parse).transpose();
    let status = status.map_err(|invalid| Failure::field("/status", invalid))?;
    let query = PageQuery::new(params.limit, params.cursor, params.total);
    let (limit, after) = (query.checked_limit()?, query.place::<DeskPlace>()?);
    door.read(move |conn, actor| {
        let desk = policy::desk(actor)?;
        let count = query.total.unwrap_or_default();
        let (rows, total) = confirmation::on_desk(conn, &desk, status, after, limit, count)?;
        let place = |row: &DeskRequest| DeskPlace { requested_at: row.requested_at, id: row.id };
        Reply::ok(&Page::cut(rows, limit, total, place)?)
    })
    .await
}

/// `POST /api/v1/deployment-confirmations/{id}/accept`
///
/// # Errors
/// Those of [`confirmation::accept`].
#[utoipa::path(
    post, path = "/api/v1/deployment-confirmations/{id}/accept", tag = "deployments", security(("bearer" = [])),
    summary = "Accept an address: the mail goes out (bureau, operator)",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "Mailed"), (status = 409, description = "Decided already"))
)]
pub async fn accept(door: Door, path: Path<Uuid>, body: Body<Nothing>) -> Answer {
    let id = ConfirmationId(path.into_inner());
    door.write(body.fingerprint, move |deed| {
        confirmation::accept(deed, id)?;
        Ok(Reply::no_content())
    })
    .await
}

/// A step that takes no words.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Why.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonForm {
    /// Shown to the vendor, up to 2,000 characters.
    reason: Option<String>,
}

/// `POST /api/v1/deployment-confirmations/{id}/refuse`
///
/// # Errors
/// Those of [`confirmation::refuse`].
#[utoipa::path(
    post, path = "/api/v1/deployment-confirmations/{id}/refuse", tag = "deployments", security(("bearer" = [])),
    summary = "Do not accept an address; the vendor is told (bureau, operator)",
    params(("id" = Uuid, Path)), request_body = ReasonForm,
    responses((status = 204, description = "Refused"), (status = 409, description = "Decided already"))
)]
pub async fn refuse(door: Door, path: Path<Uuid>, body: Body<ReasonForm>) -> Answer {
    let id = ConfirmationId(path.into_inner());
    door.write(body.fingerprint, move |deed| {
        confirmation::refuse(deed, id, body.value.reason.as_deref())?;
        Ok(Reply::no_content())
    })
    .await
}

fn shown(conn: &mut DbConn, actor: &Actor, id: DeploymentId) -> Result<Reply, Failure> {
    let view = one(conn, actor, id)?;
    Ok(Reply::ok(&view)?.at_version(view.version))
}

/// One deployment as the caller may see it.
pub(super) fn one(conn: &mut DbConn, actor: &Actor, id: DeploymentId) -> Result<DeploymentView, Failure> {
    let deployment = store::find(conn, id)?;
    let solution = solutions::find(conn, deployment.solution)?;
    let views = view::visible(conn, actor, &solution.subject(), vec![deployment])?;
    views.into_iter().next().ok_or(Failure::NotFound)
}
