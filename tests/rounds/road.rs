//! The road of a round, from the draft to its end.

use serde_json::json;

use super::{ROUNDS, announced, begun, day, path, pointers, step, told, whole};
use crate::support::app::TestApp;

#[test]
fn a_bureau_begins_a_round_that_nobody_else_sees_until_it_is_announced() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = begun(&app, &bureau);
    assert_eq!((&round["status"], &round["bureau"]), (&json!("draft"), &json!("hokkaido")));
    assert_eq!(round["steps"], json!(["edit", "announce", "delete"]));
    town.get(&path(&round)).send().expect(404);
    app.bureau("kinki").get(&path(&round)).send().expect(404);
    assert_eq!(town.get(ROUNDS).send().expect(200).body["items"], json!([]));
    let shown = step(&bureau, &round, "announce", &json!({})).expect(200).body;
    assert_eq!((&shown["status"], &shown["open"]), (&json!("announced"), &json!(["challenges"])));
    let public = app.public().get(&path(&round)).send().expect(200).body;
    assert_eq!((&public["title"], &public["steps"]), (&round["title"], &json!([])));
    assert_eq!(public["challenges"]["state"], "open");
    assert_eq!(told(&app, &town), ["round_announced"]);
    assert_eq!(told(&app, &app.municipality("函館市")), Vec::<String>::new(), "came after the announcement");
}

#[test]
fn only_bureaus_and_the_operator_begin_rounds() {
    let app = TestApp::start();
    let body = whole(&app);
    for refused in [app.municipality("岩見沢市"), app.vendor("雪みち工業")] {
        assert_eq!(refused.post(ROUNDS).json(&body).send().expect(403).body["code"], "forbidden");
    }
    app.public().post(ROUNDS).json(&body).send().expect(401);
    let operator = app.operator();
    let refused = operator.post(ROUNDS).json(&body).send().expect(422);
    assert_eq!(pointers(&refused), [("/bureau", "required")]);
    let mut named = body;
    named["bureau"] = json!("kinki");
    assert_eq!(operator.post(ROUNDS).json(&named).send().expect(201).body["bureau"], "kinki");
    let elsewhere = app.bureau("hokkaido").post(ROUNDS).json(&named).send().expect(403);
    assert!(elsewhere.body["detail"].as_str().unwrap().contains("担当する都道府県の外"));
}

#[test]
fn everything_that_is_wrong_with_a_round_is_named_at_once() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let refused = bureau.post(ROUNDS).json(&json!({"session_minutes": 3})).send().expect(422);
    assert_eq!(
        pointers(&refused),
        [
            ("/title", "required"),
            ("/challenges/from", "required"),
            ("/challenges/to", "required"),
            ("/proposals/from", "required"),
            ("/proposals/to", "required"),
            ("/sessions/from", "required"),
            ("/sessions/to", "required"),
            ("/session_minutes", "out_of_range"),
        ]
    );
    let mut body = whole(&app);
    body["proposals"] = json!({"from": day(&app, -1), "to": day(&app, 10)});
    let refused = bureau.post(ROUNDS).json(&body).send().expect(422);
    assert_eq!(
        pointers(&refused),
        [("/proposals/from", "window_too_early"), ("/proposals/to", "window_too_early")]
    );
}

#[test]
fn an_illegal_step_is_refused_with_the_legal_ones() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let round = begun(&app, &bureau);
    for name in ["cancel", "end", "survey"] {
        let refused = step(&bureau, &round, name, &json!({})).expect(409).body;
        assert_eq!(refused["legal_steps"], json!(["edit", "announce", "delete"]), "{name}");
    }
    step(&bureau, &round, "announce", &json!({})).expect(200);
    let refused = step(&bureau, &round, "announce", &json!({})).expect(409).body;
    assert_eq!(refused["legal_steps"], json!(["edit", "survey", "arrange", "cancel", "end"]));
    assert!(refused["detail"].as_str().unwrap().contains("告知済み"), "{refused}");
    bureau.delete(&path(&round)).send().expect(409);
    step(&bureau, &round, "cancel", &json!({})).expect(422);
    step(&bureau, &round, "cancel", &json!({"reason": "大雪のため"})).expect(200);
    let over = step(&bureau, &round, "end", &json!({})).expect(409).body;
    assert_eq!(over["legal_steps"], json!([]));
}

#[test]
fn another_bureau_runs_nothing_and_a_stale_version_is_refused() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let round = announced(&app, &bureau);
    for refused in [app.bureau("kinki"), app.municipality("岩見沢市")] {
        for name in ["cancel", "end", "survey"] {
            step(&refused, &round, name, &json!({"reason": "x"})).expect(403);
        }
    }
    let patch = json!({"title": "新しい題名"});
    bureau.patch(&path(&round)).json(&patch).send().expect(428);
    bureau.patch(&path(&round)).header("If-Match", "\"1\"").json(&patch).send().expect(412);
    let changed =
        bureau.patch(&path(&round)).header("If-Match", "\"2\"").json(&patch).send().expect(200).body;
    assert_eq!(changed["title"], "新しい題名");
}

#[test]
fn a_draft_can_be_thrown_away() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let round = begun(&app, &bureau);
    bureau.delete(&path(&round)).send().expect(204);
    bureau.get(&path(&round)).send().expect(404);
}

#[test]
fn a_round_whose_first_window_is_over_cannot_be_announced() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let mut body = whole(&app);
    body["challenges"] = json!({"from": day(&app, -10), "to": day(&app, -1)});
    let round = bureau.post(ROUNDS).json(&body).send().expect(201).body;
    let refused = step(&bureau, &round, "announce", &json!({})).expect(422);
    assert_eq!(pointers(&refused), [("/challenges/to", "window_past")]);
}

#[test]
fn every_municipality_of_the_region_without_a_challenge_is_surveyed_once_a_week() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let (town, other, far) =
        (app.municipality("岩見沢市"), app.municipality("函館市"), app.municipality("高松市"));
    let round = announced(&app, &bureau);
    let challenge = town.post("/api/v1/challenges").json(&json!({"title": "除雪"})).send().expect(201).body;
    super::enter(&town, &round, &challenge).expect(204);
    let asked = step(&bureau, &round, "survey", &json!({})).expect(200).body;
    assert_eq!(asked, json!({"asked": 1}));
    assert!(told(&app, &other).contains(&"round_survey".to_owned()));
    for spared in [&town, &far] {
        assert!(!told(&app, spared).contains(&"round_survey".to_owned()));
    }
    step(&bureau, &round, "survey", &json!({})).expect(429);
    app.advance(chrono::TimeDelta::days(8));
    step(&app.again(&bureau), &round, "survey", &json!({})).expect(200);
    app.advance(chrono::TimeDelta::days(20));
    let closed = step(&app.again(&bureau), &round, "survey", &json!({})).expect(409).body;
    assert!(closed["detail"].as_str().unwrap().contains("募集期間"), "{closed}");
}
