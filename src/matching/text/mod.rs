//! Relevance of words: what a challenge asks in terms, what a solution says in terms, and BM25 between the two.
//!
//! How much a term counts in a document ([`Impact`]) follows from the document alone; how much a term counts in a question
//! ([`Weighed`]) from the question and from how many of the present candidates have it. Statistics depend on the documents
//! alone and not on the order in which they came: nodes that hold the same candidates hold the same statistics.
//! What deployments say (their results) counts for relevance, but in no statistic and in no length, so a further
//! deployment can only add.

mod checksum;
mod document;
mod impact;
mod question;
mod reader;
mod term;
mod written;

pub use checksum::Checksum;
pub use document::DocumentTerms;
pub use impact::{Impact, STEPS};
pub use question::{ALL_POINTS, Matched, Question, Statistics, Weighed, WeighedTerm, points};
pub use reader::{Asked, Origin, Reader, Via, asked_for};
pub use term::{Term, TermHash};

/// A share of all points as a relevance from 0 to 1.
pub(super) fn relevance(points: u32) -> f64 {
    (f64::from(points) / f64::from(ALL_POINTS)).min(1.0)
}

/// Relevance on the scale of the components: steep at first, 0 at 0, 1 at 1, and about one half at `half`.
pub(super) fn saturated(relevance: f64, half: f64) -> f64 {
    (relevance * (1.0 + half) / (relevance + half)).clamp(0.0, 1.0)
}
