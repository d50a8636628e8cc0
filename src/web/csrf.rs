//! Whether a form was really sent from one of our own pages (ASVS 3.5.1).
//!
//! Two walls: the browser's own word on where the request came from, and a token in the form that only a page shown
//! to this very session can hold.

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::accounts::Secret;

const LENGTH: usize = 32;

/// The token of a session, under a fresh mask each time it is written: compression of the page must not give it away
/// bit by bit (Gluck, Harris and Prado, "BREACH", 2013).
pub fn token(session: &Secret) -> String {
    let mut mask = [0_u8; LENGTH];
    rand::fill(&mut mask);
    let Some(bare) = bare(session) else { return String::new() };
    let masked = mask.iter().zip(bare).map(|(mask, byte)| mask ^ byte);
    let bytes: Vec<u8> = mask.iter().copied().chain(masked).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether `token` was written for `session`.
pub fn holds(session: &Secret, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((mask, masked)) = bytes.split_at_checked(LENGTH) else { return false };
    let sent: Vec<u8> = mask.iter().zip(masked).map(|(mask, byte)| mask ^ byte).collect();
    bare(session).is_some_and(|bare| bool::from(sent.ct_eq(&bare)))
}

fn bare(session: &Secret) -> Option<[u8; LENGTH]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(session.reveal().as_bytes()).ok()?;
    mac.update(b"form");
    Some(mac.finalize().into_bytes().into())
}

/// Whether the browser says that the request came from a page of ours. Clients that say nothing are no browsers of
/// today; the token decides for them.
pub fn same_origin(request: &HttpRequest, public_url: &str) -> bool {
    let value = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = value("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = value(header::ORIGIN.as_str()) else { return true };
    let host = value(header::HOST.as_str()).unwrap_or_default();
    let named = origin.split_once("://").map(|(_, host)| host);
    origin == public_url || (!host.is_empty() && named == Some(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_token_holds_for_its_session_only_and_looks_new_each_time() {
        let (mine, other) = (Secret::generate(), Secret::generate());
        let (first, second) = (token(&mine), token(&mine));
        assert!(holds(&mine, &first) && holds(&mine, &second));
        assert_ne!(first, second);
        assert!(!holds(&other, &first));
        for bad in ["", "x", "AAAA", &"A".repeat(86), &first[..40]] {
            assert!(!holds(&mine, bad), "{bad}");
        }
    }

    #[test]
    fn another_site_is_told_apart() {
        let ours = "https://bridge.example.jp";
        let asked = |headers: &[(&str, &str)]| {
            let request = headers
                .iter()
                .fold(TestRequest::post(), |request, (name, value)| request.insert_header((*name, *value)));
            same_origin(&request.to_http_request(), ours)
        };
        assert!(asked(&[]));
        assert!(asked(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(asked(&[("origin", ours)]));
        assert!(asked(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(!asked(&[("sec-fetch-site", "cross-site"), ("origin", ours)]));
        assert!(!asked(&[("sec-fetch-site", "same-site")]));
        assert!(!asked(&[("origin", "https://evil.example"), ("host", "bridge.example.jp")]));
        assert!(!asked(&[("origin", "null"), ("host", "bridge.example.jp")]));
    }
}
