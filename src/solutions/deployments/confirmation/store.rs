//! Requests for confirmation in the database, and the addresses that decide where they go.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::addressees::{Colleague, MunicipalityAddresses, VendorAddresses};
use super::{Reply, RequestStatus};
use crate::accounts::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role,
};
use crate::db::schema::{
    deployment_confirmations, deployments, mail_domains, members, organizations, solutions,
};
use crate::db::{DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::fields::Email;
use crate::policy::Desk;
use crate::reference::{MunicipalityCode, Prefecture};
use crate::services::Deed;
use crate::solutions::SolutionId;
use crate::solutions::deployments::{ConfirmationId, DeploymentId};

/// A request as the vendor and the bureau see it; the address is the bureau's business.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = deployment_confirmations, check_for_backend(crate::db::MultiBackend))]
pub struct Request {
    /// Where it stands.
    pub status: RequestStatus,
    /// When the vendor asked.
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
    /// When it was mailed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub mailed_at: Option<Timestamp>,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// What was answered.
    pub answer: Option<Reply>,
    /// What was said with the answer, or with the refusal of the address.
    pub comment: Option<String>,
}

/// The last request of each of `ids`; of several mailed at once, the one that was answered.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn last_requests(
    conn: &mut DbConn,
    ids: &[DeploymentId],
) -> Result<HashMap<DeploymentId, Request>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(DeploymentId, Request)> = deployment_confirmations::table
        .filter(deployment_confirmations::deployment_id.eq_any(ids))
        .order((deployment_confirmations::requested_at, deployment_confirmations::id))
        .select((deployment_confirmations::deployment_id, Request::as_select()))
        .load(conn)?;
    let mut last: HashMap<DeploymentId, Request> = HashMap::new();
    for (id, request) in rows {
        let weight = |request: &Request| (request.requested_at, request.answered_at.is_some());
        match last.get(&id) {
            Some(known) if weight(known) > weight(&request) => {}
            _ => {
                last.insert(id, request);
            }
        }
    }
    Ok(last)
}

/// A request's own row.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = deployment_confirmations, check_for_backend(crate::db::MultiBackend))]
pub(super) struct Row {
    pub(super) id: ConfirmationId,
    pub(super) deployment_id: DeploymentId,
    pub(super) email: String,
}

/// One request.
pub(super) fn find(conn: &mut DbConn, id: ConfirmationId) -> Result<Row, Failure> {
    Ok(deployment_confirmations::table.find(id).select(Row::as_select()).first(conn)?)
}

/// Those of a deployment that still wait for the bureau or for an answer.
pub(super) fn open_requests(conn: &mut DbConn, id: DeploymentId) -> Result<Vec<ConfirmationId>, Failure> {
    let rows = deployment_confirmations::table
        .filter(deployment_confirmations::deployment_id.eq(id))
        .filter(deployment_confirmations::status.eq_any([RequestStatus::Queued, RequestStatus::Mailed]))
        .order(deployment_confirmations::id)
        .select(deployment_confirmations::id)
        .load(conn)?;
    Ok(rows)
}

/// When a deployment was last mailed about.
pub(super) fn last_mailed(conn: &mut DbConn, id: DeploymentId) -> Result<Option<Timestamp>, Failure> {
    let last: Option<Option<Timestamp>> = deployment_confirmations::table
        .filter(deployment_confirmations::deployment_id.eq(id))
        .filter(deployment_confirmations::mailed_at.is_not_null())
        .order(deployment_confirmations::mailed_at.desc())
        .select(deployment_confirmations::mailed_at)
        .first(conn)
        .optional()?;
    Ok(last.flatten())
}

/// Writes a request down, queued or mailed now.
pub(super) fn insert(
    deed: &mut Deed<'_>,
    deployment: DeploymentId,
    email: &Email,
    status: RequestStatus,
) -> Result<ConfirmationId, Failure> {
    let (id, now) = (ConfirmationId::new(), deed.now());
    let by: Option<MemberId> = deed.by().member().map(|member| member.member);
    diesel::insert_into(deployment_confirmations::table)
        .values((
            deployment_confirmations::id.eq(id),
            deployment_confirmations::deployment_id.eq(deployment),
            deployment_confirmations::email.eq(email.as_str()),
            deployment_confirmations::status.eq(status),
            deployment_confirmations::requested_by.eq(by),
            deployment_confirmations::requested_at.eq(now),
            deployment_confirmations::mailed_at.eq((status == RequestStatus::Mailed).then_some(now)),
        ))
        .execute(deed.conn())?;
    Ok(id)
}

/// What becomes of a request.
#[derive(AsChangeset)]
#[diesel(table_name = deployment_confirmations, check_for_backend(crate::db::MultiBackend))]
pub(super) struct Fate<'a> {
    pub(super) status: RequestStatus,
    pub(super) decided_by: Option<MemberId>,
    pub(super) mailed_at: Option<Timestamp>,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) answer: Option<Reply>,
    pub(super) corrections: Option<Json<Value>>,
    pub(super) comment: Option<&'a str>,
}

impl Fate<'_> {
    /// Another status and nothing else.
    pub(super) fn only(status: RequestStatus) -> Self {
        Self {
            status,
            decided_by: None,
            mailed_at: None,
            answered_at: None,
            answer: None,
            corrections: None,
            comment: None,
        }
    }
}

