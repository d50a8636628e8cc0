//! An import as its organization sees it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::Import;
use super::{ImportId, ImportKind, ImportStatus};
use crate::accounts::Locale;
use crate::db::Timestamp;

/// A file that was rehearsed, and what came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportView {
    /// Its id.
    pub id: ImportId,
    /// What its rows become.
    pub kind: ImportKind,
    /// Where it stands.
    pub status: ImportStatus,
    /// The file's name.
    pub name: String,
    /// SHA-256 of the file in hexadecimal: what is accepted is what was rehearsed.
    pub sha256: String,
    /// Rows below the header.
    pub rows: i32,
    /// How much is wrong; nothing is accepted until it is 0.
    pub problem_count: i32,
    /// What is wrong, by row and column; the first 500.
    pub problems: Vec<ImportProblem>,
    /// The drafts that were begun when it was accepted, in the order of the rows.
    pub made: Vec<Uuid>,
    /// When it was rehearsed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was accepted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportProblem {
    /// The row as the spreadsheet counts it, from 1.
    pub row: usize,
    /// The letters of its column, `A` to `CV`; `null` where it is about the whole row.
    pub column: Option<String>,
    /// The column's header as it stands in the file.
    pub header: Option<String>,
    /// The field it is about, as the form's document names it: `budget.max`.
    pub field: Option<String>,
    /// The rule that was broken, for programs.
    pub code: String,
    /// What was wrong and what to do, in the reader's language.
    pub detail: String,
}

impl ImportView {
    /// `import` for a reader in `locale`.
    pub(super) fn of(import: &Import, locale: Locale) -> Self {
        let told = |problem: super::rows::RowProblem| ImportProblem {
            row: problem.row,
            column: problem.column,
            header: problem.header,
            field: problem.field,
            code: problem.code,
            detail: match locale {
                Locale::Ja => problem.ja,
                Locale::En => problem.en,
            },
        };
        Self {
            id: import.id,
            kind: import.kind,
            status: import.status,
            name: import.name.clone(),
            sha256: import.sha256.clone(),
            rows: import.row_count,
            problem_count: import.problem_count,
            problems: import.problems().into_iter().map(told).collect(),
            made: import.made(),
            created_at: import.created_at,
            accepted_at: import.accepted_at,
        }
    }
}
