//! Challenges and solutions prepared for comparison.

use chrono::{Datelike, NaiveDate};

use super::super::document::{Budget, ChallengeDoc, DeploymentDoc, DeploymentPlace, Price, SolutionDoc};
use super::super::rules::Rules;
use super::super::text::Term;
use super::super::vocabulary::{DeploymentOutcome, DeploymentStage, EntryStage, Maturity, Verification};
use super::limits::{AskedFor, limit_key};
use super::region::{nearness_to, reach};
use super::sector::relation_value;
use super::{Nearness, evidence};
use crate::reference::{Condition, MunicipalityCode, MunicipalityKind, Region, Sector, Technology};

/// A challenge, with what depends on it alone worked out.
#[derive(Debug)]
pub struct ChallengeView {
    pub(super) place: MunicipalityCode,
    pub(super) sectors: Vec<Sector>,
    /// Likeness of each leaf, by its index, to the nearest of the challenge's.
    pub(super) likeness: Vec<f64>,
    pub(super) wanted: TechnologySet,
    pub(super) lacking: Lacking,
    pub(super) entry_stage: EntryStage,
    pub(super) budget: Budget,
    pub(super) start_from: Option<NaiveDate>,
    /// What it asks for, to be held against what a solution says that it does not do.
    pub(super) asked: AskedFor,
}

/// A solution, with what depends on it alone worked out.
#[derive(Debug, Clone)]
pub struct SolutionView {
    pub(super) vendor_place: MunicipalityCode,
    pub(super) sectors: Box<[Sector]>,
    /// Leaves of which its words speak, beyond those it is filed under.
    pub(super) read: Box<[Sector]>,
    pub(super) offered: TechnologySet,
    pub(super) required: TechnologySet,
    pub(super) maturity: Maturity,
    pub(super) regions: Box<[Region]>,
    /// Over how many prefectures the regions spread.
    pub(super) reach: u8,
    pub(super) price: Price,
    pub(super) lead_months: Option<u32>,
    pub(super) deployments: Box<[DeploymentView]>,
    /// What its words say that it does not do, by [`limit_key`], in rising order.
    pub(super) limits: Box<[u64]>,
}

/// What the words of a solution say beyond the fields of its record.
#[derive(Debug, Clone, Default)]
pub struct Spoken {
    /// The leaves of the taxonomy of which they speak.
    pub sectors: Vec<Sector>,
    /// The words and concepts that they deny.
    pub limits: Vec<Term>,
}

/// A deployment without its texts. Those of one place and sector stand together.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeploymentView {
    /// Its place in the list of the solution.
    pub(super) entry: u32,
    pub(super) municipality: Option<MunicipalityCode>,
    pub(super) sector: Sector,
    /// Days from the common era's beginning to the last known day of use; `None` while it is in use.
    pub(super) last_day: Option<i32>,
    pub(super) stage: DeploymentStage,
    pub(super) outcome: DeploymentOutcome,
    pub(super) verification: Verification,
    /// Whether it begins a new group of the same place and sector.
    pub(super) begins_group: bool,
}

/// Technologies as bits by their index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TechnologySet(u64);

/// What infrastructure a site lacks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lacking {
    /// Everything but these.
    AllBut(TechnologySet),
    /// Nothing was said but these.
    Only(TechnologySet),
}

impl TechnologySet {
    pub(super) fn of(technologies: &[Technology]) -> Self {
        Self(technologies.iter().fold(0, |bits, technology| bits | bit(*technology)))
    }

    pub(super) fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// A bit for each technology, by its index.
    pub(super) fn bits(self) -> u64 {
        self.0
    }

    pub(super) fn list(self) -> Vec<Technology> {
        Technology::all().filter(|technology| self.0 & bit(*technology) != 0).collect()
    }
}

/// There are 43 technologies; a table that outgrows the bits fails the test below.
fn bit(technology: Technology) -> u64 {
    1_u64.checked_shl(u32::try_from(technology.index()).unwrap_or(u32::MAX)).unwrap_or(0)
}

impl Lacking {
    /// A site that lists what it has lacks everything else. One that lists nothing lacks what its conditions say.
    fn of(doc: &ChallengeDoc) -> Self {
        if !doc.infrastructure.is_empty() {
            return Self::AllBut(TechnologySet::of(&doc.infrastructure));
        }
        let said = [(Condition::NoFibre, "optical-fiber"), (Condition::NoMobile, "mobile-5g")];
        let said = said.into_iter().filter(|(condition, _)| doc.conditions.contains(condition));
        let lacking: Vec<Technology> = said.filter_map(|(_, slug)| Technology::parse(slug).ok()).collect();
        Self::Only(TechnologySet::of(&lacking))
    }

