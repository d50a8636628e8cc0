//! `auth/…`: without a session, or about one.

use actix_web::web;

use super::Visitor;
use crate::accounts::forms::{AcceptForm, EmailForm, RefreshForm, ResetForm, SignInForm, TokenForm};
use crate::accounts::sign_in as actions;
use crate::accounts::sign_up_form::SignUpForm;
use crate::accounts::view::SignedIn;
use crate::accounts::{invitations, recovery, sign_up};
use crate::web::{Answer, Body, Problem, RateLimits, Reply};

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

/// Takes a sign-up.
///
/// # Errors
/// `Invalid`, `TooMany`.
#[utoipa::path(
    post, path = "/api/v1/auth/sign-up", tag = "auth", summary = "Sign up",
    description = "Always answered alike; a mail tells the rest. Nothing exists before its link is followed.",
    request_body = SignUpForm,
    responses(
        (status = 202, description = "A mail is on its way.", example = json!({})),
        (status = 422, description = "Some fields are wrong.", body = Problem),
        (status = 429, description = "Too many sign-ups from this address; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn sign_up(visitor: Visitor, limits: web::Data<RateLimits>, body: Body<SignUpForm>) -> Answer {
    let new = body.value.parse(visitor.locale())?;
    limits.count_sign_up(visitor.actor().origin.address)?;
    sign_up::sign_up(visitor.services(), visitor.actor(), new).await?;
    Ok(Reply::accepted().into())
}

/// Finishes a sign-up.
///
/// # Errors
/// `Invalid`, `Conflict`.
#[utoipa::path(
    post, path = "/api/v1/auth/verify-email", tag = "auth", summary = "Verify a mail address",
    request_body = TokenForm,
    responses(
        (status = 204, description = "The account exists; its organization acts, or waits for an answer."),
        (status = 409, description = "The address has an account meanwhile.", body = Problem),
        (status = 422, description = "The token is unknown, used or too old.", body = Problem),
    ),
)]
pub async fn verify_email(visitor: Visitor, body: Body<TokenForm>) -> Answer {
    let token = body.value.parse()?;
    sign_up::verify(visitor.services(), visitor.actor(), token).await?;
    Ok(Reply::no_content().into())
}

/// Mails the link of an unfinished sign-up again.
///
/// # Errors
/// `Invalid`, `TooMany`.
#[utoipa::path(
    post, path = "/api/v1/auth/verify-email/resend", tag = "auth", summary = "Send the verification mail again",
    request_body = EmailForm,
    responses(
        (status = 202, description = "If a sign-up waits, a mail is on its way; earlier links end.", example = json!({})),
        (status = 422, description = "The address is wrong.", body = Problem),
        (status = 429, description = "Too many requests from this address; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn resend(visitor: Visitor, limits: web::Data<RateLimits>, body: Body<EmailForm>) -> Answer {
    let email = body.value.parse()?;
    limits.count_link_mail(visitor.actor().origin.address)?;
    sign_up::resend(visitor.services(), visitor.actor(), email).await?;
    Ok(Reply::accepted().into())
}

/// Mails a link that sets a new password.
///
/// # Errors
/// `Invalid`, `TooMany`.
#[utoipa::path(
    post, path = "/api/v1/auth/password/forgot", tag = "auth", summary = "Ask for a new password",
    request_body = EmailForm,
    responses(
        (status = 202, description = "If the address has an account, a mail is on its way.", example = json!({})),
        (status = 422, description = "The address is wrong.", body = Problem),
        (status = 429, description = "Too many requests from this address; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn forgot(visitor: Visitor, limits: web::Data<RateLimits>, body: Body<EmailForm>) -> Answer {
    let email = body.value.parse()?;
    limits.count_link_mail(visitor.actor().origin.address)?;
    recovery::forgot(visitor.services(), visitor.actor(), email).await?;
    Ok(Reply::accepted().into())
}

/// Sets a new password.
///
/// # Errors
/// `Invalid`.
#[utoipa::path(
    post, path = "/api/v1/auth/password/reset", tag = "auth", summary = "Set a new password",
    request_body = ResetForm,
    responses(
        (status = 204, description = "Set; every session of the member is ended."),
        (status = 422, description = "The token does not act, or the password is refused (the token then stays good).", body = Problem),
    ),
)]
pub async fn reset(visitor: Visitor, body: Body<ResetForm>) -> Answer {
    let (token, password) = body.value.parse()?;
    recovery::reset(visitor.services(), visitor.actor(), token, password).await?;
    Ok(Reply::no_content().into())
}

/// Accepts an invitation.
///
/// # Errors
/// `Invalid`, `Conflict`.
#[utoipa::path(
    post, path = "/api/v1/invitations/accept", tag = "auth", summary = "Accept an invitation",
    request_body = AcceptForm,
    responses(
        (status = 204, description = "The colleague is a member and may sign in."),
        (status = 409, description = "The address has an account meanwhile.", body = Problem),
        (status = 422, description = "Some fields are wrong, or the token does not act.", body = Problem),
    ),
)]
pub async fn accept_invitation(visitor: Visitor, body: Body<AcceptForm>) -> Answer {
    let acceptance = body.value.parse(visitor.locale())?;
    invitations::accept(visitor.services(), visitor.actor(), acceptance).await?;
    Ok(Reply::no_content().into())
}
