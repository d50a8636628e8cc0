//! How things of challenges are called on a page, in the reader's language.

use crate::challenges::{BudgetView, EntryStage};
use crate::fields::Yen;
use crate::web::Shell;

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
