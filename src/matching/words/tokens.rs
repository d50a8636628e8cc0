//! Cutting a normalised text into tokens.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

use super::{is_hiragana, is_kanji, is_katakana, to_hiragana};

/// A piece of a text that can be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// How it was cut.
    pub kind: TokenKind,
    /// In normalised spelling, katakana as hiragana.
    pub text: Cow<'t, str>,
}

/// How a token was cut out of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// A single kanji.
    Character,
    /// Two neighbouring characters of a run of kanji or katakana that are no word by themselves.
    Pair,
    /// A word of the dictionary, or a run of Latin letters.
    Word,
}

/// Words that say nothing by themselves: function words, light verbs, the vocabulary of every call and every leaflet.
static STOP_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../../seeds/stop_words.txt").lines();
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).map(to_hiragana).collect()
});

/// Cuts texts into tokens with the dictionary that is compiled in.
#[derive(Debug)]
pub struct Tokenizer {
    segmenter: WordSegmenterBorrowed<'static>,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self { segmenter: WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()) }
    }
}

impl Tokenizer {
    /// The tokens of a text that [`super::normalise`] gave, in the order of their places; no place gives the same token twice.
    pub fn tokens<'t>(&self, normalised: &'t str) -> Vec<Token<'t>> {
        let mut tokens = Vec::with_capacity(normalised.len() / 2);
        // Rising, as the words come.
        let mut words = Vec::new();
        let mut start = 0;
        let mut breaks = self.segmenter.segment_str(normalised);
        while let Some(end) = breaks.next() {
            if breaks.is_word_like()
                && let Some(word) = normalised.get(start..end)
                && let Some(token) = word_token(word)
            {
                words.push((start, end));
                tokens.push(token);
            }
            start = end;
        }
        for run in runs(normalised) {
            push_pairs(normalised, &run, &words, &mut tokens);
            push_characters(normalised, &run, &mut tokens);
        }
        tokens
    }
}

/// A stretch of a search text, with the tokens that a document must all have to contain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// First byte in the normalised text.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// Tokens, none twice.
    pub tokens: Vec<String>,
}

impl Tokenizer {
    /// What a search text looks for. Runs of kanji and katakana are looked for by their pairs, because where a document
    /// cuts its words is not known: 除雪車 is found in 除雪車両.
    pub fn sought(&self, normalised: &str) -> Vec<Sought> {
        let mut sought: Vec<Sought> = runs(normalised)
            .iter()
            .map(|run| {
                let mut tokens = Vec::new();
                push_pairs(normalised, run, &[], &mut tokens);
                if tokens.is_empty() {
                    push_characters(normalised, run, &mut tokens);
                }
                (run, tokens)
            })
            .map(|(run, tokens)| Sought::new(run.starts.first().copied().unwrap_or(run.end), run.end, tokens))
            .collect();
        let mut start = 0;
        for end in self.segmenter.segment_str(normalised) {
            let word = normalised.get(start..end).unwrap_or_default();
            if !word.chars().any(|character| Script::of(character) != Script::Other) {
                sought.push(Sought::new(start, end, word_token(word).into_iter().collect()));
            }
            start = end;
        }
        sought.retain(|stretch| !stretch.tokens.is_empty());
        sought.sort_by_key(|stretch| stretch.start);
        sought
    }
}

impl Sought {
    fn new(start: usize, end: usize, tokens: Vec<Token<'_>>) -> Self {
        let mut tokens: Vec<String> = tokens.into_iter().map(|token| token.text.into_owned()).collect();
        tokens.sort();
        tokens.dedup();
        Self { start, end, tokens }
    }
}

/// A segment as a token, unless it says nothing: numbers, stop words, short hiragana, single characters (kanji
/// among them come from the runs).
fn word_token(word: &str) -> Option<Token<'_>> {
    let length = word.chars().count();
    let hiragana = word.chars().all(is_hiragana);
    let worthy = if hiragana { length >= 3 } else { length >= 2 };
    if !worthy || word.chars().all(|c| c.is_numeric() || c.is_ascii_punctuation()) {
        return None;
    }
    let text =
        if word.chars().any(is_katakana) { Cow::Owned(to_hiragana(word)) } else { Cow::Borrowed(word) };
    (!STOP_WORDS.contains(text.as_ref())).then_some(Token { kind: TokenKind::Word, text })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Katakana,
    Other,
}

