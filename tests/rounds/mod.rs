//! Rounds as bureaus, municipalities, vendors and the public meet them.

mod entering;
mod pages;
mod road;
mod turns;

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

pub const ROUNDS: &str = "/api/v1/rounds";

/// The day in Japan, `days` from now.
pub fn day(app: &TestApp, days: i64) -> NaiveDate {
    app.services().clock().now().plus(TimeDelta::days(days)).japan_date()
}

/// Windows that begin today, in 30 and in 60 days and last 20, 20 and 5 days.
pub fn whole(app: &TestApp) -> Value {
    let days = |from, to| json!({"from": day(app, from), "to": day(app, to)});
    json!({
        "title": "北海道 地域課題マッチング",
        "description": "道内の市町村の課題に、全国から提案を募ります。",
        "challenges": days(0, 20),
        "proposals": days(30, 50),
        "sessions": days(60, 64),
        "sessions_per_challenge": 2,
        "sessions_per_vendor": 2,
        "session_minutes": 45,
    })
}

pub fn path(round: &Value) -> String {
    format!("{ROUNDS}/{}", round["id"].as_str().unwrap())
}

/// A draft of `bureau`.
pub fn begun(app: &TestApp, bureau: &Actor) -> Value {
    bureau.post(ROUNDS).json(&whole(app)).send().expect(201).body
}

/// An announced round of `bureau`.
pub fn announced(app: &TestApp, bureau: &Actor) -> Value {
    let round = begun(app, bureau);
    step(bureau, &round, "announce", &json!({})).expect(200).body
}

pub fn step(actor: &Actor, round: &Value, step: &str, body: &Value) -> Answer {
    actor.post(&format!("{}/{step}", path(round))).json(body).send()
}

pub fn enter(actor: &Actor, round: &Value, challenge: &Value) -> Answer {
    step(actor, round, "challenges", &json!({"challenge_id": challenge["id"]}))
}

/// The kinds of message that a member has got, in the order of their names.
pub fn told(app: &TestApp, actor: &Actor) -> Vec<String> {
    use diesel::prelude::*;
    use kakehashi::db::schema::notices;
    let member = actor.member;
    app.run(app.services().read(move |conn| {
        let rows = notices::table.filter(notices::member_id.eq(member)).order(notices::kind);
        Ok(rows.select(notices::kind).load(conn)?)
    }))
    .unwrap()
}

/// How often a member was told of a turn, by its key.
pub fn turns(app: &TestApp, actor: &Actor) -> Vec<String> {
    use diesel::prelude::*;
    use kakehashi::db::Json;
    use kakehashi::db::schema::notices;
    let member = actor.member;
    let facts: Vec<Json<Value>> = app
        .run(app.services().read(move |conn| {
            let rows = notices::table
                .filter(notices::member_id.eq(member))
                .filter(notices::kind.eq("round_turned"))
                .order((notices::created_at, notices::id));
            Ok(rows.select(notices::facts).load(conn)?)
        }))
        .unwrap();
    facts.iter().map(|facts| facts.0["turn_key"].as_str().unwrap().replace("rounds.turn.", "")).collect()
}

/// The pointers and codes of a 422.
pub fn pointers(refused: &Answer) -> Vec<(&str, &str)> {
    let errors = refused.body["errors"].as_array().unwrap();
    errors.iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}
