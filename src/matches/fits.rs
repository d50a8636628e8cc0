//! Rankings as the page of a challenge shows them: challenges like it, and how it stands for the reader's own solutions.

use chrono::NaiveDate;

use super::candidates::{self, Asked};
use super::{Ranking, store};
use crate::challenges::{self, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};
use crate::solutions::{self, SolutionId, SolutionStatus};

/// How far down a ranking a challenge is looked for; the most that the API answers.
const LOOKED_AT: usize = 50;
/// Own solutions that are asked at most.
const OWN: usize = 5;

/// How a challenge stands in the ranking of one of the reader's own solutions.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The solution.
    pub solution: SolutionId,
    /// Its name.
    pub name: String,
    /// The place of the challenge, from 1.
    pub rank: usize,
    /// How many open challenges were compared.
    pub candidates: usize,
    /// 0 to 1.
    pub score: f64,
    /// Why, in the reader's language.
    pub reason: String,
}

/// The published challenges most like `id`, at most `limit`, each with the reason; only those the asker may see.
///
/// # Errors
/// `NotFound` when `id` is not there or hidden.
pub fn alike(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, today, limit): (ChallengeId, NaiveDate, usize),
) -> Result<Vec<(challenges::Card, String)>, Failure> {
    let asked = Asked { limit, weights: None, today };
    let found = candidates::similar(conn, actor, ranking, (id, &asked))?;
    Ok(found.items.into_iter().map(|one| (one.challenge, one.place.reason)).collect())
}

/// How the challenge `id` stands for the published solutions of the asker's organization, the best first; empty for
/// whoever has none, and where it stands too far down.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn own_fits(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, today): (ChallengeId, NaiveDate),
) -> Result<Vec<Fit>, Failure> {
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    let own = store::solutions_of(conn, member.organization)?;
    let mut own: Vec<solutions::Card> = solutions::cards(conn, &own)?.into_values().collect();
    own.retain(|card| card.status == SolutionStatus::Published);
    own.sort_by_key(|card| card.id);
    own.truncate(OWN);
    let asked = Asked { limit: LOOKED_AT, weights: None, today };
    let mut fits = Vec::new();
    for card in own {
        if !policy::allows(actor, Action::Rank, &solutions::subject(conn, card.id)?) {
            continue;
        }
        let found = candidates::challenges_for(conn, actor, ranking, (card.id, &asked))?;
        let candidates = found.candidates;
        let here = found.items.into_iter().find(|one| one.challenge.id == id);
        fits.extend(here.map(|one| Fit {
            solution: card.id,
            name: card.name,
            rank: one.place.rank,
            candidates,
            score: one.place.score,
            reason: one.place.reason,
        }));
    }
    fits.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.solution.cmp(&other.solution)));
    Ok(fits)
}
