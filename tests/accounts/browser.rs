//! Signing in with a browser: the cookie, the forms, and what happens to a form that comes too late.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

/// A browser in which the member with `email` is signed in.
fn signed_in(app: &TestApp, email: &str) -> Browser {
    let browser = Browser::of(app.public());
    assert_eq!(browser.sign_in(email, PASSWORD).expect(303).leads_to().as_deref(), Some("/"));
    browser.open("/").expect(200);
    browser
}

#[test]
fn a_member_signs_in_and_out_by_the_pages() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    browser.open("/").expect(200).says("岩見沢市");

    let left = browser.send("/sign-out", &[]).expect(303);
    assert_eq!(browser.cookie("kakehashi"), None);
    browser.follow(&left).expect(200).hides("岩見沢市").says("サインアウトしました");
    browser.open("/").expect(200).hides("サインアウトしました");
}

#[test]
fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let page = Browser::of(app.public()).sign_in(&town.email, PASSWORD);
    let cookie = page.answer.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[test]
fn a_service_behind_tls_uses_the_host_prefix() {
    let app =
        TestApp::start_with(|settings| settings.server.public_url = "https://bridge.example.jp".to_owned());
    let town = app.municipality("岩見沢市");
    let page = Browser::of(app.public()).sign_in(&town.email, PASSWORD);
    let cookie = page.answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-kakehashi=") && cookie.contains("Secure"), "{cookie}");
}

#[test]
fn a_wrong_password_is_refused_without_a_cookie_and_the_address_stays_typed() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::of(app.public());
    browser.sign_in(&town.email, "not the password at all").expect(401).says(&town.email);
    assert_eq!(browser.cookie("kakehashi"), None);
    browser.sign_in("", "").expect(422).says("href=\"#f-email\"").says("href=\"#f-password\"");
}

#[test]
fn sign_in_leads_to_no_other_host() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
        let browser = Browser::of(app.public());
        let typed = [("email", town.email.as_str()), ("password", PASSWORD), ("next", next)];
        assert_eq!(browser.send_bare("/sign-in", &typed).leads_to().as_deref(), Some("/"), "{next}");
    }
}

#[test]
fn a_form_from_another_site_is_refused() {
    let app = TestApp::start();
    let answer = app
        .public()
        .post("/sign-out")
        .header("accept", "text/html")
        .header("sec-fetch-site", "cross-site")
        .body("application/x-www-form-urlencoded", "")
        .send()
        .expect(403);
    assert!(answer.text().contains("別のサイト"), "{}", answer.text());
}

#[test]
fn a_form_without_its_token_does_nothing_until_it_is_sent_again() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    browser.send_bare("/sign-out", &[]).expect(409).says("送信を続ける");
    browser.open("/").says("岩見沢市");
}

#[test]
fn a_form_that_comes_too_late_is_carried_through_sign_in() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    app.advance(TimeDelta::days(15));

    let typed = [("name", "渡 橋子 & <co>"), ("password", "not to be carried")];
    browser
        .send("/sign-out", &typed)
        .hides("not to be carried")
        .expect(401)
        .says("サインインすると、続きから");
    let credentials = [("email", town.email.as_str()), ("password", PASSWORD)];
    browser.send("/sign-in", &credentials).expect(200).says("渡 橋子 &#38; &#60;co&#62;");
}

#[test]
fn a_session_in_use_does_not_end_as_idle_but_ends_at_its_time() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    for _ in 0..5 {
        app.advance(TimeDelta::days(11));
        browser.open("/").says("岩見沢市");
    }
    app.advance(TimeDelta::days(6));
    browser.open("/").hides("岩見沢市");
}

#[test]
fn a_session_of_a_browser_is_listed_and_ended_from_elsewhere() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    let sessions = town.get("/api/v1/me/sessions").send().expect(200).body;
    let listed = sessions["items"].as_array().unwrap().iter().find(|item| item["channel"] == "browser");
    let id = listed.unwrap()["id"].as_str().unwrap();

    town.post(&format!("/api/v1/me/sessions/{id}/end"))
        .json(&json!({ "password": PASSWORD }))
        .send()
        .expect(204);
    browser.open("/").hides("岩見沢市");
}

#[test]
fn the_language_somebody_chose_is_kept() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    browser.open("/").says("<html lang=\"ja\">");
    browser.open("/?lang=en").says("<html lang=\"en\">");
    browser.open("/").says("<html lang=\"en\">");
    browser.open("/?lang=ja").says("<html lang=\"ja\">");
    browser.open("/").says("<html lang=\"ja\">");
}

#[test]
fn a_browser_gets_a_page_where_a_program_gets_a_problem() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    let page = browser.open("/nowhere").expect(404);
    assert!(page.answer.header("content-type").unwrap().starts_with("text/html"));
    let problem = app.public().get("/nowhere").send().expect(404);
    assert_eq!(problem.header("content-type"), Some("application/problem+json; charset=utf-8"));
}
