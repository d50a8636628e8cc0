//! Who would match a challenge that is still being written.

use chrono::NaiveDate;

use super::Ranking;
use crate::accounts::Locale;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matching::{ChallengeDoc, Query, Ranked, explain};
use crate::solutions::{self, SolutionId, SolutionStatus};

/// Places that are looked at; the most that the API answers.
const LOOKED_AT: usize = 50;
/// Places that are shown.
const SHOWN: usize = 3;
/// A score from which a solution is counted as promising: about half of what the best pairs of the test collection
/// reach.
const PROMISING: f64 = 0.4;

/// Who would match.
#[derive(Debug, Clone, PartialEq)]
pub struct Prospect {
    /// How many solutions are promising, up to 50.
    pub promising: usize,
    /// How many published solutions were compared.
    pub candidates: usize,
    /// The best, best first.
    pub best: Vec<Candidate>,
}

impl Prospect {
    /// [`Prospect::promising`], as counts are written.
    pub fn promising_count(&self) -> i64 {
        i64::try_from(self.promising).unwrap_or(i64::MAX)
    }
}

/// One solution that would match.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub solution: SolutionId,
    /// Its name.
    pub name: String,
    /// Its vendor's name.
    pub vendor: String,
    /// 0 to 1.
    pub score: f64,
    /// Why, in the reader's language.
    pub reason: String,
}

/// The solutions that would match `doc` as of `today`. Whether the asker may rank it is the caller's to ask.
///
/// # Errors
/// `Internal` when the solutions cannot be read.
pub fn prospect(
    conn: &mut DbConn,
    ranking: &Ranking,
    doc: &ChallengeDoc,
    (today, locale): (NaiveDate, Locale),
) -> Result<Prospect, Failure> {
    let found = ranking.solutions_for(doc, &Query::new(today, LOOKED_AT).keep_places_for_newcomers());
    let promising = found.items.iter().filter(|one| one.score >= PROMISING).count();
    let best: Vec<&Ranked<SolutionId>> = found.items.iter().take(SHOWN).collect();
    let ids: Vec<SolutionId> = best.iter().map(|one| one.id).collect();
    let mut cards = solutions::cards(conn, &ids)?;
    let candidates = best.into_iter().filter_map(|one| {
        let card = cards.remove(&one.id).filter(|card| card.status == SolutionStatus::Published)?;
        Some(Candidate {
            solution: one.id,
            name: card.name,
            vendor: card.vendor.name,
            score: one.score,
            reason: explain::reason(one, locale),
        })
    });
    Ok(Prospect { promising, candidates: found.candidates, best: candidates.collect() })
}
