//! Proposals as vendors, their partners, municipalities and bureaus meet them.

mod pages;
mod partners;
mod road;
mod seal;

use chrono::TimeDelta;
use kakehashi::challenges::close_due;
use kakehashi::proposals::open_due;
use serde_json::{Value, json};

use crate::challenges::{day, open, whole, with};
use crate::solutions::published;
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

/// What the proposals of the tests say; nobody may read it before the deadline.
pub(crate) const SECRET: &str = "車載端末で位置を10秒ごとに集めます";

/// A town with an open challenge, its bureau, and a vendor with a published solution.
pub(crate) struct World {
    pub(crate) app: TestApp,
    pub(crate) town: Actor,
    pub(crate) bureau: Actor,
    pub(crate) vendor: Actor,
    pub(crate) solution: String,
    pub(crate) challenge: Value,
}

impl World {
    /// The call ends in ten days.
    pub(crate) fn new() -> Self {
        let app = TestApp::start();
        let town = app.municipality("岩見沢市");
        let (path, vendor, bureau) = published(&app, "除雪技研");
        let due = json!({"proposals_due": day(&app, 10)});
        let challenge = open(&town, &bureau, &with(whole(&app), &due));
        let solution = path.rsplit('/').next().unwrap().to_owned();
        Self { app, town, bureau, vendor, solution, challenge }
    }

    pub(crate) fn id(&self) -> &str {
        self.challenge["id"].as_str().unwrap()
    }

    /// The path of the proposals to the challenge.
    pub(crate) fn calls(&self) -> String {
        format!("/api/v1/challenges/{}/proposals", self.id())
    }

    /// Everything a submission needs.
    pub(crate) fn content(&self) -> Value {
        json!({
            "solutions": [self.solution],
            "approach": SECRET,
            "plan": [{"milestone": "端末の取付け", "due": "2027-05-31"}],
            "cost": {"initial": 5_812_345, "yearly": 720_000, "funded_by": "令和9年度当初予算"},
            "team": "責任者1名、現地担当2名",
            "risks": "電波の届かない区間はLPWAで補う。",
            "needs": "除雪車の運行表",
        })
    }

    pub(crate) fn draft(&self) -> Value {
        self.vendor.post(&self.calls()).json(&self.content()).send().expect(201).body
    }

    pub(crate) fn submitted(&self) -> Value {
        let draft = self.draft();
        step(&self.vendor, &draft, "submit", &json!({})).expect(200).body
    }

    /// Another vendor with a published solution, and its submitted proposal.
    pub(crate) fn rival(&self) -> (Actor, Value) {
        let (path, rival, _) = published(&self.app, "雪氷システム");
        let mut content = self.content();
        content["solutions"] = json!([path.rsplit('/').next().unwrap()]);
        let draft = rival.post(&self.calls()).json(&content).send().expect(201).body;
        let submitted = step(&rival, &draft, "submit", &json!({})).expect(200).body;
        (rival, submitted)
    }

    /// Moves the clock behind the deadline and lets the scheduler do its work; everybody signs in again.
    pub(crate) fn past_the_deadline(&mut self) {
        self.app.advance(TimeDelta::days(11));
        self.settle();
        self.town = self.app.again(&self.town);
        self.bureau = self.app.again(&self.bureau);
        self.vendor = self.app.again(&self.vendor);
    }

    pub(crate) fn settle(&self) {
        self.app.run(close_due(self.app.services())).unwrap();
        self.app.run(open_due(self.app.services())).unwrap();
    }
}

pub(crate) fn path(proposal: &Value) -> String {
    format!("/api/v1/proposals/{}", proposal["id"].as_str().unwrap())
}

pub(crate) fn step(actor: &Actor, proposal: &Value, step: &str, body: &Value) -> Answer {
    actor.post(&format!("{}/{step}", path(proposal))).json(body).send()
}

pub(crate) fn show(actor: &Actor, proposal: &Value) -> Value {
    actor.get(&path(proposal)).send().expect(200).body
}

fn patch(actor: &Actor, proposal: &Value, version: &Value, patch: &Value) -> Answer {
    actor.patch(&path(proposal)).header("If-Match", &format!("\"{version}\"")).json(patch).send()
}
