//! Telling people of new things that fit.
//!
//! A municipality hears of a newly published solution that stands among the first [`SOLUTIONS_TOLD`] for its open
//! challenge with a score that is good enough; a vendor hears of a newly published challenge, if it may see it, for which
//! its solution stands among the first [`CHALLENGES_TOLD`]. Each published thing is announced once, whatever becomes of
//! it later, so each pair is told at most once to each side.

use super::candidates::{challenge_doc, solution_doc};
use super::explanation::Explanation;
use super::{Ranking, Sentence, letters, store};
use crate::challenges::{self, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matching::{Component, ComponentName, Query, Ranked};
use crate::policy::{Actor, Openness};
use crate::services::{Deed, Services};
use crate::solutions::SolutionId;

/// The first page of a challenge that is worth a message to its municipality.
const SOLUTIONS_TOLD: usize = 5;
/// The places of a challenge's ranking whose vendors hear of it.
const CHALLENGES_TOLD: usize = 10;
/// The challenges for which a new solution is good that are looked at; a solution for everything shall not write to
/// everyone.
const CHALLENGES_ASKED: usize = 50;

/// Sector value of a related pair (matching.md section 1); the same top sector alone is less.
const RELATED: f64 = 0.6;

/// A pair that is worth a message, with the reason.
type Fit = (ChallengeId, SolutionId, Sentence);

/// Something published that nobody was told of yet.
#[derive(Debug, Clone, Copy)]
pub(super) enum News {
    /// A challenge.
    Challenge(ChallengeId),
    /// A solution.
    Solution(SolutionId),
}

/// Announces one newly published thing; whether there was one. The step of a worker.
///
/// # Errors
/// `Internal` or `Busy`; what was to be announced then still is.
pub async fn announce(services: &Services, ranking: &Ranking) -> Result<bool, Failure> {
    let now = services.clock().now();
    let (asked, today) = (ranking.clone(), now.japan_date());
    let least = services.settings().matches.announce_least_score;
    let found = services.read(move |conn| {
        let Some(news) = store::unannounced(conn, now)? else { return Ok(None) };
        let fits = match news {
            News::Challenge(id) => solutions_told_of(conn, &asked, id, today)?,
            News::Solution(id) => challenges_told_of(conn, &asked, id, today)?,
        };
        Ok(Some((news, fits)))
    });
    let Some((news, mut fits)) = found.await? else { return Ok(false) };
    fits.retain(|(_, score)| *score >= least);
    let fits: Vec<Fit> = fits.into_iter().map(|(fit, _)| fit).collect();
    services.perform(Actor::system(), move |deed| tell(deed, news, &fits)).await?;
    Ok(true)
}

/// The best solutions for a new challenge, with their scores.
fn solutions_told_of(
    conn: &mut DbConn,
    ranking: &Ranking,
    id: ChallengeId,
    today: chrono::NaiveDate,
) -> Result<Vec<(Fit, f64)>, Failure> {
    let brief = challenges::brief(conn, &Actor::system(), id)?;
    if brief.subject.openness == Openness::Private {
        return Ok(Vec::new());
    }
    // What a vendor is told must not say more of the place than the vendor may know.
    let doc = challenge_doc(conn, id)?;
    let doc = if brief.anonymous { super::veil::over(doc) } else { doc };
    let found = ranking.solutions_for(&doc, &Query::new(today, CHALLENGES_TOLD));
    let fits = found.items.iter().filter(|ranked| is_about_it(ranked)).map(|ranked| {
        let reason = Explanation::of(ranked)?.reason;
        Ok(((id, ranked.id, reason), ranked.score))
    });
    fits.collect()
}

/// The open challenges for which a new solution stands on the first places, with its scores.
fn challenges_told_of(
    conn: &mut DbConn,
    ranking: &Ranking,
    id: SolutionId,
    today: chrono::NaiveDate,
) -> Result<Vec<(Fit, f64)>, Failure> {
    let doc = solution_doc(conn, id)?;
    let good_for = ranking.challenges_for(&doc, &Query::new(today, CHALLENGES_ASKED));
    let mut fits = Vec::new();
    for challenge in good_for.items.iter().map(|ranked| ranked.id) {
        let first =
            ranking.solutions_for(&challenge_doc(conn, challenge)?, &Query::new(today, SOLUTIONS_TOLD));
        if let Some(ranked) = first.items.iter().find(|ranked| ranked.id == id && is_about_it(ranked)) {
            fits.push(((challenge, id, Explanation::of(ranked)?.reason), ranked.score));
        }
    }
    Ok(fits)
}

/// Whether a pair shares at least a related sector. A near and proven solution for something else scores well where
/// nothing fits, and may be shown with its reasons, but is not worth a message.
fn is_about_it<Id>(ranked: &Ranked<Id>) -> bool {
    let shares_sector =
        |component: &Component| component.name() == ComponentName::Sector && component.value >= RELATED;
    ranked.components.iter().any(shares_sector)
}

/// Writes the messages, unless another node was faster.
fn tell(deed: &mut Deed<'_>, news: News, fits: &[Fit]) -> Result<(), Failure> {
    let now = deed.now();
    if !store::mark_announced(deed.conn(), news, now)? {
        return Ok(());
    }
    for (challenge, solution, reason) in fits {
        match news {
            News::Solution(_) => letters::fits_challenge(deed, (*challenge, *solution), reason)?,
            News::Challenge(_) => {
                let brief = challenges::brief(deed.conn(), &Actor::system(), *challenge)?;
                let vendor = letters::vendor_of(deed.conn(), *solution)?;
                letters::fits_solution(deed, (&brief, *solution), vendor, reason)?;
            }
        }
    }
    Ok(())
}
