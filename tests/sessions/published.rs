//! What the parties of a published session are told, and what they see.

use serde_json::{Value, json};

use super::{Scene, invites, session};
use crate::rounds::step;
use crate::support::app::Actor;

fn own(actor: &Actor) -> Vec<Value> {
    actor.get("/api/v1/sessions").send().expect(200).body["items"].as_array().unwrap().clone()
}

#[test]
fn both_sides_get_an_appointment_and_see_their_own_sessions_only() {
    let scene = Scene::published();
    for party in scene.towns.iter().chain(&scene.vendors) {
        let sessions = own(party);
        let invites = invites(&scene.app, party);
        assert_eq!(sessions.len(), invites.len());
        for one in &sessions {
            let mine = json!(party.organization);
            assert!(one["municipality"]["id"] == mine || one["vendor"]["id"] == mine);
            assert!(one.get("score").is_none() && one.get("source").is_none(), "the bureau's alone: {one}");
            assert_eq!(one["steps"], json!([]));
        }
        for (method, file) in &invites {
            assert_eq!(method, "REQUEST");
            assert!(file.contains("METHOD:REQUEST") && file.contains("SEQUENCE:0"), "{file}");
            assert!(file.contains("LOCATION:会議室A") && file.contains("ORGANIZER:mailto:"), "{file}");
        }
    }
    assert!(scene.towns.iter().all(|town| own(town).len() == 2));
    let mail = scene.app.mail(&scene.towns[0].email, "提案会の日程が決まりました");
    assert!(mail.text.contains("会議室A") && mail.text.contains("岩見沢市"), "{}", mail.text);
    assert!(mail.header("content-type").unwrap().starts_with("multipart/mixed"));
}

#[test]
fn a_session_that_moves_is_a_new_version_of_the_same_appointment() {
    let scene = Scene::published();
    let one = scene.sessions(&scene.bureau)[0].clone();
    let town = scene.towns.iter().find(|town| one["municipality"]["id"] == json!(town.organization)).unwrap();
    let later = scene.slots(&scene.at(2, "13:00"), 1, 1);
    let slot = later.last().unwrap();
    let body = json!({"slot_id": slot["id"]});
    scene.bureau.post(&session(&one, "/move")).json(&body).send().expect(200);
    let (method, file) = invites(&scene.app, town).pop().unwrap();
    let uid = format!("UID:{}@", one["id"].as_str().unwrap());
    assert_eq!(method, "REQUEST");
    assert!(file.contains("SEQUENCE:1") && file.contains(&uid), "{file}");
    let mail = scene.app.mail(&town.email, "提案会の日程が変わりました");
    assert!(mail.text.contains("前の日時"), "{}", mail.text);
    let stays = scene.assign().expect(200).body;
    assert_eq!(stays["sessions"], 4);
    let kept = scene.sessions(&scene.bureau).into_iter().find(|other| other["id"] == one["id"]).unwrap();
    assert_eq!(kept["slot"]["id"], slot["id"], "what was told stays");
}

#[test]
fn a_session_that_is_called_off_leaves_the_calendars() {
    let scene = Scene::published();
    let one = scene.sessions(&scene.bureau)[0].clone();
    let cancel = |body: &Value| scene.bureau.post(&session(&one, "/cancel")).json(body).send();
    cancel(&json!({})).expect(422);
    cancel(&json!({"reason": "大雪のため"})).expect(200);
    let town = scene.towns.iter().find(|town| one["municipality"]["id"] == json!(town.organization)).unwrap();
    let (method, file) = invites(&scene.app, town).pop().unwrap();
    assert_eq!(method, "CANCEL");
    assert!(file.contains("STATUS:CANCELLED") && file.contains("SEQUENCE:1"), "{file}");
    let mail = scene.app.mail(&town.email, "提案会が中止になりました");
    assert!(mail.text.contains("大雪のため"), "{}", mail.text);
    let seen = town.get(&session(&one, "")).send().expect(200).body;
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("cancelled"), &json!("大雪のため")));
}

#[test]
fn what_came_up_after_planning_stops_the_publication() {
    let scene = Scene::new();
    let slots = scene.slots(&scene.at(0, "10:00"), 3, 3);
    scene.assign().expect(200);
    let ids: Vec<&Value> = slots.iter().map(|slot| &slot["id"]).collect();
    scene.towns[0].post(&scene.path("availability")).json(&json!({"blocked": ids})).send().expect(204);
    let refused = scene.publish().expect(422).body;
    let codes: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["municipality_cannot", "municipality_cannot"]);
    assert!(scene.sessions(&scene.bureau).iter().all(|one| one["status"] == "planned"), "none was told");
}

#[test]
fn a_round_that_is_called_off_takes_its_sessions_with_it() {
    let scene = Scene::published();
    step(&scene.bureau, &scene.round, "cancel", &json!({"reason": "予算のため"})).expect(200);
    assert!(scene.sessions(&scene.bureau).iter().all(|one| one["status"] == "cancelled"));
    let (method, _) = invites(&scene.app, &scene.towns[0]).pop().unwrap();
    assert_eq!(method, "CANCEL");
}

#[test]
fn a_calendar_is_read_without_signing_in_until_its_address_ends() {
    let scene = Scene::published();
    let town = &scene.towns[0];
    let make = || {
        let made = town.post("/api/v1/me/calendar").send().expect(201).body;
        let url = made["url"].as_str().unwrap().to_owned();
        url.strip_prefix(scene.app.origin()).unwrap().to_owned()
    };
    let first = make();
    let file = scene.app.public().get(&first).send().expect(200);
    assert_eq!(file.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(file.text().matches("BEGIN:VEVENT").count(), 2);
    let second = make();
    scene.app.public().get(&first).send().expect(404);
    scene.app.public().get(&second).send().expect(200);
    town.delete("/api/v1/me/calendar").send().expect(204);
    scene.app.public().get(&second).send().expect(404);
    scene.app.public().get("/calendar?key=x").send().expect(404);
    scene.app.public().get("/calendar").send().expect(404);
    scene.app.public().post("/api/v1/me/calendar").send().expect(401);
}
