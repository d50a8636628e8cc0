//! Challenges that a bureau enters for a municipality (代理登録): the municipality is asked whether it wants them.
//!
//! When the bureau puts such a challenge up for review, the editors of the municipality are mailed a single-use link; until one of
//! them confirms, it cannot be published. A refusal makes it a draft again and is told to the bureau. What the municipality
//! submits itself needs no question.

mod answers;
mod pages;
mod store;

use crate::text_enum;

pub use answers::{EntryAnswerForm, answer};
pub use pages::{act, show};

pub(super) use answers::{ask, ensure_confirmed};

text_enum! {
    /// What a municipality says of a challenge that was entered for it.
    #[schema(as = ChallengeEntryAnswer)]
    pub enum EntryAnswer {
        /// このまま進める
        Confirm = "confirm",
        /// 取りやめる
        Refuse = "refuse",
    }
}
