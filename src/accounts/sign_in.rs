//! Signing in, carrying on, signing out.

use serde_json::json;
use uuid::Uuid;

use super::passwords::{self, PasswordHash};
use super::sessions::{self, Ended, Opened, Refreshed};
use super::store::{self, MemberRow};
use super::throttle::{self, Charge};
use super::{Locale, MemberId, MemberStatus, Secret, SessionId};
use crate::audit;
use crate::failure::Failure;
use crate::fields::Email;
use crate::policy::Actor;
use crate::services::{Deed, Services};

/// What somebody types to sign in.
pub(super) struct Credentials {
    pub email: Email,
    pub password: String,
}

/// Signs in: the address and the password belong to an active member.
///
/// # Errors
/// `Unauthenticated` (`credentials`) without saying which of the two was wrong, `TooMany` inside the delay,
/// `Forbidden` (`membership_requested`, `member_deactivated`) to whoever knows the password.
pub(super) async fn sign_in(
    services: &Services,
    visitor: &Actor,
    credentials: Credentials,
    user_agent: String,
) -> Result<Opened, Failure> {
    let open = move |deed: &mut Deed<'_>, member: MemberRow| {
        let opened = sessions::open(deed, member, &user_agent)?;
        let session = opened.session;
        Ok((opened, session))
    };
    admit(services, visitor, credentials, open).await
}

/// [`sign_in`] for a browser: answers the secret of the session's cookie. The session of the cookie that the
/// browser sent along, if any, ends: a new sign-in never goes on with an old one (ASVS 7.2.4).
///
/// # Errors
/// As [`sign_in`].
pub(super) async fn sign_in_browser(
    services: &Services,
    visitor: &Actor,
    credentials: Credentials,
    user_agent: String,
    old: Option<Secret>,
) -> Result<(Secret, Locale), Failure> {
    let open = move |deed: &mut Deed<'_>, member: MemberRow| {
        if let Some(old) = old {
            end_cookie(deed, &old)?;
        }
        let (session, secret) = sessions::open_in_browser(deed, member.id, &user_agent)?;
        Ok(((secret, member.locale), session))
    };
    admit(services, visitor, credentials, open).await
}

/// Ends the session of a browser's cookie; one that stands for nothing is as good as signed out.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub(super) fn end_cookie(deed: &mut Deed<'_>, cookie: &Secret) -> Result<(), Failure> {
    let Some((session, member, _)) = sessions::of_cookie(deed.conn(), cookie)? else { return Ok(()) };
    if sessions::end(deed, member, Some(session), None, Ended::SignedOut)? > 0 {
        let event =
            audit::Event::new("session.end", "member", member.0).change(None, json!({ "session": session }));
        audit::record(deed, event)?;
    }
    Ok(())
}

