//! How a session carries on, and the many ways it ends.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::app::{PASSWORD, TestApp};
use crate::support::http::Answer;

fn refresh(app: &TestApp, token: &Value) -> Answer {
    app.public().post("/api/v1/auth/refresh").json(&json!({ "refresh_token": token })).send()
}

fn me(app: &TestApp, signed_in: &Value) -> u16 {
    let token = signed_in["access_token"].as_str().unwrap();
    app.public().with_token(token).get("/api/v1/me").send().status.as_u16()
}

#[test]
fn a_refresh_token_gives_the_next_pair() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let first = app.signed_in(&town.email);
    app.advance(TimeDelta::minutes(11));
    assert_eq!(me(&app, &first), 401);
    let second = refresh(&app, &first["refresh_token"]).expect(200).body;
    assert_eq!(me(&app, &second), 200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(second["member"]["email"], town.email);
}

#[test]
fn a_refresh_token_used_twice_ends_the_whole_session() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let other_device = app.signed_in(&town.email);
    let first = app.signed_in(&town.email);
    let second = refresh(&app, &first["refresh_token"]).expect(200).body;
    let reused = refresh(&app, &first["refresh_token"]).expect(401);
    assert!(reused.body["detail"].as_str().unwrap().contains("既に使われ"), "{}", reused.text());
    refresh(&app, &second["refresh_token"]).expect(401);
    assert_eq!(me(&app, &second), 401);
    assert_eq!(me(&app, &other_device), 200);
}

#[test]
fn of_two_who_refresh_at_once_at_most_one_gets_tokens() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let first = app.signed_in(&town.email);
    let attempt = || refresh(&app, &first["refresh_token"]).status.as_u16();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(attempt)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
}

#[test]
fn signing_out_ends_the_session_at_once_and_twice_does_no_harm() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let session = app.signed_in(&town.email);
    let body = json!({ "refresh_token": session["refresh_token"] });
    app.public().post("/api/v1/auth/sign-out").json(&body).send().expect(204);
    assert_eq!(me(&app, &session), 401);
    refresh(&app, &session["refresh_token"]).expect(401);
    app.public().post("/api/v1/auth/sign-out").json(&body).send().expect(204);
}

#[test]
fn a_session_ends_when_it_rests_too_long_and_in_any_case_after_its_days() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let rested = app.signed_in(&town.email);
    app.advance(TimeDelta::days(14) + TimeDelta::seconds(1));
    refresh(&app, &rested["refresh_token"]).expect(401);
    let mut used = app.signed_in(&town.email);
    for _ in 0..5 {
        app.advance(TimeDelta::days(11));
        used = refresh(&app, &used["refresh_token"]).expect(200).body;
    }
    app.advance(TimeDelta::days(6));
    refresh(&app, &used["refresh_token"]).expect(401);
}

#[test]
fn a_token_that_is_none_is_named_and_an_unknown_one_refused() {
    let app = TestApp::start();
    assert_eq!(refresh(&app, &json!("short")).expect(422).body["errors"][0]["code"], "not_a_token");
    refresh(&app, &json!("A".repeat(43))).expect(401);
}

#[test]
fn a_stale_access_token_in_the_header_does_not_hinder_a_refresh() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let session = app.signed_in(&town.email);
    app.advance(TimeDelta::minutes(11));
    let client = app.public().with_token(session["access_token"].as_str().unwrap());
    client
        .post("/api/v1/auth/refresh")
        .json(&json!({ "refresh_token": session["refresh_token"] }))
        .send()
        .expect(200);
}

#[test]
fn members_see_their_sessions_and_end_one_with_their_password() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let other = app.signed_in(&town.email);
    let listed = town.get("/api/v1/me/sessions").send().expect(200).body;
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let not_mine = items.iter().find(|item| item["current"] == false).unwrap();
    let path = format!("/api/v1/me/sessions/{}/end", not_mine["id"].as_str().unwrap());
    town.post(&path).json(&json!({ "password": "some other long password" })).send().expect(422);
    assert_eq!(me(&app, &other), 200);
    town.post(&path).json(&json!({ "password": PASSWORD })).send().expect(204);
    assert_eq!(me(&app, &other), 401);
    town.post(&path).json(&json!({ "password": PASSWORD })).send().expect(404);
    town.get("/api/v1/me").send().expect(200);
}

#[test]
fn nobody_ends_a_session_of_somebody_else() {
    let app = TestApp::start();
    let (town, vendor) = (app.municipality("岩見沢市"), app.vendor("北の除雪株式会社"));
    let listed = vendor.get("/api/v1/me/sessions").send().expect(200).body;
    let path = format!("/api/v1/me/sessions/{}/end", listed["items"][0]["id"].as_str().unwrap());
    town.post(&path).json(&json!({ "password": PASSWORD })).send().expect(404);
    vendor.get("/api/v1/me").send().expect(200);
}

#[test]
fn all_sessions_end_at_once_also_the_own_unless_it_is_kept() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let other = app.signed_in(&town.email);
    let kept = json!({ "password": PASSWORD, "keep_current": true });
    town.post("/api/v1/me/sessions/end-all").json(&kept).send().expect(204);
    assert_eq!(me(&app, &other), 401);
    town.get("/api/v1/me").send().expect(200);
    town.post("/api/v1/me/sessions/end-all").json(&json!({ "password": PASSWORD })).send().expect(204);
    town.get("/api/v1/me").send().expect(401);
}
