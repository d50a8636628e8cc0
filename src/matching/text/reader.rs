//! Reading challenges and solutions for their terms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::components::AskedFor;
use super::super::document::{ChallengeDoc, SolutionDoc};
use super::super::rules::TextRules;
use super::super::words::{ConceptId, Thesaurus, ThesaurusError, TokenKind, Tokenizer, limits, normalise};
use crate::reference::Sector;

/// Turns texts into weighted terms by the rules of the configuration.
#[derive(Debug)]
pub struct Reader {
    tokenizer: Tokenizer,
    thesaurus: Arc<Thesaurus>,
    rules: TextRules,
}

/// A term of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadTerm {
    /// Its key.
    pub key: String,
    /// Its frequency, weighted by field.
    pub frequency: f64,
    /// Whether it stands in a field that counts in the statistics, or in results of deployments only.
    pub counted: bool,
}

/// Everything that a challenge asks for, each key once, in the order of the keys.
pub type Asked = Vec<AskedTerm>;

/// What of a question can be denied: whole words, and the concepts that it names itself.
pub fn asked_for(asked: &Asked) -> AskedFor {
    let deniable = asked.iter().filter_map(|term| match &term.origin {
        Origin::Token(TokenKind::Word) => Some((term.key.clone(), term.weight, term.key.clone())),
        Origin::Concept { said, via: Via::Same, .. } => Some((term.key.clone(), term.weight, said.clone())),
        _ => None,
    });
    deniable.collect()
}

/// A term of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedTerm {
    /// Its key.
    pub key: String,
    /// How much it matters, above 0.
    pub weight: f64,
    /// What in the question it comes from.
    pub origin: Origin,
}

/// What in the question a term comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The words themselves.
    Token(TokenKind),
    /// A concept of the thesaurus.
    Concept {
        /// The concept that the document must name.
        concept: ConceptId,
        /// The words with which the question named it, or the concept next to it.
        said: String,
        /// How the two stand to each other.
        via: Via,
    },
}

/// How the concept of a document stands to that of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The same.
    Same,
    /// The document names a narrower one.
    Narrower,
    /// The document names a broader one.
    Broader,
}

/// What one text says: how often each token (as it is cut best) and each concept occurs in it.
#[derive(Debug, Default)]
struct Said {
    tokens: BTreeMap<String, (TokenKind, f64)>,
    concepts: BTreeMap<ConceptId, (String, f64)>,
    /// The words that named concepts, each place once.
    names: Vec<String>,
    /// Number of tokens.
    length: usize,
}

/// A text of a solution, normalised, in two parts.
struct Offer {
    /// What it says that it does.
    offered: String,
    /// What it says that it does not do.
    limited: String,
}

impl Offer {
    fn of(text: &str) -> Self {
        let normalised = normalise(text);
        let (mut offered, mut limited) = (String::with_capacity(normalised.len()), String::new());
        let mut at = 0;
        for limit in limits(&normalised) {
            offered.push_str(normalised.get(at..limit.start).unwrap_or_default());
            limited.push_str(normalised.get(limit.clone()).unwrap_or_default());
            limited.push('。');
            at = limit.end;
        }
        offered.push_str(normalised.get(at..).unwrap_or_default());
        Self { offered, limited }
    }
}

impl Reader {
    /// A reader with the thesaurus that is compiled in.
    ///
    /// # Errors
    /// Those of [`Thesaurus::parse`]; a test holds the compiled-in file to them.
    pub fn new(rules: TextRules) -> Result<Self, ThesaurusError> {
        Ok(Self { tokenizer: Tokenizer::default(), thesaurus: Thesaurus::compiled_in()?, rules })
    }

