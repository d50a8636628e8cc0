//! Slots, availability, and the plan before it is published.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Scene, session};
use crate::rounds::{pointers, step};

fn count(sessions: &[Value], party: &str, id: &Value) -> usize {
    sessions.iter().filter(|one| &one[party]["id"] == id).count()
}

#[test]
fn no_vendor_is_heard_more_often_than_the_round_says_and_nobody_is_at_two_places_at_once() {
    let scene = Scene::new();
    scene.slots(&scene.at(0, "10:00"), 3, 3);
    let planned = scene.assign().expect(200).body;
    assert_eq!((&planned["sessions"], &planned["without_slot"]), (&json!(4), &json!(0)), "{planned}");
    let sessions = scene.sessions(&scene.bureau);
    for one in &sessions {
        assert!(count(&sessions, "vendor", &one["vendor"]["id"]) <= 2, "a bound of two");
        assert_eq!(count(&sessions, "municipality", &one["municipality"]["id"]), 2);
        assert_eq!(
            (&one["status"], &one["steps"]),
            (&json!("planned"), &json!(["move", "publish", "cancel"]))
        );
    }
    for party in ["municipality", "vendor"] {
        let places: BTreeSet<(String, String)> = sessions
            .iter()
            .map(|one| (one[party]["id"].to_string(), one["slot"]["starts_at"].to_string()))
            .collect();
        assert_eq!(places.len(), sessions.len(), "{party}");
    }
}

#[test]
fn nobody_sees_the_plan_before_it_is_published_but_its_bureau_and_the_operator() {
    let scene = Scene::new();
    scene.slots(&scene.at(0, "10:00"), 3, 3);
    scene.assign().expect(200);
    let one = scene.sessions(&scene.bureau)[0].clone();
    for other in [&scene.towns[0], &scene.towns[1], &scene.vendors[0], &scene.app.bureau("kinki")] {
        assert_eq!(scene.sessions(other), Vec::<Value>::new());
        other.get(&session(&one, "")).send().expect(404);
    }
    assert_eq!(scene.sessions(&scene.app.operator()).len(), 4);
    for (path, body) in
        [("sessions/assign", json!({})), ("sessions/publish", json!({})), ("slots", json!({}))]
    {
        for other in [&scene.towns[0], &scene.vendors[0], &scene.app.bureau("kinki")] {
            other.post(&scene.path(path)).json(&body).send().expect(403);
        }
        scene.app.public().post(&scene.path(path)).json(&body).send().expect(401);
    }
}

#[test]
fn planning_again_changes_nothing_that_need_not_change() {
    let scene = Scene::new();
    scene.slots(&scene.at(0, "10:00"), 3, 3);
    scene.assign().expect(200);
    let before = scene.sessions(&scene.bureau);
    let again = scene.assign().expect(200).body;
    assert_eq!(again["dropped"], 0);
    assert_eq!(scene.sessions(&scene.bureau), before);
    scene.slots(&scene.at(1, "10:00"), 2, 1);
    scene.assign().expect(200);
    assert_eq!(scene.sessions(&scene.bureau), before, "more slots move nobody");
}

#[test]
fn sessions_are_arranged_around_what_people_said() {
    let scene = Scene::new();
    let slots = scene.slots(&scene.at(0, "10:00"), 3, 3);
    let ids: Vec<&Value> = slots.iter().map(|slot| &slot["id"]).collect();
    let town = &scene.towns[0];
    let body = json!({"blocked": [ids[0]]});
    town.post(&scene.path("availability")).json(&body).send().expect(204);
    let vendor = &scene.vendors[0];
    vendor.post(&scene.path("availability")).json(&json!({"blocked": ids})).send().expect(204);
    let shown = town.get(&scene.path("slots")).send().expect(200).body;
    assert_eq!(shown["items"][0]["blocked"], true);
    scene.assign().expect(200);
    let sessions = scene.sessions(&scene.bureau);
    assert_eq!(count(&sessions, "vendor", &json!(vendor.organization)), 0, "it cannot come at all");
    let own = sessions.iter().filter(|one| one["municipality"]["id"] == json!(town.organization));
    let at: Vec<&Value> = own.map(|one| &one["slot"]["id"]).collect();
    assert!(at.len() == 2 && !at.contains(&ids[0]), "{at:?}");
    scene.bureau.post(&scene.path("availability")).json(&body).send().expect(403);
    let elsewhere = json!({"blocked": ["00000000-0000-7000-8000-000000000000"]});
    town.post(&scene.path("availability")).json(&elsewhere).send().expect(404);
}

