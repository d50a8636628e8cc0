//! Making one segment of several, in the background if need be.

use std::sync::Arc;

use super::super::rules::Rules;
use super::super::text::Term;
use super::live::Live;
use super::postings::{Posting, Postings, PostingsBuilder};
use super::segment::{Item, Segment, Store, placed};
use super::{Id, Part};

/// A slot that holds nothing any more.
const GONE: u32 = u32::MAX;

/// Work to be done on parts of a corpus, beside everything else: it owns all it needs.
#[derive(Debug)]
pub struct Upkeep<I, T: Item> {
    pub(super) parts: Vec<Part<I, T>>,
    pub(super) merge: bool,
}

/// Work that was done, to be brought in.
#[derive(Debug)]
pub struct Done<I, T: Item> {
    /// What was worked on, as it was.
    pub(super) parts: Vec<Part<I, T>>,
    /// What takes its place.
    pub(super) made: Part<I, T>,
}

impl<I: Id, T: Item> Upkeep<I, T> {
    /// Does the work.
    pub fn run(self, rules: &Rules) -> Done<I, T> {
        let made = match self.parts.as_slice() {
            [one] if !self.merge => one.recounted(),
            parts => Part::new(Arc::new(merged(parts, rules))),
        };
        Done { parts: self.parts, made }
    }
}

/// One segment of what holds in several.
pub(super) fn merged<I: Id, T: Item>(parts: &[Part<I, T>], rules: &Rules) -> Segment<I, T> {
    let mut order: Vec<(u64, usize, u32)> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let placed = part
            .live
            .iter()
            .filter_map(|slot| part.segment.item(slot).map(|item| (placed(&item, rules), at, slot)));
        order.extend(placed);
    }
    let id = |at: usize, slot: u32| parts.get(at).and_then(|part| part.segment.id(slot));
    order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1, a.2).cmp(&id(b.1, b.2))));
    let mut moved: Vec<Vec<u32>> = parts.iter().map(|part| vec![GONE; part.segment.slots()]).collect();
    let (mut store, mut ids, mut candidates) = (T::Store::default(), Vec::with_capacity(order.len()), 0);
    for (_, at, slot) in order {
        let Some(part) = parts.get(at) else { continue };
        let (Some(item), Some(id)) = (part.segment.item(slot), part.segment.id(slot)) else { continue };
        if let Some(new) = moved.get_mut(at).and_then(|slots| slots.get_mut(slot as usize)) {
            *new = ids.len() as u32;
        }
        store.push(&item, rules);
        candidates += u32::from(item.is_candidate());
        ids.push(id.clone());
    }
    store.finish(rules);
    let sources: Vec<Source<'_>> = parts
        .iter()
        .zip(&moved)
        .map(|(part, moved)| Source { postings: part.segment.postings(), moved })
        .collect();
    let postings = merged_postings(&sources, ids.len());
    Segment::new(ids, candidates, store, postings)
}

/// Postings, and where each slot goes.
#[derive(Clone, Copy)]
struct Source<'s> {
    postings: &'s Postings,
    moved: &'s [u32],
}

/// All terms, half of them by each of two threads: numbers of terms are spread evenly.
fn merged_postings(sources: &[Source<'_>], slots: usize) -> Postings {
    const MIDDLE: u64 = 1 << 63;
    if slots < WORTH_A_THREAD {
        return merged_between(sources, slots, 0, u64::MAX).build();
    }
    let (lower, upper) = std::thread::scope(|scope| {
        let upper = scope.spawn(|| merged_between(sources, slots, MIDDLE, u64::MAX));
        (merged_between(sources, slots, 0, MIDDLE - 1), upper.join())
    });
    let mut all = lower;
    match upper {
        Ok(upper) => all.append(upper),
        Err(panic) => std::panic::resume_unwind(panic),
    }
    all.build()
}

/// Fewer slots are merged before a thread is under way.
const WORTH_A_THREAD: usize = 10_000;

fn merged_between(sources: &[Source<'_>], slots: usize, from: u64, to: u64) -> PostingsBuilder {
    let mut terms: Vec<(Term, u32, u32)> = Vec::new();
    for (at, source) in (0..).zip(sources) {
        let all = source.postings.terms();
        let (first, behind) = (
            all.partition_point(|term| term.number() < from),
            all.partition_point(|term| term.number() <= to),
        );
        let among = all.get(first..behind).unwrap_or(&[]);
        terms.extend((first as u32..).zip(among).map(|(place, term)| (*term, at, place)));
    }
    // Runs that are sorted already, one for each source, which a stable sort makes use of.
    terms.sort();
    let mut builder = PostingsBuilder::new(slots);
    let (mut read, mut list): (Vec<Posting>, Vec<Posting>) = (Vec::new(), Vec::new());
    for same in terms.chunk_by(|a, b| a.0 == b.0) {
        list.clear();
        for (_, at, place) in same {
            let Some(source) = sources.get(*at as usize) else { continue };
            read.clear();
            source.postings.list(*place as usize).copy_to(&mut read);
            let moved = read.iter().filter_map(|posting| {
                let slot = source.moved.get(posting.slot() as usize).copied().filter(|slot| *slot != GONE)?;
                Some(Posting::new(slot, posting.impact()))
            });
            list.extend(moved);
        }
        if !list.is_sorted() {
            list.sort();
        }
        if let Some((term, _, _)) = same.first() {
            builder.push(*term, &list);
        }
    }
    builder
}

impl<I: Id, T: Item> Part<I, T> {
    pub(super) fn new(segment: Arc<Segment<I, T>>) -> Self {
        let live = Live::all(segment.slots());
        let counts = segment.count(&live);
        let candidates = segment.candidates();
        Self { segment, live: Arc::new(live), counts, candidates, stale: false }
    }

    /// The same with statistics of what holds.
    pub(super) fn recounted(&self) -> Self {
        Self { counts: self.segment.count(&self.live), stale: false, ..self.clone() }
    }
}
