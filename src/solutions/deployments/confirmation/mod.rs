//! Asking the municipality named in a deployment whether it is true.
//!
//! The vendor asks; the service decides whom it may write to ([`addressees`]). An address it does not know waits
//! for the bureau of that municipality. The link in the mail acts once, by POST, within 30 days, and only on
//! what the mail said: when the vendor changes the entry meanwhile, the question is withdrawn. A deployment is
//! mailed about at most once a week.

mod addressees;
mod answers;
mod letter;
mod pages;
mod requests;
mod store;

use crate::text_enum;

pub use answers::{AnswerForm, Question, answer, question};
pub use pages::{act, show};
pub use requests::{accept, ask, refuse, take_back, withdraw};
pub use store::{DeskPlace, DeskRequest, Request, last_requests, on_desk};

text_enum! {
    /// Where a request stands.
    pub enum RequestStatus {
        /// Waits for the bureau to accept the address.
        Queued = "queued",
        /// The bureau did not accept the address.
        Refused = "refused",
        /// Mailed, not answered yet.
        Mailed = "mailed",
        /// Answered.
        Answered = "answered",
        /// No longer asked: the entry changed, or another request took its place.
        Superseded = "superseded",
    }
}

text_enum! {
    /// What the municipality answers.
    pub enum Reply {
        /// It is as the vendor says.
        Confirm = "confirm",
        /// It is, with corrections.
        Correct = "correct",
        /// It never was.
        Deny = "deny",
    }
}