#[test]
fn too_few_slots_leave_sessions_without_one() {
    let scene = Scene::new();
    scene.slots(&scene.at(0, "10:00"), 2, 1);
    let planned = scene.assign().expect(200).body;
    assert_eq!((&planned["sessions"], &planned["without_slot"]), (&json!(4), &json!(2)), "{planned}");
    assert_eq!(scene.publish().expect(200).body, json!({"published": 2}));
    let without = scene.sessions(&scene.bureau).into_iter().filter(|one| one["slot"].is_null());
    assert!(without.map(|one| one["status"].clone()).all(|status| status == "planned"));
}

#[test]
fn slots_lie_within_the_window_of_sessions() {
    let scene = Scene::new();
    let post = |body: &Value| scene.bureau.post(&scene.path("slots")).json(body).send();
    let refused = post(&json!({})).expect(422);
    assert_eq!(pointers(&refused), [("/starts_at", "required"), ("/place", "required")]);
    for outside in [scene.at(-1, "10:00"), scene.at(4, "23:30"), scene.at(5, "10:00")] {
        let refused = post(&json!({"starts_at": outside, "place": "会議室A"})).expect(422);
        assert_eq!(pointers(&refused), [("/starts_at", "slot_outside_window")]);
    }
    let slots = scene.slots(&scene.at(0, "10:00"), 2, 1);
    let path = format!("{}/{}", scene.path("slots"), slots[1]["id"].as_str().unwrap());
    scene.towns[0].delete(&path).send().expect(403);
    scene.bureau.delete(&path).send().expect(204);
    scene.assign().expect(200);
    let used = format!("{}/{}", scene.path("slots"), slots[0]["id"].as_str().unwrap());
    assert!(scene.bureau.delete(&used).send().expect(409).body["detail"].as_str().unwrap().contains("枠"));
}

#[test]
fn there_is_nothing_to_plan_without_slots_or_before_the_round_is_announced() {
    let scene = Scene::new();
    scene.assign().expect(409);
    scene.publish().expect(409);
    let draft = crate::rounds::begun(&scene.app, &scene.bureau);
    let refused = step(&scene.bureau, &draft, "sessions/assign", &json!({})).expect(409).body;
    assert_eq!(refused["legal_steps"], json!(["edit", "announce", "delete"]));
}

#[test]
fn a_pair_by_hand_stays_and_says_everything_it_collides_with() {
    let scene = Scene::new();
    let slots = scene.slots(&scene.at(0, "10:00"), 2, 1);
    let body = json!({
        "challenge_id": scene.challenges[0], "solution_id": scene.solutions[2], "slot_id": slots[0]["id"],
    });
    let post = |body: &Value| scene.bureau.post(&scene.path("sessions")).json(body).send();
    let made = post(&body).expect(201).body;
    assert_eq!((&made["source"], &made["by_hand"]), (&json!("bureau"), &json!(true)));
    post(&body).expect(409);
    let vendor = &scene.vendors[1];
    let cannot = json!({"blocked": [slots[0]["id"]]});
    vendor.post(&scene.path("availability")).json(&cannot).send().expect(204);
    let collides = json!({
        "challenge_id": scene.challenges[0], "solution_id": scene.solutions[1], "slot_id": slots[0]["id"],
    });
    assert_eq!(
        pointers(&post(&collides).expect(422)),
        [("/slot_id", "municipality_busy"), ("/slot_id", "slot_full"), ("/slot_id", "vendor_cannot")]
    );
    let unknown = json!({"challenge_id": scene.solutions[0], "solution_id": scene.solutions[0]});
    assert_eq!(pointers(&post(&unknown).expect(422)), [("/challenge_id", "challenge_not_heard")]);
    scene.assign().expect(200);
    let kept = scene.sessions(&scene.bureau).into_iter().find(|one| one["id"] == made["id"]).unwrap();
    assert_eq!((&kept["slot"]["id"], &kept["version"]), (&slots[0]["id"], &json!(1)));
}

#[test]
fn a_session_moves_where_it_collides_with_nothing() {
    let scene = Scene::new();
    let slots = scene.slots(&scene.at(0, "10:00"), 3, 1);
    let add = |challenge: usize, solution: usize, slot: usize| {
        let body = json!({
            "challenge_id": scene.challenges[challenge],
            "solution_id": scene.solutions[solution],
            "slot_id": slots[slot]["id"],
        });
        scene.bureau.post(&scene.path("sessions")).json(&body).send().expect(201).body
    };
    let (one, _other) = (add(0, 0, 0), add(1, 0, 1));
    let to = |slot: usize| {
        scene.bureau.post(&session(&one, "/move")).json(&json!({"slot_id": slots[slot]["id"]})).send()
    };
    assert_eq!(pointers(&to(1).expect(422)), [("/slot_id", "vendor_busy"), ("/slot_id", "slot_full")]);
    let moved = to(2).expect(200).body;
    assert_eq!((&moved["slot"]["id"], &moved["version"]), (&slots[2]["id"], &json!(2)));
    let stale = scene.bureau.post(&session(&one, "/move")).header("If-Match", "\"1\"");
    stale.json(&json!({"slot_id": slots[0]["id"]})).send().expect(412);
}

