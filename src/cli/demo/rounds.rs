//! The rounds of the world: one in Hokkaido that takes challenges, one in Tohoku whose sessions are arranged and published.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::people::People;
use super::world::in_the_past;
use crate::challenges::ChallengeId;
use crate::db::schema::challenges;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::policy::Actor;
use crate::rounds::{self, RoundForm, RoundId};
use crate::services::Services;
use crate::sessions::{self, SlotForm};

/// One round; days count from today.
struct Seed {
    /// A municipality of the region, whose bureau runs it.
    town: &'static str,
    bureau: &'static str,
    title: &'static str,
    description: &'static str,
    challenges: (i64, i64),
    proposals: (i64, i64),
    sessions: (i64, i64),
    /// How many days ago it was announced, and challenges came in.
    announced: i64,
    entered: i64,
}

const TAKES_CHALLENGES: Seed = Seed {
    town: "012106",
    bureau: "hokkaido",
    title: "北海道 地域課題マッチング 冬の回",
    description: "雪と広さに向き合う道内の市町村から、困りごとを募ります。予算がまだ決まっていない課題も歓迎です。集まった課題には全国から提案を募り、春の前に1対1の提案会を開きます。",
    challenges: (-20, 20),
    proposals: (-10, 80),
    sessions: (81, 85),
    announced: 21,
    entered: 8,
};

const HOLDS_SESSIONS: Seed = Seed {
    town: "022055",
    bureau: "tohoku",
    title: "東北 地域課題マッチング 秋の回",
    description: "東北6県の市町村の課題に提案を募り、話がまとまりそうな組から順に提案会を開いています。提案会は非公開で、1回45分、対面かオンラインで行います。",
    challenges: (-60, -8),
    proposals: (-45, 75),
    sessions: (-1, 80),
    announced: 61,
    entered: 20,
};

/// Makes both.
pub(super) async fn make(services: &Services, people: &People) -> Result<(), Failure> {
    let today = services.clock().now().japan_date();
    let hokkaido = announced(services, people, &TAKES_CHALLENGES, today).await?;
    enter_all(services, people, &TAKES_CHALLENGES, (hokkaido, today)).await?;
    let tohoku = announced(services, people, &HOLDS_SESSIONS, today).await?;
    enter_all(services, people, &HOLDS_SESSIONS, (tohoku, today)).await?;
    arrange(services, people, &HOLDS_SESSIONS, (tohoku, today)).await?;
    while rounds::turn_due(services).await? {}
    Ok(())
}

fn day(today: NaiveDate, days: i64) -> NaiveDate {
    today.checked_add_signed(TimeDelta::days(days)).unwrap_or(today)
}

async fn announced(
    services: &Services,
    people: &People,
    seed: &Seed,
    today: NaiveDate,
) -> Result<RoundId, Failure> {
    let bureau = people.bureau_of(&people.town(seed.town)?)?;
    let days = |(from, to): (i64, i64)| json!({"from": day(today, from), "to": day(today, to)});
    let form = json!({
        "title": seed.title,
        "description": seed.description,
        "challenges": days(seed.challenges),
        "proposals": days(seed.proposals),
        "sessions": days(seed.sessions),
    });
    let form: RoundForm = serde_json::from_value(form).map_err(Failure::internal)?;
    in_the_past(services, seed.announced, &bureau, move |deed| {
        let round = rounds::create(deed, &form)?;
        rounds::announce(deed, round.id, None)?;
        Ok(round.id)
    })
    .await
}

/// Every open challenge of the region whose deadline fits takes part, entered by its own municipality.
async fn enter_all(
    services: &Services,
    people: &People,
    seed: &Seed,
    (round, today): (RoundId, NaiveDate),
) -> Result<(), Failure> {
    let (from, to) = (day(today, seed.proposals.0), day(today, seed.proposals.1));
    let region = seed.bureau;
    let found: Vec<(ChallengeId, String)> = services
        .read(move |conn| {
            let rows = challenges::table
                .filter(challenges::bureau.eq(region))
                .filter(challenges::status.eq(crate::challenges::Status::Open))
                .filter(challenges::proposals_due.between(from, to))
                .order(challenges::published_at);
            Ok(rows.select((challenges::id, challenges::municipality_code)).load(conn)?)
        })
        .await?;
    for (challenge, code) in found {
        let town = people.town(&code)?;
        in_the_past(services, seed.entered, &town, move |deed| rounds::enter(deed, round, challenge)).await?;
    }
    Ok(())
}

/// Slots of two days, a plan, and its publication.
async fn arrange(
    services: &Services,
    people: &People,
    seed: &Seed,
    (round, today): (RoundId, NaiveDate),
) -> Result<(), Failure> {
    let bureau: Actor = people.bureau_of(&people.town(seed.town)?)?;
    let ranking = Ranking::load(services.db(), &services.settings().paths.var).await?;
    let mut slots = Vec::new();
    for (days, place, link) in [
        (3, "仙台第2合同庁舎 会議室1", Value::Null),
        (4, "オンライン", json!("https://meeting.example/tohoku")),
        (5, "盛岡合同庁舎 会議室3", Value::Null),
    ] {
        let form = json!({
            "starts_at": format!("{}T10:00:00+09:00", day(today, days)),
            "count": 4, "pause_minutes": 15, "place": place, "link": link, "capacity": 2,
        });
        slots.push(serde_json::from_value::<SlotForm>(form).map_err(Failure::internal)?);
    }
    services
        .perform(bureau, move |deed| {
            for form in &slots {
                sessions::add_slots(deed, round, form)?;
            }
            sessions::assign(deed, &ranking, round, None)?;
            sessions::publish(deed, round, None).map(drop)
        })
        .await
}
