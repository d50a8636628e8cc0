//! How things of solutions are called on a page, in the reader's language.

use crate::accounts::Locale;
use crate::reference::{
    Bureau, MunicipalityCode, Prefecture, Region, Sector, Technology, TechnologyGroup, TopSector,
};
use crate::solutions::deployments::DeploymentContent;
use crate::solutions::{Price, SolutionContent};
use crate::web::Shell;
use crate::web::forms::{Choice, Choices};

/// The language a text is in, for its `lang` attribute: Japanese as soon as it has one kana or kanji.
pub fn lang_of(text: &str) -> &'static str {
    let japanese = |c: char| matches!(c, 'ぁ'..='ヿ' | '一'..='鿿' | '々' | 'ｦ'..='ﾟ');
    if text.chars().any(japanese) { "ja" } else { "en" }
}

/// A municipality with its prefecture.
pub fn municipality(locale: Locale, code: MunicipalityCode) -> String {
    match locale {
        Locale::Ja => code.municipality().full_name_ja(),
        Locale::En => code.municipality().full_name_en(),
    }
}

/// A prefecture.
pub fn prefecture(locale: Locale, prefecture: Prefecture) -> &'static str {
    match locale {
        Locale::Ja => prefecture.name_ja(),
        Locale::En => prefecture.name_en(),
    }
}

/// A bureau.
pub fn bureau(locale: Locale, bureau: Bureau) -> &'static str {
    match locale {
        Locale::Ja => bureau.name_ja(),
        Locale::En => bureau.name_en(),
    }
}

/// A leaf.
pub fn sector(locale: Locale, sector: Sector) -> &'static str {
    match locale {
        Locale::Ja => sector.name_ja(),
        Locale::En => sector.name_en(),
    }
}

/// A technology.
pub fn technology(locale: Locale, technology: Technology) -> &'static str {
    match locale {
        Locale::Ja => technology.name_ja(),
        Locale::En => technology.name_en(),
    }
}

/// A region that is served.
pub fn region(shell: &Shell, region: Region) -> String {
    match region {
        Region::Nationwide => shell.t("solutions.nationwide"),
        Region::Bureau(one) => {
            shell.tf("solutions.bureau_area", &[("bureau", bureau(shell.locale, one).to_owned())])
        }
        Region::Prefecture(one) => prefecture(shell.locale, one).to_owned(),
        Region::Municipality(code) => municipality(shell.locale, code),
    }
}

/// Where a deployment was: a municipality, or a country by its code.
pub fn place(shell: &Shell, content: &DeploymentContent) -> String {
    match (content.municipality_code, content.country) {
        (Some(code), _) => municipality(shell.locale, code),
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

/// Every leaf, under its top sector.
pub fn sector_choices(locale: Locale) -> Vec<Choices> {
    let top = |top: TopSector| Choices {
        heading: Some(match locale {
            Locale::Ja => top.name_ja().to_owned(),
            Locale::En => top.name_en().to_owned(),
        }),
        choices: top.leaves().map(|leaf| Choice::new(leaf.as_str(), sector(locale, leaf))).collect(),
    };
    TopSector::all().map(top).collect()
}

/// As [`sector_choices`], with the whole of each top sector to choose as well.
pub fn sector_filter(shell: &Shell) -> Vec<Choices> {
    let mut groups = sector_choices(shell.locale);
    for (top, group) in TopSector::all().zip(&mut groups) {
        let name = group.heading.clone().unwrap_or_default();
        let whole = shell.tf("solutions.whole_sector", &[("sector", name)]);
        group.choices.insert(0, Choice::new(top.as_str(), whole));
    }
    groups
}

/// Every technology, under its group.
pub fn technology_choices(shell: &Shell) -> Vec<Choices> {
    let groups = [
        (TechnologyGroup::Network, "network"),
        (TechnologyGroup::Device, "device"),
        (TechnologyGroup::Ai, "ai"),
        (TechnologyGroup::Platform, "platform"),
        (TechnologyGroup::Application, "application"),
    ];
    let choices = |group: TechnologyGroup| {
        let members = Technology::all().filter(move |one| one.group() == group);
        members.map(|one| Choice::new(one.as_str(), technology(shell.locale, one))).collect()
    };
    groups
        .into_iter()
        .map(|(group, name)| Choices {
            heading: Some(shell.name("solutions.technology_group", name)),
            choices: choices(group),
        })
        .collect()
}

/// Every prefecture by its two digits.
pub fn prefecture_choices(locale: Locale) -> Vec<Choice> {
    Prefecture::all().map(|one| Choice::new(one.as_str(), prefecture(locale, one))).collect()
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
