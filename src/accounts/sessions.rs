//! Sessions and their refresh tokens: opened by a password, carried on by rotation, ended by many things.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::store::{self, MemberRow, OrganizationRow};
use super::{Channel, MemberId, MemberStatus, Secret, SessionId, access_token};
use crate::db::schema::{refresh_tokens, sessions};
use crate::db::{DbConn, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::services::Deed;

/// Why a session ended before its time; kept with it for whoever looks later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    SignedOut,
    ByMember,
    RefreshReused,
    ByOperator,
    PasswordChanged,
    PasswordReset,
    Deactivated,
}

impl Ended {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::ByMember => "ended_by_member",
            Self::RefreshReused => "refresh_reused",
            Self::ByOperator => "ended_by_operator",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::Deactivated => "deactivated",
        }
    }
}

/// A session with fresh tokens, and whose it is.
#[derive(Debug)]
pub(super) struct Opened {
    pub session: SessionId,
    pub access: access_token::Issued,
    pub refresh: Secret,
    pub member: MemberRow,
    pub organization: OrganizationRow,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(crate::db::MultiBackend))]
pub(super) struct SessionRow {
    pub id: SessionId,
    pub member_id: MemberId,
    pub channel: Channel,
    pub user_agent: String,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

impl SessionRow {
    fn lives(&self, now: Timestamp, idle: TimeDelta) -> bool {
        self.revoked_at.is_none() && self.expires_at > now && self.last_used_at.plus(idle) > now
    }
}

/// What a refresh token turned out to be.
#[derive(Debug)]
pub(super) enum Refreshed {
    /// Good: here are the next ones.
    Opened(Box<Opened>),
    /// Used before: somebody holds a copy. Its session is ended now.
    Reused(MemberId, SessionId),
    /// Unknown, too old, or its session has ended.
    Ended,
}

/// Opens a session of a program for a member.
pub(super) fn open(deed: &mut Deed<'_>, member: MemberRow, user_agent: &str) -> Result<Opened, Failure> {
    let (session, ends) = insert(deed, member.id, Channel::Api, None, user_agent)?;
    tokens(deed, session, ends, member)
}

/// Opens a session of a browser for a member; the secret goes into its cookie and is kept as a hash only.
pub(super) fn open_in_browser(
    deed: &mut Deed<'_>,
    member: MemberId,
    user_agent: &str,
) -> Result<(SessionId, Secret), Failure> {
    let secret = Secret::generate();
    let (session, _) = insert(deed, member, Channel::Browser, Some(&secret), user_agent)?;
    Ok((session, secret))
}

fn insert(
    deed: &mut Deed<'_>,
    member: MemberId,
    channel: Channel,
    cookie: Option<&Secret>,
    user_agent: &str,
) -> Result<(SessionId, Timestamp), Failure> {
    let now = deed.now();
    let id = SessionId::new();
    let ends = now.plus(TimeDelta::days(deed.settings().accounts.session_days));
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::member_id.eq(member),
            sessions::channel.eq(channel),
            sessions::user_agent.eq(user_agent),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
            sessions::expires_at.eq(ends),
            sessions::cookie_hash.eq(cookie.map(Secret::hash)),
        ))
        .execute(deed.conn())?;
    Ok((id, ends))
}

