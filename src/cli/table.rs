//! Plain tables on a terminal, aligned although Japanese characters are two columns wide.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

/// Rows of cells below a header.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { rows: vec![header.into_iter().map(Into::into).collect()] }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Columns two blanks apart; numbers stand at the right of their column; the last column is not padded.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let widths = self.widths();
        for row in &self.rows {
            let mut line = String::new();
            for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let gap = " ".repeat(width.saturating_sub(cell.width()));
                let between = if at == 0 { "" } else { "  " };
                line.push_str(between);
                if is_number(cell) {
                    line.push_str(&gap);
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.push_str(&gap);
                }
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        widths
    }
}

fn is_number(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|character| character.is_ascii_digit() || ".-%".contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_across_wide_characters() {
        let mut table = Table::new(["名称", "score"]);
        table.row(["除雪車ナビ".to_owned(), "0.5".to_owned()]);
        table.row(["GPS".to_owned(), "0.25".to_owned()]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "名称        score\n除雪車ナビ    0.5\nGPS          0.25\n"
        );
    }
}
