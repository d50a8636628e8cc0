//! Challenges in the index: ranked for a solution, likened to one another.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::components::ChallengeView;
use super::super::corpus::{At, Fresh};
use super::super::document::{ChallengeDoc, SolutionDoc};
use super::super::ranking::{Query, Ranked, Ranking};
use super::super::similar::Likeness;
use super::super::text::{DocumentTerms, Statistics, Term, TermHash, Weighed, asked_for, points, relevance};
use super::parallel::in_parallel;
use super::shelf::{ChallengeEntry, ChallengeItem};
use super::{Id, Index};

impl<S: Id, C: Id> Index<S, C> {
    /// Puts a challenge in, in place of what was there under this id. The next question sees it.
    pub fn upsert_challenge(&mut self, id: C, doc: ChallengeDoc) {
        let read = self.read_challenge(doc);
        self.challenges.put(Fresh { id, item: read.0, terms: read.1 }, &self.rules);
    }

    /// Puts many challenges in at once, read by as many threads as there are processors; of several with the same id the
    /// last counts.
    pub fn upsert_challenges(&mut self, documents: Vec<(C, ChallengeDoc)>) {
        let read = in_parallel(documents, |(id, doc)| {
            let (item, terms) = self.read_challenge(doc);
            Fresh { id, item, terms }
        });
        self.challenges.put_all(read, &self.rules);
    }

    /// Takes a challenge out; whether it was there.
    pub fn remove_challenge(&mut self, id: &C) -> bool {
        self.challenges.remove(id)
    }

    fn read_challenge(&self, doc: ChallengeDoc) -> (ChallengeItem, DocumentTerms) {
        let terms = self.reader.challenge(&doc);
        let asked = self.reader.asked(&doc);
        let entry = ChallengeEntry {
            view: ChallengeView::new(&doc, asked_for(&asked), &self.rules),
            question: asked.iter().map(|term| (Term::of(&term.key), term.weight)).collect(),
            doc,
        };
        (ChallengeItem(Arc::new(entry)), terms)
    }

    /// The open challenges for which a solution (which need not be in the index) scores best. Each has the score that the
    /// solution has in the ranking of the challenge. The share for newcomers does not apply.
    pub fn rank_challenges(&self, solution: &SolutionDoc, query: &Query<'_, C>) -> Ranking<C> {
        let (said, view) = self.read(solution);
        let scoring = self.scoring(query);
        let statistics = Remembered::of(&self.solutions);
        let candidates = self.seen(query).filter(|(_, _, item)| item.0.doc.candidate);
        let mut promising: Vec<(f64, f64, &C, ChallengeItem)> = candidates
            .map(|(_, id, item)| {
                let relevance = relevance(points(&item.0.question, &statistics, &said));
                (scoring.most(&item.0.view, &view, relevance), relevance, id, item)
            })
            .collect();
        let candidates = promising.len();
        promising.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let better = |a: &(f64, &C, ChallengeItem), b: &(f64, &C, ChallengeItem)| {
            b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1))
        };
        // Those best so far, best first; whoever comes later can have no more than `most`.
        let mut scored: Vec<(f64, &C, ChallengeItem)> = Vec::new();
        for (most, relevance, id, item) in promising {
            if scored.len() >= query.limit && scored.last().is_none_or(|worst| most < worst.0) {
                break;
            }
            let one = (scoring.score(&item.0.view, &view, relevance).total, id, item);
            let place = scored.partition_point(|other| better(other, &one).is_lt());
            scored.insert(place, one);
            scored.truncate(query.limit);
        }
        let items = (1..).zip(scored.into_iter().take(query.limit)).map(|(rank, (_, id, item))| {
            let asking = self.ask(&item.0.doc);
            let matched = Weighed::new(&asking.question, &statistics).matched(&said);
            let ranked = self.explained(&scoring, &asking, &view, &matched);
            Ranked { rank, ..ranked.of(id.clone()) }
        });
        Ranking { items: items.collect(), candidates }
    }

    /// The challenges most like one, open or not, except itself (`except`).
    ///
    /// Only today's date, limit and visibility of the query matter: the weights of likeness are those of the rules.
    pub fn similar_challenges(
        &self,
        challenge: &ChallengeDoc,
        except: Option<&C>,
        query: &Query<'_, C>,
    ) -> Ranking<C> {
        let asking = self.ask(challenge);
        let weighed = Weighed::new(&asking.question, &self.challenges);
        let sums = self.challenges.points(&weighed);
        let lists = self.challenges.lists(&weighed);
        let likeness = Likeness { rules: &self.rules, doc: challenge, view: &asking.view };
        let others = self.seen(query).filter(|(_, id, _)| Some(*id) != except);
        let mut scored: Vec<(f64, &C, At, ChallengeItem)> = others
            .map(|(at, id, item)| (likeness.score(&item.0.doc, relevance(sums.of(at))), id, at, item))
            .collect();
        let candidates = scored.len();
        scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let items = (1..).zip(scored.into_iter().take(query.limit)).map(|(rank, (_, id, at, item))| {
            let text = self.text_facts(&asking.asked, &self.challenges.matched(&weighed, &lists, at));
            Ranked { rank, ..likeness.explained(&item.0.doc, text).of(id.clone()) }
        });
        Ranking { items: items.collect(), candidates }
    }

    /// The challenges that a query may see.
    fn seen<'i>(&'i self, query: &'i Query<'_, C>) -> impl Iterator<Item = (At, &'i C, ChallengeItem)> {
        self.challenges.iter().filter(|(_, id, _)| query.sees(id))
    }
}

/// Statistics that remember what they were asked: challenges share most of their words.
struct Remembered<'s, T> {
    statistics: &'s T,
    known: std::cell::RefCell<HashMap<Term, u32, TermHash>>,
}

impl<'s, T> Remembered<'s, T> {
    fn of(statistics: &'s T) -> Self {
        Self { statistics, known: std::cell::RefCell::default() }
    }
}

impl<T: Statistics> Statistics for Remembered<'_, T> {
    fn candidates(&self) -> u32 {
        self.statistics.candidates()
    }

    fn having(&self, term: Term) -> u32 {
        let mut known = self.known.borrow_mut();
        *known.entry(term).or_insert_with(|| self.statistics.having(term))
    }
}
