//! A challenge that a bureau enters for a municipality is the municipality's to confirm.

use serde_json::{Value, json};

use super::{open, path, pointers, post, show, step, told, whole, with};
use crate::support::app::{Actor, TestApp};
use crate::support::browser::Browser;

/// A challenge of the village that its bureau entered and submitted.
fn entered(app: &TestApp) -> (Actor, Actor, Value) {
    let (bureau, village) = (app.bureau("hokkaido"), app.municipality("音威子府村"));
    let body = with(whole(app), &json!({"on_behalf_of": village.organization.to_string()}));
    let challenge = post(&bureau, &body);
    step(&bureau, &challenge, "submit", &json!({})).expect(200);
    (bureau, village, challenge)
}

fn answer(app: &TestApp, body: &Value) -> crate::support::http::Answer {
    app.public().post("/api/v1/challenge-confirmations").json(body).send()
}

#[test]
fn it_is_published_only_once_the_village_has_confirmed_it() {
    let app = TestApp::start();
    let (bureau, village, challenge) = entered(&app);
    let refused = step(&bureau, &challenge, "publish", &json!({})).expect(409).body;
    assert!(refused["detail"].as_str().unwrap().contains("自治体の確認"), "{refused}");
    let mail = app.mail(&village.email, "代理で登録した地域課題の確認");
    assert!(mail.text.contains("音威子府村") && mail.text.contains("北海道総合通信局"), "{}", mail.text);
    let browser = Browser::of(app.public());
    let page = format!("/challenge-confirmation?token={}", mail.token());
    browser.open(&page).expect(200).says("吹雪の夜も").says("このまま進める");
    step(&bureau, &challenge, "publish", &json!({})).expect(409);
    browser
        .send("/challenge-confirmation", &[("answer", "confirm"), ("comment", "")])
        .expect(200)
        .says("記録しました");
    browser.open(&page).expect(410);
    step(&bureau, &challenge, "publish", &json!({})).expect(200);
    assert!(told(&app, &bureau).contains(&"challenge_answered".to_owned()));
}

#[test]
fn a_refusal_makes_it_a_draft_again_and_is_told_with_its_comment() {
    let app = TestApp::start();
    let (bureau, village, challenge) = entered(&app);
    let token = app.mail(&village.email, "代理で登録した地域課題の確認").token().to_owned();
    assert_eq!(pointers(&answer(&app, &json!({"token": token})).expect(422)), [("/answer", "required")]);
    let body = json!({"token": token, "answer": "refuse", "comment": "村では決めていません。"});
    answer(&app, &body).expect(204);
    assert_eq!(show(&bureau, &challenge)["status"], "draft");
    let mail = app.mail(&bureau.email, "回答がありました");
    assert!(mail.text.contains("村では決めていません") && mail.text.contains("取りやめる"), "{}", mail.text);
    assert_eq!(pointers(&answer(&app, &body).expect(422)), [("/token", "link_used")]);
}

#[test]
fn one_answer_speaks_for_the_whole_village_and_a_new_submission_asks_again() {
    let app = TestApp::start();
    let (bureau, village, challenge) = {
        let village = app.municipality("音威子府村");
        let colleague = app.colleague(&village, kakehashi::accounts::Role::Editor);
        let (bureau, _, challenge) = entered(&app);
        (bureau, [village, colleague], challenge)
    };
    let [one, other] =
        village.each_ref().map(|who| app.mail(&who.email, "代理で登録した地域課題の確認").token().to_owned());
    answer(&app, &json!({"token": one, "answer": "confirm"})).expect(204);
    let late = answer(&app, &json!({"token": other, "answer": "refuse"})).expect(422);
    assert_eq!(pointers(&late), [("/token", "link_used")]);
    step(&bureau, &challenge, "recall", &json!({})).expect(200);
    step(&bureau, &challenge, "submit", &json!({})).expect(200);
    step(&bureau, &challenge, "publish", &json!({})).expect(409);
    let again = app.mail(&village[0].email, "代理で登録した地域課題の確認");
    assert_ne!(again.token(), one);
}

#[test]
fn what_a_municipality_submits_itself_needs_no_question() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    assert_eq!(challenge["status"], "open");
    let trail = format!("/api/v1/audit-events?subject={}", challenge["id"].as_str().unwrap());
    let events = bureau.get(&trail).send().expect(200).body;
    assert!(!events.to_string().contains("ask_municipality"), "{}", path(&challenge));
}
