//! The regional bureaus of telecommunications (総合通信局), each of which moderates the prefectures it covers.

use std::sync::LazyLock;

use super::slug::{interned, unknown};
use super::{Prefecture, seed};
use crate::fields::Invalid;

/// One of the 11 regional bureaus.
#[derive(Clone, Copy)]
pub struct Bureau(&'static Row);

struct Row {
    index: usize,
    slug: String,
    ja: String,
    en: String,
}

interned!(Bureau, Row);

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| seed::table("bureaus.json", load()));

fn load() -> Result<Vec<Row>, String> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        slug: String,
        ja: String,
        en: String,
    }
    let entries: Vec<Entry> =
        serde_json::from_str(include_str!("../../seeds/bureaus.json")).map_err(|error| error.to_string())?;
    let rows = entries.into_iter().enumerate();
    Ok(rows.map(|(index, Entry { slug, ja, en })| Row { index, slug, ja, en }).collect())
}

impl Bureau {
    /// Reads a slug such as `hokkaido`.
    ///
    /// # Errors
    /// `unknown_bureau`, or `unknown_bureau_suggest` {suggestion}.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::all().find(|bureau| bureau.as_str() == text).ok_or_else(|| {
            let known = Self::all().map(|bureau| (bureau.as_str(), [bureau.name_ja(), bureau.name_en()]));
            unknown(text, known, "unknown_bureau", "unknown_bureau_suggest")
        })
    }

    /// All bureaus, from north to south.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(Self)
    }

    /// The value in a place of its table, as [`Self::index`] gives it; `None` behind the end.
    pub fn at(index: usize) -> Option<Self> {
        TABLE.get(index).map(Self)
    }

    /// 北海道総合通信局
    pub fn name_ja(self) -> &'static str {
        &self.0.ja
    }

    /// Hokkaido Bureau of Telecommunications
    pub fn name_en(self) -> &'static str {
        &self.0.en
    }

    /// The prefectures that this bureau covers.
    pub fn prefectures(self) -> impl Iterator<Item = Prefecture> {
        Prefecture::all().filter(move |prefecture| prefecture.bureau() == self)
    }
}
