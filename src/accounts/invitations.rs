//! Inviting a colleague by mail.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::enrol::{NewMember, add_member};
use super::forms::Acceptance;
use super::links::{self, Dead, Purpose};
use super::passwords::NewPassword;
use super::store;
use super::{InvitationId, MemberId, MemberStatus, OrganizationId, Role, Secret};
use crate::audit;
use crate::db::schema::invitations;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::Email;
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::{self, Action, Actor, Who};
use crate::services::{Deed, Services};

/// An invitation.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = invitations, check_for_backend(crate::db::MultiBackend))]
pub(super) struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    /// Where it was mailed to.
    pub email: String,
    /// What the colleague may do.
    pub role: Role,
    pub invited_by: MemberId,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
}

/// Invites somebody; an earlier open invitation of the same address ends. Somebody who has an account is told that
/// instead, and the inviter does not learn it.
///
/// # Errors
/// `NotFound`, `Forbidden` for all but the organization's admins and the operator.
pub(super) fn invite(
    deed: &mut Deed<'_>,
    organization: OrganizationId,
    email: &Email,
    role: Role,
) -> Result<Invitation, Failure> {
    let organization = store::organization(deed.conn(), organization)?;
    policy::require(deed.by(), Action::ManageMembers, &organization.subject())?;
    let inviter = deed.by().member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let inviter = store::member(deed.conn(), inviter)?;
    end_open_ones(deed, organization.id, email)?;
    let now = deed.now();
    let row = Invitation {
        id: InvitationId::new(),
        organization_id: organization.id,
        email: email.to_string(),
        role,
        invited_by: inviter.id,
        created_at: now,
        expires_at: now.plus(Purpose::Invitation.lifetime()),
        accepted_at: None,
        revoked_at: None,
    };
    diesel::insert_into(invitations::table).values(&row).execute(deed.conn())?;
    let token = links::make(deed, Purpose::Invitation, row.id.0, email)?;
    let (kind, link) = match store::member_by_email(deed.conn(), email)? {
        None => (Kind::Invitation, Link::Secret { path: "/invitation", token }),
        Some(_) => (Kind::AccountExists, Link::Page("/".to_owned())),
    };
    let letter = Letter::new(kind, ("invitation", row.id.0), link)
        .with("organization", &organization.name)
        .with("inviter", &inviter.name)
        .with("role_key", format!("accounts.role.{role}"));
    notices::mail(deed, email, inviter.locale, &letter)?;
    let after = json!({
        "organization": organization.id, "email": audit::digest(email.as_str()), "role": role,
    });
    let event = audit::Event::new("invitation.create", "invitation", row.id.0)
        .in_prefecture(organization.prefecture_code())
        .change(None, after);
    audit::record(deed, event)?;
    Ok(row)
}

fn end_open_ones(deed: &mut Deed<'_>, organization: OrganizationId, email: &Email) -> Result<(), Failure> {
    let open: Vec<InvitationId> = invitations::table
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .select(invitations::id)
        .load(deed.conn())?;
    for id in open {
        end(deed, id)?;
    }
    Ok(())
}

fn end(deed: &mut Deed<'_>, id: InvitationId) -> Result<usize, Failure> {
    let now = deed.now();
    links::revoke(deed, Purpose::Invitation, id.0)?;
    let open = invitations::table
        .find(id)
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null());
    Ok(diesel::update(open).set(invitations::revoked_at.eq(Some(now))).execute(deed.conn())?)
}

/// Takes an invitation back.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` (`invitation_over`) when it was accepted or taken back before.
pub(super) fn revoke(deed: &mut Deed<'_>, id: InvitationId) -> Result<(), Failure> {
    let row: Invitation = invitations::table.find(id).select(Invitation::as_select()).first(deed.conn())?;
    let organization = store::organization(deed.conn(), row.organization_id)?;
    policy::require(deed.by(), Action::ManageMembers, &organization.subject())?;
    if end(deed, id)? == 0 {
        return Err(Failure::Conflict("invitation_over"));
    }
    audit::record(deed, audit::Event::new("invitation.revoke", "invitation", id.0))
}

/// The invitations of an organization, newest first; `after` is the last one of the page before.
///
/// # Errors
/// `NotFound`, `Forbidden` for all but the organization's admins and the operator.
pub(super) fn list(
    conn: &mut DbConn,
    actor: &Actor,
    organization: OrganizationId,
    after: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>, Failure> {
    let organization = store::organization(conn, organization)?;
    policy::require(actor, Action::ManageMembers, &organization.subject())?;
    let mut query = invitations::table.into_boxed().filter(invitations::organization_id.eq(organization.id));
    if let Some(after) = after {
        query = query.filter(invitations::id.lt(after));
    }
    Ok(query
        .order(invitations::id.desc())
        .limit(limit.saturating_add(1))
        .select(Invitation::as_select())
        .load(conn)?)
}

/// An open invitation under a link, and the name of the organization that invites.
///
/// # Errors
/// `Internal` when the rows cannot be read; the inner [`Dead`] when the link does not act.
pub(super) fn peek(
    conn: &mut DbConn,
    now: Timestamp,
    token: &Secret,
) -> Result<Result<(Invitation, String), Dead>, Failure> {
    let target = match links::peek(conn, now, Purpose::Invitation, token)? {
        Ok(target) => target,
        Err(dead) => return Ok(Err(dead)),
    };
    let row: Option<Invitation> = invitations::table
        .find(InvitationId(target.subject))
        .select(Invitation::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(Err(Dead::Unknown)) };
    let name = store::organization(conn, row.organization_id)?.name;
    Ok(Ok((row, name)))
}

/// Makes the invited colleague a member.
///
/// # Errors
/// `Invalid` at `/token` or `/password`, `Conflict` (`email_taken`).
pub(super) async fn accept(
    services: &Services,
    visitor: &Actor,
    acceptance: Acceptance,
) -> Result<(), Failure> {
    let Acceptance { token, name, password, department, locale } = acceptance;
    let (now, asked) = (services.clock().now(), token.clone());
    let accepted = services
        .read(move |conn| {
            let (row, organization) = peek(conn, now, &asked)??;
            NewPassword::parse(&password, &[&row.email, &organization])
                .map_err(|invalid| Failure::field("/password", invalid))
        })
        .await?;
    let password = accepted.hash().await?;
    let holder = Actor { who: Who::Link, ..visitor.clone() };
    services
        .perform(holder, move |deed| {
            let target = links::redeem(deed, Purpose::Invitation, &token)?;
            let now = deed.now();
            let row: Invitation = invitations::table
                .find(InvitationId(target.subject))
                .select(Invitation::as_select())
                .first(deed.conn())
                .optional()?
                .ok_or(Dead::Unknown)?;
            diesel::update(invitations::table.find(row.id))
                .set(invitations::accepted_at.eq(Some(now)))
                .execute(deed.conn())?;
            let email = Email::parse(&row.email).map_err(Failure::internal)?;
            let member = NewMember { email, name, department, locale, role: row.role, password };
            let id = add_member(deed, row.organization_id, &member, MemberStatus::Active)?;
            let event = audit::Event::new("invitation.accept", "invitation", row.id.0)
                .change(None, json!({ "member": id }));
            audit::record(deed, event)
        })
        .await
}
