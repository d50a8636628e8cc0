//! The way to the public: submit, recall, publish, return.

use serde_json::json;

use super::writing::keep_version;
use super::{RemarkForm, begin, finish};
use crate::accounts::OrganizationStatus;
use crate::audit;
use crate::challenges::ChallengeId;
use crate::challenges::deadlines;
use crate::challenges::entry;
use crate::challenges::letters;
use crate::challenges::states::{Status, Step};
use crate::challenges::store::{self, Known};
use crate::db::change_log::Changed;
use crate::failure::Failure;
use crate::moderation::{self, SubjectKind};
use crate::policy::{self, Action};
use crate::services::Deed;
use crate::watches::{self, About, Happening};

/// Puts a challenge before its bureau; everything that is missing is asked for at once.
///
/// # Errors
/// `Invalid`, `Stale`, `IllegalStep`, and those of the policy.
pub fn submit(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: Option<i32>,
    remark: &RemarkForm,
) -> Result<Known, Failure> {
    let comment = remark.optional("/comment")?;
    let known = begin(deed, id, Step::Submit, version)?;
    let now = deed.now();
    known.challenge.content.0.ready(now.japan_date())?;
    let mut next = known.challenge.clone();
    next.submitted_at = Some(now);
    let known = finish(deed, known, next, ("challenge.submit", Step::Submit), json!({}))?;
    entry::ask(deed, &known)?;
    if comment.is_some() {
        moderation::enter(deed, SubjectKind::Challenge, id.0, "submit", comment.as_deref())?;
    }
    Ok(known)
}

/// Takes a challenge back from its bureau.
///
/// # Errors
/// `Stale`, `IllegalStep`, and those of the policy.
pub fn recall(deed: &mut Deed<'_>, id: ChallengeId, version: Option<i32>) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Recall, version)?;
    let mut next = known.challenge.clone();
    next.submitted_at = None;
    finish(deed, known, next, ("challenge.recall", Step::Recall), json!({}))
}

/// Opens a challenge: its first published version is kept, its municipality told.
///
/// # Errors
/// `Conflict` while its municipality is not approved; `Invalid` when its deadline has passed meanwhile; `Stale`,
/// `IllegalStep`, and those of the policy.
pub fn publish(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: Option<i32>,
    remark: &RemarkForm,
) -> Result<Known, Failure> {
    let comment = remark.optional("/comment")?;
    let known = begin(deed, id, Step::Publish, version)?;
    if known.owner.status != OrganizationStatus::Approved {
        return Err(Failure::Conflict("owner_not_approved"));
    }
    entry::ensure_confirmed(deed, id)?;
    let now = deed.now();
    known.challenge.content.0.ready(now.japan_date())?;
    let mut next = known.challenge.clone();
    next.published_at = Some(now);
    next.closing_soon_sent = next.closes_at.is_some_and(|end| deadlines::is_near(end, now));
    let known = finish(deed, known, next, ("challenge.publish", Step::Publish), json!({}))?;
    keep_version(deed, &known.challenge, "")?;
    moderation::enter(deed, SubjectKind::Challenge, id.0, "publish", comment.as_deref())?;
    letters::published(deed, &known, comment.as_deref())?;
    watches::happened(deed, About::Challenge(id), Happening::Published, "")?;
    Ok(known)
}

/// Gives a challenge back with comments.
///
/// # Errors
/// `Invalid` without a comment; `Stale`, `IllegalStep`, and those of the policy.
pub fn return_(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: Option<i32>,
    remark: &RemarkForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Return, version)?;
    let comment = remark.required("/comment")?;
    let next = known.challenge.clone();
    let details = json!({"comment": crate::audit::digest(&comment)});
    let known = finish(deed, known, next, ("challenge.return", Step::Return), details)?;
    moderation::enter(deed, SubjectKind::Challenge, id.0, "return", Some(&comment))?;
    letters::returned(deed, &known, &comment)?;
    Ok(known)
}

/// Puts a challenge that was published or returned a moment ago back before its bureau, as if that had not been.
/// `version` is the one that the step made.
///
/// # Errors
/// `Stale` when it was written since, `Conflict` (`nothing_to_undo`) in any other state, and those of the policy.
pub fn take_back(deed: &mut Deed<'_>, id: ChallengeId, version: i32) -> Result<(), Failure> {
    let (actor, now) = (deed.by().clone(), deed.now());
    let known = store::lock(deed.conn(), &actor, id)?;
    policy::require(&actor, Action::Moderate, &known.subject())?;
    let before = known.challenge;
    if before.version != version {
        return Err(Failure::Stale { current: before.version });
    }
    if !matches!(before.status, Status::Open | Status::Returned) {
        return Err(Failure::Conflict("nothing_to_undo"));
    }
    let mut next = before.clone();
    next.status = Status::InReview;
    next.published_at = None;
    next.closing_soon_sent = false;
    store::update(deed.conn(), &before, &mut next, now)?;
    store::forget_versions(deed.conn(), id)?;
    watches::unsaid(deed, About::Challenge(id))?;
    moderation::enter(deed, SubjectKind::Challenge, id.0, "undo", None)?;
    let event = audit::Event::new("challenge.undo", "challenge", id.0)
        .in_prefecture(before.prefecture_code())
        .change(json!({"status": before.status}), json!({"status": next.status}));
    audit::record(deed, event)?;
    deed.touch(Changed::Challenge(id.0));
    Ok(())
}
