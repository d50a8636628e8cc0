//! One spelling for what reads the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Old and variant kanji with the form in use today, one pair a line.
static KANJI: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = include_str!("../../../seeds/kanji_variants.txt").lines().filter_map(|line| {
        let mut characters = line.chars();
        Some((characters.next()?, characters.next()?))
    });
    pairs.filter(|(old, _)| *old != '#').collect()
});

/// A text in the spelling in which words are compared: compatibility forms and widths as NFKC has them, lower case,
/// one kind of long-vowel mark and none at the end of a longer katakana word (サーバー = サーバ), kanji in today's form.
///
/// Applying it twice changes nothing.
pub fn normalise(text: &str) -> String {
    let folded: Vec<char> = if text.chars().all(is_settled) {
        text.chars().map(|character| todays_form(character.to_ascii_lowercase())).collect()
    } else {
        text.nfkc().flat_map(char::to_lowercase).nfkc().map(todays_form).collect()
    };
    without_trailing_marks(&with_one_long_mark(&folded))
}

/// Whether NFKC leaves a character as it is, whatever of these stands beside it, and only ASCII among them has two cases: most
/// texts consist of nothing else.
fn is_settled(character: char) -> bool {
    matches!(character, '\u{20}'..='\u{7e}' | '\n' | '、' | '。' | '「' | '」' | '・' | '※')
        || is_hiragana(character)
        || is_katakana(character)
        || matches!(character, '\u{4e00}'..='\u{9fff}' | '々' | '〆')
}

fn todays_form(character: char) -> char {
    if !is_kanji(character) {
        return character;
    }
    match (u32::from(character) as usize).checked_sub(FIRST_KANJI) {
        Some(at) if at < KANJI_TABLE.len() => KANJI_TABLE.get(at).copied().unwrap_or(character),
        _ => KANJI.get(&character).copied().unwrap_or(character),
    }
}

const FIRST_KANJI: usize = 0x4e00;

/// The form in use today of each kanji of the first block, which nearly all are of.
static KANJI_TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let block = '\u{4e00}'..='\u{9fff}';
    block.map(|character| KANJI.get(&character).copied().unwrap_or(character)).collect()
});

/// Hyphens, dashes and waves behind katakana are meant as the long-vowel mark.
fn with_one_long_mark(text: &[char]) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    for &character in text {
        let behind_katakana = out.last().is_some_and(|last| is_katakana(*last));
        let mark =
            matches!(character, '-' | '~' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{301c}' | '\u{2500}');
        out.push(if mark && behind_katakana { LONG_MARK } else { character });
    }
    out
}

const LONG_MARK: char = 'ー';

/// The shortest katakana run, mark included, that loses the mark at its end: エラー keeps it, サーバー does not
/// (JIS Z 8301 left it off words of three sounds and more; the short ones would turn into other words).
const SHORTEST_CUT_RUN: usize = 4;

fn without_trailing_marks(text: &[char]) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for run in text.chunk_by(|a, b| is_katakana(*a) == is_katakana(*b)) {
        let marks = run.iter().rev().take_while(|character| **character == LONG_MARK).count();
        let kept = if run.len() >= SHORTEST_CUT_RUN { run.len() - marks } else { run.len() };
        out.extend(run.iter().take(kept.max(1)));
    }
    out
}

/// Katakana letters and the long-vowel mark; the middle dot separates words and is not one of them.
pub fn is_katakana(character: char) -> bool {
    matches!(character, '\u{30a1}'..='\u{30fa}' | LONG_MARK)
}

/// Hiragana letters.
pub fn is_hiragana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{3096}')
}

/// Kanji, and the marks that repeat or abbreviate them.
pub fn is_kanji(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '々' | 'ヶ' | '〆')
}

/// Katakana as hiragana, so that クマ and くま are one word.
pub fn to_hiragana(word: &str) -> String {
    let folded = word.chars().map(|character| match character {
        '\u{30a1}'..='\u{30f6}' => char::from_u32(u32::from(character) - 0x60).unwrap_or(character),
        other => other,
    });
    folded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_compatibility_forms_are_one_spelling() {
        assert_eq!(normalise("ＬＰＷＡ"), "lpwa");
        assert_eq!(normalise("ﾄﾞﾛｰﾝ"), normalise("ドローン"));
        assert_eq!(normalise("㍍"), normalise("メートル"));
        assert_eq!(normalise("①"), "1");
    }

    #[test]
    fn the_long_vowel_mark_at_the_end_of_a_longer_word_is_optional() {
        assert_eq!(normalise("サーバー"), normalise("サーバ"));
        assert_eq!(normalise("センサー網"), normalise("センサ網"));
        assert_eq!(normalise("エラー"), "エラー");
        assert_eq!(normalise("カー"), "カー");
    }

    #[test]
    fn dashes_behind_katakana_are_long_vowels_and_elsewhere_dashes() {
        assert_eq!(normalise("サ－ビス"), "サービス");
        assert_eq!(normalise("Wi-Fi"), "wi-fi");
    }

    #[test]
    fn old_kanji_are_read_as_the_new_ones() {
        assert_eq!(normalise("國道の驛"), "国道の駅");
        assert_eq!(normalise("髙﨑"), "高崎");
    }

    #[test]
    fn characters_called_settled_are() {
        let all = (0..0x32_3b0).filter_map(char::from_u32).filter(|character| is_settled(*character));
        for character in all {
            let folded: Vec<char> = [character].into_iter().nfkc().flat_map(char::to_lowercase).collect();
            assert_eq!(folded, [character.to_ascii_lowercase()]);
            let pair = ['か', character, character];
            assert!(pair.into_iter().nfkc().eq(pair), "{character}");
        }
    }

    #[test]
    fn normalising_twice_changes_nothing() {
        for text in ["ＬＰＷＡｻｰﾊﾞｰ", "ーーーー", "サ-ーー-", "İstanbul", "ẞ", "㍿が", "か\u{3099}ー~"]
        {
            let once = normalise(text);
            assert_eq!(normalise(&once), once, "{text}");
        }
    }
}
