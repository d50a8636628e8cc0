//! Who is seen: how the first page of the rankings divides among kinds of vendors, with and without the share for newcomers.
//!
//! Exposure is what a reader's glance is worth, falling with the logarithm of the place as in nDCG (Singh and Joachims,
//! "Fairness of Exposure in Rankings", 2018). A group's share of it is set beside its share of all solutions and, where pairs
//! are judged, beside its share of what is worth seeing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// The sides from which vendors are looked at, each with the group of a solution: "vendor_type" → "startup".
pub type Groups = BTreeMap<&'static str, String>;

/// One place on the first page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which challenge was asked for.
    pub challenge: String,
    /// The place, from 1.
    pub rank: usize,
    /// Which solution stands there.
    pub solution: String,
}

/// What one group has of everything, as shares from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Shares {
    /// Of all solutions.
    pub solutions: f64,
    /// Of the judged merit: grades 2 and 3.
    pub merit: f64,
    /// Of the exposure on first pages by score alone.
    pub by_score: f64,
    /// Of the exposure on first pages as they are shown, with places kept for newcomers.
    pub shown: f64,
}

/// The shares of every group, by side and group.
pub type Fairness = BTreeMap<&'static str, BTreeMap<String, Shares>>;

/// Divides solutions, merit and exposure among the groups.
///
/// `worthy` are the pairs of challenge and solution that are judged worth seeing, perhaps none.
pub fn fairness(
    groups: &BTreeMap<String, Groups>,
    worthy: &BTreeSet<(String, String)>,
    by_score: &[Seen],
    shown: &[Seen],
) -> Fairness {
    let mut fairness = Fairness::new();
    let mut tally = |amounts: &mut dyn Iterator<Item = (&String, f64)>, of: fn(&mut Shares) -> &mut f64| {
        let amounts: Vec<(&String, f64)> = amounts.collect();
        let all: f64 = amounts.iter().map(|(_, amount)| amount).sum();
        for (solution, amount) in amounts {
            for (side, group) in groups.get(solution).into_iter().flatten() {
                let shares = fairness.entry(side).or_default().entry(group.clone()).or_default();
                *of(shares) += amount / all.max(f64::MIN_POSITIVE);
            }
        }
    };
    tally(&mut groups.keys().map(|solution| (solution, 1.0)), |shares| &mut shares.solutions);
    tally(&mut worthy.iter().map(|(_, solution)| (solution, 1.0)), |shares| &mut shares.merit);
    tally(&mut by_score.iter().map(Seen::exposure), |shares| &mut shares.by_score);
    tally(&mut shown.iter().map(Seen::exposure), |shares| &mut shares.shown);
    fairness
}

impl Seen {
    fn exposure(&self) -> (&String, f64) {
        (&self.solution, 1.0 / ((self.rank + 1) as f64).log2())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(rank: usize, solution: &str) -> Seen {
        Seen { challenge: "q".to_owned(), rank, solution: solution.to_owned() }
    }

    #[test]
    fn a_group_has_its_share_of_solutions_of_merit_and_of_what_is_seen() {
        let group = |name: &str| Groups::from([("vendor_type", name.to_owned())]);
        let groups = BTreeMap::from([
            ("a".to_owned(), group("large")),
            ("b".to_owned(), group("startup")),
            ("c".to_owned(), group("startup")),
        ]);
        let worthy = BTreeSet::from([("q".to_owned(), "b".to_owned())]);
        let fairness =
            fairness(&groups, &worthy, &[seen(1, "a"), seen(3, "b")], &[seen(1, "a"), seen(1, "b")]);
        let startups = fairness["vendor_type"]["startup"];
        assert!((startups.solutions - 2.0 / 3.0).abs() < 1e-9);
        assert!((startups.merit - 1.0).abs() < 1e-9);
        assert!((startups.by_score - 0.5 / 1.5).abs() < 1e-9);
        assert!((startups.shown - 0.5).abs() < 1e-9);
    }

    #[test]
    fn without_judgements_nobody_has_merit() {
        let groups = BTreeMap::from([("a".to_owned(), Groups::from([("record", "none".to_owned())]))]);
        let fairness = fairness(&groups, &BTreeSet::new(), &[], &[]);
        assert_eq!(fairness["record"]["none"], Shares { solutions: 1.0, ..Shares::default() });
    }
}
