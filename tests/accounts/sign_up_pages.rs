//! Coming in by the pages: two steps, a mail, and the way back to a forgotten password.

use super::{NEW_PASSWORD, sign_in};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

const TARO: &str = "taro@city.iwamizawa.example.jp";

#[test]
fn a_town_signs_up_by_the_pages_and_waits_for_its_bureau() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    browser.open("/sign-up").expect(200).says("どちらの立場で利用しますか").says("北海道総合通信局");
    browser
        .open("/sign-up?organization.kind=municipality&prefecture=01")
        .expect(200)
        .says("岩見沢市")
        .hides("法人番号");
    let typed = [
        ("organization.municipality_code", "012106"),
        ("name", "岩見沢 太郎"),
        ("email", TARO),
        ("password", NEW_PASSWORD),
    ];
    let sent = browser.send("/sign-up", &typed).expect(303);
    assert_eq!(sent.leads_to().as_deref(), Some("/sign-up/sent"));
    browser.follow(&sent).expect(200).says("確認メール");

    let token = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    browser.open(&format!("/verify-email?token={token}")).expect(200);
    browser.send("/verify-email", &[]).expect(200).says("承認を待っています");
    browser.sign_in(TARO, NEW_PASSWORD).expect(303);
    browser.open("/organization").expect(200).says("承認待ち").says("岩見沢市");
}

#[test]
fn a_vendor_is_told_what_to_mend_and_keeps_what_was_typed_but_the_password() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    browser.open("/sign-up?organization.kind=vendor&prefecture=13").says("千代田区").says("法人番号");
    let typed = [
        ("organization.name", "除雪 & 技研"),
        ("organization.municipality_code", "131016"),
        ("organization.corporate_number", "1234567890123"),
        ("name", "札幌 次郎"),
        ("email", "jiro@vendor.example.jp"),
        ("password", "tooshort"),
    ];
    browser
        .send("/sign-up", &typed)
        .expect(422)
        .says("除雪 &#38; 技研")
        .says("href=\"#f-organization-corporate_number\"")
        .says("href=\"#f-password\"")
        .says("<option value=\"131016\" selected>")
        .hides("tooshort");
    assert!(app.unread_mails().is_empty());
}

#[test]
fn the_first_step_names_what_is_missing() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    browser.open("/sign-up?organization.kind=vendor&prefecture=").expect(422).says("href=\"#f-prefecture\"");
    browser.open("/sign-up?organization.kind=bureau&prefecture=01").expect(422);
}

#[test]
fn the_mail_of_a_sign_up_is_sent_again_on_request() {
    let app = TestApp::start();
    super::sign_up(&app, &super::town(TARO, "012106")).expect(202);
    let first = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    let browser = Browser::of(app.public());
    browser.open("/sign-up/sent");
    browser.send("/sign-up/resend", &[("email", "nobody")]).expect(422).says("nobody");
    let done = browser.send("/sign-up/resend", &[("email", TARO)]).expect(303);
    browser.follow(&done).says("もう一度送りました");
    let second = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    assert_ne!(first, second);
}

#[test]
fn a_forgotten_password_is_set_anew_by_the_pages() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::of(app.public());
    browser.open("/password-forgotten");
    browser.send("/password-forgotten", &[("email", "")]).expect(422).says("href=\"#f-email\"");
    let known = browser.send("/password-forgotten", &[("email", &town.email)]).expect(303);
    browser.open("/password-forgotten");
    let unknown = browser.send("/password-forgotten", &[("email", "nobody@city.example.jp")]).expect(303);
    assert_eq!(known.leads_to(), unknown.leads_to());

    let token = app.mail(&town.email, "再設定").token().to_owned();
    browser.open(&format!("/password-reset?token={token}")).expect(200);
    browser.send("/password-reset", &[("password", NEW_PASSWORD)]).expect(200);
    sign_in(&app, &town.email, PASSWORD).expect(401);
    sign_in(&app, &town.email, NEW_PASSWORD).expect(200);
}

#[test]
fn refused_sign_ups_do_not_count_and_resets_have_a_count_of_their_own() {
    let app = TestApp::start_with(|settings| settings.limits.sign_ups_per_minute = 1);
    let town = app.municipality("岩見沢市");
    for _ in 0..3 {
        super::sign_up(&app, &serde_json::json!({})).expect(422);
    }
    super::sign_up(&app, &super::town(TARO, "012106")).expect(202);
    super::sign_up(&app, &super::town(TARO, "012106")).expect(429);
    let browser = Browser::of(app.public());
    browser.open("/password-forgotten");
    browser.send("/password-forgotten", &[("email", &town.email)]).expect(303);
    browser.open("/password-forgotten");
    browser.send("/password-forgotten", &[("email", &town.email)]).expect(429).says(&town.email);
}

#[test]
fn the_sign_up_page_speaks_english() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    browser.open("/sign-up?lang=en").says("How do you take part?").says("Hokkaido");
    browser.open("/sign-up?organization.kind=municipality&prefecture=01").says("Iwamizawa");
}

#[test]
fn nobody_is_offered_a_sign_in_by_one_click_on_a_real_service() {
    let app = TestApp::start();
    Browser::of(app.public()).open("/sign-in").expect(200).hides("体験用");
}
