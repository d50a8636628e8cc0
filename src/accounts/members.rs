//! The members of an organization: who they are, what they may do, when they leave.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;

use super::sessions::{self, Ended};
use super::store::{self, MemberRow, OrganizationRow};
use super::{Locale, MemberId, MemberStatus, OrganizationId, Role};
use crate::audit;
use crate::db::DbConn;
use crate::db::schema::{members, organizations};
use crate::failure::Failure;
use crate::fields::Email;
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::{self, Action, Actor};
use crate::services::Deed;

/// What can be changed about a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    pub name: String,
    pub department: Option<String>,
    pub locale: Locale,
    pub role: Role,
}

/// The members of an organization, oldest first; `after` is the last one of the page before.
///
/// # Errors
/// `NotFound`, `Forbidden` for all but its own members, its bureau and the operator.
pub(super) fn list(
    conn: &mut DbConn,
    actor: &Actor,
    organization: OrganizationId,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<MemberRow>, Failure> {
    let organization = store::organization(conn, organization)?;
    policy::require(actor, Action::SeeMembers, &organization.subject())?;
    let mut query = members::table.into_boxed().filter(members::organization_id.eq(organization.id));
    if let Some(after) = after {
        query = query.filter(members::id.gt(after));
    }
    Ok(query.order(members::id).limit(limit.saturating_add(1)).select(MemberRow::as_select()).load(conn)?)
}

/// One member, as a colleague, the bureau or the operator may read.
///
/// # Errors
/// `NotFound`.
pub(super) fn show(conn: &mut DbConn, actor: &Actor, id: MemberId) -> Result<MemberRow, Failure> {
    let member = store::member(conn, id)?;
    let organization = store::organization(conn, member.organization_id)?;
    // Whoever may not see members does not learn that this one exists.
    policy::require(actor, Action::SeeMembers, &organization.subject()).map_err(|_| Failure::NotFound)?;
    Ok(member)
}

/// Who stands behind an id, as far as the caller may know.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person's name; `None` for whoever may not see the members of that organization.
    pub name: Option<String>,
    /// The organization's name.
    pub organization: String,
}

/// Who the members `ids` are.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn people(
    conn: &mut DbConn,
    actor: &Actor,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Person>, Failure> {
    let rows: Vec<(MemberRow, OrganizationRow)> = members::table
        .inner_join(organizations::table)
        .filter(members::id.eq_any(ids))
        .select((MemberRow::as_select(), OrganizationRow::as_select()))
        .load(conn)?;
    let person = |(member, organization): (MemberRow, OrganizationRow)| {
        let known = policy::allows(actor, Action::SeeMembers, &organization.subject());
        (member.id, Person { name: known.then_some(member.name), organization: organization.name })
    };
    Ok(rows.into_iter().map(person).collect())
}

/// A member whom the caller manages, its organization locked: groups of members are changed by one deed at a time.
fn managed(deed: &mut Deed<'_>, id: MemberId) -> Result<(MemberRow, OrganizationRow), Failure> {
    let organization = store::member(deed.conn(), id)?.organization_id;
    let organization = store::locked_organization(deed.conn(), organization)?;
    policy::require(deed.by(), Action::SeeMembers, &organization.subject()).map_err(|_| Failure::NotFound)?;
    policy::require(deed.by(), Action::ManageMembers, &organization.subject())?;
    Ok((store::member(deed.conn(), id)?, organization))
}

/// Lets somebody in who asked to join.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep` when they did not ask or were answered before.
pub(super) fn accept(deed: &mut Deed<'_>, id: MemberId, role: Option<Role>) -> Result<MemberRow, Failure> {
    let (member, organization) = managed(deed, id)?;
    step_from(&member, MemberStatus::Requested, "accept")?;
    let after =
        MemberRow { status: MemberStatus::Active, role: role.unwrap_or(member.role), ..member.clone() };
    let after = save(deed, "member.accept", &member, after, &organization)?;
    let letter = answer_letter(&after, &organization, "accepted");
    notices::tell(deed, id, &letter)?;
    Ok(after)
}

/// Answers no to somebody who asked to join; the address is free again.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep` when they did not ask or were answered before.
pub(super) fn decline(deed: &mut Deed<'_>, id: MemberId, reason: Option<&str>) -> Result<(), Failure> {
    let (member, organization) = managed(deed, id)?;
    step_from(&member, MemberStatus::Requested, "decline")?;
    let mut letter = answer_letter(&member, &organization, "declined");
    if let (Some(reason), Some(fact)) = (reason, letter.facts.iter_mut().find(|(name, _)| *name == "reason"))
    {
        fact.1 = reason.to_owned();
    }
    let email = Email::parse(&member.email).map_err(Failure::internal)?;
    notices::mail(deed, &email, member.locale, &letter)?;
    diesel::delete(members::table.find(id)).execute(deed.conn())?;
    let event = audit::Event::new("member.decline", "member", id.0)
        .in_prefecture(organization.prefecture_code())
        .change(json!({ "status": member.status }), None);
    audit::record(deed, event)
}

/// Changes a member's profile or role; `version` is the one the caller read.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `Conflict` (`last_admin`).
pub(super) fn change(
    deed: &mut Deed<'_>,
    id: MemberId,
    version: i32,
    profile: impl FnOnce(&MemberRow) -> Result<Profile, Failure>,
) -> Result<MemberRow, Failure> {
    let (member, organization) = managed(deed, id)?;
    if member.version != version {
        return Err(Failure::Stale { current: member.version });
    }
    let Profile { name, department, locale, role } = profile(&member)?;
    let after = MemberRow { name, department, locale, role, ..member.clone() };
    keep_an_admin(deed, &member, &after)?;
    save(deed, "member.change", &member, after, &organization)
}

