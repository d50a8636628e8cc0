//! The pages on which deployments are entered, changed, put to their municipality, and documented.

mod ask;
mod document;
mod typed;
mod write;

use super::{Act, DeploymentId, DeploymentView, api, view};
use crate::failure::Failure;
use crate::policy::{self, Action};
use crate::solutions::{Card, SolutionId, SolutionStatus, cards, subject};
use crate::web::Visit;

pub use ask::{ask, send};
pub use document::{document, examine};
pub use write::{begin, declare, edit, remove, save};

/// The solution, when the reader may enter deployments of it.
async fn offered(visit: &Visit, id: SolutionId) -> Result<Card, Failure> {
    visit
        .read(move |conn, actor| {
            policy::require(actor, Action::Edit, &subject(conn, id)?)?;
            let card = cards(conn, &[id])?.remove(&id).ok_or(Failure::NotFound)?;
            match card.status {
                SolutionStatus::Archived => Err(Failure::Conflict("solution_archived")),
                _ => Ok(card),
            }
        })
        .await
}

/// The deployment and its solution, when the reader may do `act` now.
async fn entry(visit: &Visit, id: DeploymentId, act: Act) -> Result<(DeploymentView, Card), Failure> {
    visit
        .read(move |conn, actor| {
            let view = api::one(conn, actor, id)?;
            let card =
                cards(conn, &[view.solution_id])?.remove(&view.solution_id).ok_or(Failure::NotFound)?;
            if view.acts.contains(&act) {
                return Ok((view, card));
            }
            Err(view::why_not(conn, actor, id, act)?)
        })
        .await
}
