//! The proposals that still stand once they are opened: who could present what to whom.

use diesel::prelude::*;

use super::states::Status;
use super::store::Proposal;
use crate::accounts::{OrganizationId, OrganizationStatus};
use crate::challenges::ChallengeId;
use crate::db::DbConn;
use crate::db::schema::{organizations, proposals};
use crate::failure::Failure;
use crate::solutions::SolutionId;

/// The opened proposals to some challenges that were neither declined nor withdrawn: challenge, vendor, and the solutions
/// that the vendor offers with it. What is sealed is not among them.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn standing(
    conn: &mut DbConn,
    challenges: &[ChallengeId],
) -> Result<Vec<(ChallengeId, OrganizationId, Vec<SolutionId>)>, Failure> {
    let rows: Vec<Proposal> = proposals::table
        .inner_join(organizations::table)
        .filter(proposals::challenge_id.eq_any(challenges))
        .filter(proposals::opened_at.is_not_null())
        .filter(proposals::status.eq_any([Status::Submitted, Status::Shortlisted, Status::Selected]))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .order((proposals::challenge_id, proposals::id))
        .select(Proposal::as_select())
        .load(conn)?;
    let read = |row: Proposal| (row.challenge_id, row.organization_id, row.content.0.solutions);
    Ok(rows.into_iter().map(read).collect())
}
