//! The road of a match, from the suggestion to the agreement or its end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Scene, id};
use crate::support::app::Actor;
use crate::support::mailbox::Mailbox;

fn step(path: &str, name: &str) -> String {
    format!("{path}/{name}")
}

#[test]
fn a_suggestion_keeps_the_score_and_the_reasons_as_they_were() {
    let scene = Scene::new();
    let ranked = scene.ranking()["items"][0].clone();
    let path = scene.suggested();
    let reason = json!({"reason": "廃業のため"});
    scene.bureau.post(&step(&scene.solution, "suspend")).json(&reason).send().expect(200);
    let kept = scene.town.get(&path).send().expect(200).body;
    assert_eq!((&kept["status"], &kept["origin"]), (&json!("suggested"), &json!("municipality")));
    assert_eq!(kept["score"], ranked["score"]);
    assert_eq!(kept["explanation"]["components"], ranked["components"]);
    assert_eq!(kept["explanation"]["reason"]["ja"], ranked["reason"]);
}

#[test]
fn a_pair_has_one_match_and_suggesting_it_again_gives_that_one() {
    let scene = Scene::new();
    let path = scene.suggested();
    let body = json!({"challenge_id": id(&scene.challenge), "solution_id": id(&scene.solution)});
    let again = scene.bureau.post("/api/v1/matches").json(&body).send().expect(200);
    assert_eq!(again.body["id"], id(&path));
}

#[test]
fn only_the_town_its_bureau_and_the_operator_suggest() {
    let scene = Scene::new();
    let body = json!({"challenge_id": id(&scene.challenge), "solution_id": id(&scene.solution)});
    let post = |actor: &crate::support::app::Actor| actor.post("/api/v1/matches").json(&body).send();
    for refused in [&scene.vendor, &scene.app.municipality("函館市"), &scene.app.bureau("kinki")] {
        post(refused).expect(403);
    }
    scene.app.public().post("/api/v1/matches").json(&body).send().expect(401);
    post(&scene.app.operator()).expect(201);
}

#[test]
fn a_suggestion_names_two_things_that_exist_and_may_be_seen() {
    let scene = Scene::new();
    let draft = scene.vendor.post("/api/v1/solutions").json(&json!({"name": "下書き"})).send().expect(201);
    let (challenge, hidden) = (id(&scene.challenge), draft.body["id"].clone());
    for (body, pointer, code) in [
        (json!({}), "/challenge_id", "required"),
        (json!({"challenge_id": "x", "solution_id": "y"}), "/challenge_id", "not_an_id"),
        (json!({"challenge_id": hidden, "solution_id": hidden}), "/challenge_id", "no_such_challenge"),
        (json!({"challenge_id": challenge, "solution_id": challenge}), "/solution_id", "no_such_solution"),
        (json!({"challenge_id": challenge, "solution_id": hidden}), "/solution_id", "no_such_solution"),
    ] {
        let refused = scene.town.post("/api/v1/matches").json(&body).send().expect(422);
        let error = &refused.body["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{body}"
        );
    }
}

#[test]
fn both_sides_learn_of_each_other_at_the_introduction_and_not_before() {
    let scene = Scene::new();
    let path = scene.suggested();
    scene.bureau.post(&step(&path, "approve")).send().expect(200);
    scene.vendor.get(&path).send().expect(404);
    assert_eq!(scene.town.get(&path).send().expect(200).body["contacts"], json!(null));
    scene.bureau.post(&step(&path, "introduce")).send().expect(200);
    let seen = scene.vendor.get(&path).send().expect(200).body;
    assert_eq!(seen["contacts"]["municipality"][0]["email"], scene.town.email.as_str());
    assert_eq!(seen["contacts"]["vendor"][0]["email"], scene.vendor.email.as_str());
    assert!(seen.get("log").is_none(), "the desk's log is the desk's");
    let mailbox = Mailbox::watch(scene.app.folder().join("mail"));
    for (reader, other) in [(&scene.town, &scene.vendor), (&scene.vendor, &scene.town)] {
        scene.app.advance(chrono::TimeDelta::seconds(60));
        let mail = mailbox.wait_for(&reader.email, "ご紹介", Duration::from_secs(10));
        assert!(mail.text.contains("雪みちナビ") && mail.text.contains(&other.email), "{}", mail.text);
    }
}

#[test]
fn both_sides_agree_each_for_itself() {
    let scene = Scene::new();
    let path = scene.introduced();
    let met = scene.vendor.post(&step(&path, "record-meeting")).send().expect(200).body;
    assert_eq!(met["status"], "meeting_held");
    let first = scene.town.post(&step(&path, "agree")).send().expect(200).body;
    assert_eq!(
        (&first["status"], &first["agreed"]),
        (&json!("meeting_held"), &json!({"municipality": true, "vendor": false}))
    );
    let again = scene.town.post(&step(&path, "agree")).send().expect(200).body;
    assert_eq!(again["version"], first["version"], "saying it again changes nothing");
    scene.bureau.post(&step(&path, "agree")).send().expect(403);
    let told = |reader: &Actor, words: &str| {
        let notices = reader.get("/api/v1/notices").send().expect(200).body;
        notices["items"].as_array().unwrap().iter().any(|one| one["title"].as_str().unwrap().contains(words))
    };
    assert!(told(&scene.vendor, "相手方が「進めたい」"), "the vendor's answer is awaited");
    assert!(!told(&scene.town, "相手方が"), "who answered is not told of it");
    let both = scene.vendor.post(&step(&path, "agree")).send().expect(200).body;
    assert_eq!(both["status"], "agreed");
    assert!(told(&scene.town, "双方が「進めたい」"));
}

