//! Full-text search over the same terms as the ranking.

use std::collections::HashMap;

use super::super::corpus::{At, Corpus, Item};
use super::super::ranking::Hit;
use super::super::text::{Term, Weighed, relevance};
use super::super::words::normalise;
use super::{Id, Index};

impl<S: Id, C: Id> Index<S, C> {
    /// The solutions, candidates or not, that contain what `q` looks for, most relevant first.
    ///
    /// All stretches of `q` must be there as they stand. Where no document has them all, another name of the concept that a
    /// stretch is part of will do; where that does not help either, those that have the most are given, if that is at
    /// least half. Nothing to look for (particles, numbers, punctuation) finds nothing.
    pub fn search_solutions(&self, q: &str) -> Vec<Hit<S>> {
        self.search(q, &self.solutions)
    }

    /// The same over challenges, open or not.
    pub fn search_challenges(&self, q: &str) -> Vec<Hit<C>> {
        self.search(q, &self.challenges)
    }

    fn search<I: Id, T: Item>(&self, q: &str, corpus: &Corpus<I, T>) -> Vec<Hit<I>> {
        let sought = self.sought(q);
        let literally: Vec<&[Vec<String>]> =
            sought.iter().map(|one| one.get(..1).unwrap_or_default()).collect();
        let liberally: Vec<&[Vec<String>]> = sought.iter().map(Vec::as_slice).collect();
        let mut found = counted(&literally, corpus);
        if found.values().max() < Some(&sought.len()) {
            found = counted(&liberally, corpus);
        }
        let most = found.values().copied().max().unwrap_or(0);
        if most == 0 || most * 2 < sought.len() {
            return Vec::new();
        }
        let asked = self.reader.asked_freely(q);
        let question: Vec<(Term, f64)> =
            asked.iter().map(|term| (Term::of(&term.key), term.weight)).collect();
        let sums = corpus.points(&Weighed::new(&question, corpus));
        let hits = found.iter().filter(|(_, count)| **count == most).filter_map(|(at, _)| {
            let id = corpus.id(*at)?.clone();
            Some(Hit { id, found: most, relevance: relevance(sums.of(*at)) })
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
            let concepts = named.filter_map(|mention| self.reader.thesaurus().concept(mention.concept));
            let concepts = concepts.map(|concept| vec![concept.key.clone()]);
            let concepts: Vec<Vec<String>> = concepts.collect();
            [stretch.tokens].into_iter().chain(concepts).collect()
        });
        alternatives.collect()
    }
}

/// How many of the stretches each document has.
fn counted<I: Id, T: Item>(sought: &[&[Vec<String>]], corpus: &Corpus<I, T>) -> HashMap<At, usize> {
    let mut found = HashMap::new();
    for at in sought.iter().flat_map(|alternatives| having_any(alternatives, corpus)) {
        if corpus.holds(at) {
            *found.entry(at).or_default() += 1;
        }
    }
    found
}

/// Where documents are that have all terms of at least one alternative, each once.
fn having_any<I: Id, T: Item>(alternatives: &[Vec<String>], corpus: &Corpus<I, T>) -> Vec<At> {
    let mut places: Vec<At> = alternatives.iter().flat_map(|terms| having_all(terms, corpus)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn having_all<I: Id, T: Item>(terms: &[String], corpus: &Corpus<I, T>) -> Vec<At> {
    let mut lists: Vec<Vec<At>> = terms.iter().map(|term| corpus.having(Term::of(term))).collect();
    lists.sort_by_key(Vec::len);
    let Some((shortest, others)) = lists.split_first() else { return Vec::new() };
    let everywhere = |at: &&At| others.iter().all(|places| places.binary_search(at).is_ok());
    shortest.iter().filter(everywhere).copied().collect()
}
