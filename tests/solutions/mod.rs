//! What vendors offer, and the evidence for it.

mod browsing;
mod catalogue;
mod confirmations;
mod deployment_pages;
mod deployments;
mod indexing;
mod moderation;
mod pages;
mod writing;
mod writing_pages;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};
use crate::support::mail::Mail;
use crate::support::mailbox::Mailbox;

/// A body that has everything a submission needs.
pub fn complete(name: &str) -> Value {
    json!({
        "name": name,
        "tagline": "除雪車の位置と作業量をその場で集める",
        "description": "携帯網の届かない山間でもLPWAで位置を集め、作業日報を自動で作ります。",
        "sectors": ["infrastructure-maintenance/snow-removal"],
        "technologies": ["lpwa"],
        "infrastructure_required": [],
        "maturity": "commercial",
        "regions": ["bureau:hokkaido", "pref:02"],
        "price": {"initial_min": 2_000_000, "initial_max": 6_000_000, "yearly_min": 500_000, "yearly_max": 900_000},
        "lead_months": 3,
        "security": ["encryption", "updates"],
        "overseas": false,
    })
}

/// A deployment in Iwamizawa that still goes on.
pub fn in_iwamizawa() -> Value {
    json!({
        "municipality_code": "012106",
        "sector": "infrastructure-maintenance/snow-removal",
        "started_on": "2023-11-01",
        "stage": "operation",
        "outcome": "ongoing",
        "results": [{"indicator": "日報の作成", "before": 40, "after": 5.5, "unit": "分/日"}],
        "evidence_url": "https://example.jp/snow",
    })
}

/// The path of a fresh draft.
pub fn draft(vendor: &Actor, body: &Value) -> String {
    let created = vendor.post("/api/v1/solutions").json(body).send().expect(201);
    created.header("location").unwrap().to_owned()
}

/// The path of a published solution of a vendor in Sapporo, its vendor, and the bureau in charge.
pub fn published(app: &TestApp, name: &str) -> (String, Actor, Actor) {
    let vendor = app.vendor_in(name, "011002");
    let bureau = app.bureau("hokkaido");
    let path = draft(&vendor, &complete(name));
    vendor.post(&format!("{path}/submit")).send().expect(200);
    bureau.post(&format!("{path}/publish")).send().expect(200);
    (path, vendor, bureau)
}

/// The path of a deployment of the solution at `solution`.
pub fn declared(vendor: &Actor, solution: &str, body: &Value) -> String {
    let created = vendor.post(&format!("{solution}/deployments")).json(body).send().expect(201);
    created.header("location").unwrap().to_owned()
}

/// Pointer and code of every refused field, in their order.
pub fn refusals(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = body["errors"].as_array().unwrap();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

/// The mails of the service, each read once.
pub fn mailbox(app: &TestApp) -> Mailbox {
    Mailbox::watch(app.services().settings().mail.dir.clone())
}

/// The next mail to `recipient` with `words` in its subject.
pub fn next(mailbox: &Mailbox, recipient: &str, words: &str) -> Mail {
    mailbox.wait_for(recipient, words, Duration::from_secs(20))
}
