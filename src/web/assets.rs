//! Files of our own origin, compiled in: the stylesheet, the scripts, the icon.
//!
//! An address holds a digest of the content, so that a browser may keep the file for ever and a new release is
//! fetched at once. A new file is one more line of [`FILES`].

use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest as _, Sha256};

use super::Answer;
use crate::failure::Failure;

/// The one stylesheet, from its parts in the order of the cascade.
const STYLESHEET: &str = concat!(
    include_str!("assets/tokens.css"),
    include_str!("assets/base.css"),
    include_str!("assets/frame.css"),
    include_str!("assets/components.css"),
    include_str!("assets/forms.css"),
    include_str!("assets/charts.css"),
    include_str!("assets/matching.css"),
    include_str!("assets/print.css"),
);

/// A file and what it is.
struct File {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Every file, by the name that [`path_of`] is asked for. Scripts are ES modules, each complete in itself.
const FILES: &[File] = &[
    File { name: "kakehashi.css", content_type: CSS, body: STYLESHEET.as_bytes() },
    File { name: "page.js", content_type: JAVASCRIPT, body: include_bytes!("assets/page.js") },
    File { name: "desk.js", content_type: JAVASCRIPT, body: include_bytes!("assets/desk.js") },
    File { name: "ranking.js", content_type: JAVASCRIPT, body: include_bytes!("assets/ranking.js") },
    File { name: "compare.js", content_type: JAVASCRIPT, body: include_bytes!("assets/compare.js") },
    File { name: "countdown.js", content_type: JAVASCRIPT, body: include_bytes!("assets/countdown.js") },
    File { name: "write.js", content_type: JAVASCRIPT, body: include_bytes!("assets/write.js") },
];

const ICON: &str = include_str!("assets/favicon.svg");
const OLD_ICON: &[u8] = include_bytes!("assets/favicon.ico");

/// The addresses of [`FILES`], in their order.
fn paths() -> &'static [String] {
    static PATHS: OnceLock<Vec<String>> = OnceLock::new();
    PATHS.get_or_init(|| {
        let path = |file: &File| {
            let digest = Sha256::digest(file.body);
            let digest: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
            let (stem, ending) = file.name.rsplit_once('.').unwrap_or((file.name, ""));
            format!("/assets/{stem}-{digest}.{ending}")
        };
        FILES.iter().map(path).collect()
    })
}

/// The address of the file `name`; it changes with the content. A name that is no file's gives an address that
/// answers 404.
pub fn path_of(name: &str) -> String {
    let at = FILES.iter().position(|file| file.name == name);
    at.and_then(|at| paths().get(at)).cloned().unwrap_or_else(|| format!("/assets/{name}"))
}

/// `GET /assets/{file}`
///
/// # Errors
/// `NotFound` for any other file.
pub async fn serve(file: web::Path<String>) -> Answer {
    let asked = format!("/assets/{file}");
    let at = paths().iter().position(|path| *path == asked);
    let file = at.and_then(|at| FILES.get(at)).ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.body))
}

/// `GET /favicon.svg`
pub async fn icon() -> HttpResponse {
    for_a_day("image/svg+xml", ICON.as_bytes())
}

/// `GET /favicon.ico`, which browsers ask for by themselves.
pub async fn old_icon() -> HttpResponse {
    for_a_day("image/x-icon", OLD_ICON)
}

fn for_a_day(content_type: &'static str, body: &'static [u8]) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_address_of_its_own_that_holds_its_digest() {
        let css = path_of("kakehashi.css");
        assert!(css.starts_with("/assets/kakehashi-") && css.ends_with(".css") && css.len() == 34, "{css}");
        assert_ne!(path_of("page.js"), "/assets/page.js");
        assert_eq!(path_of("absent.js"), "/assets/absent.js");
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for part in ["http:", "https:", "@import", "url("] {
            assert!(!STYLESHEET.contains(part), "{part}");
        }
    }
}
