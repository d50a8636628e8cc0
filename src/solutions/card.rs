//! A solution in a few lines, and what permission to it depends on: what other slices may know.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Solution};
use super::{Maturity, Price, SolutionId, SolutionStatus, Step};
use crate::accounts::{OrganizationId, OrganizationStatus, VendorType};
use crate::attachments::Footing;
use crate::db::DbConn;
use crate::db::schema::{organizations, solutions};
use crate::failure::Failure;
use crate::policy::{Openness, Subject};
use crate::reference::MunicipalityCode;

/// A solution in a few lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Card {
    /// The solution.
    pub id: SolutionId,
    /// 名称
    pub name: String,
    /// ひとこと
    pub tagline: Option<String>,
    /// Where it stands.
    pub status: SolutionStatus,
    /// How far it has come.
    pub maturity: Option<Maturity>,
    /// What it costs.
    pub price: Price,
    /// Who offers it.
    pub vendor: Vendor,
}

/// The vendor of a solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Vendor {
    /// The organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// What kind of vendor it is.
    pub vendor_type: Option<VendorType>,
    /// 全国地方公共団体コード of the head office.
    #[schema(value_type = Option<String>, example = "012106")]
    pub municipality_code: Option<MunicipalityCode>,
    /// The head office's place in words, e.g. 北海道岩見沢市.
    pub municipality: Option<String>,
    /// Whether it is invented for a demonstration.
    pub demonstration: bool,
}

impl Vendor {
    /// Puts a vendor together from its row.
    pub(super) fn of(row: VendorRow) -> Self {
        // Codes are parsed before they are stored; one that a newer table no longer knows is shown as absent.
        let code = row.municipality_code.as_deref().and_then(|code| MunicipalityCode::parse(code).ok());
        Self {
            id: row.id,
            name: row.name,
            vendor_type: row.vendor_type,
            municipality_code: code,
            municipality: code.map(|code| code.municipality().full_name_ja()),
            demonstration: row.demonstration,
        }
    }
}

/// The columns of a vendor that solutions show or depend on.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(crate::db::MultiBackend))]
pub(super) struct VendorRow {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    pub(super) vendor_type: Option<VendorType>,
    pub(super) municipality_code: Option<String>,
    pub(super) prefecture: Option<i32>,
    pub(super) demonstration: bool,
    pub(super) status: OrganizationStatus,
}

impl VendorRow {
    /// The prefecture of the head office, 1 to 47.
    pub(super) fn prefecture(&self) -> Option<u8> {
        self.prefecture.and_then(|prefecture| u8::try_from(prefecture).ok())
    }

    /// What permission to a solution of this vendor depends on.
    pub(super) fn subject(&self, status: SolutionStatus) -> Subject {
        let in_catalogue = status == SolutionStatus::Published && self.status == OrganizationStatus::Approved;
        let openness = if in_catalogue { Openness::Public } else { Openness::Private };
        Subject::private(self.id, self.prefecture()).open_to(openness)
    }
}

/// The cards of those of `ids` that exist, by id. Shows everything: ask the policy first ([`subject`]).
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn cards(conn: &mut DbConn, ids: &[SolutionId]) -> Result<HashMap<SolutionId, Card>, Failure> {
    let rows: Vec<Solution> = solutions::table
        .inner_join(organizations::table)
        .filter(solutions::id.eq_any(ids))
        .select(Solution::as_select())
        .load(conn)?;
    Ok(rows.iter().map(|solution| (solution.id(), Card::of(solution))).collect())
}

/// What a vendor publishes, the latest first.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn published_of(conn: &mut DbConn, organization: OrganizationId) -> Result<Vec<Card>, Failure> {
    let ids: Vec<SolutionId> = solutions::table
        .filter(solutions::organization_id.eq(organization))
        .filter(solutions::status.eq(SolutionStatus::Published))
        .order(solutions::published_at.desc())
        .select(solutions::id)
        .load(conn)?;
    let mut cards = cards(conn, &ids)?;
    Ok(ids.iter().filter_map(|id| cards.remove(id)).collect())
}

impl Card {
    /// Shows one in a few lines.
    pub(super) fn of(solution: &Solution) -> Self {
        let content = solution.content();
        Self {
            id: solution.id(),
            name: content.name.clone(),
            tagline: content.tagline.clone(),
            status: solution.record.status,
            maturity: content.maturity,
            price: content.price.clone(),
            vendor: Vendor::of(solution.vendor.clone()),
        }
    }
}

/// Where it stands, as far as its attachments depend on it.
///
/// # Errors
/// `NotFound`.
pub fn footing(conn: &mut DbConn, id: SolutionId) -> Result<Footing, Failure> {
    let solution = store::find(conn, id)?;
    Ok(Footing {
        takes_changes: solution.record.status.legal_steps().any(|step| step == Step::Edit),
        relied_upon: false,
        withheld: false,
        until: None,
        unnamed: false,
        title: solution.content().name.clone(),
        subject: solution.subject(),
    })
}

/// What permission to a solution depends on: its vendor, the head office's prefecture, and whether everyone may
/// read it.
///
/// # Errors
/// `NotFound` when there is no such solution.
pub fn subject(conn: &mut DbConn, id: SolutionId) -> Result<Subject, Failure> {
    Ok(store::find(conn, id)?.subject())
}

/// What a solution says, for those who decide about it. Shows everything: ask the policy first ([`subject`]).
///
/// # Errors
/// `NotFound` when there is no such solution.
pub fn content(conn: &mut DbConn, id: SolutionId) -> Result<super::SolutionContent, Failure> {
    Ok(store::find(conn, id)?.content().clone())
}
