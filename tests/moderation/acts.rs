//! Decisions that can be taken back for a while, through the API.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::pending;
use crate::matches::{Scene, challenge, id, solution};
use crate::support::app::{Actor, TestApp};

const ACTS: &str = "/api/v1/moderation/acts";

/// The service with its desk's town and vendor, and one of each kind of thing waiting.
struct Desk {
    app: TestApp,
    bureau: Actor,
    town: Actor,
    vendor: Actor,
    challenge: String,
    solution: String,
}

impl Desk {
    fn new() -> Self {
        let app = TestApp::start();
        let (town, vendor) = (app.municipality("岩見沢市"), app.vendor_in("雪みち工業", "011002"));
        let bureau = app.bureau("hokkaido");
        let submitted = |owner: &Actor, kind: &str, body: &Value| {
            let created = owner.post(&format!("/api/v1/{kind}")).json(body).send().expect(201);
            let path = created.header("location").unwrap().to_owned();
            owner.post(&format!("{path}/submit")).send().expect(200);
            path
        };
        let challenge =
            submitted(&town, "challenges", &challenge("除雪車の位置を住民に見せたい", &json!({})));
        let solution = submitted(&vendor, "solutions", &solution("雪みちナビ", &json!({})));
        Self { app, bureau, town, vendor, challenge, solution }
    }

    fn decide(&self, decision: &str, kind: &str, path: &str) -> Value {
        self.say(decision, kind, path, "確かめました。")
    }

    fn say(&self, decision: &str, kind: &str, path: &str, comment: &str) -> Value {
        let body =
            json!({"decision": decision, "comment": comment, "items": [{"kind": kind, "id": id(path)}]});
        self.bureau.post(ACTS).json(&body).send().expect(200).body
    }

    fn undo(&self, done: &Value) -> Value {
        self.bureau.post(&undo_of(done)).send().expect(200).body
    }

    fn status(&self, path: &str) -> Value {
        self.bureau.get(path).send().expect(200).body["status"].clone()
    }
}

fn undo_of(done: &Value) -> String {
    format!("{ACTS}/{}/undo", done["id"].as_str().unwrap())
}

fn problem(outcome: &Value) -> &str {
    outcome["items"][0]["problem"]["detail"].as_str().unwrap_or_default()
}

