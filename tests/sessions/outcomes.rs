//! What comes of a session.

use chrono::TimeDelta;
use kakehashi::sessions::hold_due;
use serde_json::{Value, json};

use super::{Scene, session};
use crate::rounds::{pointers, told};
use crate::support::app::Actor;
use crate::support::browser::Browser;

/// The scene after the first session of the first town is over, and that session.
fn held() -> (Scene, Value) {
    let scene = Scene::published();
    scene.app.advance(TimeDelta::days(61));
    let nodes = async {
        let (one, other) = tokio::join!(hold_due(scene.app.services()), hold_due(scene.app.services()));
        one.and(other)
    };
    scene.app.run(nodes).unwrap();
    while scene.app.run(hold_due(scene.app.services())).unwrap() {}
    let town = scene.app.again(&scene.towns[0]);
    let one = scene
        .sessions(&town)
        .into_iter()
        .find(|one| one["municipality"]["id"] == json!(town.organization))
        .unwrap();
    (scene, one)
}

fn record(scene: &Scene, actor: &Actor, one: &Value, body: &Value) -> crate::support::http::Answer {
    scene.app.again(actor).post(&session(one, "/outcome")).json(body).send()
}

#[test]
fn an_outcome_is_recorded_only_when_the_time_is_over() {
    let scene = Scene::published();
    let one = scene.sessions(&scene.towns[0])[0].clone();
    let refused = scene.towns[0].post(&session(&one, "/outcome")).json(&json!({"outcome": "pilot"})).send();
    assert_eq!(refused.expect(409).body["legal_steps"], json!(["move", "cancel"]));
    scene.app.run(hold_due(scene.app.services())).unwrap();
    assert_eq!(scene.sessions(&scene.towns[0])[0]["status"], "published");
}

#[test]
fn a_session_counts_as_held_once_and_both_sides_are_asked_once() {
    let (scene, one) = held();
    assert_eq!((&one["status"], &one["steps"]), (&json!("held"), &json!(["record-outcome"])));
    for town in &scene.towns {
        let asked = told(&scene.app, town).iter().filter(|kind| *kind == "session_outcome").count();
        assert_eq!(asked, 2, "one for each session");
    }
}

#[test]
fn each_party_says_what_came_of_it_and_the_bureau_reads_both() {
    let (scene, one) = held();
    let vendor =
        scene.vendors.iter().find(|vendor| one["vendor"]["id"] == json!(vendor.organization)).unwrap();
    let stranger = scene.vendors.iter().find(|other| other.organization != vendor.organization).unwrap();
    let refused = record(&scene, &scene.towns[0], &one, &json!({"outcome": "no"})).expect(422);
    assert_eq!(pointers(&refused), [("/reason", "required")]);
    record(&scene, &scene.towns[0], &one, &json!({"outcome": "pilot", "reason": "冬に試す"})).expect(200);
    let said = record(&scene, vendor, &one, &json!({"outcome": "continue"})).expect(200).body;
    assert_eq!(said["vendor_outcome"]["outcome"], "continue");
    assert_eq!(said["municipality_outcome"], json!(null), "what the other side said is not theirs to read");
    record(&scene, stranger, &one, &json!({"outcome": "pilot"})).expect(404);
    record(&scene, &scene.bureau, &one, &json!({"outcome": "pilot"})).expect(403);
    let read = scene.app.again(&scene.bureau).get(&session(&one, "")).send().expect(200).body;
    assert_eq!(read["municipality_outcome"]["reason"], "冬に試す");
    assert_eq!(read["vendor_outcome"]["outcome"], "continue");
    let changed = record(&scene, &scene.towns[0], &one, &json!({"outcome": "continue"})).expect(200).body;
    assert_eq!(changed["municipality_outcome"]["outcome"], "continue");
}

#[test]
fn one_click_from_the_mail_records_it_and_opening_the_page_does_not() {
    let (scene, _) = held();
    let vendor = &scene.vendors[0];
    let mail = scene.app.mail(&vendor.email, "提案会はいかがでしたか");
    let browser = Browser::of(scene.app.public());
    let path = format!("/session-outcome?token={}", mail.token());
    let page = browser.open(&path).expect(200).says("実証へ進む").says("雪みちナビ");
    assert_eq!(page.answer.header("referrer-policy"), Some("no-referrer"));
    let unsaid = |scene: &Scene| {
        let sessions = scene.sessions(&scene.app.again(vendor));
        sessions.iter().filter(|one| one["vendor_outcome"].is_null()).count()
    };
    let before = unsaid(&scene);
    browser
        .send("/session-outcome", &[("outcome", "pilot"), ("reason", "")])
        .expect(200)
        .says("記録しました");
    assert_eq!(unsaid(&scene), before - 1);
    browser.open(&path).expect(410).says("すでに使われました");
    browser.open("/session-outcome?token=unknown").expect(404);
    let again = json!({"token": mail.token(), "outcome": "no"});
    let refused = scene.app.public().post("/api/v1/session-outcomes").json(&again).send().expect(422);
    assert_eq!(pointers(&refused), [("/token", "link_used")]);
}

#[test]
fn the_api_takes_the_same_token() {
    let (scene, _) = held();
    let mail = scene.app.mail(&scene.towns[1].email, "提案会はいかがでしたか");
    let post = |body: &Value| scene.app.public().post("/api/v1/session-outcomes").json(body).send();
    assert_eq!(pointers(&post(&json!({})).expect(422)), [("/outcome", "required")]);
    post(&json!({"token": mail.token(), "outcome": "no", "reason": "予算が合わない"})).expect(204);
    let sessions = scene.sessions(&scene.app.again(&scene.towns[1]));
    assert!(sessions.iter().any(|one| one["municipality_outcome"]["outcome"] == "no"));
}
