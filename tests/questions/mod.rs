//! Questions on a challenge, as vendors, municipalities and bureaus meet them.

mod pages;
mod road;

use serde_json::{Value, json};

use crate::challenges::{open, whole, with};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

/// A town with an open challenge, its bureau, and two vendors.
struct World {
    app: TestApp,
    town: Actor,
    bureau: Actor,
    vendor: Actor,
    other: Actor,
    challenge: Value,
}

impl World {
    fn new() -> Self {
        Self::with(&json!({}))
    }

    fn with(changes: &Value) -> Self {
        let app = TestApp::start();
        let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
        let (vendor, other) = (app.vendor("除雪技研"), app.vendor("雪氷システム"));
        let challenge = open(&town, &bureau, &with(whole(&app), changes));
        Self { app, town, bureau, vendor, other, challenge }
    }

    fn id(&self) -> &str {
        self.challenge["id"].as_str().unwrap()
    }

    fn path(&self) -> String {
        format!("/api/v1/challenges/{}/questions", self.id())
    }

    fn ask(&self, vendor: &Actor, body: &str) -> Answer {
        vendor.post(&self.path()).json(&json!({ "body": body })).send()
    }

    fn list(&self, actor: &Actor) -> Value {
        actor.get(&self.path()).send().expect(200).body
    }

    /// The questions that `actor` is shown.
    fn bodies(&self, actor: &Actor) -> Vec<String> {
        let list = self.list(actor);
        let items = list["items"].as_array().unwrap();
        items.iter().map(|one| one["body"].as_str().unwrap().to_owned()).collect()
    }
}

fn step(actor: &Actor, question: &Value, step: &str, body: &Value) -> Answer {
    actor.post(&format!("/api/v1/questions/{}/{step}", question["id"].as_str().unwrap())).json(body).send()
}