    pub(super) fn among(self, required: TechnologySet) -> TechnologySet {
        match self {
            Self::AllBut(available) => required.without(available),
            Self::Only(lacking) => required.intersection(lacking),
        }
    }
}

impl ChallengeView {
    /// Prepares a challenge to be compared with a few solutions.
    pub fn new(doc: &ChallengeDoc, asked: AskedFor, rules: &Rules) -> Self {
        let likeness = Sector::all().map(|leaf| {
            doc.sectors
                .iter()
                .map(|own| relation_value(own.relation(leaf), &rules.sector))
                .fold(0.0, f64::max)
        });
        Self {
            place: doc.place,
            sectors: doc.sectors.clone(),
            likeness: likeness.collect(),
            wanted: TechnologySet::of(&doc.technologies),
            lacking: Lacking::of(doc),
            entry_stage: doc.entry_stage,
            budget: doc.budget,
            start_from: doc.start_from,
            asked,
        }
    }

    pub(super) fn sector_likeness(&self, sector: Sector) -> f64 {
        self.likeness.get(sector.index()).copied().unwrap_or(0.0)
    }

    pub(super) fn nearness(&self, code: MunicipalityCode) -> Nearness {
        nearness_to(self.place, code)
    }

    pub(super) fn nearness_value(&self, code: MunicipalityCode, rules: &Rules) -> f64 {
        self.nearness(code).value(&rules.region)
    }

    /// The municipality that posted it.
    pub fn place(&self) -> MunicipalityCode {
        self.place
    }

    /// What it asks for.
    pub fn asked(&self) -> &AskedFor {
        &self.asked
    }

    pub(super) fn kind(&self) -> MunicipalityKind {
        self.place.municipality().kind
    }
}

impl SolutionView {
    /// Prepares a solution whose words say `spoken`.
    pub fn new(doc: &SolutionDoc, spoken: Spoken) -> Self {
        let Spoken { sectors: mut read, limits } = spoken;
        let mut limits: Vec<u64> = limits.into_iter().map(limit_key).collect();
        limits.sort_unstable();
        limits.dedup();
        read.retain(|sector| !doc.sectors.contains(sector));
        Self {
            read: read.into_boxed_slice(),
            vendor_place: doc.vendor_place,
            sectors: doc.sectors.clone().into_boxed_slice(),
            offered: TechnologySet::of(&doc.technologies),
            required: TechnologySet::of(&doc.infrastructure_required),
            maturity: doc.maturity,
            regions: doc.regions.clone().into_boxed_slice(),
            reach: reach(&doc.regions),
            price: doc.price,
            lead_months: doc.lead_months,
            deployments: grouped(&doc.deployments),
            limits: limits.into_boxed_slice(),
        }
    }

    /// Whether it serves a place.
    pub fn serves(&self, place: MunicipalityCode) -> bool {
        self.regions.iter().any(|region| region.covers(place))
    }

    /// The regions that it serves.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The last days of its deployments that are not in use any more, in days of the common era.
    pub fn last_days(&self) -> impl Iterator<Item = i32> {
        self.deployments.iter().filter_map(|deployment| deployment.last_day)
    }

    /// Whether it is in real use anywhere, or was.
    pub fn has_operation(&self) -> bool {
        self.deployments.iter().any(|deployment| deployment.stage == DeploymentStage::Operation)
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &[DeploymentView]> {
        self.deployments.chunk_by(|_, next| !next.begins_group)
    }
}

fn grouped(deployments: &[DeploymentDoc]) -> Box<[DeploymentView]> {
    let mut order: Vec<(&DeploymentPlace, Sector, usize, &DeploymentDoc)> = deployments
        .iter()
        .enumerate()
        .map(|(entry, deployment)| (&deployment.place, deployment.sector, entry, deployment))
        .collect();
    order.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    let mut previous: Option<(&DeploymentPlace, Sector)> = None;
    let views = order.into_iter().map(|(place, sector, entry, deployment)| {
        let begins_group = previous.replace((place, sector)) != Some((place, sector));
        DeploymentView {
            entry: u32::try_from(entry).unwrap_or(u32::MAX),
            municipality: match place {
                DeploymentPlace::Municipality(code) => Some(*code),
                DeploymentPlace::Country(_) => None,
            },
            sector,
            last_day: evidence::last_day(deployment).map(|day| day.num_days_from_ce()),
            stage: deployment.stage,
            outcome: deployment.outcome,
            verification: deployment.verification,
            begins_group,
        }
    });
    views.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_technology_has_a_bit_of_its_own() {
        let all: Vec<Technology> = Technology::all().collect();
        assert_eq!(TechnologySet::of(&all).list(), all);
    }
}
