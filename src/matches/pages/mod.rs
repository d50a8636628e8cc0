//! The pages of matches: what fits, why, and what becomes of it. A second thin door onto the same questions and
//! actions as the API.

mod for_you;
mod list;
mod one;
mod ranked;
mod why;

pub use for_you::for_you;
pub use list::list;
pub use one::{act, show};
pub use ranked::{bring_together, for_challenge, for_solution};

use actix_web::web::Path;

use crate::accounts::Locale;
use crate::challenges;
use crate::failure::Failure;
use crate::fields::Yen;
use crate::solutions;
use crate::web::Shell;

/// An id of a path; what is no id names nothing.
fn id_of<T: std::str::FromStr>(path: &Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// The parts of an address that are asked for by a script or a form: one value as a number within bounds.
fn bounded(text: Option<String>, least: usize, most: usize, otherwise: usize) -> usize {
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise).clamp(least, most)
}

/// A challenge as the pages of matches show it.
pub(super) struct ChallengeLine {
    /// Its page, and the page of what fits it.
    pub(super) href: String,
    pub(super) matches_href: String,
    pub(super) title: String,
    pub(super) summary: String,
    /// Whose it is, or, while that is anonymous, whose bureau's.
    pub(super) owner: String,
    pub(super) budget: String,
    /// The last day for proposals: in words, as ISO, what is left, and how urgent that is.
    pub(super) due: Option<Due>,
}

/// A deadline as it is shown.
pub(super) struct Due {
    pub(super) day: String,
    pub(super) iso: String,
    pub(super) left: String,
    pub(super) kind: &'static str,
}

/// From how many days before the end a deadline is pressing.
const SOON: i64 = 7;

impl ChallengeLine {
    fn of(shell: &Shell, card: &challenges::Card, today: chrono::NaiveDate) -> Self {
        let bureau = crate::reference::Bureau::parse(&card.bureau).ok();
        let bureau = bureau.map(|bureau| match shell.locale {
            Locale::Ja => bureau.name_ja(),
            Locale::En => bureau.name_en(),
        });
        let anonymous = || shell.tf("matches.anonymous", &[("bureau", bureau.unwrap_or("-").to_owned())]);
        Self {
            href: format!("/challenges/{}", card.id),
            matches_href: format!("/challenges/{}/matches", card.id),
            title: card.title.clone(),
            summary: card.summary.clone(),
            owner: card.municipality.as_ref().map_or_else(anonymous, |place| place.name.clone()),
            budget: budget(shell, &card.budget),
            due: card.proposals_due.map(|day| {
                let days = (day - today).num_days();
                Due {
                    day: shell.weekday_date(day),
                    iso: day.to_string(),
                    left: shell.days_left(day, today),
                    kind: if days < 0 {
                        "over"
                    } else if days <= SOON {
                        "soon"
                    } else {
                        ""
                    },
                }
            }),
        }
    }
}

/// A budget as far as the reader may see it: figures, or the band.
pub(crate) fn budget(shell: &Shell, budget: &challenges::BudgetView) -> String {
    match (budget.min, budget.max) {
        (None, None) => shell.name("matches.band", budget.band),
        (min, max) => shell.yen_range(min.map(Yen::yen), max.map(Yen::yen)),
    }
}

/// A solution as the pages of matches show it.
pub(super) struct SolutionLine {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) name: String,
    pub(super) tagline: Option<String>,
    pub(super) vendor: String,
    /// The place of the head office in the reader's language.
    pub(super) place: Option<String>,
    pub(super) price: String,
    pub(super) in_catalogue: bool,
}

impl SolutionLine {
    fn of(shell: &Shell, card: &solutions::Card) -> Self {
        let place = card.vendor.municipality_code.map(|code| match shell.locale {
            Locale::Ja => code.municipality().full_name_ja(),
            Locale::En => code.municipality().full_name_en(),
        });
        Self {
            id: card.id.to_string(),
            href: format!("/solutions/{}", card.id),
            name: card.name.clone(),
            tagline: card.tagline.clone(),
            vendor: card.vendor.name.clone(),
            place,
            price: price(shell, &card.price),
            in_catalogue: card.status == solutions::SolutionStatus::Published,
        }
    }
}

/// What a solution costs to begin with, and every year.
pub(crate) fn price(shell: &Shell, price: &solutions::Price) -> String {
    let range = |min: Option<Yen>, max: Option<Yen>| {
        crate::web::formats::yen_range(shell.locale, min.map(Yen::yen), max.map(Yen::yen))
    };
    let initial = range(price.initial_min, price.initial_max);
    let yearly = range(price.yearly_min, price.yearly_max);
    match (initial, yearly) {
        (None, None) => shell.t("formats.not_given"),
        (Some(initial), None) => shell.tf("matches.price.initial", &[("initial", initial)]),
        (None, Some(yearly)) => shell.tf("matches.price.yearly", &[("yearly", yearly)]),
        (Some(initial), Some(yearly)) => {
            shell.tf("matches.price.both", &[("initial", initial), ("yearly", yearly)])
        }
    }
}
