//! A ranking is right in the very next question, and on other nodes within a second.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Scene, places};
use crate::support::app::TestApp;
use crate::support::mailbox::Mailbox;
use crate::support::patience::until;

/// What other nodes are given to hear of a change.
const ELSEWHERE: Duration = Duration::from_secs(1);

fn value_of(ranking: &Value, component: &str) -> f64 {
    let components = ranking["items"][0]["components"].as_array().unwrap();
    let found = components.iter().find(|one| one["name"] == component).unwrap();
    found["value"].as_f64().unwrap()
}

#[test]
fn what_is_published_changed_or_suspended_is_right_in_the_next_question() {
    let scene = Scene::new();
    let path = scene.another_solution("雪どけカルテ", &json!({}));
    assert_eq!(scene.ranking()["candidates"], 2);
    let version = scene.vendor.get(&path).send().expect(200).header("etag").unwrap().to_owned();
    let change = json!({"sectors": ["childcare/child-safety"]});
    scene.vendor.patch(&path).header("If-Match", &version).json(&change).send().expect(200);
    assert_eq!(places(&scene.ranking(), "solution", "name"), ["雪みちナビ", "雪どけカルテ"]);
    let reason = json!({"reason": "苦情の調査のため"});
    scene.bureau.post(&format!("{}/suspend", scene.solution)).json(&reason).send().expect(200);
    assert_eq!(places(&scene.ranking(), "solution", "name"), ["雪どけカルテ"]);
}

#[test]
fn a_confirmed_deployment_lifts_its_solution_and_the_facts_say_so() {
    let scene = Scene::new();
    let before = value_of(&scene.ranking(), "evidence");
    let deployment = json!({
        "municipality_code": "012106", "sector": "infrastructure-maintenance/snow-removal",
        "started_on": "2024-11-01", "stage": "operation", "outcome": "ongoing",
    });
    let declared =
        scene.vendor.post(&format!("{}/deployments", scene.solution)).json(&deployment).send().expect(201);
    let declared_value = value_of(&scene.ranking(), "evidence");
    assert!(declared_value > before);
    let path = declared.header("location").unwrap();
    scene.vendor.post(&format!("{path}/request-confirmation")).send().expect(202);
    let mail = Mailbox::watch(scene.app.folder().join("mail")).wait_for(
        &scene.town.email,
        "導入実績",
        Duration::from_secs(10),
    );
    let answer = json!({"token": mail.token(), "answer": "confirm"});
    scene.app.public().post("/api/v1/deployment-confirmations").json(&answer).send().expect(204);
    let ranking = scene.ranking();
    assert!(value_of(&ranking, "evidence") > declared_value);
    assert_eq!(ranking["items"][0]["newcomer"], false);
    let facts = ranking["items"][0]["components"][4]["facts"].to_string();
    assert!(facts.contains("confirmed") && facts.contains("012106"), "{facts}");
}

/// What the engine says of every place, without what the row knows better.
fn engine_says(ranking: &Value) -> Vec<Value> {
    let items = ranking["items"].as_array().unwrap().iter();
    let parts = ["score", "eligibility", "denied", "components", "reason"];
    items.map(|item| parts.iter().map(|part| item[*part].clone()).collect()).collect()
}

#[test]
fn whoever_asks_during_changes_is_answered_from_one_state_and_not_from_two() {
    let scene = Scene::new();
    let path = scene.another_solution("雪どけカルテ", &json!({}));
    let states = [
        json!({"sectors": ["infrastructure-maintenance/snow-removal"], "description": "積雪の深さを測って知らせます。"}),
        json!({"sectors": ["childcare/child-safety"], "description": "通学路の見守りです。除雪車の位置には対応していません。"}),
    ];
    let change = |state: &Value| {
        let version = scene.vendor.get(&path).send().expect(200).header("etag").unwrap().to_owned();
        scene.vendor.patch(&path).header("If-Match", &version).json(state).send().expect(200);
    };
    let answers = states.each_ref().map(|state| {
        change(state);
        engine_says(&scene.ranking())
    });
    assert_ne!(answers[0], answers[1]);
    let done = AtomicBool::new(false);
    let asked = std::thread::scope(|threads| {
        let readers = [(); 3].map(|()| {
            threads.spawn(|| {
                let mut asked = 0;
                while !done.load(Ordering::Acquire) {
                    let answer = engine_says(&scene.ranking());
                    assert!(answers.contains(&answer), "{answer:#?}");
                    asked += 1;
                }
                asked
            })
        });
        for state in states.iter().cycle().take(20) {
            change(state);
            assert_eq!(engine_says(&scene.ranking()), answers[usize::from(*state == states[1])]);
        }
        done.store(true, Ordering::Release);
        readers.map(|reader| reader.join().unwrap())
    });
    assert!(asked.iter().all(|asked| *asked > 0), "{asked:?}");
}

#[test]
fn a_vendor_that_loses_its_approval_leaves_every_ranking_at_once() {
    let scene = Scene::new();
    let suspend = format!("/api/v1/organizations/{}/suspend", scene.vendor.organization);
    scene.bureau.post(&suspend).json(&json!({"reason": "確認のため"})).send().expect(200);
    assert_eq!(scene.ranking()["candidates"], 0);
}

#[test]
fn a_change_on_one_node_is_in_the_ranking_of_another_within_a_second() {
    let scene = Scene::new();
    let url = scene.app.services().settings().database.url.clone();
    let elsewhere = TestApp::start_with(|settings| settings.database.url = url);
    let there = elsewhere.again(&scene.town);
    let ranked = |name: &str| {
        let ranking = there.get(&format!("{}/matches", scene.challenge)).send().expect(200).body;
        places(&ranking, "solution", "name").contains(&name).then_some(())
    };
    ranked("雪みちナビ").expect("what was there at the start is loaded");
    let path = scene.another_solution("雪どけカルテ", &json!({}));
    until(ELSEWHERE, || ranked("雪どけカルテ")).expect("the other node heard of the new solution");
    scene.vendor.post(&format!("{path}/archive")).send().expect(200);
    until(ELSEWHERE, || ranked("雪どけカルテ").is_none().then_some(())).expect("and that it is gone");
}
