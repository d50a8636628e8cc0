//! Solutions in the index, and the ranking of solutions for a challenge.

use std::collections::HashSet;

use super::super::components::{ChallengeView, SolutionView};
use super::super::corpus::{Fresh, List};
use super::super::document::{ChallengeDoc, SolutionDoc};
use super::super::newcomers::{Standing, kept_places, with_newcomers};
use super::super::ranking::{Query, Ranked, Ranking};
use super::super::score::Scoring;
use super::super::text::{
    Asked, DocumentTerms, Matched, Question, Statistics as _, Term, Weighed, asked_for,
};
use super::best::{Hunt, Scored, Wanted};
use super::parallel::in_parallel;
use super::shelf::SolutionItem;
use super::{Id, Index};

/// A challenge ready to be compared with solutions.
#[derive(Debug)]
pub struct Asking {
    pub(super) view: ChallengeView,
    pub(super) asked: Asked,
    pub(super) question: Question,
}

/// A solution ready to be put in.
#[derive(Debug)]
pub struct ReadSolution<S>(Fresh<S, SolutionItem>);

/// A ranking under way.
struct Hunting<'h, S> {
    asking: &'h Asking,
    weighed: &'h Weighed,
    lists: &'h [Vec<List<'h>>],
    scoring: &'h Scoring<'h>,
    query: &'h Query<'h, S>,
}

impl Asking {
    /// How many different terms it asks for.
    pub fn terms(&self) -> usize {
        self.question.len()
    }
}

impl<S: Id, C: Id> Index<S, C> {
    /// Puts a solution in, in place of what was there under this id. The next question sees it.
    pub fn upsert_solution(&mut self, id: S, doc: SolutionDoc) {
        let read = self.read_solution((id, doc));
        self.solutions.put(read.0, &self.rules);
    }

    /// Puts many solutions in at once; of several with the same id the last counts.
    pub fn upsert_solutions(&mut self, documents: Vec<(S, SolutionDoc)>) {
        let read = self.read_solutions(documents);
        self.put_solutions(read);
    }

    /// Reads solutions with as many threads as there are processors. That takes much longer than to put them in: whoever holds a
    /// lock for that reads before.
    pub fn read_solutions(&self, documents: Vec<(S, SolutionDoc)>) -> Vec<ReadSolution<S>> {
        in_parallel(documents, |document| self.read_solution(document))
    }

    /// Puts solutions in that were read before, by this index or another one with the same rules.
    pub fn put_solutions(&mut self, read: Vec<ReadSolution<S>>) {
        self.solutions.put_all(read.into_iter().map(|one| one.0).collect(), &self.rules);
    }

    /// Takes a solution out; whether it was there.
    pub fn remove_solution(&mut self, id: &S) -> bool {
        self.solutions.remove(id)
    }

    fn read_solution(&self, (id, doc): (S, SolutionDoc)) -> ReadSolution<S> {
        let (terms, view) = self.read(&doc);
        ReadSolution(Fresh { id, item: SolutionItem { candidate: doc.candidate, view }, terms })
    }

    pub(super) fn read(&self, doc: &SolutionDoc) -> (DocumentTerms, SolutionView) {
        let (terms, spoken) = self.reader.solution(doc, self.rules.sector.read_least);
        (terms, SolutionView::new(doc, spoken))
    }

    /// The best solutions for a challenge, which need not be in the index.
    pub fn rank_solutions(&self, challenge: &ChallengeDoc, query: &Query<'_, S>) -> Ranking<S> {
        self.rank_for(&self.ask(challenge), query)
    }

    /// The best solutions for a challenge that was read before, by this index or another one with the same rules.
    pub fn rank_for(&self, asking: &Asking, query: &Query<'_, S>) -> Ranking<S> {
        let weighed = Weighed::new(&asking.question, &self.solutions);
        let scoring = self.scoring(query);
        let lists = self.solutions.lists(&weighed);
        let hunting = Hunting { asking, weighed: &weighed, lists: &lists, scoring: &scoring, query };
        let best = self.hunt(&hunting, query.limit, None);
        let items = self.shown(best, &hunting).into_iter().enumerate();
        let items = items.filter_map(|(place, (scored, kept_place))| {
            let item = self.solutions.item(scored.at)?;
            let matched = self.solutions.matched(&weighed, &lists, scored.at);
            let ranked = self.explained(&scoring, asking, &item.view, &matched);
            Some(Ranked { rank: place + 1, kept_place, ..ranked.of(scored.id) })
        });
        Ranking { items: items.collect(), candidates: self.candidates(query) }
    }

