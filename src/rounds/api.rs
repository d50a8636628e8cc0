//! The JSON door: rounds, their steps, and the challenges that take part.

use actix_web::web::Path;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::card::{self, RoundCard};
use super::form::{DaysForm, ReasonForm, RoundForm};
use super::states::{Status, Step};
use super::store::{self, DraftsOf, Filter, Round};
use super::view::{RoundView, WindowView};
use super::{RoundId, actions, entering, survey as surveying, windows};
use crate::challenges::{self, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::policy::{self, Action, Actor};
use crate::reference::Bureau;
use crate::services::Deed;
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Problem, Reply};

#[derive(OpenApi)]
#[openapi(
    paths(
        list, create, show, change, remove, announce, cancel, end, survey, list_challenges, enter, leave
    ),
    components(schemas(
        RoundView, RoundCard, RoundForm, DaysForm, ReasonForm, EntryForm, Surveyed, WindowView, Status, Step,
        windows::Days, windows::Windows, windows::WindowKind, windows::WindowState
    )),
    tags((name = "rounds", description = "募集回: calls of a bureau, from the challenges to the sessions"))
)]
pub struct Doc;

/// The parameters of the list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// The bureau's slug.
    pub bureau: Option<String>,
    /// One state.
    pub status: Option<String>,
    /// Items on a page, 1 to 100; 20 unless given.
    pub limit: Option<i64>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

/// Which challenge.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoundEntryForm)]
pub struct EntryForm {
    /// The challenge.
    #[schema(value_type = String, format = Uuid)]
    pub challenge_id: Option<String>,
}

/// How many municipalities were asked.
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = RoundSurveyed)]
pub struct Surveyed {
    /// Municipalities with members that have no challenge in the round yet.
    asked: usize,
}

/// An id of a path; what is no id names nothing.
pub(super) fn id_of(path: &str) -> Result<RoundId, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// The round, if the caller may see it.
pub(crate) fn seen(conn: &mut DbConn, actor: &Actor, id: RoundId) -> Result<Round, Failure> {
    let round = store::find(conn, id)?;
    policy::require(actor, Action::See, &round.subject())?;
    Ok(round)
}

/// Whose drafts `actor` may list.
pub(super) fn drafts_of(actor: &Actor) -> Option<DraftsOf> {
    match policy::desk(actor).ok()? {
        policy::Desk::Everywhere => Some(DraftsOf::Everybody),
        policy::Desk::Region(_) => actor.member().map(|member| DraftsOf::One(member.organization)),
    }
}

fn shown(deed: &Deed<'_>, round: &Round) -> Result<Reply, Failure> {
    Ok(Reply::ok(&RoundView::of(deed.by(), round, deed.now()))?.at_version(round.version))
}

/// List rounds
///
/// The latest first. Drafts are shown to their bureau and the operator.
#[utoipa::path(get, path = "/api/v1/rounds", tag = "rounds", params(ListParams),
    responses(
        (status = 200, description = "A page", body = Page<RoundCard>),
        (status = 422, description = "A parameter is wrong", body = Problem),
    ))]
pub async fn list(door: Door, Params(params): Params<ListParams>) -> Answer {
    let bureau = params.bureau.as_deref().map(Bureau::parse).transpose();
    let bureau = bureau.map_err(|invalid| Failure::field("/bureau", invalid))?;
    let status = params.status.as_deref().map(Status::parse).transpose();
    let status = status.map_err(|invalid| Failure::field("/status", invalid))?;
    let query = PageQuery::new(params.limit, params.cursor, None);
    let (limit, after) = (query.checked_limit()?, query.place()?);
    let now = door.services().clock().now();
    door.read(move |conn, actor| {
        let filter = Filter { bureau, status, drafts_of: drafts_of(actor) };
        let rows = store::list(conn, &filter, after, limit)?;
        let Page { items, next, .. } = Page::cut(rows, limit, None, |round| round.id)?;
        Reply::ok(&Page { items: card::cards(conn, &items, now)?, next, total: None })
    })
    .await
}

