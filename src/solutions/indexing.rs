//! Solutions as the matching index takes them.

use diesel::prelude::*;

use super::card::VendorRow;
use super::deployments::{self, Deployment, Measured};
use super::store::{Record, Solution};
use super::{SolutionId, SolutionStatus};
use crate::accounts::{OrganizationId, OrganizationStatus};
use crate::db::DbConn;
use crate::db::schema::{organizations, solutions};
use crate::failure::Failure;
use crate::fields::Yen;
use crate::matching::{DeploymentDoc, DeploymentPlace, Price, SolutionDoc};
use crate::reference::MunicipalityCode;

/// A solution with its evidence, ready for the index.
#[derive(Debug, Clone)]
pub struct IndexedSolution {
    /// Which.
    pub id: SolutionId,
    /// The vendor it belongs to.
    pub owner: OrganizationId,
    /// What matching sees of it.
    pub doc: SolutionDoc,
}

/// The solutions of `which`, or all, in the order of their ids; those that are no more are left out. Drafts and
/// suspended ones are among them, for search; they are no candidates. Denied deployments are not among the
/// evidence.
///
/// # Errors
/// `Internal` when rows cannot be read.
pub fn for_index(conn: &mut DbConn, which: Option<&[SolutionId]>) -> Result<Vec<IndexedSolution>, Failure> {
    let mut rows = solutions::table
        .inner_join(organizations::table)
        .order(solutions::id)
        .select(Solution::as_select())
        .into_boxed();
    if let Some(ids) = which {
        rows = rows.filter(solutions::id.eq_any(ids.to_vec()));
    }
    let rows: Vec<Solution> = rows.load(conn)?;
    let mut indexed = Vec::with_capacity(rows.len());
    for some in rows.chunks(AT_ONCE) {
        let ids: Vec<SolutionId> = some.iter().map(Solution::id).collect();
        let mut evidence = deployments::of_solutions(conn, &ids)?;
        for solution in some {
            let known = evidence.remove(&solution.id()).unwrap_or_default();
            indexed.push(in_index(solution, &known)?);
        }
    }
    Ok(indexed)
}

/// Ids in one statement, well below what either engine can bind.
const AT_ONCE: usize = 5_000;

fn in_index(solution: &Solution, evidence: &[Deployment]) -> Result<IndexedSolution, Failure> {
    let Solution { record, vendor } = solution;
    let office = vendor.municipality_code.as_deref().unwrap_or_default();
    let office = MunicipalityCode::parse(office).map_err(Failure::internal)?;
    Ok(IndexedSolution {
        id: record.id,
        owner: vendor.id,
        doc: document(record, is_candidate(record, vendor), office, evidence),
    })
}

/// Only what is in the catalogue is ranked.
fn is_candidate(record: &Record, vendor: &VendorRow) -> bool {
    record.status == SolutionStatus::Published && vendor.status == OrganizationStatus::Approved
}

fn document(
    record: &Record,
    candidate: bool,
    vendor_place: MunicipalityCode,
    evidence: &[Deployment],
) -> SolutionDoc {
    let content = &record.content.0;
    let price = &content.price;
    let yen = |amount: Option<Yen>| amount.map(Yen::yen);
    SolutionDoc {
        candidate,
        vendor_place,
        name: content.name.clone(),
        tagline: content.tagline.clone().unwrap_or_default(),
        description: content.description.clone().unwrap_or_default(),
        sectors: content.sectors.clone(),
        technologies: content.technologies.clone(),
        infrastructure_required: content.infrastructure_required.clone(),
        // A candidate has said it; for search it does not matter.
        maturity: content.maturity.unwrap_or(super::Maturity::Concept),
        regions: content.regions.clone(),
        price: Price {
            initial_min: yen(price.initial_min),
            initial_max: yen(price.initial_max),
            yearly_min: yen(price.yearly_min),
            yearly_max: yen(price.yearly_max),
        },
        lead_months: content.lead_months.map(u32::from),
        deployments: evidence.iter().filter(|one| !one.is_denied()).filter_map(entry).collect(),
    }
}

/// `None` would be a deployment nowhere, which no parser lets in.
fn entry(deployment: &Deployment) -> Option<DeploymentDoc> {
    let content = &deployment.content;
    let place = match (content.municipality_code, content.country) {
        (Some(code), _) => DeploymentPlace::Municipality(code),
        (None, Some(country)) => DeploymentPlace::Country(country.to_string()),
        (None, None) => return None,
    };
    Some(DeploymentDoc {
        place,
        sector: content.sector,
        started_on: content.started_on,
        ended_on: content.ended_on,
        stage: content.stage,
        outcome: content.outcome,
        verification: deployment.verification,
        results: content.results.iter().map(words).collect::<Vec<_>>().join("\n"),
    })
}

/// What can be searched of a result: its words, not its figures.
fn words(result: &Measured) -> String {
    format!("{} {}", result.indicator, result.unit).trim_end().to_owned()
}
