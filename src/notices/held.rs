//! Messages that wait a while, so that what they tell of can be taken back as if it had never been.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Delivery, MailId, MailState, NoticeId};
use crate::db::Timestamp;
use crate::db::schema::{mails, notices};
use crate::failure::Failure;
use crate::services::Deed;

/// The messages that one deed wrote while it held them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    until: Timestamp,
    notices: Vec<NoticeId>,
    mails: Vec<MailId>,
}

impl Held {
    /// None yet; those to come wait until `until`.
    pub fn until(until: Timestamp) -> Self {
        Self { until, notices: Vec::new(), mails: Vec::new() }
    }

    /// When they go out and are shown.
    pub(super) fn at(&self) -> Timestamp {
        self.until
    }

    pub(super) fn add_notice(&mut self, id: NoticeId) {
        self.notices.push(id);
    }

    pub(super) fn add_mail(&mut self, id: MailId) {
        self.mails.push(id);
    }
}

/// Takes messages back that have not gone out.
///
/// # Errors
/// `Conflict` (`already_told`) when a mail left, was tried, or a notice went into a digest or was read: then none is
/// taken back, for the deed fails with this.
pub fn take_back(deed: &mut Deed<'_>, held: &Held) -> Result<(), Failure> {
    // The sender takes a mail by the same condition, so that of the two one is too late.
    let unsent = mails::table
        .filter(mails::id.eq_any(&held.mails))
        .filter(mails::state.eq(MailState::Queued))
        .filter(mails::attempts.eq(0));
    let mails = diesel::delete(unsent).execute(deed.conn())?;
    let untold = notices::table
        .filter(notices::id.eq_any(&held.notices))
        .filter(notices::delivery.ne(Delivery::Digested))
        .filter(notices::read_at.is_null());
    let notices = diesel::delete(untold).execute(deed.conn())?;
    if mails == held.mails.len() && notices == held.notices.len() {
        return Ok(());
    }
    Err(Failure::Conflict("already_told"))
}
