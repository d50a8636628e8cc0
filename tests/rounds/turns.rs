//! What the clock does to a round.

use chrono::TimeDelta;
use kakehashi::rounds::turn_due;
use serde_json::{Value, json};

use super::{announced, day, path, step, told, turns};
use crate::support::app::{Actor, TestApp};

fn show(app: &TestApp, round: &Value) -> Value {
    app.public().get(&path(round)).send().expect(200).body
}

fn turn(app: &TestApp) {
    while app.run(turn_due(app.services())).unwrap() {}
}

fn events(app: &TestApp, bureau: &Actor, round: &Value) -> Vec<String> {
    let trail = format!("/api/v1/audit-events?subject={}&limit=100", round["id"].as_str().unwrap());
    let events = app.again(bureau).get(&trail).send().expect(200).body;
    let mut actions: Vec<String> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["action"].as_str().unwrap().to_owned())
        .filter(|action| action.ends_with("_window") || action == "round.end")
        .collect();
    actions.sort_unstable();
    actions
}

#[test]
fn windows_open_and_close_by_the_clock_and_everybody_concerned_is_told_once() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let challenge = json!({"title": "除雪", "round": round["id"]});
    town.post("/api/v1/challenges").json(&challenge).send().expect(201);
    turn(&app);
    assert_eq!(turns(&app, &town), Vec::<String>::new(), "the announcement said that it is open");
    for (days, open, told) in [
        (21, json!([]), "challenges.closed"),
        (9, json!(["proposals"]), "proposals.opened"),
        (21, json!([]), "proposals.closed"),
        (9, json!(["sessions"]), "sessions.opened"),
    ] {
        app.advance(TimeDelta::days(days));
        let nodes = async {
            let (one, other) = tokio::join!(turn_due(app.services()), turn_due(app.services()));
            one.and(other)
        };
        app.run(nodes).unwrap();
        turn(&app);
        assert_eq!(show(&app, &round)["open"], open);
        assert_eq!(turns(&app, &town).last().map(String::as_str), Some(told));
    }
    app.advance(TimeDelta::days(5));
    turn(&app);
    let over = show(&app, &round);
    assert_eq!((&over["status"], &over["next_turn_at"]), (&json!("ended"), &json!(null)));
    assert_eq!(turns(&app, &town).len(), 5, "each turn once");
    assert_eq!(
        events(&app, &bureau, &round),
        [
            "round.close_window",
            "round.close_window",
            "round.close_window",
            "round.end",
            "round.open_window",
            "round.open_window"
        ]
    );
}

#[test]
fn what_was_missed_is_caught_up_with_but_nothing_gone_is_called_open() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let challenge = json!({"title": "除雪", "round": round["id"]});
    town.post("/api/v1/challenges").json(&challenge).send().expect(201);
    app.advance(TimeDelta::days(62));
    turn(&app);
    assert_eq!(turns(&app, &town), ["challenges.closed", "proposals.closed", "sessions.opened"]);
    assert_eq!(
        events(&app, &bureau, &round),
        ["round.close_window", "round.close_window", "round.open_window", "round.open_window"]
    );
}

#[test]
fn vendors_hear_of_the_call_for_proposals_and_of_no_other_turn() {
    let scene = crate::matches::Scene::new();
    let app = &scene.app;
    announced(app, &scene.bureau);
    app.advance(TimeDelta::days(21));
    turn(app);
    assert_eq!(turns(app, &scene.vendor), Vec::<String>::new());
    app.advance(TimeDelta::days(9));
    turn(app);
    assert_eq!(turns(app, &scene.vendor), ["proposals.opened"]);
}

#[test]
fn moved_windows_turn_at_their_new_time_and_are_told() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let challenge = json!({"title": "除雪", "round": round["id"]});
    town.post("/api/v1/challenges").json(&challenge).send().expect(201);
    let later = json!({"challenges": {"to": day(&app, 25)}});
    bureau.patch(&path(&round)).header("If-Match", "\"2\"").json(&later).send().expect(200);
    assert!(told(&app, &town).contains(&"round_changed".to_owned()));
    app.advance(TimeDelta::days(22));
    turn(&app);
    assert_eq!(show(&app, &round)["open"], json!(["challenges"]));
    app.advance(TimeDelta::days(4));
    turn(&app);
    assert_eq!(turns(&app, &town), ["challenges.closed"]);
}

#[test]
fn a_round_that_was_called_off_turns_no_more_and_those_who_take_part_are_told() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let challenge = json!({"title": "除雪", "round": round["id"]});
    town.post("/api/v1/challenges").json(&challenge).send().expect(201);
    step(&bureau, &round, "cancel", &json!({"reason": "大雪のため"})).expect(200);
    let mail = app.mail(&town.email, "中止");
    assert!(mail.text.contains("大雪のため"), "{}", mail.text);
    app.advance(TimeDelta::days(62));
    turn(&app);
    assert_eq!(turns(&app, &town), Vec::<String>::new());
}
