//! Another password: changed by its owner, or set anew by whoever holds the mailbox.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::forms::PasswordChange;
use super::links::{self, Dead, Purpose};
use super::passwords::{NewPassword, PasswordHash};
use super::sessions::{self, Ended};
use super::store::{self, MemberRow};
use super::{MemberId, MemberStatus, Secret, SessionId, sign_in, throttle};
use crate::audit;
use crate::db::DbConn;
use crate::db::schema::members;
use crate::failure::Failure;
use crate::fields::Email;
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::{Actor, Who};
use crate::services::{Deed, Services};

/// Changes the caller's password, which they must know.
///
/// # Errors
/// `Invalid` at `/current_password` or `/password`, `TooMany`.
pub(super) async fn change(
    services: &Services,
    actor: &Actor,
    change: PasswordChange,
) -> Result<(), Failure> {
    let member = sign_in::reauthenticate(services, actor, "/current_password", change.current).await?;
    let id = member.id;
    let new = services.read(move |conn| acceptable(conn, &member, &change.new)).await?.hash().await?;
    let kept = actor.member().map(|member| member.session);
    services
        .perform(actor.clone(), move |deed| {
            set(deed, id, &new)?;
            links::revoke(deed, Purpose::PasswordReset, id.0)?;
            if change.end_other_sessions {
                sessions::end(deed, id, None, kept, Ended::PasswordChanged)?;
            }
            tell_changed(deed, id, "member.change_password", kept)
        })
        .await
}

/// Judges a new password of a member by the policy, knowing the member's address and organization.
///
/// # Errors
/// `Invalid` at `/password`.
fn acceptable(conn: &mut DbConn, member: &MemberRow, text: &str) -> Result<NewPassword, Failure> {
    let organization = store::organization(conn, member.organization_id)?;
    NewPassword::parse(text, &[&member.email, &organization.name])
        .map_err(|invalid| Failure::field("/password", invalid))
}

fn set(deed: &mut Deed<'_>, member: MemberId, password: &PasswordHash) -> Result<(), Failure> {
    let now = deed.now();
    diesel::update(members::table.find(member))
        .set((members::password_hash.eq(password.as_str()), members::updated_at.eq(now)))
        .execute(deed.conn())?;
    Ok(())
}

fn tell_changed(
    deed: &mut Deed<'_>,
    member: MemberId,
    action: &'static str,
    by_session: Option<SessionId>,
) -> Result<(), Failure> {
    let event = audit::Event::new(action, "member", member.0).change(None, json!({ "session": by_session }));
    audit::record(deed, event)?;
    let letter =
        Letter::new(Kind::PasswordChanged, ("member", member.0), Link::Page("/account/sessions".to_owned()));
    notices::tell(deed, member, &letter)
}

/// Reset mails one member can be sent in an hour.
const MAILS_PER_HOUR: i64 = 5;

/// Mails a link that sets a new password, if somebody has that address. The caller never learns whether.
///
/// # Errors
/// `Busy`.
pub(super) async fn forgot(services: &Services, visitor: &Actor, email: Email) -> Result<(), Failure> {
    services
        .perform(visitor.clone(), move |deed| {
            let member = store::member_by_email(deed.conn(), &email)?
                .filter(|member| member.status != MemberStatus::Deactivated);
            let subject = member.as_ref().map_or(Uuid::nil(), |member| member.id.0);
            let event = audit::Event::new("member.forgot_password", "member", subject)
                .change(None, json!({ "email": audit::digest(email.as_str()) }));
            audit::record(deed, event)?;
            let Some(member) = member else { return Ok(()) };
            let since = deed.now().plus(-TimeDelta::hours(1));
            if links::made_since(deed.conn(), Purpose::PasswordReset, subject, since)? >= MAILS_PER_HOUR {
                tracing::warn!(email = %email.masked(), "no more reset mails this hour");
                return Ok(());
            }
            links::revoke(deed, Purpose::PasswordReset, subject)?;
            let token = links::make(deed, Purpose::PasswordReset, subject, &email)?;
            let link = Link::Secret { path: "/password-reset", token };
            notices::mail(
                deed,
                &email,
                member.locale,
                &Letter::new(Kind::PasswordReset, ("member", subject), link),
            )
        })
        .await
}

/// Sets a new password for the holder of a reset link, ends all sessions, and tells the member.
///
/// # Errors
/// `Invalid` at `/token` or `/password`; a refused password leaves the link as it is.
pub(super) async fn reset(
    services: &Services,
    visitor: &Actor,
    token: Secret,
    password: String,
) -> Result<(), Failure> {
    let holder = Actor { who: Who::Link, ..visitor.clone() };
    let (now, asked) = (services.clock().now(), token.clone());
    let accepted = services
        .read(move |conn| {
            let target = links::peek(conn, now, Purpose::PasswordReset, &asked)??;
            let member = store::member(conn, MemberId(target.subject)).map_err(gone)?;
            acceptable(conn, &member, &password)
        })
        .await?;
    let new = accepted.hash().await?;
    services
        .perform(holder, move |deed| {
            let target = links::redeem(deed, Purpose::PasswordReset, &token)?;
            let member = store::member(deed.conn(), MemberId(target.subject)).map_err(gone)?;
            set(deed, member.id, &new)?;
            sessions::end(deed, member.id, None, None, Ended::PasswordReset)?;
            throttle::forgive(deed, &Email::parse(&member.email).map_err(Failure::internal)?)?;
            tell_changed(deed, member.id, "member.reset_password", None)
        })
        .await
}

/// The member of a link may have been removed since it was mailed.
fn gone(failure: Failure) -> Failure {
    match failure {
        Failure::NotFound => Dead::Unknown.into(),
        other => other,
    }
}
