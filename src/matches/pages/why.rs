//! Why something stands where it stands, as a page shows it: a sentence, a bar, and the parts with their facts.

use crate::accounts::Locale;
use crate::matches::Explanation;
use crate::matches::candidates::Place;
use crate::matching::{Eligibility, explain};
use crate::web::Shell;
use crate::web::charts::{Part, Svg, part_bar, score_bar};

use super::super::explanation::{ComponentView, ineligibility};

/// The reasons of one place.
pub(super) struct Why {
    /// Out of a hundred, one decimal.
    pub(super) points: String,
    /// In a sentence.
    pub(super) reason: String,
    /// Whether the solution is a newcomer.
    pub(super) newcomer: bool,
    /// Whether it stands here by the share that is kept for newcomers.
    pub(super) kept: bool,
    /// Why the whole score is lowered, with the factor.
    pub(super) lowered: Option<Lowered>,
    /// All parts end to end.
    pub(super) bar: Svg,
    /// The parts.
    pub(super) parts: Vec<PartRow>,
}

/// Why a whole score is lowered.
pub(super) struct Lowered {
    pub(super) reason: String,
    pub(super) factor: String,
}

/// One part of a score.
pub(super) struct PartRow {
    pub(super) name: String,
    /// The facts behind it in a sentence.
    pub(super) sentence: String,
    /// What it adds, and the most it could, in points.
    pub(super) points: String,
    pub(super) most: String,
    pub(super) bar: Svg,
}

impl Why {
    /// Of a place in a ranking. `key` is unique on the page.
    pub(super) fn of_place(shell: &Shell, key: &str, place: &Place) -> Self {
        Self {
            newcomer: place.newcomer,
            kept: place.kept_place,
            ..Self::new(
                shell,
                key,
                (
                    place.score,
                    ineligibility(place.eligibility_reason.as_ref(), &place.denied, place.eligibility),
                ),
                &place.components,
                place.reason.clone(),
            )
        }
    }

    /// Of a match, as it was when the match was made.
    pub(super) fn as_it_was(shell: &Shell, key: &str, explanation: &Explanation) -> Self {
        Self {
            newcomer: explanation.newcomer,
            ..Self::new(
                shell,
                key,
                (
                    explanation.score,
                    ineligibility(
                        explanation.eligibility_reason.as_ref(),
                        &explanation.denied,
                        explanation.eligibility,
                    ),
                ),
                &explanation.components,
                explanation.reason.in_locale(shell.locale).to_owned(),
            )
        }
    }

    fn new(
        shell: &Shell,
        key: &str,
        (score, eligibility): (f64, Eligibility),
        components: &[ComponentView],
        reason: String,
    ) -> Self {
        let parts: Vec<Part> = components
            .iter()
            .map(|component| Part {
                label: shell.name("matching.component", component.name),
                contribution: component.contribution,
                weight: component.weight,
            })
            .collect();
        let widest = parts.iter().map(|part| part.weight).fold(0.0, f64::max);
        let rows = components.iter().zip(&parts).enumerate().map(|(at, (component, part))| PartRow {
            name: part.label.clone(),
            sentence: component.sentence(shell.locale),
            points: shell.points(component.contribution),
            most: shell.points(component.weight),
            bar: part_bar(part, at.saturating_add(1), widest),
        });
        let points = shell.points(score);
        let lowered = explain::eligibility(&eligibility, shell.locale)
            .map(|reason| Lowered { reason, factor: shell.percent(eligibility.factor) });
        let name = shell.tf("matches.why.bar", &[("points", points.clone())]);
        Self {
            bar: score_bar(&format!("score-{key}"), &name, &parts),
            parts: rows.collect(),
            newcomer: false,
            kept: false,
            points,
            reason,
            lowered,
        }
    }
}

/// The remark of a reader's language on what a newcomer is.
pub(super) fn newcomer_remark(locale: Locale) -> String {
    crate::locales::text(locale, "matching.newcomer.explained", &[])
}
