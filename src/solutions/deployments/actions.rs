//! What is done with deployments: one function a verb.

use serde_json::{Map, Value, json};

use super::store::{self, Standing};
use super::{Deployment, DeploymentContent, DeploymentForm, DeploymentId, Verification, confirmation, view};
use crate::audit::{self, Event};
use crate::db::change_log::Changed;
use crate::failure::Failure;
use crate::fields::prose;
use crate::moderation::{self, SubjectKind};
use crate::policy::{self, Action};
use crate::services::Deed;
use crate::solutions::store::{self as solutions, Solution};
use crate::solutions::{SolutionId, SolutionStatus};
use crate::web::{merge_patch, read_value};

/// A solution with more entries than this would be a catalogue of its own.
const MOST: usize = 200;
/// What a bureau says with its verification, at most.
const COMMENT: usize = 2_000;

/// Enters a deployment, on the vendor's word.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `solution_archived`, `too_many_deployments`; `Invalid` with every wrong
/// field.
pub fn declare(
    deed: &mut Deed<'_>,
    solution: SolutionId,
    form: &DeploymentForm,
) -> Result<DeploymentId, Failure> {
    let solution = solutions::hold(deed.conn(), solution)?;
    policy::require(deed.by(), Action::Edit, &solution.subject())?;
    ensure_offered(&solution)?;
    let content = form.parse(deed.now().japan_date())?;
    let known = store::of_solutions(deed.conn(), &[solution.id()])?;
    if known.get(&solution.id()).map_or(0, Vec::len) >= MOST {
        return Err(Failure::Conflict("too_many_deployments"));
    }
    let id = store::insert(deed, solution.id(), &content)?;
    let created = store::find(deed.conn(), id)?;
    record(deed, "deployment.declare", &solution, &created, None, Some(told(&created)))?;
    Ok(id)
}

/// Merges `patch` onto what is said. A change of what was verified makes it declared again, takes a denial away
/// and withdraws open questions; so does, for what a bureau read, another address of the evidence.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `Conflict` (`solution_archived`), `Invalid`.
pub fn edit(
    deed: &mut Deed<'_>,
    id: DeploymentId,
    version: i32,
    patch: Map<String, Value>,
) -> Result<(), Failure> {
    let (solution, deployment) = reach(deed, id, Action::Edit, Some(version))?;
    ensure_offered(&solution)?;
    let mut document = serde_json::to_value(&deployment.content).map_err(Failure::internal)?;
    merge_patch(&mut document, patch);
    let content = read_value::<DeploymentForm>(document)?.parse(deed.now().japan_date())?;
    let standing = standing_after(&deployment, &content);
    store::rewrite(deed, &deployment, &content, standing)?;
    if !deployment.content.states_the_same_as(&content) {
        confirmation::withdraw(deed, id)?;
    }
    record_change(deed, "deployment.edit", &solution, &deployment)
}

/// Where a deployment stands after its vendor wrote `content`; `None`: as before.
fn standing_after(deployment: &Deployment, content: &DeploymentContent) -> Option<Standing> {
    let other_evidence = deployment.content.evidence_url != content.evidence_url;
    let read_by_bureau = deployment.verification == Verification::Documented;
    let stays = deployment.content.states_the_same_as(content) && !(read_by_bureau && other_evidence);
    (!stays).then_some(Standing::DECLARED)
}

/// Takes it out.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`.
pub fn remove(deed: &mut Deed<'_>, id: DeploymentId, version: Option<i32>) -> Result<(), Failure> {
    let (solution, deployment) = reach(deed, id, Action::Edit, version)?;
    confirmation::withdraw(deed, id)?;
    store::delete(deed, &deployment)?;
    record(deed, "deployment.remove", &solution, &deployment, Some(told(&deployment)), None)
}

/// Says that the evidence was read.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`; `Conflict`: `deployment_verified`, `deployment_denied`; `Invalid` for a
/// comment that is too long.
pub fn document(
    deed: &mut Deed<'_>,
    id: DeploymentId,
    version: Option<i32>,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let (solution, deployment) = reach(deed, id, Action::Moderate, version)?;
    let comment = comment.map(|text| prose(text, COMMENT)).transpose();
    let comment = comment.map_err(|invalid| Failure::field("/comment", invalid))?;
    if deployment.is_denied() {
        return Err(Failure::Conflict("deployment_denied"));
    }
    if deployment.verification != Verification::Declared {
        return Err(Failure::Conflict("deployment_verified"));
    }
    let standing = Standing {
        verification: Verification::Documented,
        verified_at: Some(deed.now()),
        verified_by: deed.by().member().map(|member| member.member),
        denied_at: None,
    };
    store::rewrite(deed, &deployment, &deployment.content, Some(standing))?;
    moderation::enter(deed, SubjectKind::Deployment, id.0, "document", comment.as_deref())?;
    record_change(deed, "deployment.document", &solution, &deployment)
}

/// The deployment, held, and its solution, when the caller may do `action` with it and read its current version.
pub(super) fn reach(
    deed: &mut Deed<'_>,
    id: DeploymentId,
    action: Action,
    version: Option<i32>,
) -> Result<(Solution, Deployment), Failure> {
    let deployment = store::hold(deed.conn(), id)?;
    let solution = solutions::find(deed.conn(), deployment.solution)?;
    let vendor = solution.subject();
    if !view::may_see(deed.by(), &vendor, &deployment) {
        return Err(Failure::NotFound);
    }
    policy::require(deed.by(), action, &view::subject(&vendor, &deployment))?;
    deployment.check_version(version)?;
    Ok((solution, deployment))
}

/// Evidence belongs to something that is offered.
fn ensure_offered(solution: &Solution) -> Result<(), Failure> {
    if solution.record.status == SolutionStatus::Archived {
        return Err(Failure::Conflict("solution_archived"));
    }
    Ok(())
}

/// Writes into the audit trail what a write made of `before`, and tells the index.
pub(super) fn record_change(
    deed: &mut Deed<'_>,
    action: &'static str,
    solution: &Solution,
    before: &Deployment,
) -> Result<(), Failure> {
    let after = store::find(deed.conn(), before.id)?;
    record(deed, action, solution, before, Some(told(before)), Some(told(&after)))
}

/// Writes an event about `deployment` into the audit trail of the prefecture it was in, and tells the index.
pub(super) fn record(
    deed: &mut Deed<'_>,
    action: &'static str,
    solution: &Solution,
    deployment: &Deployment,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<(), Failure> {
    let event = Event::new(action, "deployment", deployment.id.0)
        .in_prefecture(deployment.prefecture().or(solution.vendor.prefecture()))
        .change(before, after);
    audit::record(deed, event)?;
    deed.touch(Changed::Solution(solution.id().0));
    Ok(())
}

/// What the audit trail keeps of a deployment: nothing in it is personal.
fn told(deployment: &Deployment) -> Value {
    json!({
        "solution": deployment.solution,
        "content": deployment.content,
        "verification": deployment.verification,
        "denied": deployment.is_denied(),
    })
}
