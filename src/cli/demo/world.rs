//! Making the world: every challenge, solution and deployment goes through the same actions as in real life, in
//! the order in which it would have happened, on a clock that is moved along.

use chrono::{Months, TimeDelta};
use diesel::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::accounts::PASSWORD;
use super::calls;
use super::files;
use super::following;
use super::people::People;
use super::rounds;
use super::seeds::{SeedChallenge, SeedDeployment, SeedSolution, Seeds};
use crate::accounts::passwords::NewPassword;
use crate::accounts::{OrganizationId, OrganizationStatus};
use crate::audit::{self, Event};
use crate::challenges::{self, ChallengeId, RemarkForm};
use crate::db::schema::{
    challenges as challenge_rows, deployments as deployment_rows, mails, match_announcements, notices,
    organizations, solutions as solution_rows,
};
use crate::failure::Failure;
use crate::policy::Actor;
use crate::proposals;
use crate::services::{Deed, Services};
use crate::solutions::{self, SolutionId, deployments};

/// How many days ago the organizations came in, before everything else.
const BEGINNING: i64 = 1_400;
/// Days between submitting and publishing.
const REVIEW: i64 = 3;

/// What was made.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Made {
    pub(super) challenges: usize,
    pub(super) solutions: usize,
    pub(super) deployments: usize,
}

/// Makes the world on an empty, seeded database whose services nobody else uses yet.
pub(super) async fn make(services: &Services) -> Result<Made, Failure> {
    let seeds = Seeds::read().map_err(Failure::internal)?;
    let password = NewPassword::parse(PASSWORD, &[]).map_err(Failure::internal)?.hash().await?;
    let standings: Vec<(String, String)> =
        seeds.vendors.iter().map(|vendor| (vendor.key.clone(), vendor.status.clone())).collect();

    services.clock().advance(TimeDelta::days(BEGINNING.saturating_neg()));
    let (people, seeds) = services
        .perform(Actor::command_line(), move |deed| Ok((People::enrol(deed, &seeds, &password)?, seeds)))
        .await?;
    services.clock().advance(TimeDelta::days(BEGINNING));

    let mut made = Made::default();
    for solution in seeds.solutions {
        made.deployments = made.deployments.saturating_add(solution.deployments.len());
        made.solutions = made.solutions.saturating_add(1);
        offer(services, &people, solution).await?;
    }
    for challenge in seeds.challenges {
        made.challenges = made.challenges.saturating_add(1);
        ask(services, &people, challenge).await?;
    }
    calls::answer_calls(services, &people).await?;
    while challenges::close_due(services).await? {}
    while proposals::open_due(services).await? {}
    let people = services
        .perform(Actor::command_line(), move |deed| {
            settle(deed, &people, &standings)?;
            Ok(people)
        })
        .await?;
    following::make(services, &people).await?;
    rounds::make(services, &people).await?;
    files::gather(services, &people).await?;
    Ok(made)
}

/// Does something `days` ago.
pub(super) async fn in_the_past<T: Send + 'static>(
    services: &Services,
    days: i64,
    by: &Actor,
    work: impl FnOnce(&mut Deed<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    services.clock().advance(TimeDelta::days(days.saturating_neg()));
    let done = services.perform(by.clone(), work).await;
    services.clock().advance(TimeDelta::days(days));
    done
}

fn form<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(fields)).map_err(Failure::internal)
}

async fn offer(services: &Services, people: &People, seed: SeedSolution) -> Result<(), Failure> {
    let (owner, vendor) = people.vendor(&seed.vendor)?;
    let bureau = people.bureau_of(&vendor)?;
    let days = seed.published_days_ago.unwrap_or(REVIEW);
    let (written, submitted) = (form(seed.form)?, seed.status != "draft");
    let id = in_the_past(services, days.saturating_add(REVIEW), &vendor, move |deed| {
        let id = solutions::create(deed, owner, &written)?;
        if submitted {
            solutions::submit(deed, id, None)?;
        }
        Ok(id)
    })
    .await?;
    if seed.status == "published" {
        in_the_past(services, days, &bureau, move |deed| solutions::publish(deed, id, None, None)).await?;
    }
    for deployment in seed.deployments {
        let vendor = vendor.clone();
        services.perform(vendor, move |deed| deploy(deed, id, deployment)).await?;
    }
    Ok(())
}

