//! Deployments (導入実績): one earlier use of a solution in one place, the evidence that matching weighs.
//!
//! What a vendor says is *declared*; what a bureau or the operator read the evidence of is *documented*; what
//! the municipality named in it said itself is *confirmed* ([`confirmation`]). A change of anything that was
//! verified makes it declared again. An entry its municipality denied stays, marked, and counts for nothing
//! until it is changed.

pub mod actions;
pub mod api;
pub mod confirmation;
mod content;
mod country;
mod evidence;
mod evidence_files;
pub mod pages;
mod store;
mod view;

use crate::id_types;

pub use crate::matching::{DeploymentOutcome as Outcome, DeploymentStage as Stage, Verification};
pub use content::{DeploymentContent, DeploymentForm, Measured};
pub use country::Country;
pub use evidence::Evidence;
pub use evidence_files::footing;
pub use store::{Deployment, is_confirmed, of_solutions};
pub(in crate::solutions) use view::may_see;
pub use view::{Act, DeploymentView, visible};

id_types!(
    /// A deployment.
    DeploymentId,
    /// One request to a municipality to confirm a deployment.
    ConfirmationId,
);
