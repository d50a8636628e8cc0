//! What vendors offer, and the evidence for it.

mod catalogue;
mod confirmations;
mod deployments;
mod moderation;
mod pages;
mod writing;

use diesel::prelude::*;
use kakehashi::db::schema::mails;
use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};

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

/// The newest mail of a kind that is queued for `recipient`, in plain text.
pub fn mail(app: &TestApp, recipient: &str, kind: &'static str) -> String {
    let recipient = recipient.to_owned();
    let found = app.services().read(move |conn| {
        let rows = mails::table.filter(mails::recipient.eq(recipient)).filter(mails::kind.eq(kind));
        Ok(rows.order(mails::id.desc()).select(mails::body_text).first::<String>(conn)?)
    });
    app.run(found).unwrap()
}

/// The token of the newest mail that asks `recipient` to confirm.
pub fn token(app: &TestApp, recipient: &str) -> String {
    let text = mail(app, recipient, "confirm_deployment");
    let token = text.split_once("token=").unwrap().1;
    token.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}
