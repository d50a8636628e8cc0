//! Rounds (募集回): one call run by a bureau, from the challenges to the sessions.
//!
//! A bureau writes a round with three windows and announces it. From then on its windows open and close by the clock
//! (`turns.rs`), at 0:00 and 24:00 in Japan. Municipalities of its region put challenges into it while the first window
//! is open (`entering.rs`); a challenge's deadline lies within the second. The sessions of the third are the concept
//! [`crate::sessions`].

mod actions;
pub mod api;

mod card;
mod entering;
mod form;
mod letters;
pub mod pages;
mod states;
mod store;
mod survey;
mod turns;
mod view;
mod windows;

use crate::id_types;

pub use actions::{announce, cancel, create, delete, edit, end, holding};
pub(crate) use api::seen;

pub use card::{RoundCard, open_rounds, round_of, taking_challenges};
pub use entering::{challenges_of, enter, leave, within_window};
pub use form::{DaysForm, ReasonForm, RoundForm};
pub use states::{Status, Step};
pub use store::Round;
pub use survey::survey;
pub use turns::{TURNS_EVERY, turn_due};
pub use view::RoundView;
pub use windows::{Days, WindowKind, WindowState, Windows};

id_types!(
    /// A round.
    RoundId,
);