/// Checks the credentials and opens a session by `open`, which names it for the audit trail.
async fn admit<T, F>(
    services: &Services,
    visitor: &Actor,
    credentials: Credentials,
    open: F,
) -> Result<T, Failure>
where
    F: FnOnce(&mut Deed<'_>, MemberRow) -> Result<(T, SessionId), Failure> + Send + 'static,
    T: Send + 'static,
{
    let Credentials { email, password } = credentials;
    let (charge, member) = attempt(services, visitor, email, password).await?;
    services
        .perform(visitor.clone(), move |deed| {
            throttle::settle(deed, &charge)?;
            let member = match may_sign_in(deed, &member)? {
                // Whoever knows the password is told why; the counters start afresh all the same.
                Err(refused) => return Ok(Err(refused)),
                Ok(member) => member,
            };
            let place = store::organization(deed.conn(), member.organization_id)?.prefecture_code();
            let id = member.id;
            let (opened, session) = open(deed, member)?;
            let event = audit::Event::new("session.open", "member", id.0)
                .in_prefecture(place)
                .change(None, json!({ "session": session }));
            audit::record(deed, event)?;
            Ok(Ok(opened))
        })
        .await?
}

/// The member read again, for much may have changed while the password was checked.
fn may_sign_in(deed: &mut Deed<'_>, checked: &MemberRow) -> Result<Result<MemberRow, Failure>, Failure> {
    let member = store::member(deed.conn(), checked.id)?;
    Ok(match member.status {
        _ if member.password_hash != checked.password_hash => Err(Failure::Unauthenticated("credentials")),
        MemberStatus::Requested => Err(Failure::Forbidden("membership_requested")),
        MemberStatus::Deactivated => Err(Failure::Forbidden("member_deactivated")),
        MemberStatus::Active => Ok(member),
    })
}

/// Asks a member who is signed in for the password again, before something sensitive (ASVS 7.5.1). Throttled as
/// sign-in is, so that a stolen token is no way to guess faster.
///
/// # Errors
/// `Invalid` at `pointer` (`wrong_password`), `TooMany` inside the delay.
pub(super) async fn reauthenticate(
    services: &Services,
    actor: &Actor,
    pointer: &'static str,
    password: String,
) -> Result<MemberRow, Failure> {
    let id = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let email = services.read(move |conn| Ok(store::member(conn, id)?.email)).await?;
    let email = Email::parse(&email).map_err(Failure::internal)?;
    let (charge, member) = match attempt(services, actor, email, password).await {
        Err(Failure::Unauthenticated("credentials")) => {
            return Err(Failure::field(pointer, crate::fields::Invalid::new("wrong_password")));
        }
        other => other?,
    };
    services.perform(actor.clone(), move |deed| throttle::settle(deed, &charge)).await?;
    Ok(member)
}

/// Charges the attempt, checks the password, and gives the member whose it is.
async fn attempt(
    services: &Services,
    actor: &Actor,
    email: Email,
    password: String,
) -> Result<(Charge, MemberRow), Failure> {
    let wanted = email.clone();
    let (charge, member) = services
        .perform(actor.clone(), move |deed| {
            let charge = match throttle::charge(deed, &wanted)? {
                Ok(charge) => charge,
                Err(refused) => {
                    let event = audit::Event::new("session.delay", "member", Uuid::nil())
                        .change(None, json!({ "email": audit::digest(wanted.as_str()) }));
                    audit::record(deed, event)?;
                    return Ok(Err(refused));
                }
            };
            Ok(Ok((charge, store::member_by_email(deed.conn(), &wanted)?)))
        })
        .await??;
    let stored = member.as_ref().map(|member| PasswordHash::stored(member.password_hash.clone()));
    if passwords::verify(password, stored).await?
        && let Some(member) = member
    {
        return Ok((charge, member));
    }
    let subject = member.map_or(Uuid::nil(), |member| member.id.0);
    tracing::warn!(email = %email.masked(), "sign-in failed");
    metrics::counter!("kakehashi_sign_in_failures_total").increment(1);
    services
        .perform(actor.clone(), move |deed| {
            let event = audit::Event::new("session.refuse", "member", subject)
                .change(None, json!({ "email": audit::digest(email.as_str()) }));
            audit::record(deed, event)
        })
        .await?;
    Err(Failure::Unauthenticated("credentials"))
}

/// Gives the next pair of tokens for a refresh token. One that comes a second time has been copied: then the
/// whole session ends, for the thief and for the owner, who signs in again.
///
/// # Errors
/// `Unauthenticated`: `refresh_reused`, `session_ended`.
pub(super) async fn refresh(services: &Services, visitor: &Actor, token: Secret) -> Result<Opened, Failure> {
    services
        .perform(visitor.clone(), move |deed| match sessions::refresh(deed, &token)? {
            Refreshed::Opened(opened) => Ok(Ok(*opened)),
            Refreshed::Ended => Ok(Err(Failure::Unauthenticated("session_ended"))),
            Refreshed::Reused(member, session) => {
                tracing::warn!(%member, %session, "a refresh token was used twice; its session is ended");
                let event = audit::Event::new("session.refresh_reused", "member", member.0)
                    .change(None, json!({ "session": session }));
                audit::record(deed, event)?;
                Ok(Err(Failure::Unauthenticated("refresh_reused")))
            }
        })
        .await?
}

/// Ends the session of a refresh token. A token that stands for nothing is as good as signed out (RFC 7009
/// section 2.2).
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub(super) async fn sign_out(services: &Services, visitor: &Actor, token: Secret) -> Result<(), Failure> {
    services
        .perform(visitor.clone(), move |deed| {
            let Some((session, member)) = sessions::of_token(deed.conn(), &token)? else { return Ok(()) };
            if sessions::end(deed, member, Some(session), None, Ended::SignedOut)? > 0 {
                let event = audit::Event::new("session.end", "member", member.0)
                    .change(None, json!({ "session": session }));
                audit::record(deed, event)?;
            }
            Ok(())
        })
        .await
}

/// Ends one session of a member.
///
/// # Errors
/// `NotFound` when no such session of the member lives.
pub(super) fn end_one(deed: &mut Deed<'_>, member: MemberId, session: SessionId) -> Result<(), Failure> {
    if sessions::end(deed, member, Some(session), None, Ended::ByMember)? == 0 {
        return Err(Failure::NotFound);
    }
    let event =
        audit::Event::new("session.end", "member", member.0).change(None, json!({ "session": session }));
    audit::record(deed, event)
}

/// Ends all sessions of a member, but for one that may be kept.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub(super) fn end_all(deed: &mut Deed<'_>, member: MemberId, kept: Option<SessionId>) -> Result<(), Failure> {
    let count = sessions::end(deed, member, None, kept, Ended::ByMember)?;
    let event =
        audit::Event::new("session.end_all", "member", member.0).change(None, json!({ "ended": count }));
    audit::record(deed, event)
}
