//! What of a question is shown to whom.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Question};
use super::{Audience, QuestionId, Status, Step, window};
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Openness, Subject};

/// One question. Who asked is told to nobody.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Question)]
pub struct QuestionView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: QuestionId,
    /// Where it stands.
    pub status: Status,
    /// What was asked.
    pub body: String,
    /// What the municipality answers.
    pub answer: Option<String>,
    /// Who reads it, once it is answered.
    pub audience: Option<Audience>,
    /// Why the bureau hid it; for its asker, the municipality and the bureau.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_reason: Option<String>,
    /// Whether the reader's own organization asked it.
    pub own: bool,
    /// The steps that the reader may take now.
    pub steps: Vec<Step>,
    /// Counts every write; what `If-Match` of a step names.
    pub version: i32,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
}

/// The questions on one challenge.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct QuestionList {
    /// Those that the reader may see, oldest first.
    pub items: Vec<QuestionView>,
    /// The last day for questions, until 24:00 in Japan; `null` has no closing.
    #[schema(value_type = Option<String>, format = Date)]
    pub questions_due: Option<NaiveDate>,
    /// Whether questions are taken now.
    pub open: bool,
    /// Whether the reader may ask now.
    pub may_ask: bool,
}

/// What the policy needs to know of a question.
pub(super) fn subject(brief: &Brief, question: &Question) -> Subject {
    let openness = match (question.status, question.audience) {
        (Status::Answered, Some(Audience::Public)) => Openness::Public,
        (Status::Answered, _) => Openness::Registered,
        _ => Openness::Private,
    };
    let withdrawn = question.status == Status::Withdrawn;
    let mut subject = Subject::private(question.organization_id, brief.subject.prefecture)
        .open_to(openness)
        .with_counterpart(brief.owner, !withdrawn);
    // What was taken back stays with its asker.
    subject.sealed = withdrawn;
    subject
}

/// Whether `actor` may take `step` with the question.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub(super) fn may_take(actor: &Actor, step: Step, brief: &Brief, question: &Question) -> Result<(), Failure> {
    let own = subject(brief, question);
    policy::require(actor, Action::See, &own)?;
    match step {
        Step::Answer => policy::require(actor, Action::Submit, &brief.subject),
        Step::Withdraw => policy::require(actor, Action::Submit, &own),
        Step::Hide => policy::require(actor, Action::Moderate, &brief.subject),
    }
}

/// One question as `actor` sees it.
pub(super) fn of(actor: &Actor, brief: &Brief, question: &Question) -> QuestionView {
    let allowed = |step: &Step| may_take(actor, *step, brief, question).is_ok();
    QuestionView {
        id: question.id,
        status: question.status,
        body: question.body.clone(),
        answer: question.answer.clone(),
        audience: question.audience,
        hidden_reason: question.hidden_reason.clone(),
        own: actor.member().is_some_and(|member| member.organization == question.organization_id),
        steps: question.status.legal_steps().filter(allowed).collect(),
        version: question.version,
        asked_at: question.asked_at,
        answered_at: question.answered_at,
    }
}

/// The questions on a challenge as `actor` may see them.
///
/// # Errors
/// `NotFound` when the challenge may not be seen.
pub(super) fn list(
    conn: &mut DbConn,
    actor: &Actor,
    id: ChallengeId,
    now: Timestamp,
) -> Result<QuestionList, Failure> {
    let brief = challenges::brief(conn, actor, id)?;
    policy::require(actor, Action::See, &brief.subject)?;
    let shown = |question: &&Question| policy::allows(actor, Action::See, &subject(&brief, question));
    let rows = store::on(conn, id)?;
    let items = rows.iter().filter(shown).map(|question| of(actor, &brief, question)).collect();
    let open = window::takes_questions(&brief, now);
    Ok(QuestionList {
        items,
        questions_due: window::last_day(&brief),
        open,
        may_ask: open && policy::allows(actor, Action::AskQuestion, &brief.subject),
    })
}

/// Whether `actor` may read the answer to a question; not once it is hidden or gone.
///
/// # Errors
/// `Internal` when it cannot be read.
pub fn may_read(conn: &mut DbConn, actor: &Actor, id: QuestionId) -> Result<bool, Failure> {
    let question = match store::find(conn, id) {
        Err(Failure::NotFound) => return Ok(false),
        found => found?,
    };
    let brief = challenges::brief(conn, actor, question.challenge_id)?;
    let shown = policy::allows(actor, Action::See, &brief.subject)
        && policy::allows(actor, Action::See, &subject(&brief, &question));
    Ok(shown && question.status == Status::Answered)
}

/// The challenge of a question, if `actor` may see both.
///
/// # Errors
/// `NotFound`.
pub(super) fn challenge_of(conn: &mut DbConn, actor: &Actor, id: QuestionId) -> Result<ChallengeId, Failure> {
    let question = store::find(conn, id)?;
    let brief = challenges::brief(conn, actor, question.challenge_id)?;
    policy::require(actor, Action::See, &brief.subject)?;
    policy::require(actor, Action::See, &subject(&brief, &question))?;
    Ok(brief.id)
}
