//! Solutions as they are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::card::{Card, Vendor};
use super::deployments::{self, Deployment, DeploymentView, Evidence};
use super::states::Step;
use super::store::{self, Solution};
use super::{SolutionContent, SolutionId, SolutionStatus};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};
use crate::reference::{Region, Sector, Technology};

/// A solution in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SolutionView {
    /// Which.
    pub id: SolutionId,
    /// Where it stands.
    pub status: SolutionStatus,
    /// Counts writes; the ETag.
    pub version: i32,
    /// What is said about it.
    #[serde(flatten)]
    pub content: SolutionContent,
    /// Who offers it.
    pub vendor: Vendor,
    /// Its deployments in figures.
    pub evidence: Evidence,
    /// Its deployments, as far as the caller may see them, newest use first.
    pub deployments: Vec<DeploymentView>,
    /// The steps the caller may take now.
    pub steps: Vec<Step>,
    /// When it was last put before the bureau.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub submitted_at: Option<Timestamp>,
    /// When it first came into the catalogue.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A solution in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SolutionItem {
    /// In a few lines.
    #[serde(flatten)]
    pub card: Card,
    /// 説明; for pages that show where a word was found.
    #[serde(skip)]
    pub(super) description: Option<String>,
    /// 分野
    #[schema(value_type = Vec<String>)]
    pub sectors: Vec<Sector>,
    /// 技術
    #[schema(value_type = Vec<String>)]
    pub technologies: Vec<Technology>,
    /// 対応地域
    #[schema(value_type = Vec<String>)]
    pub regions: Vec<Region>,
    /// Months from order to use.
    pub lead_months: Option<u8>,
    /// Its deployments in figures.
    pub evidence: Evidence,
    /// Counts writes.
    pub version: i32,
    /// When it first came into the catalogue.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
}

impl SolutionItem {
    /// Shows one of a list with its deployments counted.
    pub(super) fn of(solution: Solution, deployments: &[Deployment]) -> Self {
        let card = Card::of(&solution);
        let content = solution.record.content.0;
        Self {
            card,
            description: content.description,
            sectors: content.sectors,
            technologies: content.technologies,
            regions: content.regions,
            lead_months: content.lead_months,
            evidence: Evidence::of(deployments),
            version: solution.record.version,
            published_at: solution.record.published_at,
        }
    }
}

/// One solution as `actor` may see it.
///
/// # Errors
/// `NotFound` when it does not exist or is hidden from the caller.
pub fn of(conn: &mut DbConn, actor: &Actor, id: SolutionId) -> Result<SolutionView, Failure> {
    let solution = store::find(conn, id)?;
    let subject = solution.subject();
    policy::require(actor, Action::See, &subject)?;
    let all = deployments::of_solutions(conn, &[id])?.remove(&id).unwrap_or_default();
    let evidence = Evidence::of(&all);
    let deployments = deployments::visible(conn, actor, &subject, all)?;
    let may = |step: &Step| policy::allows(actor, action_of(*step), &subject);
    let record = solution.record;
    Ok(SolutionView {
        id,
        status: record.status,
        version: record.version,
        content: record.content.0,
        vendor: Vendor::of(solution.vendor),
        evidence,
        deployments,
        steps: record.status.legal_steps().filter(may).collect(),
        submitted_at: record.submitted_at,
        published_at: record.published_at,
        created_at: record.created_at,
        updated_at: record.updated_at,
    })
}

/// What the policy is asked for a step.
fn action_of(step: Step) -> Action {
    match step {
        Step::Edit | Step::Delete => Action::Edit,
        Step::Submit | Step::Recall | Step::Archive => Action::Submit,
        Step::Publish | Step::Return | Step::Suspend => Action::Moderate,
    }
}
