//! Why a score is what it is, as data: enough to do the sum again by hand.

use serde::{Deserialize, Serialize};

use super::components::{
    BudgetFacts, EvidenceFacts, ReadinessFacts, RegionFacts, SectorFacts, TechnologyFacts, limit_factor,
};
use super::rules::Rules;
use super::text::{Via, saturated};
use super::weights::ComponentName;
use crate::reference::Region;

/// One component of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Its name and the facts behind its value.
    #[serde(flatten)]
    pub facts: Facts,
    /// 0 to 1.
    pub value: f64,
    /// 0 to 1.
    pub weight: f64,
    /// Weight times value.
    pub contribution: f64,
}

/// The facts behind the value of a component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", content = "facts", rename_all = "snake_case")]
pub enum Facts {
    /// Which sectors met.
    Sector(SectorFacts),
    /// Which words met.
    Text(TextFacts),
    /// What was wanted and needed.
    Technology(TechnologyFacts),
    /// What stands near.
    Region(RegionFacts),
    /// Which deployments count.
    Evidence(EvidenceFacts),
    /// Price and budget.
    Budget(BudgetFacts),
    /// Maturity and time.
    Readiness(ReadinessFacts),
}

/// The words that met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextFacts {
    /// The words and concepts that matter most, strongest first.
    pub words: Vec<WordFact>,
    /// How many further terms met.
    pub other_terms: usize,
    /// What they add to the relevance together.
    pub other_share: f64,
    /// The share of what was asked that was found, 0 to 1: the sum of all shares.
    pub relevance: f64,
}

/// One word or concept that met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordFact {
    /// As the challenge said it.
    pub said: String,
    /// The concept by which the solution's other words were understood.
    pub concept: Option<ConceptFact>,
    /// What it adds to the relevance.
    pub share: f64,
}

/// A concept of the thesaurus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConceptFact {
    /// Its key.
    pub slug: String,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
    /// How it stands to what was said.
    pub via: Via,
}

/// The factor over the whole score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Eligibility {
    /// 1, or the configured factor.
    pub factor: f64,
    /// Why the place speaks against it; `None` when it is served.
    pub reason: Option<Ineligibility>,
    /// What the challenge asks for and the solution's own words deny.
    #[serde(default)]
    pub denied: Denied,
}

/// What a challenge asks for and a solution says that it does not do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Denied {
    /// In the words of the challenge, most important first.
    pub words: Vec<String>,
    /// How much they matter together: the sum of their weights in the challenge.
    pub weight: f64,
}

impl Eligibility {
    /// The factor that follows from the facts.
    pub fn value(&self, rules: &Rules) -> f64 {
        let served = if self.reason.is_some() { rules.eligibility.not_served } else { 1.0 };
        served * limit_factor(self.denied.weight, &rules.limits)
    }
}

/// Why a solution is pushed down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Ineligibility {
    /// The vendor does not serve the place.
    NotServed {
        /// Where it does.
        regions: Vec<Region>,
    },
}

impl TextFacts {
    /// The component's value.
    pub fn value(&self, rules: &Rules) -> f64 {
        saturated(self.relevance, rules.text.half)
    }
}

impl Facts {
    /// The component that these facts explain.
    pub fn name(&self) -> ComponentName {
        match self {
            Self::Sector(_) => ComponentName::Sector,
            Self::Text(_) => ComponentName::Text,
            Self::Technology(_) => ComponentName::Technology,
            Self::Region(_) => ComponentName::Region,
            Self::Evidence(_) => ComponentName::Evidence,
            Self::Budget(_) => ComponentName::Budget,
            Self::Readiness(_) => ComponentName::Readiness,
        }
    }

    /// The value that follows from these facts, 0 to 1.
    pub fn value(&self, rules: &Rules) -> f64 {
        match self {
            Self::Sector(facts) => facts.value(rules),
            Self::Text(facts) => facts.value(rules),
            Self::Technology(facts) => facts.value(rules),
            Self::Region(facts) => facts.value(rules),
            Self::Evidence(facts) => facts.value(rules),
            Self::Budget(facts) => facts.value(rules),
            Self::Readiness(facts) => facts.value(rules),
        }
    }
}

impl Component {
    pub(super) fn new(facts: Facts, value: f64, weight: f64) -> Self {
        Self { facts, value, weight, contribution: weight * value }
    }

    /// Its name.
    pub fn name(&self) -> ComponentName {
        self.facts.name()
    }
}
