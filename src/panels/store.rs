//! The rows of panels, sheets, conflicts and agreements.

use diesel::prelude::*;

use super::criteria::Criterion;
use super::scores::Score;
use crate::accounts::MemberId;
use crate::challenges::ChallengeId;
use crate::db::schema::{members, panel_agreements, panel_conflicts, panel_sheets, panels};
use crate::db::{Both, DbConn, Json, MultiBackend, Timestamp};
use crate::failure::Failure;
use crate::proposals::ProposalId;

/// The criteria of a challenge as they were set, and their version; none and 0 before anything was.
pub(super) fn criteria(conn: &mut DbConn, id: ChallengeId) -> Result<(Vec<Criterion>, i32), Failure> {
    let found: Option<(Json<Vec<Criterion>>, i32)> =
        panels::table.find(id).select((panels::criteria, panels::version)).first(conn).optional()?;
    Ok(found.map_or_else(|| (Vec::new(), 0), |(Json(criteria), version)| (criteria, version)))
}

/// Writes the criteria over those of `version`.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn set_criteria(
    conn: &mut DbConn,
    id: ChallengeId,
    version: i32,
    criteria: &[Criterion],
    now: Timestamp,
) -> Result<(), Failure> {
    let next = version.saturating_add(1);
    let document = Json(criteria.to_vec());
    let written = if version == 0 {
        let statement = diesel::insert_into(panels::table)
            .values((
                panels::challenge_id.eq(id),
                panels::criteria.eq(&document),
                panels::version.eq(next),
                panels::updated_at.eq(now),
            ))
            .on_conflict(panels::challenge_id)
            .do_nothing();
        Both(statement).execute(conn)?
    } else {
        diesel::update(panels::table.filter(panels::challenge_id.eq(id)).filter(panels::version.eq(version)))
            .set((panels::criteria.eq(&document), panels::version.eq(next), panels::updated_at.eq(now)))
            .execute(conn)?
    };
    if written == 1 { Ok(()) } else { Err(Failure::Stale { current: self::criteria(conn, id)?.1 }) }
}

/// One reader's sheet.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = panel_sheets, check_for_backend(MultiBackend))]
pub(super) struct Sheet {
    pub(super) proposal_id: ProposalId,
    pub(super) member_id: MemberId,
    pub(super) scores: Json<Vec<Score>>,
    pub(super) remark: String,
    pub(super) handed_in_at: Option<Timestamp>,
    pub(super) version: i32,
    pub(super) updated_at: Timestamp,
}

pub(super) fn sheet(conn: &mut DbConn, id: ProposalId, member: MemberId) -> Result<Option<Sheet>, Failure> {
    Ok(panel_sheets::table.find((id, member)).select(Sheet::as_select()).first(conn).optional()?)
}

/// Writes a sheet over that of `version`; 0 is none yet.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn keep_sheet(conn: &mut DbConn, version: i32, sheet: &Sheet) -> Result<(), Failure> {
    let written = if version == 0 {
        let statement = diesel::insert_into(panel_sheets::table)
            .values(sheet)
            .on_conflict((panel_sheets::proposal_id, panel_sheets::member_id))
            .do_nothing();
        Both(statement).execute(conn)?
    } else {
        let row = panel_sheets::table
            .filter(panel_sheets::proposal_id.eq(sheet.proposal_id))
            .filter(panel_sheets::member_id.eq(sheet.member_id))
            .filter(panel_sheets::handed_in_at.is_null())
            .filter(panel_sheets::version.eq(version));
        diesel::update(row)
            .set((
                panel_sheets::scores.eq(&sheet.scores),
                panel_sheets::remark.eq(&sheet.remark),
                panel_sheets::handed_in_at.eq(sheet.handed_in_at),
                panel_sheets::version.eq(sheet.version),
                panel_sheets::updated_at.eq(sheet.updated_at),
            ))
            .execute(conn)?
    };
    if written == 1 {
        return Ok(());
    }
    let current = self::sheet(conn, sheet.proposal_id, sheet.member_id)?.map_or(0, |sheet| sheet.version);
    Err(Failure::Stale { current })
}

/// The sheets that were handed in, with their readers' names, in the order they were.
pub(super) fn handed_in(conn: &mut DbConn, id: ProposalId) -> Result<Vec<(Sheet, String)>, Failure> {
    let rows = panel_sheets::table
        .inner_join(members::table)
        .filter(panel_sheets::proposal_id.eq(id))
        .filter(panel_sheets::handed_in_at.is_not_null())
        .order((panel_sheets::handed_in_at, panel_sheets::member_id))
        .select((Sheet::as_select(), members::name))
        .load(conn)?;
    Ok(rows)
}

/// Notes a conflict of interest and takes the reader's sheet away; whether it was new.
pub(super) fn declare_conflict(
    conn: &mut DbConn,
    id: ProposalId,
    member: MemberId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, Failure> {
    let statement = diesel::insert_into(panel_conflicts::table)
        .values((
            panel_conflicts::proposal_id.eq(id),
            panel_conflicts::member_id.eq(member),
            panel_conflicts::reason.eq(reason),
            panel_conflicts::declared_at.eq(now),
        ))
        .on_conflict((panel_conflicts::proposal_id, panel_conflicts::member_id))
        .do_nothing();
    let new = Both(statement).execute(conn)? == 1;
    diesel::delete(panel_sheets::table.find((id, member))).execute(conn)?;
    Ok(new)
}

/// How many readers declared a conflict.
pub(super) fn conflicts(conn: &mut DbConn, id: ProposalId) -> Result<i64, Failure> {
    Ok(panel_conflicts::table.filter(panel_conflicts::proposal_id.eq(id)).count().get_result(conn)?)
}

/// What the panel agreed on.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = panel_agreements, check_for_backend(MultiBackend))]
pub(super) struct Agreement {
    pub(super) proposal_id: ProposalId,
    pub(super) scores: Json<Vec<Score>>,
    pub(super) remark: String,
    pub(super) agreed_by: Option<MemberId>,
    pub(super) version: i32,
    pub(super) updated_at: Timestamp,
}

pub(super) fn agreement(conn: &mut DbConn, id: ProposalId) -> Result<Option<Agreement>, Failure> {
    Ok(panel_agreements::table.find(id).select(Agreement::as_select()).first(conn).optional()?)
}

/// Writes the agreement over that of `version`; 0 is none yet.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn keep_agreement(conn: &mut DbConn, version: i32, agreement: &Agreement) -> Result<(), Failure> {
    let written = if version == 0 {
        let statement = diesel::insert_into(panel_agreements::table)
            .values(agreement)
            .on_conflict(panel_agreements::proposal_id)
            .do_nothing();
        Both(statement).execute(conn)?
    } else {
        let row = panel_agreements::table
            .filter(panel_agreements::proposal_id.eq(agreement.proposal_id))
            .filter(panel_agreements::version.eq(version));
        diesel::update(row)
            .set((
                panel_agreements::scores.eq(&agreement.scores),
                panel_agreements::remark.eq(&agreement.remark),
                panel_agreements::agreed_by.eq(agreement.agreed_by),
                panel_agreements::version.eq(agreement.version),
                panel_agreements::updated_at.eq(agreement.updated_at),
            ))
            .execute(conn)?
    };
    if written == 1 {
        return Ok(());
    }
    let current = self::agreement(conn, agreement.proposal_id)?.map_or(0, |agreement| agreement.version);
    Err(Failure::Stale { current })
}
