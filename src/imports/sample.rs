//! The files to begin from: every column, a row as an example, and in a workbook the values that may be chosen.

use chrono::{Days, NaiveDate};

use super::ImportKind;
use super::columns::{Column, Reads, Vocabulary};
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::locales;
use crate::spreadsheets::{Cell, Table, workbook};

/// When the example's call ends, from today.
const DUE_IN: Days = Days::new(60);

/// What a template is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// UTF-8 with the mark that Excel wants.
    Csv,
    /// A workbook with a second sheet of values.
    Xlsx,
}

/// The template of a kind, in the reader's language, as of `today`.
pub(super) fn written(
    kind: ImportKind,
    format: Format,
    locale: Locale,
    today: NaiveDate,
) -> Result<Vec<u8>, Failure> {
    let say = |key: &str| locales::text(locale, key, &[]);
    let columns = kind.columns();
    let header = columns.iter().map(|column| column.label(kind, locale)).collect();
    let mut table = Table::new(say(&format!("imports.kind.{kind}")), header);
    table.row(columns.iter().map(|column| Cell::Text(example(kind, column, locale, today))).collect());
    match format {
        Format::Csv => Ok(table.csv().into_bytes()),
        Format::Xlsx => workbook(&[table, values(kind, locale)]).map_err(Failure::internal),
    }
}

/// The example's cell. Codes are written as their names, as people do.
fn example(kind: ImportKind, column: &Column, locale: Locale, today: NaiveDate) -> String {
    if column.name == "proposals_due" {
        return today.checked_add_days(DUE_IN).unwrap_or(today).to_string();
    }
    let key = format!("imports.example.{kind}.{}", column.name);
    let text = locales::find(locale, &key).unwrap_or_default();
    let (Reads::One(vocabulary) | Reads::Many(vocabulary)) = column.reads else { return text };
    let all = vocabulary.all();
    let names = text.split(';').map(|code| {
        let found = all.iter().find(|(value, _)| *value == code.trim());
        found.map_or_else(|| code.to_owned(), |(_, names)| name(names, locale))
    });
    names.collect::<Vec<_>>().join("; ")
}

fn name([ja, en]: &[String; 2], locale: Locale) -> String {
    match locale {
        Locale::Ja => ja.clone(),
        Locale::En => en.clone(),
    }
}

/// For every column of choices what may be chosen: column, name, code.
fn values(kind: ImportKind, locale: Locale) -> Table {
    let say = |key: &str| locales::text(locale, key, &[]);
    let header = ["column", "name", "code"].map(|name| say(&format!("imports.values.{name}"))).to_vec();
    let mut table = Table::new(say("imports.values.title"), header);
    let mut add = |column: &Column, vocabulary: Vocabulary| {
        let label = column.label(kind, locale);
        for (value, names) in vocabulary.all() {
            table.row(vec![label.clone().into(), name(&names, locale).into(), value.into()]);
        }
    };
    for column in kind.columns() {
        if let Reads::One(vocabulary) | Reads::Many(vocabulary) = column.reads {
            add(column, vocabulary);
        }
    }
    table
}