/// Begin a round
///
/// By a bureau, or by the operator for one. A draft is seen by its bureau only until it is announced.
#[utoipa::path(post, path = "/api/v1/rounds", tag = "rounds", request_body = RoundForm, security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Do it once")),
    responses(
        (status = 201, description = "The draft; its path in Location", body = RoundView),
        (status = 403, description = "Not a bureau", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn create(door: Door, body: Body<RoundForm>) -> Answer {
    let form = body.value;
    door.write(body.fingerprint, move |deed| {
        let round = actions::create(deed, &form)?;
        let view = RoundView::of(deed.by(), &round, deed.now());
        Ok(Reply::created(format!("/api/v1/rounds/{}", round.id), &view)?.at_version(round.version))
    })
    .await
}

/// Read a round
///
/// With the instants at which its windows open and close.
#[utoipa::path(get, path = "/api/v1/rounds/{id}", tag = "rounds",
    params(("id" = String, Path, format = Uuid, description = "The round")),
    responses(
        (status = 200, description = "The round", body = RoundView),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn show(door: Door, path: Path<String>) -> Answer {
    let (id, now) = (id_of(&path)?, door.services().clock().now());
    door.read(move |conn, actor| {
        let round = seen(conn, actor, id)?;
        Ok(Reply::ok(&RoundView::of(actor, &round, now))?.at_version(round.version))
    })
    .await
}

/// Change a round
///
/// A JSON merge patch (RFC 7396). Windows of an announced round that have moved are told to those who take part.
#[utoipa::path(patch, path = "/api/v1/rounds/{id}", tag = "rounds", request_body = RoundForm, security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("If-Match" = String, Header, description = "The ETag that was read"),
    ),
    responses(
        (status = 200, description = "As it is now", body = RoundView),
        (status = 403, description = "Not your bureau's", body = Problem),
        (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
        (status = 412, description = "Somebody was faster", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
        (status = 428, description = "If-Match is missing", body = Problem),
    ))]
pub async fn change(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, version, patch) = (id_of(&path)?, door.required_version()?, body.value);
    door.write(body.fingerprint, move |deed| {
        let round = actions::edit(deed, id, version, patch)?;
        shown(deed, &round)
    })
    .await
}

/// Throw a draft away
#[utoipa::path(delete, path = "/api/v1/rounds/{id}", tag = "rounds", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The round")),
    responses(
        (status = 204, description = "Gone"),
        (status = 409, description = "Not a draft any more", body = Problem),
    ))]
pub async fn remove(door: Door, path: Path<String>) -> Answer {
    let (id, version) = (id_of(&path)?, door.version()?);
    door.write(Vec::new(), move |deed| {
        actions::delete(deed, id, version)?;
        Ok(Reply::no_content())
    })
    .await
}

macro_rules! step_handler {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, |$deed:ident, $id:ident, $version:ident, $body:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "rounds", request_body = ReasonForm, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The round"),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = RoundView),
                (status = 403, description = "Not your bureau's", body = Problem),
                (status = 404, description = "Not there, or hidden", body = Problem),
                (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Fields are wrong", body = Problem),
            ))]
        pub async fn $name(door: Door, path: Path<String>, body: Body<ReasonForm>) -> Answer {
            let ($id, $version, $body) = (id_of(&path)?, door.version()?, body.value);
            door.write(body.fingerprint, move |$deed| {
                let round = $act?;
                shown($deed, &round)
            })
            .await
        }
    };
}

step_handler!(
    /// Announce it
    ///
    /// The municipalities of the region are told; from here on its windows open and close by the clock.
    announce, "/api/v1/rounds/{id}/announce",
    |deed, id, version, _body| actions::announce(deed, id, version)
);
step_handler!(
    /// Call it off
    ///
    /// `reason` is required; whoever takes part is told.
    cancel, "/api/v1/rounds/{id}/cancel",
    |deed, id, version, body| actions::cancel(deed, id, version, &body)
);
step_handler!(
    /// End it before its last window closes
    end, "/api/v1/rounds/{id}/end",
    |deed, id, version, _body| actions::end(deed, id, version)
);

