//! Letting an organization and its members in.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::passwords::PasswordHash;
use super::store::{MemberRow, OrganizationRow, Standing};
use super::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role, VendorType,
};
use crate::audit;
use crate::db::change_log::Changed;
use crate::db::schema::{members, organizations};
use crate::db::{Both, Json};
use crate::failure::Failure;
use crate::fields::Email;
use crate::reference::{Bureau, CorporateNumber, MunicipalityCode, Prefecture};
use crate::services::Deed;
use crate::watches;

/// An organization that is about to exist. The constructors give each kind the fields it must have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewOrganization {
    /// What it is.
    pub kind: OrganizationKind,
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// Its name in kana.
    pub name_kana: Option<String>,
    /// A municipality's own code, a vendor's head office.
    pub municipality_code: Option<MunicipalityCode>,
    /// A bureau's own slug.
    pub bureau: Option<Bureau>,
    /// 法人番号, when it has one.
    pub corporate_number: Option<CorporateNumber>,
    /// What kind of vendor.
    pub vendor_type: Option<VendorType>,
    /// Day of foundation.
    pub founded_on: Option<NaiveDate>,
    /// How many people work there.
    pub employees: Option<i32>,
    /// Its web site.
    pub website: Option<String>,
    /// What it does, 0 to 4000 characters.
    pub description: String,
    /// Whether it is invented, for demonstration.
    pub demonstration: bool,
}

impl NewOrganization {
    /// A local government, under its official name.
    pub fn municipality(code: MunicipalityCode) -> Self {
        let official = code.municipality();
        Self {
            name_kana: Some(official.kana.to_owned()),
            municipality_code: Some(code),
            ..Self::bare(OrganizationKind::Municipality, official.name)
        }
    }

    /// A vendor with its head office.
    pub fn vendor(name: impl Into<String>, head_office: MunicipalityCode) -> Self {
        Self { municipality_code: Some(head_office), ..Self::bare(OrganizationKind::Vendor, name) }
    }

    /// A regional bureau.
    pub fn bureau(bureau: Bureau) -> Self {
        Self { bureau: Some(bureau), ..Self::bare(OrganizationKind::Bureau, bureau.name_ja()) }
    }

    /// Who runs the service.
    pub fn operator(name: impl Into<String>) -> Self {
        Self::bare(OrganizationKind::Operator, name)
    }

    /// The prefecture that decides which bureau is in charge of it.
    pub fn prefecture(&self) -> Option<Prefecture> {
        self.municipality_code.map(MunicipalityCode::prefecture)
    }

    fn bare(kind: OrganizationKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            name_kana: None,
            municipality_code: None,
            bureau: None,
            corporate_number: None,
            vendor_type: None,
            founded_on: None,
            employees: None,
            website: None,
            description: String::new(),
            demonstration: false,
        }
    }
}

/// A person who is about to become a member; the address counts as verified.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The address to sign in with.
    pub email: Email,
    /// The person's name, 1 to 100 characters.
    pub name: String,
    /// The department.
    pub department: Option<String>,
    /// The language of mails.
    pub locale: Locale,
    /// The role in the organization.
    pub role: Role,
    /// The password.
    pub password: PasswordHash,
}

/// Makes an organization of any kind and standing, with its first member.
///
/// # Errors
/// `Conflict`: `municipality_taken`, `corporate_number_taken`, `bureau_taken`, `email_taken`.
pub fn enrol(
    deed: &mut Deed<'_>,
    organization: &NewOrganization,
    status: OrganizationStatus,
    first: &NewMember,
) -> Result<(OrganizationId, MemberId), Failure> {
    let id = add_organization(deed, OrganizationId::new(), organization, status)?
        .ok_or_else(|| Failure::Conflict(what_is_taken(organization.kind)))?;
    let member = add_member(deed, id, first, MemberStatus::Active)?;
    Ok((id, member))
}

fn what_is_taken(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Municipality => "municipality_taken",
        OrganizationKind::Vendor => "corporate_number_taken",
        OrganizationKind::Bureau | OrganizationKind::Operator => "organization_taken",
    }
}

/// Adds a member to an organization.
///
/// # Errors
/// `Conflict`: `email_taken`.
pub fn add_member(
    deed: &mut Deed<'_>,
    organization: OrganizationId,
    new: &NewMember,
    status: MemberStatus,
) -> Result<MemberId, Failure> {
    let now = deed.now();
    let row = MemberRow {
        id: MemberId::new(),
        organization_id: organization,
        email: new.email.to_string(),
        name: new.name.clone(),
        department: new.department.clone(),
        locale: new.locale,
        role: new.role,
        status,
        password_hash: new.password.as_str().to_owned(),
        email_verified_at: now,
        preferences: Json(json!({})),
        last_digest_at: now,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let added = Both(diesel::insert_into(members::table).values(&row).on_conflict_do_nothing())
        .execute(deed.conn())?;
    if added == 0 {
        return Err(Failure::Conflict("email_taken"));
    }
    let after = json!({
        "organization": organization, "email": audit::digest(&row.email), "role": row.role, "status": status,
    });
    watches::adopt(deed, row.id, &row.email)?;
    audit::record(deed, audit::Event::new("member.add", "member", row.id.0).change(None, after))?;
    Ok(row.id)
}

/// Adds an organization without members; `None` when another one stands where it would stand.
pub(super) fn add_organization(
    deed: &mut Deed<'_>,
    id: OrganizationId,
    new: &NewOrganization,
    status: OrganizationStatus,
) -> Result<Option<OrganizationId>, Failure> {
    let now = deed.now();
    let prefecture = new.prefecture();
    let bureau = new.bureau.or_else(|| prefecture.map(Prefecture::bureau));
    let row = OrganizationRow {
        id,
        kind: new.kind,
        name: new.name.clone(),
        name_kana: new.name_kana.clone(),
        municipality_code: new.municipality_code.map(|code| code.to_string()),
        prefecture: prefecture.map(|prefecture| i32::from(prefecture.code())),
        bureau: bureau.map(|bureau| bureau.to_string()),
        corporate_number: new.corporate_number.map(|number| number.to_string()),
        vendor_type: new.vendor_type,
        founded_on: new.founded_on,
        employees: new.employees,
        website: new.website.clone(),
        description: new.description.clone(),
        demonstration: new.demonstration,
        status,
        standing: Json(Standing::default()),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let added = Both(diesel::insert_into(organizations::table).values(&row).on_conflict_do_nothing())
        .execute(deed.conn())?;
    if added == 0 {
        return Ok(None);
    }
    let after = json!({ "kind": new.kind, "name": new.name, "status": status });
    let event = audit::Event::new("organization.add", "organization", id.0)
        .in_prefecture(prefecture.map(Prefecture::code))
        .change(None, after);
    audit::record(deed, event)?;
    deed.touch(Changed::Organization(id.0));
    Ok(Some(id))
}