#[test]
fn when_the_desk_ends_a_match_both_sides_learn_why() {
    let scene = Scene::new();
    let path = scene.introduced();
    let reason = json!({"reason": "予算が付きませんでした"});
    scene.bureau.post(&step(&path, "end")).json(&reason).send().expect(200);
    let mailbox = Mailbox::watch(scene.app.folder().join("mail"));
    for reader in [&scene.town, &scene.vendor] {
        scene.app.advance(chrono::TimeDelta::seconds(60));
        let mail = mailbox.wait_for(&reader.email, "マッチングが終わりました", Duration::from_secs(10));
        assert!(mail.text.contains("予算が付きませんでした"), "{}", mail.text);
    }
}

#[test]
fn an_illegal_step_is_refused_with_the_legal_ones() {
    let scene = Scene::new();
    let path = scene.suggested();
    let refused = scene.bureau.post(&step(&path, "introduce")).send().expect(409).body;
    assert_eq!(
        (&refused["code"], &refused["legal_steps"]),
        (&json!("illegal_step"), &json!(["approve", "dismiss"]))
    );
    assert_eq!(scene.town.get(&path).send().expect(200).body["status"], "suggested");
}

#[test]
fn a_dismissal_needs_a_reason_that_the_vendor_never_sees() {
    let scene = Scene::new();
    let path = scene.suggested();
    let refused = scene.bureau.post(&step(&path, "dismiss")).send().expect(422).body;
    assert_eq!(refused["errors"][0]["pointer"], "/reason");
    let reason = json!({"reason": "予算に合わない"});
    scene.bureau.post(&step(&path, "dismiss")).json(&reason).send().expect(200);
    assert_eq!(scene.town.get(&path).send().expect(200).body["reason"], "予算に合わない");
    scene.vendor.get(&path).send().expect(404);
    assert_eq!(scene.vendor.get("/api/v1/matches?total=true").send().expect(200).body["total"], 0);
}

#[test]
fn the_bureau_of_another_region_knows_of_no_match() {
    let scene = Scene::new();
    let path = scene.suggested();
    let kinki = scene.app.bureau("kinki");
    kinki.get(&path).send().expect(404);
    kinki.post(&step(&path, "approve")).send().expect(404);
    scene.town.post(&step(&path, "approve")).send().expect(403);
    scene.app.public().post(&step(&path, "approve")).send().expect(401);
}

#[test]
fn a_step_on_an_older_version_is_refused() {
    let scene = Scene::new();
    let path = scene.suggested();
    scene.bureau.post(&step(&path, "approve")).header("If-Match", "\"1\"").send().expect(200);
    let stale = scene.bureau.post(&step(&path, "introduce")).header("If-Match", "\"1\"").send().expect(412);
    assert_eq!(stale.body["current_version"], 2);
}

#[test]
fn either_side_may_end_it_and_says_why() {
    let scene = Scene::new();
    let path = scene.introduced();
    scene.vendor.post(&step(&path, "end")).send().expect(422);
    let reason = json!({"reason": "人手が足りない"});
    let ended = scene.vendor.post(&step(&path, "end")).json(&reason).send().expect(200).body;
    assert_eq!((&ended["status"], &ended["reason"]), (&json!("ended"), &json!("人手が足りない")));
    assert_eq!(scene.town.get(&path).send().expect(200).body["reason"], "人手が足りない");
}

#[test]
fn a_list_shows_each_what_is_theirs_to_know() {
    let scene = Scene::new();
    let path = scene.suggested();
    let other = scene.another_solution("雪どけカルテ", &json!({}));
    let body = json!({"challenge_id": id(&scene.challenge), "solution_id": id(&other)});
    scene.bureau.post("/api/v1/matches").json(&body).send().expect(201);
    scene.bureau.post(&step(&path, "approve")).send().expect(200);
    scene.bureau.post(&step(&path, "introduce")).send().expect(200);
    let count = |actor: &crate::support::app::Actor, query: &str| -> Value {
        actor.get(&format!("/api/v1/matches?total=true{query}")).send().expect(200).body["total"].clone()
    };
    assert_eq!((count(&scene.town, ""), count(&scene.vendor, "")), (json!(2), json!(1)));
    assert_eq!((count(&scene.bureau, ""), count(&scene.app.bureau("kinki"), "")), (json!(2), json!(0)));
    assert_eq!(count(&scene.town, "&status=introduced"), json!(1));
    assert_eq!(count(&scene.town, &format!("&solution={}", id(&other))), json!(1));
    scene.app.public().get("/api/v1/matches").send().expect(401);
    scene.town.get("/api/v1/matches?status=happy").send().expect(422);
}

#[test]
fn the_desk_sees_what_was_done_and_the_audit_trail_keeps_it() {
    let scene = Scene::new();
    let path = scene.introduced();
    let log = scene.bureau.get(&path).send().expect(200).body["log"].clone();
    let acts: Vec<&str> =
        log.as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["suggest", "approve", "introduce"]);
    let events =
        scene.bureau.get(&format!("/api/v1/audit-events?subject={}", id(&path))).send().expect(200).body;
    let actions: Vec<&str> =
        events["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["match.introduce", "match.approve", "match.suggest"]);
}
