//! `auth/…`: without a session, or about one.

use super::Visitor;
use crate::accounts::forms::{RefreshForm, SignInForm};
use crate::accounts::sign_in as actions;
use crate::accounts::view::SignedIn;
use crate::web::{Answer, Body, Problem, Reply};

/// Signs in.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Forbidden`, `TooMany`.
#[utoipa::path(
    post, path = "/api/v1/auth/sign-in", tag = "auth", summary = "Sign in",
    request_body = SignInForm,
    responses(
        (status = 200, description = "Signed in.", body = SignedIn),
        (status = 401, description = "Address or password is wrong.", body = Problem),
        (status = 403, description = "The membership is not active.", body = Problem),
        (status = 422, description = "Some fields are wrong.", body = Problem),
        (status = 429, description = "Too many attempts; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn sign_in(visitor: Visitor, body: Body<SignInForm>) -> Answer {
    let credentials = body.value.parse()?;
    let user_agent = visitor.user_agent.clone();
    let opened = actions::sign_in(visitor.services(), visitor.actor(), credentials, user_agent).await?;
    Ok(Reply::ok(&SignedIn::from(opened))?.into())
}

/// Gives the next pair of tokens.
///
/// # Errors
/// `Invalid`, `Unauthenticated`.
#[utoipa::path(
    post, path = "/api/v1/auth/refresh", tag = "auth", summary = "Carry a session on",
    request_body = RefreshForm,
    responses(
        (status = 200, description = "The next tokens; the refresh token sent is used up.", body = SignedIn),
        (status = 401, description = "Unknown, too old, or used before: then the session is ended.", body = Problem),
        (status = 422, description = "Some fields are wrong.", body = Problem),
    ),
)]
pub async fn refresh(visitor: Visitor, body: Body<RefreshForm>) -> Answer {
    let token = body.value.parse()?;
    let opened = actions::refresh(visitor.services(), visitor.actor(), token).await?;
    Ok(Reply::ok(&SignedIn::from(opened))?.into())
}

/// Ends a session.
///
/// # Errors
/// `Invalid`.
#[utoipa::path(
    post, path = "/api/v1/auth/sign-out", tag = "auth", summary = "Sign out",
    request_body = RefreshForm,
    responses(
        (status = 204, description = "The session is ended, its access token too."),
        (status = 422, description = "Some fields are wrong.", body = Problem),
    ),
)]
pub async fn sign_out(visitor: Visitor, body: Body<RefreshForm>) -> Answer {
    let token = body.value.parse()?;
    actions::sign_out(visitor.services(), visitor.actor(), token).await?;
    Ok(Reply::no_content().into())
}
