//! What vendors asked and proposed in the world of the demonstration, by the same actions as in real life.

use diesel::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::people::People;
use super::world::in_the_past;
use crate::challenges::ChallengeId;
use crate::db::schema::{challenges as challenge_rows, solutions as solution_rows};
use crate::failure::Failure;
use crate::proposals;
use crate::questions;
use crate::services::Services;
use crate::solutions::SolutionId;

/// A question, and what was answered.
#[derive(Debug, Deserialize)]
struct SeedQuestion {
    challenge: String,
    vendor: String,
    days_ago: i64,
    body: String,
    answer: Option<String>,
    audience: Option<String>,
}

/// A proposal; `form` is what the API takes, without its solution.
#[derive(Debug, Deserialize)]
struct SeedProposal {
    challenge: String,
    vendor: String,
    solution: String,
    days_ago: i64,
    submit: bool,
    #[serde(flatten)]
    form: Map<String, Value>,
}

/// The file `seeds/demo/calls.json`.
#[derive(Debug, Deserialize)]
struct Calls {
    questions: Vec<SeedQuestion>,
    proposals: Vec<SeedProposal>,
}

/// Asks, answers and proposes, before the calls are closed.
pub(super) async fn answer_calls(services: &Services, people: &People) -> Result<(), Failure> {
    let calls: Calls =
        serde_json::from_str(include_str!("../../../seeds/demo/calls.json")).map_err(Failure::internal)?;
    for seed in calls.questions {
        question(services, people, seed).await?;
    }
    for seed in calls.proposals {
        propose(services, people, seed).await?;
    }
    Ok(())
}

/// A challenge by its title, and the municipality whose it is.
async fn challenge(services: &Services, title: String) -> Result<(ChallengeId, String), Failure> {
    let found = services.read(move |conn| {
        let rows = challenge_rows::table.filter(challenge_rows::title.eq(title));
        Ok(rows.select((challenge_rows::id, challenge_rows::municipality_code)).first(conn)?)
    });
    found.await
}

async fn question(services: &Services, people: &People, seed: SeedQuestion) -> Result<(), Failure> {
    let (id, municipality) = challenge(services, seed.challenge).await?;
    let (_, vendor) = people.vendor(&seed.vendor)?;
    let body = seed.body;
    let asked =
        in_the_past(services, seed.days_ago, &vendor, move |deed| questions::ask(deed, id, &body)).await?;
    let Some(answer) = seed.answer else { return Ok(()) };
    let town = people.town(&municipality)?;
    let (days, audience) = (seed.days_ago.saturating_sub(1), seed.audience);
    in_the_past(services, days, &town, move |deed| {
        questions::answer(deed, asked, &answer, audience.as_deref())
    })
    .await
}

async fn propose(services: &Services, people: &People, seed: SeedProposal) -> Result<(), Failure> {
    let (id, _) = challenge(services, seed.challenge).await?;
    let (_, vendor) = people.vendor(&seed.vendor)?;
    let name = seed.solution;
    let solution: SolutionId = services
        .read(move |conn| {
            let rows = solution_rows::table.filter(solution_rows::name.eq(name));
            Ok(rows.select(solution_rows::id).first(conn)?)
        })
        .await?;
    let mut form = seed.form;
    form.insert("solutions".to_owned(), json!([solution]));
    let form: proposals::Form = serde_json::from_value(Value::Object(form)).map_err(Failure::internal)?;
    let submit = seed.submit;
    in_the_past(services, seed.days_ago, &vendor, move |deed| {
        proposals::propose(deed, id, &form, submit).map(drop)
    })
    .await
}