    /// The thesaurus.
    pub fn thesaurus(&self) -> &Thesaurus {
        &self.thesaurus
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The key under which documents that name a concept are found. It cannot be a token's key.
    pub fn concept_key(&self, concept: ConceptId) -> Option<String> {
        self.thesaurus.concept(concept).map(|concept| format!("#{}", concept.slug))
    }

    /// The terms of a solution, each key once, and its length in tokens. What it denies of itself is no term of it.
    pub fn solution(&self, doc: &SolutionDoc) -> (Vec<ReadTerm>, u32) {
        let denied = self.rules.solution.denied;
        let own = self.own_fields(doc).into_iter().flat_map(|(text, weight)| {
            let Offer { offered, limited } = Offer::of(text);
            [(offered, weight), (limited, weight * denied)]
        });
        let own: Vec<(String, f64)> = own.collect();
        let own = own.iter().map(|(text, weight)| (text, *weight));
        let results =
            doc.deployments.iter().map(|deployment| (&deployment.results, self.rules.solution.results));
        self.document(own, results)
    }

    /// The words and concepts of which a solution says only that it does not offer them, in the order of their keys.
    ///
    /// Results of deployments are not read for limits: a further deployment must not speak against the solution.
    pub fn limits(&self, doc: &SolutionDoc) -> Vec<String> {
        let (mut limited, mut offered) = (BTreeSet::new(), BTreeSet::new());
        for (text, _) in self.own_fields(doc) {
            let offer = Offer::of(text);
            limited.extend(self.whole_keys(&offer.limited));
            offered.extend(self.whole_keys(&offer.offered));
        }
        limited.difference(&offered).cloned().collect()
    }

    /// Keys of whole words and of concepts, without the pieces of words.
    fn whole_keys(&self, text: &str) -> Vec<String> {
        let mut said = self.read(text);
        said.tokens.retain(|_, (kind, _)| *kind == TokenKind::Word);
        self.keys(said).into_iter().map(|(key, _)| key).collect()
    }

    fn own_fields<'d>(&self, doc: &'d SolutionDoc) -> [(&'d String, f64); 3] {
        let fields = &self.rules.solution;
        [(&doc.name, fields.name), (&doc.tagline, fields.tagline), (&doc.description, fields.description)]
    }

    /// The leaves of the taxonomy of which a solution's own words speak, whatever it is filed under: those whose concepts
    /// are named with a weight (by field) of at least `least` together.
    pub fn sectors(&self, doc: &SolutionDoc, least: f64) -> Vec<Sector> {
        let mut named: BTreeMap<Sector, f64> = BTreeMap::new();
        for (text, weight) in self.own_fields(doc) {
            for mention in self.thesaurus.mentions(&Offer::of(text).offered) {
                let sectors =
                    self.thesaurus.concept(mention.concept).map_or(&[][..], |concept| &concept.sectors);
                for sector in sectors {
                    *named.entry(*sector).or_default() += weight / sectors.len() as f64;
                }
            }
        }
        named.into_iter().filter(|(_, weight)| *weight >= least).map(|(sector, _)| sector).collect()
    }

    /// The terms of a challenge as a document that is looked for.
    pub fn challenge(&self, doc: &ChallengeDoc) -> (Vec<ReadTerm>, u32) {
        self.document(self.challenge_fields(doc).into_iter(), std::iter::empty())
    }

    fn challenge_fields<'d>(&self, doc: &'d ChallengeDoc) -> [(&'d String, f64); 6] {
        let fields = &self.rules.challenge;
        [
            (&doc.title, fields.title),
            (&doc.desired_state, fields.desired_state),
            (&doc.summary, fields.summary),
            (&doc.background, fields.background),
            (&doc.current_state, fields.current_state),
            (&doc.outcomes, fields.outcomes),
        ]
    }

    fn document<'d>(
        &self,
        own: impl Iterator<Item = (&'d String, f64)>,
        uncounted: impl Iterator<Item = (&'d String, f64)>,
    ) -> (Vec<ReadTerm>, u32) {
        let mut terms: BTreeMap<String, (f64, bool)> = BTreeMap::new();
        let mut length = 0;
        let texts = own.map(|(text, weight)| (text, weight, true));
        for (text, weight, counted) in texts.chain(uncounted.map(|(text, weight)| (text, weight, false))) {
            let said = self.read(text);
            length += if counted { said.length } else { 0 };
            for (key, times) in self.keys(said) {
                let term = terms.entry(key).or_insert((0.0, false));
                term.0 += weight * times;
                term.1 |= counted;
            }
        }
        let terms = terms.into_iter().map(|(key, (frequency, counted))| ReadTerm { key, frequency, counted });
        (terms.filter(|term| term.frequency > 0.0).collect(), u32::try_from(length).unwrap_or(u32::MAX))
    }

    fn keys(&self, said: Said) -> Vec<(String, f64)> {
        let tokens = said.tokens.into_iter().map(|(key, (_, times))| (key, times));
        let concepts = said.concepts.into_iter();
        let concepts = concepts.filter_map(|(concept, (_, times))| Some((self.concept_key(concept)?, times)));
        tokens.chain(concepts).collect()
    }

    /// What a challenge asks of solutions.
    pub fn asked(&self, doc: &ChallengeDoc) -> Asked {
        self.asked_in(&self.challenge_fields(doc))
    }

    /// What a free text asks.
    pub fn asked_freely(&self, text: &str) -> Asked {
        self.asked_in(&[(&text.to_owned(), 1.0)])
    }

    fn asked_in(&self, fields: &[(&String, f64)]) -> Asked {
        let mut tokens: BTreeMap<String, (TokenKind, f64)> = BTreeMap::new();
        let mut concepts: BTreeMap<ConceptId, (String, f64)> = BTreeMap::new();
        for (text, weight) in fields {
            let mut said = self.read(text);
            self.discount_names(&mut said);
            for (key, (kind, times)) in said.tokens {
                let token = tokens.entry(key).or_insert((kind, 0.0));
                token.0 = token.0.max(kind);
                token.1 += weight * times;
            }
            for (concept, (words, times)) in said.concepts {
                concepts.entry(concept).or_insert((words, 0.0)).1 += weight * times;
            }
        }
        let mut asked: Asked = tokens
            .into_iter()
            .map(|(key, (kind, times))| AskedTerm {
                key,
                weight: self.kind_weight(kind) * self.repeated(times),
                origin: Origin::Token(kind),
            })
            .collect();
        asked.extend(self.asked_concepts(&concepts));
        asked.retain(|term| term.weight > 0.0);
        asked.sort_by(|a, b| a.key.cmp(&b.key));
        asked
    }

    /// Words that name a concept are asked for by it, and by themselves only so far as `token_share` says: or what both sides call by
    /// the same name would count twice, and most of it is what everybody says.
    fn discount_names(&self, said: &mut Said) {
        for name in &said.names {
            for token in self.tokenizer.tokens(name) {
                if let Some((_, times)) = said.tokens.get_mut(token.text.as_ref()) {
                    *times = (*times - (1.0 - self.rules.thesaurus.token_share)).max(0.0);
                }
            }
        }
    }

    /// A concept that is named asks for itself and, less, for those next to it. A concept that is reached in several
    /// ways is asked in the strongest of them.
    fn asked_concepts(&self, named: &BTreeMap<ConceptId, (String, f64)>) -> Vec<AskedTerm> {
        let factors = &self.rules.thesaurus;
        let mut strongest: BTreeMap<ConceptId, AskedTerm> = BTreeMap::new();
        for (id, (said, times)) in named {
            let Some(concept) = self.thesaurus.concept(*id) else { continue };
            let reached = [(id, Via::Same, factors.same)]
                .into_iter()
                .chain(concept.narrower.iter().map(|other| (other, Via::Narrower, factors.narrower)))
                .chain(concept.broader.iter().map(|other| (other, Via::Broader, factors.broader)));
            for (other, via, factor) in reached {
                let Some(key) = self.concept_key(*other) else { continue };
                let weight = factor * self.repeated(*times);
                let origin = Origin::Concept { concept: *other, said: said.clone(), via };
                let term = AskedTerm { key, weight, origin };
                match strongest.get(other) {
                    Some(known) if known.weight >= weight => {}
                    _ => drop(strongest.insert(*other, term)),
                }
            }
        }
        strongest.into_values().collect()
    }

    fn kind_weight(&self, kind: TokenKind) -> f64 {
        match kind {
            TokenKind::Word => self.rules.tokens.word,
            TokenKind::Pair => self.rules.tokens.pair,
            TokenKind::Character => self.rules.tokens.character,
        }
    }

    /// The saturated weight of a term that the question repeats.
    fn repeated(&self, times: f64) -> f64 {
        (self.rules.k3 + 1.0) * times / (self.rules.k3 + times)
    }

    fn read(&self, text: &str) -> Said {
        let normalised = normalise(text);
        let mut said = Said::default();
        for token in self.tokenizer.tokens(&normalised) {
            said.length += 1;
            let entry = said.tokens.entry(token.text.into_owned()).or_insert((token.kind, 0.0));
            entry.0 = entry.0.max(token.kind);
            entry.1 += 1.0;
        }
        let mut named = 0;
        for mention in self.thesaurus.mentions(&normalised) {
            let words = normalised.get(mention.start..mention.end).unwrap_or_default();
            if mention.end > named {
                named = mention.end;
                said.names.push(words.to_owned());
            }
            said.concepts.entry(mention.concept).or_insert_with(|| (words.to_owned(), 0.0)).1 += 1.0;
        }
        said
    }
}
