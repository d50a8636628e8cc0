//! `kakehashi user …`: the first admins, whom nobody can invite.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::json;

use super::NEW_PASSWORD;
use crate::support::process::Place;

/// Runs a command with a password on its stdin.
fn run(place: &Place, arguments: &[&str], password: &str) -> Output {
    let mut command = place.command(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

const OPERATOR: [&str; 6] = ["user", "create-operator", "--email", "op@example.jp", "--name", "運営 花子"];

fn bureau(slug: &str) -> [&str; 8] {
    ["user", "create-bureau", "--bureau", slug, "--email", "desk@example.jp", "--name", "北海 太郎"]
}

#[test]
fn first_admins_are_made_before_and_beside_the_running_service() {
    let place = Place::new();
    let made = run(&place, &OPERATOR, NEW_PASSWORD);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    assert_eq!(String::from_utf8(made.stdout).unwrap(), "op@example.jp is an admin of the operator\n");
    let service = place.serve();
    let beside = run(&place, &bureau("hokkaido"), NEW_PASSWORD);
    assert_eq!(beside.status.code(), Some(0), "{beside:?}");
    for (email, kind, name) in [
        ("op@example.jp", "operator", "Kakehashi運営事務局"),
        ("desk@example.jp", "bureau", "北海道総合通信局"),
    ] {
        let credentials = json!({ "email": email, "password": NEW_PASSWORD });
        let me = service.client().post("/api/v1/auth/sign-in").json(&credentials).send().expect(200).body;
        assert_eq!((&me["organization"]["kind"], &me["organization"]["name"]), (&json!(kind), &json!(name)));
        assert_eq!(me["member"]["role"], "admin");
    }
}

#[test]
fn an_address_is_taken_once() {
    let place = Place::new();
    run(&place, &OPERATOR, NEW_PASSWORD);
    let again = run(&place, &OPERATOR, NEW_PASSWORD);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert!(String::from_utf8(again.stderr).unwrap().contains("registered already"));
}

#[test]
fn misuse_is_named_and_leaves_nothing_behind() {
    let place = Place::new();
    let refused = |arguments: &[&str], password: &str| {
        let output = run(&place, arguments, password);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&bureau("tokyo"), NEW_PASSWORD).contains("--bureau"));
    assert!(refused(&OPERATOR, "short").contains("At least 15 characters"));
    assert!(refused(&OPERATOR, "").contains("password"));
    let address = ["user", "create-operator", "--email", "op", "--name", "x"];
    assert!(refused(&address, NEW_PASSWORD).contains("--email"));
    let made = run(&place, &OPERATOR, NEW_PASSWORD);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
}
