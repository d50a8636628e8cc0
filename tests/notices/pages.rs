//! Notices, choices and the outbox in a browser.

use serde_json::json;

use crate::support::app::{Actor, TestApp};
use crate::support::browser::Browser;

/// Somebody who has been told that their organization was suspended.
fn told(app: &TestApp) -> Actor {
    let vendor = app.vendor_in("除雪技研", "011002");
    let path = format!("/api/v1/organizations/{}/suspend", vendor.organization);
    app.bureau("hokkaido").post(&path).json(&json!({"reason": "連絡が取れません"})).send().expect(200);
    vendor
}

#[test]
fn an_inbox_without_notices_says_what_will_come() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    Browser::of(app.public()).open("/notices").expect(303);
    Browser::signed_in(&app, &town.email).open("/notices").expect(200).says("お知らせはまだありません");
}

#[test]
fn opening_an_unread_notice_reads_it_and_leads_to_its_place() {
    let app = TestApp::start();
    let vendor = told(&app);
    let browser = Browser::signed_in(&app, &vendor.email);
    let page = browser.open("/notices").expect(200).says("未読").says("除雪技研").hides("既読</h2>");
    let action = page
        .html
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|action| action.starts_with("/notices/") && action.ends_with("/read"))
        .unwrap()
        .to_owned();
    let opened = browser.send(&action, &[]).expect(303);
    assert_eq!(opened.leads_to().as_deref(), Some("/organization"));
    browser.open("/notices").says("既読</h2>").hides("未読</h2>");

    let stranger = Browser::signed_in(&app, &app.municipality("岩見沢市").email);
    stranger.open("/account");
    let csrf = stranger.hidden("csrf");
    stranger.send_bare(&action, &[("csrf", &csrf)]).expect(404);
}

#[test]
fn all_notices_are_read_at_once() {
    let app = TestApp::start();
    let vendor = told(&app);
    let browser = Browser::signed_in(&app, &vendor.email);
    browser.open("/notices");
    let done = browser.send("/notices/read-all", &[]).expect(303);
    browser.follow(&done).says("すべて既読にしました").hides("未読</h2>");
}

#[test]
fn a_member_chooses_which_mails_come_and_when() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    let browser = Browser::signed_in(&app, &vendor.email);
    browser.open("/account/notifications").expect(200).hides("審査待ちの一覧");
    let typed = [("matches", "weekly"), ("challenges", "off"), ("organization", "instant")];
    let done = browser.send("/account/notifications", &typed).expect(303);
    browser.follow(&done).says("保存しました").says("<option value=\"weekly\" selected>");
    let stored = vendor.get("/api/v1/me/preferences").send().expect(200).body;
    assert_eq!((&stored["matches"], &stored["challenges"]), (&json!("weekly"), &json!("off")));

    browser.open("/account/notifications");
    browser.send("/account/notifications", &[("matches", "hourly")]).expect(422).says("href=\"#f-matches\"");
    let town = app.municipality("岩見沢市");
    let clerk = Browser::signed_in(&app, &town.email);
    clerk.open("/account/notifications").says("導入実績の確認のお願い");
    clerk.send("/account/notifications", &[("confirmations", "daily")]).expect(422);
}

#[test]
fn the_outbox_is_the_operators() {
    let app = TestApp::start();
    let vendor = told(&app);
    app.mail(&vendor.email, "停止");
    Browser::of(app.public()).open("/operations/mails").expect(303);
    Browser::signed_in(&app, &vendor.email).open("/operations/mails").expect(403);
    let operator = Browser::signed_in(&app, &app.operator().email);
    operator.open("/operations/mails").expect(200).says(&vendor.email).hides("連絡が取れません");
    operator.open("/operations/mails?state=dead").expect(200).says("メールはありません");
}
