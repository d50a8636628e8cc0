//! Tables as spreadsheet programs write and read them: CSV (RFC 4180, also in the old Japanese encoding) and XLSX
//! (ECMA-376). Pure.

mod csv;
mod xlsx;

use crate::fields::Invalid;

/// Rows below the header that are read at most.
pub const MOST_ROWS: usize = 1_000;
/// Columns that are read at most; a form of ours has about forty.
pub const MOST_COLUMNS: usize = 100;

/// What a spreadsheet would take for the beginning of a formula (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A table as somebody sent it: the first row that holds anything is its header, blank rows are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spreadsheet {
    /// The number of the header's row, from 1.
    pub header_row: usize,
    /// The header, trimmed.
    pub header: Vec<String>,
    /// The rows below it.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the spreadsheet, from 1.
    pub number: usize,
    /// Its cells as text: whole numbers without a point, days as `2027-01-29`. Cells at the end may be missing.
    pub cells: Vec<String>,
    /// The cells that hold an error of the spreadsheet such as `#N/A`, from 0.
    pub broken: Vec<usize>,
}

impl Spreadsheet {
    /// Reads a file by what it holds, whatever its name says.
    ///
    /// # Errors
    /// `sheet_unreadable` (neither CSV nor XLSX, or damaged), `sheet_encoding` (text in no encoding that is known here),
    /// `sheet_unpacks_too_large` (megabytes), `sheet_rows` (max), `sheet_columns` (max), `sheet_empty`.
    pub fn read(bytes: &[u8]) -> Result<Self, Invalid> {
        let rows = if bytes.starts_with(b"PK\x03\x04") { xlsx::read(bytes)? } else { csv::read(bytes)? };
        let mut rows = rows.into_iter();
        let header = rows.next().ok_or_else(|| Invalid::new("sheet_empty"))?;
        let rows: Vec<Row> = rows.collect();
        if rows.is_empty() {
            return Err(Invalid::new("sheet_empty"));
        }
        let header_row = header.number;
        let header = header.cells.into_iter().map(|cell| cell.trim().to_owned()).collect();
        Ok(Self { header_row, header, rows })
    }
}

/// Collects rows and refuses more than may be.
#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn push(&mut self, row: Row) -> Result<(), Invalid> {
        if row.broken.is_empty() && row.cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if row.cells.len() > MOST_COLUMNS {
            return Err(too_many_columns());
        }
        // The header is no row.
        if self.0.len() > MOST_ROWS {
            return Err(Invalid::new("sheet_rows").with("max", MOST_ROWS));
        }
        self.0.push(row);
        Ok(())
    }
}

fn too_many_columns() -> Invalid {
    Invalid::new("sheet_columns").with("max", MOST_COLUMNS)
}

fn unreadable() -> Invalid {
    Invalid::new("sheet_unreadable")
}

/// The letters of a column as spreadsheets show them: 0 is `A`, 26 is `AA`.
pub fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index;
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    letters.iter().rev().collect()
}

/// One cell that is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text; never a formula.
    Text(String),
    /// A number.
    Number(f64),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A table that is written: a name, a header, rows.
#[derive(Debug, Clone)]
pub struct Table {
    name: String,
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// One with this name and header.
    pub fn new(name: impl Into<String>, header: Vec<String>) -> Self {
        Self { name: name.into(), header, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// As CSV: UTF-8 with the mark that tells Excel so.
    pub fn csv(&self) -> String {
        csv::written(self)
    }
}

/// A workbook with a sheet for each table.
///
/// # Errors
/// When a text is longer than a cell can be, or the tables do not fit a sheet.
pub fn workbook(tables: &[Table]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    Ok(xlsx::written(tables)?)
}

#[cfg(test)]
mod tests;
