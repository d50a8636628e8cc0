//! Full-text search over the same terms as the ranking.

use super::super::ranking::Hit;
use super::super::text::{Lexicon, TextIndex, relevance};
use super::super::words::normalise;
use super::shelf::Shelf;
use super::{Id, Index};

impl<S: Id, C: Id> Index<S, C> {
    /// The solutions, candidates or not, that contain what `q` looks for, most relevant first.
    ///
    /// Every stretch of `q` must be found, as it stands or by another name of the concept that it is part of. When no
    /// document has them all, those that have the most are given, if that is at least half. Nothing to look for
    /// (particles, numbers, punctuation) finds nothing.
    pub fn search_solutions(&self, q: &str) -> Vec<Hit<S>> {
        self.search(q, &self.solutions, &self.solution_texts)
    }

    /// The same over challenges, open or not.
    pub fn search_challenges(&self, q: &str) -> Vec<Hit<C>> {
        self.search(q, &self.challenges, &self.challenge_texts)
    }

    fn search<I: Id, E>(&self, q: &str, shelf: &Shelf<I, E>, texts: &TextIndex) -> Vec<Hit<I>> {
        let sought = self.sought(q);
        let mut found = vec![0_usize; shelf.slots()];
        for alternatives in &sought {
            for slot in self.having_any(alternatives, texts) {
                if let Some(count) = found.get_mut(slot as usize) {
                    *count += 1;
                }
            }
        }
        let most = found.iter().copied().max().unwrap_or(0);
        if most == 0 || most * 2 < sought.len() {
            return Vec::new();
        }
        let (question, _) = TextIndex::numbered(&self.reader.asked_freely(q), &self.lexicon);
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

    /// For each stretch of `q` the sets of terms of which one must be there whole.
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
