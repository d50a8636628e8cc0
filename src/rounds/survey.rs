//! The needs survey (ニーズ調査): every municipality of the region is asked in one click; an answer is a draft
//! challenge in the round.

use chrono::TimeDelta;
use serde_json::json;

use super::actions::{finish, holding};
use super::states::Step;
use super::store::{self, Round};
use super::{RoundId, letters};
use crate::failure::Failure;
use crate::services::Deed;

/// Municipalities are not asked about one round more often.
const BETWEEN_SURVEYS: TimeDelta = TimeDelta::days(7);

/// Asks every approved municipality of the region that has no challenge in the round yet. Answers how many were asked.
///
/// # Errors
/// `Conflict` (`round_window_closed`) when challenges are not or no longer taken; `TooMany` within a week of the last
/// survey; `Stale`, `IllegalStep`, and those of the policy.
pub fn survey(deed: &mut Deed<'_>, id: RoundId, version: Option<i32>) -> Result<(Round, usize), Failure> {
    let before = holding(deed, id, Step::Survey, version)?;
    let now = deed.now();
    if before.windows().challenges.closes_at() <= now {
        return Err(Failure::Conflict("round_window_closed"));
    }
    if let Some(last) = before.surveyed_at {
        let wait = last.plus(BETWEEN_SURVEYS).utc().signed_duration_since(now.utc());
        if let Some(retry_after) = wait.to_std().ok().filter(|wait| !wait.is_zero()) {
            return Err(Failure::TooMany { retry_after });
        }
    }
    let answered = store::municipalities_of(deed.conn(), id)?;
    let mut towns = store::municipalities_in(deed.conn(), &before.prefectures())?;
    towns.retain(|town| !answered.contains(town));
    let mut next = before.clone();
    next.surveyed_at = Some(now);
    let details = json!({"asked": towns.len()});
    let round = finish(deed, &before, next, ("round.survey", Step::Survey), details)?;
    letters::surveyed(deed, &round, &towns)?;
    Ok((round, towns.len()))
}
