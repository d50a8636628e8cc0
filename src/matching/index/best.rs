//! The best solutions of all, without scoring all.
//!
//! For each segment the words of the question are added up chunk by chunk, the most promising chunk first. What every
//! solution of a chunk can score at most is known before the chunk is opened: the best impact of each word in it, and the best
//! that its structured columns hold in every respect. As soon as enough good solutions are found, chunks
//! that cannot hold a better one stay shut; inside a chunk, solutions whose words are too few are passed over, then those
//! whose own profile is too weak, and only the rest is scored. Bounds are rounded upwards and ties are always
//! scored, so the answer is exactly that of scoring everything.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use super::super::components::{Bounds, ChallengeView};
use super::super::corpus::{At, CHUNK, Chunked, Fresh, Id, List, NOTHING, Part, Posting, place_and_impact};
use super::super::ranking::Query;
use super::super::score::{Score, Scoring};
use super::super::text::{ALL_POINTS, STEPS, Weighed, WeighedTerm, relevance};
use super::shelf::{BLOCK, SolutionItem, Solutions};

/// A solution with its score.
#[derive(Debug)]
pub(super) struct Scored<I> {
    pub(super) score: Score,
    pub(super) id: I,
    pub(super) at: At,
}

impl<I: Ord> Ord for Scored<I> {
    /// The better, the lesser: the worst is at the top of a heap.
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total.total_cmp(&self.score.total).then_with(|| self.id.cmp(&other.id))
    }
}

impl<I: Ord> PartialOrd for Scored<I> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<I: Ord> PartialEq for Scored<I> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<I: Ord> Eq for Scored<I> {}

/// What is looked for.
pub(super) struct Wanted<'h, I> {
    pub(super) scoring: &'h Scoring<'h>,
    pub(super) challenge: &'h ChallengeView,
    pub(super) weighed: &'h Weighed,
    pub(super) query: &'h Query<'h, I>,
    /// How many.
    pub(super) limit: usize,
    /// Only solutions without any operation that are good enough without evidence, and none of these.
    pub(super) newcomers_but: Option<&'h HashSet<&'h I>>,
}

/// The search for the best.
pub(super) struct Hunt<'h, I> {
    wanted: Wanted<'h, I>,
    bounds: Bounds,
    best: BinaryHeap<Scored<I>>,
    sums: Box<[u32; CHUNK]>,
    promising: Vec<(f32, usize)>,
}

/// A chunk that may hold something, and what of it is known beforehand.
struct Chunk {
    at: usize,
    /// The most that it can hold.
    bound: f32,
}

impl<'h, I: Id> Hunt<'h, I> {
    pub(super) fn new(wanted: Wanted<'h, I>) -> Self {
        let Scoring { rules, weights, today } = *wanted.scoring;
        let bounds = Bounds::new(wanted.challenge, weights, rules, today);
        Self { wanted, bounds, best: BinaryHeap::new(), sums: Box::new([0; CHUNK]), promising: Vec::new() }
    }

    /// The best found, best first.
    pub(super) fn found(self) -> Vec<Scored<I>> {
        self.best.into_sorted_vec()
    }

    /// The score below which nothing is wanted any more.
    fn least(&self) -> f32 {
        if self.best.len() < self.wanted.limit {
            return f32::NEG_INFINITY;
        }
        self.best.peek().map_or(f32::INFINITY, |worst| worst.score.total as f32)
    }

    /// Looks among fresh documents.
    pub(super) fn search_fresh(&mut self, fresh: &[std::sync::Arc<Fresh<I, SolutionItem>>]) {
        for (at, one) in fresh.iter().enumerate().filter(|(_, one)| one.item.candidate) {
            let points = self.wanted.weighed.points(&one.terms);
            self.consider(&one.id, &one.item, points, At::Fresh(at));
        }
    }

    /// Looks in a segment, the `number`th part.
    pub(super) fn search(&mut self, number: usize, part: &Part<I, SolutionItem>) {
        let store = part.segment.store();
        self.bounds.rely_on_evidence(store.day(), self.wanted.scoring.today);
        let words = Words::new(self.wanted.weighed, part);
        let mut chunks = self.chunks(store, &words);
        chunks.sort_unstable_by(|a, b| b.bound.total_cmp(&a.bound));
        for chunk in &chunks {
            if chunk.bound < self.least() {
                break;
            }
            self.open(number, part, &words, chunk);
        }
    }

    fn chunks(&self, store: &Solutions, words: &Words<'_>) -> Vec<Chunk> {
        let chunks = store.summaries().iter().zip(&words.most).enumerate();
        chunks
            .map(|(at, (summary, most))| {
                let (besides, factor) = self.bounds.besides_words(summary);
                let text = self.bounds.words(*most as f32 / ALL_POINTS as f32);
                Chunk { at, bound: factor * (besides + text) }
            })
            .collect()
    }

    fn open(&mut self, number: usize, part: &Part<I, SolutionItem>, words: &Words<'_>, chunk: &Chunk) {
        words.add_up(chunk.at, &mut self.sums);
        self.find_promising(part, chunk);
        let mut promising = std::mem::take(&mut self.promising);
        promising.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        for (bound, place) in &promising {
            if *bound < self.least() {
                break;
            }
            let slot = (chunk.at * CHUNK + place) as u32;
            let Some(points) = self.sums.get(*place).copied() else { continue };
            if !part.live.contains(slot) {
                continue;
            }
            if let (Some(id), Some(item)) = (part.segment.id(slot), part.segment.item(slot)) {
                self.consider(id, &item, points, At::Segment(number, slot));
            }
        }
        self.promising = promising;
    }