#[test]
fn a_pair_that_was_taken_off_the_plan_does_not_come_back() {
    let scene = Scene::new();
    scene.slots(&scene.at(0, "10:00"), 3, 3);
    scene.assign().expect(200);
    let one = scene.sessions(&scene.bureau)[0].clone();
    scene.bureau.post(&session(&one, "/cancel")).json(&json!({})).send().expect(200);
    scene.assign().expect(200);
    let again = scene.sessions(&scene.bureau);
    let back = again.iter().filter(|other| {
        other["challenge"] == one["challenge"]
            && other["vendor"] == one["vendor"]
            && other["status"] != "cancelled"
    });
    assert_eq!(back.count(), 0);
    let refused = scene.bureau.post(&session(&one, "/cancel")).json(&json!({})).send().expect(409).body;
    assert_eq!(refused["legal_steps"], json!([]));
}

#[test]
fn what_a_bureau_brought_together_comes_before_the_ranking() {
    let scene = Scene::new();
    let worst = {
        let path = format!("/api/v1/challenges/{}/matches?limit=10", scene.challenges[0]);
        let ranked = scene.bureau.get(&path).send().expect(200).body;
        ranked["items"].as_array().unwrap().last().unwrap()["solution"]["id"].clone()
    };
    let body = json!({"challenge_id": scene.challenges[0], "solution_id": worst});
    let made = scene.bureau.post("/api/v1/matches").json(&body).send().expect(201);
    let path = made.header("location").unwrap().to_owned();
    scene.bureau.post(&format!("{path}/approve")).send().expect(200);
    scene.slots(&scene.at(0, "10:00"), 3, 3);
    scene.assign().expect(200);
    let sessions = scene.sessions(&scene.bureau);
    let found = sessions
        .iter()
        .find(|one| one["challenge"]["id"] == json!(scene.challenges[0]) && one["solution"]["id"] == worst);
    assert_eq!(found.unwrap()["source"], "match");
}

#[test]
fn nothing_is_put_into_a_slot_that_has_begun() {
    let scene = Scene::new();
    let slots = scene.slots(&scene.at(0, "10:00"), 2, 3);
    scene.assign().expect(200);
    scene.app.advance(chrono::TimeDelta::days(61));
    let bureau = scene.app.again(&scene.bureau);
    let one = scene.sessions(&bureau)[0].clone();
    let other = slots.iter().find(|slot| slot["id"] != one["slot"]["id"]).unwrap();
    let moved =
        bureau.post(&session(&one, "/move")).json(&json!({"slot_id": other["id"]})).send().expect(422);
    assert!(pointers(&moved).contains(&("/slot_id", "slot_past")));
    bureau.post(&scene.path("sessions/publish")).json(&json!({})).send().expect(422);
    let again = bureau.post(&scene.path("sessions/assign")).json(&json!({})).send().expect(200).body;
    assert_eq!((&again["sessions"], &again["dropped"]), (&json!(0), &json!(4)));
}

#[test]
fn a_proposal_counts_once_it_is_opened_and_not_while_it_is_sealed() {
    use crate::rounds::{ROUNDS, day, path};
    let mut world = crate::proposals::World::new();
    world.submitted();
    let days = |from, to| json!({"from": day(&world.app, from), "to": day(&world.app, to)});
    let body = json!({
        "title": "除雪の回", "challenges": days(0, 5), "proposals": days(1, 20), "sessions": days(30, 34),
    });
    let round = world.bureau.post(ROUNDS).json(&body).send().expect(201).body;
    step(&world.bureau, &round, "announce", &json!({})).expect(200);
    step(&world.town, &round, "challenges", &json!({"challenge_id": world.id()})).expect(204);
    let slots = json!({"starts_at": format!("{}T10:00:00+09:00", day(&world.app, 30)), "place": "会議室A"});
    step(&world.bureau, &round, "slots", &slots).expect(201);
    let source = |world: &crate::proposals::World| {
        step(&world.bureau, &round, "sessions/assign", &json!({})).expect(200);
        let list = world.bureau.get(&format!("{}/sessions", path(&round))).send().expect(200).body;
        list["items"][0]["source"].clone()
    };
    assert_eq!(source(&world), "ranking", "nobody learns from the plan who has proposed");
    world.past_the_deadline();
    assert_eq!(source(&world), "proposal");
}
