//! The verbs: ask, answer, withdraw, hide.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::chasing::PATIENCE;
use super::store::{self, Question};
use super::view::may_take;
use super::{Audience, QuestionId, Status, Step, letters, window};
use crate::audit::{self, Event, digest};
use crate::challenges::{self, Brief, ChallengeId};
use crate::failure::Failure;
use crate::fields::{self, FieldErrors, Invalid};
use crate::moderation::{self, SubjectKind};
use crate::policy::{self, Action};
use crate::services::Deed;

/// Characters of a question, an answer and a reason.
pub(super) const LONGEST_QUESTION: usize = 1_000;
pub(super) const LONGEST_ANSWER: usize = 4_000;
pub(super) const LONGEST_REASON: usize = 500;

/// Questions of one vendor on one challenge that may wait at a time.
const MOST_WAITING: i64 = 20;

/// A question as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"body": "除雪車の台数と、車載の電源の有無を教えてください。"}))]
pub struct QuestionForm {
    /// 1 to 1,000 characters. Do not name yourself: nobody is told who asks.
    #[schema(value_type = String)]
    pub body: Option<String>,
}

/// An answer as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"answer": "12台です。すべて24Vの電源があります。", "audience": "public"}))]
pub struct AnswerForm {
    /// 1 to 4,000 characters.
    #[schema(value_type = String)]
    pub answer: Option<String>,
    /// `public`, unless given, or `registered`.
    #[schema(value_type = Option<Audience>)]
    pub audience: Option<String>,
}

/// Why a question is hidden.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HideForm {
    /// 1 to 500 characters, told to the asker and the municipality.
    #[schema(value_type = String)]
    pub reason: Option<String>,
}

fn words(text: Option<&str>, most: usize) -> Result<String, Invalid> {
    let text = fields::prose(text.unwrap_or_default(), most)?;
    if text.is_empty() { Err(Invalid::new("required")) } else { Ok(text) }
}

/// Asks. The audit trail keeps a hash of the asker, and no actor.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`; `Conflict`: `questions_closed`, `too_many_questions`.
pub(super) fn ask(
    deed: &mut Deed<'_>,
    challenge: ChallengeId,
    form: &QuestionForm,
) -> Result<(Brief, Question), Failure> {
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, challenge)?;
    policy::require(&by, Action::See, &brief.subject)?;
    policy::require(&by, Action::AskQuestion, &brief.subject)?;
    let member = by.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let body =
        words(form.body.as_deref(), LONGEST_QUESTION).map_err(|invalid| Failure::field("/body", invalid))?;
    let instant = deed.database_now()?;
    if !window::takes_questions(&brief, instant) {
        return Err(Failure::Conflict("questions_closed"));
    }
    if store::waiting_of(deed.conn(), challenge, member.organization)? >= MOST_WAITING {
        return Err(Failure::Conflict("too_many_questions"));
    }
    let now = deed.now();
    let question = Question {
        id: QuestionId::new(),
        challenge_id: challenge,
        organization_id: member.organization,
        asked_by: Some(member.member),
        status: Status::Asked,
        body,
        answer: None,
        audience: None,
        answered_by: None,
        answered_at: None,
        hidden_reason: None,
        chase_at: Some(now.plus(PATIENCE)),
        version: 1,
        asked_at: now,
        updated_at: now,
    };
    store::insert(deed.conn(), &question)?;
    record_unnamed(deed, "question.ask", &brief, &question)?;
    letters::asked(deed, &brief, &question)?;
    Ok((brief, question))
}

/// An act of the asker in the audit trail: by a hash that proves who it was to whoever knows already.
fn record_unnamed(
    deed: &mut Deed<'_>,
    action: &'static str,
    brief: &Brief,
    question: &Question,
) -> Result<(), Failure> {
    let asker = digest(&format!("{} {}", question.id, question.organization_id));
    let event = Event::new(action, "question", question.id.0)
        .unnamed()
        .in_prefecture(brief.subject.prefecture)
        .change(
            None,
            json!({"challenge": brief.id, "status": question.status, "question": digest(&question.body), "asker": asker}),
        );
    audit::record(deed, event)
}

