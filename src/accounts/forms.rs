//! What people send about themselves and their organizations, read into types; every wrong field is named.

use serde::Deserialize;
use utoipa::ToSchema;

use super::mail_domains::MailDomain;
use super::sign_in::Credentials;
use super::{Locale, Role, Secret};
use crate::fields::{Email, FieldErrors, Invalid, line, prose};
use crate::web::forms::Typed;

/// Most characters of a person's name.
const NAME: usize = 100;
/// Most characters of a department.
const DEPARTMENT: usize = 100;
/// Most characters of a reason.
pub(super) const REASON: usize = 1000;

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
    /// As the sign-in page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self { email: typed.text("email"), password: kept(typed, "password"), code: None }
    }

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
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self { password: kept(typed, "password") }
    }

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
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self {
            current_password: kept(typed, "current_password"),
            password: kept(typed, "password"),
            end_other_sessions: Some(typed.is_ticked("end_other_sessions")),
        }
    }

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

/// A token alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenForm {
    /// The token of the mailed link.
    #[schema(required = true)]
    token: Option<String>,
}

impl TokenForm {
    /// # Errors
    /// The wrong field.
    pub fn parse(self) -> Result<Secret, FieldErrors> {
        secret("/token", self.token)
    }
}

/// A mail address alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailForm {
    /// Mail address.
    #[schema(example = "taro@city.example.jp", required = true)]
    email: Option<String>,
}

impl EmailForm {
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self { email: typed.text("email") }
    }

    /// # Errors
    /// The wrong field.
    pub fn parse(self) -> Result<Email, FieldErrors> {
        required(self.email)
            .and_then(|text| Email::parse(&text))
            .map_err(|invalid| FieldErrors::one("/email", invalid))
    }
}

/// Why somebody decided so.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonForm {
    /// The reason, for the organization to read.
    reason: Option<String>,
}

impl ReasonForm {
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self { reason: typed.text("reason") }
    }

    /// # Errors
    /// The wrong field.
    pub fn parse(self) -> Result<Option<String>, FieldErrors> {
        let reason = prose(self.reason.as_deref().unwrap_or_default(), REASON);
        let reason = reason.map_err(|invalid| FieldErrors::one("/reason", invalid))?;
        Ok(Some(reason).filter(|reason| !reason.is_empty()))
    }
}

/// A person's name.
pub(super) fn person_name(text: Option<String>) -> Result<String, Invalid> {
    required(text).and_then(|text| line(&text, NAME))
}

/// A department, blank for none.
pub(super) fn department(text: Option<String>) -> Result<Option<String>, Invalid> {
    optional_line(text, DEPARTMENT)
}

/// A language, `fallback` when none is named.
pub(super) fn locale(text: Option<String>, fallback: Locale) -> Result<Locale, Invalid> {
    text.map_or(Ok(fallback), |text| Locale::parse(&text))
}

/// A role that must be named.
pub(super) fn role(text: Option<String>) -> Result<Role, Invalid> {
    required(text).and_then(|text| Role::parse(&text))
}

/// A new password under a mailed link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetForm {
    /// The token of the mailed link.
    #[schema(required = true)]
    pub(super) token: Option<String>,
    /// The new password: at least 15 characters; any characters.
    #[schema(required = true)]
    pub(super) password: Option<String>,
}

impl ResetForm {
    /// # Errors
    /// All wrong fields.
    pub fn parse(self) -> Result<(Secret, String), FieldErrors> {
        let mut errors = FieldErrors::new();
        let token = errors.keep("/token", required(self.token).and_then(|text| Secret::parse(&text)));
        let password = errors.keep("/password", required(self.password).and_then(typed_password));
        errors.into_result()?;
        both(token, password)
    }
}

/// A colleague to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteForm {
    /// The colleague's mail address.
    #[schema(example = "hanako@city.example.jp", required = true)]
    email: Option<String>,
    /// `admin`, `editor` or `viewer`.
    #[schema(example = "editor", required = true)]
    role: Option<String>,
}

impl InviteForm {
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self { email: typed.text("email"), role: typed.text("role") }
    }

    /// # Errors
    /// All wrong fields.
    pub fn parse(self) -> Result<(Email, Role), FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = errors.keep("/email", required(self.email).and_then(|text| Email::parse(&text)));
        let role = errors.keep("/role", role(self.role));
        errors.into_result()?;
        both(email, role)
    }
}

/// A colleague who accepts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptForm {
    /// The token of the mailed link.
    #[schema(required = true)]
    pub(super) token: Option<String>,
    /// The person's name.
    #[schema(example = "岩見沢 花子", required = true)]
    pub(super) name: Option<String>,
    /// At least 15 characters; any characters.
    #[schema(required = true)]
    pub(super) password: Option<String>,
    /// Department, section.
    pub(super) department: Option<String>,
    /// `ja` (default) or `en`: the language of mails.
    pub(super) locale: Option<String>,
}

/// An acceptance whose fields are right but for the password, which is judged where its context is known.
pub(super) struct Acceptance {
    pub token: Secret,
    pub name: String,
    pub password: String,
    pub department: Option<String>,
    pub locale: Locale,
}

impl AcceptForm {
    /// # Errors
    /// All wrong fields.
    pub(super) fn parse(self, fallback: Locale) -> Result<Acceptance, FieldErrors> {
        let mut errors = FieldErrors::new();
        let token = errors.keep("/token", required(self.token).and_then(|text| Secret::parse(&text)));
        let name = errors.keep("/name", person_name(self.name));
        let password = errors.keep("/password", required(self.password).and_then(typed_password));
        let department = errors.keep("/department", department(self.department));
        let locale = errors.keep("/locale", locale(self.locale, fallback));
        errors.into_result()?;
        let ((token, name), (password, (department, locale))) =
            both(both(token, name).ok(), both(password, both(department, locale).ok()).ok())?;
        Ok(Acceptance { token, name, password, department, locale })
    }
}

/// A domain to be listed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainForm {
    /// What stands behind the `@`.
    #[schema(example = "city.iwamizawa.example.jp", required = true)]
    domain: Option<String>,
}

impl DomainForm {
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self { domain: typed.text("domain") }
    }

    /// # Errors
    /// The wrong field.
    pub fn parse(self) -> Result<MailDomain, FieldErrors> {
        required(self.domain)
            .and_then(|text| MailDomain::parse(&text))
            .map_err(|invalid| FieldErrors::one("/domain", invalid))
    }
}

/// A password as it was typed, blanks and all; `None` when nothing was.
pub(super) fn kept(typed: &Typed, name: &str) -> Option<String> {
    Some(typed.get(name).to_owned()).filter(|text| !text.is_empty())
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

fn optional_line(text: Option<String>, max: usize) -> Result<Option<String>, Invalid> {
    match text {
        Some(text) if !text.trim().is_empty() => line(&text, max).map(Some),
        _ => Ok(None),
    }
}
