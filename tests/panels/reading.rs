//! Criteria before the opening, each reader alone, then together.

use kakehashi::accounts::Role;
use serde_json::json;

use super::{agree, criteria, hand_in, reading, score, set_criteria, sheet};
use crate::proposals::{World, path, step};
use crate::support::browser::Browser;

#[test]
fn criteria_are_set_before_the_deadline_shown_to_everyone_and_locked_afterwards() {
    let mut world = World::new();
    let page = format!("/api/v1/challenges/{}/criteria", world.id());
    let usual = world.app.public().get(&page).send().expect(200).body;
    assert_eq!((&usual["own"], usual["criteria"].as_array().unwrap().len()), (&json!(false), 5));
    set_criteria(&world, &world.vendor, 0, &criteria()).expect(403);
    let set = set_criteria(&world, &world.town, 0, &criteria()).expect(200).body;
    assert_eq!((&set["version"], &set["criteria"][0]["weight"]), (&json!(1), &json!(30)));
    set_criteria(&world, &world.town, 0, &criteria()).expect(412);
    let wrong = json!({"criteria": [{"name": "", "weight": 0}, {"weight": 101}]});
    let refused = set_criteria(&world, &world.town, 1, &wrong).expect(422).body;
    assert_eq!(refused["errors"].as_array().unwrap().len(), 4);
    assert_eq!(world.vendor.get(&page).send().expect(200).body["criteria"][1]["name"], "費用");
    world.past_the_deadline();
    assert_eq!(set_criteria(&world, &world.town, 1, &criteria()).expect(409).body["code"], "conflict");
    assert_eq!(world.town.get(&page).send().expect(200).body["locked"], true);
}

#[test]
fn readers_score_alone_and_see_each_other_once_they_have_handed_in() {
    let mut world = World::new();
    set_criteria(&world, &world.town, 0, &criteria()).expect(200);
    let proposal = world.submitted();
    let colleague = world.app.colleague(&world.town, Role::Editor);
    reading(&world.town, &proposal).expect(404);
    world.past_the_deadline();
    let colleague = world.app.again(&colleague);

    score(&world.town, &proposal, 0, &sheet(&[5])).expect(200);
    hand_in(&world.town, &proposal, 1, &sheet(&[5])).expect(422);
    let mine = hand_in(&world.town, &proposal, 1, &sheet(&[5, 1])).expect(200).body;
    assert_eq!((&mine["total"], &mine["handed_in"]), (&json!(4.0), &json!(1)));
    let before = reading(&colleague, &proposal).expect(200).body;
    assert!(before["sheets"].is_null() && before["differences"].is_null(), "alone first");
    agree(&colleague, &proposal, 0, &sheet(&[4, 2])).expect(409);
    let together = hand_in(&colleague, &proposal, 0, &sheet(&[2, 1])).expect(200).body;
    assert_eq!(together["sheets"].as_array().unwrap().len(), 2);
    assert_eq!(together["differences"][0], json!({"least": 2, "most": 5, "far": true}));
    assert_eq!(together["differences"][1]["far"], false);
    assert_eq!(score(&colleague, &proposal, 1, &sheet(&[5, 5])).expect(409).body["code"], "conflict");

    let agreed = agree(&colleague, &proposal, 0, &sheet(&[4, 2])).expect(200).body;
    assert_eq!(agreed["agreement"]["total"], 3.5);
    assert_eq!(agreed["sheets"][0]["total"], 4.0, "the single sheets stay");
    agree(&world.town, &proposal, 0, &sheet(&[3, 2])).expect(412);
}

#[test]
fn nobody_but_the_municipality_sees_the_panel() {
    let mut world = World::new();
    let proposal = world.submitted();
    let viewer = world.app.colleague(&world.town, Role::Viewer);
    world.past_the_deadline();
    hand_in(&world.town, &proposal, 0, &sheet(&[5, 4, 3, 2, 1])).expect(200);
    reading(&world.bureau, &proposal).expect(403);
    reading(&world.vendor, &proposal).expect(403);
    reading(&world.app.operator(), &proposal).expect(403);
    let viewer = world.app.again(&viewer);
    reading(&viewer, &proposal).expect(200);
    score(&viewer, &proposal, 0, &sheet(&[1])).expect(403);
    let trail = format!("/api/v1/audit-events?subject={}", proposal["id"].as_str().unwrap());
    let seen = world.bureau.get(&trail).send().expect(200).text();
    assert!(!seen.contains("panel."), "{seen}");
}

