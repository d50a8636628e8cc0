//! Numbers for terms.

use std::collections::HashMap;

/// A term's number in one [`Lexicon`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub(super) u32);

impl TermId {
    /// Its place in tables by term.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Every term that was ever indexed, each with a number. It only grows: the vocabulary of a domain levels off,
/// and forgetting would cost more than it saves.
#[derive(Debug, Default)]
pub struct Lexicon {
    ids: HashMap<Box<str>, TermId>,
}

impl Lexicon {
    /// The number of a term, new if it has none yet.
    pub fn intern(&mut self, term: &str) -> TermId {
        if let Some(id) = self.ids.get(term) {
            return *id;
        }
        let id = TermId(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        self.ids.insert(term.into(), id);
        id
    }

    /// The number of a term that has one.
    pub fn find(&self, term: &str) -> Option<TermId> {
        self.ids.get(term).copied()
    }

    /// How many terms there are.
    pub fn size(&self) -> usize {
        self.ids.len()
    }
}
