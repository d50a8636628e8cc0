//! Reading an upload: `multipart/form-data` with one file, named `file`.

use std::time::Duration;

use actix_multipart::{Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::TryStreamExt as _;

use super::forms::Typed;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};

/// How long an upload may take: ten megabytes over a slow line.
const ARRIVES_WITHIN: Duration = Duration::from_secs(180);
/// What the other fields of the form may take together, bytes.
const FIELDS: usize = 16_384;

/// A file as it was sent.
#[derive(Debug)]
pub struct File {
    /// The name it had there.
    pub name: String,
    /// What it holds.
    pub bytes: Bytes,
}

/// Reads the fields and the file of a form. A form without a chosen file sends an empty one, which is none.
///
/// # Errors
/// `UnsupportedMediaType`, `Malformed`; `Invalid` at `/file` (`file_too_large`) over `limit` bytes.
pub async fn read_upload(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<(Typed, Option<File>), Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("multipart/form-data")) {
        return Err(Failure::UnsupportedMediaType);
    }
    let parts = Multipart::new(request.headers(), payload);
    let broken_off = |_| Failure::Malformed { code: "body", detail: String::new() };
    tokio::time::timeout(ARRIVES_WITHIN, collect(parts, limit)).await.map_err(broken_off)?
}

async fn collect(mut parts: Multipart, limit: usize) -> Result<(Typed, Option<File>), Failure> {
    let (mut typed, mut file, mut left) = (Typed::new(), None, FIELDS);
    while let Some(mut part) = parts.try_next().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let filename = part.content_disposition().and_then(|head| head.get_filename()).map(str::to_owned);
        let room = if filename.is_some() { limit } else { left };
        let bytes = match part.bytes(room).await {
            Ok(bytes) => bytes.map_err(|_| Failure::Malformed { code: "body", detail: String::new() })?,
            Err(_) if filename.is_some() => return Err(too_large(limit)),
            Err(_) => return Err(Failure::TooLarge { limit: FIELDS }),
        };
        match filename {
            Some(filename) if name == "file" && file.is_none() => {
                let chosen = !filename.is_empty() || !bytes.is_empty();
                file = chosen.then_some(File { name: filename, bytes });
            }
            Some(_) => return Err(Failure::field("/file", Invalid::new("one_file"))),
            None => {
                left = left.saturating_sub(bytes.len());
                typed.add(&name, String::from_utf8_lossy(&bytes));
            }
        }
    }
    Ok((typed, file))
}

fn too_large(limit: usize) -> Failure {
    let invalid = Invalid::new("file_too_large").with("megabytes", limit / 1_048_576);
    Failure::Invalid(FieldErrors::one("/file", invalid))
}

fn broken(error: &MultipartError) -> Failure {
    Failure::Malformed { code: "multipart", detail: error.to_string() }
}
