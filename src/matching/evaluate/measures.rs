//! nDCG@10, mean reciprocal rank and recall@20.

use serde::Serialize;

use super::{Judgements, Run};

/// How well a system ranks, on average over all challenges with at least one positive judgement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measures {
    /// Gain 2^grade − 1, discount log2(place + 1), against the best order of what was judged (Järvelin and Kekäläinen 2002,
    /// in the form of Burges et al. 2005).
    #[serde(rename = "ndcg@10")]
    pub ndcg_at_10: f64,
    /// Reciprocal of the place of the first solution of grade 2 or 3; 0 without one.
    pub mrr: f64,
    /// Share of the solutions of grade 2 or 3 among the first 20; 0 without one.
    #[serde(rename = "recall@20")]
    pub recall_at_20: f64,
    /// Over how many challenges.
    pub queries: usize,
}

/// The same for one challenge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QueryMeasures {
    /// nDCG@10
    pub ndcg_at_10: f64,
    /// Reciprocal rank
    pub reciprocal_rank: f64,
    /// recall@20
    pub recall_at_20: f64,
}

/// The least grade that counts as an answer for reciprocal rank and recall.
pub(super) const ANSWER: u8 = 2;

/// Measures a run.
pub fn measure(run: &Run, judgements: &Judgements) -> Measures {
    let each: Vec<QueryMeasures> = measure_each(run, judgements).into_iter().map(|(_, one)| one).collect();
    let mean = |of: fn(&QueryMeasures) -> f64| each.iter().map(of).sum::<f64>() / each.len().max(1) as f64;
    Measures {
        ndcg_at_10: mean(|one| one.ndcg_at_10),
        mrr: mean(|one| one.reciprocal_rank),
        recall_at_20: mean(|one| one.recall_at_20),
        queries: each.len(),
    }
}

/// Measures every challenge with a positive judgement by itself, in the order of their ids. One that the run leaves out
/// gets nothing.
pub fn measure_each(run: &Run, judgements: &Judgements) -> Vec<(String, QueryMeasures)> {
    let judged = judgements.iter().filter(|(_, grades)| grades.values().any(|grade| *grade > 0));
    let measured = judged.map(|(challenge, grades)| {
        let grade = |solution: &String| grades.get(solution).copied().unwrap_or(0);
        let ranked: Vec<u8> =
            run.get(challenge).into_iter().flatten().map(|(solution, _)| grade(solution)).collect();
        let mut ideal: Vec<u8> = grades.values().copied().collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let answers = ideal.iter().filter(|grade| **grade >= ANSWER).count();
        let found = ranked.iter().take(20).filter(|grade| **grade >= ANSWER).count();
        let first = ranked.iter().position(|grade| *grade >= ANSWER);
        let one = QueryMeasures {
            ndcg_at_10: gain(&ranked) / gain(&ideal),
            reciprocal_rank: first.map_or(0.0, |place| 1.0 / (place + 1) as f64),
            recall_at_20: if answers == 0 { 0.0 } else { found as f64 / answers as f64 },
        };
        (challenge.clone(), one)
    });
    measured.collect()
}

/// Discounted cumulated gain of the first ten.
fn gain(grades: &[u8]) -> f64 {
    let discounted = (2_u32..)
        .zip(grades.iter().take(10))
        .map(|(discount, grade)| (f64::from(*grade).exp2() - 1.0) / f64::from(discount).log2());
    discounted.sum()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn judgements(rows: &[(&str, &str, u8)]) -> Judgements {
        let mut judgements = Judgements::new();
        for (challenge, solution, grade) in rows {
            judgements.entry((*challenge).to_owned()).or_default().insert((*solution).to_owned(), *grade);
        }
        judgements
    }

    fn run(challenge: &str, order: &[&str]) -> Run {
        let ranked = order.iter().map(|id| ((*id).to_owned(), 0.5)).collect();
        BTreeMap::from([(challenge.to_owned(), ranked)])
    }

    #[test]
    fn the_best_order_measures_one() {
        let measured =
            measure(&run("q", &["a", "b", "c"]), &judgements(&[("q", "a", 3), ("q", "b", 2), ("q", "c", 1)]));
        assert_eq!(
            (measured.ndcg_at_10, measured.mrr, measured.recall_at_20, measured.queries),
            (1.0, 1.0, 1.0, 1)
        );
    }

    #[test]
    fn another_order_measures_what_is_computed_by_hand() {
        let measured =
            measure(&run("q", &["c", "x", "a"]), &judgements(&[("q", "a", 3), ("q", "b", 2), ("q", "c", 1)]));
        let dcg = 1.0 / 2_f64.log2() + 7.0 / 4_f64.log2();
        let ideal = 7.0 / 2_f64.log2() + 3.0 / 3_f64.log2() + 1.0 / 4_f64.log2();
        assert!((measured.ndcg_at_10 - dcg / ideal).abs() < 1e-12);
        assert!((measured.mrr - 1.0 / 3.0).abs() < 1e-12);
        assert!((measured.recall_at_20 - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_challenge_without_positive_judgement_does_not_count() {
        let measured = measure(&run("q", &["a"]), &judgements(&[("q", "a", 3), ("nothing", "a", 0)]));
        assert_eq!(measured.queries, 1);
    }

    #[test]
    fn a_challenge_that_the_run_leaves_out_counts_as_nothing() {
        let measured = measure(&run("q", &["a"]), &judgements(&[("q", "a", 3), ("left", "a", 3)]));
        assert_eq!((measured.ndcg_at_10, measured.queries), (0.5, 2));
    }

    #[test]
    fn what_comes_after_the_tenth_place_gains_nothing() {
        let order = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"];
        let measured = measure(&run("q", &order), &judgements(&[("q", "a", 3)]));
        assert_eq!(measured.ndcg_at_10, 0.0);
        assert_eq!(measured.recall_at_20, 1.0);
    }
}
