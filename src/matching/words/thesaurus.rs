//! The thesaurus of the domain: concepts with all the words by which people name them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::{is_hiragana, is_kanji, is_katakana, normalise};
use crate::reference::Sector;

/// A concept's place in its thesaurus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConceptId(u16);

/// One thing that has many names.
#[derive(Debug)]
pub struct Concept {
    /// Its key, kebab-case.
    pub slug: String,
    /// The key under which documents that name it are found. It cannot be a token's key.
    pub key: String,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
    /// The leaves of the taxonomy to which it belongs.
    pub sectors: Vec<Sector>,
    /// Concepts that contain it.
    pub broader: Vec<ConceptId>,
    /// Concepts that it contains.
    pub narrower: Vec<ConceptId>,
}

/// A concept found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Which.
    pub concept: ConceptId,
    /// First byte of the words that named it.
    pub start: usize,
    /// The byte behind them.
    pub end: usize,
}

/// All concepts, and the automaton that finds them in a text in one pass.
pub struct Thesaurus {
    concepts: Vec<Concept>,
    automaton: AhoCorasick,
    /// The concept of each pattern of the automaton.
    owners: Vec<ConceptId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    concept: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    slug: String,
    ja: String,
    en: String,
    #[serde(default)]
    sectors: Vec<Sector>,
    #[serde(default)]
    broader: Vec<String>,
    /// Further names; `ja` and `en` are names too.
    words: Vec<String>,
}

/// A thesaurus file that cannot be used, with the concept at fault.
#[derive(Debug, thiserror::Error)]
#[error("thesaurus: {0}")]
pub struct ThesaurusError(String);

/// The thesaurus that is compiled in, once it was read.
static COMPILED_IN: OnceLock<Arc<Thesaurus>> = OnceLock::new();

impl Thesaurus {
    /// The thesaurus that is compiled in; read once, shared by all.
    ///
    /// # Errors
    /// Those of [`Thesaurus::parse`]; a test holds the compiled-in file to them.
    pub fn compiled_in() -> Result<Arc<Self>, ThesaurusError> {
        if let Some(thesaurus) = COMPILED_IN.get() {
            return Ok(Arc::clone(thesaurus));
        }
        let thesaurus = Arc::new(Self::parse(include_str!("../../../seeds/thesaurus.toml"))?);
        Ok(Arc::clone(COMPILED_IN.get_or_init(|| thesaurus)))
    }

    /// Reads a thesaurus in the form of `seeds/thesaurus.toml`.
    ///
    /// # Errors
    /// Not TOML of that form; a slug twice; an unknown broader concept or a circle of them; a word that is too short
    /// to be told from accident (see [`Thesaurus::mentions`]) or that one concept has twice.
    pub fn parse(text: &str) -> Result<Self, ThesaurusError> {
        let file: File = toml::from_str(text).map_err(|error| ThesaurusError(error.to_string()))?;
        let by_slug = slugs(&file.concept)?;
        let mut concepts = Vec::with_capacity(file.concept.len());
        let (mut patterns, mut owners) = (Vec::new(), Vec::new());
        for entry in file.concept {
            let id = by_slug.get(&entry.slug).copied().unwrap_or(ConceptId(0));
            for word in words(&entry)? {
                patterns.push(word);
                owners.push(id);
            }
            let broader: Option<Vec<ConceptId>> =
                entry.broader.iter().map(|slug| by_slug.get(slug).copied()).collect();
            let broader =
                broader.ok_or_else(|| ThesaurusError(format!("{}: unknown broader concept", entry.slug)))?;
            let Entry { slug, ja, en, sectors, .. } = entry;
            let key = format!("#{slug}");
            concepts.push(Concept { slug, key, ja, en, sectors, broader, narrower: Vec::new() });
        }
        link_narrower(&mut concepts)?;
        let automaton = AhoCorasick::new(&patterns).map_err(|error| ThesaurusError(error.to_string()))?;
        Ok(Self { concepts, automaton, owners })
    }

