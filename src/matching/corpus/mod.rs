//! Documents with their words, by the thousand and by the million.
//!
//! Most documents stand in *segments*: sorted, compressed, never changed. What came since the last segment was made is *fresh*: a short
//! list that every question goes through. What left a segment is struck from its list of live slots. A corpus
//! is cheap to clone, since all its parts are shared: whoever asks works on a clone and sees one state of affairs from
//! the first word to the last, whatever is put in meanwhile.
//!
//! Small segments are merged at once, large ones by [`Corpus::upkeep`], which gives work that can be done elsewhere.

mod live;
mod merge;
mod postings;
mod reading;
mod segment;
mod stored;

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

pub use live::Live;
pub use merge::{Done, Upkeep};
pub use postings::{CHUNK, Chunked, List, NOTHING, Posting, place_and_impact};
pub use reading::At;
pub use segment::{Item, Segment, Store};
pub use stored::StoredItems;

use super::rules::Rules;
use super::text::{DocumentTerms, Impact, Statistics, Term};

/// What can name a document: small, ordered (ties of scores are broken by it), unique.
pub trait Id: Clone + Ord + Hash + Debug + Send + Sync {}

impl<T: Clone + Ord + Hash + Debug + Send + Sync> Id for T {}

/// Documents that can be ranked and searched. See the module.
#[derive(Debug)]
pub struct Corpus<I, T: Item> {
    parts: Vec<Part<I, T>>,
    fresh: Vec<Arc<Fresh<I, T>>>,
}

/// A segment with what became of it.
#[derive(Debug)]
pub struct Part<I, T: Item> {
    /// What it is made of.
    pub segment: Arc<Segment<I, T>>,
    /// What of it holds.
    pub live: Arc<Live>,
    /// For each of its terms, how many candidates have it in a counted field.
    counts: Arc<[u32]>,
    /// How many live candidates there are.
    candidates: u32,
    /// Whether `counts` counts documents that are gone.
    stale: bool,
}

/// A document outside all segments.
#[derive(Debug)]
pub struct Fresh<I, T> {
    /// Its name.
    pub id: I,
    /// What is known of it besides its words.
    pub item: T,
    /// Its words.
    pub terms: DocumentTerms,
}

/// So many fresh documents make a segment.
const FRESH: usize = 32;
/// Segments up to this many slots together are merged at once.
const MERGED_AT_ONCE: usize = 4_096;
/// A segment is merged with those behind it that together are at least this share of it: one in …
const MERGE_RATIO: usize = 4;
/// Up to this many postings are counted anew at once.
const COUNTED_AT_ONCE: usize = 1 << 18;

impl<I, T: Item> Clone for Corpus<I, T> {
    fn clone(&self) -> Self {
        Self { parts: self.parts.clone(), fresh: self.fresh.clone() }
    }
}

impl<I, T: Item> Clone for Part<I, T> {
    fn clone(&self) -> Self {
        Self {
            segment: Arc::clone(&self.segment),
            live: Arc::clone(&self.live),
            counts: Arc::clone(&self.counts),
            ..*self
        }
    }
}

impl<I, T: Item> Default for Corpus<I, T> {
    fn default() -> Self {
        Self { parts: Vec::new(), fresh: Vec::new() }
    }
}

impl<I: Id, T: Item> Corpus<I, T> {
    /// Puts a document in, in place of what was there under this id.
    pub fn put(&mut self, document: Fresh<I, T>, rules: &Rules) {
        self.remove(&document.id);
        self.fresh.push(Arc::new(document));
        if self.fresh.len() >= FRESH {
            self.settle(rules);
        }
    }

    /// Puts many documents in at once, as one segment if they are enough; of several with the same id the last counts.
    pub fn put_all(&mut self, documents: Vec<Fresh<I, T>>, rules: &Rules) {
        if documents.len() < FRESH {
            documents.into_iter().for_each(|document| self.put(document, rules));
            return;
        }
        let mut last: HashMap<I, Arc<Fresh<I, T>>> = HashMap::new();
        for document in documents {
            self.remove(&document.id);
            last.insert(document.id.clone(), Arc::new(document));
        }
        let documents: Vec<Arc<Fresh<I, T>>> = last.into_values().collect();
        self.parts.push(Part::new(Arc::new(Segment::build(&documents, rules))));
        self.sort_parts();
    }

    /// Takes a document out; whether it was there.
    pub fn remove(&mut self, id: &I) -> bool {
        if let Some(at) = self.fresh.iter().position(|one| one.id == *id) {
            self.fresh.swap_remove(at);
            return true;
        }
        self.parts.iter_mut().any(|part| part.remove(id))
    }

    /// The segments.
    pub fn parts(&self) -> &[Part<I, T>] {
        &self.parts
    }

    /// What is in no segment.
    pub fn fresh(&self) -> &[Arc<Fresh<I, T>>] {
        &self.fresh
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.fresh.len() + self.parts.iter().map(|part| part.live.count()).sum::<usize>()
    }

    /// How many postings there are, those of documents that are gone among them until they are cleared away.
    pub fn postings(&self) -> usize {
        let fresh: usize = self.fresh.iter().map(|one| one.terms.iter().len()).sum();
        fresh + self.parts.iter().map(|part| part.segment.postings().len()).sum::<usize>()
    }

