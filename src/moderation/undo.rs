//! What can still be taken back, and taking it back.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::WaitingKind;
use super::acts::{ActId, BatchId};
use crate::accounts::{self, MemberId, OrganizationId};
use crate::audit::SubjectId;
use crate::challenges::{self, ChallengeId};
use crate::db::schema::{
    challenges as challenge_rows, field_offers, matches as match_rows, moderation_acts,
    solutions as solution_rows,
};
use crate::db::{DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::fields_wanted::{self, FieldWantedId};
use crate::matches::{self, MatchId};
use crate::notices::{self, Held};
use crate::policy;
use crate::services::Deed;
use crate::solutions::deployments::{ConfirmationId, confirmation};
use crate::solutions::{self, SolutionId};

/// One act that can still be taken back, or was.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = moderation_acts, check_for_backend(crate::db::MultiBackend))]
pub struct Act {
    /// Its id.
    pub id: ActId,
    /// Those done together.
    pub batch: BatchId,
    /// What it was done to.
    #[diesel(column_name = subject_kind)]
    pub kind: WaitingKind,
    /// The id of that.
    #[schema(value_type = String, format = Uuid)]
    #[diesel(column_name = subject_id)]
    pub subject: SubjectId,
    /// What that is called.
    pub title: String,
    /// The verb of the API.
    pub act: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub acted_at: Timestamp,
    /// Until when it can be taken back.
    #[schema(value_type = String, format = DateTime)]
    pub undo_until: Timestamp,
}

/// What a member can still take back, the latest first.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn undoable(conn: &mut DbConn, member: MemberId, now: Timestamp) -> Result<Vec<Act>, Failure> {
    let acts = moderation_acts::table
        .filter(moderation_acts::member_id.eq(member))
        .filter(moderation_acts::undone_at.is_null())
        .filter(moderation_acts::undo_until.gt(now))
        .order((moderation_acts::acted_at.desc(), moderation_acts::id.desc()))
        .select(Act::as_select())
        .load(conn)?;
    Ok(acts)
}

/// The acts of a batch that were not taken back.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn of_batch(conn: &mut DbConn, batch: BatchId) -> Result<Vec<Act>, Failure> {
    let acts = moderation_acts::table
        .filter(moderation_acts::batch.eq(batch))
        .filter(moderation_acts::undone_at.is_null())
        .order(moderation_acts::id)
        .select(Act::as_select())
        .load(conn)?;
    Ok(acts)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = moderation_acts, check_for_backend(crate::db::MultiBackend))]
struct Row {
    #[diesel(column_name = subject_kind)]
    kind: WaitingKind,
    #[diesel(column_name = subject_id)]
    subject: SubjectId,
    version: i32,
    messages: Json<Held>,
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    acted_at: Timestamp,
    undo_until: Timestamp,
}

/// Takes one act back: the earlier state stands again, and nobody is told.
///
/// # Errors
/// `NotFound` for another desk's; `Conflict`: `undo_expired`, `already_undone`, `already_told`, `built_upon`;
/// `Stale` when the thing was written since; those of the policy.
pub fn undo(deed: &mut Deed<'_>, id: ActId) -> Result<(), Failure> {
    policy::desk(deed.by())?;
    let row = moderation_acts::table.find(id).select(Row::as_select()).first(deed.conn())?;
    if deed.by().member().is_some_and(|member| member.organization != row.organization) {
        return Err(Failure::NotFound);
    }
    let now = deed.now();
    if row.undo_until <= now {
        return Err(Failure::Conflict("undo_expired"));
    }
    let marked = diesel::update(moderation_acts::table.find(id).filter(moderation_acts::undone_at.is_null()))
        .set(moderation_acts::undone_at.eq(Some(now)))
        .execute(deed.conn())?;
    if marked == 0 {
        return Err(Failure::Conflict("already_undone"));
    }
    if is_built_upon(deed.conn(), &row)? {
        return Err(Failure::Conflict("built_upon"));
    }
    notices::take_back(deed, &row.messages.0)?;
    let subject = row.subject.0;
    match row.kind {
        WaitingKind::Organization => accounts::take_back(deed, OrganizationId(subject), row.version),
        WaitingKind::Challenge => challenges::take_back(deed, ChallengeId(subject), row.version),
        WaitingKind::Solution => solutions::take_back(deed, SolutionId(subject), row.version),
        WaitingKind::Match => matches::take_back(deed, MatchId(subject), row.version),
        WaitingKind::FieldWanted => fields_wanted::take_back(deed, FieldWantedId(subject), row.version),
        WaitingKind::Confirmation => confirmation::take_back(deed, ConfirmationId(subject)),
    }
}

/// Whether somebody did something since that the act made possible. What is written to the thing itself shows in its
/// version.
fn is_built_upon(conn: &mut DbConn, row: &Row) -> Result<bool, Failure> {
    let (id, since) = (row.subject, row.acted_at);
    let later = match row.kind {
        WaitingKind::Challenge => match_rows::table
            .filter(match_rows::challenge_id.eq(id))
            .filter(match_rows::created_at.ge(since))
            .count()
            .get_result::<i64>(conn)?,
        WaitingKind::Solution => match_rows::table
            .filter(match_rows::solution_id.eq(id))
            .filter(match_rows::created_at.ge(since))
            .count()
            .get_result::<i64>(conn)?,
        WaitingKind::Organization => {
            let challenges: i64 = challenge_rows::table
                .filter(challenge_rows::organization_id.eq(id))
                .filter(challenge_rows::submitted_at.ge(since).or(challenge_rows::published_at.ge(since)))
                .count()
                .get_result(conn)?;
            let solutions: i64 = solution_rows::table
                .filter(solution_rows::organization_id.eq(id))
                .filter(solution_rows::submitted_at.ge(since).or(solution_rows::published_at.ge(since)))
                .count()
                .get_result(conn)?;
            challenges + solutions
        }
        WaitingKind::FieldWanted => field_offers::table
            .filter(field_offers::field_wanted_id.eq(id))
            .count()
            .get_result::<i64>(conn)?,
        WaitingKind::Match | WaitingKind::Confirmation => 0,
    };
    Ok(later > 0)
}

/// Acts older than this are forgotten; the log of moderation and the audit trail keep what was done.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Forgets acts that can long be taken back no more.
///
/// # Errors
/// `Internal` when the statement fails.
pub fn prune(conn: &mut DbConn, now: Timestamp) -> Result<usize, Failure> {
    let old = moderation_acts::table.filter(moderation_acts::undo_until.lt(now.plus(-KEPT)));
    Ok(diesel::delete(old).execute(conn)?)
}
