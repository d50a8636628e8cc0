//! Failures as RFC 9457 problem details, in the reader's language.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use serde::Serialize;
use utoipa::ToSchema;

use super::origin::origin_of;
use super::{Lapsed, Shell, page};
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::locales;

/// `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable address of this kind of problem in the API guide, `/api/docs#problem-<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words, in the reader's language.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What was wrong and what to do next, in the reader's language.
    pub detail: String,
    /// The code at the end of `type`, for programs.
    pub code: String,
    /// The request's id, as in the header `x-request-id` and in our log.
    pub request_id: Option<String>,
    /// Every field that was wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// The steps the state allows, after an illegal one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_steps: Option<Vec<String>>,
    /// The current version, after a stale one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i32>,
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer (RFC 6901) into the body, or `/name` of a query parameter.
    pub pointer: String,
    /// The rule that was broken, for programs.
    pub code: String,
    /// What was wrong and what to do, in the reader's language.
    pub detail: String,
}

impl Problem {
    /// The problem that tells `failure` in `locale`.
    pub fn of(failure: &Failure, locale: Locale, request_id: Option<String>) -> Self {
        let code = failure.code();
        let (detail_key, values) = detail_of(failure, locale);
        Self {
            kind: format!("/api/docs#problem-{code}"),
            title: locales::text(locale, &format!("problem.{code}.title"), &[]),
            status: failure.status(),
            detail: locales::text(locale, &detail_key, &values),
            code: code.to_owned(),
            request_id,
            errors: match failure {
                Failure::Invalid(errors) => {
                    errors.iter().map(|(pointer, invalid)| field(locale, pointer, invalid)).collect()
                }
                _ => Vec::new(),
            },
            legal_steps: match failure {
                Failure::IllegalStep { legal, .. } => {
                    Some(legal.iter().map(|step| (*step).to_owned()).collect())
                }
                _ => None,
            },
            current_version: match failure {
                Failure::Stale { current } => Some(*current),
                _ => None,
            },
        }
    }
}

fn field(locale: Locale, pointer: &str, invalid: &crate::fields::Invalid) -> ProblemField {
    ProblemField {
        pointer: pointer.to_owned(),
        code: invalid.code().to_owned(),
        detail: locales::rule(locale, invalid),
    }
}