    /// The concepts that a normalised text names, in the order of their places.
    ///
    /// A short word is taken only where it stands alone: one or two katakana not inside a longer katakana word, a
    /// single kanji not inside a compound, Latin letters not inside a longer word, three hiragana not behind hiragana.
    /// Of names that stand one inside the other the longest counts: 「水道管」 is no mention of 「水道」.
    pub fn mentions(&self, normalised: &str) -> Vec<Mention> {
        let mut mentions: Vec<Mention> = Vec::new();
        for found in self.automaton.find_overlapping_iter(normalised) {
            let (start, end) = (found.start(), found.end());
            let Some(concept) = self.owners.get(found.pattern().as_usize()).copied() else { continue };
            if stands_alone(normalised, start, end) {
                mentions.push(Mention { concept, start, end });
            }
        }
        mentions.sort_by_key(|mention| (mention.start, std::cmp::Reverse(mention.end), mention.concept));
        without_inner(mentions)
    }

    /// The concept itself.
    pub fn concept(&self, id: ConceptId) -> Option<&Concept> {
        self.concepts.get(usize::from(id.0))
    }
}

impl fmt::Debug for Thesaurus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Thesaurus({} concepts, {} words)", self.concepts.len(), self.owners.len())
    }
}

fn slugs(entries: &[Entry]) -> Result<HashMap<String, ConceptId>, ThesaurusError> {
    let mut by_slug = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let id = u16::try_from(index).map_err(|_| ThesaurusError("too many concepts".to_owned()))?;
        if by_slug.insert(entry.slug.clone(), ConceptId(id)).is_some() {
            return Err(ThesaurusError(format!("{} is there twice", entry.slug)));
        }
    }
    Ok(by_slug)
}

