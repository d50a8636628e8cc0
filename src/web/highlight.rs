//! Text with the words that were searched for marked in it.

use std::fmt;

use askama::filters::HtmlSafe;
use unicode_normalization::UnicodeNormalization as _;

/// A text with its marked pieces; a template shows it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlighted(Vec<(bool, String)>);

impl HtmlSafe for Highlighted {}

impl fmt::Display for Highlighted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (marked, piece) in &self.0 {
            let piece = escaped(piece);
            if *marked { write!(f, "<mark>{piece}</mark>")? } else { f.write_str(&piece)? }
        }
        Ok(())
    }
}

impl Highlighted {
    /// Whether anything is marked.
    pub fn has_hits(&self) -> bool {
        self.0.iter().any(|(marked, _)| *marked)
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&#38;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Marks in `text` the words of `q`, in any width, case and kana. Where a word does not stand there as a whole, its
/// runs of kanji, katakana or letters are looked for.
pub fn highlight(text: &str, q: &str) -> Highlighted {
    let characters: Vec<char> = text.chars().collect();
    let folded: Vec<char> = characters.iter().copied().map(fold).collect();
    let mut marked = vec![false; characters.len()];
    for word in q.split_whitespace() {
        let word: Vec<char> = word.nfkc().map(fold).collect();
        if !mark(&folded, &word, &mut marked) {
            for run in word.chunk_by(|a, b| script(*a) == script(*b)).filter(|run| run.len() > 1) {
                mark(&folded, run, &mut marked);
            }
        }
    }
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for (character, hit) in characters.into_iter().zip(marked) {
        match pieces.last_mut() {
            Some((same, piece)) if *same == hit => piece.push(character),
            _ => pieces.push((hit, character.to_string())),
        }
    }
    Highlighted(pieces)
}

/// About `length` characters of `text` around the first hit of `q`; `None` when there is none.
pub fn excerpt(text: &str, q: &str, length: usize) -> Option<Highlighted> {
    let whole = highlight(text, q);
    let before: usize =
        whole.0.iter().take_while(|(hit, _)| !hit).map(|(_, piece)| piece.chars().count()).sum();
    whole.has_hits().then(|| {
        let start = before.saturating_sub(length / 4);
        let mut cut: String = text.chars().skip(start).take(length).collect();
        cut = cut.replace(['\n', '\r'], " ");
        if start > 0 {
            cut.insert(0, '…');
        }
        if text.chars().count() > start + length {
            cut.push('…');
        }
        highlight(&cut, q)
    })
}

/// Marks every place where `word` stands; whether there is one.
fn mark(text: &[char], word: &[char], marked: &mut [bool]) -> bool {
    if word.is_empty() {
        return false;
    }
    let places: Vec<usize> = text
        .windows(word.len())
        .enumerate()
        .filter(|(_, window)| *window == word)
        .map(|(at, _)| at)
        .collect();
    for at in &places {
        for place in marked.iter_mut().skip(*at).take(word.len()) {
            *place = true;
        }
    }
    !places.is_empty()
}

/// One character in the spelling in which words are compared: one width, lower case, katakana as hiragana.
fn fold(character: char) -> char {
    let mut wide = character.nfkc();
    let folded = match (wide.next(), wide.next()) {
        (Some(only), None) => only,
        _ => character,
    };
    let lower = folded.to_lowercase().next().unwrap_or(folded);
    match lower {
        'ァ'..='ヶ' => char::from_u32(u32::from(lower) - 0x60).unwrap_or(lower),
        other => other,
    }
}

/// What kind of letter a folded character is; words rarely go on from one to the next.
fn script(character: char) -> u8 {
    match character {
        'ぁ'..='ゖ' | 'ー' => 0,
        '一'..='鿿' | '々' => 1,
        c if c.is_alphanumeric() => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_in_any_width_case_and_kana() {
        for (text, q, shown) in [
            ("除雪車の位置", "除雪", "<mark>除雪</mark>車の位置"),
            ("LPWAで集める", "ｌｐｗａ", "<mark>LPWA</mark>で集める"),
            ("センサーとカメラ", "せんさー カメラ", "<mark>センサー</mark>と<mark>カメラ</mark>"),
            ("除雪の日報", "除雪日報", "除雪の日報"),
            ("道路の除雪", "道路を除雪", "<mark>道路</mark>の<mark>除雪</mark>"),
            ("何もない", "", "何もない"),
        ] {
            assert_eq!(highlight(text, q).to_string(), shown, "{q}");
        }
    }

    #[test]
    fn text_around_and_in_a_mark_is_escaped() {
        assert_eq!(highlight("<b>雪</b>", "<b>").to_string(), "<mark>&#60;b&#62;</mark>雪&#60;/b&#62;");
    }

    #[test]
    fn an_excerpt_stands_around_the_first_hit() {
        let text = format!("{}除雪{}", "あ".repeat(50), "い".repeat(50));
        let cut = excerpt(&text, "除雪", 20).map(|cut| cut.to_string());
        assert_eq!(cut.as_deref(), Some("…あああああ<mark>除雪</mark>いいいいいいいいいいいいい…"));
        assert_eq!(excerpt("何もない", "除雪", 20), None);
    }
}
