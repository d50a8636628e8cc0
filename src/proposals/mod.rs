//! Proposals (提案): a vendor's answer to one challenge, sealed until the deadline.
//!
//! A vendor has one proposal for a challenge. It writes a draft, alone or with partners that confirm, and submits it: each
//! submission is a numbered version that never changes, with a hash over its canonical text (`canonical.rs`) that the
//! receipt names. Until the deadline a proposal can be rewritten, submitted again, withdrawn. Until then it is sealed from
//! everyone but its proposer and confirmed partners; `opening.rs` opens it, by the database's clock, after the challenge is
//! closed. What is written while it is sealed names nobody in the audit trail (decision 19).

mod actions;
pub mod api;
mod brief;
mod canonical;
mod content;
mod footing;
mod form;
mod invitations;
pub mod invitations_api;
mod letters;
mod opening;
pub mod pages;
mod partners;
mod standing;
mod states;
mod store;
mod view;

use crate::challenges::ChallengeId;
use crate::failure::Failure;
use crate::id_types;
use crate::services::Deed;

pub use actions::call_withdrawn;
pub use brief::{Brief, brief, read};
pub use content::Content as Read;
pub use footing::footing;
pub use form::Form;
pub use invitations::{InvitationView, of_reader as invitations_of};
pub use opening::{LOOK_EVERY, chase, late, open_due, remind_now};
pub use standing::standing;
pub use states::{Phase, ReasonCode, Status, Step};
pub use store::{count as submitted, involved, unanswered};

/// Begins a proposal, and submits it when `submit` says so; its id.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`; `Conflict`: `proposals_closed`, `proposal_exists`.
pub fn propose(
    deed: &mut Deed<'_>,
    challenge: ChallengeId,
    form: &Form,
    submit: bool,
) -> Result<ProposalId, Failure> {
    let id = actions::create(deed, challenge, form)?.row.id;
    if submit {
        actions::submit(deed, id, None)?;
    }
    Ok(id)
}

id_types!(
    /// A proposal.
    ProposalId,
    /// An invitation to propose.
    InvitationId,
);
