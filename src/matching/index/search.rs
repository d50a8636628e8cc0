//! Full-text search over the same terms as the ranking.

use super::super::ranking::Hit;
use super::super::text::{Lexicon, TextIndex, relevance};
use super::super::words::normalise;
use super::shelf::Shelf;
use super::{Id, Index};

impl<S: Id, C: Id> Index<S, C> {
    /// The solutions, candidates or not, that contain what `q` looks for, most relevant first.
    ///
    /// All stretches of `q` must be there as they stand. Where no document has them all, another name of the concept that a
    /// stretch is part of will do; where that does not help either, those that have the most are given, if that is at
    /// least half. Nothing to look for (particles, numbers, punctuation) finds nothing.
    pub fn search_solutions(&self, q: &str) -> Vec<Hit<S>> {
        self.search(q, &self.solutions, &self.solution_texts)
    }

    /// The same over challenges, open or not.
    pub fn search_challenges(&self, q: &str) -> Vec<Hit<C>> {
        self.search(q, &self.challenges, &self.challenge_texts)
    }

    fn search<I: Id, E>(&self, q: &str, shelf: &Shelf<I, E>, texts: &TextIndex) -> Vec<Hit<I>> {
        let sought = self.sought(q);
        let literally: Vec<&[Vec<String>]> =
            sought.iter().map(|one| one.get(..1).unwrap_or_default()).collect();
        let liberally: Vec<&[Vec<String>]> = sought.iter().map(Vec::as_slice).collect();
        let mut found = self.counted(&literally, shelf, texts);
        if found.iter().max() < Some(&sought.len()) {
            found = self.counted(&liberally, shelf, texts);
        }
        let most = found.iter().copied().max().unwrap_or(0);
        if most == 0 || most * 2 < sought.len() {
            return Vec::new();
        }
        let question = TextIndex::numbered(&self.reader.asked_freely(q), &self.lexicon);
        let bound = texts.bound(&question);
        let mut sums = vec![0; shelf.slots()];
        texts.accumulate(&question, &self.rules.text, &mut sums);
        let hits = shelf.iter().filter_map(|(slot, id, _)| {
            let at = slot as usize;
            (found.get(at) == Some(&most)).then(|| {
                let points = sums.get(at).copied().unwrap_or(0);
                Hit { id: id.clone(), found: most, relevance: relevance(points, bound) }
            })
        });
        let mut hits: Vec<Hit<I>> = hits.collect();
        hits.sort_by(|a, b| b.relevance.total_cmp(&a.relevance).then_with(|| a.id.cmp(&b.id)));
        hits
    }

    /// For each stretch of `q` the sets of terms of which one must be there whole: first those of the stretch itself, then the
    /// concepts that it is part of.
    fn sought(&self, q: &str) -> Vec<Vec<Vec<String>>> {
        let normalised = normalise(q);
        let mentions = self.reader.thesaurus().mentions(&normalised);
        let stretches = self.reader.tokenizer().sought(&normalised);
        let alternatives = stretches.into_iter().map(|stretch| {
            let named = mentions
                .iter()
                .filter(|mention| mention.start <= stretch.start && stretch.end <= mention.end);
            let concepts = named.filter_map(|mention| Some(vec![self.reader.concept_key(mention.concept)?]));
            let concepts: Vec<Vec<String>> = concepts.collect();
            [stretch.tokens].into_iter().chain(concepts).collect()
        });
        alternatives.collect()
    }

    /// How many of the stretches each slot has.
    fn counted<I: Id, E>(
        &self,
        sought: &[&[Vec<String>]],
        shelf: &Shelf<I, E>,
        texts: &TextIndex,
    ) -> Vec<usize> {
        let mut found = vec![0_usize; shelf.slots()];
        for slot in sought.iter().flat_map(|alternatives| self.having_any(alternatives, texts)) {
            if let Some(count) = found.get_mut(slot as usize) {
                *count += 1;
            }
        }
        found
    }

    /// The slots that have all terms of at least one alternative, each once.
    fn having_any(&self, alternatives: &[Vec<String>], texts: &TextIndex) -> Vec<u32> {
        let mut slots: Vec<u32> =
            alternatives.iter().flat_map(|terms| having_all(terms, &self.lexicon, texts)).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}

fn having_all(terms: &[String], lexicon: &Lexicon, texts: &TextIndex) -> Vec<u32> {
    let mut lists: Vec<&[u32]> =
        terms.iter().map(|term| lexicon.find(term).map_or(&[][..], |id| texts.slots(id))).collect();
    lists.sort_by_key(|slots| slots.len());
    let Some((shortest, others)) = lists.split_first() else { return Vec::new() };
    let everywhere = |slot: &&u32| others.iter().all(|slots| slots.binary_search(slot).is_ok());
    shortest.iter().filter(everywhere).copied().collect()
}
