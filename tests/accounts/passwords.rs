//! Another password.

use chrono::TimeDelta;
use diesel::prelude::*;
use kakehashi::db::schema::single_use_links;
use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::http::Answer;

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

fn forgot(app: &TestApp, email: &str) -> Answer {
    app.public().post("/api/v1/auth/password/forgot").json(&json!({ "email": email })).send()
}

fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "password": password });
    app.public().post("/api/v1/auth/password/reset").json(&body).send()
}

#[test]
fn a_forgotten_password_is_reset_by_mail_and_every_session_ends() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    assert_eq!(
        forgot(&app, &town.email).expect(202).body,
        forgot(&app, "no@city.example.jp").expect(202).body
    );
    let token = app.mail(&town.email, "再設定").token().to_owned();
    assert_eq!(
        super::refused(&reset(&app, &token, "passwordpassword").expect(422)),
        [("/password".into(), "password_common".into())]
    );
    town.get("/api/v1/me").send().expect(200);
    reset(&app, &token, NEW).expect(204);
    town.get("/api/v1/me").send().expect(401);
    app.mail(&town.email, "パスワードが変更");
    super::sign_in(&app, &town.email, PASSWORD).expect(401);
    super::sign_in(&app, &town.email, NEW).expect(200);
    assert_eq!(
        super::refused(&reset(&app, &token, NEW).expect(422)),
        [("/token".into(), "link_used".into())]
    );
}

#[test]
fn a_reset_link_holds_for_an_hour_and_only_the_newest_one() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    forgot(&app, &town.email);
    let first = app.mail(&town.email, "再設定").token().to_owned();
    forgot(&app, &town.email);
    let second = app.mail(&town.email, "再設定").token().to_owned();
    reset(&app, &first, NEW).expect(422);
    app.advance(TimeDelta::hours(1));
    let late = reset(&app, &second, NEW).expect(422);
    assert_eq!(super::refused(&late), [("/token".into(), "link_expired".into())]);
}

#[test]
fn whoever_resets_the_password_signs_in_without_waiting() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    for _ in 0..8 {
        super::sign_in(&app, &town.email, "some other long password");
    }
    super::sign_in(&app, &town.email, PASSWORD).expect(429);
    forgot(&app, &town.email);
    reset(&app, app.mail(&town.email, "再設定").token(), NEW).expect(204);
    super::sign_in(&app, &town.email, NEW).expect(200);
}

#[test]
fn what_has_run_out_is_forgotten_and_what_lives_stays() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    forgot(&app, &town.email);
    app.mail(&town.email, "再設定");
    let sweep = || app.run(kakehashi::housekeeping::sweep(app.services())).unwrap();
    let links = || {
        let count =
            app.services().read(|conn| Ok(single_use_links::table.count().get_result::<i64>(conn)?));
        app.run(count).unwrap()
    };
    sweep();
    assert_eq!(links(), 1);
    town.get("/api/v1/me").send().expect(200);
    app.advance(TimeDelta::days(100));
    sweep();
    assert_eq!(links(), 0);
    app.again(&town).get("/api/v1/me").send().expect(200);
}
