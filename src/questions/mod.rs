//! Questions (質問): what vendors ask on an open challenge, and what its municipality answers.
//!
//! Nobody is shown who asked: neither the municipality nor the bureau, and the audit trail keeps a hash. An answer is for
//! everyone who may read the challenge, or for registered organizations only. Questions end some days before the
//! proposals do (`window.rs`); those without an answer are chased (`chasing.rs`).

mod actions;
pub mod api;
mod chasing;
mod letters;
pub mod pages;
mod states;
mod store;
mod view;
mod window;

use crate::id_types;

pub use chasing::{CHASE_EVERY, chase};
pub use states::{Audience, Status, Step};
pub use view::QuestionView;

id_types!(
    /// A question.
    QuestionId,
);
