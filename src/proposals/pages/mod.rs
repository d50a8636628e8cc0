//! The pages of proposals: a second thin door onto the same actions as the API.
//!
//! `own` is what an organization has and what it was asked, `call` the proposals to one challenge, `write` the form, `read`
//! the page of a proposal with its versions and steps, `part` what stands of all this on a challenge's page.

mod call;
mod own;
mod part;
mod read;
mod steps;
mod typed;
mod write;

use actix_web::web::Path;

use super::view::ChallengeView;
use crate::challenges;
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::web::Shell;

pub use call::{call, invite};
pub use own::{confirm, decline_partnership, own};
pub use part::{Listed, Part, listed, part};
pub use read::show;
pub use steps::{decline, delete, select, shortlist, submit, withdraw};
pub use write::{ask_partner, begin, edit, remove_partner, save};

/// An id of a path; what is no id names nothing.
fn id_of<T: std::str::FromStr>(path: &Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// The end of a call as it is shown, with its timezone, and as a script counts down to it.
pub(super) struct Deadline {
    /// In words, with the timezone.
    pub(super) text: String,
    /// As an instant for `<time>` and the script.
    pub(super) iso: String,
    /// What is left, in words.
    pub(super) left: String,
    /// `soon`, `over` or nothing.
    pub(super) kind: &'static str,
}

/// From how many days before the end a deadline is pressing.
const SOON: i64 = 3;

impl Deadline {
    fn of(shell: &Shell, challenge: &ChallengeView, now: Timestamp) -> Option<Self> {
        let end = challenge.closes_at?;
        // The instant is the midnight after the last day.
        let last_day = end.plus(-chrono::TimeDelta::seconds(1)).japan_date();
        let days = (last_day - now.japan_date()).num_days();
        let over = now >= end || challenge.status != challenges::Status::Open;
        Some(Self {
            text: format!("{} 24:00 JST", shell.weekday_date(last_day)),
            iso: end.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            left: shell.days_left(last_day, now.japan_date()),
            kind: match days {
                _ if over => "over",
                ..=SOON => "soon",
                _ => "",
            },
        })
    }
}
