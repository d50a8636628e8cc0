//! CSV, as Excel in Japan writes it and wants it.

use encoding_rs::{Encoding, SHIFT_JIS};

use super::{Cell, FORMULA, Row, Rows, Table, unreadable};
use crate::fields::Invalid;

/// Excel takes a file without it for the old Japanese encoding.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The rows of a text, blank ones left out.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>, Invalid> {
    let text = text_of(bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // What is copied out of a sheet, or saved as "Unicode text", is parted by tabs.
    let parted_by = if first.contains('\t') && !first.contains(',') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(parted_by)
        .from_reader(text.as_bytes());
    let mut rows = Rows::default();
    let mut starts = Lines::of(&text);
    for record in reader.records() {
        let record = record.map_err(|_| unreadable())?;
        let at = record.position().map_or(0, csv::Position::byte);
        let number = starts.number_at(usize::try_from(at).unwrap_or_default());
        let cells = record.iter().map(str::to_owned).collect();
        rows.push(Row { number, cells, broken: Vec::new() })?;
    }
    Ok(rows.0)
}

/// The text of a file: by its mark, else UTF-8, else the encoding of Japanese Windows (CP932).
fn text_of(bytes: &[u8]) -> Result<String, Invalid> {
    if bytes.contains(&0) && Encoding::for_bom(bytes).is_none() {
        return Err(unreadable());
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((marked, _)) => marked,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => SHIFT_JIS,
    };
    let (text, broken) = encoding.decode_with_bom_removal(bytes);
    if broken { Err(Invalid::new("sheet_encoding")) } else { Ok(text.into_owned()) }
}

/// Rows as a spreadsheet counts them: a record is one row, however many lines its cells have.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    number: usize,
    quoted: bool,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, at: 0, number: 1, quoted: false }
    }

    /// The number of the row that begins at byte `place`; asked in ascending order.
    fn number_at(&mut self, place: usize) -> usize {
        let passed = self.text.as_bytes().get(self.at..place).unwrap_or_default();
        for byte in passed {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => self.number = self.number.saturating_add(1),
                _ => {}
            }
        }
        self.at = place.max(self.at);
        // The reader names the place before the line ends that it passes over.
        let ahead = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let blank = ahead.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        self.number.saturating_add(blank.filter(|byte| **byte == b'\n').count())
    }
}

/// A table as a text.
pub(super) fn written(table: &Table) -> String {
    let mut text = String::from(BYTE_ORDER_MARK);
    let header: Vec<String> = table.header.iter().map(|cell| quoted(cell)).collect();
    let mut line = |cells: &[String]| {
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    line(&header);
    for row in &table.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| match cell {
                Cell::Text(text) => quoted(text),
                Cell::Number(number) => number.to_string(),
            })
            .collect();
        line(&cells);
    }
    text
}

/// A text: always quoted, quotes doubled, and what looks like a formula made text by an apostrophe in front.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}
