//! What is done with a call: one function a verb.

use serde_json::{Map, Value, json};

use super::form::{Content, FieldForm, RemarkForm};
use super::states::{Status, Step};
use super::store::{self, Field, Known};
use super::{FieldWantedId, letters};
use crate::accounts::OrganizationStatus;
use crate::audit::{self, Event};
use crate::challenges;
use crate::db::Json;
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::moderation::{self, SubjectKind};
use crate::policy::{self, Action, Openness, Subject};
use crate::services::Deed;
use crate::solutions;
use crate::web::{merge_patch, read_value};

/// Begins a draft about a solution of one's own.
///
/// # Errors
/// `Forbidden` for others than writers of a vendor; `Invalid`.
pub fn create(deed: &mut Deed<'_>, form: &FieldForm) -> Result<FieldWantedId, Failure> {
    let by = deed.by().clone();
    policy::require(&by, Action::CallForField, &Subject::default())?;
    let member = by.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let solution_id = form.solution()?;
    let content = form.parse()?;
    let subject = match solutions::subject(deed.conn(), solution_id) {
        Err(Failure::NotFound) => None,
        other => Some(other?),
    };
    if subject.as_ref().and_then(|subject| subject.owner) != Some(member.organization) {
        return Err(Failure::field("/solution_id", Invalid::new("no_such_solution")));
    }
    let now = deed.now();
    let prefecture = member.prefecture.ok_or_else(|| Failure::internal("a vendor without a head office"))?;
    let field = Field {
        id: FieldWantedId::new(),
        organization_id: member.organization,
        solution_id,
        prefecture: i32::from(prefecture),
        status: Status::Draft,
        title: content.title.clone(),
        closes_at: content.until.and_then(challenges::end_of_day),
        content: Json(content),
        submitted_at: None,
        published_at: None,
        closed_at: None,
        created_by: Some(member.member),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(deed.conn(), &field)?;
    let known = store::find(deed.conn(), field.id)?;
    record(deed, "field_wanted.create", &known, None)?;
    Ok(field.id)
}

/// Merges `patch` onto what is said.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid`.
pub(super) fn edit(
    deed: &mut Deed<'_>,
    id: FieldWantedId,
    version: Option<i32>,
    patch: Map<String, Value>,
) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Edit, Step::Edit), version)?;
    let mut document = known.field.content.0.document();
    merge_patch(&mut document, patch);
    let form: FieldForm = read_value(document)?;
    if form.solution_id.is_some() {
        return Err(Failure::field("/solution_id", Invalid::new("unknown_field")));
    }
    rewrite(deed, &known, form.parse()?)
}

/// Puts what a form says in the place of what is said.
///
/// # Errors
/// Those of [`edit`].
pub(super) fn write(
    deed: &mut Deed<'_>,
    id: FieldWantedId,
    version: Option<i32>,
    form: &FieldForm,
) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Edit, Step::Edit), version)?;
    rewrite(deed, &known, form.parse()?)
}

fn rewrite(deed: &mut Deed<'_>, known: &Known, content: Content) -> Result<(), Failure> {
    let mut next = known.field.clone();
    next.title.clone_from(&content.title);
    next.closes_at = content.until.and_then(challenges::end_of_day);
    next.content = Json(content);
    finish(deed, known, next, "field_wanted.edit").map(drop)
}

/// Puts it before the bureau of the head office's prefecture.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid` with everything that is missing.
pub fn submit(deed: &mut Deed<'_>, id: FieldWantedId, version: Option<i32>) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Submit, Step::Submit), version)?;
    let now = deed.now();
    known.field.content.0.complete(now.japan_date())?;
    let mut next = known.field.clone();
    next.status = known.field.status.step(Step::Submit)?;
    next.submitted_at = Some(now);
    finish(deed, &known, next, "field_wanted.submit").map(drop)
}

/// Takes it back from the bureau.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub(super) fn recall(deed: &mut Deed<'_>, id: FieldWantedId, version: Option<i32>) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Submit, Step::Recall), version)?;
    let mut next = known.field.clone();
    next.status = known.field.status.step(Step::Recall)?;
    next.submitted_at = None;
    finish(deed, &known, next, "field_wanted.recall").map(drop)
}

