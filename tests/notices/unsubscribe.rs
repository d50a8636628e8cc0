//! The way out of mails, without signing in (RFC 8058).

use diesel::prelude::*;
use kakehashi::accounts::{Locale, Secret};
use kakehashi::db::schema::mails;
use kakehashi::fields::Email;
use kakehashi::notices::{self, Kind, Letter, Link};
use kakehashi::policy::Actor as DeedActor;
use serde_json::json;
use uuid::Uuid;

use super::inbox::{mails_to, received, solution_published, tell};
use super::preferences::choose;
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;
use crate::support::mail::Mail;

/// The path behind `List-Unsubscribe`.
fn way_out(app: &TestApp, mail: &Mail) -> String {
    let url = mail.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    url.strip_prefix(app.origin()).unwrap().to_owned()
}

/// What a mail program sends for its reader.
fn one_click(app: &TestApp, path: &str) -> Answer {
    app.public().post(path).body("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click").send()
}

fn choice(actor: &Actor, category: &str) -> serde_json::Value {
    actor.get("/api/v1/me/preferences").send().expect(200).body[category].clone()
}

#[test]
fn one_click_stops_this_kind_of_mail_and_no_other() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    tell(&app, &vendor, &solution_published("一つ目"));
    let path = way_out(&app, &received(&app, &vendor.email, "一つ目"));
    one_click(&app, &path).expect(200);
    assert_eq!((choice(&vendor, "solutions"), choice(&vendor, "matches")), (json!("off"), json!("instant")));
    tell(&app, &vendor, &solution_published("二つ目"));
    assert_eq!(mails_to(&app, &vendor), 1);
    one_click(&app, &path).expect(200);
    assert_eq!(choice(&vendor, "solutions"), "off");
}

#[test]
fn opening_the_link_changes_nothing_and_shows_a_button_in_both_languages() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    let path = way_out(&app, &received(&app, &vendor.email, "ゆきナビ"));
    let ja = app.public().get(&path).send().expect(200);
    let en = app.public().get(&format!("{path}&lang=en")).send().expect(200);
    assert!(ja.text().contains("ソリューションについてのメールを止めますか"), "{}", ja.text());
    assert!(en.text().contains("Stop mails about solutions?"), "{}", en.text());
    for page in [&ja, &en] {
        assert!(page.text().contains(r#"method="post""#));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    assert_eq!(choice(&vendor, "solutions"), "instant");
}

#[test]
fn a_link_that_is_none_of_ours_is_said_to_be_so() {
    let app = TestApp::start();
    let strange = [
        "/unsubscribe".to_owned(),
        "/unsubscribe?u=x".to_owned(),
        format!("/unsubscribe?u={}", Uuid::new_v4()),
    ];
    for path in strange {
        let page = app.public().get(&path).send().expect(404);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        one_click(&app, &path).expect(404);
    }
}

#[test]
fn leaving_a_digest_leaves_all_that_comes_in_digests() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    choose(&vendor, &json!({"solutions": "daily", "matches": "weekly"}));
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    app.advance(chrono::TimeDelta::hours(24));
    app.run(async { while notices::send_digests(app.services()).await.unwrap() {} });
    let mail = received(&app, &vendor.email, "お知らせのまとめ");
    one_click(&app, &way_out(&app, &mail)).expect(200);
    let vendor = app.again(&vendor);
    let choices = ["solutions", "matches", "challenges"].map(|category| choice(&vendor, category));
    assert_eq!(choices, ["off", "off", "instant"]);
}

#[test]
fn an_address_without_an_account_is_left_in_peace_but_keeps_getting_security_mail() {
    let app = TestApp::start();
    let address = Email::parse("soumu@city.example.jp").unwrap();
    let send = |kind: Kind| {
        let link = Link::Secret { path: "/somewhere", token: Secret::generate() };
        let letter = Letter::new(kind, ("deployment", Uuid::nil()), link)
            .with("solution", "ゆきナビ")
            .with("municipality", "岩見沢市")
            .with("organization", "岩見沢市");
        let to = address.clone();
        let mailed = app
            .services()
            .perform(DeedActor::system(), move |deed| notices::mail(deed, &to, Locale::Ja, &letter));
        app.run(mailed).unwrap();
    };
    send(Kind::ConfirmDeployment);
    let mail = received(&app, address.as_str(), "導入実績");
    one_click(&app, &way_out(&app, &mail)).expect(200);
    send(Kind::ConfirmDeployment);
    send(Kind::Invitation);
    let next = received(&app, address.as_str(), "招待");
    assert_eq!(next.header("List-Unsubscribe"), None);
    let recipient = address.to_string();
    let asked = app.services().read(move |conn| {
        let mails = mails::table.filter(mails::recipient.eq(recipient));
        Ok(mails.filter(mails::kind.eq(Kind::ConfirmDeployment)).count().get_result::<i64>(conn)?)
    });
    assert_eq!(app.run(asked).unwrap(), 1);
}
