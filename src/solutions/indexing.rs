//! What matching and search read of a solution.

use diesel::prelude::*;

use super::deployments::{self, Deployment, Measured};
use super::store::Solution;
use super::{SolutionContent, SolutionId, SolutionStatus};
use crate::accounts::OrganizationStatus;
use crate::db::DbConn;
use crate::db::schema::{organizations, solutions};
use crate::failure::Failure;
use crate::fields::Yen;
use crate::matching::{self, DeploymentDoc, DeploymentPlace, SolutionDoc};
use crate::reference::MunicipalityCode;

/// A solution for the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedSolution {
    /// Its id.
    pub id: SolutionId,
    /// What is ranked and searched. Ranked only while it is published and its vendor approved.
    pub doc: SolutionDoc,
}

/// Those of `which` that exist, or all there are.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn for_index(conn: &mut DbConn, which: Option<&[SolutionId]>) -> Result<Vec<IndexedSolution>, Failure> {
    let mut query = solutions::table
        .inner_join(organizations::table)
        .select(Solution::as_select())
        .order(solutions::id)
        .into_boxed();
    if let Some(ids) = which {
        query = query.filter(solutions::id.eq_any(ids));
    }
    let found: Vec<Solution> = query.load(conn)?;
    let ids: Vec<SolutionId> = found.iter().map(Solution::id).collect();
    let mut evidence = deployments::of_solutions(conn, &ids)?;
    found
        .into_iter()
        .map(|solution| {
            let entries = evidence.remove(&solution.id()).unwrap_or_default();
            indexed(solution, &entries)
        })
        .collect()
}

fn indexed(solution: Solution, entries: &[Deployment]) -> Result<IndexedSolution, Failure> {
    let candidate = solution.record.status == SolutionStatus::Published
        && solution.vendor.status == OrganizationStatus::Approved;
    let office = solution.vendor.municipality_code.as_deref().unwrap_or_default();
    let vendor_place = MunicipalityCode::parse(office).map_err(Failure::internal)?;
    let deployments = entries.iter().filter(|entry| !entry.is_denied()).filter_map(deployment).collect();
    Ok(IndexedSolution {
        id: solution.id(),
        doc: SolutionDoc {
            candidate,
            vendor_place,
            deployments,
            ..document(solution.record.content.0, vendor_place)
        },
    })
}

fn document(content: SolutionContent, vendor_place: MunicipalityCode) -> SolutionDoc {
    SolutionDoc {
        candidate: false,
        vendor_place,
        name: content.name,
        tagline: content.tagline.unwrap_or_default(),
        description: content.description.unwrap_or_default(),
        sectors: content.sectors,
        technologies: content.technologies,
        infrastructure_required: content.infrastructure_required,
        // Only a draft has none, and a draft is searched, not ranked.
        maturity: content.maturity.map_or(matching::Maturity::Concept, maturity),
        regions: content.regions,
        price: matching::Price {
            initial_min: content.price.initial_min.map(Yen::yen),
            initial_max: content.price.initial_max.map(Yen::yen),
            yearly_min: content.price.yearly_min.map(Yen::yen),
            yearly_max: content.price.yearly_max.map(Yen::yen),
        },
        lead_months: content.lead_months.map(u32::from),
        deployments: Vec::new(),
    }
}

/// A deployment as evidence; one without a place is none.
fn deployment(entry: &Deployment) -> Option<DeploymentDoc> {
    let content = &entry.content;
    let place = match (content.municipality_code, &content.country) {
        (Some(code), _) => DeploymentPlace::Municipality(code),
        (None, Some(country)) => DeploymentPlace::Country(country.to_string()),
        (None, None) => return None,
    };
    Some(DeploymentDoc {
        place,
        sector: content.sector,
        started_on: content.started_on,
        ended_on: content.ended_on,
        stage: match content.stage {
            deployments::Stage::Pilot => matching::DeploymentStage::Pilot,
            deployments::Stage::Operation => matching::DeploymentStage::Operation,
        },
        outcome: match content.outcome {
            deployments::Outcome::Ongoing => matching::DeploymentOutcome::Ongoing,
            deployments::Outcome::Completed => matching::DeploymentOutcome::Completed,
            deployments::Outcome::Discontinued => matching::DeploymentOutcome::Discontinued,
        },
        verification: match entry.verification {
            deployments::Verification::Declared => matching::Verification::Declared,
            deployments::Verification::Documented => matching::Verification::Documented,
            deployments::Verification::Confirmed => matching::Verification::Confirmed,
        },
        results: content.results.iter().map(in_words).collect::<Vec<_>>().join("\n"),
    })
}

fn maturity(said: super::Maturity) -> matching::Maturity {
    match said {
        super::Maturity::Concept => matching::Maturity::Concept,
        super::Maturity::Prototype => matching::Maturity::Prototype,
        super::Maturity::Piloted => matching::Maturity::Piloted,
        super::Maturity::Commercial => matching::Maturity::Commercial,
    }
}

fn in_words(measured: &Measured) -> String {
    format!("{} {}", measured.indicator, measured.unit)
}