/// Opens it.
///
/// # Errors
/// `Conflict` while its vendor is not approved or its solution is not in the catalogue; `Invalid` when its last day has
/// passed; `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub fn publish(
    deed: &mut Deed<'_>,
    id: FieldWantedId,
    version: Option<i32>,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Moderate, Step::Publish), version)?;
    if known.vendor.status != OrganizationStatus::Approved {
        return Err(Failure::Conflict("vendor_not_approved"));
    }
    if solutions::subject(deed.conn(), known.field.solution_id)?.openness != Openness::Public {
        return Err(Failure::Conflict("solution_not_in_catalogue"));
    }
    let now = deed.now();
    known.field.content.0.complete(now.japan_date())?;
    let mut next = known.field.clone();
    next.status = known.field.status.step(Step::Publish)?;
    next.published_at = Some(now);
    let known = finish(deed, &known, next, "field_wanted.publish")?;
    moderation::enter(deed, SubjectKind::FieldWanted, id.0, "publish", comment)?;
    letters::published(deed, &known)
}

/// Gives it back to its vendor with a comment.
///
/// # Errors
/// `Invalid` without a comment; `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub fn give_back(
    deed: &mut Deed<'_>,
    id: FieldWantedId,
    version: Option<i32>,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Moderate, Step::Return), version)?;
    let comment = RemarkForm { reason: comment.map(str::to_owned) }.required()?;
    let mut next = known.field.clone();
    next.status = known.field.status.step(Step::Return)?;
    let known = finish(deed, &known, next, "field_wanted.return")?;
    moderation::enter(deed, SubjectKind::FieldWanted, id.0, "return", Some(&comment))?;
    letters::returned(deed, &known, &comment)
}

/// Puts a call that was published or returned a moment ago back before its bureau, as if that had not been. `version` is
/// the one that the step made.
///
/// # Errors
/// `Stale` when it was written since, `Conflict` (`nothing_to_undo`) in any other state, and those of the policy.
pub fn take_back(deed: &mut Deed<'_>, id: FieldWantedId, version: i32) -> Result<(), Failure> {
    let known = store::lock(deed.conn(), id)?;
    policy::require(deed.by(), Action::Moderate, &known.subject())?;
    known.check_version(Some(version))?;
    if !matches!(known.field.status, Status::Open | Status::Returned) {
        return Err(Failure::Conflict("nothing_to_undo"));
    }
    let mut next = known.field.clone();
    next.status = Status::InReview;
    next.published_at = None;
    finish(deed, &known, next, "field_wanted.undo")?;
    moderation::enter(deed, SubjectKind::FieldWanted, id.0, "undo", None)
}

/// Takes no more hands.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub(super) fn close(deed: &mut Deed<'_>, id: FieldWantedId, version: Option<i32>) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Submit, Step::Close), version)?;
    end(deed, &known)
}

/// Closes a call: by its vendor, because every place is taken, or because its last day is over.
pub(super) fn end(deed: &mut Deed<'_>, known: &Known) -> Result<(), Failure> {
    let mut next = known.field.clone();
    next.status = known.field.status.step(Step::Close)?;
    next.closed_at = Some(deed.now());
    finish(deed, known, next, "field_wanted.close").map(drop)
}

/// Throws a draft away.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub(super) fn delete(deed: &mut Deed<'_>, id: FieldWantedId, version: Option<i32>) -> Result<(), Failure> {
    let known = reach(deed, id, (Action::Edit, Step::Delete), version)?;
    store::delete(deed.conn(), &known.field)?;
    record(deed, "field_wanted.delete", &known, None)
}

/// The call, held, when the caller may take the step and read its current version.
fn reach(
    deed: &mut Deed<'_>,
    id: FieldWantedId,
    (action, step): (Action, Step),
    version: Option<i32>,
) -> Result<Known, Failure> {
    let known = store::lock(deed.conn(), id)?;
    policy::require(deed.by(), Action::See, &known.subject())?;
    policy::require(deed.by(), action, &known.subject())?;
    known.check_version(version)?;
    known.field.status.step(step)?;
    Ok(known)
}

fn finish(
    deed: &mut Deed<'_>,
    known: &Known,
    mut next: Field,
    action: &'static str,
) -> Result<Known, Failure> {
    let now = deed.now();
    store::update(deed.conn(), &known.field, &mut next, now)?;
    record(deed, action, known, Some(next.status))?;
    store::find(deed.conn(), next.id)
}

fn record(
    deed: &mut Deed<'_>,
    action: &'static str,
    known: &Known,
    after: Option<Status>,
) -> Result<(), Failure> {
    let document = audit::digest(&known.field.content.0.document().to_string());
    let before = json!({"status": known.field.status, "content": document});
    let event = Event::new(action, "field_wanted", known.field.id.0)
        .in_prefecture(known.prefecture())
        .change(before, after.map(|status| json!({ "status": status })));
    audit::record(deed, event)
}
