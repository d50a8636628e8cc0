//! What waits at a bureau's desk, mailed to those who work there, once a day or a week.

use diesel::prelude::*;
use serde_json::Value;

use super::preferences::{Category, Frequency, Preferences, Rhythm};
use super::queue::mail_member;
use super::{Kind, Letter, Link};
use crate::accounts::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role,
};
use crate::db::schema::{members, organizations};
use crate::db::{Json, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::locales;
use crate::moderation::{self, WaitingCounts, WaitingKind};
use crate::policy::Actor;
use crate::reference::Bureau;
use crate::services::{Deed, Services};

#[derive(Debug, Clone, Queryable)]
struct Officer {
    member: MemberId,
    last: Timestamp,
    preferences: Json<Value>,
    bureau: Option<String>,
    organization: OrganizationId,
}

impl Officer {
    fn is_due(&self, now: Timestamp) -> bool {
        rhythm(&self.preferences.0).is_some_and(|rhythm| self.last < rhythm.last(now))
    }
}

/// How often a bureau's member wants to hear of the desk.
fn rhythm(stored: &Value) -> Option<Rhythm> {
    match Preferences::stored(stored).of(Category::Moderation) {
        Frequency::Instant | Frequency::Daily => Some(Rhythm::Daily),
        Frequency::Weekly => Some(Rhythm::Weekly),
        Frequency::Off => None,
    }
}

/// Mails every overview of a desk that is due: to editors and admins of approved bureaus, one for all digests
/// missed while the service was down, none while nothing waits.
///
/// # Errors
/// `Busy` when the database does not answer.
pub async fn send_desk_digests(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let officers: Vec<Officer> = services
        .read(move |conn| {
            Ok(members::table
                .inner_join(organizations::table)
                .filter(organizations::kind.eq(OrganizationKind::Bureau))
                .filter(organizations::status.eq(OrganizationStatus::Approved))
                .filter(members::status.eq(MemberStatus::Active))
                .filter(members::role.eq_any([Role::Admin, Role::Editor]))
                .filter(members::last_digest_at.lt(Rhythm::Daily.last(now)))
                .select((
                    members::id,
                    members::last_digest_at,
                    members::preferences,
                    organizations::bureau,
                    organizations::id,
                ))
                .load(conn)?)
        })
        .await?;
    for officer in officers.into_iter().filter(|officer| officer.is_due(now)) {
        let member = officer.member;
        if let Err(failure) = services.perform(Actor::system(), move |deed| send(deed, &officer)).await {
            tracing::error!(member = %member, %failure, "no overview of the desk");
        }
    }
    Ok(false)
}

fn send(deed: &mut Deed<'_>, officer: &Officer) -> Result<(), Failure> {
    let now = deed.now();
    let row = members::table.find(officer.member).select((
        members::email,
        members::locale,
        members::last_digest_at,
    ));
    let (email, locale, last): (String, Locale, Timestamp) = lock_rows(row).get_result(deed.conn())?;
    if last != officer.last {
        // Another node was faster.
        return Ok(());
    }
    diesel::update(members::table.find(officer.member))
        .set(members::last_digest_at.eq(now))
        .execute(deed.conn())?;
    let Some(bureau) = officer.bureau.as_deref().and_then(|slug| Bureau::parse(slug).ok()) else {
        return Ok(());
    };
    let waiting = moderation::waiting_counts(deed.conn(), bureau)?;
    if waiting.total() == 0 {
        return Ok(());
    }
    let about = ("organization", officer.organization.0);
    let letter = Letter::new(Kind::ModerationDigest, about, Link::Page("/moderation".to_owned()))
        .with("bureau", bureau.name(locale))
        .with("count", waiting.total().to_string())
        .with("lines", lines(&waiting, locale));
    mail_member(deed, officer.member, email, locale, &letter)
}

/// One line for each kind of thing that waits.
fn lines(waiting: &WaitingCounts, locale: Locale) -> String {
    let line = |kind: &WaitingKind| match waiting.of(*kind) {
        0 => None,
        count => {
            let values = [("count", count.to_string())];
            Some(locales::text(locale, &format!("mail.desk_line.{kind}"), &values))
        }
    };
    WaitingKind::ALL.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}
