//! What happens to a session by the clock: when its time is over it counts as held, and both sides are asked what came of it.
//!
//! Several nodes may run this at once: each row is taken by a conditional update in the deed that also asks.

use std::time::Duration;

use super::states::Step;
use super::store;
use super::{RoundSessionId, actions, letters};
use crate::failure::Failure;
use crate::policy::Actor;
use crate::rounds;
use crate::services::{Deed, Services};

/// How long a node rests between two looks for sessions that are over.
pub const ENDS_EVERY: Duration = Duration::from_secs(5);

/// How many sessions one step takes, each in a deed of its own.
const AT_ONCE: i64 = 20;

/// Marks sessions as held whose time is over, and asks what came of them. Answers whether there may be more.
///
/// # Errors
/// `Busy`, or `Internal` when the database fails; the rest is done by the next step.
pub async fn hold_due(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let due = services.read(move |conn| store::ended(conn, now, AT_ONCE)).await?;
    let more = !due.is_empty();
    for id in due {
        services.perform(Actor::system(), move |deed| hold(deed, id)).await?;
    }
    Ok(more)
}

fn hold(deed: &mut Deed<'_>, id: RoundSessionId) -> Result<(), Failure> {
    let session = store::lock(deed.conn(), id)?;
    // Another node was faster, or the bureau called it off meanwhile.
    if session.status.after(Step::Hold).is_none() {
        return Ok(());
    }
    let by = deed.by().clone();
    let round = rounds::seen(deed.conn(), &by, session.round_id)?;
    let held = actions::finish(deed, &round, &session, session.clone(), ("session.hold", Step::Hold))?;
    letters::asked_for_outcome(deed, &held)
}
