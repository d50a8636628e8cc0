//! Reading a JSON body or a query string into types, and saying exactly what does not fit.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::services::Services;

/// A JSON body read into `T`, and the fingerprint of its bytes for `Idempotency-Key`.
///
/// Refuses other media types (415), bodies over the limit (413), bytes that are no JSON (400), and members that
/// `T` does not know or that have another type (422 with the pointer).
#[derive(Debug)]
pub struct Body<T> {
    /// What was read.
    pub value: T,
    /// SHA-256 of the bytes.
    pub fingerprint: Vec<u8>,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = media_type_is_json(request);
        let limit = request
            .app_data::<web::Data<Services>>()
            .map_or(65_536, |services| services.settings().server.max_body_bytes);
        let mut payload = payload.take();
        Box::pin(async move {
            let broken_off = || Failure::Malformed { code: "body", detail: String::new() };
            let reading = read_all(&mut payload, limit);
            let mut bytes =
                tokio::time::timeout(ARRIVES_WITHIN, reading).await.map_err(|_| broken_off())??;
            if bytes.is_empty() {
                // A step without a body is the same as one with an empty object.
                bytes.extend_from_slice(b"{}");
            } else if !is_json {
                return Err(Failure::UnsupportedMediaType);
            }
            Ok(Self { value: read_json(&bytes)?, fingerprint: Sha256::digest(&bytes).to_vec() })
        })
    }
}

/// The bytes of a form.
///
/// # Errors
/// `UnsupportedMediaType`, `TooLarge` over `limit`, `Malformed` when it breaks off.
pub(super) async fn read_form(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> Result<web::BytesMut, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let broken_off = || Failure::Malformed { code: "body", detail: String::new() };
    let bytes =
        tokio::time::timeout(ARRIVES_WITHIN, read_all(payload, limit)).await.map_err(|_| broken_off())??;
    if !bytes.is_empty() && !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Failure::UnsupportedMediaType);
    }
    Ok(bytes)
}

/// How long a body may take to arrive; one that dribbles in for ever would hold its connection.
const ARRIVES_WITHIN: Duration = Duration::from_secs(15);

async fn read_all(payload: &mut Payload, limit: usize) -> Result<web::BytesMut, Failure> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Failure::Malformed { code: "body", detail: String::new() })?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(Failure::TooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn media_type_is_json(request: &HttpRequest) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

/// Reads `bytes` as JSON into `T`.
///
/// # Errors
/// `Malformed` with the place when they are no JSON; `Invalid` with the pointer when they do not fit `T`.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Failure::Malformed { code: "utf8", detail: String::new() });
    }
    // serde would take a list for an object, its members by position.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Failure::field("", Invalid::new("wrong_type").with("expected", "object")));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer_of(error.path());
        refusal(&pointer, error.inner())
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// Reads a document that is already JSON, such as a record with a merge patch laid over it, into `T`.
///
/// # Errors
/// `Invalid` with the pointer when it does not fit `T`.
pub fn read_value<T: DeserializeOwned>(document: serde_json::Value) -> Result<T, Failure> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let pointer = pointer_of(error.path());
        refusal(&pointer, error.inner())
    })
}

fn malformed(error: &serde_json::Error) -> Failure {
    Failure::Malformed { code: "json", detail: format!("{}:{}", error.line(), error.column()) }
}

fn refusal(pointer: &str, error: &serde_json::Error) -> Failure {
    if error.classify() != Category::Data {
        return malformed(error);
    }
    let (pointer, invalid) = explain(pointer, &error.to_string());
    Failure::Invalid(FieldErrors::one(pointer, invalid))
}

/// serde says in words what did not fit; the two cases that deserve a rule of their own are told apart by them.
fn explain(pointer: &str, message: &str) -> (String, Invalid) {
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    if message.starts_with("unknown field") {
        let field = quoted(message);
        let pointer = if pointer.ends_with(&format!("/{field}")) {
            pointer.to_owned()
        } else {
            format!("{pointer}/{field}")
        };
        return (pointer, Invalid::new("unknown_field"));
    }
    if message.starts_with("duplicate field") {
        return (format!("{pointer}/{}", quoted(message)), Invalid::new("duplicate_field"));
    }
    if message.starts_with("missing field") {
        return (format!("{pointer}/{}", quoted(message)), Invalid::new("required"));
    }
    if message.starts_with("unknown variant") {
        let allowed = message.split_once("expected").map_or("", |(_, rest)| rest);
        let allowed =
            allowed.split(" at line").next().unwrap_or_default().replace('`', "").replace("one of", "");
        return (pointer.to_owned(), Invalid::new("unknown_value").with("allowed", allowed.trim()));
    }
    (pointer.to_owned(), misfit(message))
}

