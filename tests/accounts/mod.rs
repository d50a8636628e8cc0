//! Organizations, members, and how they sign in.

mod account_pages;
mod browser;
mod commands;
mod invitations;
mod members;
mod organization_pages;
mod organizations;
mod pages;
mod passwords;
mod sessions;
mod sign_in;
mod sign_up;
mod sign_up_pages;

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::http::Answer;

/// A password that nobody has yet.
const NEW_PASSWORD: &str = "seven herons over the lake";

/// The body of a town's sign-up.
fn town(email: &str, code: &str) -> Value {
    json!({
        "email": email, "password": NEW_PASSWORD, "name": "岩見沢 太郎",
        "organization": { "kind": "municipality", "name": "岩見沢市", "municipality_code": code },
    })
}

/// The body of a vendor's sign-up.
fn vendor(email: &str, name: &str) -> Value {
    json!({
        "email": email, "password": NEW_PASSWORD, "name": "札幌 次郎",
        "organization": { "kind": "vendor", "name": name, "municipality_code": "011002", "vendor_type": "startup" },
    })
}

fn sign_up(app: &TestApp, body: &Value) -> Answer {
    app.public().post("/api/v1/auth/sign-up").json(body).send()
}

fn verify(app: &TestApp, token: &str) -> Answer {
    app.public().post("/api/v1/auth/verify-email").json(&json!({ "token": token })).send()
}

/// Signs up and follows the mailed link.
fn come_in(app: &TestApp, body: &Value) {
    sign_up(app, body).expect(202);
    let mail = app.mail(body["email"].as_str().unwrap(), "メールアドレスの確認");
    verify(app, mail.token()).expect(204);
}

fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let credentials = json!({ "email": email, "password": password });
    app.public().post("/api/v1/auth/sign-in").json(&credentials).send()
}

/// The codes of a refusal's fields, by pointer.
fn refused(answer: &Answer) -> Vec<(String, String)> {
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    let errors = answer.body["errors"].as_array().unwrap_or_else(|| panic!("{}", answer.text()));
    errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect()
}