/// The question with its challenge, once the caller may take the step, from this version, in this state.
fn begin(
    deed: &mut Deed<'_>,
    id: QuestionId,
    step: Step,
    version: Option<i32>,
) -> Result<(Brief, Question, Status), Failure> {
    let by = deed.by().clone();
    let question = store::lock(deed.conn(), id)?;
    let brief = challenges::brief(deed.conn(), &by, question.challenge_id)?;
    policy::require(&by, Action::See, &brief.subject)?;
    may_take(&by, step, &brief, &question)?;
    if version.is_some_and(|version| version != question.version) {
        return Err(Failure::Stale { current: question.version });
    }
    let next = question.status.step(step)?;
    Ok((brief, question, next))
}

/// The municipality answers.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid`.
pub(super) fn answer(
    deed: &mut Deed<'_>,
    id: QuestionId,
    version: Option<i32>,
    form: &AnswerForm,
) -> Result<(Brief, Question), Failure> {
    let (brief, before, status) = begin(deed, id, Step::Answer, version)?;
    let (text, audience) = read_answer(form)?;
    let now = deed.now();
    let mut next = Question {
        status,
        answer: Some(text),
        audience: Some(audience),
        answered_by: deed.by().member().map(|member| member.member),
        answered_at: Some(now),
        chase_at: None,
        ..before.clone()
    };
    store::update(deed.conn(), &before, &mut next, now)?;
    let answered = next.answer.as_deref().map(digest);
    let event =
        Event::new("question.answer", "question", id.0).in_prefecture(brief.subject.prefecture).change(
            json!({"status": before.status}),
            json!({"challenge": brief.id, "status": next.status, "answer": answered, "audience": audience}),
        );
    audit::record(deed, event)?;
    letters::answered(deed, &brief, &next)?;
    Ok((brief, next))
}

fn read_answer(form: &AnswerForm) -> Result<(String, Audience), FieldErrors> {
    let mut errors = FieldErrors::new();
    let text = errors.keep("/answer", words(form.answer.as_deref(), LONGEST_ANSWER));
    let audience = form.audience.as_deref().map_or(Ok(Audience::Public), Audience::parse);
    let audience = errors.keep("/audience", audience);
    match (text, audience) {
        (Some(text), Some(audience)) => Ok((text, audience)),
        _ => Err(errors),
    }
}

/// The asker takes it back.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`.
pub(super) fn withdraw(
    deed: &mut Deed<'_>,
    id: QuestionId,
    version: Option<i32>,
) -> Result<(Brief, Question), Failure> {
    let (brief, before, status) = begin(deed, id, Step::Withdraw, version)?;
    let now = deed.now();
    let mut next = Question { status, chase_at: None, ..before.clone() };
    store::update(deed.conn(), &before, &mut next, now)?;
    record_unnamed(deed, "question.withdraw", &brief, &next)?;
    Ok((brief, next))
}

/// The bureau takes it out of sight.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid` without a reason.
pub(super) fn hide(
    deed: &mut Deed<'_>,
    id: QuestionId,
    version: Option<i32>,
    form: &HideForm,
) -> Result<(Brief, Question), Failure> {
    let (brief, before, status) = begin(deed, id, Step::Hide, version)?;
    let reason = words(form.reason.as_deref(), LONGEST_REASON)
        .map_err(|invalid| Failure::field("/reason", invalid))?;
    let now = deed.now();
    let mut next = Question { status, hidden_reason: Some(reason.clone()), chase_at: None, ..before.clone() };
    store::update(deed.conn(), &before, &mut next, now)?;
    moderation::enter(deed, SubjectKind::Challenge, brief.id.0, "hide-question", Some(&reason))?;
    let event = Event::new("question.hide", "question", id.0).in_prefecture(brief.subject.prefecture).change(
        json!({"status": before.status}),
        json!({"challenge": brief.id, "status": next.status, "reason": digest(&reason)}),
    );
    audit::record(deed, event)?;
    letters::hidden(deed, &brief, &next, &reason)?;
    Ok((brief, next))
}
