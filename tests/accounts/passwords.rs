//! Another password.

use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};

const NEW: &str = "seven herons over the lake";

#[test]
fn a_changed_password_replaces_the_old_one_and_ends_other_sessions() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let other = app.signed_in(&town.email);
    let change = json!({ "current_password": PASSWORD, "password": NEW });
    town.post("/api/v1/me/password").json(&change).send().expect(204);
    town.get("/api/v1/me").send().expect(200);
    let token = other["access_token"].as_str().unwrap();
    app.public().with_token(token).get("/api/v1/me").send().expect(401);
    let sign_in = |password: &str| {
        let credentials = json!({ "email": town.email, "password": password });
        app.public().post("/api/v1/auth/sign-in").json(&credentials).send().status.as_u16()
    };
    assert_eq!((sign_in(PASSWORD), sign_in(NEW)), (401, 200));
}

#[test]
fn other_sessions_go_on_when_the_member_wants_it() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let other = app.signed_in(&town.email);
    let change = json!({ "current_password": PASSWORD, "password": NEW, "end_other_sessions": false });
    town.post("/api/v1/me/password").json(&change).send().expect(204);
    let token = other["access_token"].as_str().unwrap();
    app.public().with_token(token).get("/api/v1/me").send().expect(200);
}

#[test]
fn a_password_is_changed_only_by_somebody_who_knows_it() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let change = json!({ "current_password": "some other long password", "password": NEW });
    let refused = town.post("/api/v1/me/password").json(&change).send().expect(422);
    assert_eq!(refused.body["errors"][0]["pointer"], "/current_password");
    assert_eq!(refused.body["errors"][0]["code"], "wrong_password");
}

#[test]
fn a_weak_password_is_refused_with_its_reason() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    for (weak, code) in [
        ("short", "password_too_short"),
        ("passwordpassword", "password_common"),
        ("岩見沢市岩見沢市岩見沢市2026", "password_context"),
        (&*"a long one ".repeat(12), "too_long"),
    ] {
        let change = json!({ "current_password": PASSWORD, "password": weak });
        let refused = town.post("/api/v1/me/password").json(&change).send().expect(422);
        assert_eq!(refused.body["errors"][0]["pointer"], "/password", "{weak}");
        assert_eq!(refused.body["errors"][0]["code"], code, "{weak}");
    }
}
