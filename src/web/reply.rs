//! What a door answers when all went well.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;

use crate::failure::Failure;

/// An answer that can be kept and given again under the same idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status, 2xx.
    pub status: u16,
    /// Path of what was created.
    pub location: Option<String>,
    /// Version of what is shown.
    pub etag: Option<String>,
    /// JSON, empty for 204.
    pub body: String,
}

impl Reply {
    /// 200 with a body.
    ///
    /// # Errors
    /// `Internal` when `body` cannot be written as JSON.
    pub fn ok(body: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_string(body).map_err(Failure::internal)?;
        Ok(Self { status: 200, location: None, etag: None, body })
    }

    /// 201 with the path of what was created and a body.
    ///
    /// # Errors
    /// `Internal` when `body` cannot be written as JSON.
    pub fn created(location: impl Into<String>, body: &impl Serialize) -> Result<Self, Failure> {
        Ok(Self { status: 201, location: Some(location.into()), ..Self::ok(body)? })
    }

    /// 202 with an empty object: the rest happens by mail.
    pub fn accepted() -> Self {
        Self { status: 202, location: None, etag: None, body: "{}".to_owned() }
    }

    /// 204.
    pub fn no_content() -> Self {
        Self { status: 204, location: None, etag: None, body: String::new() }
    }

    /// The same answer with the version of what it shows.
    #[must_use]
    pub fn at_version(self, version: i32) -> Self {
        Self { etag: Some(etag(version)), ..self }
    }
}

/// The entity tag of a version (RFC 9110 section 8.8.3).
pub fn etag(version: i32) -> String {
    format!("\"{version}\"")
}

impl From<Reply> for HttpResponse {
    fn from(reply: Reply) -> Self {
        let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
        let mut response = Self::build(status);
        if let Some(location) = reply.location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(etag) = reply.etag {
            response.insert_header((header::ETAG, etag));
        }
        if reply.body.is_empty() {
            response.finish()
        } else {
            response.content_type("application/json; charset=utf-8").body(reply.body)
        }
    }
}
