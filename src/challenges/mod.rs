//! Challenges (地域課題): needs posted by municipalities, with their budgets.
//!
//! A challenge is written as a [`Form`], kept as [`Content`], and moves through the states of `states.rs`. What a
//! reader is shown of it, the budget's figures or its band, the municipality or nobody, is decided in `view.rs`
//! by the policy. `actions/` holds the verbs, `deadlines.rs` what the scheduler does, `indexing.rs` what
//! matching and search read.

mod actions;
mod amendments;
pub mod api;
mod budget;
mod card;
mod content;
mod deadlines;
mod entry;
mod form;
mod indexing;
mod letters;
mod listing;
pub mod pages;
mod saved;
mod selection;
mod states;
mod store;
mod taking_part;
mod view;

use crate::id_types;

pub use actions::{
    DecisionForm, ExtensionForm, RemarkForm, amend_or_edit, archive, close, create, decide, delete, extend,
    publish, recall, return_, submit, take_back, withdraw,
};
pub use budget::{Band, Budget, BudgetStatus, BudgetView};
pub use card::{Brief, Card, brief, cards, footing, open_of, subject};
pub use content::{Content, ContractRoute, EntryStage, Readiness, Visibility};
pub use deadlines::{DEADLINES_EVERY, close_due, end_of_day, warn_closing_soon};
pub use entry::{act as answer_entry, show as entry_question};
pub use form::Form;
pub use indexing::{IndexedChallenge, for_index};
pub use saved::{finds, search};
pub use states::{Outcome, Status, Step};
pub use store::{Known, watching_vendors};
pub use taking_part::{enterable, set_deadline};

id_types!(
    /// A challenge.
    ChallengeId,
);
