//! The best solutions of all, without scoring all.
//!
//! For each segment the words of the question are added up chunk by chunk, the most promising chunk first. What every
//! solution of a chunk can score at most is known before the chunk is opened: the best impact of each word in it, and the best
//! that its structured columns hold in every respect. As soon as enough good solutions are found, chunks
//! that cannot hold a better one stay shut. Of a chunk that is opened, only those words are added up without which nothing in it
//! can be good enough (Turtle and Flood's MaxScore, with a threshold that depends on the structured columns); the light and
//! frequent ones are looked up afterwards, in the few blocks that are still promising. Then solutions whose words are too
//! few are passed over, then those whose own profile is too weak, and only the rest is scored. Bounds are rounded
//! upwards and ties are always scored, so the answer is exactly that of scoring everything.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use super::super::components::{Bounds, ChallengeView};
use super::super::corpus::{At, CHUNK, Fresh, Id, List, Part};
use super::super::ranking::Query;
use super::super::score::{Score, Scoring};
use super::super::text::{ALL_POINTS, Weighed, relevance};
use super::shelf::{BLOCK, SolutionItem};
use super::spoken::{Left, Words};

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
    left: Left,
    /// For each block of the segment the most that it can hold besides words, and the factor over all of it.
    blocks: Vec<(f32, f32)>,
    /// What each set of sectors of the segment can add at most; not a number while nobody asked.
    of_sectors: Vec<f32>,
    promising: Vec<Promising>,
}

/// A solution that may be good enough.
struct Promising {
    /// The most that it can score.
    bound: f32,
    /// The most that it can score besides words, and the factor over all of it.
    besides: f32,
    factor: f32,
    /// Its place in the chunk.
    place: usize,
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
        Self {
            wanted,
            bounds,
            best: BinaryHeap::new(),
            sums: Box::new([0; CHUNK]),
            left: Left::default(),
            blocks: Vec::new(),
            of_sectors: Vec::new(),
            promising: Vec::new(),
        }
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

    /// Looks in a segment, the `number`th part, in which the words of the question have these postings.
    pub(super) fn search(&mut self, number: usize, part: &Part<I, SolutionItem>, lists: &[List<'_>]) {
        let store = part.segment.store();
        self.bounds.rely_on_evidence(store.day(), self.wanted.scoring.today);
        let words = Words::new(self.wanted.weighed, lists, part.segment.postings().chunks());
        self.blocks.clear();
        self.blocks.extend(store.summaries().map(|summary| self.bounds.besides_words(summary)));
        self.of_sectors.clear();
        self.of_sectors.resize(store.sector_sets(), f32::NAN);
        let mut chunks = self.chunks(&words);
        chunks.sort_unstable_by(|a, b| b.bound.total_cmp(&a.bound));
        for chunk in &chunks {
            if chunk.bound < self.least() {
                break;
            }
            self.open(number, part, &words, chunk);
        }
    }

    fn chunks(&self, words: &Words<'_>) -> Vec<Chunk> {
        let chunks = self.blocks.chunks(CHUNK / BLOCK).zip(words.most()).enumerate();
        chunks
            .map(|(at, (blocks, most))| {
                let text = self.bounds.words(*most as f32 / ALL_POINTS as f32);
                let bounds = blocks.iter().map(|(besides, factor)| factor * (besides + text));
                Chunk { at, bound: bounds.fold(0.0, f32::max) }
            })
            .collect()
    }

    fn open(&mut self, number: usize, part: &Part<I, SolutionItem>, words: &Words<'_>, chunk: &Chunk) {
        let blocks = chunk.at * (CHUNK / BLOCK)..;
        let blocks = self.blocks.get(blocks).unwrap_or(&[]).iter().take(CHUNK / BLOCK);
        let needed: Vec<u32> = blocks.map(|block| self.needed(*block)).collect();
        let least_needed = needed.iter().copied().min().unwrap_or(u32::MAX);
        if !words.add_up(chunk.at, least_needed, &mut self.sums, &mut self.left) {
            return;
        }
        self.find_promising(part, chunk.at, &needed);
        let mut promising = std::mem::take(&mut self.promising);
        promising.sort_unstable_by(|a, b| b.bound.total_cmp(&a.bound));
        for one in &promising {
            if one.bound < self.least() {
                break;
            }
            let slot = (chunk.at * CHUNK + one.place) as u32;
            let Some(points) = self.sums.get(one.place).copied() else { continue };
            let needed = self.needed((one.besides, one.factor));
            let points = words.with_left(chunk.at, &self.left, one.place, points, needed);
            if points < needed || !part.live.contains(slot) {
                continue;
            }
            if let (Some(id), Some(item)) = (part.segment.id(slot), part.segment.item(slot)) {
                self.consider(id, &item, points, At::Segment(number, slot));
            }
        }
        self.promising = promising;
    }

    /// The fewest points with which something can be good enough that has so much besides words.
    fn needed(&self, (besides, factor): (f32, f32)) -> u32 {
        let needed = self.bounds.relevance(self.least() / factor - besides);
        (needed * ALL_POINTS as f32 * (1.0 - 1e-5)) as u32
    }

    /// The places of a chunk whose solutions may be good enough, even if they said all that was left out; `needed` is what
    /// each block needs.
    fn find_promising(&mut self, part: &Part<I, SolutionItem>, chunk: usize, needed: &[u32]) {
        let slots = (part.segment.candidates() as usize).saturating_sub(chunk * CHUNK).min(CHUNK);
        let (store, least, left) = (part.segment.store(), self.least(), self.left.most);
        self.promising.clear();
        for (block, (profiles, needed)) in store.blocks(chunk, slots).zip(needed).enumerate() {
            let first = block * BLOCK;
            let Some(sums) = self.sums.get(first..first + profiles.len()) else { continue };
            if sums.iter().copied().max().unwrap_or(0) + left < *needed {
                continue;
            }
            for (place, (profile, sum)) in profiles.iter().zip(sums).enumerate() {
                if *sum + left < *needed {
                    continue;
                }
                let Some(of_sectors) = self.of_sectors.get_mut(profile.sectors as usize) else { continue };
                if of_sectors.is_nan() {
                    *of_sectors = self.bounds.of_sectors(store.sectors(profile));
                }
                let (besides, factor) = self.bounds.of(profile, *of_sectors);
                let bound = factor * (besides + self.bounds.words((*sum + left) as f32 / ALL_POINTS as f32));
                if bound >= least {
                    self.promising.push(Promising { bound, besides, factor, place: first + place });
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
