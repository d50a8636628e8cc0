//! Deployments entered, put to their municipality, and documented, by the pages.

use serde_json::json;

use super::browsing::{page_of, signed_in};
use super::{declared, in_iwamizawa, mailbox, next, published};
use crate::support::app::TestApp;

const TYPED: &[(&str, &str)] = &[
    ("municipality", "岩見沢"),
    ("country", ""),
    ("sector", "infrastructure-maintenance/snow-removal"),
    ("started_on", "令和5年11月1日"),
    ("ended_on", ""),
    ("stage", "operation"),
    ("outcome", "ongoing"),
    ("results.0.indicator", ""),
    ("results.1.indicator", "日報の作成"),
    ("results.1.before", "４０"),
    ("results.1.after", "5.5"),
    ("results.1.unit", "分/日"),
    ("evidence_url", "https://example.jp/snow"),
];

#[test]
fn a_vendor_enters_changes_and_deletes_a_deployment() {
    let app = TestApp::start();
    let (api, vendor, _) = published(&app, "雪みち");
    let browser = signed_in(&app, &vendor);
    let new = format!("{}/deployments/new", page_of(&api));
    browser.open(&new).expect(200);
    let made = browser.send(&new, TYPED).expect(303);
    browser
        .follow(&made)
        .expect(200)
        .says("導入実績を加えました")
        .says("北海道岩見沢市")
        .says("日報の作成: 40 → 5.5 分/日");
    let list = vendor.get(&format!("{api}/deployments")).send().expect(200).body;
    let one = &list["items"][0];
    assert_eq!((&one["started_on"], &one["municipality_code"]), (&json!("2023-11-01"), &json!("012106")));

    let edit = format!("/deployments/{}/edit", one["id"].as_str().unwrap());
    browser.open(&edit).expect(200).says("value=\"北海道岩見沢市\"").says("value=\"日報の作成\"");
    let ended: Vec<(&str, &str)> = TYPED
        .iter()
        .map(|(name, value)| match *name {
            "ended_on" => (*name, "2024/3/31"),
            "outcome" => (*name, "completed"),
            _ => (*name, *value),
        })
        .collect();
    let saved = browser.send(&edit, &ended).expect(303);
    browser.follow(&saved).expect(200).says("2023年11月〜2024年3月");
    browser.open(&edit).expect(200);
    let delete = edit.replace("/edit", "/delete");
    let gone = browser.send(&delete, &[]).expect(303);
    browser.follow(&gone).expect(200).says("導入実績を削除しました").hides("岩見沢市");
}

#[test]
fn a_refused_deployment_names_everything_at_once_and_keeps_what_was_typed() {
    let app = TestApp::start();
    let (api, vendor, _) = published(&app, "雪みち");
    let browser = signed_in(&app, &vendor);
    let new = format!("{}/deployments/new", page_of(&api));
    browser.open(&new).expect(200);
    let typed = [
        ("municipality", "架空市"),
        ("started_on", "いつか"),
        ("outcome", "ongoing"),
        ("results.3.indicator", "指標"),
        ("results.3.before", "たくさん"),
    ];
    let page = browser.send(&new, &typed).expect(422);
    page.says("「架空市」という自治体は見つかりません")
        .says("href=\"#f-started_on\"")
        .says("value=\"いつか\"")
        .says("href=\"#f-sector\"")
        .says("href=\"#f-stage\"")
        .says("href=\"#f-results-0-before\"")
        .says("value=\"たくさん\"");
    browser.send(&new, &[("municipality", "")]).expect(422).says("導入した自治体か、海外のときは国を");
}

#[test]
fn the_municipality_is_asked_and_then_told_apart() {
    let app = TestApp::start();
    let (api, vendor, _) = published(&app, "雪みち");
    let deployment = page_of(&declared(&vendor, &api, &in_iwamizawa()));
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &vendor);
    let ask = format!("{deployment}/request-confirmation");
    browser.open(&page_of(&api)).expect(200).says(&ask);
    browser.open(&ask).expect(200).says("北海道岩見沢市の担当者に");
    let refused = browser.send(&ask, &[("email", vendor.email.as_str())]).expect(422);
    refused.says("href=\"#f-email\"").says(&vendor.email);
    let sent = browser.send(&ask, &[("email", "")]).expect(303);
    browser.follow(&sent).expect(200).says("自治体に確認のメールを送りました").says("自治体に確認を依頼中");
    browser.open(&ask).expect(200);
    browser.send(&ask, &[("email", "")]).expect(429).says("1週間たっていません");

    let token = next(&mailbox(&app), &town.email, "導入実績").token().to_owned();
    let body = json!({"token": token, "answer": "confirm"});
    app.public().post("/api/v1/deployment-confirmations").json(&body).send().expect(204);
    browser.open(&page_of(&api)).expect(200).says("自治体確認済み").hides(&ask);
    browser.open(&ask).expect(409).says("既に自治体が確認しています");
    browser.open(&format!("{deployment}/edit")).expect(200).says("確認された実績です");
}

#[test]
fn an_unknown_address_waits_for_the_bureau() {
    let app = TestApp::start();
    let (api, vendor, _) = published(&app, "雪みち");
    let deployment = page_of(&declared(&vendor, &api, &in_iwamizawa()));
    let browser = signed_in(&app, &vendor);
    let ask = format!("{deployment}/request-confirmation");
    browser.open(&ask).expect(200);
    let sent = browser.send(&ask, &[("email", "dx@unknown-town.example.jp")]).expect(303);
    browser
        .follow(&sent)
        .expect(200)
        .says("総合通信局が宛先を確かめています")
        .hides("dx@unknown-town.example.jp");
}

#[test]
fn the_bureau_documents_what_it_read_and_nobody_else_does() {
    let app = TestApp::start();
    let (api, vendor, bureau) = published(&app, "雪みち");
    let deployment = page_of(&declared(&vendor, &api, &in_iwamizawa()));
    let document = format!("{deployment}/document");
    signed_in(&app, &vendor).open(&document).expect(403);
    signed_in(&app, &app.bureau("kanto")).open(&document).expect(403);
    let desk = signed_in(&app, &bureau);
    desk.open(&document).expect(200).says("https://example.jp/snow");
    let done = desk.send(&document, &[("comment", "市の報告書を読んだ。")]).expect(303);
    desk.follow(&done).expect(200).says("「資料確認」にしました");
    desk.open(&document).expect(409);
    desk.open(&format!("{deployment}/edit")).expect(403);
}
