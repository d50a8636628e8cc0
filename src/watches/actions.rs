//! What is done with watches: one function a verb.

use diesel::prelude::*;
use serde_json::json;

use super::form::{Change, WatchForm, Wish};
use super::store::{self, Watch, Watcher};
use super::{Target, WatchId, WatcherId, view};
use crate::accounts::MemberId;
use crate::audit;
use crate::db::schema::{watch_requests, watchers, watches};
use crate::failure::Failure;
use crate::notices;
use crate::policy::{self, Action, Subject};
use crate::services::Deed;

/// Watches of one person, so that nobody's mail grows beyond reading.
const MOST: usize = 100;

/// Begins a member's watch; `false` when it ran already.
///
/// # Errors
/// `Invalid`, `NotFound` for what may not be seen; `Conflict`: `too_many_watches`.
pub fn begin(deed: &mut Deed<'_>, form: &WatchForm) -> Result<WatchId, Failure> {
    Ok(begun(deed, form)?.0.id)
}

pub(super) fn begun(deed: &mut Deed<'_>, form: &WatchForm) -> Result<(Watch, bool), Failure> {
    let by = deed.by().clone();
    policy::require(&by, Action::Watch, &Subject::default())?;
    let member = by.member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let wish = form.parse()?;
    if !view::is_shown(deed.conn(), &by, &wish.target)? {
        return Err(Failure::NotFound);
    }
    let watcher = store::watcher_of_member(deed, member)?;
    keep(deed, &watcher, &wish)
}

/// Keeps a wish, unless the watcher follows the same already.
pub(super) fn keep(deed: &mut Deed<'_>, watcher: &Watcher, wish: &Wish) -> Result<(Watch, bool), Failure> {
    let known = store::of(deed.conn(), watcher.id)?;
    if let Some(same) = known.iter().find(|watch| watch.target() == wish.target) {
        return Ok((same.clone(), false));
    }
    if known.len() >= MOST {
        return Err(Failure::Conflict("too_many_watches"));
    }
    let watch = Watch::new(watcher.id, wish, deed.now());
    diesel::insert_into(watches::table).values(&watch).execute(deed.conn())?;
    record(deed, "watch.begin", &watch)?;
    Ok((watch, true))
}

/// Changes how often a watch is told, or its name.
///
/// # Errors
/// `NotFound`, `Stale`.
pub(super) fn change(
    deed: &mut Deed<'_>,
    watcher: WatcherId,
    id: WatchId,
    version: Option<i32>,
    change: Change,
) -> Result<Watch, Failure> {
    policy::require(deed.by(), Action::Watch, &Subject::default())?;
    let before = store::find(deed.conn(), watcher, id)?;
    if version.is_some_and(|version| version != before.version) {
        return Err(Failure::Stale { current: before.version });
    }
    let mut next = before.clone();
    next.frequency = change.frequency.unwrap_or(before.frequency);
    next.name = change.name.unwrap_or_else(|| before.name.clone());
    if next == before {
        return Ok(before);
    }
    next.version = before.version.saturating_add(1);
    let written = diesel::update(watches::table.find(id).filter(watches::version.eq(before.version)))
        .set((
            watches::frequency.eq(next.frequency),
            watches::name.eq(&next.name),
            watches::version.eq(next.version),
        ))
        .execute(deed.conn())?;
    if written != 1 {
        return Err(Failure::Stale { current: store::find(deed.conn(), watcher, id)?.version });
    }
    if next.frequency != before.frequency {
        let now = deed.now();
        store::reschedule(deed.conn(), &next, now)?;
    }
    record(deed, "watch.change", &next)?;
    Ok(next)
}

/// Ends a watch; what waits to be told of it is dropped.
///
/// # Errors
/// `NotFound`.
pub(super) fn end(deed: &mut Deed<'_>, watcher: WatcherId, id: WatchId) -> Result<(), Failure> {
    policy::require(deed.by(), Action::Watch, &Subject::default())?;
    let watch = store::find(deed.conn(), watcher, id)?;
    store::forget(deed.conn(), watcher, &[id])?;
    record(deed, "watch.end", &watch)
}

/// Ends everything that an address without an account follows or asked to, and forgets the address.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub fn end_all_of(deed: &mut Deed<'_>, email: &str) -> Result<(), Failure> {
    diesel::delete(watch_requests::table.filter(watch_requests::email.eq(email))).execute(deed.conn())?;
    let Some(watcher) = store::known_address(deed.conn(), email)? else { return Ok(()) };
    for watch in store::of(deed.conn(), watcher.id)? {
        record(deed, "watch.end", &watch)?;
    }
    diesel::delete(watchers::table.find(watcher.id)).execute(deed.conn())?;
    Ok(())
}

/// Somebody who watched without an account has one now: the watches come along.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub fn adopt(deed: &mut Deed<'_>, member: MemberId, email: &str) -> Result<(), Failure> {
    diesel::update(watchers::table.filter(watchers::email.eq(email)))
        .set((watchers::member_id.eq(Some(member)), watchers::email.eq(None::<String>)))
        .execute(deed.conn())?;
    notices::welcome(deed, email, notices::Scope::Watches)
}

fn record(deed: &mut Deed<'_>, action: &'static str, watch: &Watch) -> Result<(), Failure> {
    let what = match watch.target() {
        Target::Challenge(id) => json!({"kind": watch.kind, "id": id, "frequency": watch.frequency}),
        Target::Solution(id) => json!({"kind": watch.kind, "id": id, "frequency": watch.frequency}),
        Target::ChallengeSearch(query) | Target::SolutionSearch(query) => {
            json!({"kind": watch.kind, "query": audit::digest(&query), "frequency": watch.frequency})
        }
    };
    audit::record(deed, audit::Event::new(action, "watch", watch.id.0).change(None, what))
}
