//! Sessions (提案会): who presents what to which municipality, and when.
//!
//! A bureau offers slots within its round's third window; municipalities and vendors say when they cannot. `plan.rs` gathers the
//! pairs that could meet, [`assignment`] chooses the fairest of them exactly, `timetable` finds each a slot. The plan is the
//! bureau's alone until it is published: then both parties get an appointment, and a new version of it when the session moves
//! or is called off. When its time is over each party says, by one click from a mail or on its page, what came of it.

mod actions;
pub mod api;
pub mod assignment;
mod candidates;
mod clock;
mod export;
mod feed;
mod letters;
mod outcomes;
pub mod pages;
mod plan;
mod slots;
mod states;
mod store;
mod timetable;
mod view;

use crate::id_types;

pub use actions::{add, call_off, cancel_all, move_to, publish};
pub use candidates::Candidate;
pub use clock::{ENDS_EVERY, hold_due};
pub use outcomes::{OutcomeForm, record, record_by_link};
pub use plan::{Planned, assign};
pub use slots::{SlotForm, add_slots, block, remove_slot};
pub use states::{Outcome, Source, Status, Step};
pub use view::SessionView;

id_types!(
    /// A slot of a round.
    SlotId,
    /// A session of a round.
    RoundSessionId,
);
