//! The verbs of a challenge. Each is one deed: policy, state, row, audit, notices, change log.

mod ending;
mod moderating;
mod writing;

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ChallengeId;
use super::form;
use super::states::Step;
use super::store::{self, Challenge, Known};
use super::view;
use crate::audit;
use crate::db::change_log::Changed;
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::policy::{self, Action};
use crate::services::Deed;

pub use ending::{DecisionForm, ExtensionForm, archive, close, decide, extend, withdraw};
pub use moderating::{publish, recall, return_, submit, take_back};
pub(super) use writing::keep_version;
pub use writing::{amend_or_edit, create, delete};

/// What is said along with a step.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeRemark, example = json!({"comment": "要確認の点を書きました。"}))]
pub struct RemarkForm {
    /// For the other side, up to 1,000 characters.
    pub comment: Option<String>,
    /// Why, up to 1,000 characters; the same as `comment`, for steps that are reasoned.
    pub reason: Option<String>,
}

impl RemarkForm {
    /// A remark with this comment.
    pub fn saying(comment: impl Into<String>) -> Self {
        Self { comment: Some(comment.into()), reason: None }
    }

    /// What was said, where it may be left out.
    fn optional(&self, pointer: &str) -> Result<Option<String>, Failure> {
        match self.comment.as_deref().or(self.reason.as_deref()).map(str::trim) {
            None | Some("") => Ok(None),
            said => self.required(pointer).map(|text| said.and(Some(text))),
        }
    }

    /// What was said, where it must be.
    fn required(&self, pointer: &str) -> Result<String, Failure> {
        let said = self.comment.as_deref().or(self.reason.as_deref());
        form::note(said).map_err(|invalid: Invalid| Failure::field(pointer, invalid))
    }
}

/// The challenge with its row locked, once the caller may take the step, from this version, in this state.
pub(super) fn begin(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    step: Step,
    version: Option<i32>,
) -> Result<Known, Failure> {
    let actor = deed.by().clone();
    let known = store::lock(deed.conn(), &actor, id)?;
    let subject = known.subject();
    policy::require(&actor, Action::See, &subject)?;
    policy::require(&actor, view::permission(step), &subject)?;
    let current = known.challenge.version;
    if version.is_some_and(|version| version != current) {
        return Err(Failure::Stale { current });
    }
    known.challenge.status.step(step)?;
    Ok(known)
}

/// Writes the state after `step`, its audit event and its change-log row.
pub(super) fn finish(
    deed: &mut Deed<'_>,
    known: Known,
    mut next: Challenge,
    (action, step): (&'static str, Step),
    details: Value,
) -> Result<Known, Failure> {
    let now = deed.now();
    let before = known.challenge;
    next.status = before.status.step(step)?;
    store::update(deed.conn(), &before, &mut next, now)?;
    let event =
        audit::Event::new(action, "challenge", before.id.0).in_prefecture(before.prefecture_code()).change(
            json!({"status": before.status, "version": before.version}),
            json!({"status": next.status, "version": next.version, "details": details}),
        );
    audit::record(deed, event)?;
    deed.touch(Changed::Challenge(next.id.0));
    Ok(Known { challenge: next, ..known })
}
