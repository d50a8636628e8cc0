//! Organizations as others meet them: listed, described, let in, suspended.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::enrol::NewOrganization;
use super::forms::REASON;
use super::standing::Step;
use super::store::{self, OrganizationRow, Standing};
use super::{OrganizationId, OrganizationKind, OrganizationStatus, Role};
use crate::audit;
use crate::db::change_log::Changed;
use crate::db::schema::{members, organizations};
use crate::db::{DbConn, Json};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::moderation::{self, SubjectKind};
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::{self, Action, Actor, Desk};
use crate::reference::{Bureau, MunicipalityCode, Prefecture};
use crate::services::Deed;

/// Which organizations to list.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub status: Option<OrganizationStatus>,
    pub kind: Option<OrganizationKind>,
    pub prefecture: Option<Prefecture>,
    pub bureau: Option<Bureau>,
}

type Boxed<'a> = organizations::BoxedQuery<'a, crate::db::MultiBackend>;

/// The organizations that `actor` may see: the approved ones, the own, and at a bureau's desk those of its region.
fn visible<'a>(actor: &Actor, filter: &Filter) -> Boxed<'a> {
    let mut query = organizations::table.into_boxed();
    let own = actor.member().map(|member| member.organization);
    let approved_or_own =
        organizations::status.eq(OrganizationStatus::Approved).or(organizations::id.nullable().eq(own));
    match policy::desk(actor) {
        Ok(Desk::Everywhere) => {}
        Ok(Desk::Region(prefectures)) => {
            let prefectures: Vec<i32> = prefectures.into_iter().map(i32::from).collect();
            query = query.filter(
                approved_or_own
                    .assume_not_null()
                    .or(organizations::prefecture.eq_any(prefectures).assume_not_null()),
            );
        }
        Err(_) => query = query.filter(approved_or_own),
    }
    if let Some(status) = filter.status {
        query = query.filter(organizations::status.eq(status));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(organizations::kind.eq(kind));
    }
    if let Some(prefecture) = filter.prefecture {
        query = query.filter(organizations::prefecture.eq(i32::from(prefecture.code())));
    }
    if let Some(bureau) = filter.bureau {
        query = query.filter(organizations::bureau.eq(bureau.as_str()));
    }
    query
}

/// One page of them, newest first; `after` is the last one of the page before.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub(super) fn list(
    conn: &mut DbConn,
    actor: &Actor,
    filter: &Filter,
    after: Option<OrganizationId>,
    limit: i64,
) -> Result<Vec<OrganizationRow>, Failure> {
    let mut query = visible(actor, filter);
    if let Some(after) = after {
        query = query.filter(organizations::id.lt(after));
    }
    Ok(query
        .order(organizations::id.desc())
        .limit(limit.saturating_add(1))
        .select(OrganizationRow::as_select())
        .load(conn)?)
}

/// How many there are on all pages.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub(super) fn count(conn: &mut DbConn, actor: &Actor, filter: &Filter) -> Result<i64, Failure> {
    Ok(visible(actor, filter).count().get_result(conn)?)
}

/// One organization.
///
/// # Errors
/// `NotFound` also when the caller may not see it.
pub(super) fn show(conn: &mut DbConn, actor: &Actor, id: OrganizationId) -> Result<OrganizationRow, Failure> {
    let row = store::organization(conn, id)?;
    policy::require(actor, Action::See, &row.subject())?;
    Ok(row)
}

/// Changes what an organization says of itself; `version` is the one the caller read. What its bureau verified is
/// the bureau's to change once it has decided.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `Invalid` (`verified_by_bureau`), `Conflict` (`corporate_number_taken`).
pub(super) fn change(
    deed: &mut Deed<'_>,
    id: OrganizationId,
    version: i32,
    description: impl FnOnce(&OrganizationRow) -> Result<NewOrganization, Failure>,
) -> Result<OrganizationRow, Failure> {
    let row = store::locked_organization(deed.conn(), id)?;
    policy::require(deed.by(), Action::ManageOrganization, &row.subject())?;
    if row.version != version {
        return Err(Failure::Stale { current: row.version });
    }
    let new = description(&row)?;
    let after = OrganizationRow {
        name: new.name.clone(),
        name_kana: new.name_kana.clone(),
        municipality_code: new.municipality_code.map(|code| code.to_string()),
        prefecture: new.prefecture().map(|prefecture| i32::from(prefecture.code())),
        bureau: new
            .bureau
            .or_else(|| new.prefecture().map(Prefecture::bureau))
            .map(|bureau| bureau.to_string()),
        corporate_number: new.corporate_number.map(|number| number.to_string()),
        vendor_type: new.vendor_type,
        founded_on: new.founded_on,
        employees: new.employees,
        website: new.website.clone(),
        description: new.description.clone(),
        version: row.version.saturating_add(1),
        updated_at: deed.now(),
        ..row.clone()
    };
    protect_what_was_verified(deed.by(), &row, &after)?;
    if after.corporate_number != row.corporate_number && after.status == OrganizationStatus::Approved {
        refuse_taken_number(deed.conn(), &after)?;
    }
    save(deed, &row, &after)?;
    let event = audit::Event::new("organization.change", "organization", id.0)
        .in_prefecture(row.prefecture_code())
        .change(seen(&row), seen(&after));
    audit::record(deed, event)?;
    deed.touch(Changed::Organization(id.0));
    Ok(after)
}

