//! The sessions and challenges of a round as tables for a spreadsheet.

use crate::accounts::Locale;
use crate::challenges::Card;
use crate::fields::Yen;
use crate::locales;
use crate::sessions::SessionView;
use crate::spreadsheets::{Cell, Table};
use crate::web::formats;

/// The columns of sessions.
const COLUMNS: [&str; 12] = [
    "starts_at",
    "place",
    "status",
    "challenge",
    "municipality",
    "solution",
    "vendor",
    "score",
    "municipality_outcome",
    "municipality_reason",
    "vendor_outcome",
    "vendor_reason",
];

/// The sessions of a round, one a row, in the reader's language.
pub fn table(locale: Locale, views: &[SessionView]) -> Table {
    let say = |key: &str| locales::text(locale, key, &[]);
    let header: Vec<String> = COLUMNS.iter().map(|name| say(&format!("sessions.export.{name}"))).collect();
    let mut table = Table::new(say("sessions.board.sessions"), header);
    for view in views {
        let slot = view.slot.as_ref();
        let outcome = |said: &Option<super::view::Said>| {
            said.as_ref().map(|said| say(&format!("sessions.outcome.{}", said.outcome))).unwrap_or_default()
        };
        let reason = |said: &Option<super::view::Said>| {
            said.as_ref().and_then(|said| said.reason.clone()).unwrap_or_default()
        };
        let cells = [
            slot.map(|slot| formats::date_time(locale, slot.starts_at)).unwrap_or_default(),
            slot.map(|slot| slot.place.clone()).unwrap_or_default(),
            say(&format!("sessions.status.{}", view.status)),
            view.challenge.name.clone(),
            view.municipality.name.clone(),
            view.solution.name.clone(),
            view.vendor.name.clone(),
            view.score.map(formats::points).unwrap_or_default(),
            outcome(&view.municipality_outcome),
            reason(&view.municipality_outcome),
            outcome(&view.vendor_outcome),
            reason(&view.vendor_outcome),
        ];
        table.row(cells.into_iter().map(Cell::Text).collect());
    }
    table
}

/// The columns of challenges.
const CHALLENGE_COLUMNS: [&str; 11] = [
    "title",
    "municipality",
    "status",
    "sectors",
    "entry_stage",
    "budget_min",
    "budget_max",
    "proposals_due",
    "proposals",
    "sessions",
    "url",
];

/// The challenges of a round with the number of their proposals and sessions, one a row, in the reader's language.
/// Before the deadline a number is all that a bureau may know of proposals.
pub fn challenges(locale: Locale, rows: &[(Card, i64, usize)], public_url: &str) -> Table {
    let say = |key: &str| locales::text(locale, key, &[]);
    let column = |name: &&str| say(&format!("sessions.export_challenges.{name}"));
    let mut table = Table::new(say("rounds.show.challenges"), CHALLENGE_COLUMNS.iter().map(column).collect());
    for (card, proposals, sessions) in rows {
        let sectors: Vec<&str> = card.sectors.iter().map(|sector| sector.name(locale)).collect();
        let stage = card.entry_stage.map(|stage| say(&format!("challenges.stage.{stage}")));
        let text = |text: Option<String>| Cell::Text(text.unwrap_or_default());
        table.row(vec![
            Cell::Text(card.title.clone()),
            text(card.municipality.as_ref().map(|place| place.name.clone())),
            Cell::Text(say(&format!("challenges.status.{}", card.status))),
            Cell::Text(sectors.join("; ")),
            text(stage),
            sum(card.budget.min),
            sum(card.budget.max),
            text(card.proposals_due.map(|day| day.to_string())),
            number(*proposals),
            number(i64::try_from(*sessions).unwrap_or(i64::MAX)),
            Cell::Text(format!("{public_url}/challenges/{}", card.id)),
        ]);
    }
    table
}

fn sum(sum: Option<Yen>) -> Cell {
    sum.map_or_else(|| Cell::Text(String::new()), |sum| number(sum.yen()))
}

/// Amounts of this service are far below what a double can hold exactly.
fn number(number: i64) -> Cell {
    number.to_string().parse().map_or_else(|_| Cell::Text(number.to_string()), Cell::Number)
}
