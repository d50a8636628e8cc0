//! Signing in with an address and a password.

use chrono::TimeDelta;
use kakehashi::accounts::Role;
use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::http::Answer;

fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let credentials = json!({ "email": email, "password": password });
    app.public().post("/api/v1/auth/sign-in").json(&credentials).send()
}

#[test]
fn a_member_who_signs_in_gets_tokens_and_learns_who_they_are() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let answer = sign_in(&app, &town.email.to_uppercase(), PASSWORD).expect(200);
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 600);
    assert_eq!(answer.body["member"]["email"], town.email);
    assert_eq!(answer.body["organization"]["name"], "岩見沢市");
    let token = answer.body["access_token"].as_str().unwrap();
    let me = app.public().with_token(token).get("/api/v1/me").send().expect(200);
    assert_eq!(me.body["member"]["id"], town.member.to_string());
    assert_eq!(me.body["organization"]["municipality_code"], "012106");
    assert_eq!(me.body["permissions"]["can_write_challenge"], true);
    assert_eq!(me.body["permissions"]["can_write_solution"], false);
}

#[test]
fn permissions_follow_the_role_and_the_kind_of_organization() {
    let app = TestApp::start();
    let vendor = app.vendor("北の除雪株式会社");
    let viewer = app.colleague(&vendor, Role::Viewer);
    let allowed = |actor: &crate::support::app::Actor| {
        let me = actor.get("/api/v1/me").send().expect(200).body;
        let permissions = me["permissions"].as_object().unwrap().clone();
        permissions.into_iter().filter(|(_, may)| may == true).map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(allowed(&vendor), ["can_manage_members", "can_see_audit", "can_submit", "can_write_solution"]);
    assert_eq!(allowed(&viewer), ["can_see_audit"]);
    assert_eq!(
        allowed(&app.bureau("hokkaido")),
        ["can_decide_organizations", "can_manage_members", "can_moderate", "can_see_audit"]
    );
    assert_eq!(
        allowed(&app.operator()),
        ["can_decide_organizations", "can_manage_members", "can_moderate", "can_operate", "can_see_audit"]
    );
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let wrong = sign_in(&app, &town.email, "some other long password").expect(401);
    let unknown = sign_in(&app, "nobody@city.example.jp", "some other long password").expect(401);
    assert_eq!(wrong.body["detail"], unknown.body["detail"]);
    assert_eq!(wrong.header("www-authenticate"), Some("Bearer realm=\"kakehashi\""));
}

#[test]
fn what_is_missing_is_named_all_at_once() {
    let app = TestApp::start();
    let answer = app.public().post("/api/v1/auth/sign-in").json(&json!({})).send().expect(422);
    let pointers: Vec<_> =
        answer.body["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/email", "/password"]);
}

#[test]
fn guessing_is_slowed_down_and_the_right_password_works_after_the_delay() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    for _ in 0..6 {
        sign_in(&app, &town.email, "some other long password").expect(401);
    }
    let refused = sign_in(&app, &town.email, PASSWORD).expect(429);
    let seconds: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
    app.advance(TimeDelta::seconds(seconds));
    sign_in(&app, &town.email, PASSWORD).expect(200);
    sign_in(&app, &town.email, "some other long password").expect(401);
    sign_in(&app, &town.email, PASSWORD).expect(200);
}

#[test]
fn an_unknown_address_is_slowed_down_just_as_a_known_one() {
    let app = TestApp::start();
    for _ in 0..6 {
        sign_in(&app, "nobody@city.example.jp", "some other long password").expect(401);
    }
    sign_in(&app, "nobody@city.example.jp", "some other long password").expect(429);
}

#[test]
fn guesses_sent_at_once_are_all_counted() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let guess = || sign_in(&app, &town.email, "some other long password").status.as_u16();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(guess)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let looked_at = answers.iter().filter(|status| **status == 401).count();
    assert!(looked_at <= 8, "{answers:?}");
    assert!(answers.contains(&429), "{answers:?}");
}

#[test]
fn one_person_who_mistypes_does_not_slow_a_colleague_at_the_same_address() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let colleague = app.colleague(&town, Role::Editor);
    for _ in 0..8 {
        sign_in(&app, &town.email, "some other long password");
    }
    sign_in(&app, &colleague.email, PASSWORD).expect(200);
}

#[test]
fn sign_ins_are_in_the_audit_trail_whether_they_succeed_or_fail() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    sign_in(&app, &town.email, "some other long password").expect(401);
    sign_in(&app, &town.email, PASSWORD).expect(200);
    let operator = app.operator();
    let path = format!("/api/v1/audit-events?subject={}", town.member);
    let events = operator.get(&path).send().expect(200);
    let actions: Vec<_> =
        events.body["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"session.refuse"), "{actions:?}");
    assert!(actions.contains(&"session.open"), "{actions:?}");
    assert!(!events.text().contains(&town.email), "the trail holds an address in the clear");
}

#[test]
fn an_attempt_within_the_delay_is_in_the_audit_trail_too() {
    let app = TestApp::start();
    for _ in 0..6 {
        sign_in(&app, "nobody@city.example.jp", "some other long password").expect(401);
    }
    sign_in(&app, "nobody@city.example.jp", "some other long password").expect(429);
    let events = app.operator().get("/api/v1/audit-events?limit=100").send().expect(200);
    let delayed = events.body["items"].as_array().unwrap().iter().filter(|e| e["action"] == "session.delay");
    assert_eq!(delayed.count(), 1);
    assert!(!events.text().contains("nobody@city.example.jp"), "the trail holds an address in the clear");
}
