//! A round as a table for a spreadsheet (RFC 4180, UTF-8 with the mark that tells Excel so).

use crate::accounts::Locale;
use crate::locales;
use crate::sessions::SessionView;
use crate::web::formats;

/// Excel takes a file without it for the old Japanese encoding.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// What a spreadsheet would take for the beginning of a formula (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A table row by row: the header first.
#[derive(Debug)]
pub(super) struct Table(String);

impl Table {
    /// One with this header.
    pub(super) fn new(header: &[String]) -> Self {
        let mut table = Self(String::from(BYTE_ORDER_MARK));
        table.row(header);
        table
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The file.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A cell: always quoted, quotes doubled, and what looks like a formula made text by an apostrophe in front.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

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
pub(super) fn sessions(locale: Locale, views: &[SessionView]) -> String {
    let say = |key: &str| locales::text(locale, key, &[]);
    let header: Vec<String> = COLUMNS.iter().map(|name| say(&format!("sessions.export.{name}"))).collect();
    let mut table = Table::new(&header);
    for view in views {
        let slot = view.slot.as_ref();
        let outcome = |said: &Option<super::view::Said>| {
            said.as_ref().map(|said| say(&format!("sessions.outcome.{}", said.outcome))).unwrap_or_default()
        };
        let reason = |said: &Option<super::view::Said>| {
            said.as_ref().and_then(|said| said.reason.clone()).unwrap_or_default()
        };
        table.row(&[
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
        ]);
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_text() {
        for lure in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(quoted(lure).starts_with("\"'"), "{lure:?}");
        }
        assert_eq!(quoted("除雪=雪かき"), "\"除雪=雪かき\"");
    }

    #[test]
    fn quotes_and_line_breaks_stay_within_their_cell() {
        assert_eq!(quoted("a\"b\nc,d"), "\"a\"\"b\nc,d\"");
    }

    #[test]
    fn a_table_begins_with_the_mark_and_its_header() {
        let mut table = Table::new(&["一".to_owned(), "二".to_owned()]);
        table.row(&["1".to_owned(), String::new()]);
        assert_eq!(table.finish(), "\u{FEFF}\"一\",\"二\"\r\n\"1\",\"\"\r\n");
    }
}
