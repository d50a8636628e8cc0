//! Questions that nobody answered: their municipality is reminded, again and again, in one message for a challenge.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::store::{self, Question};
use super::{Status, letters};
use crate::audit;
use crate::challenges::{self, ChallengeId};
use crate::failure::Failure;
use crate::policy::Actor;
use crate::services::{Deed, Services};

/// How long a municipality has before it is reminded, and between two reminders: a question is worth most while the
/// proposal is still being written.
pub(super) const PATIENCE: TimeDelta = TimeDelta::days(3);

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
    let waiting: Vec<Question> =
        store::on(deed.conn(), id)?.into_iter().filter(|one| one.status == Status::Asked).collect();
    let since = waiting.iter().map(|one| one.asked_at).min().unwrap_or(now);
    letters::unanswered(deed, &brief, waiting.len(), since)?;
    let event = audit::Event::new("question.chase", "challenge", id.0)
        .in_prefecture(brief.subject.prefecture)
        .change(None, json!({"waiting": waiting.len()}));
    audit::record(deed, event)
}
