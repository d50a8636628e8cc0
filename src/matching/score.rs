//! `score = eligibility · Σ weight · value`.

use chrono::NaiveDate;

use super::components::{
    BudgetFacts, ChallengeView, EvidenceFacts, ReadinessFacts, RegionFacts, SectorFacts, SolutionView,
    TechnologyFacts, budget_value, denied_weight, denied_words, evidence_value, limit_factor,
    readiness_value, region_value, sector_value, technology_value,
};
use super::facts::{Component, Denied, Eligibility, Facts, Ineligibility, TextFacts};
use super::rules::Rules;
use super::text::saturated;
use super::weights::{ComponentName, Weights};

/// Everything outside the two documents on which a score depends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scoring<'r> {
    pub(super) rules: &'r Rules,
    pub(super) weights: Weights,
    pub(super) today: NaiveDate,
}

/// A score without its reasons.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    /// 0 to 1.
    pub(super) total: f64,
    /// The same without the term of evidence, as a share of what can be reached without it.
    pub(super) without_evidence: f64,
}

impl Scoring<'_> {
    /// The score of a pair whose words have this relevance.
    pub(super) fn score(&self, challenge: &ChallengeView, solution: &SolutionView, relevance: f64) -> Score {
        let rules = self.rules;
        let values = [
            sector_value(challenge, solution, rules),
            saturated(relevance, rules.text.half),
            technology_value(challenge, solution, rules),
            region_value(challenge, solution, rules),
            evidence_value(challenge, solution, rules, self.today),
            budget_value(challenge, solution, rules),
            readiness_value(challenge, solution, rules, self.today),
        ];
        let factor = self.factor(challenge, solution);
        let weighted = self.weights.values().into_iter().zip(values).map(|(weight, value)| weight * value);
        let sum: f64 = weighted.clone().sum();
        let rest: f64 = ComponentName::ALL
            .iter()
            .zip(weighted)
            .filter(|(name, _)| **name != ComponentName::Evidence)
            .map(|(_, contribution)| contribution)
            .sum();
        let reachable = 1.0 - self.weights.of(ComponentName::Evidence);
        Score {
            total: factor * sum,
            without_evidence: if reachable > 0.0 { factor * rest / reachable } else { 0.0 },
        }
    }

    /// At least the score of such a pair, from what is told without going through the deployments.
    pub(super) fn most(&self, challenge: &ChallengeView, solution: &SolutionView, relevance: f64) -> f64 {
        let rules = self.rules;
        let known = [
            (ComponentName::Sector, sector_value(challenge, solution, rules)),
            (ComponentName::Text, saturated(relevance, rules.text.half)),
            (ComponentName::Technology, technology_value(challenge, solution, rules)),
            (ComponentName::Budget, budget_value(challenge, solution, rules)),
        ];
        let lost: f64 = known.iter().map(|(name, value)| self.weights.of(*name) * (1.0 - value)).sum();
        // A little more than the sum, whose last digits depend on its order.
        self.served(challenge, solution) * (1.0 - lost + 1e-9)
    }

    /// The same score with its reasons.
    pub(super) fn explained(
        &self,
        challenge: &ChallengeView,
        solution: &SolutionView,
        text: TextFacts,
    ) -> Vec<Component> {
        let rules = self.rules;
        let facts = [
            Facts::Sector(SectorFacts::of(challenge, solution, rules)),
            Facts::Text(text),
            Facts::Technology(TechnologyFacts::of(challenge, solution)),
            Facts::Region(RegionFacts::of(challenge, solution, rules)),
            Facts::Evidence(EvidenceFacts::of(challenge, solution, rules, self.today)),
            Facts::Budget(BudgetFacts::of(challenge, solution)),
            Facts::Readiness(ReadinessFacts::of(challenge, solution, self.today)),
        ];
        let components = facts.into_iter().zip(self.weights.values());
        components
            .map(|(facts, weight)| {
                let value = facts.value(rules);
                Component::new(facts, value, weight)
            })
            .collect()
    }

    /// The factor over the whole score, with its reason.
    pub(super) fn eligibility(&self, challenge: &ChallengeView, solution: &SolutionView) -> Eligibility {
        let factor = self.factor(challenge, solution);
        let reason = (!solution.serves(challenge.place()))
            .then(|| Ineligibility::NotServed { regions: solution.regions().to_vec() });
        let weight = denied_weight(challenge, solution);
        let denied = Denied { words: denied_words(challenge, solution), weight };
        Eligibility { factor, reason, denied }
    }

    /// Whether a solution of this score is a newcomer that is good enough without evidence.
    pub(super) fn is_newcomer(&self, solution: &SolutionView, score: Score) -> bool {
        score.without_evidence >= self.rules.newcomers.least && !solution.has_operation()
    }

    fn factor(&self, challenge: &ChallengeView, solution: &SolutionView) -> f64 {
        let denied = limit_factor(denied_weight(challenge, solution), &self.rules.limits);
        self.served(challenge, solution) * denied
    }

    fn served(&self, challenge: &ChallengeView, solution: &SolutionView) -> f64 {
        if solution.serves(challenge.place()) { 1.0 } else { self.rules.eligibility.not_served }
    }
}
