//! The inverted index: which documents have a term, and how often.

use std::collections::HashMap;

use super::super::rules::TextRules;
use super::reader::{AskedTerm, ReadTerm};
use super::{Lexicon, POINTS_PER_UNIT, TermId};

/// Frequencies are kept as whole sixteenths, which the weights of fields are multiples of or near to.
const FREQUENCY_STEPS: f64 = 16.0;

/// A document as the index keeps it: by slots, small numbers that its owner gives out and takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTerms {
    /// Each term once.
    terms: Vec<DocumentTerm>,
    /// In tokens.
    length: u32,
    /// Whether it counts in the statistics.
    candidate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DocumentTerm {
    term: TermId,
    frequency: u16,
    counted: bool,
}

impl DocumentTerms {
    /// A document whose terms are given numbers where they have none.
    pub fn interned(read: &[ReadTerm], length: u32, candidate: bool, lexicon: &mut Lexicon) -> Self {
        let terms = read.iter().map(|term| DocumentTerm::new(lexicon.intern(&term.key), term));
        Self { terms: terms.collect(), length, candidate }
    }

    /// A document outside the index: terms that have no number are in no document and can match nothing.
    pub fn looked_up(read: &[ReadTerm], length: u32, candidate: bool, lexicon: &Lexicon) -> Self {
        let terms = read.iter().filter_map(|term| Some(DocumentTerm::new(lexicon.find(&term.key)?, term)));
        Self { terms: terms.collect(), length, candidate }
    }

    fn frequencies(&self) -> HashMap<TermId, u16> {
        self.terms.iter().map(|term| (term.term, term.frequency)).collect()
    }
}

impl DocumentTerm {
    fn new(term: TermId, read: &ReadTerm) -> Self {
        let steps = (read.frequency * FREQUENCY_STEPS).round().clamp(1.0, f64::from(u16::MAX));
        Self { term, frequency: steps as u16, counted: read.counted }
    }
}

/// A question whose terms are numbered: what is looked for (`None`: a term that no document ever had), and how much each
/// term matters.
pub type Question = Vec<(Option<TermId>, f64)>;

/// A matched term of a question, by its place in it, with its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// Its place in the question.
    pub place: usize,
    /// What it adds.
    pub points: u64,
}

#[derive(Debug, Default)]
struct Postings {
    /// Slots in rising order.
    slots: Vec<u32>,
    frequencies: Vec<u16>,
    /// Candidates that have the term in a counted field.
    candidates: u32,
}

/// Terms to documents.
#[derive(Debug, Default)]
pub struct TextIndex {
    postings: Vec<Postings>,
    lengths: Vec<u32>,
    candidates: u32,
    candidates_length: u64,
}

/// What a question's term is worth in this index.
struct Worth {
    /// Weight times inverse document frequency, in points.
    points: f64,
}

impl TextIndex {
    /// Puts a document into a free slot.
    pub fn add(&mut self, slot: u32, document: &DocumentTerms) {
        let at = slot as usize;
        if self.lengths.len() <= at {
            self.lengths.resize(at + 1, 0);
        }
        if let Some(length) = self.lengths.get_mut(at) {
            *length = document.length;
        }
        for term in &document.terms {
            if self.postings.len() <= term.term.index() {
                self.postings.resize_with(term.term.index() + 1, Postings::default);
            }
            let Some(postings) = self.postings.get_mut(term.term.index()) else { continue };
            let place = postings.slots.partition_point(|known| *known < slot);
            postings.slots.insert(place, slot);
            postings.frequencies.insert(place, term.frequency);
            postings.candidates += u32::from(document.candidate && term.counted);
        }
        if document.candidate {
            self.candidates += 1;
            self.candidates_length += u64::from(document.length);
        }
    }

    /// Takes a document out of its slot: the same document that was put in.
    pub fn remove(&mut self, slot: u32, document: &DocumentTerms) {
        for term in &document.terms {
            let Some(postings) = self.postings.get_mut(term.term.index()) else { continue };
            let Ok(place) = postings.slots.binary_search(&slot) else { continue };
            postings.slots.remove(place);
            postings.frequencies.remove(place);
            postings.candidates =
                postings.candidates.saturating_sub(u32::from(document.candidate && term.counted));
        }
        if document.candidate {
            self.candidates = self.candidates.saturating_sub(1);
            self.candidates_length = self.candidates_length.saturating_sub(u64::from(document.length));
        }
    }

