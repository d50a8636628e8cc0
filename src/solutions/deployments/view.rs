//! Deployments as they are shown, and to whom.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::confirmation::{self, Request};
use super::{Deployment, DeploymentContent, DeploymentId, Verification, store};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Openness, Subject};
use crate::solutions::SolutionId;

/// A deployment as it is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeploymentView {
    /// Which.
    pub id: DeploymentId,
    /// Of which solution.
    pub solution_id: SolutionId,
    /// What is said about it.
    #[serde(flatten)]
    pub content: DeploymentContent,
    /// The place in words, e.g. 北海道岩見沢市; absent abroad.
    pub municipality: Option<String>,
    /// Who stands behind it. Read-only.
    pub verification: Verification,
    /// Since when it is more than declared.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Timestamp>,
    /// Whether its municipality said that it never was; shown to the vendor and its bureau, for others such an
    /// entry is not there.
    pub denied: bool,
    /// The last request for confirmation, for those who may change or moderate it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Request>,
    /// Counts writes; the ETag.
    pub version: i32,
    /// What the reader may do with it; for pages.
    #[serde(skip)]
    pub acts: Vec<Act>,
}

/// What a reader may do with a deployment now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Change it, or take it out.
    Edit,
    /// Ask the municipality to confirm it.
    Ask,
    /// Say that its evidence was read.
    Document,
}

/// Those of `deployments` of one solution that `actor` may see; `vendor` is the subject of the solution.
///
/// Permission table: everyone sees confirmed ones; members of approved organizations all, with what stands
/// behind each; the vendor, its bureau and the operator also those that were denied.
///
/// # Errors
/// `Internal` when the requests cannot be read.
pub fn visible(
    conn: &mut DbConn,
    actor: &Actor,
    vendor: &Subject,
    deployments: Vec<Deployment>,
) -> Result<Vec<DeploymentView>, Failure> {
    let shown: Vec<Deployment> =
        deployments.into_iter().filter(|deployment| may_see(actor, vendor, deployment)).collect();
    let inside: Vec<DeploymentId> = shown
        .iter()
        .filter(|deployment| sees_requests(actor, vendor, deployment))
        .map(|deployment| deployment.id)
        .collect();
    let mut requests: HashMap<DeploymentId, Request> = confirmation::last_requests(conn, &inside)?;
    Ok(shown.into_iter().map(|one| view(actor, vendor, one, &mut requests)).collect())
}

fn acts(actor: &Actor, vendor: &Subject, deployment: &Deployment) -> Vec<Act> {
    let subject = subject(vendor, deployment);
    let (verification, denied) = (deployment.verification, deployment.is_denied());
    let in_japan = deployment.content.municipality_code.is_some();
    let askable = in_japan && !denied && verification != Verification::Confirmed;
    let legal = [
        (Act::Edit, Action::Edit, true),
        (Act::Ask, Action::Submit, askable),
        (Act::Document, Action::Moderate, !denied && verification == Verification::Declared),
    ];
    let may =
        legal.into_iter().filter(|(_, action, legal)| *legal && policy::allows(actor, *action, &subject));
    may.map(|(act, _, _)| act).collect()
}

fn view(
    actor: &Actor,
    vendor: &Subject,
    deployment: Deployment,
    requests: &mut HashMap<DeploymentId, Request>,
) -> DeploymentView {
    DeploymentView {
        acts: acts(actor, vendor, &deployment),
        id: deployment.id,
        solution_id: deployment.solution,
        municipality: deployment.content.municipality_code.map(|code| code.municipality().full_name_ja()),
        verification: deployment.verification,
        verified_at: deployment.verified_at,
        denied: deployment.is_denied(),
        confirmation: requests.remove(&deployment.id),
        version: deployment.version,
        content: deployment.content,
    }
}

/// What permission to a deployment depends on: it belongs to the vendor, is open as far as its solution is, and is
/// moderated where it was, or abroad by the bureau of the head office.
pub(super) fn subject(vendor: &Subject, deployment: &Deployment) -> Subject {
    let openness = match (deployment.is_denied(), deployment.verification) {
        _ if vendor.openness == Openness::Private => Openness::Private,
        (true, _) => Openness::Private,
        (false, Verification::Confirmed) => Openness::Public,
        (false, Verification::Declared | Verification::Documented) => Openness::Registered,
    };
    Subject { prefecture: deployment.prefecture().or(vendor.prefecture), ..vendor.clone() }.open_to(openness)
}

/// Why `actor`, who sees the deployment, may not do `act` now: not at all, or not as it stands.
///
/// # Errors
/// `NotFound`, `Internal`.
pub(super) fn why_not(
    conn: &mut DbConn,
    actor: &Actor,
    id: DeploymentId,
    act: Act,
) -> Result<Failure, Failure> {
    let deployment = store::find(conn, id)?;
    let vendor = crate::solutions::subject(conn, deployment.solution)?;
    let action = match act {
        Act::Edit => Action::Edit,
        Act::Ask => Action::Submit,
        Act::Document => Action::Moderate,
    };
    if let Err(failure) = policy::require(actor, action, &subject(&vendor, &deployment)) {
        return Ok(failure);
    }
    Ok(Failure::Conflict(match (deployment.is_denied(), deployment.content.municipality_code) {
        (true, _) => "deployment_denied",
        (false, None) if act == Act::Ask => "deployment_abroad",
        (false, _) if deployment.verification == Verification::Confirmed => "deployment_confirmed",
        (false, _) => "deployment_verified",
    }))
}

/// Whether `actor` may know of `deployment`, whose solution is `vendor`'s.
pub(in crate::solutions) fn may_see(actor: &Actor, vendor: &Subject, deployment: &Deployment) -> bool {
    let among_parties = policy::allows(actor, Action::See, &vendor.clone().open_to(Openness::Private));
    among_parties || policy::allows(actor, Action::See, &subject(vendor, deployment))
}

fn sees_requests(actor: &Actor, vendor: &Subject, deployment: &Deployment) -> bool {
    policy::allows(actor, Action::SeeModeration, vendor)
        || policy::allows(actor, Action::SeeModeration, &subject(vendor, deployment))
}
