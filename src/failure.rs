//! The closed list of what an action can answer instead of a result.
//!
//! Which one belongs where:
//!
//! | failure | status | when |
//! |---|---|---|
//! | `Malformed` | 400 | the bytes are no JSON, no UTF-8, no valid header or cursor |
//! | `Unauthenticated` | 401 | no credentials, or credentials that no longer hold |
//! | `Forbidden` | 403 | the caller may know the thing but not do this; the reason is said |
//! | `NotFound` | 404 | it does not exist, or the caller may not know that it does |
//! | `IllegalStep`, `Conflict` | 409 | the state does not allow the step (the legal ones are named), or another row stands in the way |
//! | `Stale` | 412 | `If-Match` names an older version |
//! | `TooLarge`, `UnsupportedMediaType` | 413, 415 | the body |
//! | `Invalid`, `KeyReused` | 422 | understood, but fields are wrong (each with its pointer) |
//! | `VersionRequired` | 428 | a PATCH without `If-Match` |
//! | `TooMany` | 429 | throttled; when to come back is said |
//! | `Internal` | 500 | ours; the cause goes to the log, never to the body |
//! | `Busy` | 503 | every connection is in use, or the service is starting or stopping |

use std::time::Duration;

use crate::db::DbError;
use crate::fields::{FieldErrors, Invalid};

/// What an action answers instead of a result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The bytes could not be read; `code` names the sentence (`problem.malformed.<code>`).
    #[error("malformed: {code} {detail}")]
    Malformed {
        /// Which sentence.
        code: &'static str,
        /// Where, in the parser's words (positions only, never the text).
        detail: String,
    },
    /// No credentials, or credentials that no longer hold.
    #[error("unauthenticated: {0}")]
    Unauthenticated(&'static str),
    /// Known but not allowed; the code names the reason (`problem.forbidden.<code>`).
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// Not there, or not for this caller to know.
    #[error("not found")]
    NotFound,
    /// No such method on this resource.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The state machine has no such step from here.
    #[error("no step {step:?} from {from}; legal: {legal:?}")]
    IllegalStep {
        /// The step that was asked for.
        step: &'static str,
        /// The state the thing is in.
        from: &'static str,
        /// The steps it allows, by the names of the API.
        legal: Vec<&'static str>,
    },
    /// Another row stands in the way; the code names which (`problem.conflict.<code>`).
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// `If-Match` names another version than the current one.
    #[error("stale: current version is {current}")]
    Stale {
        /// The version it would have to name.
        current: i32,
    },
    /// A PATCH without `If-Match`.
    #[error("If-Match is required")]
    VersionRequired,
    /// The body is larger than this door takes.
    #[error("body over {limit} bytes")]
    TooLarge {
        /// The bound, in bytes.
        limit: usize,
    },
    /// The body is of another type than this door takes.
    #[error("media type")]
    UnsupportedMediaType,
    /// Fields are wrong.
    #[error("invalid: {0}")]
    Invalid(FieldErrors),
    /// The idempotency key was used before with another body.
    #[error("idempotency key reused")]
    KeyReused,
    /// Throttled.
    #[error("too many requests")]
    TooMany {
        /// When the next attempt is let through.
        retry_after: Duration,
    },
    /// Cannot be served just now.
    #[error("busy")]
    Busy,
    /// Our own fault.
    #[error("internal: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// The codes of all failures, for the API guide.
pub const CODES: &[&str] = &[
    "malformed",
    "unauthenticated",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "illegal_step",
    "conflict",
    "stale",
    "too_large",
    "unsupported_media_type",
    "invalid",
    "key_reused",
    "version_required",
    "too_many",
    "internal",
    "busy",
];

impl Failure {
    /// One wrong field.
    pub fn field(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self::Invalid(FieldErrors::one(pointer, invalid))
    }

    /// A fault of ours, with its cause for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The stable code in the problem's `type` and in the locale files.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed",
            Self::Unauthenticated(_) => "unauthenticated",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::IllegalStep { .. } => "illegal_step",
            Self::Conflict(_) => "conflict",
            Self::Stale { .. } => "stale",
            Self::VersionRequired => "version_required",
            Self::TooLarge { .. } => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Invalid(_) => "invalid",
            Self::KeyReused => "key_reused",
            Self::TooMany { .. } => "too_many",
            Self::Busy => "busy",
            Self::Internal(_) => "internal",
        }
    }

    /// The HTTP status, see the table above.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed { .. } => 400,
            Self::Unauthenticated(_) => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::IllegalStep { .. } | Self::Conflict(_) => 409,
            Self::Stale { .. } => 412,
            Self::TooLarge { .. } => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid(_) | Self::KeyReused => 422,
            Self::VersionRequired => 428,
            Self::TooMany { .. } => 429,
            Self::Internal(_) => 500,
            Self::Busy => 503,
        }
    }
}

impl From<FieldErrors> for Failure {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for Failure {
    /// A missing row is a 404; anything else that reaches here unhandled is our fault.
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Self::NotFound,
            other => Self::internal(other),
        }
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy | DbError::ShutDown | DbError::Connect(_) => {
                tracing::warn!(%error, "database not available");
                Self::Busy
            }
            DbError::Query(query) => query.into(),
            other @ DbError::Migration(_) => Self::internal(other),
        }
    }
}
