//! Runs in the form that trec_eval and its kin read.

use std::io::{self, Write};

use super::Run;

/// Writes `challenge Q0 solution rank score tag`, one line a place.
///
/// Scorers sort by score again, some in single precision, and break ties in ways of their own. So the scores written fall
/// strictly in single precision: where two are equal, the later one is written as the next smaller number.
///
/// # Errors
/// Those of the writer.
pub fn write_run(out: &mut impl Write, run: &Run, tag: &str) -> io::Result<()> {
    for (challenge, ranked) in run {
        let mut previous = f32::INFINITY;
        for (rank, (solution, score)) in (1..).zip(ranked) {
            let falling = (*score as f32).min(previous.next_down());
            writeln!(out, "{challenge} Q0 {solution} {rank} {falling} {tag}")?;
            previous = falling;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn written(scores: &[f64]) -> Vec<f32> {
        let ranked = scores.iter().enumerate().map(|(place, score)| (format!("s{place}"), *score)).collect();
        let run = BTreeMap::from([("q1".to_owned(), ranked)]);
        let mut out = Vec::new();
        write_run(&mut out, &run, "kakehashi").unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| line.split(' ').nth(4).unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn a_line_has_the_six_columns() {
        let run = BTreeMap::from([("q1".to_owned(), vec![("s9".to_owned(), 0.5)])]);
        let mut out = Vec::new();
        write_run(&mut out, &run, "kakehashi").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "q1 Q0 s9 1 0.5 kakehashi\n");
    }

    #[test]
    fn equal_scores_and_scores_equal_in_single_precision_are_written_falling() {
        let scores = written(&[0.7, 0.7, 0.7, 0.699_999_999_999, 0.0, 0.0]);
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }
}
