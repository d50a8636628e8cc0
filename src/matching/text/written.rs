//! Words as they stand in the text, and not in the spelling in which they are compared.

use super::super::words::{normalise, to_hiragana};

/// Finds words of a text again that were read from its normalised form, in the order in which they stand there.
pub(super) struct Written<'t> {
    text: &'t str,
    /// Where the last one was found.
    from: usize,
}

impl<'t> Written<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, from: 0 }
    }

    /// The next stretch of the text that reads as `word`, marks at its end that make no difference included; `word` itself where
    /// there is none.
    pub(super) fn next(&mut self, word: &str) -> String {
        let wanted = to_hiragana(word);
        let rest = self.text.get(self.from..).unwrap_or_default();
        let starts =
            rest.char_indices().filter(|(_, first)| wanted.starts_with(&compared(&first.to_string())));
        for (start, _) in starts {
            let from = rest.get(start..).unwrap_or_default();
            let ends = from.char_indices().map(|(at, character)| at + character.len_utf8());
            let stretches =
                ends.filter_map(|end| from.get(..end)).map(|stretch| (stretch, compared(stretch)));
            let stretches = stretches.take_while(|(_, read)| wanted.starts_with(read.as_str()));
            if let Some((stretch, _)) = stretches.filter(|(_, read)| *read == wanted).last() {
                self.from += start;
                return stretch.to_owned();
            }
        }
        word.to_owned()
    }
}

fn compared(text: &str) -> String {
    to_hiragana(&normalise(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_as_it_was_written() {
        let mut written = Written::of("くまなく探す。ＬＰＷＡとトラクターで、國道のクマを");
        assert_eq!(written.next("lpwa"), "ＬＰＷＡ");
        assert_eq!(written.next("とらくた"), "トラクター");
        assert_eq!(written.next("国道"), "國道");
        assert_eq!(written.next("くま"), "クマ");
    }

    #[test]
    fn what_cannot_be_found_stays_as_it_is() {
        assert_eq!(Written::of("水位").next("除雪"), "除雪");
    }
}
