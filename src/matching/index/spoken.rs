//! The words of a question in one segment, added up chunk by chunk.

use super::super::corpus::{CHUNK, Chunked, List, NOTHING, Posting, place_and_impact};
use super::super::text::{STEPS, Weighed, WeighedTerm};

/// The words of a question in one segment.
pub(super) struct Words<'p> {
    /// Frequent words, those first that add least.
    frequent: Vec<(Chunked<'p>, &'p [u32; STEPS])>,
    /// Points of rare words by chunk: where those of each chunk end, and the place in it with the points.
    ends: Vec<usize>,
    rare: Vec<(u16, u32)>,
    /// For each chunk the most points that a document of it can have.
    most: Vec<u32>,
}

/// What was left out when a chunk was added up.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Places among the frequent words, and the most points that each can add to a document of the chunk.
    words: Vec<(usize, u32)>,
    /// The most points that they can add to any one document of the chunk.
    pub(super) most: u32,
}

impl<'p> Words<'p> {
    /// Of the words with these postings in a segment of so many chunks.
    pub(super) fn new(weighed: &'p Weighed, lists: &[List<'p>], chunks: usize) -> Self {
        let mut most = vec![0; chunks];
        let (mut frequent, mut rare) = (Vec::new(), Vec::new());
        for (term, list) in weighed.terms.iter().zip(lists) {
            match list {
                List::Rare(list) if !list.is_empty() => rare.push((*list, term)),
                List::Rare(_) => {}
                List::Chunked(list) => {
                    for (most, top) in most.iter_mut().zip(list.tops) {
                        *most += points_of(&term.points, *top);
                    }
                    frequent.push((*list, &term.points));
                }
            }
        }
        frequent.sort_by_key(|(_, points)| points.last().copied());
        let (ends, rare) = by_chunk(&rare, &mut most);
        Self { frequent, ends, rare, most }
    }

    /// For each chunk the most points that a document of it can have.
    pub(super) fn most(&self) -> &[u32] {
        &self.most
    }

    /// The points of each place of a chunk, but for those of light words without which a document with `needed` points
    /// must have something all the same. False where no document has any of the others.
    pub(super) fn add_up(&self, chunk: usize, needed: u32, sums: &mut [u32; CHUNK], left: &mut Left) -> bool {
        sums.fill(0);
        left.words.clear();
        left.most = 0;
        let mut any = needed == 0;
        for (place, (list, points)) in self.frequent.iter().enumerate() {
            let top = list.tops.get(chunk).map_or(0, |top| points_of(points, *top));
            if top == 0 {
                continue;
            }
            if left.most + top < needed {
                left.most += top;
                left.words.push((place, top));
                continue;
            }
            any = true;
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
        any || start < end
    }

    /// The points of one place of the chunk with what was left out; or fewer than `needed`, if it turns out that they are.
    pub(super) fn with_left(
        &self,
        chunk: usize,
        left: &Left,
        place: usize,
        mut points: u32,
        needed: u32,
    ) -> u32 {
        let mut most = points + left.most;
        // Those that add most come last.
        for (word, top) in left.words.iter().rev() {
            if most < needed {
                return points;
            }
            let Some((list, worth)) = self.frequent.get(*word) else { continue };
            let added = list.impact(chunk, place).and_then(|impact| worth.get(impact.bits() as usize));
            let added = added.copied().unwrap_or(0);
            points += added;
            most -= top - added;
        }
        points
    }
}

fn points_of(points: &[u32; STEPS], top: u8) -> u32 {
    if top == NOTHING { 0 } else { points.get(usize::from(top)).copied().unwrap_or(0) }
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
