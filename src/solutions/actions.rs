//! What is done with solutions: one function a verb.

use serde_json::{Map, Value, json};

use super::states::Step;
use super::store::{self, Solution};
use super::{Price, SolutionContent, SolutionForm, SolutionId, SolutionStatus, form};
use crate::accounts::{OrganizationId, OrganizationStatus, Role};
use crate::audit::{self, Event};
use crate::db::change_log::Changed;
use crate::failure::Failure;
use crate::fields::{Invalid, prose};
use crate::moderation::{self, SubjectKind};
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::{self, Action};
use crate::services::Deed;
use crate::watches::{self, About, Happening};
use crate::web::{merge_patch, read_value};

/// What somebody says with a step, at most.
const COMMENT: usize = 2_000;

/// Begins a draft of `owner`.
///
/// # Errors
/// `Forbidden` for others than writers of a vendor; `Invalid` with every wrong field.
pub fn create(
    deed: &mut Deed<'_>,
    owner: OrganizationId,
    form: &SolutionForm,
) -> Result<SolutionId, Failure> {
    policy::require(deed.by(), Action::WriteSolution, &policy::Subject::default())?;
    let content = form.parse()?;
    let id = store::insert(deed, owner, &content)?;
    let created = store::find(deed.conn(), id)?;
    record(deed, "solution.create", &created, None, Some(told(&content)))?;
    deed.touch(Changed::Solution(id.0));
    Ok(id)
}

/// Merges `patch` onto what is said. What others read, or read before, must stay complete.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep` while it is under review or archived, `Invalid`.
pub fn edit(
    deed: &mut Deed<'_>,
    id: SolutionId,
    version: i32,
    patch: Map<String, Value>,
) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Edit, Some(version))?;
    let status = solution.record.status.step(Step::Edit)?;
    let mut document = serde_json::to_value(solution.content()).map_err(Failure::internal)?;
    merge_patch(&mut document, patch);
    let content = read_value::<SolutionForm>(document)?.parse()?;
    if status.must_be_complete() {
        form::complete(&content)?;
    }
    store::rewrite(deed, &solution, &content)?;
    let (before, after) = difference(told(solution.content()), told(&content));
    record(deed, "solution.edit", &solution, Some(before), Some(after))?;
    if status == SolutionStatus::Published {
        // A vendor saves many times in a day: told once of a day.
        let day = deed.now().japan_date();
        watches::happened(deed, About::Solution(id), Happening::Changed, day)?;
    }
    deed.touch(Changed::Solution(id.0));
    Ok(())
}

/// Puts it before the bureau of the head office's prefecture.
///
/// # Errors
/// `NotFound`, `Forbidden` (also while the vendor waits for approval), `Stale`, `IllegalStep`, `Invalid` with
/// everything that is missing.
pub fn submit(deed: &mut Deed<'_>, id: SolutionId, version: Option<i32>) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Submit, version)?;
    let to = solution.record.status.step(Step::Submit)?;
    form::complete(solution.content())?;
    take(deed, &solution, to, "solution.submit", None)
}

/// Takes it back from the bureau.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub fn recall(deed: &mut Deed<'_>, id: SolutionId, version: Option<i32>) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Submit, version)?;
    let to = solution.record.status.step(Step::Recall)?;
    take(deed, &solution, to, "solution.recall", None)
}

/// Puts it into the catalogue, or back into it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`; `Conflict` while its vendor is not approved; `Invalid` for
/// a comment that is too long.
pub fn publish(
    deed: &mut Deed<'_>,
    id: SolutionId,
    version: Option<i32>,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Moderate, version)?;
    let to = solution.record.status.step(Step::Publish)?;
    let comment = said(comment)?;
    if solution.vendor.status != OrganizationStatus::Approved {
        return Err(Failure::Conflict("vendor_not_approved"));
    }
    take(deed, &solution, to, "solution.publish", comment.as_deref())?;
    moderation::enter(deed, SubjectKind::Solution, id.0, "publish", comment.as_deref())?;
    watches::happened(deed, About::Solution(id), Happening::Published, "")?;
    tell_vendor(deed, &solution, Kind::SolutionPublished, comment)
}

/// Gives it back to its vendor with a comment.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid` without a comment.
pub fn give_back(
    deed: &mut Deed<'_>,
    id: SolutionId,
    version: Option<i32>,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Moderate, version)?;
    let to = solution.record.status.step(Step::Return)?;
    let comment = required("/comment", comment)?;
    take(deed, &solution, to, "solution.return", Some(&comment))?;
    moderation::enter(deed, SubjectKind::Solution, id.0, "return", Some(&comment))?;
    tell_vendor(deed, &solution, Kind::SolutionReturned, Some(comment))
}

/// Takes it out of the catalogue.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid` without a reason.
pub fn suspend(
    deed: &mut Deed<'_>,
    id: SolutionId,
    version: Option<i32>,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Moderate, version)?;
    let to = solution.record.status.step(Step::Suspend)?;
    let reason = required("/reason", reason)?;
    take(deed, &solution, to, "solution.suspend", Some(&reason))?;
    moderation::enter(deed, SubjectKind::Solution, id.0, "suspend", Some(&reason))?;
    tell_vendor(deed, &solution, Kind::SolutionSuspended, Some(reason))
}

