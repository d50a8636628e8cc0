//! The commands that need no service.

use serde_json::Value;

use crate::support::process::{Place, complained, said};

#[test]
fn settings_that_cannot_work_are_refused_by_key() {
    let place = Place::on_sqlite();
    for (key, value, named) in [
        ("KAKEHASHI_DATABASE__URL", "mysql://db/kakehashi", "database.url"),
        ("KAKEHASHI_DATABASE__CONNECTIONS", "0", "database.connections"),
        ("KAKEHASHI_MAIL__TRANSPORT", "smtp", "mail.smtp_url"),
        ("KAKEHASHI_MAIL__FROM", "not an address", "mail.from"),
        ("KAKEHASHI_SERVER__PUBLIC_URL", "http://kakehashi.example", "server.public_url"),
        ("KAKEHASHI_SERVER__PUBLIC_URL", "http://127.evil.example", "server.public_url"),
        ("KAKEHASHI_SERVER__BIND", "0.0.0.0:8080", "server.public_url"),
        ("KAKEHASHI_LIMITS__MEMBER_BURST", "0", "limits.member_burst"),
    ] {
        let output = place.command(&["config", "check"]).env(key, value).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{key}={value}");
        assert!(complained(&output).contains(named), "{key}={value}: {}", complained(&output));
    }
}

#[test]
fn a_misspelt_setting_in_a_file_is_refused() {
    let place = Place::on_sqlite();
    let file = place.file("settings.toml");
    std::fs::write(&file, "[server]\nbindd = \"127.0.0.1:1\"\n").unwrap();
    let output = place.run(&["--config", file.to_str().unwrap(), "config", "check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("bindd"), "{}", complained(&output));
}

#[test]
fn the_settings_in_force_are_shown_without_passwords() {
    let place = Place::on_sqlite();
    let output = place
        .command(&["config", "show"])
        .env("KAKEHASHI_DATABASE__URL", "postgres://someone:hunter2@db.example/k")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(!said(&output).contains("hunter2"));
    assert!(said(&output).contains("db.example"));
}

#[test]
fn the_description_is_printed_as_openapi_3_1() {
    let output = Place::on_sqlite().run(&["openapi"]);
    let document: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn an_unknown_command_is_misuse() {
    assert_eq!(Place::on_sqlite().run(&["fly"]).status.code(), Some(2));
}

#[test]
fn migrating_twice_is_harmless() {
    let place = Place::new();
    assert!(place.run(&["migrate"]).status.success());
    assert!(place.run(&["migrate"]).status.success());
}

#[test]
fn verifying_an_empty_trail_finds_nothing() {
    let output = Place::new().run(&["audit", "verify", "--json"]);
    assert!(output.status.success(), "{}", complained(&output));
    let report: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!(report["intact"], true);
}
