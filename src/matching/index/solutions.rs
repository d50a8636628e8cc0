//! Solutions in the index, and the ranking of solutions for a challenge.

use super::super::components::{ChallengeView, SolutionView};
use super::super::document::{ChallengeDoc, SolutionDoc};
use super::super::newcomers::{Standing, with_newcomers};
use super::super::ranking::{Query, Ranked, Ranking};
use super::super::score::{Score, Scoring};
use super::super::text::{Asked, DocumentTerms, Matched, Question, TextIndex, relevance};
use super::{Id, Index};

/// A solution with what is worked out from it.
#[derive(Debug)]
pub(super) struct SolutionEntry {
    pub(super) doc: SolutionDoc,
    pub(super) view: SolutionView,
}

/// A challenge ready to be compared with solutions.
pub(super) struct Asking {
    pub(super) view: ChallengeView,
    asked: Asked,
    pub(super) question: Question,
    bound: u64,
}

/// A candidate with its score.
struct Scored<'i, I> {
    slot: u32,
    id: &'i I,
    score: Score,
    newcomer: bool,
}

impl<S: Id, C: Id> Index<S, C> {
    /// Puts a solution in, in place of what was there under this id. The next question sees it.
    pub fn upsert_solution(&mut self, id: S, doc: SolutionDoc) {
        self.remove_solution(&id);
        let terms = self.solution_terms(&doc);
        let view = self.solution_view(&doc);
        let slot = self.solutions.insert(id, SolutionEntry { doc, view });
        self.solution_texts.add(slot, &terms);
    }

    /// Takes a solution out; whether it was there.
    pub fn remove_solution(&mut self, id: &S) -> bool {
        let Some((slot, entry)) = self.solutions.remove(id) else { return false };
        let terms = self.solution_terms(&entry.doc);
        self.solution_texts.remove(slot, &terms);
        true
    }

    fn solution_terms(&mut self, doc: &SolutionDoc) -> DocumentTerms {
        let (terms, length) = self.reader.solution(doc);
        DocumentTerms::interned(&terms, length, doc.candidate, &mut self.lexicon)
    }

    /// The best solutions for a challenge, which need not be in the index.
    pub fn rank_solutions(&self, challenge: &ChallengeDoc, query: &Query<'_, S>) -> Ranking<S> {
        let mut asking = self.asking(challenge);
        asking.view = asking.view.with_surroundings(&self.rules);
        let scoring = self.scoring(query);
        let scored = self.scored(&asking, &scoring, query);
        let candidates = scored.len();
        let items =
            self.shown(scored, query).into_iter().enumerate().filter_map(|(place, (scored, kept_place))| {
                let (id, entry) = self.solutions.at(scored.slot)?;
                let matched = self.solution_texts.matched(scored.slot, &asking.question, &self.rules.text);
                let ranked = self.explained(&scoring, &asking, (&entry.doc, &entry.view), &matched);
                Some(Ranked { rank: place + 1, kept_place, ..ranked.of(id.clone()) })
            });
        Ranking { items: items.collect(), candidates }
    }

    /// One solution for one challenge, neither of which need be in the index or a candidate: the score that it has, or
    /// would have, in a ranking. Its rank is 1.
    pub fn explain_pair(
        &self,
        challenge: &ChallengeDoc,
        solution: &SolutionDoc,
        query: &Query<'_, S>,
    ) -> Ranked<()> {
        let asking = self.asking(challenge);
        let (terms, length) = self.reader.solution(solution);
        let terms = DocumentTerms::looked_up(&terms, length, solution.candidate, &self.lexicon);
        let matched = self.solution_texts.against(&terms, &self.rules.text).matched(&asking.question);
        self.explained(&self.scoring(query), &asking, (solution, &self.solution_view(solution)), &matched)
    }

    pub(super) fn solution_view(&self, doc: &SolutionDoc) -> SolutionView {
        SolutionView::new(doc, self.reader.sectors(doc, self.rules.sector.read_least))
    }

