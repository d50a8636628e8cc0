//! The road of a challenge, and every wrong turn.

use serde_json::{Value, json};

use super::{amend, day, mails, open, path, pointers, post, show, step, told, whole, with};
use crate::support::app::TestApp;

#[test]
fn submit_asks_for_everything_that_is_missing_at_once() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = post(&town, &json!({"title": "除雪", "budget": {"status": "requested"}}));
    let refused = step(&town, &draft, "submit", &json!({})).expect(422);
    let asked: Vec<&str> = pointers(&refused).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(
        asked,
        [
            "/summary",
            "/background",
            "/current_state",
            "/desired_state",
            "/sectors",
            "/entry_stage",
            "/budget/max",
            "/budget/fiscal_year",
            "/contract_route"
        ]
    );
    assert_eq!(show(&town, &draft)["status"], "draft");
}

#[test]
fn a_challenge_goes_all_the_way_from_draft_to_archive() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let draft = post(&town, &whole(&app));
    step(&town, &draft, "submit", &json!({})).expect(200);
    step(&town, &draft, "recall", &json!({})).expect(200);
    step(&town, &draft, "submit", &json!({})).expect(200);
    let published = step(&bureau, &draft, "publish", &json!({"comment": "良い課題です。"})).expect(200);
    assert_eq!((&published.body["status"], &published.body["amendment"]), (&json!("open"), &json!(0)));
    assert_eq!(published.header("etag"), Some("\"5\""));
    app.public().get(&path(&draft)).send().expect(200);
    step(&town, &draft, "close", &json!({})).expect(200);
    let refused = step(&town, &draft, "decide", &json!({"outcome": "maybe"})).expect(422);
    assert_eq!(pointers(&refused), [("/outcome", "unknown_value"), ("/reason", "required")]);
    let decided = step(&town, &draft, "decide", &json!({"outcome": "matched", "reason": "実証へ進む"}));
    assert_eq!(decided.expect(200).body["decision"]["outcome"], "matched");
    let archived = step(&town, &draft, "archive", &json!({})).expect(200).body;
    assert_eq!((&archived["status"], &archived["steps"]), (&json!("archived"), &json!([])));
    assert!(told(&app, &town).contains(&"challenge_published".to_owned()));
}

#[test]
fn an_illegal_step_is_refused_with_the_legal_ones() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let draft = post(&town, &whole(&app));
    for (actor, taken) in [(&bureau, "publish"), (&town, "close"), (&town, "withdraw"), (&town, "decide")] {
        let refused = step(actor, &draft, taken, &json!({})).expect(409);
        assert_eq!(refused.body["legal_steps"], json!(["edit", "submit", "delete"]), "{taken}");
    }
    step(&town, &draft, "submit", &json!({})).expect(200);
    let version = show(&town, &draft)["version"].clone();
    amend(&town, &draft, &version, &json!({"title": "新しい題"})).expect(409);
    step(&town, &draft, "submit", &json!({})).expect(409);
}

#[test]
fn a_bureau_publishes_and_returns_only_in_its_own_region() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let draft = post(&town, &whole(&app));
    step(&town, &draft, "submit", &json!({})).expect(200);
    step(&app.bureau("kanto"), &draft, "publish", &json!({})).expect(404);
    step(&town, &draft, "publish", &json!({})).expect(403);
    app.public().post(&format!("{}/publish", path(&draft))).json(&json!({})).send().expect(404);
    let refused = step(&bureau, &draft, "return", &json!({})).expect(422);
    assert_eq!(pointers(&refused), [("/comment", "required")]);
    step(&bureau, &draft, "return", &json!({"comment": "現状をもう少し具体的に。"})).expect(200);
    assert_eq!(told(&app, &town), ["challenge_returned"]);
    step(&town, &draft, "submit", &json!({})).expect(200);
    step(&app.operator(), &draft, "publish", &json!({})).expect(200);
}

