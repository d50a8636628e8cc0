//! The main road, as somebody walks it who has the address of the service and its description, and nothing else.

mod closing;
mod crash;
mod walked;

use kakehashi::db::Timestamp;
use serde_json::{Value, json};

use crate::support::http::Client;
use crate::support::mailbox::Mailbox;
use crate::support::process::{Place, Service};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "turnip lantern 7 rivers";

/// Signs in; the client then carries the token.
fn signed_in(client: &Client, email: &str) -> Client {
    let credentials = json!({"email": email, "password": PASSWORD});
    let answer = client.post("/api/v1/auth/sign-in").json(&credentials).send().expect(200);
    client.with_token(text(&answer.body, "/access_token"))
}

/// Makes a bureau's first account at the command line, and signs in.
pub(crate) fn bureau(place: &Place, client: &Client, slug: &str) -> Client {
    let email = format!("desk@{slug}.example.jp");
    let arguments = ["user", "create-bureau", "--bureau", slug, "--email", &email, "--name", "担当"];
    let output = place.run_with_input(&arguments, PASSWORD);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    signed_in(client, &email)
}

/// Signs in at a service that was started again.
fn sign_in_anew(service: &Service, email: &str) -> Client {
    signed_in(&service.client(), email)
}

/// Now, by the clock of this machine.
fn now() -> Timestamp {
    kakehashi::clock::Clock::system().now()
}

/// Approves the one organization that waits.
pub(crate) fn approve_the_waiting(bureau: &Client) {
    let waiting = bureau.get("/api/v1/organizations?status=pending").send().expect(200).body;
    let waiting = waiting["items"].as_array().unwrap().clone();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let id = text(&waiting[0], "/id");
    bureau.post(&format!("/api/v1/organizations/{id}/approve")).json(&json!({})).send().expect(200);
}

/// Signs an organization up, answers the mail, and signs in.
pub(crate) fn signed_up(client: &Client, mails: &Mailbox, email: &str, organization: Value) -> Client {
    let form = json!({"email": email, "password": PASSWORD, "name": "担当", "organization": organization});
    client.post("/api/v1/auth/sign-up").json(&form).send().expect(202);
    let mail = mails.wait_for(email, "", LIMIT);
    let token = json!({"token": mail.token()});
    client.post("/api/v1/auth/verify-email").json(&token).send().expect(204);
    signed_in(client, email)
}

/// How long a mail may take on a busy machine.
const LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {pointer} in {value}")).to_owned()
}

/// A challenge with everything that is asked at submit.
fn snow_challenge() -> Value {
    json!({
        "title": "吹雪の夜も除雪車の位置が分かるようにしたい",
        "summary": "除雪の進み具合を住民に伝えられず、問い合わせの電話が集中する。",
        "background": "運転手の高齢化で、出動の判断を少人数で行っている。",
        "current_state": "無線と紙の日報で把握している。",
        "desired_state": "除雪車の位置と済んだ道を、住民が自分で見られること。",
        "outcomes": [{"indicator": "問い合わせ電話", "baseline": 320, "target": 100, "unit": "本/日"}],
        "sectors": ["infrastructure-maintenance/snow-removal"],
        "technologies": ["gps-tracker"],
        "conditions": ["heavy-snow"],
        "infrastructure": ["mobile-5g"],
        "entry_stage": "pilot",
        "budget": {"min": 3_000_000, "max": 12_000_000, "running_per_year": 1_800_000, "status": "secured", "fiscal_year": 2027},
        "contract_route": "trial_order",
        "visibility": "public"
    })
}

/// A solution with everything that is asked at submit.
fn snow_solution(name: &str) -> Value {
    json!({
        "name": name,
        "tagline": "除雪車の位置と作業の済みを地図で見せる",
        "description": "除雪車に置くだけの端末で位置を集め、済んだ道を住民向けの地図に出します。日報も自動で作ります。",
        "sectors": ["infrastructure-maintenance/snow-removal"],
        "technologies": ["gps-tracker", "realtime-data"],
        "infrastructure_required": ["mobile-5g"],
        "maturity": "commercial",
        "regions": ["bureau:hokkaido"],
        "price": {"initial_min": 2_000_000, "initial_max": 5_000_000, "yearly_min": 600_000, "yearly_max": 1_200_000},
        "lead_months": 3,
        "security": ["encryption", "updates"],
        "overseas": false
    })
}
