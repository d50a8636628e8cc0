//! The pages of sessions.

use serde_json::json;

use super::{Scene, session};
use crate::rounds::day;
use crate::support::browser::Browser;

fn page(scene: &Scene, rest: &str) -> String {
    format!("/rounds/{}{rest}", scene.round["id"].as_str().unwrap())
}

#[test]
fn a_bureau_makes_slots_plans_and_publishes_without_a_script() {
    let scene = Scene::new();
    let browser = Browser::signed_in(&scene.app, &scene.bureau.email);
    let board = page(&scene, "/sessions");
    browser.open(&board).expect(200).says("枠がまだありません");
    let day = day(&scene.app, 60).to_string();
    let typed = [
        ("day", day.as_str()),
        ("time", "10:00"),
        ("count", "3"),
        ("pause_minutes", "15"),
        ("capacity", "3"),
    ];
    browser.send(&page(&scene, "/slots"), &typed).expect(422).says("10:00");
    let typed: Vec<(&str, &str)> = typed.into_iter().chain([("place", "会議室A")]).collect();
    let made = browser.send(&page(&scene, "/slots"), &typed).expect(303);
    browser.follow(&made).expect(200).says("10:00〜10:45 会議室A").says("11:00〜11:45");
    browser.send(&page(&scene, "/sessions/assign"), &[]).expect(303);
    browser.open(&board).expect(200).says("雪みちナビ").says("調整中").says("公開して知らせる");
    browser.send(&page(&scene, "/sessions/publish"), &[]).expect(303);
    browser.open(&board).expect(200).says("確定").hides("公開して知らせる");
    browser.open(&format!("{board}?lang=en")).expect(200).says("Arranging the sessions").hides(">sessions.");
    let csv = format!("{board}.csv?lang=ja");
    let file = browser.open(&csv).expect(200);
    assert_eq!(file.answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(
        file.html.starts_with("\u{FEFF}\"開始\"") && file.html.matches("\r\n").count() == 5,
        "{}",
        file.html
    );
    Browser::signed_in(&scene.app, &scene.towns[0].email).open(&csv).expect(403);
    Browser::signed_in(&scene.app, &scene.towns[0].email).open(&board).expect(403);
    Browser::of(scene.app.public()).open(&board).expect(303);
}

#[test]
fn a_pair_by_hand_and_what_it_collides_with_are_shown() {
    let scene = Scene::new();
    let slots = scene.slots(&scene.at(0, "10:00"), 2, 1);
    let browser = Browser::signed_in(&scene.app, &scene.bureau.email);
    browser.open(&page(&scene, "/sessions")).expect(200).says("手で追加する");
    let pair = format!("{}:{}", scene.challenges[0], scene.solutions[0]);
    let slot = slots[0]["id"].as_str().unwrap();
    let add = page(&scene, "/sessions/add");
    browser.send(&add, &[("pair", &pair), ("slot_id", slot)]).expect(303);
    browser.open(&page(&scene, "/sessions"));
    let pair = format!("{}:{}", scene.challenges[1], scene.solutions[0]);
    browser.send(&add, &[("pair", &pair), ("slot_id", slot)]).expect(422).says("別の提案会があります");
    browser.send(&add, &[("pair", &pair), ("slot_id", "")]).expect(303);
    browser.open(&page(&scene, "/sessions")).expect(200).says("枠が見つからなかった提案会");
    let waiting = scene.sessions(&scene.bureau).into_iter().find(|one| one["slot"].is_null()).unwrap();
    let path = format!("/sessions/{}", waiting["id"].as_str().unwrap());
    browser.open(&path).expect(200).says("重なり：");
    browser.send(&format!("{path}/move"), &[("slot_id", slots[1]["id"].as_str().unwrap())]).expect(303);
    browser.open(&path).expect(200).says("11:00〜11:45");
    browser.send(&format!("{path}/cancel"), &[("reason", "")]).expect(303);
    browser.open(&path).expect(200).says("中止");
}

#[test]
fn a_town_says_when_it_cannot_come_sees_its_sessions_and_says_what_came_of_them() {
    let scene = Scene::new();
    let slots = scene.slots(&scene.at(0, "10:00"), 3, 3);
    let browser = Browser::signed_in(&scene.app, &scene.towns[0].email);
    browser.open(&page(&scene, "")).expect(200).says("都合の悪い時間を知らせる");
    let availability = page(&scene, "/availability");
    browser.open(&availability).expect(200).says("10:00〜10:45");
    browser.send(&availability, &[("blocked", slots[0]["id"].as_str().unwrap())]).expect(303);
    browser.open(&availability).expect(200).says("checked");
    browser.open("/our-sessions").expect(200).says("提案会の予定はありません");
    let made = browser.send("/our-sessions/calendar", &[]).expect(200).says("/calendar?key=");
    assert_eq!(made.answer.header("cache-control"), Some("no-store"));
    browser.open("/our-sessions").expect(200).hides("/calendar?key=").says("アドレスを作り直す");
    browser.send("/our-sessions/calendar/end", &[]).expect(303);
    scene.assign().expect(200);
    scene.publish().expect(200);
    browser.open("/our-sessions").expect(200).says("これからの提案会").says("除雪車の位置を住民に見せたい");
    let one = scene.sessions(&scene.towns[0])[0].clone();
    let path = format!("/sessions/{}", one["id"].as_str().unwrap());
    browser.open(&path).expect(200).hides("時間を変える").hides("結果を記録する");
    scene.app.advance(chrono::TimeDelta::days(61));
    while scene.app.run(kakehashi::sessions::hold_due(scene.app.services())).unwrap() {}
    let browser = Browser::signed_in(&scene.app, &scene.towns[0].email);
    browser.open("/our-sessions").expect(200).says("結果を記録してください");
    browser.open(&path).expect(200).says("結果を記録する");
    browser.send(&format!("{path}/outcome"), &[("outcome", "no"), ("reason", "")]).expect(422);
    let said = browser.send(&format!("{path}/outcome"), &[("outcome", "no"), ("reason", "予算")]).expect(303);
    browser.follow(&said).expect(200).says("今回は見送る");
    let town = scene.app.again(&scene.towns[0]);
    assert_eq!(
        town.get(&session(&one, "")).send().expect(200).body["municipality_outcome"]["reason"],
        json!("予算")
    );
    Browser::signed_in(&scene.app, &scene.bureau.email).open("/our-sessions").expect(200);
}
