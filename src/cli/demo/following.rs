//! What people of the demonstration follow, and the calls for a field, by the same actions as in real life.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::people::People;
use super::world::in_the_past;
use crate::db::schema::solutions as solution_rows;
use crate::failure::Failure;
use crate::fields_wanted::{self, FieldForm, OfferForm};
use crate::services::Services;
use crate::solutions::SolutionId;
use crate::watches::{self, WatchForm};

/// Days between submitting and publishing.
const REVIEW: i64 = 2;

/// A call; `form` is what the API takes, without its solution and its last day.
#[derive(Debug, Deserialize)]
struct SeedField {
    vendor: String,
    solution: String,
    days_ago: i64,
    publish: bool,
    until_in_days: i64,
    offer: Option<SeedOffer>,
    #[serde(flatten)]
    form: Map<String, Value>,
}

/// A raised hand.
#[derive(Debug, Deserialize)]
struct SeedOffer {
    town: String,
    days_ago: i64,
    note: String,
}

/// A watch of a vendor or a town; the rest is what the API takes.
#[derive(Debug, Deserialize)]
struct SeedWatch {
    vendor: Option<String>,
    town: Option<String>,
    #[serde(flatten)]
    form: Map<String, Value>,
}

/// The file `seeds/demo/following.json`.
#[derive(Debug, Deserialize)]
struct Following {
    fields: Vec<SeedField>,
    watches: Vec<SeedWatch>,
}

/// Calls for fields, and begins to follow.
pub(super) async fn make(services: &Services, people: &People) -> Result<(), Failure> {
    let seeds: Following = serde_json::from_str(include_str!("../../../seeds/demo/following.json"))
        .map_err(Failure::internal)?;
    for seed in seeds.fields {
        call(services, people, seed).await?;
    }
    for seed in seeds.watches {
        let who = match (&seed.vendor, &seed.town) {
            (Some(key), _) => people.vendor(key)?.1,
            (None, town) => people.town(town.as_deref().unwrap_or_default())?,
        };
        let form: WatchForm = serde_json::from_value(Value::Object(seed.form)).map_err(Failure::internal)?;
        services.perform(who, move |deed| watches::begin(deed, &form)).await?;
    }
    Ok(())
}

async fn call(services: &Services, people: &People, seed: SeedField) -> Result<(), Failure> {
    let (_, vendor) = people.vendor(&seed.vendor)?;
    let bureau = people.bureau_of(&vendor)?;
    let name = seed.solution.clone();
    let solution: SolutionId = services
        .read(move |conn| {
            let rows = solution_rows::table.filter(solution_rows::name.eq(name));
            Ok(rows.select(solution_rows::id).first(conn)?)
        })
        .await?;
    let today = services.clock().now().japan_date();
    let mut fields = seed.form;
    fields.insert("solution_id".to_owned(), json!(solution));
    if let Some(until) = today.checked_add_signed(TimeDelta::days(seed.until_in_days)) {
        fields.insert("until".to_owned(), json!(until));
    }
    let form: FieldForm = serde_json::from_value(Value::Object(fields)).map_err(Failure::internal)?;
    let id = in_the_past(services, seed.days_ago.saturating_add(REVIEW), &vendor, move |deed| {
        let id = fields_wanted::create(deed, &form)?;
        fields_wanted::submit(deed, id, None)?;
        Ok(id)
    })
    .await?;
    if seed.publish {
        let publish =
            move |deed: &mut crate::services::Deed<'_>| fields_wanted::publish(deed, id, None, None);
        in_the_past(services, seed.days_ago, &bureau, publish).await?;
    }
    let Some(offer) = seed.offer else { return Ok(()) };
    let town = people.town(&offer.town)?;
    let form = OfferForm { note: Some(offer.note), challenge_id: None };
    in_the_past(services, offer.days_ago, &town, move |deed| fields_wanted::offer(deed, id, &form)).await?;
    Ok(())
}
