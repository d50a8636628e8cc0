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

use crate::challenges::ChallengeId;
use crate::failure::Failure;
use crate::id_types;
use crate::services::Deed;

pub use chasing::{CHASE_EVERY, chase, late, remind_now};
pub use states::{Audience, Status, Step};
pub use view::{QuestionView, may_read};

/// Asks a question; its id.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`; `Conflict`: `questions_closed`, `too_many_questions`.
pub fn ask(deed: &mut Deed<'_>, challenge: ChallengeId, body: &str) -> Result<QuestionId, Failure> {
    let form = actions::QuestionForm { body: Some(body.to_owned()) };
    Ok(actions::ask(deed, challenge, &form)?.1.id)
}

/// Answers a question, for everyone unless an audience is named.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Invalid`.
pub fn answer(
    deed: &mut Deed<'_>,
    id: QuestionId,
    answer: &str,
    audience: Option<&str>,
) -> Result<(), Failure> {
    let form = actions::AnswerForm { answer: Some(answer.to_owned()), audience: audience.map(str::to_owned) };
    actions::answer(deed, id, None, &form).map(drop)
}

id_types!(
    /// A question.
    QuestionId,
);
