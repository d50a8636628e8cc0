//! What every page shares: its language, its frame, its headers.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::{Answer, origin_of};
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::locales;

/// The frame around a page, passed to its template as `shell`; `web/templates/layout.html` uses it.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The reader's language.
    pub locale: Locale,
    /// The page's own title.
    pub title: String,
    /// The query string without `lang`, for the language switch; empty or beginning with `&`.
    query: String,
}

impl Shell {
    /// The frame for a request: language by `?lang=`, then `Accept-Language`, then Japanese. `title_key` names
    /// the page's title in the locale files.
    pub fn of(request: &HttpRequest, title_key: &str) -> Self {
        let asked = query_value(request, "lang").and_then(|tag| Locale::parse(&tag).ok());
        let locale = asked.or_else(|| origin_of(request).locale).unwrap_or(Locale::Ja);
        let query = url::form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(name, _)| name != "lang")
            .fold(String::new(), |query, (name, value)| {
                let pair =
                    url::form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
                format!("{query}&{pair}")
            });
        Self { locale, title: locales::text(locale, title_key, &[]), query }
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

    /// The address of another page in this language.
    pub fn link(&self, path: &str) -> String {
        match self.locale {
            Locale::Ja => path.to_owned(),
            Locale::En => format!("{path}?lang=en"),
        }
    }
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
