//! Reading a corpus: what it holds, where, and which of its documents have some words.

use super::super::text::{Impact, Matched, Term, Weighed, WeighedTerm};
use super::postings::List;
use super::{Corpus, Id, Item};

/// Where a document stands in one state of a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// In a segment, by its place among the parts, and slot.
    Segment(usize, u32),
    /// Among the fresh ones.
    Fresh(usize),
}

/// A number for each document.
#[derive(Debug)]
pub struct Sums {
    parts: Vec<Vec<u32>>,
    fresh: Vec<u32>,
}

impl Sums {
    /// That of one document.
    pub fn of(&self, at: At) -> u32 {
        let found = match at {
            At::Segment(part, slot) => self.parts.get(part).and_then(|sums| sums.get(slot as usize)),
            At::Fresh(at) => self.fresh.get(at),
        };
        found.copied().unwrap_or(0)
    }
}

impl<I: Id, T: Item> Corpus<I, T> {
    /// All documents that hold.
    pub fn iter(&self) -> impl Iterator<Item = (At, &I, T)> {
        let settled = self.parts.iter().enumerate().flat_map(|(number, part)| {
            part.live.iter().filter_map(move |slot| {
                Some((At::Segment(number, slot), part.segment.id(slot)?, part.segment.item(slot)?))
            })
        });
        let fresh = self.fresh.iter().enumerate().map(|(at, one)| (At::Fresh(at), &one.id, one.item.clone()));
        settled.chain(fresh)
    }

    /// The names of all candidates.
    pub fn candidate_ids(&self) -> impl Iterator<Item = &I> {
        let settled = self.parts.iter().flat_map(|part| {
            let slots = part.live.iter().take_while(|slot| *slot < part.segment.candidates());
            slots.filter_map(|slot| part.segment.id(slot))
        });
        let fresh = self.fresh.iter().filter(|one| one.item.is_candidate()).map(|one| &one.id);
        settled.chain(fresh)
    }

    /// Whether a document is not gone.
    pub fn holds(&self, at: At) -> bool {
        match at {
            At::Segment(part, slot) => self.parts.get(part).is_some_and(|part| part.live.contains(slot)),
            At::Fresh(_) => true,
        }
    }

    /// The name of a document.
    pub fn id(&self, at: At) -> Option<&I> {
        match at {
            At::Segment(part, slot) => self.parts.get(part)?.segment.id(slot),
            At::Fresh(at) => self.fresh.get(at).map(|one| &one.id),
        }
    }

    /// What is known of a document besides its words.
    pub fn item(&self, at: At) -> Option<T> {
        match at {
            At::Segment(part, slot) => self.parts.get(part)?.segment.item(slot),
            At::Fresh(at) => self.fresh.get(at).map(|one| one.item.clone()),
        }
    }

    /// The points of all documents for a question.
    pub fn points(&self, weighed: &Weighed) -> Sums {
        let parts = self.parts.iter().map(|part| {
            let mut sums = vec![0; part.segment.slots()];
            for term in &weighed.terms {
                for posting in part.segment.postings().of(term.term).iter() {
                    if let Some(sum) = sums.get_mut(posting.slot() as usize) {
                        *sum += term.of(posting.impact());
                    }
                }
            }
            sums
        });
        let fresh = self.fresh.iter().map(|one| weighed.points(&one.terms));
        Sums { parts: parts.collect(), fresh: fresh.collect() }
    }

    /// Where the terms of a question are in each segment, in the order of the parts and of the question.
    pub fn lists(&self, weighed: &Weighed) -> Vec<Vec<List<'_>>> {
        let parts = self.parts.iter().map(|part| part.segment.postings());
        parts.map(|postings| weighed.terms.iter().map(|term| postings.of(term.term)).collect()).collect()
    }

    /// The points of one document, term by term; `lists` are those of the question.
    pub fn matched(&self, weighed: &Weighed, lists: &[Vec<List<'_>>], at: At) -> Vec<Matched> {
        let points = |place: usize, term: &WeighedTerm, impact: Option<Impact>| {
            impact.map(|impact| Matched { place, points: term.of(impact) })
        };
        let terms = weighed.terms.iter().enumerate();
        match at {
            At::Segment(part, slot) => {
                let lists = lists.get(part).map_or(&[][..], Vec::as_slice);
                let terms = terms.zip(lists);
                terms.filter_map(|((place, term), list)| points(place, term, list.impact(slot))).collect()
            }
            At::Fresh(at) => {
                let Some(one) = self.fresh.get(at) else { return Vec::new() };
                terms.filter_map(|(place, term)| points(place, term, one.terms.impact(term.term))).collect()
            }
        }
    }

    /// Where the documents are that have a term, gone ones perhaps among them.
    pub fn having(&self, term: Term) -> Vec<At> {
        let settled = self.parts.iter().enumerate().flat_map(|(number, part)| {
            part.segment.postings().of(term).iter().map(move |posting| At::Segment(number, posting.slot()))
        });
        let fresh = self.fresh.iter().enumerate();
        let fresh = fresh.filter(|(_, one)| one.terms.impact(term).is_some()).map(|(at, _)| At::Fresh(at));
        settled.chain(fresh).collect()
    }
}
