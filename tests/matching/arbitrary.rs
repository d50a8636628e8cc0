//! Any challenge, any solution: also absurd ones.

use chrono::{Days, NaiveDate};
use kakehashi::matching::{
    Budget, ChallengeDoc, DeploymentDoc, DeploymentOutcome, DeploymentPlace, DeploymentStage, EntryStage,
    Maturity, Price, SolutionDoc, Verification,
};
use kakehashi::reference::{Condition, MunicipalityCode, Region, Sector, Technology};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::samples::today;

/// Words that often meet, and odd characters that must harm nothing.
fn text() -> impl Strategy<Value = String> {
    let words = vec![
        "除雪",
        "積雪",
        "路面",
        "道路",
        "センサー",
        "カメラ",
        "漏水",
        "水道管",
        "クマ",
        "熊",
        "通学路",
        "LPWA",
        "ドローン",
        "高齢者",
        "見守り",
        "買い物",
        "バス",
        "予約",
        "AI",
        "雨天",
        "には対応していません。",
        "は未検証ですが、",
        "の必要はありません。",
        "避難",
        "放送",
        "の",
        "を",
        "。",
        "１２",
        "ｾﾝｻｰ",
        "\u{0}",
        "🚒",
        "ー",
        "々",
        "\u{200b}",
    ];
    prop::collection::vec(select(words), 0..12).prop_map(|words| words.concat())
}

fn any_of<T: Clone + std::fmt::Debug + 'static>(all: impl Iterator<Item = T>) -> impl Strategy<Value = T> {
    select(all.collect::<Vec<T>>())
}

pub fn town() -> impl Strategy<Value = MunicipalityCode> {
    any_of(MunicipalityCode::all())
}

fn sector() -> impl Strategy<Value = Sector> {
    any_of(Sector::all())
}

fn technologies() -> impl Strategy<Value = Vec<Technology>> {
    prop::collection::vec(any_of(Technology::all()), 0..4)
}

fn yen() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(prop_oneof![Just(0), 0..100_000_000_i64, Just(i64::MAX), Just(-1)])
}

pub fn date() -> impl Strategy<Value = NaiveDate> {
    (0..6000_u64).prop_map(|days| today() + Days::new(700) - Days::new(days))
}

fn region() -> impl Strategy<Value = Region> {
    prop_oneof![
        Just(Region::Nationwide),
        town().prop_map(|town| Region::Bureau(town.bureau())),
        town().prop_map(|town| Region::Prefecture(town.prefecture())),
        town().prop_map(Region::Municipality),
    ]
}

/// Often of one of a few places and purposes, so that entries of the same one meet.
pub fn deployment() -> impl Strategy<Value = DeploymentDoc> {
    let place = prop_oneof![
        5 => town().prop_map(DeploymentPlace::Municipality),
        4 => any_of(MunicipalityCode::all().take(2)).prop_map(DeploymentPlace::Municipality),
        1 => Just(DeploymentPlace::Country("VN".to_owned())),
    ];
    let sector = prop_oneof![sector(), any_of(Sector::all().take(2))];
    let stage = select(DeploymentStage::ALL.to_vec());
    let outcome = select(DeploymentOutcome::ALL.to_vec());
    let verification = select(Verification::ALL.to_vec());
    (place, sector, date(), prop::option::of(date()), stage, outcome, verification, text()).prop_map(
        |(place, sector, started_on, ended_on, stage, outcome, verification, results)| DeploymentDoc {
            place,
            sector,
            started_on,
            ended_on,
            stage,
            outcome,
            verification,
            results,
        },
    )
}

prop_compose! {
    pub fn challenge()(
        candidate in prop::bool::weighted(0.9),
        place in town(),
        texts in prop::array::uniform6(text()),
        sectors in prop::collection::vec(sector(), 0..4),
        technologies in technologies(),
        conditions in prop::collection::vec(select(Condition::ALL.to_vec()), 0..3),
        infrastructure in technologies(),
        entry_stage in select(EntryStage::ALL.to_vec()),
        (min, max, running_per_year) in (yen(), yen(), yen()),
        start_from in prop::option::of(date()),
    ) -> ChallengeDoc {
        let [title, summary, background, current_state, desired_state, outcomes] = texts;
        ChallengeDoc {
            candidate, place, title, summary, background, current_state, desired_state, outcomes, sectors,
            technologies, conditions, infrastructure, entry_stage,
            budget: Budget { min, max, running_per_year },
            start_from,
        }
    }
}

prop_compose! {
    pub fn solution()(
        candidate in prop::bool::weighted(0.9),
        vendor_place in town(),
        [name, tagline, description] in prop::array::uniform3(text()),
        sectors in prop::collection::vec(sector(), 0..5),
        (technologies, infrastructure_required) in (technologies(), technologies()),
        maturity in select(Maturity::ALL.to_vec()),
        regions in prop::collection::vec(region(), 0..4),
        (initial_min, initial_max, yearly_min, yearly_max) in (yen(), yen(), yen(), yen()),
        lead_months in prop::option::of(0..1000_u32),
        deployments in prop::collection::vec(deployment(), 0..6),
    ) -> SolutionDoc {
        SolutionDoc {
            candidate, vendor_place, name, tagline, description, sectors, technologies, infrastructure_required,
            maturity, regions, price: Price { initial_min, initial_max, yearly_min, yearly_max }, lead_months,
            deployments,
        }
    }
}

/// Up to a few dozen solutions, the same one several times now and then, so that scores tie.
pub fn market() -> impl Strategy<Value = Vec<SolutionDoc>> {
    let distinct = prop::collection::vec(solution(), 1..12);
    (distinct, prop::collection::vec(any::<Index>(), 0..12)).prop_map(|(mut market, again)| {
        let copies: Vec<SolutionDoc> = again.iter().map(|at| at.get(&market).clone()).collect();
        market.extend(copies);
        market
    })
}