type Values = Vec<(&'static str, String)>;

/// Which sentence tells a failure, and its values.
fn detail_of(failure: &Failure, locale: Locale) -> (String, Values) {
    let plain = |failure: &Failure| (format!("problem.{}.detail", failure.code()), Vec::new());
    match failure {
        Failure::Malformed { code, detail } => {
            (format!("problem.malformed.{code}"), vec![("where", detail.clone())])
        }
        Failure::Unauthenticated(code) => (format!("problem.unauthenticated.{code}"), Vec::new()),
        Failure::Forbidden(code) => (format!("problem.forbidden.{code}"), Vec::new()),
        Failure::Conflict(code) => (format!("problem.conflict.{code}"), Vec::new()),
        Failure::IllegalStep { step, from, legal } => {
            let say =
                |group: &str, name: &str| locales::text(locale, &format!("problem.{group}.{name}"), &[]);
            let legal: Vec<String> = legal.iter().map(|step| say("step", step)).collect();
            let values = vec![
                ("step", say("step", step)),
                ("from", say("state", from)),
                ("legal", if legal.is_empty() { "-".to_owned() } else { legal.join(", ") }),
            ];
            ("problem.illegal_step.detail".to_owned(), values)
        }
        Failure::Stale { current } => {
            ("problem.stale.detail".to_owned(), vec![("current", current.to_string())])
        }
        Failure::TooLarge { limit } => {
            ("problem.too_large.detail".to_owned(), vec![("limit", limit.to_string())])
        }
        Failure::TooMany { retry_after } => (
            "problem.too_many.detail".to_owned(),
            vec![("seconds", retry_after.as_secs().max(1).to_string())],
        ),
        Failure::NotFound
        | Failure::MethodNotAllowed
        | Failure::VersionRequired
        | Failure::UnsupportedMediaType
        | Failure::Invalid(_)
        | Failure::KeyReused
        | Failure::Busy
        | Failure::Internal(_) => plain(failure),
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Without a body: [`problem_details`] writes it, knowing the reader's language and the request's id.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Writes the body of every refused request: ours, and those that the framework itself refuses.
///
/// # Errors
/// Those of the inner service that are no answers.
pub async fn problem_details<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let response = next.call(request).await?;
    let status = response.status();
    let bare = response.response().error().is_some()
        || (status.as_u16() >= 400 && !response.headers().contains_key(header::CONTENT_TYPE));
    if !bare || status.as_u16() < 400 {
        return Ok(response.map_into_left_body());
    }
    let error = response.response().error();
    let answer = match error.and_then(|error| error.as_error::<Lapsed>()) {
        Some(lapsed) => lapsed.page(response.request()).map_err(actix_web::Error::from)?,
        None => {
            let failure = error.and_then(|error| error.as_error::<Failure>());
            answer(response.request(), failure, status)
        }
    };
    Ok(response.into_response(answer).map_into_right_body())
}

fn answer(request: &HttpRequest, failure: Option<&Failure>, status: StatusCode) -> HttpResponse {
    let stand_in = match status.as_u16() {
        404 => Failure::NotFound,
        405 => Failure::MethodNotAllowed,
        413 => Failure::TooLarge { limit: 0 },
        415 => Failure::UnsupportedMediaType,
        400..=499 => Failure::Malformed { code: "request", detail: String::new() },
        _ => Failure::internal("the framework failed"),
    };
    let failure = failure.unwrap_or(&stand_in);
    if let Failure::Internal(cause) = failure {
        tracing::error!(%cause, "internal failure");
    }
    let origin = origin_of(request);
    let page = wants_page(request);
    if page && request.method() == Method::GET && matches!(failure, Failure::Unauthenticated(_)) {
        return to_sign_in(request);
    }
    if page && request.method() == Method::GET && matches!(failure, Failure::MethodNotAllowed) {
        return up(request);
    }
    let locale =
        if page { page::locale_of(request, origin.locale) } else { origin.locale.unwrap_or(Locale::Ja) };
    let problem = Problem::of(failure, locale, origin.request_id);
    let mut response = HttpResponse::build(failure.status_code());
    match failure {
        Failure::Unauthenticated(_) => {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"kakehashi\""));
        }
        Failure::TooMany { retry_after } => {
            response.insert_header((header::RETRY_AFTER, retry_after.as_secs().max(1).to_string()));
        }
        Failure::Busy => {
            response.insert_header((header::RETRY_AFTER, HeaderValue::from_static("2")));
        }
        _ => {}
    }
    if page {
        let shell = Shell::of(request, &format!("problem.{}.title", problem.code));
        let body = ErrorPage { shell, problem: &problem }.render().unwrap_or_default();
        return response.content_type("text/html; charset=utf-8").body(body);
    }
    let body = serde_json::to_string(&problem).unwrap_or_default();
    response.content_type("application/problem+json; charset=utf-8").body(body)
}

/// A refusal as a person reads it.
#[derive(Template)]
#[template(path = "web/templates/error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    problem: &'a Problem,
}

/// Whether a browser asks for a page: it always says that it takes HTML.
fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !request.path().starts_with("/api/v1/") && accept.is_some_and(|accept| accept.contains("text/html"))
}

/// From the address of a button, which a browser keeps in its bar after a refusal, to the page of the thing it acts on.
fn up(request: &HttpRequest) -> HttpResponse {
    let above = request.path().rsplit_once('/').map_or("", |(above, _)| above);
    let there = if above.is_empty() { "/" } else { above };
    HttpResponse::SeeOther().insert_header((header::LOCATION, there)).finish()
}

/// To the sign-in page, and from there back to what was asked for.
fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
    let next = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", asked).finish();
    HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/sign-in?{next}"))).finish()
}
