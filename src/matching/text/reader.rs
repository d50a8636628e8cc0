//! Reading challenges for what they ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::components::AskedFor;
use super::super::document::ChallengeDoc;
use super::super::rules::TextRules;
use super::super::words::{ConceptId, Thesaurus, ThesaurusError, TokenKind, Tokenizer, normalise};
use super::written::Written;

/// Turns texts into weighted terms by the rules of the configuration.
#[derive(Debug)]
pub struct Reader {
    pub(super) tokenizer: Tokenizer,
    pub(super) thesaurus: Arc<Thesaurus>,
    pub(super) rules: TextRules,
}

/// Everything that a challenge asks for, each key once, in the order of the keys.
pub type Asked = Vec<AskedTerm>;

/// What of a question can be denied: whole words, and the concepts that it names itself.
pub fn asked_for(asked: &Asked) -> AskedFor {
    let deniable = asked.iter().filter_map(|term| match &term.origin {
        Origin::Token { kind: TokenKind::Word, said } => Some((term.key.clone(), term.weight, said.clone())),
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
    Token {
        /// How they were cut.
        kind: TokenKind,
        /// As the question writes them.
        said: String,
    },
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

/// A token in a text, or in several.
#[derive(Debug)]
struct SaidToken {
    /// How it is cut best.
    kind: TokenKind,
    times: f64,
    /// As the text writes it first.
    written: String,
}

/// What one text says: each token and each concept in it, with the words that named it and how often.
#[derive(Debug, Default)]
struct Said {
    tokens: BTreeMap<String, SaidToken>,
    concepts: BTreeMap<ConceptId, (String, f64)>,
    /// The words that named concepts, each place once.
    names: Vec<String>,
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

    pub(super) fn challenge_fields<'d>(&self, doc: &'d ChallengeDoc) -> [(&'d String, f64); 6] {
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

    /// What a challenge asks of solutions.
    pub fn asked(&self, doc: &ChallengeDoc) -> Asked {
        self.asked_in(&self.challenge_fields(doc))
    }

    /// What a free text asks.
    pub fn asked_freely(&self, text: &str) -> Asked {
        self.asked_in(&[(&text.to_owned(), 1.0)])
    }

    fn asked_in(&self, fields: &[(&String, f64)]) -> Asked {
        let mut tokens: BTreeMap<String, SaidToken> = BTreeMap::new();
        let mut concepts: BTreeMap<ConceptId, (String, f64)> = BTreeMap::new();
        for (text, weight) in fields {
            let mut said = self.read(text);
            self.discount_names(&mut said);
            for (key, SaidToken { kind, times, written }) in said.tokens {
                let token = tokens.entry(key).or_insert(SaidToken { kind, times: 0.0, written });
                token.kind = token.kind.max(kind);
                token.times += weight * times;
            }
            for (concept, (words, times)) in said.concepts {
                concepts.entry(concept).or_insert((words, 0.0)).1 += weight * times;
            }
        }
        let mut asked: Asked = tokens
            .into_iter()
            .map(|(key, SaidToken { kind, times, written })| AskedTerm {
                key,
                weight: self.kind_weight(kind) * self.repeated(times),
                origin: Origin::Token { kind, said: written },
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
                if let Some(SaidToken { times, .. }) = said.tokens.get_mut(token.text.as_ref()) {
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
                let Some(key) = self.thesaurus.concept(*other).map(|concept| concept.key.clone()) else {
                    continue;
                };
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
        let (mut said, mut written) = (Said::default(), Written::of(text));
        for token in self.tokenizer.tokens(&normalised) {
            let one = said.tokens.entry(token.text.into_owned()).or_insert_with_key(|key| SaidToken {
                kind: token.kind,
                times: 0.0,
                // Pieces of words are not shown.
                written: if token.kind == TokenKind::Word { written.next(key) } else { key.clone() },
            });
            one.kind = one.kind.max(token.kind);
            one.times += 1.0;
        }
        let mut written = Written::of(text);
        let mut named = 0;
        for mention in self.thesaurus.mentions(&normalised) {
            let words = normalised.get(mention.start..mention.end).unwrap_or_default();
            if mention.end > named {
                named = mention.end;
                said.names.push(words.to_owned());
            }
            said.concepts.entry(mention.concept).or_insert_with(|| (written.next(words), 0.0)).1 += 1.0;
        }
        said
    }
}
