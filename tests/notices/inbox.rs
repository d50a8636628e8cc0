//! Notices in the app.

use std::time::Duration;

use diesel::prelude::*;
use kakehashi::db::schema::mails;
use kakehashi::notices::{self, Kind, Letter, Link};
use kakehashi::policy::Actor as DeedActor;
use serde_json::json;
use uuid::Uuid;

use crate::support::app::{Actor, TestApp};
use crate::support::mail::Mail;
use crate::support::mailbox::Mailbox;

/// A message about a solution.
pub fn solution_published(name: &str) -> Letter {
    Letter::new(Kind::SolutionPublished, ("solution", Uuid::nil()), Link::Page("/solutions/1".to_owned()))
        .with("solution", name)
}

/// Tells `actor` something, as a deed of the service does.
pub fn tell(app: &TestApp, actor: &Actor, letter: &Letter) {
    let (member, letter) = (actor.member, letter.clone());
    let told = app.services().perform(DeedActor::system(), move |deed| notices::tell(deed, member, &letter));
    app.run(told).unwrap();
}

/// The oldest mail to `recipient` with `words` in its subject; waits for it.
pub fn received(app: &TestApp, recipient: &str, words: &str) -> Mail {
    Mailbox::watch(app.folder().join("mail")).wait_for(recipient, words, Duration::from_secs(20))
}

/// How many mails were queued for `actor`, sent or not.
pub fn mails_to(app: &TestApp, actor: &Actor) -> i64 {
    let email = actor.email.clone();
    let count = app
        .services()
        .read(move |conn| Ok(mails::table.filter(mails::recipient.eq(email)).count().get_result(conn)?));
    app.run(count).unwrap()
}

#[test]
fn a_message_stands_in_the_app_and_comes_by_mail() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    let list = vendor.get("/api/v1/notices?total=true").send().expect(200).body;
    assert_eq!(list["total"], 1);
    let notice = &list["items"][0];
    assert_eq!(notice["kind"], "solution_published");
    assert_eq!(notice["title"], "ソリューションが公開されました：ゆきナビ");
    assert_eq!(notice["path"], "/solutions/1");
    assert_eq!(notice["subject"], json!({"kind": "solution", "id": Uuid::nil()}));
    assert_eq!(notice["read_at"], json!(null));
    let mail = received(&app, &vendor.email, "ゆきナビ");
    assert!(mail.text.contains(&format!("{}/solutions/1", app.origin())));
}

#[test]
fn the_title_speaks_the_readers_language() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    let list = vendor.get("/api/v1/notices").header("Accept-Language", "en").send().expect(200).body;
    assert_eq!(list["items"][0]["title"], "Solution published: ゆきナビ");
}

#[test]
fn notices_are_read_one_by_one_or_all_together() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    for name in ["一", "二", "三"] {
        tell(&app, &vendor, &solution_published(name));
    }
    let unread = || {
        let list = vendor.get("/api/v1/notices?unread=true").send().expect(200).body;
        let titles = list["items"].as_array().unwrap().iter();
        titles.map(|one| one["title"].as_str().unwrap().chars().last().unwrap()).collect::<String>()
    };
    assert_eq!(unread(), "三二一");
    let list = vendor.get("/api/v1/notices").send().body;
    let second = list["items"][1]["id"].as_str().unwrap().to_owned();
    vendor.post(&format!("/api/v1/notices/{second}/read")).send().expect(204);
    vendor.post(&format!("/api/v1/notices/{second}/read")).send().expect(204);
    assert_eq!(unread(), "三一");
    vendor.post("/api/v1/notices/read-all").send().expect(204);
    assert_eq!(unread(), "");
    assert_eq!(vendor.get("/api/v1/notices?unread=false&total=true").send().body["total"], 3);
}

#[test]
fn pages_follow_each_other_without_gaps() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    for number in 0..5 {
        tell(&app, &vendor, &solution_published(&format!("その{number}")));
    }
    let (mut path, mut seen) = ("/api/v1/notices?limit=2".to_owned(), Vec::new());
    loop {
        let page = vendor.get(&path).send().expect(200).body;
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/notices?limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|one, next| one > next));
}

#[test]
fn nobody_sees_or_reads_anothers_notices() {
    let app = TestApp::start();
    let (vendor, town) = (app.vendor("除雪技研"), app.municipality("岩見沢市"));
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    assert_eq!(town.get("/api/v1/notices").send().expect(200).body["items"], json!([]));
    let id = vendor.get("/api/v1/notices").send().body["items"][0]["id"].as_str().unwrap().to_owned();
    town.post(&format!("/api/v1/notices/{id}/read")).send().expect(404);
    app.public().post(&format!("/api/v1/notices/{id}/read")).send().expect(401);
    app.public().get("/api/v1/notices").send().expect(401);
    app.public().post("/api/v1/notices/read-all").send().expect(401);
}

#[test]
fn bad_parameters_and_ids_are_named() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    for query in ["limit=0", "limit=101", "cursor=x", "unread=maybe", "kind=x"] {
        vendor.get(&format!("/api/v1/notices?{query}")).send().expect(422);
    }
    vendor.post("/api/v1/notices/no-id/read").send().expect(404);
    vendor.post(&format!("/api/v1/notices/{}/read", Uuid::nil())).send().expect(404);
    vendor.post("/api/v1/notices/read-all").json(&json!({"really": true})).send().expect(422);
}
