//! Everything that can be ranked or searched, in memory.
//!
//! The index is derived: it can be rebuilt from the documents at any time, and its answers depend on the documents alone,
//! not on the order in which they came or on what was there before. A change is visible to the next question.
//! Every answer is exact: no candidate that is left out could have been in it.
//!
//! An index is cheap to clone, and a clone does not change: whoever serves many at once gives each a clone and puts
//! changes into an own one.

mod best;
mod challenges;
mod parallel;
mod search;
mod shelf;
mod solutions;
mod spoken;

use std::io::{self, Read, Write};
use std::sync::Arc;

use self::shelf::{ChallengeItem, SolutionItem};
pub use self::solutions::{Asking, ReadSolution};
use super::corpus::{Corpus, Done, Id, Upkeep};
use super::facts::{ConceptFact, TextFacts, WordFact};
use super::rules::{Rules, RulesError};
use super::snapshot::{SectionReader, SectionWriter, SnapshotError, StoredId};
use super::text::{Asked, Matched, Origin, Reader, relevance};
use super::words::{ThesaurusError, TokenKind};

/// The index over solutions named by `S` and challenges named by `C`.
#[derive(Debug)]
pub struct Index<S, C> {
    rules: Arc<Rules>,
    reader: Arc<Reader>,
    solutions: Corpus<S, SolutionItem>,
    challenges: Corpus<C, ChallengeItem>,
}

impl<S, C> Clone for Index<S, C> {
    fn clone(&self) -> Self {
        Self {
            rules: Arc::clone(&self.rules),
            reader: Arc::clone(&self.reader),
            solutions: self.solutions.clone(),
            challenges: self.challenges.clone(),
        }
    }
}

/// Rules or thesaurus that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// See [`RulesError`].
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// See [`ThesaurusError`].
    #[error(transparent)]
    Thesaurus(#[from] ThesaurusError),
}

/// How much the index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexSize {
    /// Solutions, candidates or not.
    pub solutions: usize,
    /// Challenges, open or not.
    pub challenges: usize,
    /// Different terms.
    pub terms: usize,
    /// Pairs of a term and a document that has it.
    pub postings: usize,
}

impl<S: Id, C: Id> Index<S, C> {
    /// An empty index with the rules and the thesaurus that are compiled in.
    ///
    /// # Errors
    /// When they are broken, which a test of this module rules out.
    pub fn compiled_in() -> Result<Self, SetupError> {
        Ok(Self::new(Rules::compiled_in()?)?)
    }

    /// An empty index with these rules and the thesaurus that is compiled in.
    ///
    /// # Errors
    /// When the thesaurus is broken, which a test of this module rules out.
    pub fn new(rules: Rules) -> Result<Self, ThesaurusError> {
        Ok(Self {
            reader: Arc::new(Reader::new(rules.text)?),
            rules: Arc::new(rules),
            solutions: Corpus::default(),
            challenges: Corpus::default(),
        })
    }

    /// The rules by which it ranks.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// How much it holds.
    pub fn size(&self) -> IndexSize {
        let mut terms = self.solutions.terms();
        terms.extend(self.challenges.terms());
        terms.sort();
        terms.dedup();
        IndexSize {
            solutions: self.solutions.len(),
            challenges: self.challenges.len(),
            terms: terms.len(),
            postings: self.solutions.postings() + self.challenges.postings(),
        }
    }

    /// Brings everything into the form in which questions are answered fastest, at once; worth while after many documents
    /// were put in.
    pub fn compact(&mut self) {
        self.solutions.compact(&self.rules);
        self.challenges.compact(&self.rules);
    }

