//! The doors of notices, preferences and the outbox.

use actix_web::web;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, OpenApi};

use super::inbox::{self, NoticeView};
use super::operations::{self, MailView, Released};
use super::preferences::Preferences;
use super::{Kind, MailId, MailState, NoticeId, store};
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Problem, Reply};

/// This slice's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(list, read, read_all, preferences, choose, mails, retry_mail, release_mails),
    components(schemas(NoticeView, Preferences, MailView, Released, Kind, MailState))
)]
pub struct Doc;

/// Which notices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticeFilter {
    /// Only unread ones (`true`) or only read ones (`false`).
    unread: Option<bool>,
    /// Items on a page, 1 to 100.
    limit: Option<i64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Whether to count all items as well.
    total: Option<bool>,
}

/// The caller's own notices.
///
/// # Errors
/// `Unauthenticated`, `Invalid`.
#[utoipa::path(
    get,
    path = "/api/v1/notices",
    tag = "notices",
    summary = "Read your notices, newest first",
    params(NoticeFilter),
    responses(
        (status = 200, description = "Notices; titles in the reader's language", body = Page<NoticeView>, example = json!({
            "items": [{
                "id": "0192f0c1-0000-7000-8000-000000000001", "kind": "challenge_published",
                "title": "地域課題が公開されました：除雪車の位置をつかみたい（岩見沢市）",
                "path": "/challenges/0192f0c1-0000-7000-8000-000000000002",
                "subject": {"kind": "challenge", "id": "0192f0c1-0000-7000-8000-000000000002"},
                "created_at": "2026-11-21T00:00:00Z", "read_at": null
            }],
            "next": null
        })),
        (status = 401, body = Problem),
        (status = 422, description = "A parameter is wrong", body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn list(door: Door, Params(filter): Params<NoticeFilter>) -> Answer {
    let (member, locale) = (door.member()?.member, door.locale());
    let query = PageQuery::new(filter.limit, filter.cursor, filter.total);
    let now = door.services().clock().now();
    door.read(move |conn, _| Reply::ok(&inbox::page(conn, member, filter.unread, &query, (locale, now))?))
        .await
}

/// Marks one of the caller's notices as read.
///
/// # Errors
/// `Unauthenticated`, `NotFound`.
#[utoipa::path(
    post,
    path = "/api/v1/notices/{id}/read",
    tag = "notices",
    summary = "Mark a notice as read",
    params(("id" = NoticeId, Path, description = "The notice")),
    responses((status = 204, description = "It is read now, or was before"), (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = []))
)]
pub async fn read(door: Door, id: web::Path<NoticeId>, body: Body<Map<String, Value>>) -> Answer {
    let member = door.member()?.member;
    without_fields(&body.value)?;
    door.write(body.fingerprint, move |deed| {
        store::mark_read(deed, member, Some(*id))?;
        Ok(Reply::no_content())
    })
    .await
}

/// Marks all of the caller's notices as read.
///
/// # Errors
/// `Unauthenticated`.
#[utoipa::path(
    post,
    path = "/api/v1/notices/read-all",
    tag = "notices",
    summary = "Mark all notices as read",
    responses((status = 204, description = "None is unread"), (status = 401, body = Problem)),
    security(("bearer" = []))
)]
pub async fn read_all(door: Door, body: Body<Map<String, Value>>) -> Answer {
    let member = door.member()?.member;
    without_fields(&body.value)?;
    door.write(body.fingerprint, move |deed| {
        store::mark_read(deed, member, None)?;
        Ok(Reply::no_content())
    })
    .await
}

