//! From prose to terms.
//!
//! Japanese has no blanks between words, and vendors do not use the clerk's words. So a text is brought into one
//! spelling ([`normalise`]), cut in several ways at once (dictionary words, pairs of characters inside runs of kanji
//! or katakana, single kanji), and read for the concepts of the [`Thesaurus`], which joins everyday and technical
//! words for one thing.

mod limits;
mod normalise;
mod thesaurus;
mod tokens;

pub use limits::limits;
pub use normalise::{is_hiragana, is_kanji, is_katakana, normalise, to_hiragana};
pub use thesaurus::{Concept, ConceptId, Thesaurus, ThesaurusError};
pub use tokens::{TokenKind, Tokenizer};
