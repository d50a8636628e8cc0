//! What a document says, in numbers.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::components::Spoken;
use super::super::document::{ChallengeDoc, SolutionDoc};
use super::super::rules::TextRules;
use super::super::words::{Concept, TokenKind, limits, normalise};
use super::impact::Impact;
use super::{Reader, Term, TermHash};
use crate::reference::Sector;

/// The terms of a document, each once, with its impact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTerms(Box<[(Term, Impact)]>);

impl DocumentTerms {
    fn new(read: Frequencies, length: u32, rules: &TextRules) -> Self {
        let impact = |(frequency, counted)| Impact::of(frequency, counted, length, rules);
        let said = read.into_iter().filter(|(_, (frequency, _))| *frequency > 0.0);
        let mut terms: Box<[(Term, Impact)]> = said.map(|(term, read)| (term, impact(read))).collect();
        terms.sort_unstable();
        Self(terms)
    }

    /// The impact of a term; `None` where the document does not have it.
    pub fn impact(&self, term: Term) -> Option<Impact> {
        let at = self.0.binary_search_by_key(&term, |(known, _)| *known).ok()?;
        self.0.get(at).map(|(_, impact)| *impact)
    }

    /// All terms in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Term, Impact)> {
        self.0.iter().copied()
    }
}

/// The frequency of each term, weighted by field, and whether it stands in a field that counts in the statistics.
type Frequencies = HashMap<Term, (f64, bool), TermHash>;

/// A document while it is read.
struct Reading<'r> {
    reader: &'r Reader,
    terms: Frequencies,
    /// Tokens in the fields that count.
    length: u32,
}

/// Whole words and concepts, without the pieces of words.
type Named = HashSet<Term, TermHash>;

/// A text of a solution, normalised, in two parts.
struct Offer<'t> {
    /// What it says that it does.
    offered: Cow<'t, str>,
    /// What it says that it does not do.
    limited: String,
}

impl<'t> Offer<'t> {
    fn of(normalised: &'t str) -> Self {
        let found = limits(normalised);
        if found.is_empty() {
            return Self { offered: Cow::Borrowed(normalised), limited: String::new() };
        }
        let (mut offered, mut limited) = (String::with_capacity(normalised.len()), String::new());
        let mut at = 0;
        for limit in found {
            offered.push_str(normalised.get(at..limit.start).unwrap_or_default());
            limited.push_str(normalised.get(limit.clone()).unwrap_or_default());
            limited.push('。');
            at = limit.end;
        }
        offered.push_str(normalised.get(at..).unwrap_or_default());
        Self { offered: Cow::Owned(offered), limited }
    }
}

impl<'r> Reading<'r> {
    fn new(reader: &'r Reader) -> Self {
        Self { reader, terms: Frequencies::default(), length: 0 }
    }

    /// Reads a normalised text, each of whose terms counts so much, and notes the whole words and the concepts in it, which it
    /// gives back.
    fn add(
        &mut self,
        normalised: &str,
        weight: f64,
        counted: bool,
        mut note: impl FnMut(Term),
    ) -> Vec<&'r Concept> {
        for token in self.reader.tokenizer().tokens(normalised) {
            self.length += u32::from(counted);
            let term = Term::of(&token.text);
            self.count(term, weight, counted);
            if token.kind == TokenKind::Word {
                note(term);
            }
        }
        let mentions = self.reader.thesaurus().mentions(normalised).into_iter();
        let concepts: Vec<&Concept> =
            mentions.filter_map(|mention| self.reader.thesaurus().concept(mention.concept)).collect();
        for concept in &concepts {
            let term = Term::of(&concept.key);
            self.count(term, weight, counted);
            note(term);
        }
        concepts
    }

    fn count(&mut self, term: Term, weight: f64, counted: bool) {
        let read = self.terms.entry(term).or_insert((0.0, false));
        read.0 += weight;
        read.1 |= counted;
    }

    fn finish(self) -> DocumentTerms {
        DocumentTerms::new(self.terms, self.length, &self.reader.rules)
    }
}

impl Reader {
    /// The terms of a solution, and what its words say beyond the fields of its record: the leaves of the taxonomy of which
    /// they speak, whatever it is filed under (those whose concepts are named with a weight, by field, of at least
    /// `least` together), and the words and concepts of which it says only that it does not offer them.
    ///
    /// What it denies counts for a share. Results of deployments are read for neither sectors nor limits: a further deployment
    /// must not speak against the solution.
    pub fn solution(&self, doc: &SolutionDoc, least: f64) -> (DocumentTerms, Spoken) {
        let fields = &self.rules.solution;
        let own = [
            (&doc.name, fields.name),
            (&doc.tagline, fields.tagline),
            (&doc.description, fields.description),
        ];
        let mut reading = Reading::new(self);
        let (mut offered, mut limited) = (Named::default(), Named::default());
        let mut sectors: BTreeMap<Sector, f64> = BTreeMap::new();
        for (text, weight) in own {
            let normalised = normalise(text);
            let offer = Offer::of(&normalised);
            let spoken = reading.add(&offer.offered, weight, true, |term| {
                offered.insert(term);
            });
            for concept in spoken {
                for sector in &concept.sectors {
                    *sectors.entry(*sector).or_default() += weight / concept.sectors.len() as f64;
                }
            }
            reading.add(&offer.limited, weight * fields.denied, true, |term| {
                limited.insert(term);
            });
        }
        for deployment in &doc.deployments {
            reading.add(&normalise(&deployment.results), fields.results, false, |_| ());
        }
        let sectors = sectors.into_iter().filter(|(_, weight)| *weight >= least).map(|(sector, _)| sector);
        let spoken =
            Spoken { sectors: sectors.collect(), limits: limited.difference(&offered).copied().collect() };
        (reading.finish(), spoken)
    }

    /// The terms of a challenge as a document that is looked for.
    pub fn challenge(&self, doc: &ChallengeDoc) -> DocumentTerms {
        let mut reading = Reading::new(self);
        for (text, weight) in self.challenge_fields(doc) {
            reading.add(&normalise(text), weight, true, |_| ());
        }
        reading.finish()
    }
}