/// Puts a solution that was published or returned a moment ago back before its bureau, as if that had not been.
/// `version` is the one that the step made.
///
/// # Errors
/// `Stale` when it was written since, `Conflict` (`nothing_to_undo`) in any other state, and those of the policy.
pub fn take_back(deed: &mut Deed<'_>, id: SolutionId, version: i32) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Moderate, Some(version))?;
    if !matches!(solution.record.status, SolutionStatus::Published | SolutionStatus::Returned) {
        return Err(Failure::Conflict("nothing_to_undo"));
    }
    store::put_back(deed, &solution)?;
    watches::unsaid(deed, About::Solution(id))?;
    moderation::enter(deed, SubjectKind::Solution, id.0, "undo", None)?;
    let change = |status: SolutionStatus| Some(json!({"status": status}));
    let (before, after) = (change(solution.record.status), change(SolutionStatus::InReview));
    record(deed, "solution.undo", &solution, before, after)?;
    deed.touch(Changed::Solution(id.0));
    Ok(())
}

/// No longer offers it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid` for a reason that is too long.
pub fn archive(
    deed: &mut Deed<'_>,
    id: SolutionId,
    version: Option<i32>,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Submit, version)?;
    let to = solution.record.status.step(Step::Archive)?;
    let reason = said(reason)?;
    take(deed, &solution, to, "solution.archive", reason.as_deref())
}

/// Throws a draft away.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep` for anything but a draft.
pub fn delete(deed: &mut Deed<'_>, id: SolutionId, version: Option<i32>) -> Result<(), Failure> {
    let solution = reach(deed, id, Action::Edit, version)?;
    solution.record.status.step(Step::Delete)?;
    store::delete(deed, &solution)?;
    record(deed, "solution.delete", &solution, Some(told(solution.content())), None)?;
    deed.touch(Changed::Solution(id.0));
    Ok(())
}

/// The solution, held, when the caller may do `action` with it and read its current version.
fn reach(
    deed: &mut Deed<'_>,
    id: SolutionId,
    action: Action,
    version: Option<i32>,
) -> Result<Solution, Failure> {
    let solution = store::hold(deed.conn(), id)?;
    policy::require(deed.by(), action, &solution.subject())?;
    solution.check_version(version)?;
    Ok(solution)
}

/// Moves it, and writes that into the audit trail and the change log.
fn take(
    deed: &mut Deed<'_>,
    solution: &Solution,
    to: SolutionStatus,
    action: &'static str,
    comment: Option<&str>,
) -> Result<(), Failure> {
    store::move_to(deed, solution, to)?;
    let after = json!({"status": to, "comment": comment.map(audit::digest)});
    record(deed, action, solution, Some(json!({"status": solution.record.status})), Some(after))?;
    deed.touch(Changed::Solution(solution.id().0));
    Ok(())
}

fn record(
    deed: &mut Deed<'_>,
    action: &'static str,
    solution: &Solution,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<(), Failure> {
    let event = Event::new(action, "solution", solution.id().0)
        .in_prefecture(solution.vendor.prefecture())
        .change(before, after);
    audit::record(deed, event)
}

/// What the audit trail keeps of a document: long texts as digests.
fn told(content: &SolutionContent) -> Value {
    let digest = |text: &Option<String>| text.as_deref().map(audit::digest);
    let price = Price { note: digest(&content.price.note), ..content.price.clone() };
    let kept = SolutionContent { description: digest(&content.description), price, ..content.clone() };
    json!(kept)
}

/// The members that differ, before and after.
fn difference(before: Value, after: Value) -> (Value, Value) {
    let (Value::Object(mut before), Value::Object(mut after)) = (before, after) else {
        return (Value::Null, Value::Null);
    };
    before.retain(|name, value| match after.get(name) {
        Some(same) if same == value => {
            after.remove(name);
            false
        }
        _ => true,
    });
    (Value::Object(before), Value::Object(after))
}

/// A comment that may be left out.
fn said(comment: Option<&str>) -> Result<Option<String>, Failure> {
    let comment = comment.map(|text| prose(text, COMMENT)).transpose();
    let comment = comment.map_err(|invalid| Failure::field("/comment", invalid))?;
    Ok(comment.filter(|text| !text.is_empty()))
}

/// A comment that may not be left out.
fn required(pointer: &'static str, comment: Option<&str>) -> Result<String, Failure> {
    said(comment)?.ok_or_else(|| Failure::field(pointer, Invalid::new("required")))
}

fn tell_vendor(
    deed: &mut Deed<'_>,
    solution: &Solution,
    kind: Kind,
    comment: Option<String>,
) -> Result<(), Failure> {
    let link = Link::Page(format!("/solutions/{}", solution.id()));
    let mut letter =
        Letter::new(kind, ("solution", solution.id().0), link).with("solution", &solution.content().name);
    if let Some(comment) = comment {
        letter = letter.with("comment", comment);
    }
    notices::tell_organization(deed, solution.vendor.id, Role::Editor, &letter)
}