    /// The places of a chunk whose solutions may be good enough, with the most that they can score.
    fn find_promising(&mut self, part: &Part<I, SolutionItem>, chunk: &Chunk) {
        let (store, least) = (part.segment.store(), self.least());
        let slots = (part.segment.candidates() as usize).saturating_sub(chunk.at * CHUNK).min(CHUNK);
        self.promising.clear();
        let (mut sectors, mut of_sectors) = (u32::MAX, 0.0);
        for (block, (summary, profiles, sums)) in store.blocks(chunk.at, slots, &self.sums).enumerate() {
            let (besides, factor) = self.bounds.besides_words(summary);
            let needed = self.bounds.relevance(least / factor - besides);
            let needed = (needed * ALL_POINTS as f32 * (1.0 - 1e-5)) as u32;
            if sums.iter().copied().max() < Some(needed) {
                continue;
            }
            for (place, (profile, sum)) in profiles.iter().zip(sums).enumerate() {
                if *sum < needed {
                    continue;
                }
                if profile.sectors != sectors {
                    sectors = profile.sectors;
                    of_sectors = self.bounds.of_sectors(store.sectors(profile));
                }
                let words = self.bounds.words(*sum as f32 / ALL_POINTS as f32);
                let bound = self.bounds.of(profile, of_sectors, words);
                if bound >= least {
                    self.promising.push((bound, block * BLOCK + place));
                }
            }
        }
    }

    /// Scores one, and keeps it if it is among the best.
    fn consider(&mut self, id: &I, item: &SolutionItem, points: u32, at: At) {
        let Wanted { scoring, challenge, query, newcomers_but, .. } = &self.wanted;
        if !query.sees(id) {
            return;
        }
        let score = scoring.score(challenge, &item.view, relevance(points));
        if newcomers_but.is_some_and(|others| !scoring.is_newcomer(&item.view, score) || others.contains(id))
        {
            return;
        }
        let scored = Scored { score, id: id.clone(), at };
        if self.best.len() < self.wanted.limit {
            self.best.push(scored);
        } else if self.best.peek().is_some_and(|worst| scored < *worst) {
            self.best.pop();
            self.best.push(scored);
        }
    }
}

/// The words of a question in one segment.
struct Words<'p> {
    frequent: Vec<(Chunked<'p>, &'p [u32; STEPS])>,
    /// Points of rare words by chunk: where those of each chunk end, and the place in it with the points.
    ends: Vec<usize>,
    rare: Vec<(u16, u32)>,
    /// For each chunk the most points that a document of it can have.
    most: Vec<u32>,
}

impl<'p> Words<'p> {
    fn new<I: Id>(weighed: &'p Weighed, part: &'p Part<I, SolutionItem>) -> Self {
        let postings = part.segment.postings();
        let mut most = vec![0; postings.chunks()];
        let (mut frequent, mut rare) = (Vec::new(), Vec::new());
        for term in &weighed.terms {
            match postings.of(term.term) {
                List::Rare(list) if !list.is_empty() => rare.push((list, term)),
                List::Rare(_) => {}
                List::Chunked(list) => {
                    for (most, top) in most.iter_mut().zip(list.tops) {
                        if *top != NOTHING {
                            *most += term.points.get(usize::from(*top)).copied().unwrap_or(0);
                        }
                    }
                    frequent.push((list, &term.points));
                }
            }
        }
        let (ends, rare) = by_chunk(&rare, &mut most);
        Self { frequent, ends, rare, most }
    }

    /// The points of each place of a chunk.
    fn add_up(&self, chunk: usize, sums: &mut [u32; CHUNK]) {
        sums.fill(0);
        for (list, points) in &self.frequent {
            for posting in list.chunk(chunk) {
                let (place, impact) = place_and_impact(*posting);
                if let (Some(sum), Some(points)) = (sums.get_mut(place), points.get(impact)) {
                    *sum += points;
                }
            }
        }
        let start = chunk.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(chunk).copied().unwrap_or(start);
        for (place, points) in self.rare.get(start..end).unwrap_or(&[]) {
            if let Some(sum) = sums.get_mut(usize::from(*place)) {
                *sum += points;
            }
        }
    }
}

/// Rare words sorted by chunk; what they can add is added to `most`.
fn by_chunk(rare: &[(&[Posting], &WeighedTerm)], most: &mut [u32]) -> (Vec<usize>, Vec<(u16, u32)>) {
    let mut places = vec![0_usize; most.len() + 1];
    for posting in rare.iter().flat_map(|(list, _)| *list) {
        if let Some(count) = places.get_mut(posting.split().0 + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for place in &mut places {
        sum += *place;
        *place = sum;
    }
    let mut sorted = vec![(0, 0); sum];
    for (list, term) in rare {
        for posting in *list {
            let (chunk, rest) = posting.split();
            let points = term.of(posting.impact());
            if let Some(most) = most.get_mut(chunk) {
                *most += points;
            }
            if let Some(place) = places.get_mut(chunk) {
                if let Some(entry) = sorted.get_mut(*place) {
                    *entry = (place_and_impact(rest).0 as u16, points);
                }
                *place += 1;
            }
        }
    }
    places.pop();
    (places, sorted)
}
