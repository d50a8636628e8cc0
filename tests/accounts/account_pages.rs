//! The own account in a browser: profile, password, sessions, activity.

use super::{NEW_PASSWORD, sign_in};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

#[test]
fn whoever_is_not_signed_in_is_led_to_sign_in_and_back() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::of(app.public());
    let led = browser.open("/account?tab=1").expect(303);
    assert_eq!(led.leads_to().as_deref(), Some("/sign-in?next=%2Faccount%3Ftab%3D1"));
    browser.follow(&led).expect(200);
    let back = browser.send("/sign-in", &[("email", &town.email), ("password", PASSWORD)]).expect(303);
    assert_eq!(back.leads_to().as_deref(), Some("/account?tab=1"));
    browser.follow(&back).expect(200).says(&town.email);
    let pages = ["password", "sessions", "sessions/end-all", "notifications", "activity"];
    for page in pages.map(|page| format!("/account/{page}")) {
        Browser::of(app.public()).open(&page).expect(303);
        browser.open(&page).expect(200);
    }
}

#[test]
fn a_profile_is_changed_and_its_language_is_the_browsers_from_then_on() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    browser.open("/account");
    let typed = [("name", "橋 渡"), ("department", ""), ("locale", "en")];
    let done = browser.send("/account", &typed).expect(303);
    browser.follow(&done).says("<html lang=\"en\">").says("Saved.").says("value=\"橋 渡\"");
    assert_eq!(town.get("/api/v1/me").send().body["member"]["department"], serde_json::Value::Null);
}

#[test]
fn a_profile_that_was_changed_elsewhere_is_shown_with_both_versions() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    browser.open("/account");
    let other = Browser::signed_in(&app, &town.email);
    other.open("/account");
    other.send("/account", &[("name", "先に保存"), ("locale", "ja")]).expect(303);

    let typed = [("name", "後から保存"), ("department", "防災課"), ("locale", "ja")];
    browser.send("/account", &typed).expect(412).says("先に保存").says("value=\"後から保存\"");
    browser.send("/account", &typed).expect(303);
    browser.open("/account").says("後から保存").hides("先に保存");
}

#[test]
fn a_profile_without_a_name_is_refused_and_keeps_the_rest() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    browser.open("/account");
    browser
        .send("/account", &[("name", " "), ("department", "防災課"), ("locale", "ja")])
        .expect(422)
        .says("href=\"#f-name\"")
        .says("value=\"防災課\"");
}

#[test]
fn a_password_is_changed_by_whoever_knows_the_old_one_and_the_other_devices_are_signed_out() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let (browser, other) = (Browser::signed_in(&app, &town.email), Browser::signed_in(&app, &town.email));
    browser.open("/account/password");
    let wrong = [("current_password", "not the password at all"), ("password", NEW_PASSWORD)];
    browser
        .send("/account/password", &wrong)
        .expect(422)
        .says("href=\"#f-current_password\"")
        .hides("herons");
    let right = [("current_password", PASSWORD), ("password", NEW_PASSWORD), ("end_other_sessions", "on")];
    let done = browser.send("/account/password", &right).expect(303);
    browser.follow(&done).expect(200).says("パスワードを変更しました");
    other.open("/account").expect(303);
    sign_in(&app, &town.email, PASSWORD).expect(401);
    sign_in(&app, &town.email, NEW_PASSWORD).expect(200);
}

/// The paths that end a session, in the order of the list.
fn ends(html: &str) -> Vec<String> {
    let links = html.split("href=\"/account/sessions/").skip(1);
    let ids = links.filter_map(|rest| rest.split('"').next()?.strip_suffix("/end"));
    ids.map(|id| format!("/account/sessions/{id}/end")).collect()
}

#[test]
fn one_session_is_ended_with_the_password_and_the_own_one_is_marked() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let other = Browser::signed_in(&app, &town.email);
    let browser = Browser::signed_in(&app, &town.email);
    let list = browser.open("/account/sessions").expect(200).says("この端末").says("プログラム（API）");
    let paths = ends(&list.html);
    assert_eq!(paths.len(), 3, "{paths:?}");
    // Newest first: this browser, the other one, the program.
    let path = paths.get(1).unwrap();
    browser.open(path).expect(200).says("あなたのパスワード");
    browser.send(path, &[("password", "wrong password")]).expect(422).says("パスワードが違います");
    other.open("/account").expect(200);
    let done = browser.send(path, &[("password", PASSWORD)]).expect(303);
    browser.follow(&done).says("サインインを終了しました");
    other.open("/account").expect(303);
    browser.open("/account").expect(200);
    browser.open(path).expect(404);
}

#[test]
fn another_members_session_is_not_to_be_found() {
    let app = TestApp::start();
    let (town, vendor) = (app.municipality("岩見沢市"), app.vendor("除雪技研"));
    let theirs = Browser::signed_in(&app, &vendor.email).open("/account/sessions").html;
    let path = ends(&theirs).remove(0);
    Browser::signed_in(&app, &town.email).open(&path).expect(404);
}

#[test]
fn signing_out_everywhere_ends_this_session_too_unless_it_is_kept() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let (kept, other) = (Browser::signed_in(&app, &town.email), Browser::signed_in(&app, &town.email));
    kept.open("/account/sessions/end-all");
    kept.send("/account/sessions/end-all", &[("password", PASSWORD), ("keep_current", "on")]).expect(303);
    other.open("/account").expect(303);
    kept.open("/account/sessions/end-all").expect(200);
    let out = kept.send("/account/sessions/end-all", &[("password", PASSWORD)]).expect(303);
    assert_eq!(kept.cookie("kakehashi"), None);
    kept.follow(&out).expect(200).says("サインインを終了しました");
    kept.open("/account").expect(303);
}

#[test]
fn the_activity_shows_what_was_done_in_ones_own_name_only() {
    let app = TestApp::start();
    let (town, vendor) = (app.municipality("岩見沢市"), app.vendor("除雪技研"));
    let browser = Browser::signed_in(&app, &town.email);
    Browser::signed_in(&app, &vendor.email);
    browser.open("/account");
    browser.send("/account", &[("name", "橋 渡"), ("locale", "ja")]).expect(303);
    let page = browser.open("/account/activity").expect(200).says("担当者の変更");
    assert_eq!(page.html.matches("担当者の変更").count(), 1);
    browser.open("/operations/audit").expect(403);
}
