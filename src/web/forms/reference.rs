//! Choices from the reference data, in the reader's language.

use super::{Choice, Choices};
use crate::accounts::Locale;
use crate::reference::{Bureau, Condition, Prefecture, Technology, TechnologyGroup, TopSector};
use crate::web::Shell;

/// Every leaf, under its top sector.
pub fn sector_choices(locale: Locale) -> Vec<Choices> {
    let group = |top: TopSector| Choices {
        heading: Some(top.name(locale).to_owned()),
        choices: top.leaves().map(|leaf| Choice::new(leaf.as_str(), leaf.name(locale))).collect(),
    };
    TopSector::all().map(group).collect()
}

/// As [`sector_choices`], with the whole of each top sector to choose as well; `whole` names the text for that.
pub fn sector_filter(shell: &Shell, whole: &str) -> Vec<Choices> {
    let mut groups = sector_choices(shell.locale);
    for (top, group) in TopSector::all().zip(&mut groups) {
        let all = shell.tf(whole, &[("sector", top.name(shell.locale).to_owned())]);
        group.choices.insert(0, Choice::new(top.as_str(), all));
    }
    groups
}

/// Every technology, under its group; the groups' names stand below `prefix`.
pub fn technology_choices(shell: &Shell, prefix: &str) -> Vec<Choices> {
    let groups = [
        (TechnologyGroup::Network, "network"),
        (TechnologyGroup::Device, "device"),
        (TechnologyGroup::Ai, "ai"),
        (TechnologyGroup::Platform, "platform"),
        (TechnologyGroup::Application, "application"),
    ];
    let group = |(group, name): (TechnologyGroup, &str)| {
        let members = Technology::all().filter(move |one| one.group() == group);
        Choices {
            heading: Some(shell.name(prefix, name)),
            choices: members.map(|one| Choice::new(one.as_str(), one.name(shell.locale))).collect(),
        }
    };
    groups.into_iter().map(group).collect()
}

/// Every site condition.
pub fn condition_choices(locale: Locale) -> Vec<Choice> {
    Condition::ALL.iter().map(|one| Choice::new(one.as_str(), one.name(locale))).collect()
}

/// Every prefecture by its two digits.
pub fn prefecture_choices(locale: Locale) -> Vec<Choice> {
    Prefecture::all().map(|one| Choice::new(one.as_str(), one.name(locale))).collect()
}

/// Every bureau.
pub fn bureau_choices(locale: Locale) -> Vec<Choice> {
    Bureau::all().map(|one| Choice::new(one.as_str(), one.name(locale))).collect()
}
