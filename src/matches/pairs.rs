//! The pairs that could meet in a session: what a bureau brought together, and what stands high in the ranking.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Ranking;
use super::candidates::{challenge_doc, solution_doc};
use super::states::Status;
use crate::accounts::{OrganizationId, OrganizationStatus};
use crate::challenges::ChallengeId;
use crate::db::DbConn;
use crate::db::schema::{matches, organizations, solutions};
use crate::failure::Failure;
use crate::matching::Query;
use crate::solutions::{SolutionId, SolutionStatus};

/// A challenge and a solution that could meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairing {
    /// The challenge.
    pub challenge: ChallengeId,
    /// The solution.
    pub solution: SolutionId,
    /// Who offers it.
    pub vendor: OrganizationId,
    /// The score, 0 to 1.
    pub score: f64,
    /// Whether a bureau brought the two together.
    pub moderated: bool,
}

/// The matches of some challenges that a bureau approved or that came further, in a fixed order.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn moderated_pairs(conn: &mut DbConn, challenges: &[ChallengeId]) -> Result<Vec<Pairing>, Failure> {
    let rows: Vec<(ChallengeId, SolutionId, OrganizationId, f64)> = matches::table
        .inner_join(solutions::table.inner_join(organizations::table))
        .filter(matches::challenge_id.eq_any(challenges))
        .filter(matches::status.eq_any([
            Status::Approved,
            Status::Introduced,
            Status::MeetingHeld,
            Status::Agreed,
        ]))
        .filter(solutions::status.eq(SolutionStatus::Published))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .order((matches::challenge_id, matches::score.desc(), matches::id))
        .select((matches::challenge_id, matches::solution_id, solutions::organization_id, matches::score))
        .load(conn)?;
    let pairing = |(challenge, solution, vendor, score)| Pairing {
        challenge,
        solution,
        vendor,
        score,
        moderated: true,
    };
    Ok(rows.into_iter().map(pairing).collect())
}

/// The `limit` best solutions in the catalogue for a challenge, best first.
///
/// # Errors
/// `NotFound`, or `Internal` when they cannot be read.
pub fn best_pairs(
    conn: &mut DbConn,
    ranking: &Ranking,
    challenge: ChallengeId,
    (today, limit): (NaiveDate, usize),
) -> Result<Vec<Pairing>, Failure> {
    let doc = challenge_doc(conn, challenge)?;
    let found = ranking.solutions_for(&doc, &Query::new(today, limit));
    let ids: Vec<SolutionId> = found.items.iter().map(|ranked| ranked.id).collect();
    let vendors: Vec<(SolutionId, OrganizationId)> = solutions::table
        .inner_join(organizations::table)
        .filter(solutions::id.eq_any(ids))
        .filter(solutions::status.eq(SolutionStatus::Published))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .select((solutions::id, solutions::organization_id))
        .load(conn)?;
    let pairing = |ranked: &crate::matching::Ranked<SolutionId>| {
        let (solution, vendor) = vendors.iter().find(|(id, _)| *id == ranked.id)?;
        Some(Pairing {
            challenge,
            solution: *solution,
            vendor: *vendor,
            score: ranked.score,
            moderated: false,
        })
    };
    Ok(found.items.iter().filter_map(pairing).collect())
}

/// A challenge and a solution as they fit today.
///
/// # Errors
/// `NotFound` when one is gone or the solution is not in the catalogue.
pub fn pair_of(
    conn: &mut DbConn,
    ranking: &Ranking,
    (challenge, solution): (ChallengeId, SolutionId),
    today: NaiveDate,
) -> Result<Pairing, Failure> {
    let vendor: OrganizationId = solutions::table
        .inner_join(organizations::table)
        .filter(solutions::id.eq(solution))
        .filter(solutions::status.eq(SolutionStatus::Published))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .select(solutions::organization_id)
        .first(conn)?;
    let (asked, offered) = (challenge_doc(conn, challenge)?, solution_doc(conn, solution)?);
    let score = ranking.pair(&asked, &offered, today).score;
    Ok(Pairing { challenge, solution, vendor, score, moderated: false })
}
