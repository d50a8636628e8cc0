//! The JSON door: one's watches, and those asked for with an address.

use actix_web::web::{Data, Path};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use super::form::{Change, WatchForm};
use super::store::{self, Watcher};
use super::view::WatchView;
use super::{Happening, Kind, WatchId, actions, by_mail};
use crate::accounts::Secret;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::policy::{Actor, Who};
use crate::web::{Answer, Body, Door, Page, Problem, RateLimits, Reply, id_of};

#[derive(OpenApi)]
#[openapi(
    paths(list, begin, change, end, ask, confirm),
    components(schemas(WatchView, WatchForm, Kind, Happening, TokenForm)),
    tags((name = "watches", description = "見守り: following challenges, solutions and searches"))
)]
pub struct Doc;

/// The link that was mailed.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchTokenForm)]
pub struct TokenForm {
    /// The token of the mailed link.
    #[schema(required = true)]
    pub token: Option<String>,
}

/// The watcher that the caller is.
///
/// # Errors
/// `Unauthenticated`; `NotFound` when the caller follows nothing.
fn own(conn: &mut DbConn, actor: &Actor) -> Result<Watcher, Failure> {
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    store::known_member(conn, member)?.ok_or(Failure::NotFound)
}

/// List one's watches
///
/// The latest first; there are at most 100.
#[utoipa::path(get, path = "/api/v1/watches", tag = "watches", security(("bearer" = [])),
    responses(
        (status = 200, description = "All of them", body = Page<WatchView>),
        (status = 401, description = "Not signed in", body = Problem),
    ))]
pub async fn list(door: Door) -> Answer {
    let member = door.member()?.member;
    door.read(move |conn, actor| {
        let mut items = Vec::new();
        if let Some(watcher) = store::known_member(conn, member)? {
            for watch in store::of(conn, watcher.id)? {
                items.push(WatchView::of(conn, actor, &watch)?);
            }
        }
        Reply::ok(&Page { items, next: None, total: None })
    })
    .await
}

/// Follow something
///
/// What one follows already is answered as it is, with 200.
#[utoipa::path(post, path = "/api/v1/watches", tag = "watches", request_body = WatchForm, security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Do it once")),
    responses(
        (status = 200, description = "It ran already", body = WatchView),
        (status = 201, description = "It runs; its path in Location", body = WatchView),
        (status = 404, description = "Not there, hidden, or not published", body = Problem),
        (status = 409, description = "Too many watches", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn begin(door: Door, body: Body<WatchForm>) -> Answer {
    let form = body.value;
    door.write(body.fingerprint, move |deed| {
        let (watch, is_new) = actions::begun(deed, &form)?;
        let by = deed.by().clone();
        let view = WatchView::of(deed.conn(), &by, &watch)?;
        let reply = match is_new {
            true => Reply::created(format!("/api/v1/watches/{}", watch.id), &view)?,
            false => Reply::ok(&view)?,
        };
        Ok(reply.at_version(watch.version))
    })
    .await
}

/// Change how often a watch is told, or its name
///
/// A JSON merge patch (RFC 7396) of `frequency` and `name`. What waits to be told follows the new frequency.
#[utoipa::path(patch, path = "/api/v1/watches/{id}", tag = "watches", request_body = Change, security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The watch"),
        ("If-Match" = String, Header, description = "The ETag that was read"),
    ),
    responses(
        (status = 200, description = "As it is now", body = WatchView),
        (status = 404, description = "Not yours", body = Problem),
        (status = 412, description = "Somebody was faster", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
        (status = 428, description = "If-Match is missing", body = Problem),
    ))]
pub async fn change(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, version, patch): (WatchId, _, _) = (id_of(&path)?, door.required_version()?, body.value);
    door.write(body.fingerprint, move |deed| {
        let by = deed.by().clone();
        let watcher = own(deed.conn(), &by)?;
        let watch = actions::change(deed, watcher.id, id, Some(version), Change::patch(&patch)?)?;
        Ok(Reply::ok(&WatchView::of(deed.conn(), &by, &watch)?)?.at_version(watch.version))
    })
    .await
}

/// End a watch
#[utoipa::path(delete, path = "/api/v1/watches/{id}", tag = "watches", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The watch")),
    responses(
        (status = 204, description = "It has ended; what waited to be told is dropped"),
        (status = 404, description = "Not yours", body = Problem),
    ))]
pub async fn end(door: Door, path: Path<String>) -> Answer {
    let id: WatchId = id_of(&path)?;
    door.write(Vec::new(), move |deed| {
        let by = deed.by().clone();
        let watcher = own(deed.conn(), &by)?;
        actions::end(deed, watcher.id, id)?;
        Ok(Reply::no_content())
    })
    .await
}

/// Follow something without an account
///
/// Always answered alike; a mail with a link tells the rest, and nothing runs before the link is followed. Only what
/// everybody may see is told.
#[utoipa::path(post, path = "/api/v1/watches/by-mail", tag = "watches", request_body = WatchForm,
    responses(
        (status = 202, description = "A mail is on its way", example = json!({})),
        (status = 404, description = "Not there, or not for everybody", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn ask(door: Door, limits: Data<RateLimits>, body: Body<WatchForm>) -> Answer {
    limits.count_link_mail(door.actor().origin.address)?;
    by_mail::ask(door.services(), door.actor(), &body.value).await?;
    Ok(Reply::accepted().into())
}

/// Begin a watch that was asked for by mail
#[utoipa::path(post, path = "/api/v1/watches/confirm", tag = "watches", request_body = TokenForm,
    responses(
        (status = 204, description = "It runs"),
        (status = 409, description = "Too many watches", body = Problem),
        (status = 422, description = "The token is unknown, used or too old", body = Problem),
    ))]
pub async fn confirm(door: Door, body: Body<TokenForm>) -> Answer {
    let token = body.value.token.ok_or_else(|| Failure::field("/token", Invalid::new("required")))?;
    let token = Secret::parse(&token).map_err(|invalid| Failure::field("/token", invalid))?;
    let holder = Actor { who: Who::Link, origin: door.actor().origin.clone() };
    door.services().perform(holder, move |deed| by_mail::confirm(deed, &token).map(drop)).await?;
    Ok(Reply::no_content().into())
}
