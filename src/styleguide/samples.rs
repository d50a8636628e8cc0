//! What the samples of `/styleguide` show. The figures are made up; the page says so.

use chrono::{Days, NaiveDate};

use crate::accounts::Locale;
use crate::fields::{FieldErrors, Invalid};
use crate::web::Shell;
use crate::web::charts::{self, Certainty, Part, Span, Svg, Tile, Timeline};
use crate::web::forms::{FormView, Typed};

/// The colours by the names of their custom properties in `assets/tokens.css`.
pub(super) const SWATCHES: &[&str] = &[
    "ink",
    "ink-soft",
    "edge",
    "line",
    "ground",
    "accent",
    "accent-strong",
    "accent-soft",
    "good",
    "good-soft",
    "warn",
    "warn-soft",
    "bad",
    "bad-soft",
    "focus-ground",
];

/// A form that was refused once.
pub(super) fn form(locale: Locale) -> FormView {
    let mut typed = Typed::new();
    typed.set("title", locale_text(locale, "typed_title"));
    typed.set("budget.max", locale_text(locale, "typed_amount"));
    typed.set("stage", "pilot");
    typed.set("sectors", "snow");
    let mut errors = FieldErrors::one("/budget/max", Invalid::new("not_an_amount"));
    errors.add("/due", Invalid::new("required"));
    FormView::new(locale, "styleguide.form", typed).with_errors(errors)
}

fn locale_text(locale: Locale, key: &str) -> String {
    crate::locales::text(locale, &format!("styleguide.sample.{key}"), &[])
}

pub(super) fn map(shell: &Shell) -> Svg {
    let name = shell.t("styleguide.sample.map");
    charts::tile_map("sample-map", shell.locale, &name, |prefecture| {
        let level = prefecture.code() % 5 * 2 % 5;
        Tile {
            level,
            says: shell.count("styleguide.sample.challenges", i64::from(level) * 3),
            href: Some("#map".to_owned()),
            chosen: prefecture.code() == 1,
        }
    })
}

pub(super) fn timeline(shell: &Shell, today: NaiveDate) -> Svg {
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let span = |key: &str, from: u64, to: Option<u64>, operation: bool, certainty: Certainty| Span {
        label: shell.t(&format!("styleguide.sample.{key}")),
        from: ago(from),
        to: to.map(ago),
        operation,
        certainty,
    };
    let spans = [
        span("span_pilot", 1900, Some(1500), false, Certainty::Confirmed),
        span("span_operation", 1450, None, true, Certainty::Confirmed),
        span("span_documented", 900, None, true, Certainty::Documented),
        span("span_declared", 500, Some(200), false, Certainty::Declared),
    ];
    let words = Timeline {
        name: shell.t("styleguide.sample.timeline"),
        about: shell.t("styleguide.sample.timeline_about"),
        today_label: shell.t("formats.today_mark"),
        today,
    };
    charts::timeline("sample-timeline", &words, &spans)
}

/// The seven components of a rank.
pub(super) fn parts(shell: &Shell) -> Vec<Part> {
    let values = [
        ("sector", 0.22, 0.22),
        ("text", 0.11, 0.20),
        ("technology", 0.10, 0.14),
        ("region", 0.07, 0.12),
        ("evidence", 0.12, 0.16),
        ("budget", 0.06, 0.10),
        ("readiness", 0.02, 0.06),
    ];
    let part = |(key, contribution, weight)| Part {
        label: shell.t(&format!("matching.component.{key}")),
        contribution,
        weight,
    };
    values.into_iter().map(part).collect()
}

pub(super) fn score(shell: &Shell, parts: &[Part]) -> Svg {
    let total: f64 = parts.iter().map(|part| part.contribution).sum();
    let name = shell.tf("styleguide.sample.score", &[("points", shell.points(total))]);
    charts::score_bar("sample-score", &name, parts)
}

pub(super) fn meter(shell: &Shell) -> Svg {
    charts::meter("sample-meter", &shell.t("styleguide.sample.meter"), 4, 7)
}

pub(super) fn sparkline(shell: &Shell) -> Svg {
    let values = [12.0, 14.0, 13.0, 19.0, 24.0, 22.0, 31.0];
    charts::sparkline("sample-spark", &shell.t("styleguide.sample.sparkline"), &values)
}
