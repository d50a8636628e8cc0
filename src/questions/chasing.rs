//! Questions that nobody answered: their municipality is reminded, again and again, in one message for a challenge.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::letters;
use super::store::{self, Question};
use crate::audit;
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Desk};
use crate::services::{Deed, Services};

/// How long a municipality has before it is reminded, and between two reminders: a question is worth most while the
/// proposal is still being written.
pub(super) const PATIENCE: TimeDelta = TimeDelta::days(3);

/// A bureau does not have a municipality reminded twice within this time.
const NOT_WITHIN: TimeDelta = TimeDelta::days(1);

/// How long a node rests between two looks.
pub const CHASE_EVERY: Duration = Duration::from_secs(30);

/// How many challenges one step takes.
const AT_ONCE: i64 = 20;

/// Reminds the municipalities whose challenges have overdue questions. Answers whether there may be more.
///
/// # Errors
/// `Busy`, or `Internal` when the database fails; the rest is done by the next step.
pub async fn chase(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    services.take_up(move |conn| store::overdue(conn, now, AT_ONCE), remind).await
}

fn remind(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    let now = deed.now();
    let brief = challenges::brief(deed.conn(), &Actor::system(), id)?;
    // Once it is decided or gone, an answer helps nobody any more.
    let matters = matches!(brief.status, challenges::Status::Open | challenges::Status::Closed);
    let next = matters.then(|| now.plus(PATIENCE));
    // The rows are taken by a conditional update, so that of several nodes one reminds.
    let taken = store::put_off(deed.conn(), id, now, next)?;
    if taken == 0 || !matters {
        return Ok(());
    }
    let waiting = store::waiting(deed.conn(), id)?;
    tell(deed, &brief, &waiting)
}

/// Reminds the municipality of a challenge of its overdue questions now, because its bureau wants so.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `nothing_overdue`, `reminded_today`.
pub fn remind_now(deed: &mut Deed<'_>, id: ChallengeId) -> Result<(), Failure> {
    let now = deed.now();
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, id)?;
    policy::require(&by, Action::Moderate, &brief.subject)?;
    let waiting = store::waiting(deed.conn(), id)?;
    let late = |one: &Question| one.asked_at <= now.plus(-PATIENCE);
    if !waiting.iter().any(late) {
        return Err(Failure::Conflict("nothing_overdue"));
    }
    // The next reminder lies its whole patience behind the last one.
    let reminded = |one: &Question| one.chase_at.is_some_and(|next| next > now.plus(PATIENCE - NOT_WITHIN));
    if waiting.iter().filter(|one| late(one)).any(reminded) {
        return Err(Failure::Conflict("reminded_today"));
    }
    store::remind_again(deed.conn(), id, now.plus(PATIENCE))?;
    tell(deed, &brief, &waiting)
}

/// The questions on challenges of a desk that have waited too long: challenge, when it was asked, when the municipality
/// is reminded next.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn late(
    conn: &mut DbConn,
    desk: &Desk,
    now: Timestamp,
) -> Result<Vec<(ChallengeId, Timestamp, Option<Timestamp>)>, Failure> {
    store::late(conn, desk, now.plus(-PATIENCE))
}

fn tell(deed: &mut Deed<'_>, brief: &Brief, waiting: &[Question]) -> Result<(), Failure> {
    let now = deed.now();
    let since = waiting.iter().map(|one| one.asked_at).min().unwrap_or(now);
    letters::unanswered(deed, brief, waiting.len(), since)?;
    let event = audit::Event::new("question.chase", "challenge", brief.id.0)
        .in_prefecture(brief.subject.prefecture)
        .change(None, json!({"waiting": waiting.len()}));
    audit::record(deed, event)
}
