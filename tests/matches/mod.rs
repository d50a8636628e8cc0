//! What fits, and challenges and solutions brought together.

mod fairness;
mod freshness;
mod news;
pub mod pages;
mod ranking;
mod road;
mod sight;

use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};

/// A challenge that has everything a submission needs; `changes` on top.
pub fn challenge(title: &str, changes: &Value) -> Value {
    let mut body = json!({
        "title": title,
        "summary": "除雪の進み具合を住民に伝えられず、苦情と問い合わせが集中する。",
        "background": "高齢化で雪かきの担い手が減った。",
        "current_state": "無線と紙の日報で除雪車の位置を把握している。",
        "desired_state": "住民が除雪の予定と済みを自分で見られること。",
        "sectors": ["infrastructure-maintenance/snow-removal"],
        "technologies": ["lpwa"],
        "entry_stage": "operation",
        "budget": {"min": 3_000_000, "max": 8_000_000, "status": "secured", "fiscal_year": 2027},
        "contract_route": "trial_order",
        "visibility": "public",
    });
    lay_over(&mut body, changes);
    body
}

/// A solution that has everything a submission needs; `changes` on top.
pub fn solution(name: &str, changes: &Value) -> Value {
    let mut body = json!({
        "name": name,
        "tagline": "除雪車の位置と作業をその場で集める",
        "description": "山間でも除雪車の位置を集め、住民に予定と済みを見せ、作業日報を自動で作ります。",
        "sectors": ["infrastructure-maintenance/snow-removal"],
        "technologies": ["lpwa"],
        "infrastructure_required": [],
        "maturity": "commercial",
        "regions": ["nationwide"],
        "price": {"initial_min": 2_000_000, "initial_max": 4_000_000, "yearly_min": 500_000, "yearly_max": 900_000},
        "lead_months": 3,
        "security": [],
        "overseas": false,
    });
    lay_over(&mut body, changes);
    body
}

fn lay_over(body: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
}

/// The path of a fresh thing that was submitted by `owner` and published by `bureau`.
pub fn published(owner: &Actor, bureau: &Actor, kind: &str, body: &Value) -> String {
    let created = owner.post(&format!("/api/v1/{kind}")).json(body).send().expect(201);
    let path = created.header("location").unwrap().to_owned();
    owner.post(&format!("{path}/submit")).send().expect(200);
    bureau.post(&format!("{path}/publish")).send().expect(200);
    path
}

/// The last part of a path.
pub fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// The names of ranked solutions, or the titles of ranked challenges, in their places.
pub fn places<'a>(ranking: &'a Value, thing: &str, name: &str) -> Vec<&'a str> {
    let items = ranking["items"].as_array().unwrap();
    items.iter().map(|item| item[thing][name].as_str().unwrap()).collect()
}

/// Iwamizawa's snow, a vendor in Sapporo with an answer to it, and the bureau of both.
pub struct Scene {
    pub app: TestApp,
    pub town: Actor,
    pub vendor: Actor,
    pub bureau: Actor,
    /// `/api/v1/challenges/…`
    pub challenge: String,
    /// `/api/v1/solutions/…`
    pub solution: String,
}

impl Scene {
    pub fn new() -> Self {
        Self::of(&json!({}))
    }

    /// The scene with `changes` to the challenge.
    pub fn of(changes: &Value) -> Self {
        let app = TestApp::start();
        let (town, vendor) = (app.municipality("岩見沢市"), app.vendor_in("雪みち工業", "011002"));
        let bureau = app.bureau("hokkaido");
        let challenge =
            published(&town, &bureau, "challenges", &challenge("除雪車の位置を住民に見せたい", changes));
        let solution = published(&vendor, &bureau, "solutions", &solution("雪みちナビ", &json!({})));
        Self { app, town, vendor, bureau, challenge, solution }
    }

    /// Another published solution of the same vendor.
    pub fn another_solution(&self, name: &str, changes: &Value) -> String {
        published(&self.vendor, &self.bureau, "solutions", &solution(name, changes))
    }

    /// Another published challenge of the same town.
    pub fn another_challenge(&self, title: &str, changes: &Value) -> String {
        published(&self.town, &self.bureau, "challenges", &challenge(title, changes))
    }

    /// The ranking of the challenge as its town sees it.
    pub fn ranking(&self) -> Value {
        self.town.get(&format!("{}/matches", self.challenge)).send().expect(200).body
    }

    /// Suggests the match of the scene; its path.
    pub fn suggested(&self) -> String {
        let body = json!({"challenge_id": id(&self.challenge), "solution_id": id(&self.solution)});
        let created = self.town.post("/api/v1/matches").json(&body).send().expect(201);
        created.header("location").unwrap().to_owned()
    }

    /// The match of the scene after the introduction; its path.
    pub fn introduced(&self) -> String {
        let path = self.suggested();
        self.bureau.post(&format!("{path}/approve")).send().expect(200);
        self.bureau.post(&format!("{path}/introduce")).send().expect(200);
        path
    }
}
