//! Documents that stand together and never change.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use super::super::rules::Rules;
use super::super::text::{Term, TermHash};
use super::live::Live;
use super::postings::{List, Posting, Postings, PostingsBuilder};
use super::{Fresh, Id};

/// What a corpus holds of each document besides its words.
pub trait Item: Clone + Debug + Send + Sync {
    /// How many of them are kept in a segment.
    type Store: Store<Self>;

    /// Whether it is ranked and counts in the statistics.
    fn is_candidate(&self) -> bool;

    /// Where it stands in a segment: those that are alike should stand together. Less than 2⁶³.
    fn order(&self, rules: &Rules) -> u64;
}

/// Items by slot, as small as they can be kept.
pub trait Store<T>: Debug + Default + Send + Sync {
    /// Puts an item into the next slot.
    fn push(&mut self, item: &T, rules: &Rules);

    /// Called after the last item.
    fn finish(&mut self, rules: &Rules);

    /// The item in a slot.
    fn get(&self, slot: u32) -> Option<T>;
}

/// Documents in numbered slots, candidates first, and the inverted index over their words.
#[derive(Debug)]
pub struct Segment<I, T: Item> {
    ids: Vec<I>,
    /// Slots in the order of their ids.
    by_id: Vec<u32>,
    candidates: u32,
    store: T::Store,
    postings: Postings,
}

impl<I: Id, T: Item> Segment<I, T> {
    /// A segment of these documents, whose ids differ.
    pub fn build(documents: &[Arc<Fresh<I, T>>], rules: &Rules) -> Self {
        let mut order: Vec<(u64, &Fresh<I, T>)> =
            documents.iter().map(|one| (placed(&one.item, rules), one.as_ref())).collect();
        order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
        let mut lists: HashMap<Term, Vec<Posting>, TermHash> = HashMap::default();
        let (mut store, mut candidates) = (T::Store::default(), 0);
        for (slot, (_, one)) in (0..).zip(&order) {
            for (term, impact) in one.terms.iter() {
                lists.entry(term).or_default().push(Posting::new(slot, impact));
            }
            store.push(&one.item, rules);
            candidates += u32::from(one.item.is_candidate());
        }
        let mut lists: Vec<(Term, Vec<Posting>)> = lists.into_iter().collect();
        lists.sort_unstable_by_key(|(term, _)| *term);
        let mut postings = PostingsBuilder::new(order.len());
        for (term, list) in &lists {
            postings.push(*term, list);
        }
        store.finish(rules);
        Self::new(
            order.into_iter().map(|(_, one)| one.id.clone()).collect(),
            candidates,
            store,
            postings.build(),
        )
    }

    /// A segment from its parts; the first `candidates` slots are candidates.
    pub(super) fn new(ids: Vec<I>, candidates: u32, store: T::Store, postings: Postings) -> Self {
        let mut by_id: Vec<u32> = (0..ids.len() as u32).collect();
        by_id.sort_unstable_by_key(|slot| ids.get(*slot as usize));
        Self::of(ids, by_id, candidates, store, postings)
    }

    /// The same, where the order of the ids is known.
    pub(super) fn of(
        ids: Vec<I>,
        by_id: Vec<u32>,
        candidates: u32,
        store: T::Store,
        postings: Postings,
    ) -> Self {
        Self { ids, by_id, candidates, store, postings }
    }

    /// Slots in the order of their ids.
    pub(super) fn by_id(&self) -> &[u32] {
        &self.by_id
    }

    /// The slot of a document.
    pub fn find(&self, id: &I) -> Option<u32> {
        let at = self.by_id.binary_search_by(|slot| self.ids.get(*slot as usize).cmp(&Some(id))).ok()?;
        self.by_id.get(at).copied()
    }

    /// The id of the document in a slot.
    pub fn id(&self, slot: u32) -> Option<&I> {
        self.ids.get(slot as usize)
    }

    /// All ids by slot.
    pub fn ids(&self) -> &[I] {
        &self.ids
    }

    /// The item in a slot.
    pub fn item(&self, slot: u32) -> Option<T> {
        self.store.get(slot)
    }

    /// All items.
    pub fn store(&self) -> &T::Store {
        &self.store
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.ids.len()
    }

    /// Slots below this one are candidates, all others are not.
    pub fn candidates(&self) -> u32 {
        self.candidates
    }

    /// The inverted index.
    pub fn postings(&self) -> &Postings {
        &self.postings
    }

    /// For each term, how many live candidates have it in a counted field.
    pub fn count(&self, live: &Live) -> Arc<[u32]> {
        let all_live = live.count() == self.slots();
        let counts = |posting: &Posting| {
            posting.slot() < self.candidates
                && posting.impact().is_counted()
                && (all_live || live.contains(posting.slot()))
        };
        let terms = 0..self.postings.terms().len();
        terms
            .map(|place| match self.postings.list(place) {
                List::Rare(postings) => postings.iter().filter(|one| counts(one)).count() as u32,
                list @ List::Chunked(_) => list.iter().filter(counts).count() as u32,
            })
            .collect()
    }
}

/// Candidates first.
pub(super) fn placed<T: Item>(item: &T, rules: &Rules) -> u64 {
    item.order(rules) | u64::from(!item.is_candidate()) << 63
}
