//! What people send about themselves and their organizations, read into types; every wrong field is named.

use serde::Deserialize;
use utoipa::ToSchema;

use super::Secret;
use super::sign_in::Credentials;
use crate::fields::{Email, FieldErrors, Invalid};

/// A mail address and a password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInForm {
    /// Mail address.
    #[schema(example = "taro@city.example.jp", required = true)]
    email: Option<String>,
    /// Password.
    #[schema(required = true)]
    password: Option<String>,
    /// Code of a second factor; ignored for members who have none.
    #[expect(dead_code, reason = "part of the contract; no member has a second factor yet")]
    code: Option<String>,
}

impl SignInForm {
    /// # Errors
    /// All wrong fields.
    pub(super) fn parse(self) -> Result<Credentials, FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = errors.keep("/email", required(self.email).and_then(|text| Email::parse(&text)));
        let password = errors.keep("/password", required(self.password).and_then(typed_password));
        errors.into_result()?;
        both(email, password).map(|(email, password)| Credentials { email, password })
    }
}

/// A password as it was typed somewhere: bounded, so that no megabytes are hashed.
pub(super) fn typed_password(text: String) -> Result<String, Invalid> {
    let most = 4 * super::passwords::MAX_LENGTH;
    if text.chars().count() > most {
        return Err(Invalid::new("too_long").with("max", most).with("actual", text.chars().count()));
    }
    Ok(text)
}

/// A refresh token alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshForm {
    /// The newest refresh token of the session.
    #[schema(required = true)]
    refresh_token: Option<String>,
}

impl RefreshForm {
    /// # Errors
    /// The wrong field.
    pub fn parse(self) -> Result<Secret, FieldErrors> {
        secret("/refresh_token", self.refresh_token)
    }
}

/// The caller's password alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    /// The caller's password.
    #[schema(required = true)]
    password: Option<String>,
}

impl PasswordForm {
    /// # Errors
    /// The wrong field.
    pub fn parse(self) -> Result<String, FieldErrors> {
        required(self.password)
            .and_then(typed_password)
            .map_err(|invalid| FieldErrors::one("/password", invalid))
    }
}

/// The end of all sessions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndAllForm {
    /// The caller's password.
    #[schema(required = true)]
    password: Option<String>,
    /// Whether the session that asks goes on; no unless said.
    keep_current: Option<bool>,
}

impl EndAllForm {
    /// The password, and whether to keep the current session.
    ///
    /// # Errors
    /// The wrong field.
    pub fn parse(self) -> Result<(String, bool), FieldErrors> {
        let password = PasswordForm { password: self.password }.parse()?;
        Ok((password, self.keep_current.unwrap_or(false)))
    }
}

/// A new password in place of the current one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordForm {
    /// The current password.
    #[schema(required = true)]
    current_password: Option<String>,
    /// The new one: at least 15 characters; any characters.
    #[schema(required = true)]
    password: Option<String>,
    /// Whether the caller's other sessions end; yes unless said.
    end_other_sessions: Option<bool>,
}

/// A change of password whose fields are there.
pub(super) struct PasswordChange {
    pub current: String,
    pub new: String,
    pub end_other_sessions: bool,
}

impl ChangePasswordForm {
    /// # Errors
    /// All wrong fields. Whether the new password is good enough is judged later, where its context is known.
    pub(super) fn parse(self) -> Result<PasswordChange, FieldErrors> {
        let mut errors = FieldErrors::new();
        let current =
            errors.keep("/current_password", required(self.current_password).and_then(typed_password));
        let new = errors.keep("/password", required(self.password).and_then(typed_password));
        errors.into_result()?;
        let (current, new) = both(current, new)?;
        Ok(PasswordChange { current, new, end_other_sessions: self.end_other_sessions.unwrap_or(true) })
    }
}

pub(super) fn required<T>(value: Option<T>) -> Result<T, Invalid> {
    value.ok_or_else(|| Invalid::new("required"))
}

/// Two fields that were both kept; a missing one was already noted, so the error is never seen.
pub(super) fn both<A, B>(a: Option<A>, b: Option<B>) -> Result<(A, B), FieldErrors> {
    a.zip(b).ok_or_else(|| FieldErrors::one("", Invalid::new("required")))
}

pub(super) fn secret(pointer: &str, token: Option<String>) -> Result<Secret, FieldErrors> {
    required(token)
        .and_then(|text| Secret::parse(&text))
        .map_err(|invalid| FieldErrors::one(pointer, invalid))
}
