//! The pages of imports.

use super::TWO;
use crate::attachments::multipart;
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};

fn send(browser: &Browser, bytes: &[u8]) -> Page {
    let page = browser.open("/imports").expect(200);
    assert!(page.html.contains("enctype=\"multipart/form-data\""));
    let csrf = browser.hidden("csrf");
    let (kind, body) = multipart("課題.csv", bytes, &[("csrf", csrf.as_str())]);
    browser.send_body("/imports", &kind, body)
}

#[test]
fn a_member_tries_a_file_mends_it_and_makes_the_drafts() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    let page = send(&browser, &TWO.replace("1200万", "100万").into_bytes()).expect(303);
    let page = browser.follow(&page).expect(200).says("直すところが1か所あります").says("予算の上限");
    assert!(!page.html.contains("この内容で下書きを作る"));
    let page = send(&browser, TWO.as_bytes()).expect(303);
    let path = page.leads_to().unwrap();
    browser.follow(&page).expect(200).says("このファイルに問題はありません");
    let done = browser.send(&format!("{path}/accept"), &[]).expect(303);
    browser.follow(&done).expect(200).says("下書きを作りました");
    browser.open("/our-challenges").expect(200).says("除雪車の位置を知らせたい").says("漏水を早く見つけたい");
    // The same file again leads to what came of it.
    let again = send(&browser, TWO.as_bytes()).expect(303);
    assert_eq!(again.leads_to().as_deref(), Some(path.as_str()));
    browser.follow(&again).expect(200).says("このファイルは、すでに登録されています");
    browser.open("/imports?lang=en").expect(200).says("Drafts made");
}

#[test]
fn what_is_no_table_is_said_beside_the_file() {
    let app = TestApp::start();
    let browser = Browser::signed_in(&app, &app.vendor("除雪技研").email);
    send(&browser, b"").expect(422).says("ソリューションをまとめて登録");
    send(&browser, b"PK\x03\x04 but no archive").expect(422).says("表として読めません");
}

#[test]
fn the_pages_are_for_those_who_write() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    let path = send(&browser, TWO.as_bytes()).expect(303).leads_to().unwrap();
    let operator = Browser::signed_in(&app, &app.operator().email);
    operator.open("/imports").expect(403);
    operator.open(&path).expect(404);
    let visitor = Browser::of(app.public());
    assert!(visitor.open("/imports").expect(303).leads_to().unwrap().starts_with("/sign-in"));
    let bureau = Browser::signed_in(&app, &app.bureau("hokkaido").email);
    bureau.open("/imports").expect(200).says("代理登録");
    bureau.open(&path).expect(404);
}