fn words(entry: &Entry) -> Result<Vec<String>, ThesaurusError> {
    let mut words = Vec::new();
    for word in [&entry.ja, &entry.en].into_iter().chain(&entry.words) {
        let word = normalise(word);
        if !is_tellable(&word) {
            return Err(ThesaurusError(format!(
                "{}: {word:?} is too short to be told from accident",
                entry.slug
            )));
        }
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(words)
}

/// Hiragana occur everywhere as endings and particles: two of them name nothing.
fn is_tellable(word: &str) -> bool {
    let length = word.chars().count();
    let needed = if word.chars().all(is_hiragana) { 3 } else { 1 };
    length >= needed && !word.trim().is_empty()
}

fn link_narrower(concepts: &mut [Concept]) -> Result<(), ThesaurusError> {
    let links: Vec<(ConceptId, usize)> = concepts
        .iter()
        .enumerate()
        .flat_map(|(narrow, concept)| concept.broader.iter().map(move |broad| (*broad, narrow)))
        .collect();
    for (broad, narrow) in links {
        let narrow = u16::try_from(narrow).map_err(|_| ThesaurusError("too many concepts".to_owned()))?;
        if let Some(concept) = concepts.get_mut(usize::from(broad.0)) {
            if concept.broader.contains(&ConceptId(narrow)) || broad.0 == narrow {
                return Err(ThesaurusError(format!("{} is broader than itself", concept.slug)));
            }
            concept.narrower.push(ConceptId(narrow));
        }
    }
    Ok(())
}

/// Those that do not stand inside a longer one; they come by their beginnings, the longer first.
fn without_inner(mentions: Vec<Mention>) -> Vec<Mention> {
    let (mut start, mut end) = (0, 0);
    let outermost = mentions.into_iter().filter(|mention| {
        let inside = mention.end < end || (mention.end == end && mention.start > start);
        if mention.end > end {
            (start, end) = (mention.start, mention.end);
        }
        !inside
    });
    outermost.collect()
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let Some(word) = text.get(start..end) else { return false };
    let before = text.get(..start).and_then(|head| head.chars().next_back());
    let after = text.get(end..).and_then(|tail| tail.chars().next());
    let (Some(first), Some(last)) = (word.chars().next(), word.chars().next_back()) else { return false };
    let length = word.chars().count();
    let cut = |edge: char, neighbour: Option<char>| {
        neighbour.is_some_and(|neighbour| {
            let latin = edge.is_ascii_alphanumeric() && neighbour.is_ascii_alphanumeric();
            let kana = length <= 2 && is_katakana(edge) && is_katakana(neighbour);
            let kanji = length == 1 && is_kanji(edge) && is_kanji(neighbour);
            latin || kana || kanji
        })
    };
    let short_hiragana = length <= 3 && word.chars().all(is_hiragana) && before.is_some_and(is_hiragana);
    !(cut(first, before) || cut(last, after) || short_hiragana)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [[concept]]
        slug = "wildlife"
        ja = "野生動物"
        en = "wildlife"
        words = ["鳥獣", "けもの"]

        [[concept]]
        slug = "bear"
        ja = "クマ"
        en = "bear"
        broader = ["wildlife"]
        words = ["熊", "ツキノワグマ"]
    "#;

    fn found(text: &str) -> Vec<String> {
        let thesaurus = Thesaurus::parse(SMALL).unwrap();
        let mentions = thesaurus.mentions(&normalise(text));
        mentions.iter().map(|mention| thesaurus.concept(mention.concept).unwrap().slug.clone()).collect()
    }

    #[test]
    fn the_compiled_in_thesaurus_is_accepted() {
        let thesaurus = Thesaurus::compiled_in();
        assert!(thesaurus.is_ok(), "{thesaurus:?}");
    }

    #[test]
    fn it_knows_enough_and_every_leaf_of_the_taxonomy_has_concepts() {
        let thesaurus = Thesaurus::compiled_in().unwrap();
        assert!(thesaurus.concepts.len() >= 400, "{thesaurus:?}");
        for leaf in Sector::all() {
            let concepts =
                thesaurus.concepts.iter().filter(|concept| concept.sectors.contains(&leaf)).count();
            assert!(concepts >= 2, "{leaf:?}");
        }
    }

    #[test]
    fn concepts_have_plain_keys_and_enough_names() {
        let thesaurus = Thesaurus::compiled_in().unwrap();
        for (at, concept) in thesaurus.concepts.iter().enumerate() {
            let plain =
                concept.slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            assert!(plain && !concept.en.is_empty(), "{}", concept.slug);
            let names = thesaurus.owners.iter().filter(|owner| usize::from(owner.0) == at).count();
            assert!(names >= 4, "{} has {names} names", concept.slug);
        }
    }

    #[test]
    fn every_name_of_a_concept_names_it_whatever_its_width_or_case() {
        for text in ["クマが出た", "ｸﾏが出た", "熊の出没", "BEAR alert", "ツキノワグマ"]
        {
            assert_eq!(found(text), ["bear"], "{text}");
        }
    }

    #[test]
    fn of_names_inside_one_another_the_longest_counts() {
        let more = "[[concept]]\nslug = \"fence\"\nja = \"鳥獣柵\"\nen = \"fence\"\nwords = []";
        let thesaurus = Thesaurus::parse(&format!("{SMALL}\n{more}")).unwrap();
        let slugs = |text: &str| -> Vec<&str> {
            let mentions = thesaurus.mentions(text).into_iter();
            mentions.map(|mention| thesaurus.concept(mention.concept).unwrap().slug.as_str()).collect()
        };
        assert_eq!(slugs("鳥獣柵を直す"), ["fence"]);
        assert_eq!(slugs("鳥獣と柵、鳥獣柵"), ["wildlife", "fence"]);
    }

    #[test]
    fn short_names_inside_other_words_are_accidents() {
        for text in ["熊本県", "アクマ", "bearing", "ばけもの"] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn broader_and_narrower_are_two_ends_of_one_link() {
        let thesaurus = Thesaurus::parse(SMALL).unwrap();
        let (wildlife, bear) = (ConceptId(0), ConceptId(1));
        assert_eq!(thesaurus.concept(bear).unwrap().broader, [wildlife]);
        assert_eq!(thesaurus.concept(wildlife).unwrap().narrower, [bear]);
    }

    #[test]
    fn a_broken_file_is_refused_with_the_concept_at_fault() {
        let twice = format!(
            "{SMALL}\n[[concept]]\nslug = \"bear\"\nja = \"ヒグマ\"\nen = \"brown bear\"\nwords = []"
        );
        assert!(Thesaurus::parse(&twice).unwrap_err().to_string().contains("bear is there twice"));
        let short = "[[concept]]\nslug = \"x\"\nja = \"から\"\nen = \"from\"\nwords = []";
        assert!(Thesaurus::parse(short).unwrap_err().to_string().contains("too short"));
        let lost = "[[concept]]\nslug = \"x\"\nja = \"山道\"\nen = \"path\"\nbroader = [\"y\"]\nwords = []";
        assert!(Thesaurus::parse(lost).unwrap_err().to_string().contains("unknown broader"));
    }
}
