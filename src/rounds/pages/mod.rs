//! The pages of rounds: a second thin door onto the same actions as the API.

mod list;
mod show;
mod survey;
mod write;

use crate::accounts::Locale;
use crate::reference::Bureau;
use crate::rounds::states::Status;

pub use list::{RoundEntry, entry, list};
pub(crate) use show::ics;
pub use show::{announce, calendar, cancel, delete, end, enter, leave, send_survey, show};
pub use survey::{answer, ask};
pub use write::{begin, create, edit, save};

/// A bureau's name by its slug; the slug itself when it is none.
fn bureau_name(locale: Locale, slug: &str) -> String {
    let name = |bureau: Bureau| match locale {
        Locale::Ja => bureau.name_ja(),
        Locale::En => bureau.name_en(),
    };
    Bureau::parse(slug).map_or_else(|_| slug.to_owned(), |bureau| name(bureau).to_owned())
}

/// The look of a state's badge.
fn badge(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Announced => "open",
        Status::Ended => "ended",
        Status::Cancelled => "withdrawn",
    }
}
