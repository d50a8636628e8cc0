//! From a token to the member who acts, read anew for each request.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role, SessionId,
    access_token,
};
use crate::db::schema::{members, organizations, sessions};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::ActingMember;
use crate::reference::Bureau;

#[derive(Queryable)]
struct Row {
    session_expires_at: Timestamp,
    session_revoked_at: Option<Timestamp>,
    session_last_used_at: Timestamp,
    member_status: MemberStatus,
    role: Role,
    locale: Locale,
    organization: OrganizationId,
    kind: OrganizationKind,
    organization_status: OrganizationStatus,
    prefecture: Option<i32>,
    bureau: Option<String>,
    municipality_code: Option<String>,
}

/// Who an access token stands for now: the session lives, the member may sign in, and role and standing are
/// what they are at this moment.
///
/// # Errors
/// `Unauthenticated`: `token_invalid`, `token_expired`, `session_ended`.
pub fn bearer(
    conn: &mut DbConn,
    now: Timestamp,
    idle: TimeDelta,
    token: &str,
) -> Result<ActingMember, Failure> {
    let (member, session) = access_token::verify(conn, now, token)?;
    acting_member(conn, now, idle, member, session)
}

/// The member behind a session that lives.
///
/// # Errors
/// `Unauthenticated`: `session_ended`.
pub fn acting_member(
    conn: &mut DbConn,
    now: Timestamp,
    idle: TimeDelta,
    member: MemberId,
    session: SessionId,
) -> Result<ActingMember, Failure> {
    let ended = || Failure::Unauthenticated("session_ended");
    let row: Row = sessions::table
        .inner_join(members::table.inner_join(organizations::table))
        .filter(sessions::id.eq(session))
        .filter(members::id.eq(member))
        .select((
            sessions::expires_at,
            sessions::revoked_at,
            sessions::last_used_at,
            members::status,
            members::role,
            members::locale,
            organizations::id,
            organizations::kind,
            organizations::status,
            organizations::prefecture,
            organizations::bureau,
            organizations::municipality_code,
        ))
        .first(conn)
        .optional()?
        .ok_or_else(ended)?;
    let lives = row.session_revoked_at.is_none()
        && row.session_expires_at > now
        && row.session_last_used_at.plus(idle) > now
        && row.member_status == MemberStatus::Active;
    if !lives {
        return Err(ended());
    }
    let covers = match (row.kind, row.bureau.as_deref().and_then(|slug| Bureau::parse(slug).ok())) {
        (OrganizationKind::Bureau, Some(bureau)) => {
            bureau.prefectures().map(|prefecture| prefecture.code()).collect()
        }
        _ => Vec::new(),
    };
    Ok(ActingMember {
        member,
        session,
        role: row.role,
        locale: row.locale,
        organization: row.organization,
        kind: row.kind,
        status: row.organization_status,
        prefecture: row.prefecture.and_then(|prefecture| u8::try_from(prefecture).ok()),
        covers,
        municipality_code: row.municipality_code,
    })
}