    /// Adds to each slot's sum the points of the question's terms that it has.
    pub fn accumulate(&self, question: &Question, rules: &TextRules, sums: &mut [u64]) {
        let norms = self.norms(rules);
        for (term, weight) in question {
            let Some(postings) = self.postings(*term) else { continue };
            let worth = self.worth(*term, *weight);
            for (slot, frequency) in postings.slots.iter().zip(&postings.frequencies) {
                let at = *slot as usize;
                if let (Some(sum), Some(length)) = (sums.get_mut(at), self.lengths.get(at)) {
                    *sum += worth.of(*frequency, norms.of(*length));
                }
            }
        }
    }

    /// The points of one slot, term by term.
    pub fn matched(&self, slot: u32, question: &Question, rules: &TextRules) -> Vec<Matched> {
        let length = self.lengths.get(slot as usize).copied().unwrap_or(0);
        let norm = self.norms(rules).of(length);
        let terms = question.iter().enumerate().filter_map(|(place, (term, weight))| {
            let postings = self.postings(*term)?;
            let at = postings.slots.binary_search(&slot).ok()?;
            let points = self.worth(*term, *weight).of(*postings.frequencies.get(at)?, norm);
            Some(Matched { place, points })
        });
        terms.collect()
    }

    /// A document, inside the index or not, against many questions.
    pub fn against<'a>(&'a self, document: &DocumentTerms, rules: &'a TextRules) -> Against<'a> {
        let norm = self.norms(rules).of(document.length);
        Against { index: self, frequencies: document.frequencies(), norm }
    }

    /// The points that a document would have which says everything the question asks, endlessly.
    pub fn bound(&self, question: &Question) -> u64 {
        question.iter().map(|(term, weight)| self.worth(*term, *weight).points.round() as u64).sum()
    }

    /// A question in the numbers of `lexicon`, its terms in the same order.
    pub fn numbered(asked: &[AskedTerm], lexicon: &Lexicon) -> Question {
        asked.iter().map(|term| (lexicon.find(&term.key), term.weight)).collect()
    }

    /// The slots that have a term, in rising order.
    pub fn slots(&self, term: TermId) -> &[u32] {
        self.postings.get(term.index()).map_or(&[], |postings| &postings.slots)
    }

    /// How many postings there are.
    pub fn size(&self) -> usize {
        self.postings.iter().map(|postings| postings.slots.len()).sum()
    }

    fn postings(&self, term: Option<TermId>) -> Option<&Postings> {
        self.postings.get(term?.index())
    }

    /// Weight times inverse document frequency. What no candidate says is as rare as can be: it is worth most, nobody gets
    /// it, and so relevance stays a share of all that was asked, in a small market as in a large one.
    fn worth(&self, term: Option<TermId>, weight: f64) -> Worth {
        let having = f64::from(self.postings(term).map_or(0, |postings| postings.candidates));
        let all = f64::from(self.candidates);
        let rarity = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
        Worth { points: weight * rarity * POINTS_PER_UNIT }
    }

    fn norms(&self, rules: &TextRules) -> Norms {
        let average = self.candidates_length as f64 / f64::from(self.candidates.max(1));
        Norms { flat: rules.k1 * (1.0 - rules.b), per_token: rules.k1 * rules.b / average.max(1.0) }
    }
}

impl Worth {
    fn of(&self, frequency: u16, norm: f64) -> u64 {
        let frequency = f64::from(frequency) / FREQUENCY_STEPS;
        (self.points * frequency / (frequency + norm)).round() as u64
    }
}

/// What the length of a document takes off its frequencies.
struct Norms {
    flat: f64,
    per_token: f64,
}

impl Norms {
    fn of(&self, length: u32) -> f64 {
        self.flat + self.per_token * f64::from(length)
    }
}

/// One document against many questions.
pub struct Against<'a> {
    index: &'a TextIndex,
    frequencies: HashMap<TermId, u16>,
    norm: f64,
}

impl Against<'_> {
    /// The points of this document for a question: the same as through the index.
    pub fn points(&self, question: &Question) -> u64 {
        let matched = question.iter().filter_map(|(term, weight)| {
            let frequency = self.frequencies.get(term.as_ref()?)?;
            Some(self.index.worth(*term, *weight).of(*frequency, self.norm))
        });
        matched.sum()
    }

    /// The same, term by term.
    pub fn matched(&self, question: &Question) -> Vec<Matched> {
        let matched = question.iter().enumerate().filter_map(|(place, (term, weight))| {
            let frequency = self.frequencies.get(term.as_ref()?)?;
            Some(Matched { place, points: self.index.worth(*term, *weight).of(*frequency, self.norm) })
        });
        matched.collect()
    }
}