    /// One solution for one challenge, neither of which need be in the index or a candidate: the score that it has, or
    /// would have, in a ranking. Its rank is 1.
    pub fn explain_pair(
        &self,
        challenge: &ChallengeDoc,
        solution: &SolutionDoc,
        query: &Query<'_, S>,
    ) -> Ranked<()> {
        let asking = self.ask(challenge);
        let weighed = Weighed::new(&asking.question, &self.solutions);
        let (terms, view) = self.read(solution);
        self.explained(&self.scoring(query), &asking, &view, &weighed.matched(&terms))
    }

    pub(super) fn scoring<I>(&self, query: &Query<'_, I>) -> Scoring<'_> {
        Scoring {
            rules: &self.rules,
            weights: query.weights.unwrap_or(self.rules.weights),
            today: query.today,
        }
    }

    /// Reads a challenge, once for as many rankings as one likes.
    pub fn ask(&self, challenge: &ChallengeDoc) -> Asking {
        let asked = self.reader.asked(challenge);
        let question = asked.iter().map(|term| (Term::of(&term.key), term.weight)).collect();
        let view = ChallengeView::new(challenge, asked_for(&asked), &self.rules);
        Asking { view, asked, question }
    }

    /// How many candidates the query may see.
    fn candidates(&self, query: &Query<'_, S>) -> usize {
        match query.visible {
            None => self.solutions.candidates() as usize,
            Some(_) => self.solutions.candidate_ids().filter(|id| query.sees(id)).count(),
        }
    }

    fn hunt(
        &self,
        hunting: &Hunting<'_, S>,
        limit: usize,
        newcomers_but: Option<&HashSet<&S>>,
    ) -> Vec<Scored<S>> {
        if limit == 0 {
            return Vec::new();
        }
        let Hunting { asking, weighed, lists, scoring, query } = *hunting;
        let challenge = &asking.view;
        let mut hunt = Hunt::new(Wanted { scoring, challenge, weighed, query, limit, newcomers_but });
        for (number, (part, lists)) in self.solutions.parts().iter().zip(lists).enumerate() {
            hunt.search(number, part, lists);
        }
        hunt.search_fresh(self.solutions.fresh());
        hunt.found()
    }

    /// Those to be shown, in the order to be shown, and whether each stands there by the share kept for newcomers.
    fn shown(&self, mut best: Vec<Scored<S>>, hunting: &Hunting<'_, S>) -> Vec<(Scored<S>, bool)> {
        let Hunting { scoring, query, .. } = *hunting;
        if !query.newcomers {
            return best.into_iter().map(|scored| (scored, false)).collect();
        }
        let kept = kept_places(query.limit.min(best.len()), &self.rules.newcomers);
        let behind = {
            let known: HashSet<&S> = best.iter().map(|scored| &scored.id).collect();
            self.hunt(hunting, kept, Some(&known))
        };
        best.extend(behind);
        let standings: Vec<Standing> = best
            .iter()
            .enumerate()
            .map(|(place, scored)| Standing { place, qualified: self.qualifies(scoring, scored) })
            .collect();
        let placed = with_newcomers(&standings, query.limit, &self.rules.newcomers);
        let mut by_place: Vec<Option<Scored<S>>> = best.into_iter().map(Some).collect();
        let shown = placed.into_iter().filter_map(|placed| {
            let scored = by_place.get_mut(placed.place)?.take()?;
            Some((scored, placed.kept))
        });
        shown.collect()
    }

    fn qualifies(&self, scoring: &Scoring<'_>, scored: &Scored<S>) -> bool {
        self.solutions.item(scored.at).is_some_and(|item| scoring.is_newcomer(&item.view, scored.score))
    }

    pub(super) fn explained(
        &self,
        scoring: &Scoring<'_>,
        asking: &Asking,
        view: &SolutionView,
        matched: &[Matched],
    ) -> Ranked<()> {
        let text = self.text_facts(&asking.asked, matched);
        let score = scoring.score(&asking.view, view, text.relevance);
        Ranked {
            rank: 1,
            id: (),
            score: score.total,
            newcomer: scoring.is_newcomer(view, score),
            kept_place: false,
            eligibility: scoring.eligibility(&asking.view, view),
            components: scoring.explained(&asking.view, view, text),
        }
    }
}
