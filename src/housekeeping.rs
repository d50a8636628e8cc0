//! What is thrown away when nobody needs it any more.

use std::time::Duration;

use chrono::TimeDelta;

use crate::accounts;
use crate::db::change_log;
use crate::failure::Failure;
use crate::imports;
use crate::moderation;
use crate::notices;
use crate::policy::Actor;
use crate::services::Services;
use crate::watches;
use crate::web::idempotency;

/// How long the worker rests between two sweeps.
pub const EVERY: Duration = Duration::from_secs(3_600);
/// Hours for which changes are kept for the nodes that follow the log; each reads them within a second.
const CHANGES_KEPT_HOURS: i64 = 24;
/// Hours for which an `Idempotency-Key` is remembered (contract.md).
const KEYS_KEPT_HOURS: i64 = 24;

/// Throws away what has expired; nothing is ever left to do at once. The step of a worker.
///
/// # Errors
/// `Internal` or `Busy`.
pub async fn sweep(services: &Services) -> Result<bool, Failure> {
    let swept = services.perform(Actor::system(), |deed| {
        let now = deed.now();
        let changes = change_log::prune(deed.conn(), now.plus(TimeDelta::hours(-CHANGES_KEPT_HOURS)))?;
        let keys = idempotency::prune(deed.conn(), now.plus(TimeDelta::hours(-KEYS_KEPT_HOURS)))?;
        let mails = notices::prune(deed.conn(), now)?;
        let accounts = accounts::prune(deed.conn(), now)?;
        let acts = moderation::prune(deed.conn(), now)?;
        let imports = imports::prune(deed.conn(), now)?;
        let watches = watches::prune(deed.conn(), now)?;
        Ok((changes, keys, mails, accounts, acts, imports, watches))
    });
    let (changes, keys, mails, accounts, acts, imports, watches) = swept.await?;
    tracing::debug!(changes, keys, mails, accounts, acts, imports, watches, "swept");
    Ok(false)
}
