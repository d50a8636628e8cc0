//! `me…`: the caller's own account.

use actix_web::web;
use chrono::TimeDelta;

use super::members::MemberPatch;
use crate::accounts::forms::{ChangePasswordForm, EndAllForm, PasswordForm};
use crate::accounts::view::{Me, MemberView, OrganizationView, Permissions, SessionView};
use crate::accounts::{SessionId, members, recovery, sessions, sign_in, store};
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::web::{Answer, Body, Door, Page, Problem, Reply};

/// Shows the caller.
///
/// # Errors
/// `Unauthenticated`.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "me", summary = "Who am I",
    responses(
        (status = 200, description = "The member, the organization, and what may be done.", body = Me),
        (status = 401, description = "Nobody is signed in.", body = Problem),
    ),
)]
pub async fn show(door: Door) -> Answer {
    let id = door.member()?.member;
    door.read(move |conn, actor| {
        let member = store::member(conn, id)?;
        let organization = store::organization(conn, member.organization_id)?;
        let permissions = Permissions::of(actor, &organization);
        let version = member.version;
        let me = Me { member: member.into(), organization: OrganizationView::own(organization), permissions };
        Ok(Reply::ok(&me)?.at_version(version))
    })
    .await
}

/// Lists the caller's sessions.
///
/// # Errors
/// `Unauthenticated`.
#[utoipa::path(
    get, path = "/api/v1/me/sessions", tag = "me", summary = "Where I am signed in",
    responses(
        (status = 200, description = "Sessions that live, newest first.", body = Page<SessionView>),
        (status = 401, description = "Nobody is signed in.", body = Problem),
    ),
)]
pub async fn sessions(door: Door) -> Answer {
    let (id, current) = door.member().map(|member| (member.member, member.session))?;
    let now = door.services().clock().now();
    let idle = TimeDelta::days(door.services().settings().accounts.session_idle_days);
    door.read(move |conn, _| {
        let rows = sessions::living(conn, now, idle, id)?;
        let items = rows.into_iter().map(|row| SessionView::of(row, current)).collect();
        Reply::ok(&Page { items, next: None, total: None })
    })
    .await
}

/// Ends one session of the caller.
///
/// # Errors
/// `Invalid` (wrong password), `NotFound`, `TooMany`.
#[utoipa::path(
    post, path = "/api/v1/me/sessions/{id}/end", tag = "me", summary = "End one of my sessions",
    params(("id" = SessionId, Path)), request_body = PasswordForm,
    responses(
        (status = 204, description = "The session is ended."),
        (status = 404, description = "No such session of the caller lives.", body = Problem),
        (status = 422, description = "The password is wrong.", body = Problem),
        (status = 429, description = "Too many attempts; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn end_session(door: Door, id: web::Path<SessionId>, body: Body<PasswordForm>) -> Answer {
    let password = body.value.parse()?;
    let member = sign_in::reauthenticate(door.services(), door.actor(), "/password", password).await?;
    door.write(body.fingerprint, move |deed| {
        sign_in::end_one(deed, member.id, id.into_inner())?;
        Ok(Reply::no_content())
    })
    .await
}

/// Ends all sessions of the caller.
///
/// # Errors
/// `Invalid` (wrong password), `TooMany`.
#[utoipa::path(
    post, path = "/api/v1/me/sessions/end-all", tag = "me", summary = "End all my sessions",
    request_body = EndAllForm,
    responses(
        (status = 204, description = "All sessions are ended, the caller's own too unless it was kept."),
        (status = 422, description = "The password is wrong.", body = Problem),
        (status = 429, description = "Too many attempts; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn end_all_sessions(door: Door, body: Body<EndAllForm>) -> Answer {
    let (password, keep_current) = body.value.parse()?;
    let member = sign_in::reauthenticate(door.services(), door.actor(), "/password", password).await?;
    let kept = if keep_current { Some(door.member()?.session) } else { None };
    door.write(body.fingerprint, move |deed| {
        sign_in::end_all(deed, member.id, kept)?;
        Ok(Reply::no_content())
    })
    .await
}

/// Changes the caller's password.
///
/// # Errors
/// `Invalid`, `TooMany`.
#[utoipa::path(
    post, path = "/api/v1/me/password", tag = "me", summary = "Change my password",
    request_body = ChangePasswordForm,
    responses(
        (status = 204, description = "Changed; other sessions are ended unless they were to be kept."),
        (status = 422, description = "The current password is wrong, or the new one is refused.", body = Problem),
        (status = 429, description = "Too many attempts; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn change_password(door: Door, body: Body<ChangePasswordForm>) -> Answer {
    let change = body.value.parse()?;
    recovery::change(door.services(), door.actor(), change).await?;
    Ok(Reply::no_content().into())
}

/// Changes the caller's own profile.
///
/// # Errors
/// `Invalid`, `Stale`, `VersionRequired`.
#[utoipa::path(
    patch, path = "/api/v1/me", tag = "me", summary = "Change my profile",
    description = "Name, department and language; the role is an admin's to change.",
    params(("If-Match" = String, Header)), request_body = MemberPatch,
    responses(
        (status = 200, description = "Changed.", body = MemberView),
        (status = 401, description = "Nobody is signed in.", body = Problem),
        (status = 412, description = "Changed by somebody else.", body = Problem),
        (status = 422, description = "Some fields are wrong.", body = Problem),
        (status = 428, description = "`If-Match` is missing.", body = Problem),
    ),
)]
pub async fn change(door: Door, body: Body<MemberPatch>) -> Answer {
    let id = door.member()?.member;
    let version = door.required_version()?;
    let patch = body.value;
    if patch.names_role() {
        return Err(Failure::field("/role", Invalid::new("fixed")));
    }
    door.write(body.fingerprint, move |deed| {
        let row = members::change_own(deed, id, version, |row| patch.on(row))?;
        let version = row.version;
        Ok(Reply::ok(&MemberView::from(row))?.at_version(version))
    })
    .await
}
