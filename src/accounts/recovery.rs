//! Another password: changed by its owner, or set anew by whoever holds the mailbox.

use diesel::prelude::*;
use serde_json::json;

use super::forms::PasswordChange;
use super::passwords::{NewPassword, PasswordHash};
use super::sessions::{self, Ended};
use super::store::{self, MemberRow};
use super::{MemberId, SessionId, sign_in};
use crate::audit;
use crate::db::DbConn;
use crate::db::schema::members;
use crate::failure::Failure;
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::Actor;
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
        Letter::new(Kind::PasswordChanged, ("member", member.0), Link::Page("/password-reset".to_owned()));
    notices::tell(deed, member, &letter)
}
