//! Telling a person everything that is due, in one mail.

use diesel::prelude::*;

use super::actions;
use super::store::{self, Event, Watcher};
use super::{About, Happening, WatchEventId, WatcherId, view};
use crate::audit;
use crate::challenges::{self, Card};
use crate::db::schema::{mails, watch_events, watch_lines, watchers};
use crate::db::{DbConn, lock_rows};
use crate::failure::Failure;
use crate::fields::Email;
use crate::locales;
use crate::notices::{self, Kind, Letter, Link, MailId, MailState};
use crate::policy::Actor;
use crate::questions::{self, QuestionId};
use crate::reference::Bureau;
use crate::services::{Deed, Services};
use crate::solutions::deployments::{self, DeploymentId};

/// Persons that one step serves.
const BATCH: i64 = 50;
/// Lines that a mail says; the rest is counted.
const LINES: usize = 50;
/// After so many mails in a row that an address did not take, its watches end.
const UNDELIVERED: i64 = 3;

/// Tells everyone for whom something is due, also what came due while the service was down. Answers whether there may be
/// more.
///
/// # Errors
/// `Busy` when the database does not answer.
pub(super) async fn tell_due(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let due: Vec<WatcherId> = services
        .read(move |conn| {
            Ok(watch_lines::table
                .filter(watch_lines::told_at.is_null())
                .filter(watch_lines::due_at.le(now))
                .select(watch_lines::watcher_id)
                .distinct()
                .limit(BATCH)
                .load(conn)?)
        })
        .await?;
    let mut served: i64 = 0;
    for watcher in &due {
        let watcher = *watcher;
        match services.perform(Actor::system(), move |deed| tell(deed, watcher)).await {
            Ok(()) => served += 1,
            Err(failure) => tracing::error!(watcher = %watcher, %failure, "watch news not told"),
        }
    }
    // One that failed stays due: going on at once would only fail again.
    Ok(served == BATCH)
}

fn tell(deed: &mut Deed<'_>, id: WatcherId) -> Result<(), Failure> {
    // Of two nodes one waits here, and then finds nothing left.
    let row = lock_rows(watchers::table.filter(watchers::id.eq(id)).select(watchers::id));
    let locked: Option<WatcherId> = row.get_result(deed.conn()).optional()?;
    if locked.is_none() {
        return Ok(());
    }
    let watcher: Watcher = watchers::table.find(id).select(Watcher::as_select()).first(deed.conn())?;
    let events = take(deed, id)?;
    let Some(reader) = store::reader(deed.conn(), &watcher)? else { return Ok(()) };
    let mut said = Vec::new();
    for event in &events {
        if let Some(line) = line(deed.conn(), &reader, event)? {
            said.push(line);
        }
    }
    let Some(first) = said.first().map(|line| line.title.clone()) else { return Ok(()) };
    let address = watcher.email.as_deref().map(Email::parse).transpose().map_err(Failure::internal)?;
    let page = match &address {
        Some(_) => format!("/watching?w={}", watcher.page_key.0.simple()),
        None => "/watches".to_owned(),
    };
    let locale = reader.locale();
    let letter = Letter::new(Kind::WatchNews, ("watcher", id.0), Link::Page(page))
        .with("count", said.len().to_string())
        .with("first", first)
        .with("lines", together(&said, deed.public_url(), locale));
    match (watcher.member_id, address) {
        (Some(member), _) => notices::tell(deed, member, &letter),
        (None, Some(address)) if is_dead(deed.conn(), &address)? => {
            let event = audit::Event::new("watcher.undeliverable", "watcher", id.0);
            audit::record(deed, event)?;
            actions::end_all_of(deed, address.as_str())
        }
        (None, Some(address)) => notices::mail(deed, &address, watcher.locale, &letter),
        (None, None) => Ok(()),
    }
}