/// Moves a request from one status on; answers whether it was (still) there.
pub(super) fn settle(
    deed: &mut Deed<'_>,
    id: ConfirmationId,
    from: RequestStatus,
    fate: &Fate<'_>,
) -> Result<bool, Failure> {
    let moved = diesel::update(deployment_confirmations::table.find(id))
        .filter(deployment_confirmations::status.eq(from))
        .set(fate)
        .execute(deed.conn())?;
    Ok(moved == 1)
}

/// Lets a decided request wait again; answers whether its decision still stood alone.
pub(super) fn put_back(deed: &mut Deed<'_>, id: ConfirmationId) -> Result<bool, Failure> {
    let moved = diesel::update(deployment_confirmations::table.find(id))
        .filter(deployment_confirmations::status.eq_any([RequestStatus::Mailed, RequestStatus::Refused]))
        .set((
            deployment_confirmations::status.eq(RequestStatus::Queued),
            deployment_confirmations::decided_by.eq(None::<MemberId>),
            deployment_confirmations::mailed_at.eq(None::<Timestamp>),
            deployment_confirmations::comment.eq(None::<String>),
        ))
        .execute(deed.conn())?;
    Ok(moved == 1)
}

/// Everything that stands for a vendor's own addresses: also those of members who left.
pub(super) fn vendor_addresses(
    conn: &mut DbConn,
    vendor: OrganizationId,
) -> Result<VendorAddresses, Failure> {
    let addresses: Vec<String> =
        members::table.filter(members::organization_id.eq(vendor)).select(members::email).load(conn)?;
    let website: Option<String> =
        organizations::table.find(vendor).select(organizations::website).first(conn)?;
    Ok(VendorAddresses::of(addresses.iter().map(String::as_str), website.as_deref()))
}

/// What is known of a municipality's addresses.
pub(super) fn municipality_addresses(
    conn: &mut DbConn,
    code: MunicipalityCode,
) -> Result<MunicipalityAddresses, Failure> {
    let people: Vec<(MemberId, String, Locale, Role)> = members::table
        .inner_join(organizations::table)
        .filter(organizations::kind.eq(OrganizationKind::Municipality))
        .filter(organizations::municipality_code.eq(code.as_str()))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .filter(members::status.eq(MemberStatus::Active))
        .filter(members::role.eq_any([Role::Admin, Role::Editor]))
        .order(members::id)
        .select((members::id, members::email, members::locale, members::role))
        .load(conn)?;
    let domains = mail_domains::table
        .filter(mail_domains::municipality_code.eq(code.as_str()))
        .select(mail_domains::domain)
        .load(conn)?;
    let colleague = |(member, email, locale, role): (MemberId, String, Locale, Role)| {
        Ok(Colleague {
            member,
            email: Email::parse(&email).map_err(Failure::internal)?,
            locale,
            admin: role == Role::Admin,
        })
    };
    let colleagues = people.into_iter().map(colleague).collect::<Result<_, Failure>>()?;
    Ok(MunicipalityAddresses { colleagues, domains })
}

/// A request as the bureau decides on it.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct DeskRequest {
    /// The request.
    pub id: ConfirmationId,
    /// Where it stands.
    pub status: RequestStatus,
    /// The address the vendor gave.
    pub email: String,
    /// When the vendor asked.
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
    /// The deployment.
    pub deployment_id: DeploymentId,
    /// The municipality named in it.
    pub municipality_code: Option<String>,
    /// The solution.
    pub solution_id: SolutionId,
    /// Its name.
    pub solution: String,
    /// The vendor's name.
    pub vendor: String,
}

/// A place on the desk: oldest first.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct DeskPlace {
    /// When the request was made.
    pub requested_at: Timestamp,
    /// Which of that moment.
    pub id: ConfirmationId,
}

/// Requests that lie on `desk`, oldest first, one more than `limit`; and how many there are when
/// `count` asks for it.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn on_desk(
    conn: &mut DbConn,
    desk: &Desk,
    status: Option<RequestStatus>,
    after: Option<DeskPlace>,
    limit: i64,
    count: bool,
) -> Result<(Vec<DeskRequest>, Option<i64>), Failure> {
    let prefectures: Vec<i32> = match desk {
        Desk::Everywhere => Prefecture::all().map(|prefecture| i32::from(prefecture.code())).collect(),
        Desk::Region(prefectures) => prefectures.iter().copied().map(i32::from).collect(),
    };
    let statuses = status.map_or_else(|| RequestStatus::ALL.to_vec(), |status| vec![status]);
    let base = || {
        deployment_confirmations::table
            .inner_join(deployments::table.inner_join(solutions::table.inner_join(organizations::table)))
            .filter(deployments::prefecture.eq_any(prefectures.clone()))
            .filter(deployment_confirmations::status.eq_any(statuses.clone()))
    };
    let total = if count { Some(base().count().get_result(conn)?) } else { None };
    let mut page = base()
        .order((deployment_confirmations::requested_at, deployment_confirmations::id))
        .limit(limit.saturating_add(1))
        .select((
            deployment_confirmations::id,
            deployment_confirmations::status,
            deployment_confirmations::email,
            deployment_confirmations::requested_at,
            deployments::id,
            deployments::municipality_code,
            solutions::id,
            solutions::name,
            organizations::name,
        ))
        .into_boxed();
    if let Some(DeskPlace { requested_at, id }) = after {
        page = page.filter(deployment_confirmations::requested_at.gt(requested_at).or(
            deployment_confirmations::requested_at.eq(requested_at).and(deployment_confirmations::id.gt(id)),
        ));
    }
    Ok((page.load(conn)?, total))
}
