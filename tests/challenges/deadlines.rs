//! What the clock does to a challenge.

use chrono::TimeDelta;
use kakehashi::challenges::{close_due, warn_closing_soon};
use serde_json::json;

use super::{day, open, show, step, told, whole, with};
use crate::support::app::TestApp;

#[test]
fn an_open_challenge_closes_once_when_its_day_has_ended_in_japan() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &with(whole(&app), &json!({"proposals_due": day(&app, 1)})));
    let forever = open(&town, &bureau, &with(whole(&app), &json!({"proposals_due": null})));
    app.run(close_due(app.services())).unwrap();
    assert_eq!(show(&town, &challenge)["status"], "open");
    app.advance(TimeDelta::days(2));
    let nodes = async {
        let (one, other) = tokio::join!(close_due(app.services()), close_due(app.services()));
        one.and(other)
    };
    app.run(nodes).unwrap();
    let (town, bureau) = (app.again(&town), app.again(&bureau));
    let closed = show(&town, &challenge);
    assert_eq!((&closed["status"], &closed["version"]), (&json!("closed"), &json!(4)));
    assert_eq!(show(&town, &forever)["status"], "open");
    let trail = format!("/api/v1/audit-events?subject={}", challenge["id"].as_str().unwrap());
    let events = bureau.get(&trail).send().expect(200).body;
    let closings: Vec<&serde_json::Value> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["action"] == "challenge.close")
        .collect();
    assert_eq!(closings.len(), 1);
    assert_eq!(closings[0]["actor_kind"], "system");
    step(&town, &challenge, "withdraw", &json!({"reason": "遅い"})).expect(409);
}

#[test]
fn the_municipality_is_warned_once_three_days_before() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &with(whole(&app), &json!({"proposals_due": day(&app, 10)})));
    let warnings =
        |app: &TestApp| told(app, &town).iter().filter(|kind| *kind == "challenge_closing_soon").count();
    app.run(warn_closing_soon(app.services())).unwrap();
    assert_eq!(warnings(&app), 0);
    app.advance(TimeDelta::days(8));
    for _ in 0..2 {
        app.run(warn_closing_soon(app.services())).unwrap();
    }
    assert_eq!(warnings(&app), 1);
    let again = app.again(&town);
    step(&again, &challenge, "extend", &json!({"proposals_due": day(&app, 30)})).expect(200);
    app.advance(TimeDelta::days(28));
    app.run(warn_closing_soon(app.services())).unwrap();
    assert_eq!(warnings(&app), 2, "a new deadline has a warning of its own");
}
