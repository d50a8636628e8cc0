//! Challenges as municipalities, bureaus, vendors and the public meet them.

mod amendments;
mod deadlines;
mod entries;
mod listing;
mod pages;
mod reading;
mod road;
mod searching;
mod writing;

use chrono::{NaiveDate, TimeDelta};
use kakehashi::accounts::{MemberId, OrganizationId};
use kakehashi::db::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

const CHALLENGES: &str = "/api/v1/challenges";

/// The day in Japan, `days` from now.
pub(crate) fn day(app: &TestApp, days: i64) -> NaiveDate {
    app.services().clock().now().plus(TimeDelta::days(days)).japan_date()
}

/// A challenge with everything a bureau asks for, due in 60 days.
pub(crate) fn whole(app: &TestApp) -> Value {
    json!({
        "title": "吹雪の夜も除雪車の位置が分かるようにしたい",
        "summary": "除雪の進み具合を住民に伝えられず、問い合わせが集中する。",
        "background": "雪かきの担い手が減り、道路の除雪が遅れると通学と通院に響く。",
        "current_state": "無線と紙の日報で把握しており、電話が鳴り続ける。",
        "desired_state": "住民が除雪の予定と済みを自分で見られること。",
        "outcomes": [{"indicator": "苦情の件数", "baseline": 420, "target": 100, "unit": "件/冬"}],
        "sectors": ["infrastructure-maintenance/snow-removal"],
        "technologies": ["gps-tracker", "lpwa"],
        "conditions": ["heavy-snow"],
        "infrastructure": ["mobile-5g"],
        "entry_stage": "pilot",
        "budget": {"min": 3_000_000, "max": 12_000_000, "running_per_year": 800_000, "status": "secured", "fiscal_year": 2027},
        "cooperation": "除雪車3台と運転手を用意する。",
        "constraints": "個人が特定される映像は残さない。",
        "contract_route": "trial_order",
        "visibility": "public",
        "readiness": ["talked_through", "agreed"],
        "proposals_due": day(app, 60),
        "contact": {"department": "建設課", "name": "山田 花子", "email": "hanako@town.example.jp"}
    })
}

/// `body` with `changes` laid over it.
pub(crate) fn with(mut body: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub(crate) fn path(challenge: &Value) -> String {
    format!("{CHALLENGES}/{}", challenge["id"].as_str().unwrap())
}

fn post(actor: &Actor, body: &Value) -> Value {
    actor.post(CHALLENGES).json(body).send().expect(201).body
}

pub(crate) fn step(actor: &Actor, challenge: &Value, step: &str, body: &Value) -> Answer {
    actor.post(&format!("{}/{step}", path(challenge))).json(body).send()
}

pub(crate) fn show(actor: &Actor, challenge: &Value) -> Value {
    actor.get(&path(challenge)).send().expect(200).body
}

fn amend(actor: &Actor, challenge: &Value, version: &Value, patch: &Value) -> Answer {
    actor.patch(&path(challenge)).header("If-Match", &format!("\"{version}\"")).json(patch).send()
}

/// Posts, submits and publishes `body`.
pub(crate) fn open(town: &Actor, bureau: &Actor, body: &Value) -> Value {
    let draft = post(town, body);
    step(town, &draft, "submit", &json!({})).expect(200);
    step(bureau, &draft, "publish", &json!({})).expect(200).body
}

/// The pointers of a 422.
fn pointers(refused: &Answer) -> Vec<(&str, &str)> {
    let errors = refused.body["errors"].as_array().unwrap();
    errors.iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

/// The kinds of message that a member has got, in the order of their names.
pub(crate) fn told(app: &TestApp, actor: &Actor) -> Vec<String> {
    use diesel::prelude::*;
    use kakehashi::db::schema::notices;
    let member = actor.member;
    app.run(app.services().read(move |conn| {
        let rows = notices::table.filter(notices::member_id.eq(member)).order(notices::kind);
        Ok(rows.select(notices::kind).load(conn)?)
    }))
    .unwrap()
}

/// The mails to a member: subject and text, in the order of their subjects.
pub(crate) fn mails(app: &TestApp, actor: &Actor) -> Vec<(String, String)> {
    use diesel::prelude::*;
    use kakehashi::db::schema::mails;
    let member = actor.member;
    app.run(app.services().read(move |conn| {
        let rows = mails::table.filter(mails::member_id.eq(member)).order(mails::subject);
        Ok(rows.select((mails::subject, mails::body_text)).load(conn)?)
    }))
    .unwrap()
}

kakehashi::id_types!(
    /// A solution's id as its table keeps it.
    SolutionRow,
    /// A match's id as its table keeps it.
    MatchRow,
    /// A challenge's id as the table of matches keeps it.
    ChallengeRow,
);

/// Makes `vendor` an introduced party of `challenge`, as the bureau's introduction leaves the rows.
fn introduce(app: &TestApp, challenge: &Value, vendor: &Actor) {
    use diesel::prelude::*;
    use kakehashi::db::Json;
    use kakehashi::db::schema::{matches, solutions};
    let challenge: Uuid = challenge["id"].as_str().unwrap().parse().unwrap();
    let owner: OrganizationId = vendor.organization;
    let nobody: Option<MemberId> = None;
    app.run(app.services().perform(kakehashi::policy::Actor::system(), move |deed| {
        let now: Timestamp = deed.now();
        let solution = SolutionRow::new();
        diesel::insert_into(solutions::table)
            .values((
                solutions::id.eq(solution),
                solutions::organization_id.eq(owner),
                solutions::prefecture.eq(13),
                solutions::bureau.eq("kanto"),
                solutions::status.eq("published"),
                solutions::name.eq("除雪見守り"),
                solutions::content.eq(Json(json!({}))),
                solutions::created_by.eq(nobody),
                solutions::version.eq(1),
                solutions::created_at.eq(now),
                solutions::updated_at.eq(now),
            ))
            .execute(deed.conn())?;
        diesel::insert_into(matches::table)
            .values((
                matches::id.eq(MatchRow::new()),
                matches::challenge_id.eq(ChallengeRow(challenge)),
                matches::solution_id.eq(solution),
                matches::origin.eq("bureau"),
                matches::status.eq("introduced"),
                matches::score.eq(0.5),
                matches::explanation.eq(Json(json!({}))),
                matches::introduced_at.eq(now),
                matches::version.eq(1),
                matches::created_at.eq(now),
                matches::updated_at.eq(now),
            ))
            .execute(deed.conn())?;
        Ok(())
    }))
    .unwrap();
}
