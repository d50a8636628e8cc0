//! `config/matching.toml`: weights, factors and curves, read and checked once.
//!
//! What each value means stands beside it in the file. The checks here are those on which the promises of the
//! module rest (nearer never scores lower, declared never above documented …), so no accepted file can break them.

use serde::Deserialize;

use super::vocabulary::{EntryStage, Maturity};
use super::weights::Weights;

/// All values of the file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// `[weights]`
    pub weights: Weights,
    /// `[eligibility]`
    pub eligibility: EligibilityRules,
    /// `[limits]`
    pub limits: LimitRules,
    /// `[sector]`
    pub sector: SectorRules,
    /// `[text]`
    pub text: TextRules,
    /// `[technology]`
    pub technology: TechnologyRules,
    /// `[region]`
    pub region: RegionRules,
    /// `[evidence]`
    pub evidence: EvidenceRules,
    /// `[budget]`
    pub budget: BudgetRules,
    /// `[readiness]`
    pub readiness: ReadinessRules,
    /// `[newcomers]`
    pub newcomers: NewcomerRules,
    /// `[similar]`
    pub similar: SimilarRules,
}

/// Declares a table of numbers in which every field is a number of the file, explained there.
macro_rules! numbers {
    ($(#[$meta:meta])* $name:ident { $($field:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $(pub $field: f64),* }

        impl $name {
            fn numbers(&self) -> Vec<(&'static str, f64)> {
                vec![$((stringify!($field), self.$field)),*]
            }
        }
    };
}

numbers!(
    /// The factor of a solution that does not serve the place.
    EligibilityRules { not_served }
);
numbers!(
    /// What a solution says that it does not do.
    LimitRules { most, full }
);
numbers!(
    /// Likeness of two sectors by their relation.
    SectorRules { same_leaf, related, same_top, read, read_least }
);
numbers!(
    /// Weights of a challenge's fields.
    ChallengeFields { title, desired_state, summary, background, current_state, outcomes }
);
numbers!(
    /// Weights of a solution's fields.
    SolutionFields { name, tagline, description, results, denied }
);
numbers!(
    /// Weights of the kinds of tokens.
    TokenWeights { word, pair, character }
);
numbers!(
    /// Factors for words of the thesaurus.
    ThesaurusWeights { same, narrower, broader, token_share }
);
numbers!(
    /// Wanted technologies and missing infrastructure.
    TechnologyRules { nothing_wanted, lacking }
);
numbers!(
    /// Nearness and likeness of places.
    RegionRules {
        same_municipality, same_prefecture, same_bureau, elsewhere, half_km, declared, nationwide, nearness,
        dedication, likeness_floor,
    }
);
numbers!(
    /// What an earlier deployment is worth.
    EvidenceRules {
        declared, documented, confirmed, operation_ongoing, operation_completed, pilot_ongoing,
        pilot_completed, discontinued, half_life_years, sector_floor, place_floor, further,
    }
);
numbers!(
    /// Price against budget.
    BudgetRules { unknown, zero_at }
);
numbers!(
    /// Places kept for newcomers.
    NewcomerRules { share, page, least }
);
numbers!(
    /// Weights of the likeness of two challenges.
    SimilarRules { text, sector, region }
);

/// Relevance of words.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRules {
    /// Saturation of a word's frequency in a solution.
    pub k1: f64,
    /// Strength of the length normalisation, 0 to 1.
    pub b: f64,
    /// The length of a solution, in tokens, at which its frequencies count as they are.
    pub usual_length: f64,
    /// Saturation of a word's frequency in a challenge.
    pub k3: f64,
    /// The relevance that counts as half of what can be reached.
    pub half: f64,
    /// `[text.challenge]`
    pub challenge: ChallengeFields,
    /// `[text.solution]`
    pub solution: SolutionFields,
    /// `[text.tokens]`
    pub tokens: TokenWeights,
    /// `[text.thesaurus]`
    pub thesaurus: ThesaurusWeights,
}

