//! What is wrong with a file, by row and column, and what becomes of a row in which nothing is.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ImportKind;
use super::columns::{self, Column};
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::locales;
use crate::policy::{self, Action, Subject};
use crate::services::Deed;
use crate::spreadsheets::{Row, Spreadsheet, column_letters};
use crate::web::forms::{Typed, pointer_of};
use crate::{challenges, solutions};

/// Problems that are kept; the rest is counted.
const KEPT: usize = 500;

/// One thing that is wrong, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowProblem {
    /// The row as the spreadsheet counts it, from 1.
    pub row: usize,
    /// The letters of its column; `None` where it is about the whole row.
    pub column: Option<String>,
    /// The column's header as it stands in the file.
    pub header: Option<String>,
    /// The field of the form.
    pub field: Option<String>,
    /// The rule that was broken.
    pub code: String,
    /// What to do, in Japanese.
    pub ja: String,
    /// The same in English.
    pub en: String,
}

/// What came of looking through a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Examined {
    /// Rows below the header.
    pub rows: usize,
    /// What was wrong, by row; not more than are kept.
    pub problems: Vec<RowProblem>,
    /// How much was wrong.
    pub problem_count: usize,
    /// The drafts that were begun.
    pub made: Vec<Uuid>,
}

impl Examined {
    fn add(&mut self, problem: RowProblem) {
        self.problem_count = self.problem_count.saturating_add(1);
        if self.problems.len() < KEPT {
            self.problems.push(problem);
        }
    }

    /// The refusals as a door answers them: `/rows/5/budget.max`.
    pub fn refused(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        errors.add("/file", Invalid::new("import_has_problems").with("count", self.problem_count));
        errors
    }
}

/// Where the columns of the kind stand in a file.
struct Layout<'s> {
    kind: ImportKind,
    sheet: &'s Spreadsheet,
    /// For each column of the file what it is.
    columns: Vec<Option<&'static Column>>,
}

/// Begins a draft of every row in which nothing is wrong, and says what is wrong with the others. The deed is to be undone
/// unless nothing was.
///
/// # Errors
/// What is about no row: `Busy`, `Internal`.
pub(super) fn begin_all(
    deed: &mut Deed<'_>,
    kind: ImportKind,
    sheet: &Spreadsheet,
) -> Result<Examined, Failure> {
    let mut examined = Examined { rows: sheet.rows.len(), ..Examined::default() };
    let layout = Layout::of(kind, sheet, &mut examined);
    // Without its headers every row would be wrong in the same way.
    if examined.problem_count > 0 {
        return Ok(examined);
    }
    for row in &sheet.rows {
        layout.begin(deed, row, &mut examined)?;
    }
    Ok(examined)
}

impl<'s> Layout<'s> {
    fn of(kind: ImportKind, sheet: &'s Spreadsheet, examined: &mut Examined) -> Self {
        let find = |header: &String| kind.columns().iter().find(|column| column.is_called(kind, header));
        let columns: Vec<Option<&'static Column>> = sheet.header.iter().map(find).collect();
        let layout = Self { kind, sheet, columns };
        for (at, header) in sheet.header.iter().enumerate() {
            let column = layout.columns.get(at).copied().flatten();
            let before = layout.columns.iter().take(at).flatten();
            let known_before = |column: &Column| before.clone().any(|one| one.name == column.name);
            let refusal = match column {
                Some(column) if known_before(column) => Invalid::new("column_twice"),
                Some(_) => continue,
                None if header.is_empty() && !layout.is_used(at) => continue,
                None => {
                    Invalid::new("unknown_column").with("typed", header.chars().take(40).collect::<String>())
                }
            };
            examined.add(layout.problem(sheet.header_row, Some(at), None, &refusal));
        }
        let needed = kind.needed();
        if !layout.columns.iter().flatten().any(|column| column.name == needed) {
            let label = |locale| {
                let column = kind.columns().iter().find(|column| column.name == needed);
                column.map(|column| column.label(kind, locale)).unwrap_or_default()
            };
            let refusal =
                Invalid::new("missing_column").with("ja", label(Locale::Ja)).with("en", label(Locale::En));
            examined.add(layout.problem(sheet.header_row, None, Some(needed), &refusal));
        }
        layout
    }

