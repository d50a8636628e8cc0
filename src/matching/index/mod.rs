//! Everything that can be ranked or searched, in memory.
//!
//! The index is derived: it can be rebuilt from the documents at any time, and its answers depend on the documents alone,
//! not on the order in which they came or on what was there before. A change is visible to the next question.
//! Every answer is exact: each candidate gets its full score.

mod challenges;
mod search;
mod shelf;
mod solutions;

use std::fmt::Debug;
use std::hash::Hash;

use self::challenges::ChallengeEntry;
use self::shelf::Shelf;
use self::solutions::SolutionEntry;
use super::document::{ChallengeDoc, SolutionDoc};
use super::facts::{ConceptFact, TextFacts, WordFact};
use super::rules::{Rules, RulesError};
use super::text::{Asked, Lexicon, Matched, Origin, Reader, TextIndex, relevance};
use super::words::{ThesaurusError, TokenKind};

/// What can name a document: small, ordered (ties of scores are broken by it), unique.
pub trait Id: Clone + Ord + Hash + Debug {}

impl<T: Clone + Ord + Hash + Debug> Id for T {}

/// The index over solutions named by `S` and challenges named by `C`.
#[derive(Debug)]
pub struct Index<S, C> {
    rules: Rules,
    reader: Reader,
    lexicon: Lexicon,
    solutions: Shelf<S, SolutionEntry>,
    solution_texts: TextIndex,
    challenges: Shelf<C, ChallengeEntry>,
    challenge_texts: TextIndex,
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
            reader: Reader::new(rules.text)?,
            rules,
            lexicon: Lexicon::default(),
            solutions: Shelf::default(),
            solution_texts: TextIndex::default(),
            challenges: Shelf::default(),
            challenge_texts: TextIndex::default(),
        })
    }

    /// The rules by which it ranks.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The solution with this id, as it was last put in.
    pub fn solution(&self, id: &S) -> Option<&SolutionDoc> {
        self.solutions.get(id).map(|entry| &entry.doc)
    }

    /// The challenge with this id, as it was last put in.
    pub fn challenge(&self, id: &C) -> Option<&ChallengeDoc> {
        self.challenges.get(id).map(|entry| &entry.doc)
    }

    /// How much it holds.
    pub fn size(&self) -> IndexSize {
        IndexSize {
            solutions: self.solutions.len(),
            challenges: self.challenges.len(),
            terms: self.lexicon.size(),
            postings: self.solution_texts.size() + self.challenge_texts.size(),
        }
    }

    /// The words behind a relevance, strongest first; what is not shown is summed.
    fn text_facts(&self, asked: &Asked, matched: &[Matched], bound: u64) -> TextFacts {
        let mut found: Vec<(u64, WordFact)> = Vec::new();
        let (mut other_terms, mut other_points) = (0, 0);
        for Matched { place, points } in matched {
            let term = asked.get(*place);
            let share = relevance(*points, bound);
            match term.and_then(|term| self.word_fact(&term.key, &term.origin, share)) {
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
            other_share: relevance(other_points, bound),
            relevance: relevance(total, bound),
        }
    }

    /// Words and concepts can be shown; pieces of words would only puzzle.
    fn word_fact(&self, key: &str, origin: &Origin, share: f64) -> Option<WordFact> {
        match origin {
            Origin::Token(TokenKind::Word) => Some(WordFact { said: key.to_owned(), concept: None, share }),
            Origin::Token(TokenKind::Pair | TokenKind::Character) => None,
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

/// How many words an explanation names.
const WORDS_SHOWN: usize = 8;
