//! What all pages stand on: the building blocks, and the files they load.

use crate::support::app::TestApp;
use crate::support::browser::Browser;

/// The attribute values that follow `before` in a page, up to the closing quote.
fn values_after<'a>(html: &'a str, before: &str) -> Vec<&'a str> {
    html.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_styleguide_shows_every_building_block_in_both_languages() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    for (lang, heading, amount) in
        [("ja", "デザインの部品", "1,200万円"), ("en", "Design components", "¥12,000,000")]
    {
        let page = browser.open(&format!("/styleguide?lang={lang}")).expect(200).says(heading).says(amount);
        for block in [
            "class=\"badge badge-open\"",
            "class=\"card\"",
            "class=\"notification notification-warn\"",
            "class=\"empty-state\"",
            "class=\"error-summary\"",
            "class=\"steps\"",
            "class=\"filter-panel\"",
            "class=\"chart tile-chart\"",
            "class=\"chart time-chart\"",
            "class=\"chart score-chart\"",
            "class=\"chart meter-chart\"",
        ] {
            assert!(page.html.contains(block), "{block} in {lang}");
        }
        // A text that is missing shows its key.
        for prefix in ["styleguide.", "ui.", "form.", "formats.", "layout."] {
            assert!(!page.html.contains(&format!(">{prefix}")), "a text of {prefix} is missing in {lang}");
        }
    }
}

#[test]
fn nothing_in_a_page_is_styled_inline_and_every_id_is_its_own() {
    let app = TestApp::start();
    let page = Browser::of(app.public()).open("/styleguide").expect(200);
    assert!(!page.html.contains(" style=\"") && !page.html.contains("<style"), "an inline style");
    let mut ids = values_after(&page.html, " id=\"");
    ids.sort_unstable();
    let doubled: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
}

#[test]
fn the_files_of_a_page_may_be_kept_for_ever_and_others_do_not_exist() {
    let app = TestApp::start();
    let page = Browser::of(app.public()).open("/").expect(200);
    let files: Vec<&str> = page.html.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let answer = app.public().get(file).send().expect(200);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"), "{file}");
        let kind =
            if file.ends_with(".css") { "text/css; charset=utf-8" } else { "text/javascript; charset=utf-8" };
        assert_eq!(answer.header("content-type"), Some(kind), "{file}");
    }
    app.public().get("/assets/kakehashi-000000000000.css").send().expect(404);
    app.public().get("/assets/page.js").send().expect(404);
}

#[test]
fn the_icon_is_there_in_both_its_forms() {
    let app = TestApp::start();
    for (path, kind) in [("/favicon.svg", "image/svg+xml"), ("/favicon.ico", "image/x-icon")] {
        let answer = app.public().get(path).send().expect(200);
        assert_eq!(answer.header("content-type"), Some(kind));
    }
}

#[test]
fn a_refused_form_can_be_read_in_the_other_language_with_everything_that_was_typed() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    browser.open("/challenges/new").expect(200);
    let typed = [("title", ""), ("summary", "題名のない概要")];
    browser.send("/challenges", &typed).expect(422).says("題名のない概要</textarea>").says("lang=\"ja\"");
    let switched = browser.send("/challenges?lang=en", &[]).expect(422);
    switched.says("<html lang=\"en\">").says("題名のない概要</textarea>").says("Correct these fields");
}

#[test]
fn a_password_is_not_carried_into_the_other_language() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    browser.open("/sign-in").expect(200);
    let refused = browser.send("/sign-in", &[("email", "a@example.jp"), ("password", "himitsu-no-aikotoba")]);
    refused.hides("himitsu");
    browser.send("/sign-in?lang=en", &[]).expect(422).says("<html lang=\"en\">").says("a@example.jp");
}

#[test]
fn the_address_of_a_button_leads_to_the_thing_it_acts_on() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    for (button, page) in
        [("/challenges/0190/submit", "/challenges/0190"), ("/operations/mails/release", "/operations/mails")]
    {
        assert_eq!(browser.open(button).expect(303).leads_to().as_deref(), Some(page));
    }
    let program = app.public().get("/challenges/0190/submit").header("accept", "application/json").send();
    program.expect(405);
}
