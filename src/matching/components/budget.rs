//! Price against budget, both for the introduction and the first year.

use serde::{Deserialize, Serialize};

use super::super::document::{Budget, Price};
use super::super::rules::Rules;
use super::{ChallengeView, SolutionView};

/// Price and budget in whole yen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BudgetFacts {
    /// The most that can be paid.
    pub budget: Option<i64>,
    /// The least that it costs, first year included.
    pub price_min: Option<i64>,
    /// The most that it costs, first year included.
    pub price_max: Option<i64>,
    /// How the two meet.
    pub fit: PriceFit,
}

/// How a price meets a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceFit {
    /// One of the two is unknown.
    Unknown,
    /// Even the highest price is within the budget.
    Inside,
    /// The lowest price is within it, the highest is not.
    Partly,
    /// Even the lowest price is beyond it.
    Beyond,
}

impl BudgetFacts {
    pub(in super::super) fn of(challenge: &ChallengeView, solution: &SolutionView) -> Self {
        let budget = limit(challenge.budget);
        let (price_min, price_max) = first_year(solution.price);
        let fit = match (budget, price_min, price_max) {
            (Some(budget), Some(_), Some(max)) if max <= budget => PriceFit::Inside,
            (Some(budget), Some(min), Some(_)) if min <= budget => PriceFit::Partly,
            (Some(_), Some(_), Some(_)) => PriceFit::Beyond,
            _ => PriceFit::Unknown,
        };
        Self { budget, price_min, price_max, fit }
    }

    /// The component's value: the mean over both ends of the price, each 1 inside the budget, beyond it
    /// `1 − log(price/budget) / log(zero_at)`, at least 0.
    pub fn value(&self, rules: &Rules) -> f64 {
        match (self.budget, self.price_min, self.price_max) {
            (Some(budget), Some(min), Some(max)) => {
                let end = |price: i64| affordable(price, budget, rules.budget.zero_at);
                f64::midpoint(end(min), end(max))
            }
            _ => rules.budget.unknown,
        }
    }
}

/// The same value; these facts cost nothing to gather.
pub(in super::super) fn budget_value(
    challenge: &ChallengeView,
    solution: &SolutionView,
    rules: &Rules,
) -> f64 {
    BudgetFacts::of(challenge, solution).value(rules)
}

pub(super) fn affordable(price: i64, budget: i64, zero_at: f64) -> f64 {
    if price <= budget {
        return 1.0;
    }
    if budget <= 0 {
        return 0.0;
    }
    (1.0 - (price as f64 / budget as f64).ln() / zero_at.ln()).clamp(0.0, 1.0)
}

/// What can be paid for the introduction and the first year. Without an upper end the lower one is all that was said.
pub(super) fn limit(budget: Budget) -> Option<i64> {
    budget.max.or(budget.min)
}

/// Introduction and first year, at least and at most; an end that was not said is as the other one, a part that was
/// not said costs nothing.
pub(super) fn first_year(price: Price) -> (Option<i64>, Option<i64>) {
    let initial = (price.initial_min.or(price.initial_max), price.initial_max.or(price.initial_min));
    let yearly = (price.yearly_min.or(price.yearly_max), price.yearly_max.or(price.yearly_min));
    let sum = |initial: Option<i64>, yearly: Option<i64>| match (initial, yearly) {
        (None, None) => None,
        (initial, yearly) => Some(initial.unwrap_or(0).saturating_add(yearly.unwrap_or(0))),
    };
    let (min, max) = (sum(initial.0, yearly.0), sum(initial.1, yearly.1));
    (min, max.max(min))
}
