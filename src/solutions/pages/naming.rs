//! How things of solutions are called on a page, in the reader's language.

use serde_json::Value;

use crate::reference::{Region, Sector, Technology};
use crate::solutions::deployments::DeploymentContent;
use crate::solutions::{Price, SolutionContent};
use crate::web::{Shell, forms};

/// The language a text is in, for its `lang` attribute: Japanese as soon as it has one kana or kanji.
pub fn lang_of(text: &str) -> &'static str {
    let japanese = |c: char| matches!(c, 'ぁ'..='ヿ' | '一'..='鿿' | '々' | 'ｦ'..='ﾟ');
    if text.chars().any(japanese) { "ja" } else { "en" }
}

/// A region that is served.
pub fn region(shell: &Shell, region: Region) -> String {
    match region {
        Region::Nationwide => shell.t("solutions.nationwide"),
        Region::Bureau(one) => {
            shell.tf("solutions.bureau_area", &[("bureau", one.name(shell.locale).to_owned())])
        }
        Region::Prefecture(one) => one.name(shell.locale).to_owned(),
        Region::Municipality(code) => code.municipality().full_name(shell.locale),
    }
}

/// Where a deployment was: a municipality, or a country by its code.
pub fn place(shell: &Shell, content: &DeploymentContent) -> String {
    match (content.municipality_code, content.country) {
        (Some(code), _) => code.municipality().full_name(shell.locale),
        (None, Some(country)) => shell.tf("solutions.abroad", &[("country", country.to_string())]),
        (None, None) => String::new(),
    }
}

/// What it costs to introduce.
pub fn initial_price(shell: &Shell, price: &Price) -> String {
    shell.yen_range(price.initial_min.map(|yen| yen.yen()), price.initial_max.map(|yen| yen.yen()))
}

/// What a year of it costs.
pub fn yearly_price(shell: &Shell, price: &Price) -> String {
    shell.yen_range(price.yearly_min.map(|yen| yen.yen()), price.yearly_max.map(|yen| yen.yen()))
}

/// Months from order to use.
pub fn lead(shell: &Shell, months: Option<u8>) -> String {
    match months {
        None => shell.t("formats.not_given"),
        Some(0) => shell.t("solutions.lead_at_once"),
        Some(months) => shell.count("solutions.lead", i64::from(months)),
    }
}

/// How far it has come.
pub fn maturity(shell: &Shell, content: Option<crate::solutions::Maturity>) -> String {
    content
        .map_or_else(|| shell.t("formats.not_given"), |maturity| shell.name("solutions.maturity", maturity))
}

/// The regions that are served, one behind the other.
pub fn regions(shell: &Shell, content: &SolutionContent) -> Vec<String> {
    content.regions.iter().map(|one| region(shell, *one)).collect()
}

/// A member of the API's document in words.
pub fn in_words(shell: &Shell, pointer: &str, value: &Value) -> String {
    forms::in_words(shell, pointer, value, &|pointer, value| match value {
        Value::String(text) if !text.is_empty() => word(shell, pointer, text),
        Value::Number(number) if pointer.starts_with("/price/") => number.as_i64().map(|sum| shell.yen(sum)),
        _ => None,
    })
}

/// A text that is the name of a value.
fn word(shell: &Shell, pointer: &str, text: &str) -> Option<String> {
    match pointer {
        "/sectors" => Sector::parse(text).ok().map(|one| one.name(shell.locale).to_owned()),
        "/technologies" | "/infrastructure_required" => Some(Technology::name_of(text, shell.locale)),
        "/maturity" => Some(shell.name("solutions.maturity", text)),
        "/security" => Some(shell.name("solutions.security", text)),
        "/regions" => Region::parse(text).ok().map(|one| region(shell, one)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_japanese_as_soon_as_one_letter_is() {
        for (text, lang) in [("LPWA", "en"), ("LPWA見守り", "ja"), ("カメラ", "ja"), ("", "en")] {
            assert_eq!(lang_of(text), lang, "{text}");
        }
    }
}
