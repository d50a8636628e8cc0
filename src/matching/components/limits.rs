//! Limits that a solution states, held against what a challenge asks for.
//!
//! Not a component of its own: what a vendor says that the product does not do is a reservation over the whole offer, as a
//! region that it does not serve is.

use serde::{Deserialize, Serialize};

use super::super::rules::LimitRules;
use super::super::snapshot::Exact;
use super::super::text::Term;
use super::{ChallengeView, SolutionView};

/// What a challenge asks for: each key, in rising order, with how much it matters and how the challenge says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AskedFor(Vec<(u64, Exact, String)>);

/// The short form of a term: 40 bits of it, the same in every build. That one of twenty denied words of a solution is taken
/// for one of a hundred that are asked for has a chance of one in five hundred million.
pub fn limit_key(term: Term) -> u64 {
    term.number() >> 24
}

impl FromIterator<(String, f64, String)> for AskedFor {
    /// From the key of each term, how much it matters, and the words that said it.
    fn from_iter<T: IntoIterator<Item = (String, f64, String)>>(terms: T) -> Self {
        let terms =
            terms.into_iter().map(|(key, weight, said)| (limit_key(Term::of(&key)), Exact(weight), said));
        let mut asked: Vec<(u64, Exact, String)> = terms.collect();
        asked.sort_by_key(|(key, ..)| *key);
        Self(asked)
    }
}

impl AskedFor {
    /// What is asked for of all that `limits` deny, in the order of the keys.
    fn among<'a>(&'a self, limits: &'a [u64]) -> impl Iterator<Item = (f64, &'a str)> {
        limits.iter().filter_map(|key| {
            let place = self.0.binary_search_by_key(key, |(key, ..)| *key).ok()?;
            self.0.get(place).map(|(_, weight, said)| (weight.0, said.as_str()))
        })
    }
}

/// How much of what is asked for is denied: the sum of its weights.
pub(in super::super) fn denied_weight(challenge: &ChallengeView, solution: &SolutionView) -> f64 {
    challenge.asked.among(&solution.limits).map(|(weight, _)| weight).sum()
}

/// What was asked for and is denied, as the challenge says it, most important first.
pub(in super::super) fn denied_words(challenge: &ChallengeView, solution: &SolutionView) -> Vec<String> {
    let mut denied: Vec<(f64, &str)> = challenge.asked.among(&solution.limits).collect();
    denied.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    denied.into_iter().map(|(_, said)| said.to_owned()).collect()
}

/// The factor over the score: 1 where nothing asked for is denied, `most` off where as much as `full` is.
pub(in super::super) fn limit_factor(denied: f64, rules: &LimitRules) -> f64 {
    1.0 - rules.most * (denied / rules.full).min(1.0)
}
