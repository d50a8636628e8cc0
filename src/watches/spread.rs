//! Which watches an event concerns: a line for each.
//!
//! A search is told of what is published into it, and of the first change to something in it that its follower was never
//! told of before. Found with the follower's own sight, as the list would find it at that moment.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::store::{self, Event, Watch, Watcher};
use super::{About, Happening, Kind, WatchEventId, WatchId, WatcherId};
use crate::challenges;
use crate::db::schema::{watch_events, watch_lines, watchers, watches};
use crate::db::{DbConn, Timestamp};
use crate::each_engine;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::notices::Frequency;
use crate::policy::{Actor, Sight, sight};
use crate::services::{Deed, Services};
use crate::solutions;

/// Events that one step looks at.
const AT_ONCE: i64 = 20;
/// Lines written in one statement, well below what either engine can bind.
const CHUNK: usize = 500;
/// The index of every node has read a change by then: it follows within a second.
const SETTLED: TimeDelta = TimeDelta::seconds(2);

/// An event with the watches it concerns.
type Found = (WatchEventId, Vec<WatchId>);

/// Spreads what happened since the last step. Answers whether there may be more.
///
/// # Errors
/// `Busy` or `Internal`; the rest is done by the next step.
pub(super) async fn spread(services: &Services, ranking: &Ranking) -> Result<bool, Failure> {
    let now = services.clock().now();
    let ranking = ranking.clone();
    let look = move |conn: &mut DbConn| {
        let events: Vec<Event> = watch_events::table
            .filter(watch_events::spread_at.is_null())
            .filter(watch_events::happened_at.le(now.plus(-SETTLED)))
            .order((watch_events::happened_at, watch_events::id))
            .limit(AT_ONCE)
            .select(Event::as_select())
            .load(conn)?;
        events.iter().map(|event| Ok((event.id, concerned(conn, &ranking, event)?))).collect()
    };
    services.take_up(look, file).await
}

/// The watches that an event concerns.
fn concerned(conn: &mut DbConn, ranking: &Ranking, event: &Event) -> Result<Vec<WatchId>, Failure> {
    let mut found = followers(conn, event)?;
    let (kind, searched) = match event.about() {
        About::Challenge(_) => (
            Kind::ChallengeSearch,
            matches!(event.happening, Happening::Published | Happening::Amended | Happening::DeadlineChanged),
        ),
        About::Solution(_) => {
            (Kind::SolutionSearch, matches!(event.happening, Happening::Published | Happening::Changed))
        }
    };
    if searched {
        found.extend(searching(conn, ranking, event, kind)?);
    }
    Ok(found)
}

/// Those that follow the thing itself, and did so when it happened.
fn followers(conn: &mut DbConn, event: &Event) -> Result<Vec<WatchId>, Failure> {
    let rows = watches::table.filter(watches::created_at.le(event.happened_at)).select(watches::id);
    Ok(match event.about() {
        About::Challenge(id) => rows.filter(watches::challenge_id.eq(id)).load(conn)?,
        About::Solution(id) => rows.filter(watches::solution_id.eq(id)).load(conn)?,
    })
}

/// Those of `kind` whose search finds the thing.
fn searching(
    conn: &mut DbConn,
    ranking: &Ranking,
    event: &Event,
    kind: Kind,
) -> Result<Vec<WatchId>, Failure> {
    let rows: Vec<(Watch, Watcher)> = watches::table
        .inner_join(watchers::table)
        .filter(watches::kind.eq(kind))
        .filter(watches::created_at.le(event.happened_at))
        .select((Watch::as_select(), Watcher::as_select()))
        .load(conn)?;
    let mut readers: HashMap<WatcherId, Option<Actor>> = HashMap::new();
    // Many follow the same search with the same sight.
    let mut known: HashMap<String, Vec<(Sight, bool)>> = HashMap::new();
    let mut found = Vec::new();
    for (watch, watcher) in rows {
        if event.happening != Happening::Published && has_heard(conn, watcher.id, event)? {
            continue;
        }
        let reader = match readers.get(&watcher.id) {
            Some(reader) => reader.clone(),
            None => store::reader(conn, &watcher)?,
        };
        readers.insert(watcher.id, reader.clone());
        let Some(sight) = reader.as_ref().map(sight) else { continue };
        let query = watch.query.unwrap_or_default();
        let answers = known.entry(query.clone()).or_default();
        let answer = match answers.iter().find(|(other, _)| *other == sight) {
            Some((_, answer)) => *answer,
            None => {
                let answer = finds(conn, ranking, &sight, &query, event)?;
                answers.push((sight, answer));
                answer
            }
        };
        if answer {
            found.push(watch.id);
        }
    }
    Ok(found)
}

/// Whether a watcher was, or is to be, told anything of the thing.
fn has_heard(conn: &mut DbConn, watcher: WatcherId, event: &Event) -> Result<bool, Failure> {
    let heard: i64 = watch_lines::table
        .inner_join(watch_events::table)
        .filter(watch_lines::watcher_id.eq(watcher))
        .filter(watch_events::subject_kind.eq(&event.subject_kind))
        .filter(watch_events::subject_id.eq(event.subject_id))
        .count()
        .get_result(conn)?;
    Ok(heard > 0)
}

fn finds(
    conn: &mut DbConn,
    ranking: &Ranking,
    sight: &Sight,
    query: &str,
    event: &Event,
) -> Result<bool, Failure> {
    let found = match event.about() {
        About::Challenge(id) => challenges::finds(conn, sight, ranking, query, id),
        About::Solution(id) => solutions::finds(conn, sight, ranking, query, id),
    };
    match found {
        // A filter that the reference data no longer knows finds nothing; its follower sees that on the list.
        Err(Failure::Invalid(_)) => Ok(false),
        other => other,
    }
}

#[derive(Insertable)]
#[diesel(table_name = watch_lines, check_for_backend(crate::db::MultiBackend))]
struct Line {
    watch_id: WatchId,
    event_id: WatchEventId,
    watcher_id: WatcherId,
    due_at: Timestamp,
}

/// Writes the lines of an event, unless another node did.
fn file(deed: &mut Deed<'_>, (event, concerned): Found) -> Result<(), Failure> {
    let now = deed.now();
    let taken = diesel::update(watch_events::table.find(event).filter(watch_events::spread_at.is_null()))
        .set(watch_events::spread_at.eq(Some(now)))
        .execute(deed.conn())?;
    if taken == 0 {
        return Ok(());
    }
    for ids in concerned.chunks(CHUNK) {
        // Some may have ended since they were found.
        let rows: Vec<(WatchId, WatcherId, Frequency)> = watches::table
            .filter(watches::id.eq_any(ids))
            .select((watches::id, watches::watcher_id, watches::frequency))
            .load(deed.conn())?;
        let line = |(watch_id, watcher_id, frequency)| Line {
            watch_id,
            event_id: event,
            watcher_id,
            due_at: store::due(frequency, now),
        };
        let lines: Vec<Line> = rows.into_iter().map(line).collect();
        each_engine!(deed.conn(), c => diesel::insert_into(watch_lines::table).values(&lines).execute(c))?;
    }
    tracing::debug!(event = %event, watches = concerned.len(), "news spread");
    Ok(())
}
