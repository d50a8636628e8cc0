//! How mails leave: into files, or through an SMTP server.

mod address;
mod file;
mod message;
mod smtp;

use std::sync::Arc;

use lettre::message::Mailbox;

pub use address::{SmtpAddress, Unusable};

use super::outbox::Outgoing;
use super::retry::SendError;
use crate::db::Timestamp;
use crate::settings::{self, Transport as Choice};

/// A way out. Sending blocks, so it is called on a thread that may.
#[derive(Clone)]
pub(super) struct Transport(Arc<Inner>);

struct Inner {
    from: Mailbox,
    way: Way,
}

enum Way {
    File(file::Folder),
    Smtp(smtp::Relay),
}

impl Transport {
    /// The way out of the settings; `None` when nothing is to be sent.
    ///
    /// # Errors
    /// [`Unusable`] when the sender or the server's address cannot be used.
    pub(super) fn new(mail: &settings::Mail) -> Result<Option<Self>, Unusable> {
        let way = match mail.transport {
            Choice::Off => return Ok(None),
            Choice::File => Way::File(file::Folder::new(mail.dir.clone())),
            Choice::Smtp => Way::Smtp(smtp::Relay::new(&SmtpAddress::parse(&mail.smtp_url)?)?),
        };
        let from = mail.from.parse().map_err(|_| Unusable("the sender is no mail address"))?;
        Ok(Some(Self(Arc::new(Inner { from, way }))))
    }

    /// Hands one mail over.
    ///
    /// # Errors
    /// [`SendError`] saying whether another attempt makes sense.
    pub(super) fn send(&self, mail: &Outgoing, now: Timestamp) -> Result<(), SendError> {
        let message = message::compose(mail, &self.0.from, now)?;
        match &self.0.way {
            Way::File(folder) => folder.put(mail.id, &message.formatted()),
            Way::Smtp(relay) => relay.send(&message),
        }
    }
}
