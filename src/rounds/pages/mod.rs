//! The pages of rounds: a second thin door onto the same actions as the API.

mod list;
mod show;
mod survey;
mod write;

use crate::rounds::states::Status;

pub use list::{RoundEntry, entry, list};
pub(crate) use show::ics;
pub use show::{announce, calendar, cancel, delete, end, enter, leave, send_survey, show};
pub use survey::{answer, ask};
pub use write::{begin, create, edit, save};

/// The look of a state's badge.
fn badge(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Announced => "open",
        Status::Ended => "ended",
        Status::Cancelled => "withdrawn",
    }
}
