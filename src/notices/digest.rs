//! Notices that wait, gathered into one mail a day or a week for each member.

use diesel::prelude::*;
use serde_json::Value;

use super::letter::in_words;
use super::queue::mail_member;
use super::{Delivery, Kind, Letter, Link, render, store};
use crate::accounts::{Locale, MemberId, MemberStatus};
use crate::db::schema::{members, notices};
use crate::db::{Json, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::locales;
use crate::policy::Actor;
use crate::services::{Deed, Services};

/// How many members one step serves.
const BATCH: i64 = 50;
/// How many notices a mail names; the rest is counted.
const LINES: usize = 50;

/// Mails every digest that is due, also those missed while the service was down. A notice is marked in the
/// transaction that queues its mail, so it is in one digest and never in two. Answers whether there may be more.
///
/// # Errors
/// `Busy` when the database does not answer.
pub async fn send_digests(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let due: Vec<MemberId> = services
        .read(move |conn| {
            Ok(notices::table
                .filter(notices::delivery.eq(Delivery::Digest))
                .filter(notices::digest_at.le(now))
                .select(notices::member_id)
                .distinct()
                .limit(BATCH)
                .load(conn)?)
        })
        .await?;
    let mut served: i64 = 0;
    for member in &due {
        let member = *member;
        match services.perform(Actor::system(), move |deed| send(deed, member)).await {
            Ok(()) => served += 1,
            Err(failure) => tracing::error!(member = %member, %failure, "no digest"),
        }
    }
    // One that failed stays due: going on at once would only fail again.
    Ok(served == BATCH)
}

fn send(deed: &mut Deed<'_>, member: MemberId) -> Result<(), Failure> {
    let now = deed.now();
    // Of two nodes one waits here, and then finds nothing left.
    let row = members::table.find(member).select((members::email, members::locale, members::status));
    let (email, locale, status): (String, Locale, MemberStatus) = lock_rows(row).get_result(deed.conn())?;
    let waiting: Vec<store::Stored> = notices::table
        .filter(notices::member_id.eq(member))
        .filter(notices::delivery.eq(Delivery::Digest))
        .filter(notices::digest_at.le(now))
        .order(notices::id.desc())
        .select(store::STORED)
        .load(deed.conn())?;
    let active = status == MemberStatus::Active;
    mark(deed, member, now, if active { Delivery::Digested } else { Delivery::AppOnly })?;
    if waiting.is_empty() || !active {
        return Ok(());
    }
    let letter = Letter::new(Kind::Digest, ("member", member.0), Link::Page("/notices".to_owned()))
        .with("count", waiting.len().to_string())
        .with("lines", lines(&waiting, locale));
    mail_member(deed, member, email, locale, &letter)
}

fn mark(deed: &mut Deed<'_>, member: MemberId, now: Timestamp, delivery: Delivery) -> Result<(), Failure> {
    diesel::update(
        notices::table
            .filter(notices::member_id.eq(member))
            .filter(notices::delivery.eq(Delivery::Digest))
            .filter(notices::digest_at.le(now)),
    )
    .set(notices::delivery.eq(delivery))
    .execute(deed.conn())?;
    Ok(())
}

fn lines(waiting: &[store::Stored], locale: Locale) -> String {
    let line = |notice: &store::Stored| {
        locales::text(locale, "mail.digest_line", &[("title", title(notice, locale))])
    };
    let mut lines: Vec<String> = waiting.iter().take(LINES).map(line).collect();
    let rest = waiting.len().saturating_sub(LINES);
    if rest > 0 {
        lines.push(locales::text(locale, "mail.digest_rest", &[("count", rest.to_string())]));
    }
    lines.join("\n")
}

/// What a notice is about, in one line.
pub(super) fn title(notice: &store::Stored, locale: Locale) -> String {
    let facts: Vec<(&str, String)> = notice
        .facts
        .0
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| value.as_str().map(|value| in_words(locale, name, value)))
        .collect();
    render::title(notice.kind, &facts, locale)
}

/// Where a notice leads; nowhere when its link was a secret.
pub(super) fn path(notice: &store::Stored) -> Option<String> {
    let Json(facts) = &notice.facts;
    facts.get("path").and_then(Value::as_str).map(str::to_owned)
}
