//! The 47 prefectures (都道府県), numbered as in JIS X 0401.

use std::sync::LazyLock;

use super::slug::{interned, unknown};
use super::{Bureau, seed};
use crate::fields::Invalid;

/// One of the 47 prefectures.
#[derive(Clone, Copy)]
pub struct Prefecture(&'static Row);

struct Row {
    index: usize,
    code: u8,
    /// The two digits.
    slug: String,
    ja: &'static str,
    kana: &'static str,
    en: &'static str,
    bureau: Bureau,
    capital: &'static str,
}

interned!(Prefecture, Row);

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| seed::table("prefectures.csv", load()));

fn load() -> Result<Vec<Row>, String> {
    let header = ["code", "name", "kana", "romaji", "bureau", "capital"];
    let rows = seed::rows(include_str!("../../seeds/prefectures.csv"), header)?;
    let rows = rows.into_iter().enumerate().map(|(index, [slug, ja, kana, en, bureau, capital])| {
        let code = slug.parse().map_err(|_| format!("{slug} is no number"))?;
        let bureau = Bureau::parse(bureau).map_err(|invalid| format!("{slug}: {invalid}"))?;
        Ok(Row { index, code, slug: slug.to_owned(), ja, kana, en, bureau, capital })
    });
    rows.collect()
}

impl Prefecture {
    /// Reads the number, with or without a leading zero: `01`, `1`, `13`.
    ///
    /// # Errors
    /// `unknown_prefecture`, or `unknown_prefecture_suggest` {suggestion} when its name was given.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse::<u8>().ok()).flatten();
        number.and_then(Self::from_code).ok_or_else(|| {
            let known = Self::all().map(|one| (one.as_str(), [one.name_ja(), one.name_en()]));
            unknown(text, known, "unknown_prefecture", "unknown_prefecture_suggest")
        })
    }

    /// The prefecture with this number, 1 to 47.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::all().find(|prefecture| prefecture.code() == code)
    }

    /// All prefectures in the order of their numbers.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(Self)
    }

    /// The number, 1 to 47.
    pub fn code(self) -> u8 {
        self.0.code
    }

    /// 北海道
    pub fn name_ja(self) -> &'static str {
        self.0.ja
    }

    /// ほっかいどう
    pub fn kana(self) -> &'static str {
        self.0.kana
    }

    /// Hokkaido
    pub fn name_en(self) -> &'static str {
        self.0.en
    }

    /// The bureau that covers it.
    pub fn bureau(self) -> Bureau {
        self.0.bureau
    }

    /// The code of the municipality where the prefectural office stands.
    pub(super) fn capital(self) -> &'static str {
        self.0.capital
    }
}
