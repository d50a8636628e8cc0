//! The desk in a browser.

use chrono::TimeDelta;

use super::pending;
use crate::matches::pages::browser_of;
use crate::matches::{Scene, id};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};

/// The value of a checkbox of the desk, by the title beside it.
fn item_of(page: &Page, title: &str) -> String {
    let row = page.html.split("data-desk-row").find(|row| row.contains(title));
    let row = row.unwrap_or_else(|| panic!("{title} is not on the desk: {}", page.html));
    row.split("name=\"item\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn undo_path(page: &Page) -> String {
    let before = page.html.split("\" data-undo-all").next().expect("nothing can be undone");
    before.rsplit("action=\"").next().unwrap().to_owned()
}

#[test]
fn the_desk_shows_what_waits_oldest_first_with_what_is_needed_to_decide() {
    let app = TestApp::start();
    pending(&app, "先に来た会社", "012106");
    app.advance(TimeDelta::days(6));
    pending(&app, "後から来た会社", "011002");
    pending(&app, "よその会社", "131016");
    let bureau = browser_of(&app, &app.bureau("hokkaido"));
    let desk = bureau.open("/moderation").expect(200).says("5日以内に回答").hides("よその会社");
    assert!(desk.html.find("先に来た会社").unwrap() < desk.html.find("後から来た会社").unwrap());
    desk.says("6日前から")
        .says("約束の日数を過ぎています")
        .says("北海道岩見沢市")
        .says("承認する")
        .says("登録を断る…");
}

#[test]
fn only_a_desk_has_a_desk() {
    let app = TestApp::start();
    let asked = Browser::of(app.public()).open("/moderation").expect(303).leads_to().unwrap();
    assert_eq!(asked, "/sign-in?next=%2Fmoderation");
    for actor in [app.municipality("岩見沢市"), app.vendor("除雪技研")] {
        let browser = browser_of(&app, &actor);
        browser.open("/moderation").expect(403);
        let token = browser.open("/").html;
        let token = token.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        browser.send_bare("/moderation", &[("csrf", token), ("decision", "accept")]).expect(403);
    }
}

#[test]
fn ten_waiting_things_are_cleared_in_one_go_and_taken_back_in_one_go() {
    let app = TestApp::start();
    for number in 0..10 {
        pending(&app, &format!("会社{number}"), "012106");
    }
    let bureau = browser_of(&app, &app.bureau("hokkaido"));
    let desk = bureau.open("/moderation");
    let items: Vec<String> = (0..10).map(|number| item_of(&desk, &format!("会社{number}"))).collect();
    let mut typed: Vec<(&str, &str)> = items.iter().map(|item| ("item", item.as_str())).collect();
    typed.push(("decision", "accept"));
    let done = bureau.send("/moderation", &typed).expect(303);
    let desk = bureau.follow(&done).expect(200);
    let desk = desk
        .says("審査を待っているものはありません")
        .says("処理しました")
        .says("会社7（承認）")
        .says("data-undo-left");
    bureau.send(&undo_path(&desk), &[]).expect(303);
    let desk = bureau.open("/moderation").says("取り消して、元の状態に戻しました");
    for number in 0..10 {
        item_of(&desk, &format!("会社{number}"));
    }
}

#[test]
fn one_of_many_is_taken_back_by_itself() {
    let app = TestApp::start();
    for name in ["会社一", "会社二", "会社三"] {
        pending(&app, name, "012106");
    }
    let bureau = browser_of(&app, &app.bureau("hokkaido"));
    let desk = bureau.open("/moderation");
    let items: Vec<String> = ["会社一", "会社二", "会社三"].iter().map(|name| item_of(&desk, name)).collect();
    let mut typed: Vec<(&str, &str)> = items.iter().map(|item| ("item", item.as_str())).collect();
    typed.push(("decision", "accept"));
    let desk = bureau.follow(&bureau.send("/moderation", &typed).expect(303)).expect(200);
    let line = desk.html.split("<li>").find(|line| line.starts_with("会社二")).expect("its line");
    let one = line.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    bureau.send(one, &[]).expect(303);
    let desk = bureau.open("/moderation");
    item_of(&desk, "会社二");
    assert_eq!(desk.html.matches("data-desk-row").count(), 1, "the others stay decided");
}

#[test]
fn another_desk_learns_no_title_of_what_is_not_its_own() {
    let scene = Scene::new();
    scene.suggested();
    let company = pending(&scene.app, "北のしごと", "012106");
    let hokkaido = browser_of(&scene.app, &scene.bureau);
    let desk = hokkaido.open("/moderation").expect(200);
    let items = [item_of(&desk, "雪みちナビ"), item_of(&desk, "北のしごと")];
    let challenge = format!("challenge:{}:1", id(&scene.challenge));
    let solution = format!("solution:{}:1", id(&scene.solution));
    let kanto = browser_of(&scene.app, &scene.app.bureau("kanto"));
    let token = kanto.open("/moderation").expect(200).html;
    let token = token.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for item in items.iter().chain([&challenge, &solution]) {
        let send = |decision: &str| {
            kanto.send_bare("/moderation", &[("csrf", &token), ("item", item), ("decision", decision)])
        };
        send("compose").expect(404);
        let refused = send("accept").expect(409);
        refused.hides("雪みちナビ").hides("北のしごと").hides(&company.email);
    }
}

#[test]
fn the_same_form_sent_twice_complains_of_nothing() {
    let app = TestApp::start();
    pending(&app, "北のしごと", "012106");
    let bureau = browser_of(&app, &app.bureau("hokkaido"));
    let desk = bureau.open("/moderation");
    let item = item_of(&desk, "北のしごと");
    for _ in 0..2 {
        bureau.send("/moderation", &[("item", &item), ("decision", "accept")]).expect(303);
    }
}

#[test]
fn a_refusal_asks_for_its_reason_and_offers_words_to_begin_with() {
    let app = TestApp::start();
    let company = pending(&app, "北のしごと", "012106");
    let bureau = browser_of(&app, &app.bureau("hokkaido"));
    let desk = bureau.open("/moderation");
    let item = item_of(&desk, "北のしごと");
    bureau.send("/moderation", &[("item", &item), ("decision", "compose")]).expect(200).says("北のしごと");
    bureau
        .send("/moderation", &[("decision", "decline"), ("comment", " ")])
        .expect(422)
        .says("href=\"#f-comment\"");
    let filled =
        bureau.send("/moderation", &[("reply", "organization.duplicate"), ("comment", "")]).expect(200);
    filled.says("同じ団体の登録がすでにあります");
    bureau.send("/moderation", &[("decision", "decline"), ("comment", "登録は既にあります")]).expect(303);
    app.advance(TimeDelta::seconds(31));
    assert!(app.mail(&company.email, "北のしごと").text.contains("登録は既にあります"));
}

#[test]
fn nothing_chosen_is_said_and_a_thing_that_changed_since_is_not_decided() {
    let scene = Scene::new();
    let path = scene.suggested();
    let bureau = browser_of(&scene.app, &scene.bureau);
    let desk = bureau.open("/moderation");
    bureau.send("/moderation", &[("decision", "accept")]).expect(422).says("対象を選んで");
    let item = item_of(&desk, "雪みちナビ");
    scene
        .bureau
        .post(&format!("{path}/dismiss"))
        .json(&serde_json::json!({"reason": "別の話"}))
        .send()
        .expect(200);
    let refused = bureau.send("/moderation", &[("item", &item), ("decision", "accept")]).expect(409);
    refused.says("処理できなかったもの");
    assert_eq!(scene.bureau.get(&path).send().expect(200).body["status"], "dismissed");
}

#[test]
fn a_match_is_approved_from_the_desk_with_its_reasons_in_sight() {
    let scene = Scene::new();
    let path = scene.suggested();
    let bureau = browser_of(&scene.app, &scene.bureau);
    let desk = bureau
        .open("/moderation?kind=match")
        .expect(200)
        .says("合う理由")
        .says("除雪車の位置を住民に見せたい × 雪みちナビ");
    let item = item_of(&desk, "雪みちナビ");
    assert!(item.contains(id(&path)) && item.ends_with(":1"), "{item}");
    bureau.send("/moderation", &[("item", &item), ("decision", "accept")]).expect(303);
    assert_eq!(scene.bureau.get(&path).send().expect(200).body["status"], "approved");
}

#[test]
fn the_desk_speaks_english() {
    let app = TestApp::start();
    pending(&app, "北のしごと", "012106");
    let bureau = browser_of(&app, &app.bureau("hokkaido"));
    let desk = bureau
        .open("/moderation?lang=en")
        .expect(200)
        .says("Moderation desk")
        .says("Approve")
        .hides("moderation.");
    desk.says("Hokkaido").says("An answer is promised within 5 days.");
}
