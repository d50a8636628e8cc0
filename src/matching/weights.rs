//! How much each component counts.

use serde::{Deserialize, Serialize};

use crate::fields::Invalid;
use crate::text_enum;

text_enum! {
    /// The seven components of a score, in the order in which they are shown and summed.
    pub enum ComponentName {
        /// Likeness of sectors.
        Sector = "sector",
        /// Relevance of words.
        Text = "text",
        /// Technologies wanted and infrastructure lacking.
        Technology = "technology",
        /// Nearness and likeness of places.
        Region = "region",
        /// Earlier deployments.
        Evidence = "evidence",
        /// Price against budget.
        Budget = "budget",
        /// Maturity and lead time.
        Readiness = "readiness",
    }
}

/// A weight for each component; none negative, their sum 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Table", into = "Table")]
pub struct Weights([f64; 7]);

/// The table of the configuration file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    sector: f64,
    text: f64,
    technology: f64,
    region: f64,
    evidence: f64,
    budget: f64,
    readiness: f64,
}

impl TryFrom<Table> for Weights {
    type Error = Invalid;

    fn try_from(table: Table) -> Result<Self, Invalid> {
        let Table { sector, text, technology, region, evidence, budget, readiness } = table;
        Self::normalised([sector, text, technology, region, evidence, budget, readiness])
    }
}

impl From<Weights> for Table {
    fn from(Weights([sector, text, technology, region, evidence, budget, readiness]): Weights) -> Self {
        Self { sector, text, technology, region, evidence, budget, readiness }
    }
}

impl Weights {
    /// Weights in the order of [`ComponentName::ALL`], divided by their sum.
    ///
    /// # Errors
    /// `weight_invalid` {component} when one is negative or not finite; `weights_all_zero`.
    fn normalised(raw: [f64; 7]) -> Result<Self, Invalid> {
        for (value, name) in raw.iter().zip(ComponentName::ALL) {
            if !(value.is_finite() && (0.0..=1e12).contains(value)) {
                return Err(Invalid::new("weight_invalid").with("component", name));
            }
        }
        let sum: f64 = raw.iter().sum();
        if sum < f64::MIN_POSITIVE {
            return Err(Invalid::new("weights_all_zero"));
        }
        Ok(Self(raw.map(|value| value / sum)))
    }

    /// These weights with some replaced; those not named keep their value, then all are divided by their sum.
    ///
    /// # Errors
    /// `weight_invalid` {component} when one is negative, not finite or above 10¹²; `weights_all_zero`.
    pub fn adjusted(
        self,
        overrides: impl IntoIterator<Item = (ComponentName, f64)>,
    ) -> Result<Self, Invalid> {
        let mut raw = self.0;
        for (name, value) in overrides {
            if let Some((slot, _)) = raw.iter_mut().zip(ComponentName::ALL).find(|(_, known)| **known == name)
            {
                *slot = value;
            }
        }
        Self::normalised(raw)
    }

    /// The weight of a component, 0 to 1.
    pub fn of(self, name: ComponentName) -> f64 {
        let found = self.0.iter().zip(ComponentName::ALL).find(|(_, known)| **known == name);
        found.map_or(0.0, |(weight, _)| *weight)
    }

    /// All weights in the order of [`ComponentName::ALL`].
    pub fn values(self) -> [f64; 7] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> Weights {
        Weights::normalised([0.22, 0.23, 0.05, 0.15, 0.20, 0.10, 0.05]).unwrap()
    }

    #[test]
    fn weights_are_divided_by_their_sum() {
        let adjusted = weights().adjusted([(ComponentName::Budget, 1.10)]).unwrap();
        assert!((adjusted.of(ComponentName::Budget) - 0.55).abs() < 1e-12);
        assert!((adjusted.of(ComponentName::Sector) - 0.11).abs() < 1e-12);
        assert!((adjusted.values().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_named_changes_nothing_but_rounding() {
        let adjusted = weights().adjusted([]).unwrap();
        for (before, after) in weights().values().iter().zip(adjusted.values()) {
            assert!((before - after).abs() < 1e-15);
        }
    }

    #[test]
    fn negative_not_finite_and_all_zero_are_refused() {
        for value in [-0.1, f64::NAN, f64::INFINITY, f64::MAX] {
            let invalid = weights().adjusted([(ComponentName::Text, value)]).unwrap_err();
            assert_eq!(invalid.to_string(), "weight_invalid component=text");
        }
        let zeros = ComponentName::ALL.iter().map(|name| (*name, 0.0));
        assert_eq!(weights().adjusted(zeros).unwrap_err().code(), "weights_all_zero");
    }

    #[test]
    fn one_component_alone_may_carry_all() {
        let only_text =
            ComponentName::ALL.iter().map(|name| (*name, f64::from(*name == ComponentName::Text)));
        assert_eq!(weights().adjusted(only_text).unwrap().of(ComponentName::Text), 1.0);
    }
}