impl Script {
    fn of(character: char) -> Self {
        if is_kanji(character) {
            Self::Kanji
        } else if is_katakana(character) {
            Self::Katakana
        } else {
            Self::Other
        }
    }
}

/// A maximal run of one script: where each of its characters begins, and where it ends.
struct Run {
    script: Script,
    starts: Vec<usize>,
    end: usize,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut current: Option<Run> = None;
    for (at, character) in text.char_indices() {
        let script = Script::of(character);
        match current.as_mut() {
            Some(run) if run.script == script => {
                run.starts.push(at);
                run.end = at + character.len_utf8();
            }
            _ => {
                let next = Run { script, starts: vec![at], end: at + character.len_utf8() };
                runs.extend(current.replace(next));
            }
        }
    }
    runs.extend(current);
    runs.retain(|run| run.script != Script::Other);
    runs
}

fn push_pairs<'t>(text: &'t str, run: &Run, words: &[(usize, usize)], tokens: &mut Vec<Token<'t>>) {
    let ends = run.starts.iter().skip(2).copied().chain([run.end]);
    for (start, end) in run.starts.iter().copied().zip(ends).take(run.starts.len().saturating_sub(1)) {
        let Some(pair) = text.get(start..end).filter(|_| words.binary_search(&(start, end)).is_err()) else {
            continue;
        };
        let text = match run.script {
            Script::Katakana => Cow::Owned(to_hiragana(pair)),
            _ => Cow::Borrowed(pair),
        };
        if !STOP_WORDS.contains(text.as_ref()) {
            tokens.push(Token { kind: TokenKind::Pair, text });
        }
    }
}

fn push_characters<'t>(text: &'t str, run: &Run, tokens: &mut Vec<Token<'t>>) {
    if run.script != Script::Kanji {
        return;
    }
    let ends = run.starts.iter().skip(1).copied().chain([run.end]);
    let characters = run.starts.iter().copied().zip(ends).filter_map(|(start, end)| text.get(start..end));
    let tokenised = characters.map(|one| Token { kind: TokenKind::Character, text: Cow::Borrowed(one) });
    tokens.extend(tokenised.filter(|token| !STOP_WORDS.contains(token.text.as_ref())));
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    fn tokens(text: &str) -> Vec<(TokenKind, String)> {
        let normalised = normalise(text);
        let tokens = Tokenizer::default().tokens(&normalised);
        tokens.into_iter().map(|token| (token.kind, token.text.into_owned())).collect()
    }

    fn has(text: &str, kind: TokenKind, token: &str) -> bool {
        tokens(text).contains(&(kind, token.to_owned()))
    }

    #[test]
    fn a_word_of_two_kanji_is_a_word_and_not_a_pair_as_well() {
        assert!(has("除雪の出動", TokenKind::Word, "除雪"));
        assert!(!has("除雪の出動", TokenKind::Pair, "除雪"));
    }

    #[test]
    fn pairs_do_not_cross_from_one_script_into_another() {
        let pairs: Vec<String> = tokens("水道管のセンサ")
            .into_iter()
            .filter(|(kind, _)| *kind == TokenKind::Pair)
            .map(|(_, text)| text)
            .collect();
        assert!(pairs.iter().all(|pair| !pair.contains('の') && pair.chars().count() == 2), "{pairs:?}");
    }

    #[test]
    fn single_kanji_are_tokens() {
        assert!(has("雪害", TokenKind::Character, "雪"));
    }

    #[test]
    fn katakana_and_hiragana_are_one_word() {
        assert!(has("ドローン", TokenKind::Word, "どろーん"));
    }

    #[test]
    fn latin_words_are_tokens_and_numbers_are_not() {
        assert!(has("LPWAを12か所", TokenKind::Word, "lpwa"));
        assert!(tokens("12 345").is_empty());
    }

    #[test]
    fn function_words_are_left_out() {
        assert!(tokens("から、まで。する").is_empty());
    }
}
