//! The cookies we set: the session of a browser, the language somebody chose, and what to say after a redirect.

use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{HttpRequest, web};

use super::page::query_value;
use crate::accounts::{Locale, Secret};
use crate::services::Services;

/// The prefix makes browsers refuse the cookie unless it is Secure, ours alone, and for the whole site
/// (RFC 6265bis section 4.1.3.2; ASVS 3.3.1).
const SECURE_SESSION: &str = "__Host-kakehashi";
/// On loopback over plain http, where no browser would take the other; settings refuse any other plain http.
const LOOPBACK_SESSION: &str = "kakehashi";
const LANGUAGE: &str = "kakehashi-language";
const FLASH: &str = "kakehashi-flash";

/// Whether people reach the service over TLS.
fn is_secure(services: &Services) -> bool {
    services.public_url().starts_with("https://")
}

fn session_name(services: &Services) -> &'static str {
    if is_secure(services) { SECURE_SESSION } else { LOOPBACK_SESSION }
}

fn cookie(services: &Services, name: &'static str, value: String, lives: Duration) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(is_secure(services))
        .same_site(SameSite::Lax)
        .max_age(lives)
        .finish()
}

/// The secret of the session cookie that came with `request`.
pub(super) fn session_of(request: &HttpRequest) -> Option<Secret> {
    let services = request.app_data::<web::Data<Services>>()?;
    Secret::parse(request.cookie(session_name(services))?.value()).ok()
}

/// The cookie that carries a browser's session.
pub fn session(services: &Services, secret: &Secret) -> Cookie<'static> {
    let days = services.settings().accounts.session_days;
    cookie(services, session_name(services), secret.reveal().to_owned(), Duration::days(days))
}

/// Takes the session's cookie away.
pub fn end_session(services: &Services) -> Cookie<'static> {
    cookie(services, session_name(services), String::new(), Duration::ZERO)
}

/// Remembers the language somebody chose, for a year.
pub fn language(services: &Services, locale: Locale) -> Cookie<'static> {
    cookie(services, LANGUAGE, locale.as_str().to_owned(), Duration::days(365))
}

/// The language that was chosen in this browser.
pub(super) fn language_of(request: &HttpRequest) -> Option<Locale> {
    Locale::parse(request.cookie(LANGUAGE)?.value()).ok()
}

/// What the next page says at its top: that something was done, and perhaps how to take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// Key of the sentence in the locale files, below `flash.`.
    pub key: String,
    /// Path that takes it back by POST.
    pub undo: Option<String>,
}

impl Flash {
    /// Something was done.
    pub fn said(key: &str) -> Self {
        Self { key: key.to_owned(), undo: None }
    }

    /// Something was done that a POST to `path` takes back.
    pub fn with_undo(key: &str, path: impl Into<String>) -> Self {
        Self { key: key.to_owned(), undo: Some(path.into()) }
    }

    /// The cookie that carries it to the next page.
    pub(super) fn cookie(&self, services: &Services) -> Cookie<'static> {
        let value = match &self.undo {
            Some(path) => format!("{}:{path}", self.key),
            None => self.key.clone(),
        };
        cookie(services, FLASH, value, Duration::minutes(2))
    }

    /// What came with `request`; anything that we would not have written is left alone.
    pub(super) fn of(request: &HttpRequest) -> Option<Self> {
        let value = request.cookie(FLASH)?.value().to_owned();
        let (key, undo) = match value.split_once(':') {
            Some((key, path)) => (key, Some(path.to_owned())),
            None => (value.as_str(), None),
        };
        let known =
            |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b"_./-0123456789".contains(&b));
        let local = undo.as_deref().is_none_or(|path| path.starts_with('/') && !path.starts_with("//"));
        (known(key) && undo.as_deref().is_none_or(known) && local).then(|| Self { key: key.to_owned(), undo })
    }
}

/// Keeps the language named by `?lang=` and forgets what a page has said, so that no handler has to think of either.
///
/// # Errors
/// Those of the inner service.
pub async fn keep_cookies(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let asked = response.request().clone();
    let Some(services) = asked.app_data::<web::Data<Services>>() else { return Ok(response) };
    if !is_page {
        return Ok(response);
    }
    let chosen = query_value(&asked, "lang").and_then(|tag| Locale::parse(&tag).ok());
    if let Some(locale) = chosen.filter(|locale| language_of(&asked) != Some(*locale)) {
        response.response_mut().add_cookie(&language(services, locale))?;
    }
    if asked.cookie(FLASH).is_some() && response.status().is_success() {
        response.response_mut().add_cookie(&cookie(services, FLASH, String::new(), Duration::ZERO))?;
    }
    Ok(response)
}
