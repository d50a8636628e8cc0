//! What happens to a call by the clock: it closes when its last day is over.

use std::time::Duration;

use super::states::Status;
use super::{FieldWantedId, actions, store};
use crate::failure::Failure;
use crate::services::{Deed, Services};

/// How long a node rests between two looks.
pub const CLOSE_EVERY: Duration = Duration::from_secs(5);
/// Calls that one step takes.
const AT_ONCE: i64 = 50;

/// Closes open calls whose last day is over. Answers whether there may be more.
///
/// # Errors
/// `Busy` or `Internal`; the rest is done by the next step.
pub async fn close_due(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    services.take_up(move |conn| store::past_end(conn, now, AT_ONCE), close).await
}

fn close(deed: &mut Deed<'_>, id: FieldWantedId) -> Result<(), Failure> {
    let known = store::lock(deed.conn(), id)?;
    let now = deed.now();
    // Another node was faster, or its vendor has moved its last day.
    if known.field.status != Status::Open || known.field.closes_at.is_none_or(|end| end > now) {
        return Ok(());
    }
    actions::end(deed, &known)
}
