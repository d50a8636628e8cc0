//! Starting, watching and stopping.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::process::{Place, complained, mode};

#[test]
fn the_first_start_makes_its_folder_and_is_ready() {
    let place = Place::new();
    let service = place.serve();
    let client = service.client();
    assert_eq!(client.get("/health/live").send().status, 200);
    assert_eq!(client.get("/health/ready").send().status, 200);
    assert_eq!(mode(&place.var()), 0o700);
    let database = place.var().join("kakehashi.db");
    assert!(!database.exists() || mode(&database) == 0o600);
}

#[test]
fn sigterm_ends_it_cleanly_within_ten_seconds() {
    let place = Place::new();
    let service = place.serve();
    let begin = Instant::now();
    let status = service.terminate();
    assert!(status.success(), "{status}");
    // A bound of the contract, not a measurement.
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_address_that_is_taken_is_named() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = place
        .command(&["serve"])
        .env("KAKEHASHI_SERVER__BIND", &address)
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains(&address), "{}", complained(&output));
}

#[test]
fn every_answer_carries_its_id_and_the_security_headers() {
    let place = Place::new();
    let service = place.serve();
    for path in ["/", "/api/docs", "/api/openapi.json", "/no/such/page"] {
        let answer = service.client().get(path).send();
        for name in [
            "x-request-id",
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "cache-control",
        ] {
            assert!(answer.headers.contains_key(name), "{path} has no {name}");
        }
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    }
}

#[test]
fn an_unknown_method_is_refused_without_a_fault() {
    let place = Place::new();
    let service = place.serve();
    let answer = service.client().request("TRACE".parse().unwrap(), "/health/live").send();
    assert_eq!(answer.status, 405);
}
