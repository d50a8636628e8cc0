//! Finding a municipality by what people type: a name, with or without its prefecture, or its code.

use unicode_normalization::UnicodeNormalization as _;

use super::{Municipality, MunicipalityCode};
use crate::fields::Invalid;

/// How many candidates a refusal names.
const NAMED_AT_MOST: usize = 5;

impl MunicipalityCode {
    /// Reads a code, a full name (北海道岩見沢市, Iwamizawa-shi, Hokkaido), or a name that only one local government
    /// has; 市, 町, 村 or 区 at its end may be left out.
    ///
    /// # Errors
    /// Those of [`MunicipalityCode::parse`] for digits; `municipality_name_shared` {typed, candidates} when several have
    /// the name; `unknown_municipality_name` {typed}. Municipalities are often typed several at a time, so the refusal
    /// says which one it is about.
    pub fn named(text: &str) -> Result<Self, Invalid> {
        let wanted = folded(text);
        if !wanted.is_empty() && wanted.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::parse(&wanted);
        }
        let exact = |one: &Municipality| full_names(one).contains(&wanted);
        if let Some(found) = Self::all().find(|code| exact(code.municipality())) {
            return Ok(found);
        }
        let bare: Vec<Self> = Self::all().filter(|code| goes_by(code.municipality(), &wanted)).collect();
        match bare.as_slice() {
            [only] => Ok(*only),
            [] => Err(Invalid::new("unknown_municipality_name").with("typed", short(text))),
            several => {
                let names = several.iter().take(NAMED_AT_MOST).map(|code| code.municipality().full_name_ja());
                let candidates = names.collect::<Vec<_>>().join("、");
                let refusal = Invalid::new("municipality_name_shared").with("typed", short(text));
                Err(refusal.with("candidates", candidates))
            }
        }
    }

    /// Reads municipalities typed by name or code, one a line or between commas of either width.
    pub fn all_named(text: &str) -> Vec<Result<Self, Invalid>> {
        let lines = text.split(['\n', '、', ';', '；']).map(str::trim).filter(|line| !line.is_empty());
        let names = lines.flat_map(|line| match Self::named(line) {
            // English names hold a comma themselves: Iwamizawa-shi, Hokkaido.
            Ok(_) => vec![line],
            Err(_) => line.split([',', '，']).map(str::trim).filter(|name| !name.is_empty()).collect(),
        });
        names.map(Self::named).collect()
    }
}

/// What was typed, cut to what a sentence can hold.
fn short(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

/// One width, one case, no blanks.
fn folded(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn full_names(one: &Municipality) -> [String; 3] {
    let with_county = format!("{}{}{}", one.prefecture.name_ja(), one.gun.unwrap_or_default(), one.name);
    [one.full_name_ja(), with_county, one.full_name_en()].map(|name| folded(&name))
}

fn goes_by(one: &Municipality, wanted: &str) -> bool {
    let name = folded(one.name);
    let romaji = folded(one.name_en());
    let short = name.strip_suffix(['市', '町', '村', '区']).unwrap_or(&name);
    let short_romaji = romaji.rsplit_once('-').map_or(romaji.as_str(), |(stem, _)| stem);
    !wanted.is_empty() && [name.as_str(), short, romaji.as_str(), short_romaji].contains(&wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        match MunicipalityCode::named(text) {
            Ok(code) => code.municipality().full_name_ja(),
            Err(invalid) => invalid.to_string(),
        }
    }

    #[test]
    fn a_municipality_goes_by_its_code_its_full_name_and_a_name_of_its_own() {
        for text in [
            "012106",
            "０１２１０６",
            "北海道岩見沢市",
            "北海道 岩見沢市",
            "岩見沢市",
            "岩見沢",
            "Iwamizawa-shi, Hokkaido",
            "iwamizawa",
        ] {
            assert_eq!(found(text), "北海道岩見沢市", "{text}");
        }
        assert_eq!(found("北海道上磯郡知内町"), "北海道知内町");
        assert_eq!(found("北海道"), "北海道");
    }

    #[test]
    fn a_name_that_several_have_names_them() {
        assert_eq!(
            found("府中市"),
            "municipality_name_shared typed=府中市 candidates=東京都府中市、広島県府中市"
        );
        assert_eq!(found("東京都府中市"), "東京都府中市");
    }

    #[test]
    fn a_name_that_nobody_has_is_refused() {
        assert_eq!(found("架空市"), "unknown_municipality_name typed=架空市");
        assert_eq!(found(""), "unknown_municipality_name typed=");
        assert_eq!(found("011003"), "municipality_code_check_digit expected=2");
    }
}
