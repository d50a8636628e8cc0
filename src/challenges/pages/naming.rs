//! How things of challenges are called on a page, in the reader's language.

use crate::accounts::Locale;
use crate::challenges::{BudgetView, EntryStage};
use crate::fields::Yen;
use crate::reference::{Bureau, Condition, Technology};
use crate::web::Shell;

/// A technology by its slug; the slug itself when it is none.
pub(super) fn technology(locale: Locale, slug: &str) -> String {
    Technology::parse(slug).map_or_else(|_| slug.to_owned(), |one| one.name(locale).to_owned())
}

/// A site condition by its slug; the slug itself when it is none.
pub(super) fn condition(locale: Locale, slug: &str) -> String {
    Condition::parse(slug).map_or_else(|_| slug.to_owned(), |one| one.name(locale).to_owned())
}

/// A bureau by its slug; the slug itself when it is none.
pub(super) fn bureau(locale: Locale, slug: &str) -> String {
    Bureau::parse(slug).map_or_else(|_| slug.to_owned(), |one| one.name(locale).to_owned())
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