#[test]
fn a_reader_with_a_conflict_of_interest_neither_reads_nor_scores() {
    let mut world = World::new();
    let proposal = world.submitted();
    let colleague = world.app.colleague(&world.town, Role::Editor);
    world.past_the_deadline();
    let colleague = world.app.again(&colleague);
    score(&colleague, &proposal, 0, &sheet(&[5, 5, 5, 5, 5])).expect(200);
    let conflict = format!("{}/conflict", path(&proposal));
    colleague.post(&conflict).json(&json!({})).send().expect(422);
    colleague.post(&conflict).json(&json!({"reason": "親族が勤務しているため"})).send().expect(204);
    let refused = colleague.get(&path(&proposal)).send().expect(403).body;
    assert!(refused["detail"].as_str().unwrap().contains("利害関係"));
    reading(&colleague, &proposal).expect(403);
    score(&colleague, &proposal, 1, &sheet(&[5, 5, 5, 5, 5])).expect(403);
    step(&colleague, &proposal, "shortlist", &json!({})).expect(403);
    let list = colleague.get(&world.calls()).send().expect(200).body;
    assert_eq!((&list["items"][0]["conflicted"], &list["items"][0]["steps"]), (&json!(true), &json!([])));
    let panel = reading(&world.town, &proposal).expect(200).body;
    assert_eq!((&panel["conflicts"], &panel["handed_in"]), (&json!(1), &json!(0)));
}

#[test]
fn the_sheet_is_one_page() {
    let mut world = World::new();
    set_criteria(&world, &world.town, 0, &criteria()).expect(200);
    let proposal = world.submitted();
    world.past_the_deadline();
    let town = Browser::signed_in(&world.app, &world.town.email);
    let page = format!("/proposals/{}/sheet", proposal["id"].as_str().unwrap());
    town.open(&page).expect(200).says("課題との適合").says(crate::proposals::SECRET);
    let half = [("scores.0.score", "4"), ("scores.0.comment", "現地に合う"), ("go", "hand-in")];
    town.send(&page, &half).expect(422).says("現地に合う");
    let whole = [("scores.0.score", "4"), ("scores.1.score", "2"), ("remark", "よい"), ("go", "hand-in")];
    town.send(&page, &whole).expect(303);
    town.open(&page).says("3.50").says("合議の結果");
    let agreement = page.replace("/sheet", "/agreement");
    town.send(&agreement, &[("scores.0.score", "5"), ("scores.1.score", "5"), ("remark", "採る")])
        .expect(303);
    town.open(&page).says("採る");
    let call = format!("/challenges/{}/proposals", world.id());
    town.open(&call).expect(200).says("5.00").says("評価を見る");
    let vendor = Browser::signed_in(&world.app, &world.vendor.email);
    vendor.open(&page).expect(403);
}

#[test]
fn criteria_are_set_by_the_page() {
    let world = World::new();
    let town = Browser::signed_in(&world.app, &world.town.email);
    let page = format!("/challenges/{}/criteria", world.id());
    town.open(&page).expect(200).says("課題との適合");
    let wrong = [("criteria.0.name", "実現性"), ("criteria.0.weight", "たくさん")];
    town.send(&page, &wrong).expect(422).says("たくさん");
    let right = [
        ("criteria.0.name", "実現性"),
        ("criteria.0.weight", "６０"),
        ("criteria.2.name", "費用"),
        ("criteria.2.weight", "40"),
    ];
    town.send(&page, &right).expect(303);
    let vendor = Browser::signed_in(&world.app, &world.vendor.email);
    vendor.open(&page).expect(200).says("実現性").says("60");
}