/// Ask every municipality of the region for its needs
///
/// Those with members that have no challenge in the round yet, at most once a week; an answer is a draft challenge.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/survey", tag = "rounds", security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 200, description = "How many were asked", body = Surveyed),
        (status = 403, description = "Not your bureau's", body = Problem),
        (status = 409, description = "Not in this state, or the window of challenges is closed", body = Problem),
        (status = 429, description = "Asked less than a week ago", body = Problem),
    ))]
pub async fn survey(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, version) = (id_of(&path)?, door.version()?);
    door.write(body.fingerprint, move |deed| {
        let (round, asked) = surveying::survey(deed, id, version)?;
        Ok(Reply::ok(&Surveyed { asked })?.at_version(round.version))
    })
    .await
}

/// List the challenges that take part
///
/// Those the caller may see, in the order in which they came in.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/challenges", tag = "rounds",
    params(("id" = String, Path, format = Uuid, description = "The round")),
    responses(
        (status = 200, description = "All of them", body = Page<challenges::Card>),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list_challenges(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| {
        seen(conn, actor, id)?;
        Reply::ok(&Page { items: cards(conn, actor, id)?, next: None, total: None })
    })
    .await
}

/// The challenges of a round that `actor` may see.
pub(super) fn cards(conn: &mut DbConn, actor: &Actor, id: RoundId) -> Result<Vec<challenges::Card>, Failure> {
    let ids = store::challenges_of(conn, id)?;
    let mut cards = challenges::cards(conn, actor, &ids)?;
    Ok(ids.iter().filter_map(|id| cards.remove(id)).collect())
}

/// Put a challenge into the round
///
/// By its municipality (or its bureau for one that it entered), while the window of challenges is open. One without a
/// deadline takes the last day for proposals of the round.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/challenges", tag = "rounds", request_body = EntryForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 204, description = "It takes part"),
        (status = 403, description = "Not your challenge", body = Problem),
        (status = 409, description = "The window is closed, or another bureau's, or it is in a round", body = Problem),
        (status = 422, description = "No such challenge, or its deadline lies outside the window", body = Problem),
    ))]
pub async fn enter(door: Door, path: Path<String>, body: Body<EntryForm>) -> Answer {
    let id = id_of(&path)?;
    let challenge = challenge_of(body.value.challenge_id.as_deref())?;
    door.write(body.fingerprint, move |deed| {
        entering::enter(deed, id, challenge)?;
        Ok(Reply::no_content())
    })
    .await
}

/// The challenge that a body names.
pub(super) fn challenge_of(text: Option<&str>) -> Result<ChallengeId, Failure> {
    let refused = |code| Failure::field("/challenge_id", Invalid::new(code));
    let text = text.map(str::trim).filter(|text| !text.is_empty()).ok_or_else(|| refused("required"))?;
    text.parse().map_err(|_| refused("not_an_id"))
}

/// Take a challenge out of the round
///
/// By its municipality while the window of challenges is open, by the bureau until the round is over.
#[utoipa::path(delete, path = "/api/v1/rounds/{id}/challenges/{challenge}", tag = "rounds", security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("challenge" = String, Path, format = Uuid, description = "The challenge"),
    ),
    responses(
        (status = 204, description = "It does not take part any more"),
        (status = 404, description = "It does not take part", body = Problem),
        (status = 409, description = "The window is closed", body = Problem),
    ))]
pub async fn leave(door: Door, path: Path<(String, String)>) -> Answer {
    let (round, challenge) = path.into_inner();
    let id = id_of(&round)?;
    let challenge: ChallengeId = challenge.parse().map_err(|_| Failure::NotFound)?;
    door.write(Vec::new(), move |deed| {
        entering::leave(deed, id, challenge)?;
        Ok(Reply::no_content())
    })
    .await
}
