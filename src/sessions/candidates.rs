//! The pairs that could meet in a round's sessions.
//!
//! What a vendor proposed comes first, once it is opened, then what a bureau brought together, then what stands high in the ranking. Each vendor is a candidate of a
//! challenge once, with the solution that is worth most.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::states::Source;
use crate::accounts::OrganizationId;
use crate::challenges::ChallengeId;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matches::{self, Pairing, Ranking};
use crate::proposals;
use crate::solutions::SolutionId;

/// How many places of a challenge's ranking are looked at.
const PLACES: usize = 12;

/// One pair that could meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The challenge.
    pub challenge: ChallengeId,
    /// What would be presented.
    pub solution: SolutionId,
    /// Who would present it.
    pub vendor: OrganizationId,
    /// How well the two fit, 0 to 1.
    pub score: f64,
    /// Where the pair came from.
    pub source: Source,
}

impl Candidate {
    fn of(pairing: Pairing) -> Self {
        let Pairing { challenge, solution, vendor, score, moderated } = pairing;
        let source = if moderated { Source::Match } else { Source::Ranking };
        Self { challenge, solution, vendor, score, source }
    }
}

/// The candidates for some challenges, by challenge and vendor.
pub(super) fn candidates(
    conn: &mut DbConn,
    ranking: &Ranking,
    challenges: &[ChallengeId],
    today: NaiveDate,
) -> Result<Vec<Candidate>, Failure> {
    let mut found: BTreeMap<(ChallengeId, OrganizationId), Candidate> = BTreeMap::new();
    for (challenge, vendor, solutions) in proposals::standing(conn, challenges)? {
        if let Some(candidate) = proposed(conn, ranking, (challenge, &solutions), today)? {
            found.insert((challenge, vendor), candidate);
        }
    }
    for pairing in matches::moderated_pairs(conn, challenges)? {
        found.entry((pairing.challenge, pairing.vendor)).or_insert_with(|| Candidate::of(pairing));
    }
    for challenge in challenges {
        for pairing in matches::best_pairs(conn, ranking, *challenge, (today, PLACES))? {
            found.entry((pairing.challenge, pairing.vendor)).or_insert_with(|| Candidate::of(pairing));
        }
    }
    Ok(found.into_values().collect())
}

/// The best of the solutions that a vendor proposes, if one is still in the catalogue.
fn proposed(
    conn: &mut DbConn,
    ranking: &Ranking,
    (challenge, solutions): (ChallengeId, &[SolutionId]),
    today: NaiveDate,
) -> Result<Option<Candidate>, Failure> {
    let mut best: Option<Candidate> = None;
    for solution in solutions {
        let pairing = match matches::pair_of(conn, ranking, (challenge, *solution), today) {
            Err(Failure::NotFound) => continue,
            other => other?,
        };
        if best.is_none_or(|best| best.score < pairing.score) {
            best = Some(Candidate { source: Source::Proposal, ..Candidate::of(pairing) });
        }
    }
    Ok(best)
}