    pub(super) fn scoring<I>(&self, query: &Query<'_, I>) -> Scoring<'_> {
        Scoring {
            rules: &self.rules,
            weights: query.weights.unwrap_or(self.rules.weights),
            today: query.today,
        }
    }

    pub(super) fn asking(&self, challenge: &ChallengeDoc) -> Asking {
        let asked = self.reader.asked(challenge);
        let question = TextIndex::numbered(&asked, &self.lexicon);
        let bound = self.solution_texts.bound(&question);
        Asking { view: ChallengeView::new(challenge, &self.rules), asked, question, bound }
    }

    /// Every candidate that may be seen, with its score.
    fn scored(&self, asking: &Asking, scoring: &Scoring<'_>, query: &Query<'_, S>) -> Vec<Scored<'_, S>> {
        let mut sums = vec![0; self.solutions.slots()];
        self.solution_texts.accumulate(&asking.question, &self.rules.text, &mut sums);
        let candidates = self.solutions.iter().filter(|(_, id, entry)| entry.doc.candidate && query.sees(id));
        let scored = candidates.map(|(slot, id, entry)| {
            let points = sums.get(slot as usize).copied().unwrap_or(0);
            let score = scoring.score(&asking.view, &entry.view, relevance(points, asking.bound));
            Scored { slot, id, score, newcomer: self.is_newcomer(&entry.view, score) }
        });
        scored.collect()
    }

    fn is_newcomer(&self, solution: &SolutionView, score: Score) -> bool {
        score.without_evidence >= self.rules.newcomers.least && !solution.has_operation()
    }

    /// Those to be shown, in the order to be shown, and whether each stands there by the share kept for newcomers.
    fn shown<'i>(&self, mut scored: Vec<Scored<'i, S>>, query: &Query<'_, S>) -> Vec<(Scored<'i, S>, bool)> {
        let rest = best_first(&mut scored, query.limit);
        if !query.newcomers {
            scored.truncate(query.limit);
            return scored.into_iter().map(|scored| (scored, false)).collect();
        }
        let mut behind: Vec<Scored<'i, S>> =
            scored.split_off(rest).into_iter().filter(|one| one.newcomer).collect();
        best_first(&mut behind, self.rules.newcomers.page as usize);
        scored.extend(behind);
        let standings: Vec<Standing> = scored
            .iter()
            .enumerate()
            .map(|(place, scored)| Standing { place, qualified: scored.newcomer })
            .collect();
        let placed = with_newcomers(&standings, query.limit, &self.rules.newcomers);
        let mut by_place: Vec<Option<Scored<'i, S>>> = scored.into_iter().map(Some).collect();
        let shown = placed.into_iter().filter_map(|placed| {
            let scored = by_place.get_mut(placed.place)?.take()?;
            Some((scored, placed.kept))
        });
        shown.collect()
    }

    pub(super) fn explained(
        &self,
        scoring: &Scoring<'_>,
        asking: &Asking,
        (doc, view): (&SolutionDoc, &SolutionView),
        matched: &[Matched],
    ) -> Ranked<()> {
        let text = self.text_facts(&asking.asked, matched, asking.bound);
        let score = scoring.score(&asking.view, view, text.relevance);
        Ranked {
            rank: 1,
            id: (),
            score: score.total,
            newcomer: self.is_newcomer(view, score),
            kept_place: false,
            eligibility: scoring.eligibility(&asking.view, view, doc),
            components: scoring.explained(&asking.view, view, text),
        }
    }
}

/// Brings the best `count` to the front in their order; gives the place behind them.
fn best_first<I: Id>(scored: &mut [Scored<'_, I>], count: usize) -> usize {
    let order = |a: &Scored<'_, I>, b: &Scored<'_, I>| {
        b.score.total.total_cmp(&a.score.total).then_with(|| a.id.cmp(b.id))
    };
    let count = count.min(scored.len());
    if count > 0 && count < scored.len() {
        scored.select_nth_unstable_by(count - 1, order);
    }
    if let Some(best) = scored.get_mut(..count) {
        best.sort_unstable_by(order);
    }
    count
}