/// Enters a deployment; what a municipality or bureau said of it years ago is written down as it stands.
fn deploy(deed: &mut Deed<'_>, solution: SolutionId, seed: SeedDeployment) -> Result<(), Failure> {
    let id = deployments::actions::declare(deed, solution, &form(seed.form)?)?;
    if seed.verification == "declared" {
        return Ok(());
    }
    let now = deed.now();
    diesel::update(deployment_rows::table.find(id))
        .set((
            deployment_rows::verification.eq(&seed.verification),
            deployment_rows::verified_at.eq(Some(now)),
        ))
        .execute(deed.conn())?;
    let verified = Event::new("deployment.verify_for_demonstration", "deployment", id.0);
    audit::record(deed, verified.change(None, json!({"verification": seed.verification})))
}

async fn ask(services: &Services, people: &People, seed: SeedChallenge) -> Result<(), Failure> {
    let town = people.town(&seed.municipality_code)?;
    let bureau = people.bureau_of(&town)?;
    let days = seed.published_days_ago.unwrap_or(REVIEW);
    let today = services.clock().now().japan_date();
    let mut fields = seed.form;
    if let Some(due) = seed.due_in_days.and_then(|days| today.checked_add_signed(TimeDelta::days(days))) {
        fields.insert("proposals_due".to_owned(), json!(due));
    }
    if let Some(start) = seed.start_in_months.and_then(|months| today.checked_add_months(Months::new(months)))
    {
        fields.insert("start_from".to_owned(), json!(start));
    }
    let (written, submitted): (challenges::Form, bool) = (form(fields)?, seed.status != "draft");
    let id = in_the_past(services, days.saturating_add(REVIEW), &town, move |deed| {
        let id = challenges::create(deed, &written)?.id();
        if submitted {
            challenges::submit(deed, id, None, &RemarkForm::default())?;
        }
        Ok(id)
    })
    .await?;
    match seed.status.as_str() {
        "open" | "closed" => {
            let publish =
                move |deed: &mut Deed<'_>| challenges::publish(deed, id, None, &RemarkForm::default());
            in_the_past(services, days, &bureau, publish).await?;
        }
        "returned" => {
            let remark = RemarkForm::saying(seed.return_comment.unwrap_or_default());
            in_the_past(services, days, &bureau, move |deed| challenges::return_(deed, id, None, &remark))
                .await?;
        }
        _ => {}
    }
    Ok(())
}

/// Gives vendors their standing of today, and clears away the mails of the past, which nobody waits for.
fn settle(deed: &mut Deed<'_>, people: &People, standings: &[(String, String)]) -> Result<(), Failure> {
    let now = deed.now();
    for (number, (key, status)) in (1..).zip(standings) {
        let status = OrganizationStatus::parse(status).map_err(Failure::internal)?;
        let (organization, _): (OrganizationId, Actor) = people.vendor(key)?;
        diesel::update(organizations::table.find(organization))
            .set(organizations::status.eq(status))
            .execute(deed.conn())?;
        if status == OrganizationStatus::Pending {
            diesel::update(organizations::table.find(organization))
                .set(organizations::created_at.eq(now.plus(-TimeDelta::days(number % 9))))
                .execute(deed.conn())?;
        }
    }
    announced_long_ago(deed)?;
    diesel::delete(mails::table).execute(deed.conn())?;
    diesel::update(notices::table)
        .set((notices::read_at.eq(Some(now)), notices::delivery.eq("app_only")))
        .execute(deed.conn())?;
    Ok(())
}

/// Whoever had to hear of what is published has heard of it long ago.
fn announced_long_ago(deed: &mut Deed<'_>) -> Result<(), Failure> {
    let now = deed.now();
    let asked: Vec<ChallengeId> = challenge_rows::table.select(challenge_rows::id).load(deed.conn())?;
    let offered: Vec<SolutionId> = solution_rows::table.select(solution_rows::id).load(deed.conn())?;
    let asked = asked.into_iter().map(|id| ("challenge", id.0));
    let offered = offered.into_iter().map(|id| ("solution", id.0));
    for (kind, id) in asked.chain(offered) {
        diesel::insert_into(match_announcements::table)
            .values((
                match_announcements::subject_kind.eq(kind),
                match_announcements::subject_id.eq(audit::SubjectId(id)),
                match_announcements::announced_at.eq(now),
            ))
            .execute(deed.conn())?;
    }
    Ok(())
}