    /// Whether anything stands below a header.
    fn is_used(&self, at: usize) -> bool {
        self.sheet.rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| !cell.trim().is_empty()))
    }

    fn begin(&self, deed: &mut Deed<'_>, row: &Row, examined: &mut Examined) -> Result<(), Failure> {
        let (mut typed, mut errors) = (Typed::new(), FieldErrors::new());
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            if let Some(column) = column {
                column.fill(&mut typed, cell, &mut errors);
            }
        }
        for at in &row.broken {
            examined.add(self.problem(row.number, Some(*at), None, &Invalid::new("cell_error")));
        }
        // Columns of the sheet under no header of ours.
        for at in self.columns.len()..row.cells.len() {
            if row.cells.get(at).is_some_and(|cell| !cell.trim().is_empty()) {
                examined.add(self.problem(row.number, Some(at), None, &Invalid::new("cell_without_header")));
            }
        }
        let groups = columns::indicators_together(&mut typed);
        let begun = self.begun(deed, &mut typed, errors);
        let mut say = |pointer: &str, invalid: &Invalid| {
            let column = columns::column_of(self.kind, &groups, pointer);
            let at = column.and_then(|column| self.place_of(column));
            let field = column.map(|column| column.name);
            examined.add(self.problem(row.number, at, field, invalid));
        };
        match begun {
            Ok(_) if !row.broken.is_empty() => {}
            Ok(id) => examined.made.push(id),
            Err(Failure::Invalid(errors)) => {
                errors.iter().for_each(|(pointer, invalid)| say(pointer, invalid))
            }
            Err(Failure::Forbidden(code)) => examined.add(self.refusal(row, "forbidden", code)),
            Err(Failure::Conflict(code)) => examined.add(self.refusal(row, "conflict", code)),
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// The draft of a row.
    fn begun(
        &self,
        deed: &mut Deed<'_>,
        typed: &mut Typed,
        mut errors: FieldErrors,
    ) -> Result<Uuid, Failure> {
        if self.kind == ImportKind::Challenges {
            whose(deed, typed, &mut errors);
        }
        match self.kind {
            ImportKind::Challenges => {
                let form = unless(challenges::pages::typed_form(typed), errors)?;
                Ok(challenges::create(deed, &form)?.id().0)
            }
            ImportKind::Solutions => {
                let form = unless(solutions::pages::typed_form(typed), errors)?;
                let owner = deed.by().member().ok_or(Failure::Unauthenticated("sign_in"))?.organization;
                Ok(solutions::create(deed, owner, &form)?.0)
            }
        }
    }

    fn place_of(&self, column: &Column) -> Option<usize> {
        self.columns.iter().position(|one| one.is_some_and(|one| one.name == column.name))
    }

    fn problem(&self, row: usize, at: Option<usize>, field: Option<&str>, invalid: &Invalid) -> RowProblem {
        let key = format!("invalid.{}", invalid.code());
        let say = |locale| locales::text(locale, &key, invalid.params());
        let own = at.and_then(|at| self.columns.get(at).copied().flatten()).map(|column| column.name);
        RowProblem {
            row,
            column: at.map(column_letters),
            header: at.and_then(|at| self.sheet.header.get(at)).filter(|text| !text.is_empty()).cloned(),
            field: field.or(own).map(str::to_owned),
            code: invalid.code().to_owned(),
            ja: say(Locale::Ja),
            en: say(Locale::En),
        }
    }

    /// What the action refused for a reason that is no field's.
    fn refusal(&self, row: &Row, group: &str, code: &'static str) -> RowProblem {
        let key = format!("problem.{group}.{code}");
        RowProblem {
            ja: locales::text(Locale::Ja, &key, &[]),
            en: locales::text(Locale::En, &key, &[]),
            ..self
                .problem(row.number, None, None, &Invalid::new("import_has_problems").with("count", 1))
                .coded(code)
        }
    }
}

impl RowProblem {
    fn coded(self, code: &str) -> Self {
        Self { code: code.to_owned(), ..self }
    }
}

/// The form, unless something was wrong with it or with its cells.
fn unless<T>(form: Result<T, FieldErrors>, mut errors: FieldErrors) -> Result<T, FieldErrors> {
    match form {
        Ok(form) => errors.into_result().map(|()| form),
        Err(found) => {
            errors.extend(&found);
            Err(errors)
        }
    }
}

/// Who the row is for. A municipality writes for itself, so its own code says nothing; whoever writes for others must say
/// for whom.
fn whose(deed: &Deed<'_>, typed: &mut Typed, errors: &mut FieldErrors) {
    let own = deed.by().member().and_then(|member| member.municipality_code.clone());
    let named = typed.text("on_behalf_of");
    if policy::allows(deed.by(), Action::WriteChallenge, &Subject::default()) {
        if named.is_some() && named == own {
            *typed = std::mem::take(typed).without("on_behalf_of");
        }
    } else if named.is_none() && errors.iter().all(|(pointer, _)| pointer != "/on_behalf_of") {
        errors.add(pointer_of("on_behalf_of"), Invalid::new("required"));
    }
}