#[test]
fn a_published_challenge_is_taken_back_as_if_it_had_not_been() {
    let desk = Desk::new();
    let before = desk.bureau.get(&desk.challenge).send().expect(200).body;
    let done = desk.decide("accept", "challenge", &desk.challenge);
    assert_eq!(done["items"][0]["done"], true, "{done}");
    assert_eq!(desk.status(&desk.challenge), "open");
    desk.app.public().get(&desk.challenge).send().expect(200);

    assert_eq!(desk.undo(&done)["items"][0]["done"], true);
    let after = desk.bureau.get(&desk.challenge).send().expect(200).body;
    for field in ["status", "submitted_at", "published_at", "amendment", "title"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    desk.app.public().get(&desk.challenge).send().expect(404);
    let versions = desk.bureau.get(&format!("{}/amendments", desk.challenge)).send().expect(200).body;
    assert_eq!(versions["items"], json!([]));
    desk.app.advance(TimeDelta::seconds(60));
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(desk.app.unread_mails().iter().all(|mail| !mail.subject.contains("公開")), "nobody is told");
    assert_eq!(desk.decide("accept", "challenge", &desk.challenge)["items"][0]["done"], true);
}

#[test]
fn a_published_solution_is_taken_back_out_of_the_catalogue_and_the_ranking() {
    let desk = Desk::new();
    desk.decide("accept", "challenge", &desk.challenge);
    let done = desk.decide("accept", "solution", &desk.solution);
    let ranking = format!("{}/matches", desk.challenge);
    let candidates = || desk.town.get(&ranking).send().expect(200).body["items"].as_array().unwrap().len();
    assert_eq!(candidates(), 1);
    assert_eq!(desk.undo(&done)["items"][0]["done"], true);
    assert_eq!((candidates(), desk.status(&desk.solution)), (0, json!("in_review")));
}

#[test]
fn what_was_returned_is_taken_back_and_nobody_is_told() {
    let desk = Desk::new();
    for (kind, path) in [("challenge", &desk.challenge), ("solution", &desk.solution)] {
        let done = desk.say("decline", kind, path, "予算を書き足してください。");
        assert_eq!(desk.status(path), "returned");
        assert_eq!(desk.undo(&done)["items"][0]["done"], true);
        assert_eq!(desk.status(path), "in_review");
    }
    for owner in [&desk.town, &desk.vendor] {
        let notices = owner.get("/api/v1/notices").send().expect(200).body;
        assert_eq!(notices["items"], json!([]));
    }
}

#[test]
fn messages_wait_until_the_window_is_over_and_then_go_out() {
    let desk = Desk::new();
    desk.decide("accept", "challenge", &desk.challenge);
    let notices = || desk.town.get("/api/v1/notices").send().expect(200).body["items"].clone();
    assert_eq!(notices(), json!([]));
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert!(desk.app.unread_mails().iter().all(|mail| !mail.subject.contains("公開")));
    desk.app.advance(TimeDelta::seconds(31));
    assert!(desk.app.mail(&desk.town.email, "公開").text.contains("除雪車の位置"));
    assert_eq!(notices().as_array().unwrap().len(), 1);
}

#[test]
fn an_organization_is_let_in_and_waits_again() {
    let app = TestApp::start();
    let company = pending(&app, "北のしごと", "012106");
    let bureau = app.bureau("hokkaido");
    let path = format!("/api/v1/organizations/{}", company.organization);
    let body = json!({"decision": "accept", "items": [{"kind": "organization", "id": company.organization}]});
    let done = bureau.post(ACTS).json(&body).send().expect(200).body;
    assert_eq!(bureau.get(&path).send().expect(200).body["status"], "approved");
    bureau.post(&undo_of(&done)).send().expect(200);
    assert_eq!(bureau.get(&path).send().expect(200).body["status"], "pending");
}

#[test]
fn a_dismissed_match_is_a_suggestion_again_without_its_reason() {
    let scene = Scene::new();
    let path = scene.suggested();
    let body = json!({"decision": "decline", "comment": "対象が違う", "items": [{"kind": "match", "id": id(&path)}]});
    let done = scene.bureau.post(ACTS).json(&body).send().expect(200).body;
    assert_eq!(scene.bureau.get(&path).send().expect(200).body["reason"], "対象が違う");
    scene.bureau.post(&undo_of(&done)).send().expect(200);
    let after = scene.bureau.get(&path).send().expect(200).body;
    assert_eq!((&after["status"], &after["reason"]), (&json!("suggested"), &json!(null)));
}

#[test]
fn after_its_window_nothing_is_taken_back() {
    let desk = Desk::new();
    let done = desk.decide("accept", "challenge", &desk.challenge);
    desk.app.advance(TimeDelta::seconds(31));
    assert!(problem(&desk.undo(&done)).contains("時間が過ぎました"));
    assert_eq!(desk.status(&desk.challenge), "open");
}

#[test]
fn what_was_changed_or_built_upon_since_is_not_taken_back() {
    let desk = Desk::new();
    desk.decide("accept", "solution", &desk.solution);
    let done = desk.decide("accept", "challenge", &desk.challenge);
    let pair = json!({"challenge_id": id(&desk.challenge), "solution_id": id(&desk.solution)});
    desk.town.post("/api/v1/matches").json(&pair).send().expect(201);
    assert!(problem(&desk.undo(&done)).contains("別の手続き"));

    let desk = Desk::new();
    let done = desk.decide("accept", "challenge", &desk.challenge);
    desk.town
        .post(&format!("{}/withdraw", desk.challenge))
        .json(&json!({"reason": "不要"}))
        .send()
        .expect(200);
    let outcome = desk.undo(&done);
    assert_eq!(outcome["items"][0]["done"], false, "{outcome}");
    assert_eq!(desk.status(&desk.challenge), "withdrawn");
}

#[test]
fn an_act_is_taken_back_once_and_only_by_its_desk() {
    let desk = Desk::new();
    let done = desk.decide("accept", "challenge", &desk.challenge);
    desk.app.public().post(&undo_of(&done)).send().expect(401);
    desk.town.post(&undo_of(&done)).send().expect(403);
    desk.app.bureau("kinki").post(&undo_of(&done)).send().expect(404);
    assert_eq!(desk.undo(&done)["items"][0]["done"], true);
    desk.bureau.post(&undo_of(&done)).send().expect(404);
}

#[test]
fn one_that_cannot_be_decided_does_not_hold_up_the_others() {
    let desk = Desk::new();
    let items = json!([
        {"kind": "challenge", "id": id(&desk.challenge), "version": 99},
        {"kind": "solution", "id": id(&desk.solution)},
    ]);
    let body = json!({"decision": "accept", "items": items});
    let done = desk.bureau.post(ACTS).json(&body).send().expect(200).body;
    assert_eq!(done["items"][0]["problem"]["code"], "stale");
    assert_eq!(done["items"][1]["done"], true);
    let audited = desk.bureau.get("/api/v1/audit-events").send().expect(200).body.to_string();
    assert!(audited.contains("solution.publish") && !audited.contains("challenge.publish"));
}

#[test]
fn an_undo_stands_in_the_audit_trail_and_in_the_log_of_the_thing() {
    let desk = Desk::new();
    let done = desk.decide("accept", "challenge", &desk.challenge);
    desk.undo(&done);
    let log = desk.bureau.get(&format!("{}/moderation", desk.challenge)).send().expect(200).body;
    assert!(log.to_string().contains("\"undo\""), "{log}");
    let audited = desk.bureau.get("/api/v1/audit-events").send().expect(200).body.to_string();
    assert!(audited.contains("challenge.undo"));
}

#[test]
fn wrong_bodies_name_the_field() {
    let desk = Desk::new();
    for (body, pointer) in [
        (json!({}), "/decision"),
        (json!({"decision": "accept"}), "/items"),
        (json!({"decision": "accept", "items": [{"kind": "x", "id": "y"}]}), "/items/0/kind"),
        (json!({"decision": "accept", "items": [{"kind": "match", "id": "y"}]}), "/items/0/id"),
    ] {
        let refused = desk.bureau.post(ACTS).json(&body).send().expect(422);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{body}");
    }
    desk.town.post(ACTS).json(&json!({})).send().expect(403);
}
