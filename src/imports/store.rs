//! The rows of imports.

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rows::{Examined, RowProblem};
use super::{ImportId, ImportKind, ImportStatus};
use crate::accounts::{MemberId, OrganizationId};
use crate::db::schema::imports;
use crate::db::{DbConn, Json, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::policy::Subject;

/// Imports that a list shows.
const LISTED: i64 = 50;

/// An import without its file.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = imports, check_for_backend(MultiBackend))]
pub(super) struct Import {
    pub id: ImportId,
    pub organization_id: OrganizationId,
    pub kind: ImportKind,
    pub status: ImportStatus,
    pub name: String,
    pub sha256: String,
    pub row_count: i32,
    pub problem_count: i32,
    report: Json<Value>,
    pub created_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
}

impl Import {
    /// Only its own organization may know of it: drafts are nobody else's business.
    pub fn subject(&self) -> Subject {
        Subject { sealed: true, ..Subject::private(self.organization_id, None) }
    }

    /// What was wrong.
    pub fn problems(&self) -> Vec<RowProblem> {
        let kept = self.report.0.get("problems").cloned().unwrap_or_default();
        serde_json::from_value(kept).unwrap_or_default()
    }

    /// The drafts that were begun.
    pub fn made(&self) -> Vec<Uuid> {
        let kept = self.report.0.get("made").cloned().unwrap_or_default();
        serde_json::from_value(kept).unwrap_or_default()
    }
}

/// A file that was rehearsed.
#[derive(Debug)]
pub(super) struct New {
    pub id: ImportId,
    pub organization: OrganizationId,
    pub member: MemberId,
    pub kind: ImportKind,
    pub name: String,
    pub sha256: String,
    pub content: Vec<u8>,
}

/// Keeps a rehearsal; where the same file was rehearsed before, what came of it now. Answers its id.
pub(super) fn keep(
    conn: &mut DbConn,
    new: New,
    examined: &Examined,
    now: Timestamp,
) -> Result<ImportId, Failure> {
    let file = (new.kind, new.sha256.as_str());
    let report = Json(json!({"problems": examined.problems}));
    if let Some(earlier) = of_file(conn, new.organization, file, ImportStatus::Rehearsed)? {
        diesel::update(imports::table.find(earlier.id))
            .set((
                imports::problem_count.eq(count(examined.problem_count)),
                imports::report.eq(report),
                imports::created_at.eq(now),
            ))
            .execute(conn)?;
        return Ok(earlier.id);
    }
    diesel::insert_into(imports::table)
        .values((
            imports::id.eq(new.id),
            imports::organization_id.eq(new.organization),
            imports::member_id.eq(Some(new.member)),
            imports::kind.eq(new.kind),
            imports::status.eq(ImportStatus::Rehearsed),
            imports::name.eq(new.name),
            imports::sha256.eq(new.sha256),
            imports::content.eq(Some(new.content)),
            imports::row_count.eq(count(examined.rows)),
            imports::problem_count.eq(count(examined.problem_count)),
            imports::report.eq(report),
            imports::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(new.id)
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Notes that a file was accepted; it is not needed any more. Whether it was still to be accepted.
pub(super) fn accept(
    conn: &mut DbConn,
    id: ImportId,
    made: &[Uuid],
    now: Timestamp,
) -> Result<bool, Failure> {
    let rehearsed = imports::table.find(id).filter(imports::status.eq(ImportStatus::Rehearsed));
    let written = diesel::update(rehearsed)
        .set((
            imports::status.eq(ImportStatus::Accepted),
            imports::content.eq(None::<Vec<u8>>),
            imports::report.eq(Json(json!({"made": made}))),
            imports::accepted_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(written == 1)
}

pub(super) fn find(conn: &mut DbConn, id: ImportId) -> Result<Import, Failure> {
    Ok(imports::table.find(id).select(Import::as_select()).first(conn)?)
}

/// The import with its row locked, and its file.
pub(super) fn lock(conn: &mut DbConn, id: ImportId) -> Result<(Import, Option<Vec<u8>>), Failure> {
    let _locked: ImportId = lock_rows(imports::table.find(id).select(imports::id)).get_result(conn)?;
    let import = find(conn, id)?;
    let content = imports::table.find(id).select(imports::content).first(conn)?;
    Ok((import, content))
}

/// The import of a file by an organization, in a state.
pub(super) fn of_file(
    conn: &mut DbConn,
    organization: OrganizationId,
    (kind, sha256): (ImportKind, &str),
    status: ImportStatus,
) -> Result<Option<Import>, Failure> {
    let found = imports::table
        .filter(imports::organization_id.eq(organization))
        .filter(imports::kind.eq(kind))
        .filter(imports::sha256.eq(sha256))
        .filter(imports::status.eq(status))
        .select(Import::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The imports of an organization, the newest first.
pub(super) fn of(conn: &mut DbConn, organization: OrganizationId) -> Result<Vec<Import>, Failure> {
    let rows = imports::table
        .filter(imports::organization_id.eq(organization))
        .order((imports::created_at.desc(), imports::id.desc()))
        .limit(LISTED)
        .select(Import::as_select());
    Ok(rows.load(conn)?)
}

/// Throws rehearsals away that nobody accepted.
pub(super) fn prune(conn: &mut DbConn, before: Timestamp) -> Result<usize, Failure> {
    let old = imports::table
        .filter(imports::status.eq(ImportStatus::Rehearsed))
        .filter(imports::created_at.lt(before));
    Ok(diesel::delete(old).execute(conn)?)
}
