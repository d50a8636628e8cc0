//! Messages to members: in the app and by mail.
//!
//! A deed tells somebody with [`tell`], [`tell_organization`], [`tell_bureau`] or [`mail`]. Each member's
//! [`Preferences`] decide whether a mail goes out now, in a digest, or not at all; notice and mail are rows in
//! the deed's own transaction (transactional outbox), so that a deed and its messages happen together or not at
//! all. The [`Postman`] takes mails from the outbox and hands each to the transport: state `sending` is committed
//! before, the result after, so that only a crash between the server's answer and our commit can send a mail
//! twice, and then under the same Message-ID.

pub mod api;
mod calendar;
mod desk;
mod digest;
mod held;
mod inbox;
mod letter;
mod operations;
mod outbox;
pub mod pages;
mod postman;
mod preferences;
mod queue;
mod render;
mod retry;
mod store;
mod transport;
mod unsubscribe;

pub use desk::send_desk_digests;
pub use digest::send_digests;
pub use held::{Held, take_back};
pub use inbox::unread;
pub use letter::{Invite, Kind, Letter, Link};
pub(crate) use operations::depth;
pub use outbox::{measure, prune};
pub use postman::{Lane, Postman};
pub use preferences::{Category, Frequency, Preferences, Rhythm};
pub use queue::{mail, shown_at, tell, tell_bureau, tell_organization};
pub use transport::{SmtpAddress, Unusable};
pub use unsubscribe::{Scope, is_left_in_peace, welcome};

use std::time::Duration;

use crate::services::Services;
use crate::work::Workers;
use crate::{id_types, text_enum};

/// Starts what sends mails and digests on this node.
///
/// # Errors
/// [`Unusable`] when the mail settings cannot work.
pub fn start(services: &Services, workers: &mut Workers) -> Result<(), Unusable> {
    Postman::new(&services.settings().mail)?.start(services, workers);
    let (digests, outbox) = (services.clone(), services.clone());
    workers.start("digests", Duration::from_secs(20), move || {
        let services = digests.clone();
        async move {
            send_desk_digests(&services).await?;
            send_digests(&services).await
        }
    });
    workers.start("outbox metrics", Duration::from_secs(10), move || {
        let services = outbox.clone();
        async move { measure(&services).await }
    });
    Ok(())
}

id_types!(
    /// A message in the app.
    NoticeId,
    /// A mail on its way; also its Message-ID.
    MailId,
    /// The right to one mail while it is being sent.
    LeaseId,
    /// What an unsubscribe link carries: random (UUIDv4, 122 bits), for whoever holds it may use it.
    UnsubscribeLinkId,
);

text_enum! {
    /// How a notice reaches its member besides the app.
    pub enum Delivery {
        /// By a mail of its own.
        Mailed = "mailed",
        /// It waits for a digest.
        Digest = "digest",
        /// It was in a digest.
        Digested = "digested",
        /// Not at all.
        AppOnly = "app_only",
    }
}

text_enum! {
    /// Where a mail stands: queued → sending → sent | failed → (again) … → dead.
    pub enum MailState {
        /// Waits for its first attempt.
        Queued = "queued",
        /// Handed to the transport; who holds the lease will say how it went.
        Sending = "sending",
        /// The transport has it.
        Sent = "sent",
        /// An attempt failed; the next one is due later.
        Failed = "failed",
        /// Laid aside for an operator.
        Dead = "dead",
        /// Held back after a restore until an operator releases it.
        Parked = "parked",
    }
}
