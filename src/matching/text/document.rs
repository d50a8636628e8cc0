//! What a document says, in numbers.

use super::super::rules::TextRules;
use super::Term;
use super::impact::Impact;
use super::reader::ReadTerm;

/// The terms of a document, each once, with its impact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTerms(Box<[(Term, Impact)]>);

impl DocumentTerms {
    /// The terms read from a document that is `length` tokens long.
    pub fn new(read: &[ReadTerm], length: u32, rules: &TextRules) -> Self {
        let impact = |term: &ReadTerm| Impact::of(term.frequency, term.counted, length, rules);
        let mut terms: Vec<(Term, Impact)> =
            read.iter().map(|term| (Term::of(&term.key), impact(term))).collect();
        terms.sort_unstable();
        terms.dedup_by_key(|(term, _)| *term);
        Self(terms.into_boxed_slice())
    }

    /// The impact of a term; `None` where the document does not have it.
    pub fn impact(&self, term: Term) -> Option<Impact> {
        let at = self.0.binary_search_by_key(&term, |(known, _)| *known).ok()?;
        self.0.get(at).map(|(_, impact)| *impact)
    }

    /// All terms in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Term, Impact)> {
        self.0.iter().copied()
    }
}
