//! Watches without an account: asked for with an address, begun by the link mailed to it.
//!
//! Nothing is kept of an address but the request until its link is followed, and every request is answered alike, so that
//! it does not tell who has an account or watches already.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

use super::actions;
use super::form::{WatchForm, Wish};
use super::store::{self, Request, Watcher};
use super::{WatchRequestId, view};
use crate::accounts::links::{self, Dead, Purpose};
use crate::accounts::{Locale, Secret};
use crate::audit;
use crate::db::schema::watch_requests;
use crate::db::{DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::fields::Email;
use crate::notices::{self, Kind, Letter, Link, Scope};
use crate::policy::{self, Action, Actor, Origin, Subject, Who};
use crate::services::{Deed, Services};

/// Mails that one address can be sent about new watches in an hour, and in a day.
const MAILS_PER_HOUR: i64 = 5;
const MAILS_PER_DAY: i64 = 15;

/// Anybody, reading in a language: what a watch without an account may be told.
pub(super) fn anybody(locale: Locale) -> Actor {
    Actor { who: Who::Public, origin: Origin { locale: Some(locale), ..Origin::default() } }
}

/// Puts a wish aside and mails its link.
///
/// # Errors
/// `Invalid`; `NotFound` for what not everybody may see; `Busy`.
pub(super) async fn ask(services: &Services, visitor: &Actor, form: &WatchForm) -> Result<(), Failure> {
    let (email, wish) = form.parse_by_mail()?;
    let locale = visitor.locale();
    services.perform(visitor.clone(), move |deed| put_aside(deed, &email, locale, wish)).await
}

fn put_aside(deed: &mut Deed<'_>, email: &Email, locale: Locale, wish: Wish) -> Result<(), Failure> {
    let Some(what) = view::title(deed.conn(), &anybody(locale), &wish.target)? else {
        return Err(Failure::NotFound);
    };
    let now = deed.now();
    let (hour, day) =
        (asked_since(deed, email, TimeDelta::hours(1))?, asked_since(deed, email, TimeDelta::days(1))?);
    let request = Request {
        id: WatchRequestId::new(),
        email: email.to_string(),
        locale,
        wish: Json(wish),
        created_at: now,
        expires_at: now.plus(Purpose::WatchConfirmation.lifetime()),
    };
    if hour >= MAILS_PER_HOUR || day >= MAILS_PER_DAY {
        tracing::warn!(email = %email.masked(), "no more mails about new watches for now");
        return Ok(());
    }
    if notices::is_left_in_peace(deed.conn(), email.as_str(), Scope::Watches, now)? {
        tracing::info!(email = %email.masked(), "not asked: the address has just stopped its watches");
        return Ok(());
    }
    notices::welcome(deed, email.as_str(), Scope::Watches)?;
    diesel::insert_into(watch_requests::table).values(&request).execute(deed.conn())?;
    let token = links::make(deed, Purpose::WatchConfirmation, request.id.0, email)?;
    let event = audit::Event::new("watch.request", "watch_request", request.id.0)
        .change(None, json!({"email": audit::digest(email.as_str())}));
    audit::record(deed, event)?;
    let link = Link::Secret { path: "/watch-confirmation", token };
    let letter = Letter::new(Kind::ConfirmWatch, ("watch_request", request.id.0), link).with("what", what);
    notices::mail(deed, email, locale, &letter)
}

fn asked_since(deed: &mut Deed<'_>, email: &Email, span: TimeDelta) -> Result<i64, Failure> {
    let since = deed.now().plus(-span);
    let asked = watch_requests::table
        .filter(watch_requests::email.eq(email.as_str()))
        .filter(watch_requests::created_at.gt(since))
        .count();
    Ok(asked.get_result(deed.conn())?)
}

/// What a link would begin: the thing in words and where to read it.
///
/// # Errors
/// `Internal` when the rows cannot be read; the inner [`Dead`] when the link does not act.
pub(super) fn peek(
    conn: &mut DbConn,
    now: Timestamp,
    token: &Secret,
) -> Result<Result<(Option<String>, Wish), Dead>, Failure> {
    let target = match links::peek(conn, now, Purpose::WatchConfirmation, token)? {
        Ok(target) => target,
        Err(dead) => return Ok(Err(dead)),
    };
    let request = watch_requests::table
        .find(WatchRequestId(target.subject))
        .select(Request::as_select())
        .first(conn)
        .optional()?;
    let Some(request) = request else { return Ok(Err(Dead::Unknown)) };
    let title = view::title(conn, &anybody(request.locale), &request.wish.0.target)?;
    Ok(Ok((title, request.wish.0)))
}

/// Begins the watch behind a link, for the member who signs in with the address if there is one by now; the watcher.
///
/// # Errors
/// `Invalid` at `/token`; `Conflict`: `too_many_watches`.
pub(super) fn confirm(deed: &mut Deed<'_>, token: &Secret) -> Result<Watcher, Failure> {
    policy::require(deed.by(), Action::Watch, &Subject::default())?;
    let target = links::redeem(deed, Purpose::WatchConfirmation, token)?;
    let id = WatchRequestId(target.subject);
    let request: Request = watch_requests::table
        .find(id)
        .select(Request::as_select())
        .first(deed.conn())
        .optional()?
        .ok_or(Dead::Unknown)?;
    let email = Email::parse(&request.email).map_err(Failure::internal)?;
    let watcher = match store::member_of(deed.conn(), email.as_str())? {
        Some(member) => store::watcher_of_member(deed, member)?,
        None => store::watcher_of_address(deed, &email, request.locale)?,
    };
    notices::welcome(deed, email.as_str(), Scope::Watches)?;
    actions::keep(deed, &watcher, &request.wish.0)?;
    diesel::delete(watch_requests::table.find(id)).execute(deed.conn())?;
    Ok(watcher)
}