fn protect_what_was_verified(
    actor: &Actor,
    before: &OrganizationRow,
    after: &OrganizationRow,
) -> Result<(), Failure> {
    if before.status == OrganizationStatus::Pending
        || policy::allows(actor, Action::DecideOrganization, &before.subject())
    {
        return Ok(());
    }
    let mut errors = FieldErrors::new();
    for (pointer, changed) in [
        ("/name", before.name != after.name),
        ("/municipality_code", before.municipality_code != after.municipality_code),
        ("/corporate_number", before.corporate_number != after.corporate_number),
    ] {
        if changed {
            errors.add(pointer, Invalid::new("verified_by_bureau"));
        }
    }
    Ok(errors.into_result()?)
}

fn save(deed: &mut Deed<'_>, before: &OrganizationRow, after: &OrganizationRow) -> Result<(), Failure> {
    let saved = diesel::update(
        organizations::table.find(before.id).filter(organizations::version.eq(before.version)),
    )
    .set((
        organizations::name.eq(&after.name),
        organizations::name_kana.eq(&after.name_kana),
        organizations::municipality_code.eq(&after.municipality_code),
        organizations::prefecture.eq(after.prefecture),
        organizations::bureau.eq(&after.bureau),
        organizations::corporate_number.eq(&after.corporate_number),
        organizations::vendor_type.eq(after.vendor_type),
        organizations::founded_on.eq(after.founded_on),
        organizations::employees.eq(after.employees),
        organizations::website.eq(&after.website),
        organizations::description.eq(&after.description),
        organizations::status.eq(after.status),
        organizations::standing.eq(&after.standing),
        organizations::version.eq(after.version),
        organizations::updated_at.eq(after.updated_at),
    ))
    .execute(deed.conn())?;
    if saved == 0 {
        return Err(Failure::Stale { current: store::organization(deed.conn(), before.id)?.version });
    }
    Ok(())
}

/// Decides on an organization: approves, rejects, suspends, reinstates.
///
/// # Errors
/// `NotFound`, `Forbidden` outside the region, `IllegalStep`, `Stale`, `Conflict` (`own_organization`,
/// `corporate_number_taken`).
pub(super) fn decide(
    deed: &mut Deed<'_>,
    id: OrganizationId,
    version: Option<i32>,
    step: Step,
    reason: Option<String>,
) -> Result<OrganizationRow, Failure> {
    let row = store::locked_organization(deed.conn(), id)?;
    policy::require(deed.by(), Action::DecideOrganization, &row.subject())?;
    let by = deed.by().member().map(|member| member.organization);
    if by == Some(id) {
        return Err(Failure::Conflict("own_organization"));
    }
    if let Some(version) = version
        && version != row.version
    {
        return Err(Failure::Stale { current: row.version });
    }
    let status = step.from(row.status)?;
    if status == OrganizationStatus::Approved {
        refuse_taken_number(deed.conn(), &row)?;
    }
    let standing = Standing {
        decision: Some(step.as_str().to_owned()),
        reason: reason.clone(),
        decided_by: by,
        decided_at: Some(deed.now()),
    };
    let after = OrganizationRow {
        status,
        standing: Json(standing),
        version: row.version.saturating_add(1),
        updated_at: deed.now(),
        ..row.clone()
    };
    save(deed, &row, &after)?;
    moderation::enter(deed, SubjectKind::Organization, id.0, step.as_str(), reason.as_deref())?;
    let change = |row: &OrganizationRow| json!({ "status": row.status });
    let event = audit::Event::new(audit_name(step), "organization", id.0)
        .in_prefecture(row.prefecture_code())
        .change(change(&row), change(&after));
    audit::record(deed, event)?;
    deed.touch(Changed::Organization(id.0));
    let letter =
        Letter::new(letter_kind(step), ("organization", id.0), Link::Page("/organization".to_owned()))
            .with("organization", &row.name)
            .with("reason", reason.unwrap_or_else(|| "-".to_owned()));
    notices::tell_organization(deed, id, Role::Admin, &letter)?;
    Ok(after)
}

fn audit_name(step: Step) -> &'static str {
    match step {
        Step::Approve => "organization.approve",
        Step::Reject => "organization.reject",
        Step::Suspend => "organization.suspend",
        Step::Reinstate => "organization.reinstate",
    }
}

