//! Calls for a field, from the draft to the accepted pair.

mod pages;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::matches::{Scene, id};
use crate::support::app::Actor;
use crate::support::patience::until;

const CALLS: &str = "/api/v1/fields-wanted";
const SOON: std::time::Duration = std::time::Duration::from_secs(20);

/// Everything a submission needs.
pub fn call(scene: &Scene, changes: &Value) -> Value {
    let mut body = json!({
        "solution_id": id(&scene.solution),
        "title": "雪国の実証フィールドを探しています",
        "what": "除雪車に端末を付け、住民向けの地図を一冬試します。",
        "regions": ["bureau:hokkaido"],
        "municipality_brings": "除雪車と運行の担当者",
        "vendor_bears": "端末と通信の費用",
        "period": "12月から3月まで",
        "places": 1,
        "until": "2099-03-31",
    });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// The path of a call that its bureau has opened.
pub fn opened(scene: &Scene, changes: &Value) -> String {
    let created = scene.vendor.post(CALLS).json(&call(scene, changes)).send().expect(201);
    let path = created.header("location").unwrap().to_owned();
    scene.vendor.post(&format!("{path}/submit")).json(&json!({})).send().expect(200);
    scene.bureau.post(&format!("{path}/publish")).json(&json!({})).send().expect(200);
    path
}

fn raised(town: &Actor, path: &str, body: &Value) -> String {
    let raised = town.post(&format!("{path}/offers")).json(body).send().expect(201);
    format!("/api/v1/field-offers/{}", raised.body["id"].as_str().unwrap())
}

#[test]
fn a_call_waits_at_the_desk_of_its_bureau_and_is_hidden_until_it_is_opened() {
    let scene = Scene::new();
    let created = scene.vendor.post(CALLS).json(&call(&scene, &json!({}))).send().expect(201);
    let path = created.header("location").unwrap().to_owned();
    scene.town.get(&path).send().expect(404);
    scene.vendor.post(&format!("{path}/submit")).json(&json!({})).send().expect(200);
    scene.bureau.get(&path).send().expect(200);
    let waiting = scene.bureau.get("/api/v1/moderation/queue?kind=field_wanted").send();
    assert!(waiting.body.to_string().contains("雪国の実証フィールド"), "{}", waiting.body);
    scene.app.bureau("kanto").post(&format!("{path}/publish")).json(&json!({})).send().expect(404);
    scene.bureau.post(&format!("{path}/return")).json(&json!({})).send().expect(422);
    scene
        .bureau
        .post(&format!("{path}/return"))
        .json(&json!({"reason": "期間を具体的に"}))
        .send()
        .expect(200);
    let patch = json!({"period": "2027年12月〜2028年3月"});
    let etag = scene.vendor.get(&path).send().header("etag").unwrap().to_owned();
    scene.vendor.patch(&path).header("If-Match", &etag).json(&patch).send().expect(200);
    scene.vendor.post(&format!("{path}/submit")).json(&json!({})).send().expect(200);
    scene.bureau.post(&format!("{path}/publish")).json(&json!({})).send().expect(200);
    let seen = scene.app.public().get(&path).send().expect(200);
    assert_eq!((&seen.body["status"], &seen.body["vendor"]), (&json!("open"), &json!("雪みち工業")));
    let refused = scene.vendor.post(&format!("{path}/submit")).json(&json!({})).send().expect(409);
    assert!(refused.body.to_string().contains("close"), "{}", refused.body);
}

#[test]
fn what_is_missing_is_asked_for_at_submit_and_all_at_once() {
    let scene = Scene::new();
    let body = json!({"solution_id": id(&scene.solution), "title": "題名だけ"});
    let created = scene.vendor.post(CALLS).json(&body).send().expect(201);
    let path = created.header("location").unwrap().to_owned();
    let refused = scene.vendor.post(&format!("{path}/submit")).json(&json!({})).send().expect(422);
    let pointers: Vec<&str> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/what", "/municipality_brings", "/vendor_bears", "/period", "/until"]);
    let other = scene.app.vendor_in("よその会社", "011002");
    other.post(CALLS).json(&body).send().expect(422);
    scene.town.post(CALLS).json(&body).send().expect(403);
    scene.app.public().post(CALLS).json(&body).send().expect(401);
}

#[test]
fn an_accepted_hand_with_a_challenge_is_an_introduced_match_and_the_last_place_closes_the_call() {
    let scene = Scene::new();
    let path = opened(&scene, &json!({}));
    let body = json!({"note": "除雪車が25台あります。", "challenge_id": id(&scene.challenge)});
    let offer = raised(&scene.town, &path, &body);
    scene.app.mail(&scene.vendor.email, "手が挙がりました");
    scene.town.post(&format!("{path}/offers")).json(&body).send().expect(409);
    scene.town.post(&format!("{offer}/accept")).json(&json!({})).send().expect(403);
    let accepted = scene.vendor.post(&format!("{offer}/accept")).json(&json!({})).send().expect(200);
    assert_eq!(accepted.body["status"], "accepted");
    assert!(accepted.body["contact"].as_str().unwrap().contains(&scene.town.email), "{}", accepted.body);
    let made = format!("/api/v1/matches/{}", accepted.body["match_id"].as_str().unwrap());
    let made = scene.town.get(&made).send().expect(200).body;
    assert_eq!((&made["status"], &made["origin"]), (&json!("introduced"), &json!("municipality")));
    assert_eq!(scene.vendor.get(&path).send().expect(200).body["status"], "closed");
    let mail = scene.app.mail(&scene.town.email, "実証フィールド募集への回答（承諾）");
    assert!(mail.text.contains(&scene.vendor.email), "{}", mail.text);
    let late = scene.app.municipality("函館市");
    late.post(&format!("{path}/offers")).json(&json!({"note": "うちでも"})).send().expect(409);
}

#[test]
fn a_hand_is_declined_with_a_reason_and_only_its_parties_and_the_bureau_see_it() {
    let scene = Scene::new();
    let path = opened(&scene, &json!({"places": 2}));
    let offer = raised(&scene.town, &path, &json!({"note": "雪が多いです。"}));
    let other = scene.app.municipality("函館市");
    let seen = |actor: &Actor| {
        let list = actor.get(&format!("{path}/offers")).send().expect(200).body;
        list["items"].as_array().unwrap().len()
    };
    let counts = [&scene.town, &scene.vendor, &scene.bureau, &other].map(seen);
    assert_eq!(counts, [1, 1, 1, 0]);
    other.post(&format!("{offer}/withdraw")).json(&json!({})).send().expect(404);
    scene.vendor.post(&format!("{offer}/decline")).json(&json!({})).send().expect(422);
    let reason = json!({"reason": "今年は1か所に絞るため"});
    scene.vendor.post(&format!("{offer}/decline")).json(&reason).send().expect(200);
    let mail = scene.app.mail(&scene.town.email, "見送り");
    assert!(mail.text.contains("今年は1か所に絞るため"), "{}", mail.text);
    let refused = scene.vendor.post(&format!("{offer}/accept")).json(&json!({})).send().expect(409);
    assert_eq!(refused.body["errors"].as_array().map(Vec::len).unwrap_or_default(), 0, "{}", refused.body);
}

#[test]
fn a_hand_that_was_taken_back_can_be_raised_again() {
    let scene = Scene::new();
    let path = opened(&scene, &json!({}));
    let offer = raised(&scene.town, &path, &json!({"note": "一度目"}));
    scene.town.post(&format!("{offer}/withdraw")).json(&json!({})).send().expect(200);
    scene.vendor.post(&format!("{offer}/accept")).json(&json!({})).send().expect(409);
    assert_eq!(raised(&scene.town, &path, &json!({"note": "二度目"})), offer);
}

#[test]
fn a_call_closes_when_its_last_day_is_over() {
    let scene = Scene::new();
    let due = crate::challenges::day(&scene.app, 3);
    let path = opened(&scene, &json!({ "until": due }));
    scene.app.advance(TimeDelta::days(4));
    let closed = until(SOON, || {
        let shown = scene.app.public().get(&path).send().expect(200).body;
        (shown["status"] == "closed").then_some(())
    });
    closed.expect("the clock closes it");
}

#[test]
fn the_desk_decides_about_a_call_and_takes_that_back() {
    let scene = Scene::new();
    let created = scene.vendor.post(CALLS).json(&call(&scene, &json!({}))).send().expect(201);
    let path = created.header("location").unwrap().to_owned();
    scene.vendor.post(&format!("{path}/submit")).json(&json!({})).send().expect(200);
    let acts = "/api/v1/moderation/acts";
    let body = json!({"decision": "accept", "items": [{"kind": "field_wanted", "id": id(&path)}]});
    let done = scene.bureau.post(acts).json(&body).send().expect(200).body;
    assert_eq!(scene.vendor.get(&path).send().body["status"], "open");
    let batch = done["id"].as_str().unwrap();
    scene.bureau.post(&format!("{acts}/{batch}/undo")).send().expect(200);
    assert_eq!(scene.vendor.get(&path).send().body["status"], "in_review");
}
