//! Files that no row names any more.

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;

use super::{Vault, store};
use crate::failure::Failure;
use crate::services::Services;

/// How long the worker rests between two sweeps.
pub const SWEEP_EVERY: Duration = Duration::from_secs(6 * 3_600);
/// How long a file may lie before a row must name it: far longer than any upload takes, so that none is swept away
/// from under one.
const GRACE: TimeDelta = TimeDelta::days(1);

/// Throws away files that no row names; nothing is ever left to do at once. The step of a worker.
///
/// # Errors
/// `Internal` or `Busy`.
pub async fn sweep(services: &Services, vault: &Vault) -> Result<bool, Failure> {
    let now = services.clock().now();
    let old = vault.older_than(now.plus(-GRACE)).await?;
    let asked = old.clone();
    let known: HashSet<_> =
        services.read(move |conn| store::known(conn, &asked)).await?.into_iter().collect();
    for id in old.into_iter().filter(|id| !known.contains(id)) {
        vault.forget(id).await?;
        tracing::info!(attachment = %id, "swept a file that nothing names");
    }
    Ok(false)
}
