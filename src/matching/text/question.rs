//! What is looked for, weighed by how rare it is.

use super::impact::{Impact, STEPS};
use super::{DocumentTerms, Term};

/// Points of a question in all: what a document would have that says everything it asks, endlessly.
pub const ALL_POINTS: u32 = 1 << 24;

/// The terms of a question, each once, with how much each matters.
pub type Question = Vec<(Term, f64)>;

/// A question whose terms are weighed by what the documents say at present.
///
/// Scores of terms are whole numbers (points), so a sum is the same in whatever order it is taken: through the
/// inverted index, document by document, forwards or backwards, on this node or another.
#[derive(Debug)]
pub struct Weighed {
    /// In the order of the question.
    pub terms: Vec<WeighedTerm>,
}

/// A term with the points that each impact of it is worth.
#[derive(Debug, Clone)]
pub struct WeighedTerm {
    /// Which.
    pub term: Term,
    /// By the bits of the impact.
    pub points: [u32; STEPS],
}

/// A matched term of a question, by its place in it, with its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// Its place in the question.
    pub place: usize,
    /// What it adds.
    pub points: u32,
}

/// How often something is said: by all candidates together.
pub trait Statistics {
    /// How many candidates there are.
    fn candidates(&self) -> u32;

    /// How many of them have a term in a counted field.
    fn having(&self, term: Term) -> u32;

    /// Inverse document frequency. What no candidate says is as rare as can be: it is worth most, nobody gets it, and so
    /// relevance stays a share of all that was asked, in a small market as in a large one.
    fn rarity(&self, term: Term) -> f64 {
        let (all, having) = (f64::from(self.candidates()), f64::from(self.having(term)));
        (1.0 + (all - having + 0.5).max(0.5) / (having + 0.5)).ln()
    }
}

impl Weighed {
    /// The question weighed by these statistics.
    pub fn new(question: &[(Term, f64)], statistics: &impl Statistics) -> Self {
        let worth = worth(question, statistics);
        let terms = question.iter().zip(worth).map(|((term, _), worth)| WeighedTerm::new(*term, worth));
        Self { terms: terms.collect() }
    }

    /// The points of a document, term by term.
    pub fn matched(&self, document: &DocumentTerms) -> Vec<Matched> {
        let terms = self.terms.iter().enumerate().filter_map(|(place, term)| {
            document.impact(term.term).map(|impact| Matched { place, points: term.of(impact) })
        });
        terms.collect()
    }

    /// The points of a document.
    pub fn points(&self, document: &DocumentTerms) -> u32 {
        let terms = self.terms.iter();
        terms.filter_map(|term| document.impact(term.term).map(|impact| term.of(impact))).sum()
    }
}

/// The points that a document has for a question: those of [`Weighed::points`], for one who asks of one document only.
pub fn points(question: &[(Term, f64)], statistics: &impl Statistics, document: &DocumentTerms) -> u32 {
    let worth = worth(question, statistics);
    let found = question.iter().zip(worth);
    found.filter_map(|((term, _), worth)| Some(points_of(worth, document.impact(*term)?))).sum()
}

/// The points that each term of a question would have with the best impact there is.
fn worth(question: &[(Term, f64)], statistics: &impl Statistics) -> Vec<f64> {
    let mut worth: Vec<f64> =
        question.iter().map(|(term, weight)| weight * statistics.rarity(*term)).collect();
    let all: f64 = worth.iter().sum();
    let share = if all > 0.0 { f64::from(ALL_POINTS) / all } else { 0.0 };
    worth.iter_mut().for_each(|worth| *worth *= share);
    worth
}

fn points_of(worth: f64, impact: Impact) -> u32 {
    (worth * impact.value()).round() as u32
}

impl WeighedTerm {
    fn new(term: Term, worth: f64) -> Self {
        let mut points = [0; STEPS];
        for (points, impact) in points.iter_mut().zip(Impact::all()) {
            *points = points_of(worth, impact);
        }
        Self { term, points }
    }

    /// The points of one impact.
    pub fn of(&self, impact: Impact) -> u32 {
        self.points.get(impact.bits() as usize).copied().unwrap_or(0)
    }
}