    /// All terms, each once, in rising order.
    pub fn terms(&self) -> Vec<Term> {
        let fresh = self.fresh.iter().flat_map(|one| one.terms.iter().map(|(term, _)| term));
        let mut terms: Vec<Term> = self
            .parts
            .iter()
            .flat_map(|part| part.segment.postings().terms())
            .copied()
            .chain(fresh)
            .collect();
        terms.sort();
        terms.dedup();
        terms
    }

    /// Makes a segment of what is fresh and merges small segments.
    pub fn settle(&mut self, rules: &Rules) {
        if !self.fresh.is_empty() {
            let fresh = std::mem::take(&mut self.fresh);
            self.parts.push(Part::new(Arc::new(Segment::build(&fresh, rules))));
        }
        self.sort_parts();
        let mut small = self.due();
        let sizes = small.iter().rev().scan(0, |sum, part| {
            *sum += part.live.count();
            Some(*sum)
        });
        let few = sizes.take_while(|sum| *sum <= MERGED_AT_ONCE).count();
        small.drain(..small.len() - few);
        if small.len() > 1 {
            self.do_now(Upkeep { parts: small, merge: true }, rules);
        }
    }

    /// Makes one segment of everything, at once.
    pub fn compact(&mut self, rules: &Rules) {
        self.settle(rules);
        let settled = matches!(self.parts.as_slice(), [] | [_]) && self.parts.iter().all(Part::is_whole);
        if !settled {
            self.do_now(Upkeep { parts: self.parts.clone(), merge: true }, rules);
        }
    }

    /// What should be done next, if anything: run it anywhere, then bring it in with [`Corpus::bring_in`].
    pub fn upkeep(&self) -> Option<Upkeep<I, T>> {
        let due = self.due();
        if due.len() > 1 || due.iter().any(|part| !part.is_whole()) {
            return Some(Upkeep { parts: due, merge: true });
        }
        let stale = self.parts.iter().find(|part| part.stale)?;
        Some(Upkeep { parts: vec![stale.clone()], merge: false })
    }

    /// Puts what was made in place of what it was made from. Documents that left since are taken out of it; if what it was made from
    /// is not there any more, nothing happens.
    pub fn bring_in(&mut self, done: Done<I, T>) {
        let mut made = done.made;
        for before in &done.parts {
            let Some(now) = self.parts.iter().find(|part| Arc::ptr_eq(&part.segment, &before.segment)) else {
                return;
            };
            let gone = before.live.iter().filter(|slot| !now.live.contains(*slot));
            let gone: Vec<&I> = gone.filter_map(|slot| before.segment.id(slot)).collect();
            for id in gone {
                made.remove(id);
            }
        }
        self.parts.retain(|part| !done.parts.iter().any(|one| Arc::ptr_eq(&one.segment, &part.segment)));
        if made.live.count() > 0 {
            self.parts.push(made);
        }
        self.sort_parts();
    }

    fn do_now(&mut self, upkeep: Upkeep<I, T>, rules: &Rules) {
        if !upkeep.parts.is_empty() {
            self.bring_in(upkeep.run(rules));
        }
    }

    /// Large segments first.
    fn sort_parts(&mut self) {
        self.parts.sort_by_key(|part| std::cmp::Reverse(part.segment.slots()));
    }

    /// The segments that should be one: the last ones, of which none is much larger than all behind it together; or one that is
    /// half empty.
    fn due(&self) -> Vec<Part<I, T>> {
        let (mut behind, mut first) = (0, self.parts.len());
        for (at, part) in self.parts.iter().enumerate().rev() {
            if behind * MERGE_RATIO >= part.live.count() && behind > 0 {
                first = at;
            }
            behind += part.live.count();
        }
        if first < self.parts.len() {
            return self.parts.get(first..).unwrap_or_default().to_vec();
        }
        let emptied = self.parts.iter().find(|part| part.live.count() * 2 < part.segment.slots());
        emptied.cloned().into_iter().collect()
    }
}

impl<I: Id, T: Item> Part<I, T> {
    fn remove(&mut self, id: &I) -> bool {
        let Some(slot) = self.segment.find(id) else { return false };
        if !self.live.contains(slot) {
            return false;
        }
        Arc::make_mut(&mut self.live).remove(slot);
        if slot < self.segment.candidates() {
            self.candidates -= 1;
        }
        self.stale = true;
        if self.segment.postings().len() <= COUNTED_AT_ONCE {
            *self = self.recounted();
        }
        true
    }

    fn is_whole(&self) -> bool {
        self.live.count() == self.segment.slots()
    }
}

impl<I: Id, T: Item> Statistics for Corpus<I, T> {
    fn candidates(&self) -> u32 {
        let fresh = self.fresh.iter().filter(|one| one.item.is_candidate()).count() as u32;
        fresh + self.parts.iter().map(|part| part.candidates).sum::<u32>()
    }

    fn having(&self, term: Term) -> u32 {
        let fresh = self
            .fresh
            .iter()
            .filter(|one| one.item.is_candidate() && one.terms.impact(term).is_some_and(Impact::is_counted));
        let settled = self
            .parts
            .iter()
            .filter_map(|part| part.counts.get(part.segment.postings().find(term)?).copied());
        fresh.count() as u32 + settled.sum::<u32>()
    }
}
