//! Challenges in the index: ranked for a solution, likened to one another.

use super::super::components::ChallengeView;
use super::super::document::{ChallengeDoc, SolutionDoc};
use super::super::ranking::{Query, Ranked, Ranking};
use super::super::similar::Likeness;
use super::super::text::{DocumentTerms, Question, TextIndex, relevance};
use super::{Id, Index};

/// A challenge with what is worked out from it.
#[derive(Debug)]
pub(super) struct ChallengeEntry {
    pub(super) doc: ChallengeDoc,
    view: ChallengeView,
    /// Its question to the solutions, in the numbers of the lexicon.
    question: Question,
}

impl<S: Id, C: Id> Index<S, C> {
    /// Puts a challenge in, in place of what was there under this id. The next question sees it.
    pub fn upsert_challenge(&mut self, id: C, doc: ChallengeDoc) {
        self.remove_challenge(&id);
        let terms = self.challenge_terms(&doc);
        let asked = self.reader.asked(&doc);
        let question = asked.iter().map(|term| (Some(self.lexicon.intern(&term.key)), term.weight)).collect();
        let view = ChallengeView::new(&doc, &self.rules);
        let slot = self.challenges.insert(id, ChallengeEntry { doc, view, question });
        self.challenge_texts.add(slot, &terms);
    }

    /// Takes a challenge out; whether it was there.
    pub fn remove_challenge(&mut self, id: &C) -> bool {
        let Some((slot, entry)) = self.challenges.remove(id) else { return false };
        let terms = self.challenge_terms(&entry.doc);
        self.challenge_texts.remove(slot, &terms);
        true
    }

    fn challenge_terms(&mut self, doc: &ChallengeDoc) -> DocumentTerms {
        let (terms, length) = self.reader.challenge(doc);
        DocumentTerms::interned(&terms, length, doc.candidate, &mut self.lexicon)
    }

    /// The open challenges for which a solution (which need not be in the index) scores best. Each has the score that the
    /// solution has in the ranking of the challenge. The share for newcomers does not apply.
    pub fn rank_challenges(&self, solution: &SolutionDoc, query: &Query<'_, C>) -> Ranking<C> {
        let (terms, length) = self.reader.solution(solution);
        let terms = DocumentTerms::looked_up(&terms, length, solution.candidate, &self.lexicon);
        let against = self.solution_texts.against(&terms, &self.rules.text);
        let view = self.solution_view(solution);
        let scoring = self.scoring(query);
        let candidates =
            self.challenges.iter().filter(|(_, id, entry)| entry.doc.candidate && query.sees(id));
        let mut scored: Vec<(f64, &C, &ChallengeEntry)> = candidates
            .map(|(_, id, entry)| {
                let bound = self.solution_texts.bound(&entry.question);
                let relevance = relevance(against.points(&entry.question), bound);
                (scoring.score(&entry.view, &view, relevance).total, id, entry)
            })
            .collect();
        let candidates = scored.len();
        scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let items = (1..).zip(scored.into_iter().take(query.limit)).map(|(rank, (_, id, entry))| {
            let asking = self.asking(&entry.doc);
            let matched = against.matched(&asking.question);
            let item = self.explained(&scoring, &asking, (solution, &view), &matched);
            Ranked { rank, ..item.of(id.clone()) }
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
        let asked = self.reader.asked(challenge);
        let question = TextIndex::numbered(&asked, &self.lexicon);
        let bound = self.challenge_texts.bound(&question);
        let mut sums = vec![0; self.challenges.slots()];
        self.challenge_texts.accumulate(&question, &self.rules.text, &mut sums);
        let view = ChallengeView::new(challenge, &self.rules);
        let likeness = Likeness { rules: &self.rules, doc: challenge, view: &view };
        let others = self.challenges.iter().filter(|(_, id, _)| Some(*id) != except && query.sees(id));
        let mut scored: Vec<(f64, &C, u32, &ChallengeEntry)> = others
            .map(|(slot, id, entry)| {
                let points = sums.get(slot as usize).copied().unwrap_or(0);
                (likeness.score(&entry.doc, relevance(points, bound)), id, slot, entry)
            })
            .collect();
        let candidates = scored.len();
        scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let items = (1..).zip(scored.into_iter().take(query.limit)).map(|(rank, (_, id, slot, entry))| {
            let matched = self.challenge_texts.matched(slot, &question, &self.rules.text);
            let text = self.text_facts(&asked, &matched, bound);
            Ranked { rank, ..likeness.explained(&entry.doc, text).of(id.clone()) }
        });
        Ranking { items: items.collect(), candidates }
    }
}