/// Maturity and lead time.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadinessRules {
    /// Share of maturity in the value.
    pub maturity: f64,
    /// Value where lead time or start is unknown.
    pub unknown: f64,
    /// Months of delay at which nothing is left.
    pub late_months: f64,
    planning: [f64; 4],
    pilot: [f64; 4],
    operation: [f64; 4],
}

impl ReadinessRules {
    /// How well a maturity suits an entry stage, 0 to 1.
    pub fn fit(&self, maturity: Maturity, stage: EntryStage) -> f64 {
        let [concept, prototype, piloted, commercial] = match stage {
            EntryStage::Planning => self.planning,
            EntryStage::Pilot => self.pilot,
            EntryStage::Operation => self.operation,
        };
        match maturity {
            Maturity::Concept => concept,
            Maturity::Prototype => prototype,
            Maturity::Piloted => piloted,
            Maturity::Commercial => commercial,
        }
    }
}

/// A rule file that cannot be used: which value, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("matching rules: {0}")]
pub struct RulesError(String);

impl Rules {
    /// The text of `config/matching.toml` as it is compiled in.
    pub const FILE: &str = include_str!("../../config/matching.toml");

    /// Reads a file in the form of `config/matching.toml`.
    ///
    /// # Errors
    /// Not TOML of that form, unknown or missing keys, or a value out of its range or order.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let rules: Self = toml::from_str(text).map_err(|error| RulesError(error.to_string()))?;
        rules.check()?;
        Ok(rules)
    }

    /// The rules that are compiled in.
    ///
    /// # Errors
    /// Those of [`Rules::parse`]; a test holds the compiled-in file to them.
    pub fn compiled_in() -> Result<Self, RulesError> {
        Self::parse(Self::FILE)
    }

    fn check(&self) -> Result<(), RulesError> {
        self.check_shares()?;
        self.check_amounts()?;
        self.check_orders()
    }

    /// Everything that is a share, a factor or a value of a component lies in [0, 1].
    fn check_shares(&self) -> Result<(), RulesError> {
        let readiness = &self.readiness;
        let tables = readiness.planning.iter().chain(&readiness.pilot).chain(&readiness.operation);
        let shares = [
            ("eligibility", self.eligibility.numbers()),
            ("limits", without(self.limits.numbers(), "full")),
            ("sector", without(self.sector.numbers(), "read_least")),
            ("technology", self.technology.numbers()),
            ("region", without(self.region.numbers(), "half_km")),
            ("evidence", without(self.evidence.numbers(), "half_life_years")),
            ("budget", without(self.budget.numbers(), "zero_at")),
            ("newcomers", without(self.newcomers.numbers(), "page")),
            ("text", vec![("b", self.text.b)]),
            ("readiness", vec![("maturity", readiness.maturity), ("unknown", readiness.unknown)]),
            ("readiness", tables.map(|value| ("a stage", *value)).collect()),
        ];
        each(&shares, |value| (0.0..=1.0).contains(&value), "must lie between 0 and 1")
    }

    /// Weights are not negative, divisors not zero.
    fn check_amounts(&self) -> Result<(), RulesError> {
        let text = &self.text;
        let weights = [
            ("text.challenge", text.challenge.numbers()),
            ("text.solution", text.solution.numbers()),
            ("text.tokens", text.tokens.numbers()),
            ("text.thesaurus", text.thesaurus.numbers()),
            ("similar", self.similar.numbers()),
        ];
        each(&weights, |value| (0.0..=100.0).contains(&value), "must lie between 0 and 100")?;
        let positive = [
            (
                "text",
                vec![
                    ("k1", text.k1),
                    ("usual_length", text.usual_length),
                    ("k3", text.k3),
                    ("half", text.half),
                ],
            ),
            ("limits", vec![("full", self.limits.full)]),
            ("sector", vec![("read_least", self.sector.read_least)]),
            ("region", vec![("half_km", self.region.half_km)]),
            ("evidence", vec![("half_life_years", self.evidence.half_life_years)]),
            ("readiness", vec![("late_months", self.readiness.late_months)]),
            ("newcomers", vec![("page", self.newcomers.page)]),
        ];
        each(&positive, |value| value.is_finite() && value > 0.0, "must be above 0")?;
        let above_one = [("budget", vec![("zero_at", self.budget.zero_at)])];
        each(&above_one, |value| value.is_finite() && value > 1.0, "must be above 1")
    }

    /// What must not outdo what.
    fn check_orders(&self) -> Result<(), RulesError> {
        let (sector, region, evidence) = (&self.sector, &self.region, &self.evidence);
        falling("sector", &[sector.same_leaf, sector.related, sector.same_top])?;
        falling(
            "region",
            &[region.same_municipality, region.same_prefecture, region.same_bureau, region.elsewhere],
        )?;
        if region.nearness + region.dedication > 1.0 {
            return Err(RulesError("region: nearness and dedication must be at most 1 together".to_owned()));
        }
        falling("evidence: who says so", &[evidence.confirmed, evidence.documented, evidence.declared])?;
        falling(
            "evidence: what came of it",
            &[
                evidence.operation_ongoing,
                evidence.operation_completed,
                evidence.pilot_completed,
                evidence.discontinued,
            ],
        )?;
        falling(
            "evidence: pilots",
            &[evidence.operation_ongoing, evidence.pilot_ongoing, evidence.pilot_completed],
        )?;
        let fits = [&self.readiness.planning, &self.readiness.pilot, &self.readiness.operation];
        fits.into_iter().try_for_each(|[concept, prototype, piloted, commercial]| {
            falling("readiness", &[*commercial, *piloted, *prototype, *concept])
        })
    }
}

