//! A member's calendar: an address that a calendar program reads without signing in. The secret in it is shown once and kept
//! as a hash; a new one ends the old. It stands in the query, which request logs drop.

use diesel::prelude::*;

use super::letters;
use super::store::{self, Session};
use crate::accounts::{MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Secret};
use crate::appointments::{self, Method};
use crate::audit;
use crate::db::DbConn;
use crate::db::schema::{calendar_feeds, members, organizations};
use crate::failure::Failure;
use crate::services::{Deed, Services};

/// Makes the member's address anew; the old one ends.
pub(super) fn make(deed: &mut Deed<'_>) -> Result<String, Failure> {
    let member = deed.by().member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    end(deed)?;
    let (secret, now) = (Secret::generate(), deed.now());
    diesel::insert_into(calendar_feeds::table)
        .values((
            calendar_feeds::member_id.eq(member),
            calendar_feeds::token_hash.eq(secret.hash()),
            calendar_feeds::created_at.eq(now),
        ))
        .execute(deed.conn())?;
    audit::record(deed, audit::Event::new("calendar.make_address", "member", member.0))?;
    Ok(format!("{}/calendar?key={}", deed.public_url(), secret.reveal()))
}

/// Ends the member's address, if there is one.
pub(super) fn end(deed: &mut Deed<'_>) -> Result<(), Failure> {
    let member = deed.by().member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let gone = diesel::delete(calendar_feeds::table.find(member)).execute(deed.conn())?;
    if gone == 0 {
        return Ok(());
    }
    audit::record(deed, audit::Event::new("calendar.end_address", "member", member.0))
}

/// Whether the member has an address.
pub(super) fn is_made(conn: &mut DbConn, member: MemberId) -> Result<bool, Failure> {
    let count: i64 = calendar_feeds::table.find(member).count().get_result(conn)?;
    Ok(count > 0)
}

/// The sessions that concern the members of an organization: its own, or those of its rounds.
pub(super) fn sessions_for(
    conn: &mut DbConn,
    organization: OrganizationId,
    kind: OrganizationKind,
) -> Result<Vec<Session>, Failure> {
    match kind {
        OrganizationKind::Bureau => store::of_bureau(conn, organization),
        _ => store::of_party(conn, organization),
    }
}

/// The calendar behind an address.
///
/// # Errors
/// `NotFound` when nobody has it any more, or its member or organization may not read any more.
pub(super) async fn read(services: &Services, secret: Secret) -> Result<String, Failure> {
    let (public_url, now) = (services.public_url().to_owned(), services.clock().now());
    services
        .read(move |conn| {
            let (organization, kind): (OrganizationId, OrganizationKind) = calendar_feeds::table
                .inner_join(members::table.inner_join(organizations::table))
                .filter(calendar_feeds::token_hash.eq(secret.hash()))
                .filter(members::status.eq(MemberStatus::Active))
                .filter(organizations::status.eq(OrganizationStatus::Approved))
                .select((organizations::id, organizations::kind))
                .first(conn)?;
            let sessions = sessions_for(conn, organization, kind)?;
            let names = store::names(conn, &sessions)?;
            let all: Vec<_> =
                sessions.iter().filter_map(|one| letters::appointment(one, &names, &public_url)).collect();
            let name =
                crate::locales::text(crate::accounts::Locale::Ja, "sessions.appointment.calendar", &[]);
            Ok(appointments::calendar(Method::Publish, &name, &all, (&public_url, ""), now))
        })
        .await
}
