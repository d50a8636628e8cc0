//! The outbox in the hands of an operator.

use diesel::prelude::*;
use kakehashi::db::schema::mails;
use kakehashi::notices::MailState;
use kakehashi::settings::Transport;
use serde_json::json;
use uuid::Uuid;

use super::inbox::{solution_published, tell};
use crate::support::app::{Actor, TestApp};
use crate::support::patience;
use crate::support::sink::{Refusal, SmtpSink};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

fn through(sink: &SmtpSink) -> TestApp {
    TestApp::start_with(|settings| {
        settings.mail.transport = Transport::Smtp;
        settings.mail.smtp_url = sink.url();
    })
}

/// The id of the mail in `state`, once there is one.
fn wait_for_mail(operator: &Actor, state: &str) -> String {
    let look = || {
        let list = operator.get(&format!("/api/v1/operations/mails?state={state}")).send().expect(200).body;
        list["items"][0]["id"].as_str().map(str::to_owned)
    };
    patience::until(SOON, look).unwrap_or_else(|| panic!("no mail became {state}"))
}

#[test]
fn a_dead_mail_is_seen_with_its_reason_and_sent_again_on_demand() {
    let sink = SmtpSink::start();
    let app = through(&sink);
    let (operator, vendor) = (app.operator(), app.vendor("除雪技研"));
    sink.refuse(&vendor.email, Refusal::Permanent);
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    let id = wait_for_mail(&operator, "dead");
    let mail = operator.get("/api/v1/operations/mails?state=dead").send().body["items"][0].clone();
    assert_eq!((&mail["kind"], &mail["recipient"]), (&json!("solution_published"), &json!(vendor.email)));
    assert!(mail["last_error"].as_str().unwrap().contains("550"));
    assert_eq!(mail.get("body_text"), None);
    sink.accept(&vendor.email);
    let retried = operator.post(&format!("/api/v1/operations/mails/{id}/retry")).send().expect(200).body;
    assert_eq!((&retried["state"], &retried["attempts"]), (&json!("queued"), &json!(0)));
    sink.wait_for(&vendor.email, "ゆきナビ", SOON);
    assert_eq!(wait_for_mail(&operator, "sent"), id);
}

#[test]
fn only_what_failed_is_tried_again() {
    let sink = SmtpSink::start();
    let app = through(&sink);
    let (operator, vendor) = (app.operator(), app.vendor("除雪技研"));
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    let id = wait_for_mail(&operator, "sent");
    let refused = operator.post(&format!("/api/v1/operations/mails/{id}/retry")).send().expect(409);
    assert_eq!(refused.body["code"], "illegal_step");
    operator.post(&format!("/api/v1/operations/mails/{}/retry", Uuid::nil())).send().expect(404);
    assert_eq!(sink.unread().len(), 1);
}

#[test]
fn parked_mails_stay_until_they_are_released() {
    let app = TestApp::start_with(|settings| settings.mail.transport = Transport::Off);
    let (operator, vendor) = (app.operator(), app.vendor("除雪技研"));
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    let parked = app.services().perform(kakehashi::policy::Actor::system(), |deed| {
        Ok(diesel::update(mails::table).set(mails::state.eq(MailState::Parked)).execute(deed.conn())?)
    });
    assert_eq!(app.run(parked).unwrap(), 1);
    let id = wait_for_mail(&operator, "parked");
    let retry = operator.post(&format!("/api/v1/operations/mails/{id}/retry")).send().expect(409);
    assert_eq!(retry.body["legal_steps"], json!(["release"]));
    let released = |expected| {
        let answer = operator.post("/api/v1/operations/mails/release").send().expect(200);
        assert_eq!(answer.body, json!({"released": expected}));
    };
    released(1);
    released(0);
    assert_eq!(wait_for_mail(&operator, "queued"), id);
}

#[test]
fn the_outbox_is_for_operators() {
    let app = TestApp::start();
    for actor in [app.municipality("岩見沢市"), app.vendor("除雪技研"), app.bureau("hokkaido")] {
        actor.get("/api/v1/operations/mails").send().expect(403);
        actor.post("/api/v1/operations/mails/release").send().expect(403);
        actor.post(&format!("/api/v1/operations/mails/{}/retry", Uuid::nil())).send().expect(403);
    }
    app.public().get("/api/v1/operations/mails").send().expect(401);
    app.operator().get("/api/v1/operations/mails?state=lost").send().expect(422);
}
