//! Files of our own origin, compiled in.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::Answer;
use crate::failure::Failure;

const STYLESHEET: &str = include_str!("assets/kakehashi.css");

/// The address of the stylesheet; it changes with its content, so that it may be cached for ever.
pub fn stylesheet_path() -> &'static str {
    use std::sync::OnceLock;
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let digest = crate::audit::digest(STYLESHEET);
        format!("/assets/kakehashi-{}.css", digest.get(..12).unwrap_or_default())
    })
}

/// `GET /assets/{file}`
///
/// # Errors
/// `NotFound` for any other file.
pub async fn serve(file: web::Path<String>) -> Answer {
    if format!("/assets/{file}") != stylesheet_path() {
        return Err(Failure::NotFound);
    }
    Ok(HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(STYLESHEET))
}
