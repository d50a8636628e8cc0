//! Mail domains of municipalities, and what the operator does to accounts.

use actix_web::web;

use super::members::NoForm;
use crate::accounts::forms::DomainForm;
use crate::accounts::mail_domains::{self, Entry};
use crate::accounts::{MemberId, access_token, members};
use crate::audit;
use crate::failure::Failure;
use crate::policy::{self, Action, Subject};
use crate::reference::MunicipalityCode;
use crate::web::{Answer, Body, Door, Page, Problem, Reply};

/// A code in a path: one that names no municipality is not found.
fn municipality(code: &str) -> Result<MunicipalityCode, Failure> {
    MunicipalityCode::parse(code).map_err(|_| Failure::NotFound)
}

/// Lists the mail domains of a municipality.
///
/// # Errors
/// `NotFound`, `Forbidden`.
#[utoipa::path(
    get, path = "/api/v1/municipalities/{code}/mail-domains", tag = "mail-domains",
    summary = "List a municipality's mail domains",
    description = "For the bureau that covers it, and the operator.",
    params(("code" = String, Path, example = "012106")),
    responses(
        (status = 200, description = "All of them, on one page.", body = Page<Entry>),
        (status = 403, description = "Outside the caller's region, or no bureau at all.", body = Problem),
        (status = 404, description = "No such municipality.", body = Problem),
    ),
)]
pub async fn list_domains(door: Door, code: web::Path<String>) -> Answer {
    let code = municipality(&code)?;
    door.read(move |conn, actor| {
        let items = mail_domains::list(conn, actor, code)?;
        Reply::ok(&Page { items, next: None, total: None })
    })
    .await
}

/// Adds a mail domain to a municipality.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`.
#[utoipa::path(
    post, path = "/api/v1/municipalities/{code}/mail-domains", tag = "mail-domains",
    summary = "List a mail domain as a municipality's own",
    description = "Whoever verifies an address there is approved for that municipality without a bureau.",
    params(("code" = String, Path, example = "012106")), request_body = DomainForm,
    responses(
        (status = 201, description = "On the list.", body = Entry),
        (status = 403, description = "Outside the caller's region, or no bureau at all.", body = Problem),
        (status = 404, description = "No such municipality.", body = Problem),
        (status = 422, description = "No domain, or one where anybody can have an address.", body = Problem),
    ),
)]
pub async fn add_domain(door: Door, code: web::Path<String>, body: Body<DomainForm>) -> Answer {
    let code = municipality(&code)?;
    let domain = body.value.parse()?;
    door.write(body.fingerprint, move |deed| {
        let entry = mail_domains::add(deed, code, &domain)?;
        Reply::created(format!("/api/v1/municipalities/{code}/mail-domains/{}", entry.domain), &entry)
    })
    .await
}

/// Takes a mail domain off a municipality's list.
///
/// # Errors
/// `NotFound`, `Forbidden`.
#[utoipa::path(
    delete, path = "/api/v1/municipalities/{code}/mail-domains/{domain}", tag = "mail-domains",
    summary = "Take a mail domain off the list",
    params(("code" = String, Path, example = "012106"), ("domain" = String, Path)),
    responses(
        (status = 204, description = "Off the list; members stay."),
        (status = 403, description = "Outside the caller's region, or no bureau at all.", body = Problem),
        (status = 404, description = "Not on the list.", body = Problem),
    ),
)]
pub async fn remove_domain(door: Door, path: web::Path<(String, String)>) -> Answer {
    let (code, domain) = path.into_inner();
    let code = municipality(&code)?;
    door.write(Vec::new(), move |deed| {
        mail_domains::remove(deed, code, &domain.to_lowercase())?;
        Ok(Reply::no_content())
    })
    .await
}

/// Ends all sessions of a member.
///
/// # Errors
/// `NotFound`, `Forbidden`.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/end-sessions", tag = "operations", summary = "End all sessions of a member",
    params(("id" = MemberId, Path)),
    responses(
        (status = 204, description = "Ended."),
        (status = 403, description = "For the operator only.", body = Problem),
        (status = 404, description = "No such member.", body = Problem),
    ),
)]
pub async fn end_sessions(door: Door, id: web::Path<MemberId>, body: Body<NoForm>) -> Answer {
    door.write(body.fingerprint, move |deed| {
        members::end_sessions(deed, id.into_inner())?;
        Ok(Reply::no_content())
    })
    .await
}

/// Takes a fresh key for access tokens.
///
/// # Errors
/// `Forbidden`.
#[utoipa::path(
    post, path = "/api/v1/operations/signing-keys/rotate", tag = "operations",
    summary = "Rotate the key of access tokens",
    description = "Every access token given out so far ends at once; sessions carry on by `auth/refresh`.",
    responses(
        (status = 204, description = "Rotated."),
        (status = 403, description = "For the operator only.", body = Problem),
    ),
)]
pub async fn rotate_keys(door: Door, body: Body<NoForm>) -> Answer {
    door.write(body.fingerprint, move |deed| {
        policy::require(deed.by(), Action::Operate, &Subject::default())?;
        let now = deed.now();
        access_token::rotate_keys(deed.conn(), now)?;
        audit::record(deed, audit::Event::new("signing_key.rotate", "signing_key", uuid::Uuid::nil()))?;
        Ok(Reply::no_content())
    })
    .await
}