fn without(mut numbers: Vec<(&'static str, f64)>, name: &str) -> Vec<(&'static str, f64)> {
    numbers.retain(|(known, _)| *known != name);
    numbers
}

fn each(
    tables: &[(&str, Vec<(&'static str, f64)>)],
    holds: impl Fn(f64) -> bool,
    rule: &str,
) -> Result<(), RulesError> {
    for (table, numbers) in tables {
        for (name, value) in numbers {
            if !holds(*value) {
                return Err(RulesError(format!("{table}.{name} = {value} {rule}")));
            }
        }
    }
    Ok(())
}

fn falling(what: &str, values: &[f64]) -> Result<(), RulesError> {
    if values.is_sorted_by(|a, b| a >= b) {
        Ok(())
    } else {
        Err(RulesError(format!("{what}: {values:?} must not rise")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../config/matching.toml");

    /// What is said when one value of the file is another one.
    fn refusal(table: &str, key: &str, value: f64) -> String {
        let mut file: toml::Table = FILE.parse().unwrap();
        let mut at = &mut file;
        for name in table.split('.') {
            at = at[name].as_table_mut().unwrap();
        }
        at.insert(key.to_owned(), value.into());
        Rules::parse(&file.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn the_compiled_in_rules_are_accepted() {
        assert!(Rules::compiled_in().is_ok());
    }

    #[test]
    fn a_value_out_of_range_is_named() {
        assert!(refusal("eligibility", "not_served", 1.5).contains("eligibility.not_served = 1.5"));
        assert!(refusal("region", "half_km", 0.0).contains("region.half_km"));
        assert!(refusal("budget", "zero_at", 1.0).contains("budget.zero_at"));
        assert!(refusal("text", "k1", f64::NAN).contains("text.k1"));
        assert!(refusal("text.tokens", "word", -1.0).contains("text.tokens.word"));
        assert!(refusal("weights", "text", -1.0).contains("weight_invalid component=text"));
    }

    #[test]
    fn an_order_on_which_promises_rest_is_kept() {
        assert!(refusal("evidence", "documented", 0.3).contains("who says so"));
        assert!(refusal("region", "same_bureau", 0.9).contains("region"));
    }

    #[test]
    fn unknown_and_missing_keys_are_refused() {
        assert!(refusal("eligibility", "surprise", 1.0).contains("surprise"));
        let missing = Rules::parse(&FILE.replacen("half_life_years", "# half_life_years", 1));
        assert!(missing.unwrap_err().to_string().contains("half_life_years"));
    }
}