    pub(super) fn save_parts(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()>
    where
        S: StoredId,
        C: StoredId,
    {
        self.solutions.save(out, &self.rules)?;
        self.challenges.save(out, &self.rules)
    }

    pub(super) fn load_parts(&mut self, input: &mut SectionReader<impl Read>) -> Result<(), SnapshotError>
    where
        S: StoredId,
        C: StoredId,
    {
        self.solutions = Corpus::load(input, &self.rules)?;
        self.challenges = Corpus::load(input, &self.rules)?;
        Ok(())
    }

    /// Work that keeps answers fast and statistics exact after changes, if there is any to do.
    pub fn upkeep(&self) -> Option<IndexUpkeep<S, C>> {
        let work = match self.solutions.upkeep() {
            Some(upkeep) => Work::Solutions(upkeep),
            None => Work::Challenges(self.challenges.upkeep()?),
        };
        Some(IndexUpkeep { rules: Arc::clone(&self.rules), work })
    }

    /// Brings in what was done. Changes made since the work was given stay.
    pub fn bring_in(&mut self, maintained: Maintained<S, C>) {
        match maintained.0 {
            Made::Solutions(done) => self.solutions.bring_in(done),
            Made::Challenges(done) => self.challenges.bring_in(done),
        }
    }

    /// The words behind a relevance, strongest first; what is not shown is summed.
    fn text_facts(&self, asked: &Asked, matched: &[Matched]) -> TextFacts {
        let mut found: Vec<(u32, WordFact)> = Vec::new();
        let (mut other_terms, mut other_points) = (0, 0);
        for Matched { place, points } in matched {
            let term = asked.get(*place);
            let share = relevance(*points);
            match term.and_then(|term| self.word_fact(&term.origin, share)) {
                Some(fact) => found.push((*points, fact)),
                None => {
                    other_terms += 1;
                    other_points += points;
                }
            }
        }
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.said.cmp(&b.1.said)));
        for (points, _) in found.drain(found.len().min(WORDS_SHOWN)..) {
            other_terms += 1;
            other_points += points;
        }
        let total = matched.iter().map(|matched| matched.points).sum();
        TextFacts {
            words: found.into_iter().map(|(_, fact)| fact).collect(),
            other_terms,
            other_share: relevance(other_points),
            relevance: relevance(total),
        }
    }

    /// Words and concepts can be shown; pieces of words would only puzzle.
    fn word_fact(&self, origin: &Origin, share: f64) -> Option<WordFact> {
        match origin {
            Origin::Token { kind: TokenKind::Word, said } => {
                Some(WordFact { said: said.clone(), concept: None, share })
            }
            Origin::Token { .. } => None,
            Origin::Concept { concept, said, via } => {
                let concept = self.reader.thesaurus().concept(*concept)?;
                let fact = ConceptFact {
                    slug: concept.slug.clone(),
                    ja: concept.ja.clone(),
                    en: concept.en.clone(),
                    via: *via,
                };
                Some(WordFact { said: said.clone(), concept: Some(fact), share })
            }
        }
    }
}

/// Work on an index, to be done anywhere. See [`Index::upkeep`].
#[derive(Debug)]
pub struct IndexUpkeep<S, C> {
    rules: Arc<Rules>,
    work: Work<S, C>,
}

#[derive(Debug)]
enum Work<S, C> {
    Solutions(Upkeep<S, SolutionItem>),
    Challenges(Upkeep<C, ChallengeItem>),
}

/// Work that was done. See [`Index::bring_in`].
#[derive(Debug)]
pub struct Maintained<S, C>(Made<S, C>);

#[derive(Debug)]
enum Made<S, C> {
    Solutions(Done<S, SolutionItem>),
    Challenges(Done<C, ChallengeItem>),
}

impl<S: Id, C: Id> IndexUpkeep<S, C> {
    /// Does the work, which may take seconds.
    pub fn run(self) -> Maintained<S, C> {
        Maintained(match self.work {
            Work::Solutions(upkeep) => Made::Solutions(upkeep.run(&self.rules)),
            Work::Challenges(upkeep) => Made::Challenges(upkeep.run(&self.rules)),
        })
    }
}

/// How many words an explanation names.
const WORDS_SHOWN: usize = 8;
