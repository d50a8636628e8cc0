//! Relevance of words: what a challenge asks in terms, what a solution says in terms, and BM25 between the two.
//!
//! Scores of terms are whole numbers ([`points`]), so a sum is the same in whatever order it is taken: through the
//! inverted index, document by document, forwards or backwards, on this node or another.
//!
//! Statistics (number of documents, average length, how many documents have a term) are always those of the present
//! candidates, counted exactly and without regard to the order in which they came: nodes that hold the same
//! candidates hold the same statistics. What deployments say (their results) counts for relevance, but in no statistic
//! and in no length, so a further deployment can only add.

mod lexicon;
mod postings;
mod reader;

pub use lexicon::{Lexicon, TermId};
pub use postings::{DocumentTerms, Matched, Question, TextIndex};
pub use reader::{Asked, Origin, Reader, Via};

/// Points of one matched term are its score times this, rounded: about seven decimal digits.
pub(super) const POINTS_PER_UNIT: f64 = 1_048_576.0;

/// A share of points as a relevance from 0 to 1; nothing to match is no relevance.
pub(super) fn relevance(points: u64, bound: u64) -> f64 {
    if bound == 0 { 0.0 } else { (points as f64 / bound as f64).min(1.0) }
}

/// Relevance on the scale of the components: steep at first, 0 at 0, 1 at 1, and about one half at `half`.
pub(super) fn saturated(relevance: f64, half: f64) -> f64 {
    (relevance * (1.0 + half) / (relevance + half)).clamp(0.0, 1.0)
}
