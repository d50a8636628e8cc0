//! Simpler systems, to be beaten.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::words::{is_kanji, is_katakana, normalise};
use super::{Collection, Run};
use crate::matching::{ChallengeDoc, SolutionDoc};

/// BM25 over bigrams inside runs of kanji and katakana plus Latin words, all fields equal, k1 1.2, b 0.75.
pub(super) fn bm25(collection: &Collection) -> Run {
    let documents: Vec<(&String, HashMap<String, f64>, f64)> = collection
        .solutions
        .iter()
        .map(|(id, doc)| {
            let terms = terms(&solution_text(doc));
            let length = terms.len() as f64;
            (id, counted(terms), length)
        })
        .collect();
    let all = documents.len() as f64;
    let average = documents.iter().map(|(_, _, length)| length).sum::<f64>() / all.max(1.0);
    let mut having: HashMap<&str, f64> = HashMap::new();
    for term in documents.iter().flat_map(|(_, counts, _)| counts.keys()) {
        *having.entry(term).or_default() += 1.0;
    }
    let rank = |challenge: &ChallengeDoc| {
        let question = terms(&challenge_text(challenge));
        let score = |counts: &HashMap<String, f64>, length: f64| {
            let worth = question.iter().filter_map(|term| {
                let (times, having) = (counts.get(term)?, having.get(term.as_str())?);
                let rarity = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
                Some(rarity * times * (K1 + 1.0) / (times + K1 * (1.0 - B + B * length / average)))
            });
            worth.sum::<f64>()
        };
        let mut ranked: Vec<(String, f64)> =
            documents.iter().map(|(id, counts, length)| ((*id).clone(), score(counts, *length))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked
    };
    collection.challenges.iter().map(|(id, doc)| (id.clone(), rank(doc))).collect()
}

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The solutions that share a leaf of the taxonomy with the challenge, newest first: the later a solution stands in its
/// file, the later it was registered.
pub(super) fn sector_newest(collection: &Collection) -> Run {
    let rank = |challenge: &ChallengeDoc| {
        let shared = collection.solutions.iter().enumerate().filter(|(_, (_, solution))| {
            solution.sectors.iter().any(|sector| challenge.sectors.contains(sector))
        });
        let mut ranked: Vec<(usize, &String)> = shared.map(|(line, (id, _))| (line, id)).collect();
        ranked.sort_by_key(|(line, _)| Reverse(*line));
        ranked.into_iter().map(|(line, id)| (id.clone(), line as f64)).collect()
    };
    collection.challenges.iter().map(|(id, doc)| (id.clone(), rank(doc))).collect()
}

fn challenge_text(doc: &ChallengeDoc) -> String {
    let fields =
        [&doc.title, &doc.summary, &doc.background, &doc.current_state, &doc.desired_state, &doc.outcomes];
    fields.map(String::as_str).join("\n")
}

fn solution_text(doc: &SolutionDoc) -> String {
    [&doc.name, &doc.tagline, &doc.description].map(String::as_str).join("\n")
}

fn counted(terms: Vec<String>) -> HashMap<String, f64> {
    let mut counts = HashMap::new();
    for term in terms {
        *counts.entry(term).or_default() += 1.0;
    }
    counts
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Katakana,
    Latin,
    Other,
}

fn script(character: char) -> Script {
    if is_kanji(character) {
        Script::Kanji
    } else if is_katakana(character) {
        Script::Katakana
    } else if character.is_ascii_alphanumeric() {
        Script::Latin
    } else {
        Script::Other
    }
}

fn terms(text: &str) -> Vec<String> {
    let characters: Vec<char> = normalise(text).chars().collect();
    let mut terms = Vec::new();
    for run in characters.chunk_by(|a, b| script(*a) == script(*b)) {
        match run.first().map(|first| script(*first)) {
            Some(Script::Kanji | Script::Katakana) => {
                terms.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
            Some(Script::Latin) if run.iter().any(char::is_ascii_alphabetic) => {
                terms.push(run.iter().collect())
            }
            _ => {}
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_bigrams_inside_runs_and_latin_words() {
        assert_eq!(terms("除雪車のGPS端末ドア 12"), ["除雪", "雪車", "gps", "端末", "ドア"]);
    }
}
