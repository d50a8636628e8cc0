//! What a round of its bureau needs of a challenge: which could take part, and a deadline within the round.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use super::actions::{begin, finish, keep_version};
use super::letters::{self, Note};
use super::states::{Status, Step};
use super::{ChallengeId, store};
use crate::db::DbConn;
use crate::db::schema::{challenges, round_challenges};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};
use crate::services::Deed;
use crate::watches::Happening;

/// The states in which a challenge may be put into a round.
const BEFORE_ITS_END: [Status; 4] = [Status::Draft, Status::InReview, Status::Returned, Status::Open];

/// Gives a challenge that has no deadline one; on an open challenge that is an amendment.
///
/// # Errors
/// `IllegalStep` while it is under review; `Invalid` when the day has passed; those of the policy.
pub fn set_deadline(deed: &mut Deed<'_>, id: ChallengeId, due: NaiveDate) -> Result<(), Failure> {
    let known = begin(deed, id, Step::Edit, None)?;
    let mut content = known.challenge.content.0.clone();
    content.proposals_due = Some(due);
    content.due_ahead(deed.now().japan_date())?;
    let mut next = known.challenge.clone();
    next.take(content, deed.now());
    let details = json!({"fields": ["proposals_due"], "by": "round"});
    if known.challenge.status != Status::Open {
        finish(deed, known, next, ("challenge.edit", Step::Edit), details)?;
        return Ok(());
    }
    next.amendment = next.amendment.saturating_add(1);
    let known = finish(deed, known, next, ("challenge.amend", Step::Edit), details)?;
    keep_version(deed, &known.challenge, "")?;
    letters::amended(deed, &known, Happening::DeadlineChanged, &Note::Ours("challenges.note.entered_round"))
}

/// The challenges of a bureau's region that are in no round and that `actor` may change, by title.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn enterable(
    conn: &mut DbConn,
    actor: &Actor,
    bureau: &str,
) -> Result<Vec<(ChallengeId, String)>, Failure> {
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    let own = challenges::organization_id.eq(member.organization).or(challenges::on_behalf_of.eq(true));
    let ids: Vec<ChallengeId> = challenges::table
        .left_join(round_challenges::table)
        .filter(round_challenges::round_id.is_null())
        .filter(challenges::bureau.eq(bureau))
        .filter(challenges::status.eq_any(BEFORE_ITS_END))
        .filter(own)
        .order(challenges::title)
        .select(challenges::id)
        .load(conn)?;
    let known = store::find_all(conn, actor, &ids)?;
    let mut found: Vec<(ChallengeId, String)> = known
        .iter()
        .filter(|one| policy::allows(actor, Action::Edit, &one.subject()))
        .map(|one| (one.challenge.id, one.challenge.title.clone()))
        .collect();
    found.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(found)
}
