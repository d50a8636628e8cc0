//! Technologies wanted, and infrastructure that the site lacks.

use serde::{Deserialize, Serialize};

use super::super::rules::{Rules, TechnologyRules};
use super::view::TechnologySet;
use super::{ChallengeView, SolutionView};
use crate::reference::Technology;

/// What was wanted and needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnologyFacts {
    /// What the challenge wants.
    pub wanted: Vec<Technology>,
    /// What of it the solution offers.
    pub offered: Vec<Technology>,
    /// What the solution needs on site.
    pub required: Vec<Technology>,
    /// What of it is missing there.
    pub lacking: Vec<Technology>,
}

impl TechnologyFacts {
    pub(in super::super) fn of(challenge: &ChallengeView, solution: &SolutionView) -> Self {
        Self {
            wanted: challenge.wanted.list(),
            offered: challenge.wanted.intersection(solution.offered).list(),
            required: solution.required.list(),
            lacking: challenge.lacking.among(solution.required).list(),
        }
    }

    /// The component's value.
    pub fn value(&self, rules: &Rules) -> f64 {
        let counts =
            [&self.wanted, &self.offered, &self.required, &self.lacking].map(|list| list.len() as f64);
        value(counts, &rules.technology)
    }
}

/// The same value without the facts.
pub(in super::super) fn technology_value(
    challenge: &ChallengeView,
    solution: &SolutionView,
    rules: &Rules,
) -> f64 {
    let sets = [
        challenge.wanted,
        challenge.wanted.intersection(solution.offered),
        solution.required,
        challenge.lacking.among(solution.required),
    ];
    value(sets.map(|set| f64::from(TechnologySet::count(set))), &rules.technology)
}

/// The most that a solution can be worth which offers so many of the wanted technologies: it lacks nothing.
pub(super) fn most_technology(challenge: &ChallengeView, offered: u32, rules: &Rules) -> f64 {
    value([f64::from(challenge.wanted.count()), f64::from(offered), 0.0, 0.0], &rules.technology)
}

/// The share of wanted technologies that are offered, less `lacking` times the share of needed ones that are missing.
fn value([wanted, offered, required, lacking]: [f64; 4], rules: &TechnologyRules) -> f64 {
    let share = if wanted > 0.0 { offered / wanted } else { rules.nothing_wanted };
    let missing = if required > 0.0 { lacking / required } else { 0.0 };
    (share - rules.lacking * missing).clamp(0.0, 1.0)
}
