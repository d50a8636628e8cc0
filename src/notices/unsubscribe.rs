//! One-click unsubscribe (RFC 8058): a link for each address and kind of message, which works without signing in.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::preferences::{Category, Preferences};
use super::{MailState, UnsubscribeLinkId, store};
use crate::accounts::{Locale, MemberId};
use crate::audit;
use crate::db::schema::{mails, members, unsubscribe_links};
use crate::db::{Both, DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::services::Deed;
use crate::text_enum;
use crate::watches;

text_enum! {
    /// What a link switches off.
    pub enum Scope {
        /// [`Category::Organization`].
        Organization = "organization",
        /// [`Category::Challenges`].
        Challenges = "challenges",
        /// [`Category::Solutions`].
        Solutions = "solutions",
        /// [`Category::Confirmations`].
        Confirmations = "confirmations",
        /// [`Category::Deployments`].
        Deployments = "deployments",
        /// [`Category::Matches`].
        Matches = "matches",
        /// [`Category::Proposals`].
        Proposals = "proposals",
        /// [`Category::Moderation`].
        Moderation = "moderation",
        /// Rounds and sessions.
        Rounds = "rounds",
        /// [`Category::Watches`]; without an account every watch of the address ends.
        Watches = "watches",
        /// Everything that comes in daily or weekly digests.
        Digests = "digests",
    }
}

impl Scope {
    fn category(self) -> Option<Category> {
        Category::parse(self.as_str()).ok()
    }
}

impl From<Category> for Scope {
    fn from(category: Category) -> Self {
        match category {
            Category::Organization => Self::Organization,
            Category::Challenges => Self::Challenges,
            Category::Solutions => Self::Solutions,
            Category::Confirmations => Self::Confirmations,
            Category::Deployments => Self::Deployments,
            Category::Matches => Self::Matches,
            Category::Proposals => Self::Proposals,
            Category::Rounds => Self::Rounds,
            Category::Watches => Self::Watches,
            Category::Moderation => Self::Moderation,
        }
    }
}

/// A link and what is known of it.
#[derive(Debug, Queryable)]
pub(super) struct UnsubscribeLink {
    id: UnsubscribeLinkId,
    email: String,
    /// What it switches off.
    pub(super) scope: Scope,
    /// Since when the address without an account wants no more.
    refused_at: Option<Timestamp>,
}

impl UnsubscribeLink {
    /// Whether the address said that it wants no more of this.
    pub(super) fn is_refused(&self) -> bool {
        self.refused_at.is_some()
    }

    /// Its address; the parameter is not called token, for that is the name of links that act for an account.
    pub(super) fn url(&self, public_url: &str) -> String {
        format!("{public_url}/unsubscribe?u={}", self.id.0.simple())
    }

    /// Where the page's button leads.
    pub(super) fn path(&self, locale: Locale) -> String {
        format!("/unsubscribe?u={}&lang={locale}", self.id.0.simple())
    }
}

const COLUMNS: (
    unsubscribe_links::id,
    unsubscribe_links::email,
    unsubscribe_links::scope,
    unsubscribe_links::refused_at,
) = (
    unsubscribe_links::id,
    unsubscribe_links::email,
    unsubscribe_links::scope,
    unsubscribe_links::refused_at,
);

/// The link of an address for a scope, always the same one.
pub(super) fn link_for(deed: &mut Deed<'_>, email: &str, scope: Scope) -> Result<UnsubscribeLink, Failure> {
    let now = deed.now();
    Both(
        diesel::insert_into(unsubscribe_links::table)
            .values((
                unsubscribe_links::id.eq(UnsubscribeLinkId(Uuid::new_v4())),
                unsubscribe_links::email.eq(email),
                unsubscribe_links::scope.eq(scope),
                unsubscribe_links::created_at.eq(now),
            ))
            .on_conflict_do_nothing(),
    )
    .execute(deed.conn())?;
    let link = unsubscribe_links::table
        .filter(unsubscribe_links::email.eq(email))
        .filter(unsubscribe_links::scope.eq(scope))
        .select(COLUMNS)
        .first(deed.conn())?;
    Ok(link)
}

/// The link behind the parameter of a request.
///
/// # Errors
/// `NotFound` when it is none of ours.
pub(super) fn find(conn: &mut DbConn, parameter: &str) -> Result<UnsubscribeLink, Failure> {
    let id = Uuid::parse_str(parameter).map_err(|_| Failure::NotFound)?;
    Ok(unsubscribe_links::table.find(UnsubscribeLinkId(id)).select(COLUMNS).first(conn)?)
}

/// Switches off what the link stands for: a member's choice, or mail to an address without an account. Mails
/// that wait are taken back. Doing it again changes nothing.
///
/// # Errors
/// `NotFound` when the link is none of ours.
pub(super) fn act(deed: &mut Deed<'_>, parameter: &str) -> Result<UnsubscribeLink, Failure> {
    let link = find(deed.conn(), parameter)?;
    let url = link.url(deed.public_url());
    diesel::delete(
        mails::table
            .filter(mails::unsubscribe_url.eq(&url))
            .filter(mails::state.eq_any([MailState::Queued, MailState::Failed])),
    )
    .execute(deed.conn())?;
    let member: Option<(MemberId, Json<Value>)> = members::table
        .filter(members::email.eq(&link.email))
        .select((members::id, members::preferences))
        .first(deed.conn())
        .optional()?;
    match member {
        Some((member, Json(stored))) => switch_off(deed, member, &stored, link.scope)?,
        None => refuse(deed, &link)?,
    }
    Ok(link)
}

fn switch_off(deed: &mut Deed<'_>, member: MemberId, stored: &Value, scope: Scope) -> Result<(), Failure> {
    let before = Preferences::stored(stored);
    let after = match scope.category() {
        Some(category) => before.without(category),
        None => before.without_digests(),
    };
    if after != before {
        store::save_preferences(deed, member, None, &after)?;
        let event = audit::Event::new("member.unsubscribe", "member", member.0);
        audit::record(deed, event.change(json!(before), json!(after)))?;
    }
    Ok(())
}

/// For how long an address that stopped its watches is not even asked whether it wants another.
const PEACE: TimeDelta = TimeDelta::hours(24);

/// Whether an address without an account said a short while ago that it wants no more of this.
///
/// # Errors
/// `Internal` when the row cannot be read.
pub fn is_left_in_peace(
    conn: &mut DbConn,
    email: &str,
    scope: Scope,
    now: Timestamp,
) -> Result<bool, Failure> {
    let found: i64 = unsubscribe_links::table
        .filter(unsubscribe_links::email.eq(email))
        .filter(unsubscribe_links::scope.eq(scope))
        .filter(unsubscribe_links::refused_at.gt(now.plus(-PEACE)))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// An address without an account asks for these mails again.
///
/// # Errors
/// `Internal` when the row cannot be written.
pub fn welcome(deed: &mut Deed<'_>, email: &str, scope: Scope) -> Result<(), Failure> {
    diesel::update(unsubscribe_links::table)
        .filter(unsubscribe_links::email.eq(email))
        .filter(unsubscribe_links::scope.eq(scope))
        .set(unsubscribe_links::refused_at.eq(None::<Timestamp>))
        .execute(deed.conn())?;
    Ok(())
}

fn refuse(deed: &mut Deed<'_>, link: &UnsubscribeLink) -> Result<(), Failure> {
    let now = deed.now();
    let refused = diesel::update(unsubscribe_links::table.find(link.id))
        .filter(unsubscribe_links::refused_at.is_null())
        .set(unsubscribe_links::refused_at.eq(Some(now)))
        .execute(deed.conn())?;
    if link.scope == Scope::Watches {
        watches::end_all_of(deed, &link.email)?;
    }
    if refused > 0 {
        let after = json!({"email": audit::digest(&link.email), "scope": link.scope});
        audit::record(
            deed,
            audit::Event::new("address.unsubscribe", "unsubscribe_link", link.id.0).change(None, after),
        )?;
    }
    Ok(())
}