/// What is due for a watcher, newest first, marked as told: also where it came by another watch that is due later.
fn take(deed: &mut Deed<'_>, id: WatcherId) -> Result<Vec<Event>, Failure> {
    let now = deed.now();
    let due = watch_lines::table
        .filter(watch_lines::watcher_id.eq(id))
        .filter(watch_lines::told_at.is_null())
        .filter(watch_lines::due_at.le(now))
        .select(watch_lines::event_id);
    let mut ids: Vec<WatchEventId> = due.load(deed.conn())?;
    ids.sort_unstable();
    ids.dedup();
    let mut events = Vec::new();
    for some in ids.chunks(500) {
        let lines = watch_lines::table
            .filter(watch_lines::watcher_id.eq(id))
            .filter(watch_lines::event_id.eq_any(some))
            .filter(watch_lines::told_at.is_null());
        diesel::update(lines).set(watch_lines::told_at.eq(Some(now))).execute(deed.conn())?;
        let rows: Vec<Event> = watch_events::table
            .filter(watch_events::id.eq_any(some))
            .select(Event::as_select())
            .load(deed.conn())?;
        events.extend(rows);
    }
    events.sort_by_key(|event| std::cmp::Reverse((event.happened_at, event.id)));
    Ok(events)
}

/// One thing that happened, in the reader's words.
struct Said {
    /// What, to what, where.
    title: String,
    /// Where to read on.
    path: String,
}

/// What a reader is told of an event; nothing when the reader may not see it now, or it is not so any more.
fn line(conn: &mut DbConn, reader: &Actor, event: &Event) -> Result<Option<Said>, Failure> {
    let (what, place, path) = match event.about() {
        About::Challenge(id) => {
            let card = challenges::cards(conn, reader, &[id])?.remove(&id);
            let Some(card) = card.filter(|card| card.status.is_published()) else { return Ok(None) };
            if event.happening == Happening::Answered && !is_read(conn, reader, &event.which)? {
                return Ok(None);
            }
            let place = place(reader, &card);
            (card.title, place, format!("/challenges/{id}"))
        }
        About::Solution(id) => {
            let Some(card) = view::solution(conn, reader, id)? else { return Ok(None) };
            if event.happening == Happening::DeploymentConfirmed && !is_confirmed(conn, &event.which)? {
                return Ok(None);
            }
            (card.name, card.vendor.name, format!("/solutions/{id}"))
        }
    };
    let key = format!("watches.line.{}.{}", event.subject_kind, event.happening);
    let title = locales::text(reader.locale(), &key, &[("what", what), ("place", place)]);
    Ok(Some(Said { title, path }))
}

/// The municipality, or its bureau while it stays unnamed.
fn place(reader: &Actor, card: &Card) -> String {
    match &card.municipality {
        Some(place) => place.name.clone(),
        None => Bureau::name_of(&card.bureau, reader.locale()),
    }
}

fn is_read(conn: &mut DbConn, reader: &Actor, which: &str) -> Result<bool, Failure> {
    match which.parse::<QuestionId>() {
        Ok(id) => questions::may_read(conn, reader, id),
        Err(_) => Ok(false),
    }
}

fn is_confirmed(conn: &mut DbConn, which: &str) -> Result<bool, Failure> {
    match which.parse::<DeploymentId>() {
        Ok(id) => deployments::is_confirmed(conn, id),
        Err(_) => Ok(false),
    }
}

/// The lines of a mail, each with its address.
fn together(said: &[Said], public_url: &str, locale: crate::accounts::Locale) -> String {
    let line = |one: &Said| {
        let title = locales::text(locale, "mail.digest_line", &[("title", one.title.clone())]);
        format!("{title}\n{public_url}{}", one.path)
    };
    let mut lines: Vec<String> = said.iter().take(LINES).map(line).collect();
    let rest = said.len().saturating_sub(LINES);
    if rest > 0 {
        lines.push(locales::text(locale, "mail.digest_rest", &[("count", rest.to_string())]));
    }
    lines.join("\n")
}

/// Whether the last mails of this kind to an address were all refused.
fn is_dead(conn: &mut DbConn, address: &Email) -> Result<bool, Failure> {
    let last: Vec<(MailId, MailState)> = mails::table
        .filter(mails::recipient.eq(address.as_str()))
        .filter(mails::kind.eq(Kind::WatchNews))
        .filter(mails::state.eq_any([MailState::Sent, MailState::Dead]))
        .order(mails::id.desc())
        .limit(UNDELIVERED)
        .select((mails::id, mails::state))
        .load(conn)?;
    let all = i64::try_from(last.len()).is_ok_and(|count| count == UNDELIVERED);
    Ok(all && last.iter().all(|(_, state)| *state == MailState::Dead))
}
