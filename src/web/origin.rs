//! Where a request comes from: its client's address, its id, its reader's language.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};
use tracing::Instrument;

use crate::accounts::Locale;
use crate::policy::Origin;

/// The header that carries a request's id in the answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Arc<Vec<IpAddr>>);

/// A request's id: ours, never the client's, so that it cannot be forged into the audit trail.
#[derive(Debug, Clone)]
struct RequestId(String);

/// Where `request` comes from.
pub fn origin_of(request: &HttpRequest) -> Origin {
    Origin {
        address: client_address(request),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()),
        locale: reader_locale(request)
            .or_else(|| request.extensions().get::<MemberLocale>().map(|kept| kept.0)),
    }
}

/// The language of the member who asks, kept with the request once it is known.
#[derive(Debug, Clone, Copy)]
struct MemberLocale(Locale);

/// Remembers the member's language for whatever is still to be said about `request`.
pub(super) fn remember_locale(request: &HttpRequest, locale: Locale) {
    request.extensions_mut().insert(MemberLocale(locale));
}

/// Gives every request an id and a span, and writes one line when it is answered. Query strings stay out of the
/// log: they may hold tokens.
///
/// # Errors
/// Those of the inner service.
pub async fn trace_request(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = uuid::Uuid::now_v7().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span =
        tracing::info_span!("request", request_id = %id, method = %request.method(), path = %request.path());
    let started = std::time::Instant::now();
    async move {
        let mut response = next.call(request).await?;
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let route = response.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
        let status = response.status().as_u16();
        let elapsed = started.elapsed();
        tracing::info!(status, route, milliseconds = elapsed.as_secs_f64() * 1e3, "answered");
        let labels = [
            ("method", known_method(response.request().method()).to_owned()),
            ("route", route),
            ("status", status.to_string()),
        ];
        metrics::counter!("kakehashi_requests_total", &labels).increment(1);
        metrics::histogram!("kakehashi_request_seconds", &labels).record(elapsed.as_secs_f64());
        Ok(response)
    }
    .instrument(span)
    .await
}

/// A method as a metric's label: clients may invent methods, and each would be a series of its own.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// The nearest address that is not a trusted proxy's, read from the right: what stands further left was written
/// by the client itself (ASVS 15.3.4).
fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let trusted = request.app_data::<web::Data<TrustedProxies>>().map(|data| Arc::clone(&data.0))?;
    if !trusted.contains(&peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in hops.iter().rev() {
        match hop.parse::<IpAddr>() {
            Ok(address) if trusted.contains(&address) => {}
            Ok(address) => return Some(address),
            Err(_) => return Some(peer),
        }
    }
    Some(peer)
}

/// The first of our languages in `Accept-Language`, by weight; `None` when the reader names none of them.
fn reader_locale(request: &HttpRequest) -> Option<Locale> {
    let header = request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Locale)> = None;
    for part in header.split(',') {
        let mut pieces = part.trim().split(';');
        let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = pieces
            .find_map(|piece| piece.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()))
            .unwrap_or(1.0);
        let locale = match tag.split('-').next() {
            Some("ja") => Locale::Ja,
            Some("en") => Locale::En,
            _ => continue,
        };
        if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale)
}
