//! What the clock does to a round: its windows open and close, each told once, and after the last it is over.
//!
//! Several nodes may run this at once: a round's row is locked and its place on the clock moved in the same deed that
//! tells of it, so that one of them does it. After a downtime every turn that was missed is taken in its order; what
//! opened and closed meanwhile is not announced as open any more.

use std::time::Duration;

use serde_json::json;

use super::states::{Status, Step};
use super::store::{self, Round};
use super::windows::{Turn, WindowKind};
use super::{RoundId, actions, letters};
use crate::audit;
use crate::failure::Failure;
use crate::policy::Actor;
use crate::services::{Deed, Services};

/// How long a node rests between two looks for turns.
pub const TURNS_EVERY: Duration = Duration::from_secs(3);

/// How many rounds one step takes, each in a deed of its own.
const AT_ONCE: i64 = 20;

/// Takes the turns that are due. Answers whether there may be more.
///
/// # Errors
/// `Busy`, or `Internal` when the database fails; the rest is done by the next step.
pub async fn turn_due(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let due = services.read(move |conn| store::due(conn, now, AT_ONCE)).await?;
    let more = !due.is_empty();
    for id in due {
        services.perform(Actor::system(), move |deed| turn(deed, id)).await?;
    }
    Ok(more)
}

fn turn(deed: &mut Deed<'_>, id: RoundId) -> Result<(), Failure> {
    let round = store::lock(deed.conn(), id)?;
    let now = deed.now();
    let (Status::Announced, Some(until)) = (round.status, round.turned_until) else { return Ok(()) };
    let due: Vec<Turn> =
        round.windows().turns().into_iter().filter(|turn| until < turn.at && turn.at <= now).collect();
    if due.is_empty() {
        return Ok(());
    }
    let mut next = round.clone();
    next.turned_until = Some(now);
    next.next_turn_at = round.windows().next_turn(now);
    let over = due.iter().any(|turn| turn.kind == WindowKind::Sessions && !turn.opens);
    let next = if over { finished(deed, &round, next)? } else { moved(deed, &round, next)? };
    for turn in &due {
        note(deed, &next, *turn)?;
        // Whoever reads it now could not act on it any more.
        let gone = turn.opens && round.windows().of(turn.kind).closes_at() <= now;
        if !gone {
            letters::turned(deed, &next, *turn)?;
        }
    }
    Ok(())
}

/// Moves the place on the clock.
fn moved(deed: &mut Deed<'_>, round: &Round, mut next: Round) -> Result<Round, Failure> {
    let now = deed.now();
    store::update(deed.conn(), round, &mut next, now)?;
    Ok(next)
}

/// The last window has closed.
fn finished(deed: &mut Deed<'_>, round: &Round, mut next: Round) -> Result<Round, Failure> {
    next.next_turn_at = None;
    next.ended_at = Some(deed.now());
    actions::finish(deed, round, next, ("round.end", Step::End), json!({"by": "clock"}))
}

fn note(deed: &mut Deed<'_>, round: &Round, turn: Turn) -> Result<(), Failure> {
    let action = if turn.opens { "round.open_window" } else { "round.close_window" };
    let event = audit::Event::new(action, "round", round.id.0)
        .in_prefecture(round.prefecture())
        .change(None, json!({"window": turn.kind, "at": turn.at}));
    audit::record(deed, event)
}
