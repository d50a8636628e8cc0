//! Limits that a solution states, held against what a challenge asks for.
//!
//! Not a component of its own: what a vendor says that the product does not do is a reservation over the whole offer, as a
//! region that it does not serve is.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::super::rules::LimitRules;
use super::{ChallengeView, SolutionView};

/// What a challenge asks for: each key with how much it matters and how the challenge says it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AskedFor(HashMap<u32, (f64, String)>);

/// The short form of a key of a term. Equal keys have equal forms within one build of the program.
pub fn limit_key(key: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() as u32
}

impl FromIterator<(String, f64, String)> for AskedFor {
    /// From the key of each term, how much it matters, and the words that said it.
    fn from_iter<T: IntoIterator<Item = (String, f64, String)>>(terms: T) -> Self {
        Self(terms.into_iter().map(|(key, weight, said)| (limit_key(&key), (weight, said))).collect())
    }
}

/// What was asked for and is denied, most important first, with how much it matters together.
pub(in super::super) fn denied<'c>(
    challenge: &'c ChallengeView,
    solution: &SolutionView,
) -> (f64, Vec<&'c str>) {
    let asked = |key: &u32| challenge.asked.0.get(key);
    let mut denied: Vec<&(f64, String)> = solution.limits.iter().filter_map(asked).collect();
    denied.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    (
        denied.iter().map(|(weight, _)| weight).sum(),
        denied.into_iter().map(|(_, said)| said.as_str()).collect(),
    )
}

/// The factor over the score: 1 where nothing asked for is denied, `most` off where as much as `full` is.
pub(in super::super) fn limit_factor(denied: f64, rules: &LimitRules) -> f64 {
    1.0 - rules.most * (denied / rules.full).min(1.0)
}