/// The caller's choices.
///
/// # Errors
/// `Unauthenticated`.
#[utoipa::path(
    get,
    path = "/api/v1/me/preferences",
    tag = "notices",
    summary = "Read which mails you get, and when",
    responses(
        (status = 200, description = "The choices; ETag for the PATCH", body = Preferences, example = json!({
            "organization": "instant", "challenges": "instant", "solutions": "instant", "confirmations": "instant",
            "deployments": "instant", "matches": "daily", "moderation": "daily"
        })),
        (status = 401, body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn preferences(door: Door) -> Answer {
    let member = door.member()?.member;
    door.read(move |conn, _| {
        let (preferences, version) = store::preferences(conn, member)?;
        Ok(Reply::ok(&preferences)?.at_version(version))
    })
    .await
}

/// Changes the caller's choices (RFC 7396); `null` brings a default back.
///
/// # Errors
/// `Unauthenticated`, `VersionRequired`, `Stale`, `Invalid` naming every wrong choice.
#[utoipa::path(
    patch,
    path = "/api/v1/me/preferences",
    tag = "notices",
    summary = "Choose which mails you get, and when",
    params(("If-Match" = String, Header, description = "The ETag that was read")),
    request_body(content = Preferences, example = json!({"matches": "daily", "moderation": "off"})),
    responses(
        (status = 200, description = "The choices as they are now", body = Preferences),
        (status = 401, body = Problem),
        (status = 412, description = "Changed since it was read", body = Problem),
        (status = 422, description = "A choice is wrong", body = Problem),
        (status = 428, description = "If-Match is missing", body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn choose(door: Door, body: Body<Map<String, Value>>) -> Answer {
    let (member, expected) = (door.member()?.member, door.required_version()?);
    let patch = body.value;
    door.write(body.fingerprint, move |deed| {
        let (preferences, version) = inbox::choose(deed, member, expected, &patch)?;
        Ok(Reply::ok(&preferences)?.at_version(version))
    })
    .await
}

/// Which mails.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MailFilter {
    /// `queued`, `sending`, `sent`, `failed`, `dead` or `parked`.
    state: Option<String>,
    /// Items on a page, 1 to 100.
    limit: Option<i64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Whether to count all items as well.
    total: Option<bool>,
}

/// The outbox, for operators.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Invalid`.
#[utoipa::path(
    get,
    path = "/api/v1/operations/mails",
    tag = "operations",
    summary = "See the mails on their way, newest first",
    params(MailFilter),
    responses(
        (status = 200, description = "Mails without their text", body = Page<MailView>, example = json!({
            "items": [{
                "id": "0192f0c1-0000-7000-8000-000000000001", "kind": "password_reset",
                "recipient": "sato@city.example.jp", "subject": "【Kakehashi】パスワードの再設定", "urgent": true,
                "state": "dead", "attempts": 1, "due_at": "2026-11-21T00:00:00Z",
                "last_error": "permanent error (550): no such mailbox",
                "created_at": "2026-11-21T00:00:00Z", "sent_at": null
            }],
            "next": null
        })),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 422, description = "A parameter is wrong", body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn mails(door: Door, Params(filter): Params<MailFilter>) -> Answer {
    let query = PageQuery::new(filter.limit, filter.cursor, filter.total);
    door.read(move |conn, actor| {
        let state = filter.state.as_deref().map(MailState::parse).transpose();
        let state = state.map_err(|invalid| Failure::field("/state", invalid))?;
        Reply::ok(&operations::page(conn, actor, state, &query)?)
    })
    .await
}

/// Puts a mail that failed or died back into the queue.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `NotFound`, `IllegalStep`, `Conflict`.
#[utoipa::path(
    post,
    path = "/api/v1/operations/mails/{id}/retry",
    tag = "operations",
    summary = "Try a failed or dead mail again",
    params(("id" = MailId, Path, description = "The mail")),
    responses(
        (status = 200, description = "It is queued", body = MailView),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, description = "It is neither failed nor dead, or its text was erased", body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn retry_mail(door: Door, id: web::Path<MailId>, body: Body<Map<String, Value>>) -> Answer {
    without_fields(&body.value)?;
    door.write(body.fingerprint, move |deed| Reply::ok(&operations::retry(deed, *id)?)).await
}

/// Puts every mail that a restore parked back into the queue.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`.
#[utoipa::path(
    post,
    path = "/api/v1/operations/mails/release",
    tag = "operations",
    summary = "Release the mails that a restore parked",
    responses(
        (status = 200, description = "How many are on their way again", body = Released, example = json!({"released": 3})),
        (status = 401, body = Problem),
        (status = 403, body = Problem)
    ),
    security(("bearer" = []))
)]
pub async fn release_mails(door: Door, body: Body<Map<String, Value>>) -> Answer {
    without_fields(&body.value)?;
    door.write(body.fingerprint, |deed| Reply::ok(&operations::release(deed)?)).await
}

/// These steps take no fields; an unknown one is refused like everywhere.
fn without_fields(body: &Map<String, Value>) -> Result<(), Failure> {
    match body.keys().next() {
        Some(name) => Err(Failure::field(format!("/{name}"), Invalid::new("unknown_field"))),
        None => Ok(()),
    }
}
