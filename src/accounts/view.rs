//! How accounts are shown: to whom, which fields.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::sessions::{Opened, SessionRow};
use super::store::{MemberRow, OrganizationRow, Standing};
use super::{
    Channel, Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role,
    SessionId, VendorType,
};
use crate::db::Timestamp;
use crate::policy::{self, Action, Actor, Subject};

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganizationView {
    pub id: OrganizationId,
    pub kind: OrganizationKind,
    pub name: String,
    pub name_kana: Option<String>,
    /// A municipality's own code, a vendor's head office.
    pub municipality_code: Option<String>,
    /// Number of its prefecture, `01` to `47`.
    pub prefecture: Option<String>,
    /// The bureau in charge of it, or which it is.
    pub bureau: Option<String>,
    pub corporate_number: Option<String>,
    pub vendor_type: Option<VendorType>,
    pub founded_on: Option<NaiveDate>,
    pub employees: Option<i32>,
    pub website: Option<String>,
    pub description: String,
    /// Invented, for demonstration.
    pub demonstration: bool,
    pub status: OrganizationStatus,
    /// The last decision; shown to itself, its bureau and the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    pub version: i32,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl OrganizationView {
    /// As `actor` may see it.
    pub fn of(row: OrganizationRow, actor: &Actor) -> Self {
        let own = actor.member().is_some_and(|member| member.organization == row.id);
        let private = own || policy::allows(actor, Action::DecideOrganization, &row.subject());
        Self {
            id: row.id,
            kind: row.kind,
            prefecture: row.prefecture().map(|prefecture| prefecture.to_string()),
            name: row.name,
            name_kana: row.name_kana,
            municipality_code: row.municipality_code,
            bureau: row.bureau,
            corporate_number: row.corporate_number,
            vendor_type: row.vendor_type,
            founded_on: row.founded_on,
            employees: row.employees,
            website: row.website,
            description: row.description,
            demonstration: row.demonstration,
            status: row.status,
            standing: private.then_some(row.standing.0),
            version: row.version,
            created_at: row.created_at,
        }
    }

    /// As its own members see it.
    pub fn own(row: OrganizationRow) -> Self {
        let standing = row.standing.0.clone();
        Self { standing: Some(standing), ..Self::of(row, &Actor::system()) }
    }
}

/// A member.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MemberView {
    pub id: MemberId,
    pub organization_id: OrganizationId,
    pub email: String,
    pub name: String,
    pub department: Option<String>,
    pub locale: Locale,
    pub role: Role,
    pub status: MemberStatus,
    pub version: i32,
    #[schema(value_type = String, format = DateTime)]
    pub email_verified_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<MemberRow> for MemberView {
    fn from(row: MemberRow) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            email: row.email,
            name: row.name,
            department: row.department,
            locale: row.locale,
            role: row.role,
            status: row.status,
            version: row.version,
            email_verified_at: row.email_verified_at,
            created_at: row.created_at,
        }
    }
}

/// Tokens of a session, and whose it is.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedIn {
    /// JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// For one call of `auth/refresh` or `auth/sign-out`.
    pub refresh_token: String,
    pub member: MemberView,
    pub organization: OrganizationView,
}

impl From<Opened> for SignedIn {
    fn from(opened: Opened) -> Self {
        Self {
            access_token: opened.access.token,
            token_type: "Bearer",
            expires_in: opened.access.expires_in,
            refresh_token: opened.refresh.reveal().to_owned(),
            member: opened.member.into(),
            organization: OrganizationView::own(opened.organization),
        }
    }
}

/// The caller: who, for whom, and what they may do.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    pub member: MemberView,
    pub organization: OrganizationView,
    pub permissions: Permissions,
}

/// What the caller may do now, as the policy decides it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Permissions {
    /// Begin and edit challenges.
    pub can_write_challenge: bool,
    /// Begin and edit solutions.
    pub can_write_solution: bool,
    /// Submit what the own organization wrote.
    pub can_submit: bool,
    /// Publish, return and approve in the own region.
    pub can_moderate: bool,
    /// Approve and suspend organizations in the own region.
    pub can_decide_organizations: bool,
    /// Invite and change members of the own organization.
    pub can_manage_members: bool,
    /// Read the audit trail, as far as it is open to the caller.
    pub can_see_audit: bool,
    /// Run the service.
    pub can_operate: bool,
}

impl Permissions {
    /// What `actor`, a member of `organization`, may do.
    pub fn of(actor: &Actor, organization: &OrganizationRow) -> Self {
        let own = organization.subject();
        // Something in the caller's own region.
        let covered = actor.member().and_then(|member| member.covers.first().copied());
        let region =
            Subject { prefecture: covered, openness: policy::Openness::Public, ..Subject::default() };
        let may = |action, subject: &Subject| policy::allows(actor, action, subject);
        Self {
            can_write_challenge: may(Action::WriteChallenge, &own),
            can_write_solution: may(Action::WriteSolution, &own),
            can_submit: (may(Action::WriteChallenge, &own) || may(Action::WriteSolution, &own))
                && may(Action::Submit, &own),
            can_moderate: may(Action::Moderate, &region),
            can_decide_organizations: may(Action::DecideOrganization, &region),
            can_manage_members: may(Action::ManageMembers, &own),
            can_see_audit: may(Action::SeeAudit, &own),
            can_operate: may(Action::Operate, &own),
        }
    }
}

/// A signed-in device.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    pub id: SessionId,
    pub channel: Channel,
    /// What the device calls itself.
    pub user_agent: String,
    /// Whether the caller's own request came through it.
    pub current: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub last_used_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl SessionView {
    /// As the session `current` sees it.
    pub fn of(row: SessionRow, current: SessionId) -> Self {
        Self {
            current: row.id == current,
            id: row.id,
            channel: row.channel,
            user_agent: row.user_agent,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        }
    }
}
