//! One plausible challenge and one plausible solution, from which tests vary what matters to them.

use chrono::NaiveDate;
use kakehashi::matching::{
    Budget, ChallengeDoc, Component, ComponentName, DeploymentDoc, DeploymentOutcome, DeploymentPlace,
    DeploymentStage, EntryStage, Facts, Index, Maturity, Price, Query, Ranked, SolutionDoc, Verification,
};
use kakehashi::reference::{MunicipalityCode, Region, Sector, Technology};

pub type TestIndex = Index<u32, u32>;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn today() -> NaiveDate {
    day("2026-11-01")
}

pub fn town(code: &str) -> MunicipalityCode {
    MunicipalityCode::parse(code).unwrap()
}

pub fn sector(slug: &str) -> Sector {
    Sector::parse(slug).unwrap()
}

pub fn technology(slug: &str) -> Technology {
    Technology::parse(slug).unwrap()
}

pub fn region(text: &str) -> Region {
    Region::parse(text).unwrap()
}

/// 新潟県津南町: who is out with which plough, and what is owed for it?
pub fn challenge() -> ChallengeDoc {
    ChallengeDoc {
        candidate: true,
        place: town("154822"),
        title: "除雪車の位置と作業時間を把握したい".to_owned(),
        summary: "除雪車の位置が分からず、日報と請求の突き合わせに手間がかかる。".to_owned(),
        background: String::new(),
        current_state: String::new(),
        desired_state: "走った道と時間が自動で残り、請求書まで作れること。".to_owned(),
        outcomes: String::new(),
        sectors: vec![sector("infrastructure-maintenance/snow-removal")],
        technologies: vec![],
        conditions: vec![],
        infrastructure: vec![technology("mobile-5g")],
        entry_stage: EntryStage::Operation,
        budget: Budget { min: Some(2_000_000), max: Some(5_000_000), running_per_year: None },
        start_from: Some(day("2027-11-01")),
    }
}

/// 長岡市's neighbour in the same prefecture offers GPS for ploughs.
pub fn solution() -> SolutionDoc {
    SolutionDoc {
        candidate: true,
        vendor_place: town("152021"),
        name: "除雪車ロケーション".to_owned(),
        tagline: "走った道が日報になる".to_owned(),
        description: "GPS端末を除雪車に載せ、位置と作業時間を記録します。".to_owned(),
        sectors: vec![sector("infrastructure-maintenance/snow-removal")],
        technologies: vec![technology("gps-tracker")],
        infrastructure_required: vec![technology("mobile-5g")],
        maturity: Maturity::Commercial,
        regions: vec![region("nationwide")],
        price: Price {
            initial_min: Some(1_000_000),
            initial_max: Some(2_000_000),
            yearly_min: Some(500_000),
            yearly_max: Some(1_000_000),
        },
        lead_months: Some(3),
        deployments: vec![],
    }
}

/// A confirmed, running operation in a town.
pub fn deployment(code: &str) -> DeploymentDoc {
    DeploymentDoc {
        place: DeploymentPlace::Municipality(town(code)),
        sector: sector("infrastructure-maintenance/snow-removal"),
        started_on: day("2024-11-01"),
        ended_on: None,
        stage: DeploymentStage::Operation,
        outcome: DeploymentOutcome::Ongoing,
        verification: Verification::Confirmed,
        results: String::new(),
    }
}

pub fn index_of(solutions: &[SolutionDoc]) -> TestIndex {
    let mut index = TestIndex::compiled_in().unwrap();
    for (id, doc) in (0..).zip(solutions) {
        index.upsert_solution(id, doc.clone());
    }
    index
}

/// What a solution scores beside a few others that have nothing to do with it (words need something to be rare in).
pub fn score(challenge: &ChallengeDoc, solution: &SolutionDoc) -> Ranked<()> {
    let mut others = [solution.clone(), self::solution(), self::solution()];
    others[1].description = "観光客の人流を数えます。".to_owned();
    others[2].description = "学校の欠席連絡をまとめます。".to_owned();
    index_of(&others).explain_pair(challenge, solution, &Query::new(today(), 1))
}

pub fn component(ranked: &Ranked<()>, name: ComponentName) -> &Component {
    ranked.components.iter().find(|component| component.name() == name).unwrap()
}

pub fn value(challenge: &ChallengeDoc, solution: &SolutionDoc, name: ComponentName) -> f64 {
    component(&score(challenge, solution), name).value
}

pub fn facts(challenge: &ChallengeDoc, solution: &SolutionDoc, name: ComponentName) -> Facts {
    component(&score(challenge, solution), name).facts.clone()
}
