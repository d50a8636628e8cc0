//! The pages of rounds.

use serde_json::json;

use super::{announced, begun, day};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

#[test]
fn a_bureau_writes_a_round_announces_it_and_everybody_reads_it() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let browser = Browser::signed_in(&app, &bureau.email);
    browser.open("/rounds/new").expect(200).says("募集回を始める");
    let days: Vec<String> = [0, 20, 30, 50, 60, 64].iter().map(|days| day(&app, *days).to_string()).collect();
    let mut typed = vec![("title", "北海道の募集回"), ("description", "<b>説明</b>")];
    for (name, value) in
        ["challenges.from", "challenges.to", "proposals.from", "proposals.to", "sessions.from", "sessions.to"]
            .iter()
            .zip(&days)
    {
        typed.push((name, value));
    }
    let mut wrong = typed.clone();
    wrong.extend([("sessions_per_challenge", "0"), ("sessions_per_vendor", "3"), ("session_minutes", "45")]);
    browser.send("/rounds", &wrong).expect(422).says("北海道の募集回").says("20");
    typed.extend([("sessions_per_challenge", "3"), ("sessions_per_vendor", "3"), ("session_minutes", "45")]);
    let made = browser.send("/rounds", &typed).expect(303);
    let path = made.leads_to().unwrap();
    browser.follow(&made).expect(200).says("保存しました").says("準備中").says("&#60;b&#62;説明");
    Browser::of(app.public()).open(&path).expect(404);
    browser.send(&format!("{path}/announce"), &[]).expect(303);
    let public = Browser::of(app.public());
    public.open(&path).expect(200).says("課題を募集しています").says("<svg").hides("告知する");
    public.open("/").expect(200).says("開催中の募集回").says("北海道の募集回");
    public.open("/rounds").expect(200).says("北海道の募集回");
    public.open(&format!("{path}?lang=en")).expect(200).says("Call for challenges").hides("rounds.");
    browser.open(&format!("{path}/edit")).expect(200).says("北海道の募集回");
    browser.open(&path);
    browser.send(&format!("{path}/cancel"), &[("reason", "")]).expect(422).says("中止の理由");
}

#[test]
fn a_municipality_takes_part_from_the_page_and_answers_the_survey() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let path = format!("/rounds/{}", round["id"].as_str().unwrap());
    let challenge = town.post("/api/v1/challenges").json(&json!({"title": "除雪"})).send().expect(201).body;
    let browser = Browser::signed_in(&app, &town.email);
    browser.open(&path).expect(200).says("この募集回に参加する");
    let id = challenge["id"].as_str().unwrap();
    let entered = browser.send(&format!("{path}/enter"), &[("challenge_id", id)]).expect(303);
    browser.follow(&entered).expect(200).says("募集回に参加しました").says("参加を取りやめる");
    browser.open(&format!("/challenges/{id}")).expect(200).says("北海道 地域課題マッチング");
    browser.open(&format!("{path}/survey")).expect(200);
    browser
        .send(&format!("{path}/survey"), &[("title", ""), ("summary", "困っている")])
        .expect(422)
        .says("困っている");
    let answered = browser.send(&format!("{path}/survey"), &[("title", "バスが来ない")]).expect(303);
    browser.follow(&answered).expect(200).says("バスが来ない");
    browser.open(&path).expect(200).says("バスが来ない");
    Browser::signed_in(&app, &app.vendor("雪みち工業").email).open(&format!("{path}/survey")).expect(403);
}

#[test]
fn the_windows_of_a_round_go_into_a_calendar() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let round = announced(&app, &bureau);
    let path = format!("/rounds/{}/calendar.ics", round["id"].as_str().unwrap());
    let file = app.public().get(&path).send().expect(200);
    assert_eq!(file.header("content-type"), Some("text/calendar; charset=utf-8"));
    let text = file.text().replace("\r\n ", "");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 3);
    assert!(text.contains("METHOD:PUBLISH") && text.contains("SUMMARY:提案の募集 – 北海道"), "{text}");
    let hidden = begun(&app, &bureau);
    app.public().get(&format!("/rounds/{}/calendar.ics", hidden["id"].as_str().unwrap())).send().expect(404);
}
