//! From a token to the member who acts, read anew for each request.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::sessions;
use super::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role, Secret,
    SessionId, access_token,
};
use crate::db::schema::{members, organizations, sessions as rows};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::Email;
use crate::policy::ActingMember;
use crate::reference::Bureau;
use crate::services::Deed;

#[derive(Queryable)]
struct Row {
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

impl Row {
    fn acting(self, member: MemberId, session: SessionId) -> ActingMember {
        let covers = match (self.kind, self.bureau.as_deref().and_then(|slug| Bureau::parse(slug).ok())) {
            (OrganizationKind::Bureau, Some(bureau)) => {
                bureau.prefectures().map(|prefecture| prefecture.code()).collect()
            }
            _ => Vec::new(),
        };
        ActingMember {
            member,
            session,
            role: self.role,
            locale: self.locale,
            organization: self.organization,
            kind: self.kind,
            status: self.organization_status,
            prefecture: self.prefecture.and_then(|prefecture| u8::try_from(prefecture).ok()),
            covers,
            municipality_code: self.municipality_code,
        }
    }
}

/// When a session ends, when it was ended, when it was last used.
type Lifetime = (Timestamp, Option<Timestamp>, Timestamp);

/// The columns of [`Row`].
const ROW: (
    members::status,
    members::role,
    members::locale,
    organizations::id,
    organizations::kind,
    organizations::status,
    organizations::prefecture,
    organizations::bureau,
    organizations::municipality_code,
) = (
    members::status,
    members::role,
    members::locale,
    organizations::id,
    organizations::kind,
    organizations::status,
    organizations::prefecture,
    organizations::bureau,
    organizations::municipality_code,
);

/// A member as the one who will read a message, signed in or not; `None` while they may not sign in.
///
/// # Errors
/// When the rows cannot be read.
pub fn reader(conn: &mut DbConn, member: MemberId) -> Result<Option<ActingMember>, Failure> {
    let row: Option<Row> = members::table
        .inner_join(organizations::table)
        .filter(members::id.eq(member))
        .filter(members::status.eq(MemberStatus::Active))
        .select(ROW)
        .first(conn)
        .optional()?;
    Ok(row.map(|row| row.acting(member, SessionId(uuid::Uuid::nil()))))
}

/// Whoever goes by a mail address, for a command at this machine that is given in their name; without a session.
///
/// # Errors
/// `NotFound` when nobody who may sign in has the address.
pub fn at_the_command_line(conn: &mut DbConn, email: &Email) -> Result<ActingMember, Failure> {
    let rows = members::table.filter(members::email.eq(email.as_str()));
    let member: MemberId = rows.select(members::id).first(conn)?;
    reader(conn, member)?.ok_or(Failure::NotFound)
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

/// Somebody whose browser is signed in, as the frame of every page shows them.
#[derive(Debug, Clone)]
pub struct Present {
    /// Who acts.
    pub member: ActingMember,
    /// The person's name.
    pub name: String,
    /// The organization's name.
    pub organization: String,
    /// When the session was last noted as in use.
    pub last_used_at: Timestamp,
}

/// Who stands behind a browser's cookie now; `None` when the session has ended.
///
/// # Errors
/// When the rows cannot be read.
pub fn present(
    conn: &mut DbConn,
    now: Timestamp,
    idle: TimeDelta,
    cookie: &Secret,
) -> Result<Option<Present>, Failure> {
    let Some((session, member, last_used_at)) = sessions::of_cookie(conn, cookie)? else { return Ok(None) };
    let acting = match acting_member(conn, now, idle, member, session) {
        Err(Failure::Unauthenticated(_)) => return Ok(None),
        other => other?,
    };
    let (name, organization) = members::table
        .inner_join(organizations::table)
        .filter(members::id.eq(member))
        .select((members::name, organizations::name))
        .first(conn)?;
    Ok(Some(Present { member: acting, name, organization, last_used_at }))
}

/// Notes that a session is in use now, so that it does not end as idle.
///
/// # Errors
/// When the row cannot be written.
pub fn touch(deed: &mut Deed<'_>, session: SessionId) -> Result<(), Failure> {
    sessions::touch(deed, session)
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
    let found: Option<(Lifetime, Row)> = rows::table
        .inner_join(members::table.inner_join(organizations::table))
        .filter(rows::id.eq(session))
        .filter(members::id.eq(member))
        .select(((rows::expires_at, rows::revoked_at, rows::last_used_at), ROW))
        .first(conn)
        .optional()?;
    let ((expires_at, revoked_at, last_used_at), row) = found.ok_or_else(ended)?;
    let lives = revoked_at.is_none()
        && expires_at > now
        && last_used_at.plus(idle) > now
        && row.member_status == MemberStatus::Active;
    if lives { Ok(row.acting(member, session)) } else { Err(ended()) }
}