/// Changes the caller's own profile; the role stays.
///
/// # Errors
/// `Stale`.
pub(super) fn change_own(
    deed: &mut Deed<'_>,
    id: MemberId,
    version: i32,
    profile: impl FnOnce(&MemberRow) -> Result<Profile, Failure>,
) -> Result<MemberRow, Failure> {
    let member = store::member(deed.conn(), id)?;
    let organization = store::organization(deed.conn(), member.organization_id)?;
    if member.version != version {
        return Err(Failure::Stale { current: member.version });
    }
    let Profile { name, department, locale, .. } = profile(&member)?;
    let after = MemberRow { name, department, locale, ..member.clone() };
    save(deed, "member.change", &member, after, &organization)
}

/// Ends a membership: every session at once, and no sign-in any more. What the member did stays.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Conflict` (`last_admin`).
pub(super) fn deactivate(deed: &mut Deed<'_>, id: MemberId) -> Result<MemberRow, Failure> {
    let (member, organization) = managed(deed, id)?;
    step_from(&member, MemberStatus::Active, "deactivate")?;
    let after = MemberRow { status: MemberStatus::Deactivated, ..member.clone() };
    keep_an_admin(deed, &member, &after)?;
    sessions::end(deed, id, None, None, Ended::Deactivated)?;
    save(deed, "member.deactivate", &member, after, &organization)
}

/// Lets a deactivated member sign in again.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`.
pub(super) fn reactivate(deed: &mut Deed<'_>, id: MemberId) -> Result<MemberRow, Failure> {
    let (member, organization) = managed(deed, id)?;
    step_from(&member, MemberStatus::Deactivated, "reactivate")?;
    let after = MemberRow { status: MemberStatus::Active, ..member.clone() };
    save(deed, "member.reactivate", &member, after, &organization)
}

/// Ends all sessions of any member, by the operator (ASVS 7.4.5).
///
/// # Errors
/// `Forbidden` for all but the operator, `NotFound`.
pub(super) fn end_sessions(deed: &mut Deed<'_>, id: MemberId) -> Result<(), Failure> {
    policy::require(deed.by(), Action::Operate, &policy::Subject::default())?;
    let member = store::member(deed.conn(), id)?;
    let ended = sessions::end(deed, member.id, None, None, Ended::ByOperator)?;
    let event = audit::Event::new("session.end_all", "member", id.0).change(None, json!({ "ended": ended }));
    audit::record(deed, event)
}

/// An organization without an admin could let nobody in any more.
fn keep_an_admin(deed: &mut Deed<'_>, before: &MemberRow, after: &MemberRow) -> Result<(), Failure> {
    let is_admin = |row: &MemberRow| row.role == Role::Admin && row.status == MemberStatus::Active;
    if !is_admin(before) || is_admin(after) {
        return Ok(());
    }
    let others: i64 = members::table
        .filter(members::organization_id.eq(before.organization_id))
        .filter(members::role.eq(Role::Admin))
        .filter(members::status.eq(MemberStatus::Active))
        .filter(members::id.ne(before.id))
        .count()
        .get_result(deed.conn())?;
    if others == 0 { Err(Failure::Conflict("last_admin")) } else { Ok(()) }
}

fn step_from(member: &MemberRow, status: MemberStatus, step: &'static str) -> Result<(), Failure> {
    if member.status == status {
        return Ok(());
    }
    let legal = match member.status {
        MemberStatus::Requested => vec!["accept", "decline"],
        MemberStatus::Active => vec!["deactivate"],
        MemberStatus::Deactivated => vec!["reactivate"],
    };
    Err(Failure::IllegalStep { step, from: member.status.as_str(), legal })
}

fn save(
    deed: &mut Deed<'_>,
    action: &'static str,
    before: &MemberRow,
    after: MemberRow,
    organization: &OrganizationRow,
) -> Result<MemberRow, Failure> {
    let now = deed.now();
    let version = before.version.saturating_add(1);
    let saved = diesel::update(members::table.find(before.id).filter(members::version.eq(before.version)))
        .set((
            members::name.eq(&after.name),
            members::department.eq(&after.department),
            members::locale.eq(after.locale),
            members::role.eq(after.role),
            members::status.eq(after.status),
            members::version.eq(version),
            members::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    if saved == 0 {
        return Err(Failure::Stale { current: store::member(deed.conn(), before.id)?.version });
    }
    let seen = |row: &MemberRow| {
        json!({
            "role": row.role, "status": row.status, "locale": row.locale,
            "name": audit::digest(&row.name), "department": row.department.as_deref().map(audit::digest),
        })
    };
    let event = audit::Event::new(action, "member", before.id.0)
        .in_prefecture(organization.prefecture_code())
        .change(seen(before), seen(&after));
    audit::record(deed, event)?;
    Ok(MemberRow { version, updated_at: now, ..after })
}

fn answer_letter(member: &MemberRow, organization: &OrganizationRow, answer: &str) -> Letter {
    Letter::new(Kind::JoinAnswered, ("member", member.id.0), Link::Page("/".to_owned()))
        .with("organization", &organization.name)
        .with("answer_key", format!("accounts.join.{answer}"))
        .with("reason", "-")
}
