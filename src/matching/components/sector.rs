//! Likeness of sectors: the best pair over the two sets.

use serde::{Deserialize, Serialize};

use super::super::rules::{Rules, SectorRules};
use super::{ChallengeView, SolutionView};
use crate::reference::{Sector, SectorRelation};

/// The pair of sectors that stand nearest to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectorFacts {
    /// Of the challenge; `None` when one side names no sector or nothing is related.
    pub challenge: Option<Sector>,
    /// Of the solution.
    pub solution: Option<Sector>,
    /// How they stand to each other.
    pub relation: SectorRelation,
    /// Whether the solution is not filed under its sector, but speaks of it.
    pub read: bool,
}

impl SectorFacts {
    /// Nothing related.
    pub(in super::super) const NONE: Self =
        Self { challenge: None, solution: None, relation: SectorRelation::Unrelated, read: false };

    pub(in super::super) fn of(challenge: &ChallengeView, solution: &SolutionView, rules: &Rules) -> Self {
        let filed = nearest(&challenge.sectors, &solution.sectors);
        let read = Self { read: true, ..nearest(&challenge.sectors, &solution.read) };
        if read.value(rules) > filed.value(rules) { read } else { filed }
    }

    /// The component's value.
    pub fn value(&self, rules: &Rules) -> f64 {
        let trusted = if self.read { rules.sector.read } else { 1.0 };
        trusted * relation_value(self.relation, &rules.sector)
    }
}

/// The nearest pair of two sets of filed sectors.
pub(in super::super) fn nearest(challenge: &[Sector], solution: &[Sector]) -> SectorFacts {
    let mut best = SectorFacts::NONE;
    for (own, other) in challenge.iter().flat_map(|own| solution.iter().map(move |other| (*own, *other))) {
        let relation = own.relation(other);
        if relation > best.relation {
            best = SectorFacts { challenge: Some(own), solution: Some(other), relation, read: false };
        }
    }
    best
}

/// The same value without the facts.
pub(in super::super) fn sector_value(
    challenge: &ChallengeView,
    solution: &SolutionView,
    rules: &Rules,
) -> f64 {
    let best = |sectors: &[Sector]| {
        sectors.iter().map(|sector| challenge.sector_likeness(*sector)).fold(0.0, f64::max)
    };
    let [filed, read] = trusted(rules);
    (filed * best(&solution.sectors)).max(read * best(&solution.read))
}

/// How much a sector counts under which a solution is filed, and one of which only its words speak.
pub(super) fn trusted(rules: &Rules) -> [f64; 2] {
    [1.0, rules.sector.read]
}

/// Likeness of two sectors, 0 to 1.
pub(in super::super) fn relation_value(relation: SectorRelation, rules: &SectorRules) -> f64 {
    match relation {
        SectorRelation::SameLeaf => rules.same_leaf,
        SectorRelation::Related => rules.related,
        SectorRelation::SameTop => rules.same_top,
        SectorRelation::Unrelated => 0.0,
    }
}
