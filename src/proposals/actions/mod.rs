//! The verbs of a proposal. Each is one deed: policy, phase by the database's clock, state, row, audit, messages.

mod judging;
mod writing;

use super::store::{self, Known};
use super::{ProposalId, Step};
use crate::failure::Failure;
use crate::policy::{self, Action};
use crate::services::Deed;

pub use judging::call_withdrawn;
pub(super) use judging::{decline, select, shortlist};
pub(super) use writing::{create, delete, edit, submit, withdraw};

/// Which permission a step needs.
pub(super) fn permission(step: Step) -> Action {
    match step {
        Step::Edit | Step::Delete => Action::Edit,
        Step::Submit | Step::Withdraw => Action::Submit,
        Step::Shortlist | Step::Select | Step::Decline => Action::Judge,
    }
}

/// The proposal with its row locked, once the caller may take the step, from this version, in this state and phase.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub(super) fn begin(
    deed: &mut Deed<'_>,
    id: ProposalId,
    step: Step,
    version: Option<i32>,
) -> Result<Known, Failure> {
    let by = deed.by().clone();
    let known = store::lock(deed.conn(), &by, id)?;
    let subject = known.subject();
    policy::require(&by, Action::See, &subject)?;
    policy::require(&by, permission(step), &subject)?;
    let current = known.row.version;
    if version.is_some_and(|version| version != current) {
        return Err(Failure::Stale { current });
    }
    // After the lock: whoever waited for it past the deadline is too late.
    let phase = known.phase(deed.database_now()?);
    known.row.status.step(step, phase)?;
    Ok(known)
}

/// The state after `step`, from which [`begin`] has shown that it leads on.
fn next_status(deed: &mut Deed<'_>, known: &Known, step: Step) -> Result<super::Status, Failure> {
    let phase = known.phase(deed.database_now()?);
    known.row.status.step(step, phase)
}
