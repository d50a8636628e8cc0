//! The pages of sessions: a second thin door onto the same actions as the API.

mod availability;
mod board;
mod by_link;
mod exports;
mod own;
mod show;

pub use availability::{say, show as availability};
pub use board::{add, assign, board, make_slots, publish, remove_slot};
pub use by_link::{act, ask};
pub use exports::{
    calendar as sessions_calendar, challenges as export_challenges, round as export_round, sessions as export,
};
pub use own::{calendar, end_calendar, make_calendar, own};
pub use show::{cancel, move_, record, show};

use crate::sessions::view::{SessionView, SlotView};
use crate::web::Shell;

/// A slot in words: when, and where.
fn slot_words(shell: &Shell, slot: &SlotView) -> String {
    let from = slot.starts_at.utc().with_timezone(&chrono_tz::Asia::Tokyo);
    let to = slot.ends_at.utc().with_timezone(&chrono_tz::Asia::Tokyo);
    let values = [
        ("day", shell.weekday_date(from.date_naive())),
        ("from", from.format("%H:%M").to_string()),
        ("to", to.format("%H:%M").to_string()),
        ("place", slot.place.clone()),
    ];
    shell.tf("sessions.slot", &values)
}

/// The look of a state's badge.
fn badge(view: &SessionView) -> &'static str {
    use crate::sessions::Status;
    match view.status {
        Status::Planned => "draft",
        Status::Published => "published",
        Status::Held => "closed",
        Status::Cancelled => "withdrawn",
    }
}

/// A session as a list shows it.
struct Row {
    href: String,
    view: SessionView,
    badge: &'static str,
    when: Option<String>,
    points: Option<String>,
}

impl Row {
    fn of(shell: &Shell, view: SessionView) -> Self {
        Self {
            href: shell.link(&format!("/sessions/{}", view.id)),
            badge: badge(&view),
            when: view.slot.as_ref().map(|slot| slot_words(shell, slot)),
            points: view.score.map(|score| shell.points(score)),
            view,
        }
    }
}