/// The session a browser's cookie belongs to, whatever its state: whose it is, and when it was last used.
pub(super) fn of_cookie(
    conn: &mut DbConn,
    cookie: &Secret,
) -> Result<Option<(SessionId, MemberId, Timestamp)>, Failure> {
    let found = sessions::table
        .filter(sessions::cookie_hash.eq(cookie.hash()))
        .select((sessions::id, sessions::member_id, sessions::last_used_at))
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Notes that a session is in use now.
pub(super) fn touch(deed: &mut Deed<'_>, session: SessionId) -> Result<(), Failure> {
    let now = deed.now();
    diesel::update(sessions::table.find(session).filter(sessions::revoked_at.is_null()))
        .set(sessions::last_used_at.eq(now))
        .execute(deed.conn())?;
    Ok(())
}

/// Takes a refresh token and gives the next one (RFC 9700 section 4.14.2).
pub(super) fn refresh(deed: &mut Deed<'_>, token: &Secret) -> Result<Refreshed, Failure> {
    let now = deed.now();
    let idle = TimeDelta::days(deed.settings().accounts.session_idle_days);
    let row = refresh_tokens::table.find(token.hash());
    let found: Option<(SessionId, Option<Timestamp>)> =
        lock_rows(row.clone().select((refresh_tokens::session_id, refresh_tokens::used_at)))
            .get_result(deed.conn())
            .optional()?;
    let Some((session, used_at)) = found else { return Ok(Refreshed::Ended) };
    let session: SessionRow =
        sessions::table.find(session).select(SessionRow::as_select()).first(deed.conn())?;
    if used_at.is_some() {
        end(deed, session.member_id, Some(session.id), None, Ended::RefreshReused)?;
        return Ok(Refreshed::Reused(session.member_id, session.id));
    }
    let member = store::member(deed.conn(), session.member_id)?;
    if !session.lives(now, idle) || member.status != MemberStatus::Active {
        return Ok(Refreshed::Ended);
    }
    diesel::update(row).set(refresh_tokens::used_at.eq(Some(now))).execute(deed.conn())?;
    diesel::update(sessions::table.find(session.id))
        .set(sessions::last_used_at.eq(now))
        .execute(deed.conn())?;
    Ok(Refreshed::Opened(Box::new(tokens(deed, session.id, session.expires_at, member)?)))
}

/// The session a refresh token belongs to, whatever its state.
pub(super) fn of_token(conn: &mut DbConn, token: &Secret) -> Result<Option<(SessionId, MemberId)>, Failure> {
    let found = refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::token_hash.eq(token.hash()))
        .select((sessions::id, sessions::member_id))
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Ends sessions of a member that still live: one (`only`), or all but one (`except`). Says how many ended.
pub(super) fn end(
    deed: &mut Deed<'_>,
    member: MemberId,
    only: Option<SessionId>,
    except: Option<SessionId>,
    why: Ended,
) -> Result<usize, Failure> {
    let now = deed.now();
    let mut living: Vec<SessionId> = sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::revoked_at.is_null())
        .select(sessions::id)
        .load(deed.conn())?;
    living.retain(|id| only.is_none_or(|only| only == *id) && except != Some(*id));
    let ended = diesel::update(
        sessions::table.filter(sessions::id.eq_any(living)).filter(sessions::revoked_at.is_null()),
    )
    .set((sessions::revoked_at.eq(Some(now)), sessions::revoked_why.eq(Some(why.as_str()))))
    .execute(deed.conn())?;
    Ok(ended)
}

/// The sessions of a member that live, newest first.
pub(super) fn living(
    conn: &mut DbConn,
    now: Timestamp,
    idle: TimeDelta,
    member: MemberId,
) -> Result<Vec<SessionRow>, Failure> {
    let rows: Vec<SessionRow> = sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::revoked_at.is_null())
        .order(sessions::created_at.desc())
        .select(SessionRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().filter(|row| row.lives(now, idle)).collect())
}

/// Forgets sessions (and with them their tokens) that ended by time before `before`.
///
/// # Errors
/// When the delete fails.
pub(super) fn prune(conn: &mut DbConn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(before))).execute(conn)
}

fn tokens(
    deed: &mut Deed<'_>,
    session: SessionId,
    ends: Timestamp,
    member: MemberRow,
) -> Result<Opened, Failure> {
    let now = deed.now();
    let accounts = &deed.settings().accounts;
    let lifetime = TimeDelta::minutes(accounts.access_token_minutes);
    let idle_end = now.plus(TimeDelta::days(accounts.session_idle_days));
    let refresh = Secret::generate();
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(refresh.hash()),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(now),
            refresh_tokens::expires_at.eq(idle_end.min(ends)),
        ))
        .execute(deed.conn())?;
    let access = access_token::issue(deed.conn(), now, lifetime, member.id, session)?;
    let organization = store::organization(deed.conn(), member.organization_id)?;
    Ok(Opened { session, access, refresh, member, organization })
}
