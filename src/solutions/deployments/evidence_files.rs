//! Files that are the evidence of a deployment.

use super::{DeploymentId, Verification, store};
use crate::attachments::Footing;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::solutions;

/// Where a deployment stands, as far as its attachments depend on it: what was verified on their ground stays.
///
/// # Errors
/// `NotFound`.
pub fn footing(conn: &mut DbConn, id: DeploymentId) -> Result<Footing, Failure> {
    let deployment = store::find(conn, id)?;
    let relied_upon = deployment.verification != Verification::Declared;
    Ok(Footing { relied_upon, ..solutions::footing(conn, deployment.solution)? })
}