fn letter_kind(step: Step) -> Kind {
    match step {
        Step::Approve | Step::Reinstate => Kind::OrganizationApproved,
        Step::Reject => Kind::OrganizationReturned,
        Step::Suspend => Kind::OrganizationSuspended,
    }
}

/// One approved vendor per corporate number. The index guards it too; this says it in words.
fn refuse_taken_number(conn: &mut DbConn, row: &OrganizationRow) -> Result<(), Failure> {
    let (OrganizationKind::Vendor, Some(number)) = (row.kind, &row.corporate_number) else { return Ok(()) };
    let others: i64 = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Vendor))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .filter(organizations::corporate_number.eq(number))
        .filter(organizations::id.ne(row.id))
        .count()
        .get_result(conn)?;
    if others == 0 { Ok(()) } else { Err(Failure::Conflict("corporate_number_taken")) }
}

fn seen(row: &OrganizationRow) -> Value {
    json!({
        "name": row.name, "municipality_code": row.municipality_code, "corporate_number": row.corporate_number,
        "vendor_type": row.vendor_type, "website": row.website, "employees": row.employees,
        "founded_on": row.founded_on, "description": audit::digest(&row.description),
    })
}

/// Lets an organization in, or not, from the desk.
///
/// # Errors
/// Those of [`decide`]; `Invalid` at `/reason` for one that is too long, or none with a refusal.
pub fn let_in(
    deed: &mut Deed<'_>,
    id: OrganizationId,
    version: Option<i32>,
    welcome: bool,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let reason = reason.map(|text| crate::fields::prose(text, REASON)).transpose();
    let reason = reason.map_err(|invalid| Failure::field("/reason", invalid))?;
    let reason = reason.filter(|text| !text.is_empty());
    if !welcome && reason.is_none() {
        return Err(Failure::field("/reason", Invalid::new("required")));
    }
    let step = if welcome { Step::Approve } else { Step::Reject };
    decide(deed, id, version, step, reason)?;
    Ok(())
}

/// Puts an organization that was approved or rejected a moment ago back before its bureau, as if that had not been.
/// `version` is the one that the decision made.
///
/// # Errors
/// `Stale` when it was written since, `Conflict` (`nothing_to_undo`) in any other state, and those of the policy.
pub fn take_back(deed: &mut Deed<'_>, id: OrganizationId, version: i32) -> Result<(), Failure> {
    let row = store::locked_organization(deed.conn(), id)?;
    policy::require(deed.by(), Action::DecideOrganization, &row.subject())?;
    if row.version != version {
        return Err(Failure::Stale { current: row.version });
    }
    if !matches!(row.status, OrganizationStatus::Approved | OrganizationStatus::Rejected) {
        return Err(Failure::Conflict("nothing_to_undo"));
    }
    let after = OrganizationRow {
        status: OrganizationStatus::Pending,
        // Whoever waits has never been decided on: nothing leads back to waiting but this.
        standing: Json(Standing::default()),
        version: row.version.saturating_add(1),
        updated_at: deed.now(),
        ..row.clone()
    };
    save(deed, &row, &after)?;
    moderation::enter(deed, SubjectKind::Organization, id.0, "undo", None)?;
    let event = audit::Event::new("organization.undo", "organization", id.0)
        .in_prefecture(row.prefecture_code())
        .change(json!({"status": row.status}), json!({"status": after.status}));
    audit::record(deed, event)?;
    deed.touch(Changed::Organization(id.0));
    Ok(())
}

/// What an organization says of itself, for those who decide about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// What it is.
    pub kind: OrganizationKind,
    /// Its own place, or a vendor's head office.
    pub municipality: Option<MunicipalityCode>,
    /// 法人番号
    pub corporate_number: Option<String>,
    /// Its website.
    pub website: Option<String>,
    /// In its own words.
    pub description: String,
    /// Who asked first: name and mail address of its admins.
    pub people: Vec<(String, String)>,
}

/// How an organization introduces itself to `actor`, who decides about it.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub fn introduction(conn: &mut DbConn, actor: &Actor, id: OrganizationId) -> Result<Introduction, Failure> {
    let row = show(conn, actor, id)?;
    policy::require(actor, Action::DecideOrganization, &row.subject())?;
    let people = members::table
        .filter(members::organization_id.eq(id))
        .filter(members::role.eq(Role::Admin))
        .order(members::id)
        .select((members::name, members::email))
        .load(conn)?;
    Ok(Introduction {
        kind: row.kind,
        municipality: row.municipality_code.and_then(|code| MunicipalityCode::parse(&code).ok()),
        corporate_number: row.corporate_number,
        website: row.website,
        description: row.description,
        people,
    })
}
