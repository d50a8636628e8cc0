//! Sessions as bureaus, municipalities and vendors meet them.

mod arranging;
mod exports;
mod outcomes;
mod pages;
mod published;

use serde_json::{Value, json};

use crate::matches::{challenge, id, published as publish_thing, solution};
use crate::rounds::{announced, day, path, step};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

/// An announced round in Hokkaido with the challenges of two towns, and three vendors with a solution each.
pub struct Scene {
    pub app: TestApp,
    pub bureau: Actor,
    pub towns: [Actor; 2],
    pub vendors: [Actor; 3],
    pub round: Value,
    /// Ids.
    pub challenges: [String; 2],
    pub solutions: [String; 3],
}

impl Scene {
    pub fn new() -> Self {
        let app = TestApp::start();
        let bureau = app.bureau("hokkaido");
        let towns = ["岩見沢市", "函館市"].map(|name| app.municipality(name));
        let vendors = ["雪みち工業", "北の測位", "みまもり電子"].map(|name| app.vendor_in(name, "011002"));
        let made = |path: String| id(&path).to_owned();
        let solutions = [0, 1, 2].map(|at| {
            let body = solution(["雪みちナビ", "北の位置", "みまもり雪"][at], &json!({}));
            made(publish_thing(&vendors[at], &bureau, "solutions", &body))
        });
        let challenges = [0, 1].map(|at| {
            let body = challenge(["除雪車の位置を住民に見せたい", "除雪の予定を知らせたい"][at], &json!({}));
            made(publish_thing(&towns[at], &bureau, "challenges", &body))
        });
        let round = announced(&app, &bureau);
        let scene = Self { app, bureau, towns, vendors, round, challenges, solutions };
        for (town, challenge) in scene.towns.iter().zip(&scene.challenges) {
            let body = json!({"challenge_id": challenge});
            step(town, &scene.round, "challenges", &body).expect(204);
        }
        scene
    }

    pub fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", path(&self.round))
    }

    /// An instant on the `days`-th day of the round's sessions, in Japan.
    pub fn at(&self, days: i64, time: &str) -> String {
        format!("{}T{time}:00+09:00", day(&self.app, 60 + days))
    }

    /// Adds `count` slots that follow each other with a quarter of an hour between them; all slots of the round.
    pub fn slots(&self, starts_at: &str, count: usize, capacity: usize) -> Vec<Value> {
        let body = json!({
            "starts_at": starts_at, "count": count, "pause_minutes": 15, "place": "会議室A", "capacity": capacity,
        });
        let made = self.bureau.post(&self.path("slots")).json(&body).send().expect(201);
        made.body["items"].as_array().unwrap().clone()
    }

    pub fn assign(&self) -> Answer {
        self.bureau.post(&self.path("sessions/assign")).json(&json!({})).send()
    }

    pub fn publish(&self) -> Answer {
        self.bureau.post(&self.path("sessions/publish")).json(&json!({})).send()
    }

    /// The sessions of the round as `actor` sees them.
    pub fn sessions(&self, actor: &Actor) -> Vec<Value> {
        let list = actor.get(&self.path("sessions")).send().expect(200).body;
        list["items"].as_array().unwrap().clone()
    }

    /// The scene with two slots for three sessions at once each, a plan, published.
    pub fn published() -> Self {
        let scene = Self::new();
        scene.slots(&scene.at(0, "10:00"), 3, 3);
        scene.assign().expect(200);
        scene.publish().expect(200);
        scene
    }
}

pub fn session(session: &Value, rest: &str) -> String {
    format!("/api/v1/sessions/{}{rest}", session["id"].as_str().unwrap())
}

/// The appointments mailed to a member, in the order of their making: method and file.
pub fn invites(app: &TestApp, actor: &Actor) -> Vec<(String, String)> {
    use diesel::prelude::*;
    use kakehashi::db::schema::mails;
    let member = actor.member;
    let rows: Vec<(Option<String>, Option<String>)> = app
        .run(app.services().read(move |conn| {
            let rows = mails::table
                .filter(mails::member_id.eq(member))
                .filter(mails::calendar.is_not_null())
                .order((mails::created_at, mails::id));
            Ok(rows.select((mails::calendar_method, mails::calendar)).load(conn)?)
        }))
        .unwrap();
    rows.into_iter().map(|(method, file)| (method.unwrap(), file.unwrap().replace("\r\n ", ""))).collect()
}
