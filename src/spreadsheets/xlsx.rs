//! XLSX, read cell by cell: neither a packed file that unpacks without end nor a cell at the far end of the sheet makes
//! us take more memory than the bounds allow.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use zip::ZipArchive;

use super::{Cell, FORMULA, MOST_COLUMNS, Row, Rows, Table, too_many_columns, unreadable};
use crate::fields::Invalid;

/// What a file may unpack to, all parts together: a thousand full rows are a tenth of it.
const UNPACKED_MEGABYTES: u64 = 32;
/// Parts within a file; a workbook of one sheet has about ten.
const MOST_PARTS: usize = 500;
/// The days that a spreadsheet can count, to the end of the year 9999.
const DAYS: std::ops::Range<f64> = 1.0..2_958_466.0;
/// The widest column that is written, in characters.
const WIDEST: u16 = 60;

/// The rows of the first sheet, blank ones left out.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>, Invalid> {
    unpacks_within_bounds(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let first = book.sheet_names().first().cloned().ok_or_else(unreadable)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| unreadable())?;
    let mut found: BTreeMap<u32, Row> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
        let (row, column) = cell.get_position();
        let Some(text) = text_of(cell.get_value()) else { continue };
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            return Err(too_many_columns());
        }
        let number = usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
        let row = found.entry(row).or_insert_with(|| Row { number, cells: Vec::new(), broken: Vec::new() });
        if row.cells.len() <= column {
            row.cells.resize(column.saturating_add(1), String::new());
        }
        if matches!(cell.get_value(), DataRef::Error(_)) {
            row.broken.push(column);
        }
        if let Some(place) = row.cells.get_mut(column) {
            *place = text;
        }
        if found.len() > super::MOST_ROWS.saturating_add(1) {
            return Err(Invalid::new("sheet_rows").with("max", super::MOST_ROWS));
        }
    }
    let mut rows = Rows::default();
    found.into_values().try_for_each(|row| rows.push(row))?;
    Ok(rows.0)
}

/// Unpacks every part into nothing: what a file says of its sizes need not be true.
fn unpacks_within_bounds(bytes: &[u8]) -> Result<(), Invalid> {
    let bound = UNPACKED_MEGABYTES * 1_048_576;
    let too_large = || Invalid::new("sheet_unpacks_too_large").with("megabytes", UNPACKED_MEGABYTES);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.len() > MOST_PARTS {
        return Err(too_large());
    }
    let mut total: u64 = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| unreadable())?;
        let room = bound.saturating_sub(total).saturating_add(1);
        let unpacked = std::io::copy(&mut part.take(room), &mut std::io::sink());
        total = total.saturating_add(unpacked.map_err(|_| unreadable())?);
        if total > bound {
            return Err(too_large());
        }
    }
    Ok(())
}

/// What a cell shows; `None` for an empty one.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Whole numbers come as 1200.0; Display writes them without a point.
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() && DAYS.contains(&moment.as_f64()) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(moment) => moment.as_f64().to_string(),
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

/// A workbook with a sheet for each table: a header that stays in sight, columns as wide as what they hold.
pub(super) fn written(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    // Stays text also when somebody edits the cell.
    let guarded = text.clone().set_quote_prefix();
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(&table.name)?.set_freeze_panes(1, 0)?;
        for (column, title) in (0_u16..).zip(&table.header) {
            sheet.write_string_with_format(0, column, title, &head)?;
            let cells = table.rows.iter().filter_map(|row| row.get(usize::from(column)));
            let width = cells.map(width_of).max().unwrap_or_default().max(width(title));
            sheet.set_column_width(column, f64::from(width.clamp(8, WIDEST)))?;
        }
        for (row, cells) in (1_u32..).zip(&table.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Text(said) => {
                        let format = if said.starts_with(FORMULA) { &guarded } else { &text };
                        sheet.write_string_with_format(row, column, said, format)?;
                    }
                    Cell::Number(number) => {
                        sheet.write_number(row, column, *number)?;
                    }
                }
            }
        }
    }
    book.save_to_buffer()
}

fn width_of(cell: &Cell) -> u16 {
    match cell {
        Cell::Text(text) => text.lines().map(width).max().unwrap_or_default(),
        Cell::Number(number) => width(&number.to_string()),
    }
}

/// Columns of a terminal come near to what a spreadsheet needs: Japanese characters are two wide.
fn width(text: &str) -> u16 {
    u16::try_from(unicode_width::UnicodeWidthStr::width(text)).unwrap_or(WIDEST).saturating_add(2)
}
