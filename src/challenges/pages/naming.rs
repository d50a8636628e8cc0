//! How things of challenges are called on a page, in the reader's language.

use crate::accounts::Locale;
use crate::challenges::{BudgetView, EntryStage};
use crate::fields::Yen;
use crate::reference::{Bureau, Condition, Prefecture, Sector, Technology, TechnologyGroup, TopSector};
use crate::web::Shell;
use crate::web::forms::{Choice, Choices};

/// One of the two names that everything of the reference data has.
fn either(locale: Locale, ja: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Ja => ja,
        Locale::En => en,
    }
}

/// A leaf.
pub(super) fn sector(locale: Locale, one: Sector) -> &'static str {
    either(locale, one.name_ja(), one.name_en())
}

/// A technology by its slug; the slug itself when it is none.
pub(super) fn technology(locale: Locale, slug: &str) -> String {
    Technology::parse(slug)
        .map_or_else(|_| slug.to_owned(), |one| either(locale, one.name_ja(), one.name_en()).to_owned())
}

/// A site condition by its slug; the slug itself when it is none.
pub(super) fn condition(locale: Locale, slug: &str) -> String {
    Condition::parse(slug)
        .map_or_else(|_| slug.to_owned(), |one| either(locale, one.name_ja(), one.name_en()).to_owned())
}

/// A bureau by its slug; the slug itself when it is none.
pub(super) fn bureau(locale: Locale, slug: &str) -> String {
    Bureau::parse(slug)
        .map_or_else(|_| slug.to_owned(), |one| either(locale, one.name_ja(), one.name_en()).to_owned())
}

/// A prefecture.
pub(super) fn prefecture(locale: Locale, one: Prefecture) -> &'static str {
    either(locale, one.name_ja(), one.name_en())
}

/// A budget as far as the reader may see it: figures, or the band.
pub(super) fn budget(shell: &Shell, budget: &BudgetView) -> String {
    let figures =
        crate::web::formats::yen_range(shell.locale, budget.min.map(Yen::yen), budget.max.map(Yen::yen));
    figures.unwrap_or_else(|| shell.name("challenges.band", budget.band))
}

/// Where it wants to begin.
pub(super) fn stage(shell: &Shell, stage: EntryStage) -> String {
    shell.name("challenges.stage", stage)
}

/// Every leaf, under its top sector; `whole` names the choice of all leaves of one.
pub(super) fn sector_choices(shell: &Shell, whole: bool) -> Vec<Choices> {
    let group = |top: TopSector| {
        let name = either(shell.locale, top.name_ja(), top.name_en()).to_owned();
        let all = shell.tf("challenges.filter.whole_sector", &[("sector", name.clone())]);
        let all = whole.then(|| Choice::new(top.as_str(), all));
        let leaves = top.leaves().map(|leaf| Choice::new(leaf.as_str(), sector(shell.locale, leaf)));
        Choices { heading: Some(name), choices: all.into_iter().chain(leaves).collect() }
    };
    TopSector::all().map(group).collect()
}

/// Every technology, under its group.
pub(super) fn technology_choices(shell: &Shell) -> Vec<Choices> {
    let groups = [
        (TechnologyGroup::Network, "network"),
        (TechnologyGroup::Device, "device"),
        (TechnologyGroup::Ai, "ai"),
        (TechnologyGroup::Platform, "platform"),
        (TechnologyGroup::Application, "application"),
    ];
    let choices = |group: TechnologyGroup| {
        let members = Technology::all().filter(move |one| one.group() == group);
        let choice =
            |one: Technology| Choice::new(one.as_str(), either(shell.locale, one.name_ja(), one.name_en()));
        members.map(choice).collect()
    };
    let named = |(group, name): (TechnologyGroup, &str)| Choices {
        heading: Some(shell.name("challenges.technology_group", name)),
        choices: choices(group),
    };
    groups.into_iter().map(named).collect()
}

/// Every site condition.
pub(super) fn condition_choices(locale: Locale) -> Vec<Choice> {
    Condition::ALL
        .iter()
        .map(|one| Choice::new(one.as_str(), either(locale, one.name_ja(), one.name_en())))
        .collect()
}

/// Every prefecture by its two digits.
pub(super) fn prefecture_choices(locale: Locale) -> Vec<Choice> {
    Prefecture::all().map(|one| Choice::new(one.as_str(), prefecture(locale, one))).collect()
}

/// Every bureau.
pub(super) fn bureau_choices(locale: Locale) -> Vec<Choice> {
    Bureau::all().map(|one| Choice::new(one.as_str(), either(locale, one.name_ja(), one.name_en()))).collect()
}
