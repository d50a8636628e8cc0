//! Watches and saved searches, with and without an account.

mod open;
mod pages;
mod rules;
mod telling;

use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;
use crate::support::mail::Mail;

pub const WATCHES: &str = "/api/v1/watches";

/// What the subject of every mail of news says.
pub const NEWS: &str = "見守りのお知らせ";
/// What the subject of the mail that asks to confirm says.
pub const CONFIRM: &str = "見守りの確認";

pub fn follow(actor: &Actor, body: &Value) -> Value {
    actor.post(WATCHES).json(body).send().expect(201).body
}

pub fn listed(actor: &Actor) -> Vec<Value> {
    actor.get(WATCHES).send().expect(200).body["items"].as_array().unwrap().clone()
}

/// Moves the deadline of an open challenge; an event without moderation.
pub fn extend(town: &Actor, challenge: &str, day: &str) {
    let body = json!({"proposals_due": day, "reason": "年度末を避けるため"});
    town.post(&format!("{challenge}/extend")).json(&body).send().expect(200);
}

/// Asks to follow something without an account.
pub fn ask(app: &TestApp, email: &str, body: &Value) -> Answer {
    let mut body = body.clone();
    body["email"] = json!(email);
    app.public().post(&format!("{WATCHES}/by-mail")).json(&body).send()
}

/// Follows something without an account, all the way; the page of the address.
pub fn followed_by_mail(app: &TestApp, email: &str, body: &Value) -> String {
    ask(app, email, body).expect(202);
    let token = app.mail(email, CONFIRM).token().to_owned();
    let form = format!("token={token}");
    let answer =
        app.public().post("/watch-confirmation").body("application/x-www-form-urlencoded", form).send();
    answer.expect(303).header("location").unwrap().to_owned()
}

/// The lines of a mail of news: what happened to what.
pub fn lines(mail: &Mail) -> Vec<&str> {
    mail.text.lines().filter_map(|line| line.strip_prefix('・')).collect()
}

/// The mails of news that came and nobody looked at.
pub fn unread_news(app: &TestApp) -> Vec<Mail> {
    app.unread_mails().into_iter().filter(|mail| mail.subject.contains(NEWS)).collect()
}
