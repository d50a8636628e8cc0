//! Where a proposal stands, as far as its attachments depend on it.

use super::ProposalId;
use super::Status;
use super::store::{self, Known};
use crate::attachments::Footing;
use crate::challenges;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::Actor;

/// Where it stands for `actor`. Its files are as sealed as it is; whoever did not write it sees those of the submitted
/// version only.
///
/// # Errors
/// `NotFound`.
pub fn footing(conn: &mut DbConn, actor: &Actor, id: ProposalId) -> Result<Footing, Failure> {
    let known: Known = store::find(conn, actor, id)?;
    let open = known.brief.status == challenges::Status::Open;
    let edits = matches!(known.row.status, Status::Draft | Status::Submitted | Status::Withdrawn);
    let theirs = known.is_of(actor) || actor.member().is_none();
    Ok(Footing {
        takes_changes: open && edits,
        relied_upon: known.row.number > 0,
        withheld: false,
        title: known.brief.title.clone(),
        until: known.row.submitted_at.filter(|_| !theirs),
        unnamed: known.row.opened_at.is_none(),
        subject: known.subject(),
    })
}
