//! The rows of organizations and members, and how they are found.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role, VendorType,
};
use crate::db::schema::{members, organizations};
use crate::db::{DbConn, Json, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::fields::Email;
use crate::policy::{Openness, Subject};
use crate::reference::{Bureau, Prefecture};

/// The last decision on an organization.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// The verb: `approve`, `reject`, `suspend`, `reinstate`; none while nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Which organization decided; none when the mail domain alone did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<OrganizationId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
}

/// One organization.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, check_for_backend(crate::db::MultiBackend))]
pub(super) struct OrganizationRow {
    pub id: OrganizationId,
    pub kind: OrganizationKind,
    pub name: String,
    pub name_kana: Option<String>,
    pub municipality_code: Option<String>,
    pub prefecture: Option<i32>,
    pub bureau: Option<String>,
    pub corporate_number: Option<String>,
    pub vendor_type: Option<VendorType>,
    pub founded_on: Option<NaiveDate>,
    pub employees: Option<i32>,
    pub website: Option<String>,
    pub description: String,
    pub demonstration: bool,
    pub status: OrganizationStatus,
    pub standing: Json<Standing>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl OrganizationRow {
    /// The number of its prefecture.
    pub fn prefecture_code(&self) -> Option<u8> {
        self.prefecture.and_then(|code| u8::try_from(code).ok())
    }

    /// Its prefecture.
    pub fn prefecture(&self) -> Option<Prefecture> {
        self.prefecture_code().and_then(Prefecture::from_code)
    }

    /// What the policy needs to know of it: an approved one is public, any other its own and its bureau's.
    pub fn subject(&self) -> Subject {
        let openness = match self.status {
            OrganizationStatus::Approved => Openness::Public,
            _ => Openness::Private,
        };
        Subject::private(self.id, self.prefecture_code()).open_to(openness)
    }
}

/// One member.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = members, check_for_backend(crate::db::MultiBackend))]
pub(super) struct MemberRow {
    pub id: MemberId,
    pub organization_id: OrganizationId,
    pub email: String,
    pub name: String,
    pub department: Option<String>,
    pub locale: Locale,
    pub role: Role,
    pub status: MemberStatus,
    pub password_hash: String,
    pub email_verified_at: Timestamp,
    pub preferences: Json<serde_json::Value>,
    pub last_digest_at: Timestamp,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An organization.
///
/// # Errors
/// `NotFound`.
pub(super) fn organization(conn: &mut DbConn, id: OrganizationId) -> Result<OrganizationRow, Failure> {
    Ok(organizations::table.find(id).select(OrganizationRow::as_select()).first(conn)?)
}

/// An organization, locked until the transaction ends: what concerns its members as a group is decided by one
/// deed at a time.
///
/// # Errors
/// `NotFound`.
pub(super) fn locked_organization(conn: &mut DbConn, id: OrganizationId) -> Result<OrganizationRow, Failure> {
    let _: OrganizationId =
        lock_rows(organizations::table.find(id).select(organizations::id)).get_result(conn)?;
    organization(conn, id)
}

/// A member.
///
/// # Errors
/// `NotFound`.
pub(super) fn member(conn: &mut DbConn, id: MemberId) -> Result<MemberRow, Failure> {
    Ok(members::table.find(id).select(MemberRow::as_select()).first(conn)?)
}

/// The member with an address, whatever the status.
///
/// # Errors
/// `Internal` when the row cannot be read.
pub(super) fn member_by_email(conn: &mut DbConn, email: &Email) -> Result<Option<MemberRow>, Failure> {
    let found = members::table
        .filter(members::email.eq(email.as_str()))
        .select(MemberRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The organization of a bureau.
///
/// # Errors
/// `NotFound` on a database that is not seeded.
pub fn bureau(conn: &mut DbConn, bureau: Bureau) -> Result<OrganizationId, Failure> {
    Ok(organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Bureau))
        .filter(organizations::bureau.eq(bureau.as_str()))
        .select(organizations::id)
        .first(conn)?)
}
