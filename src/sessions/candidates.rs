//! The pairs that could meet in a round's sessions.
//!
//! What a bureau brought together comes first, then what stands high in the ranking. Each vendor is a candidate of a
//! challenge once, with the solution that is worth most.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::states::Source;
use crate::accounts::OrganizationId;
use crate::challenges::ChallengeId;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matches::{self, Pairing, Ranking};
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