#[test]
fn a_step_from_an_older_version_is_refused_when_it_names_it() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = post(&town, &whole(&app));
    let submit = format!("{}/submit", path(&draft));
    town.post(&submit).header("If-Match", "\"7\"").json(&json!({})).send().expect(412);
    town.post(&submit).header("If-Match", "\"1\"").send().expect(200);
}

#[test]
fn a_deadline_that_passed_while_it_waited_is_asked_for_again() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let draft = post(&town, &with(whole(&app), &json!({"proposals_due": day(&app, 2)})));
    step(&town, &draft, "submit", &json!({})).expect(200);
    app.advance(chrono::TimeDelta::days(4));
    let (town, bureau) = (app.again(&town), app.again(&bureau));
    let refused = step(&bureau, &draft, "publish", &json!({})).expect(422);
    assert_eq!(pointers(&refused), [("/proposals_due", "deadline_past")]);
    step(&town, &draft, "recall", &json!({})).expect(200);
    let refused = step(&town, &draft, "submit", &json!({})).expect(422);
    assert_eq!(pointers(&refused), [("/proposals_due", "deadline_past")]);
}

#[test]
fn a_withdrawn_challenge_is_no_longer_the_publics_to_read() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    let refused = step(&town, &challenge, "withdraw", &json!({})).expect(422);
    assert_eq!(pointers(&refused), [("/reason", "required")]);
    let withdrawn =
        step(&town, &challenge, "withdraw", &json!({"reason": "予算が付かなかった"})).expect(200).body;
    assert_eq!(withdrawn["decision"]["reason"], "予算が付かなかった");
    app.public().get(&path(&challenge)).send().expect(404);
    bureau.get(&path(&challenge)).send().expect(200);
}

#[test]
fn the_moderation_log_is_for_the_municipality_and_its_bureau() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    let log = format!("{}/moderation", path(&challenge));
    let acts = |body: Value| body["items"][0]["act"].clone();
    assert_eq!(acts(town.get(&log).send().expect(200).body), "publish");
    assert_eq!(acts(bureau.get(&log).send().expect(200).body), "publish");
    app.vendor("除雪技研").get(&log).send().expect(403);
    app.public().get(&log).send().expect(401);
}

#[test]
fn every_step_leaves_its_audit_event_in_the_bureaus_reach() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    step(&town, &challenge, "close", &json!({})).expect(200);
    let trail = format!("/api/v1/audit-events?subject={}", challenge["id"].as_str().unwrap());
    let events = bureau.get(&trail).send().expect(200).body;
    let actions: Vec<&str> =
        events["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["challenge.close", "challenge.publish", "challenge.submit", "challenge.create"]);
    assert!(!events.to_string().contains("hanako"), "no personal data in the trail");
    assert_eq!(app.vendor("除雪技研").get(&trail).send().expect(200).body["items"], json!([]));
}

#[test]
fn the_mails_of_the_road_say_what_happened_and_leave_no_blank() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let draft = post(&town, &with(whole(&app), &json!({"proposals_due": null})));
    step(&town, &draft, "submit", &json!({})).expect(200);
    step(&bureau, &draft, "return", &json!({"comment": "現状を具体的に。"})).expect(200);
    step(&town, &draft, "submit", &json!({})).expect(200);
    step(&bureau, &draft, "publish", &json!({})).expect(200);
    let version = show(&town, &draft)["version"].clone();
    let patch = json!({"title": "除雪車の位置を住民に", "amendment_note": "題を短くしました。"});
    amend(&town, &draft, &version, &patch).expect(200);
    let mails = mails(&app, &town);
    assert_eq!(mails.len(), 3);
    for (subject, text) in &mails {
        assert!(subject.contains("北海道岩見沢市"), "{subject}");
        assert!(text.contains(&format!("/challenges/{}", draft["id"].as_str().unwrap())), "{text}");
        assert!(!subject.contains("%{") && !text.contains("%{"), "{text}");
    }
    let said = |words: &str| mails.iter().filter(|(_, text)| text.contains(words)).count();
    assert_eq!((said("現状を具体的に。"), said("題を短くしました。"), said("締切はありません")), (1, 1, 1));
}
