//! Writing, submitting, withdrawing, answering; and every refusal on the way.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{World, patch, path, show, step};
use crate::challenges::{step as challenge_step, told};
use crate::solutions::refusals;

#[test]
fn a_vendor_writes_submits_and_gets_a_receipt_whose_hash_anybody_can_check() {
    let world = World::new();
    let submitted = world.submitted();
    assert_eq!((&submitted["status"], &submitted["number"]), (&json!("submitted"), &json!(1)));
    let versions = world.vendor.get(&format!("{}/versions", path(&submitted))).send().expect(200).body;
    let document = versions["items"][0]["document"].as_str().unwrap();
    let hash: String = Sha256::digest(document.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(versions["items"][0]["sha256"], hash.as_str());
    assert_eq!(submitted["sha256"], hash.as_str());
    let receipt = world.app.mail(&world.vendor.email, "受領証");
    assert!(receipt.text.contains(&hash) && receipt.text.contains(submitted["id"].as_str().unwrap()));
    assert!(!receipt.subject.contains("除雪車"), "the subject names no challenge");
}

#[test]
fn a_draft_needs_nothing_and_a_submission_asks_for_everything_at_once() {
    let world = World::new();
    let draft = world.vendor.post(&world.calls()).json(&json!({})).send().expect(201).body;
    let refused = step(&world.vendor, &draft, "submit", &json!({})).expect(422).body;
    let missing: Vec<String> = refusals(&refused).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(missing, ["/solutions", "/approach", "/plan", "/cost/initial", "/cost/yearly", "/team"]);
}

#[test]
fn a_vendor_has_one_proposal_for_a_challenge() {
    let world = World::new();
    world.draft();
    assert_eq!(
        world.vendor.post(&world.calls()).json(&json!({})).send().expect(409).body["code"],
        "conflict"
    );
}

#[test]
fn only_approved_vendors_propose_and_only_their_own_solutions() {
    let world = World::new();
    world.town.post(&world.calls()).json(&json!({})).send().expect(403);
    world.bureau.post(&world.calls()).json(&json!({})).send().expect(403);
    world.app.public().post(&world.calls()).json(&json!({})).send().expect(401);
    let stranger = world.app.vendor("無関係");
    let refused = stranger.post(&world.calls()).json(&world.content()).send().expect(422).body;
    assert_eq!(refusals(&refused), [("/solutions/0".to_owned(), "no_such_solution".to_owned())]);
}

#[test]
fn two_people_on_one_draft_lose_nothing() {
    let world = World::new();
    let draft = world.draft();
    let colleague = world.app.colleague(&world.vendor, kakehashi::accounts::Role::Editor);
    let version = draft["version"].clone();
    patch(&colleague, &draft, &version, &json!({"team": "三名"})).expect(200);
    patch(&world.vendor, &draft, &version, &json!({"risks": "雪"})).expect(412);
    let now = show(&world.vendor, &draft);
    assert_eq!(now["team"], "三名");
    patch(&world.vendor, &draft, &now["version"], &json!({"risks": "雪"})).expect(200);
    let both = show(&colleague, &draft);
    assert_eq!((&both["team"], &both["risks"]), (&json!("三名"), &json!("雪")));
    world.vendor.patch(&path(&draft)).json(&json!({})).send().expect(428);
}

#[test]
fn what_was_submitted_stays_as_it_was_until_it_is_submitted_again() {
    let mut world = World::new();
    let first = world.submitted();
    let changed = patch(&world.vendor, &first, &first["version"], &json!({"team": "四名"})).expect(200).body;
    assert_eq!(changed["unsubmitted_changes"], true);
    let again = step(&world.vendor, &first, "submit", &json!({})).expect(200).body;
    assert_eq!((&again["number"], &again["unsubmitted_changes"]), (&json!(2), &json!(false)));
    assert_ne!(again["sha256"], first["sha256"]);
    patch(&world.vendor, &first, &again["version"], &json!({"team": "五名"})).expect(200);
    world.past_the_deadline();
    assert_eq!(show(&world.town, &first)["team"], "四名", "the last submitted version counts");
    let versions = |actor: &crate::support::app::Actor| {
        let body = actor.get(&format!("{}/versions", path(&first))).send().expect(200).body;
        body["items"].as_array().unwrap().len()
    };
    assert_eq!((versions(&world.vendor), versions(&world.town)), (2, 1));
}

#[test]
fn before_the_deadline_a_proposal_is_withdrawn_and_submitted_again() {
    let world = World::new();
    let submitted = world.submitted();
    let withdrawn = step(&world.vendor, &submitted, "withdraw", &json!({})).expect(200).body;
    assert_eq!(withdrawn["status"], "withdrawn");
    assert_eq!(world.town.get(&world.calls()).send().expect(200).body["count"], 0);
    let again = step(&world.vendor, &submitted, "submit", &json!({})).expect(200).body;
    assert_eq!((&again["status"], &again["number"]), (&json!("submitted"), &json!(2)));
    assert!(!told(&world.app, &world.town).iter().any(|kind| kind.starts_with("proposal")));
}

#[test]
fn after_the_deadline_nothing_is_written_or_submitted_any_more() {
    let mut world = World::new();
    let (draft, late) = (world.draft(), world.app.vendor("遅刻"));
    world.past_the_deadline();
    let refused = step(&world.vendor, &draft, "submit", &json!({})).expect(409).body;
    assert_eq!(refused["legal_steps"], json!(["delete"]));
    patch(&world.vendor, &draft, &draft["version"], &json!({"team": "x"})).expect(409);
    let late = world.app.again(&late);
    late.post(&world.calls()).json(&json!({})).send().expect(409);
    assert_eq!(world.town.get(&world.calls()).send().expect(200).body["count"], 0, "a draft is no proposal");
}

#[test]
fn before_the_scheduler_has_closed_the_call_the_deadline_holds_already() {
    let world = World::new();
    let draft = world.draft();
    world.app.advance(chrono::TimeDelta::days(11));
    let vendor = world.app.again(&world.vendor);
    step(&vendor, &draft, "submit", &json!({})).expect(409);
}

#[test]
fn the_municipality_shortlists_selects_and_declines_and_everyone_gets_an_answer() {
    let mut world = World::new();
    let first = world.submitted();
    let (rival, second) = world.rival();
    step(&world.town, &first, "shortlist", &json!({})).expect(404);
    world.past_the_deadline();
    let rival = world.app.again(&rival);
    let refused =
        step(&world.town, &first, "select", &json!({"reason_code": "best_fit", "feedback": "良い"}));
    assert_eq!(refused.expect(409).body["legal_steps"], json!(["withdraw", "shortlist", "decline"]));
    step(&world.bureau, &first, "shortlist", &json!({})).expect(403);
    step(&world.town, &first, "shortlist", &json!({"feedback": "面談しましょう"})).expect(200);
    assert!(told(&world.app, &world.vendor).contains(&"proposal_shortlisted".to_owned()));
    let refused = challenge_step(
        &world.town,
        &world.challenge,
        "decide",
        &json!({"outcome": "matched", "reason": "x"}),
    );
    assert_eq!(refused.expect(409).body["code"], "conflict", "nobody is left without an answer");

    let refused = step(&world.town, &first, "select", &json!({})).expect(422).body;
    assert_eq!(refusals(&refused).len(), 2);
    let answer = json!({"reason_code": "best_fit", "feedback": "計画が具体的でした。"});
    let selected = step(&world.town, &first, "select", &answer).expect(200).body;
    assert_eq!((&selected["status"], &selected["reason_code"]), (&json!("selected"), &json!("best_fit")));
    let made = world.vendor.get(&format!("/api/v1/matches/{}", selected["match_id"].as_str().unwrap()));
    let made = made.send().expect(200).body;
    assert_eq!((&made["origin"], &made["status"]), (&json!("proposal"), &json!("introduced")));
    assert!(made["contacts"].is_object(), "both sides see each other's contacts");

    let answer = json!({"reason_code": "best_fit", "feedback": "x"});
    step(&world.town, &second, "decline", &answer).expect(422);
    let answer = json!({"reason_code": "too_expensive", "feedback": "保守費が予算を超えます。"});
    step(&world.town, &second, "decline", &answer).expect(200);
    let mail = world.app.mail(&rival.email, "提案の結果");
    assert!(mail.text.contains("保守費が予算を超えます。") && mail.text.contains("費用が予算に合わない"));
    challenge_step(&world.town, &world.challenge, "decide", &json!({"outcome": "matched", "reason": "採択"}))
        .expect(200);
}

#[test]
fn after_the_opening_a_withdrawal_is_told_to_the_municipality() {
    let mut world = World::new();
    let submitted = world.submitted();
    world.past_the_deadline();
    step(&world.vendor, &submitted, "withdraw", &json!({"feedback": "人手が足りなくなりました"})).expect(200);
    assert!(
        world.app.mail(&world.town.email, "取り下げられました").text.contains("人手が足りなくなりました")
    );
    let refused = step(&world.vendor, &submitted, "submit", &json!({})).expect(409).body;
    assert_eq!(refused["legal_steps"], json!([]));
}

#[test]
fn a_withdrawn_challenge_ends_its_proposals_unopened() {
    let world = World::new();
    let submitted = world.submitted();
    challenge_step(&world.town, &world.challenge, "withdraw", &json!({"reason": "予算がなくなったため"}))
        .expect(200);
    world.settle();
    let ended = show(&world.vendor, &submitted);
    assert_eq!((&ended["status"], &ended["reason_code"]), (&json!("declined"), &json!("call_withdrawn")));
    world.town.get(&path(&submitted)).send().expect(404);
    assert!(world.app.mail(&world.vendor.email, "提案の結果").text.contains("予算がなくなったため"));
}

#[test]
fn the_municipality_is_reminded_of_proposals_without_an_answer() {
    let mut world = World::new();
    let submitted = world.submitted();
    world.past_the_deadline();
    let chased = |world: &World| {
        world.app.run(kakehashi::proposals::chase(world.app.services())).unwrap();
        told(&world.app, &world.town).iter().filter(|kind| *kind == "proposals_unanswered").count()
    };
    assert_eq!(chased(&world), 0);
    world.app.advance(chrono::TimeDelta::days(15));
    assert_eq!(chased(&world), 1);
    assert_eq!(chased(&world), 1);
    world.app.advance(chrono::TimeDelta::days(8));
    assert_eq!(chased(&world), 2);
    let town = world.app.again(&world.town);
    let answer: Value = json!({"reason_code": "not_fitting", "feedback": "今回は見送ります。"});
    step(&town, &submitted, "decline", &answer).expect(200);
    world.app.advance(chrono::TimeDelta::days(8));
    assert_eq!(chased(&world), 2);
}

#[test]
fn a_draft_is_thrown_away() {
    let world = World::new();
    let draft = world.draft();
    world.vendor.delete(&path(&draft)).send().expect(204);
    world.vendor.get(&path(&draft)).send().expect(404);
    let submitted = world.submitted();
    world.vendor.delete(&path(&submitted)).send().expect(409);
}