/// What a value should have been, in the words of JSON instead of serde's.
fn misfit(message: &str) -> Invalid {
    let wrong = |expected: &str| Invalid::new("wrong_type").with("expected", expected);
    // A query string knows text only; these are the words of the parsers behind it.
    if message.contains("true` or `false") {
        return wrong("boolean");
    }
    if message.contains("float literal") {
        return wrong("number");
    }
    if message.contains("digit found in string") || message.contains("parse integer") {
        return wrong("integer");
    }
    if message.contains("too large to fit") || message.contains("too small to fit") {
        return Invalid::new("number_too_far");
    }
    let expected = message.split_once("expected ").map_or("", |(_, rest)| rest);
    let expected = expected.split(" at line").next().unwrap_or_default();
    let integer = expected.len() <= 4 && expected.starts_with(['i', 'u']);
    match expected {
        _ if integer && message.contains("integer `") => Invalid::new("number_too_far"),
        _ if integer => wrong("integer"),
        "f32" | "f64" => wrong("number"),
        "a boolean" => wrong("boolean"),
        _ if expected.contains("string") => wrong("string"),
        _ if expected.contains("sequence") || expected.contains("tuple") => wrong("array"),
        _ if expected.contains("map") || expected.starts_with("struct") => wrong("object"),
        other => wrong(other),
    }
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// A query string read into `T`; a parameter that is unknown, doubled or of another type is refused (422).
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(read_query(request.query_string()).map(Self))
    }
}

/// Reads a query string into `T`.
///
/// # Errors
/// `Invalid` with the parameter's name as its pointer.
fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(|error| {
        let pointer = pointer_of(error.path());
        let (pointer, invalid) = explain(&pointer, &error.inner().to_string());
        Failure::field(pointer, invalid)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only its type matters here")]
        max: Option<i64>,
    }
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only its type matters here")]
        budget: Option<Inner>,
    }

    fn refused(json: &[u8]) -> String {
        read_json::<Outer>(json).map(|_| ()).expect_err("refused").to_string()
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_pointer() {
        assert_eq!(
            refused(br#"{"budget":{"max":"1200"}}"#),
            "invalid: /budget/max: wrong_type expected=integer"
        );
        assert_eq!(refused(br#"{"budget":{"most":1}}"#), "invalid: /budget/most: unknown_field");
        assert_eq!(refused(br#"{"budget":{"max":1,"max":2}}"#), "invalid: /budget/max: duplicate_field");
    }

    #[test]
    fn a_number_is_told_from_one_that_is_too_far() {
        assert_eq!(
            refused(br#"{"budget":{"max":1.5}}"#),
            "invalid: /budget/max: wrong_type expected=integer"
        );
        assert_eq!(
            refused(br#"{"budget":{"max":9223372036854775808}}"#),
            "invalid: /budget/max: number_too_far"
        );
        assert_eq!(refused(br#"{"budget":7}"#), "invalid: /budget: wrong_type expected=object");
    }

    #[test]
    fn a_parameter_that_does_not_fit_is_named() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            #[expect(dead_code, reason = "only its type matters here")]
            limit: Option<u32>,
            #[expect(dead_code, reason = "only its type matters here")]
            total: Option<bool>,
            #[expect(dead_code, reason = "only its type matters here")]
            least: Option<f64>,
        }
        let refused = |query: &str| read_query::<Asked>(query).map(|_| ()).expect_err("refused").to_string();
        assert!(read_query::<Asked>("limit=5&total=true&least=0.5").is_ok());
        assert_eq!(refused("limit=x"), "invalid: /limit: wrong_type expected=integer");
        assert_eq!(refused("limit=-1"), "invalid: /limit: wrong_type expected=integer");
        assert_eq!(refused("limit=99999999999"), "invalid: /limit: number_too_far");
        assert_eq!(refused("total=yes"), "invalid: /total: wrong_type expected=boolean");
        assert_eq!(refused("least=much"), "invalid: /least: wrong_type expected=number");
        assert_eq!(refused("limits=5"), "invalid: /limits: unknown_field");
        assert_eq!(refused("limit=5&limit=6"), "invalid: /limit: duplicate_field");
    }

    #[test]
    fn what_is_no_json_is_malformed_not_a_fault_of_ours() {
        let deep = "[".repeat(100_000);
        for bytes in
            [b"{".as_slice(), b"", b"\xff\xfe", b"{\"budget\":\"\\ud800\"}", b"{} {}", deep.as_bytes()]
        {
            assert!(
                refused(bytes).starts_with("malformed") || refused(bytes).starts_with("invalid"),
                "{bytes:?}"
            );
        }
        assert!(refused(br#"{"budget":{"max":1e999}}"#).starts_with("malformed"));
    }
}
