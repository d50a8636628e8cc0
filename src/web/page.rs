//! What every page shares: its language, its frame, its headers.

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::cookies::{self, Flash};
use super::forms::Typed;
use super::{Answer, origin_of};
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::locales;

/// Who is signed in, as the header shows them.
#[derive(Debug, Clone, Default)]
pub struct SignedIn {
    /// The person's name.
    pub name: String,
    /// The organization's name.
    pub organization: String,
    /// Notices not read yet.
    pub unread: i64,
    /// What waits at the moderation desk; `None` for whoever has none.
    pub waiting: Option<i64>,
}

/// One place of the main navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Its path.
    pub href: String,
    /// Its name in the reader's language.
    pub label: String,
    /// Whether this page is it, or lies below it.
    pub current: bool,
}

/// What the frame of a page needs to know of the request; kept with the request, so that an error page has it too.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    pub(super) signed_in: Option<SignedIn>,
    pub(super) csrf: String,
    /// Paths of the navigation and the keys of their names.
    pub(super) places: Vec<(&'static str, &'static str)>,
    /// The form that this page answers: with it, and not without, the page can be had again in the other language.
    pub(super) answers: Option<Typed>,
}

/// The frame around a page, passed to its template as `shell`; `web/templates/layout.html` uses it.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The reader's language.
    pub locale: Locale,
    /// The page's own title.
    pub title: String,
    /// The path of the page.
    path: String,
    /// The query string without `lang`, for the language switch; empty or beginning with `&`.
    query: String,
    /// Whether links have to carry the language, because the browser does not remember it yet.
    carry: bool,
    frame: Frame,
    flash: Option<Flash>,
    nav: Vec<NavItem>,
}

/// The language of a page: `?lang=`, then the one chosen in this browser, then the member's, then
/// `Accept-Language`, then Japanese.
pub(super) fn locale_of(request: &HttpRequest, member: Option<Locale>) -> Locale {
    asked_locale(request)
        .or_else(|| cookies::language_of(request))
        .or(member)
        .or_else(|| origin_of(request).locale)
        .unwrap_or(Locale::Ja)
}

fn asked_locale(request: &HttpRequest) -> Option<Locale> {
    query_value(request, "lang").and_then(|tag| Locale::parse(&tag).ok())
}

impl Shell {
    /// The frame for a request. `title_key` names the page's title in the locale files.
    pub fn of(request: &HttpRequest, title_key: &str) -> Self {
        let frame = request.extensions().get::<Frame>().cloned().unwrap_or_else(Frame::public);
        Self::framed(request, frame, locale_of(request, None), title_key)
    }

    pub(super) fn framed(request: &HttpRequest, frame: Frame, locale: Locale, title_key: &str) -> Self {
        let query = url::form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(name, _)| name != "lang")
            .fold(String::new(), |query, (name, value)| {
                let pair =
                    url::form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
                format!("{query}&{pair}")
            });
        let path = request.path().to_owned();
        let nav = frame.places.iter().map(|(href, key)| NavItem {
            current: path == *href || path.starts_with(&format!("{href}/")),
            href: (*href).to_owned(),
            label: locales::text(locale, key, &[]),
        });
        Self {
            locale,
            title: locales::text(locale, title_key, &[]),
            query,
            carry: asked_locale(request).is_some() && cookies::language_of(request).is_none(),
            flash: Flash::of(request),
            nav: nav.collect(),
            path,
            frame,
        }
    }

    /// The same frame with a title that is no fixed text, such as a challenge's own.
    #[must_use]
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// The same frame for a session that has begun with this very answer.
    #[must_use]
    pub fn with_csrf(mut self, token: String) -> Self {
        self.frame.csrf = token;
        self
    }

    /// The `lang` attribute.
    pub fn lang(&self) -> &'static str {
        self.locale.as_str()
    }

    /// A text of the locale files.
    pub fn t(&self, key: &str) -> String {
        locales::text(self.locale, key, &[])
    }

    /// A text with values.
    pub fn tf(&self, key: &str, values: &[(&str, String)]) -> String {
        locales::text(self.locale, key, values)
    }

    /// The address of this page in the other language.
    pub fn switch(&self) -> String {
        let other = match self.locale {
            Locale::Ja => Locale::En,
            Locale::En => Locale::Ja,
        };
        format!("?lang={other}{}", self.query)
    }

    /// The form that this page answers, passwords left out; its path is that of the page.
    pub fn answers(&self) -> Option<&Typed> {
        self.frame.answers.as_ref()
    }

    /// The address of another page in this language.
    pub fn link(&self, path: &str) -> String {
        if !self.carry {
            return path.to_owned();
        }
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}lang={}", self.locale)
    }

    /// The address of one thing's page, in this language: `folder/id`.
    pub fn link_to(&self, folder: &str, id: impl std::fmt::Display) -> String {
        self.link(&format!("{folder}/{id}"))
    }

    /// The address of a page below one thing's, in this language: `folder/id/rest`.
    pub fn link_below(&self, folder: &str, id: impl std::fmt::Display, rest: &str) -> String {
        self.link(&format!("{folder}/{id}/{rest}"))
    }

    /// The path of this page.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path of this page with its query, for coming back to it.
    pub fn here(&self) -> String {
        match self.query.strip_prefix('&') {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Who is signed in.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.frame.signed_in.as_ref()
    }

    /// The main navigation of whoever reads.
    pub fn nav(&self) -> &[NavItem] {
        &self.nav
    }

    /// The token that a form of this page sends as `csrf`; empty when nobody is signed in.
    pub fn csrf(&self) -> &str {
        &self.frame.csrf
    }

    /// A key that a form of this page sends as `once`, so that sending it twice acts once.
    pub fn once(&self) -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }

    /// What was done just before, as a sentence.
    pub fn flash(&self) -> Option<String> {
        self.flash.as_ref().map(|flash| self.t(&format!("flash.{}", flash.key)))
    }

    /// The path that takes back, by POST, what was done just before.
    pub fn undo(&self) -> Option<&str> {
        self.flash.as_ref()?.undo.as_deref()
    }
}

impl Frame {
    /// Where everybody may go.
    pub(super) fn public() -> Self {
        Self {
            places: vec![
                ("/challenges", "nav.challenges"),
                ("/solutions", "nav.solutions"),
                ("/rounds", "nav.rounds"),
            ],
            ..Self::default()
        }
    }
}

/// Whether `path` stays with us: no other host can be smuggled in as the next page.
pub fn is_local(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r', '\t'])
}

/// One value of the query string.
pub fn query_value(request: &HttpRequest, name: &str) -> Option<String> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// A rendered page with `status`.
///
/// # Errors
/// `Internal` when the template fails.
pub fn html(status: u16, template: &impl askama::Template) -> Answer {
    let body = template.render().map_err(Failure::internal)?;
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::OK);
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

/// As [`html`], for pages whose address holds a secret: it must not leave in a `Referer` (ASVS 14.2.1).
///
/// # Errors
/// `Internal` when the template fails.
pub fn secret_html(status: u16, template: &impl askama::Template) -> Answer {
    let mut response = html(status, template)?;
    response.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    Ok(response)
}
