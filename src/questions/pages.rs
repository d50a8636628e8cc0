//! The pages: `/challenges/{id}/questions` with its forms, and the part of a challenge's page that shows what was answered.

use actix_web::web::Path;
use askama::Template;
use askama::filters::HtmlSafe;

use super::actions::{
    self, AnswerForm, HideForm, LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_REASON, QuestionForm,
};
use super::view::{self, QuestionList, QuestionView};
use super::{Audience, QuestionId, Status, Step};
use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::Actor;
use crate::web::forms::{FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

/// What [`part`] shows.
pub type Listed = QuestionList;

/// The answered questions, as a part of a challenge's page.
#[derive(Template)]
#[template(path = "questions/templates/part.html")]
pub struct Part {
    shell: Shell,
    challenge: ChallengeId,
    list: QuestionList,
    waiting: usize,
}

impl HtmlSafe for Part {}

impl Part {
    fn lead(&self) -> String {
        self.shell.t(if self.list.may_ask { "questions.ask" } else { "questions.all" })
    }

    fn href(&self) -> String {
        self.shell.link(&format!("/challenges/{}/questions", self.challenge))
    }

    fn answered(&self) -> Vec<&QuestionView> {
        self.list.items.iter().filter(|one| one.status == Status::Answered).collect()
    }
}

/// The questions on a challenge for [`part`].
///
/// # Errors
/// `NotFound` when the challenge may not be seen.
pub fn listed(
    conn: &mut DbConn,
    actor: &Actor,
    id: ChallengeId,
    now: Timestamp,
) -> Result<QuestionList, Failure> {
    view::list(conn, actor, id, now)
}

/// The part of a challenge's page.
pub fn part(shell: &Shell, challenge: ChallengeId, list: QuestionList) -> Part {
    let waiting = list.items.iter().filter(|one| one.status == Status::Asked).count();
    Part { shell: shell.clone(), challenge, list, waiting }
}

#[derive(Template)]
#[template(path = "questions/templates/questions.html")]
struct Page {
    shell: Shell,
    challenge: ChallengeId,
    title: String,
    list: QuestionList,
    /// The form that was refused: the question it belongs to (`None` asks a new one) and its step.
    tried: Option<(Option<QuestionId>, Option<Step>)>,
    form: FormView,
    sentence: Option<String>,
}

/// A form that was refused.
#[derive(Default)]
struct Tried {
    at: Option<(Option<QuestionId>, Option<Step>)>,
    typed: Typed,
    errors: FieldErrors,
    sentence: Option<String>,
    status: Option<u16>,
}

impl Page {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("challenges.list.title"), self.shell.link("/challenges")),
            (self.title.clone(), self.shell.link(&format!("/challenges/{}", self.challenge))),
            (self.shell.t("questions.title"), String::new()),
        ]
    }

    /// The form of a question's step: with what was typed there, if it is the one that was refused. Its ids are its own.
    fn field(&self, name: &str, question: Option<&QuestionView>, step: Option<Step>) -> FieldView {
        let this = self.tried == Some((question.map(|one| one.id), step));
        let blank = FormView::new(self.shell.locale, "questions.form", Typed::new());
        let mut field = if this { self.form.field(name) } else { blank.field(name) };
        if let (Some(one), false) = (question, this) {
            field.id = format!("{}-{}", field.id, one.id);
        }
        field
    }

    fn ask(&self) -> FieldView {
        self.field("body", None, None).required().maxlength(LONGEST_QUESTION).rows(4)
    }

    fn answer(&self, one: &QuestionView) -> FieldView {
        self.field("answer", Some(one), Some(Step::Answer)).required().maxlength(LONGEST_ANSWER).rows(5)
    }

    fn audience(&self, one: &QuestionView) -> FieldView {
        let names = Audience::ALL.iter().map(|audience| audience.as_str());
        self.field("audience", Some(one), Some(Step::Answer)).required().named("questions.audience", names)
    }

    fn reason(&self, one: &QuestionView) -> FieldView {
        self.field("reason", Some(one), Some(Step::Hide)).required().maxlength(LONGEST_REASON).rows(2)
    }

    fn may(&self, one: &QuestionView, step: &str) -> bool {
        one.steps.iter().any(|legal| legal.as_str() == step)
    }

    fn is_tried(&self, one: &QuestionView, step: &str) -> bool {
        self.tried.is_some_and(|(at, tried)| {
            at == Some(one.id) && tried.is_some_and(|tried| tried.as_str() == step)
        })
    }

    fn due(&self) -> Option<String> {
        self.list.questions_due.map(|day| self.shell.weekday_date(day))
    }
}

fn id_of<T: std::str::FromStr>(path: &Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// `GET /challenges/{id}/questions`
///
/// # Errors
/// `NotFound`.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    shown(&visit, id_of(&path)?, Tried::default()).await
}

async fn shown(visit: &Visit, id: ChallengeId, tried: Tried) -> Answer {
    let now = visit.services().clock().now();
    let (title, list) = visit
        .read(move |conn, actor| {
            let list = view::list(conn, actor, id, now)?;
            Ok((challenges::brief(conn, actor, id)?.title, list))
        })
        .await?;
    let shell = visit.shell("questions.title");
    let shown = Page {
        title,
        list,
        challenge: id,
        tried: tried.at,
        form: FormView::new(shell.locale, "questions.form", tried.typed).with_errors(tried.errors),
        sentence: tried.sentence,
        shell,
    };
    page::html(tried.status.unwrap_or(200), &shown)
}

/// What a refused form is answered with: the page again, with what was typed.
async fn refused(
    sent: Sent,
    challenge: ChallengeId,
    at: (Option<QuestionId>, Option<Step>),
    failure: Failure,
) -> Answer {
    let refusal = Refusal::of(&sent.visit.shell("questions.title"), failure)?;
    let tried = Tried {
        at: Some(at),
        typed: sent.typed.clone(),
        errors: refusal.errors,
        sentence: refusal.sentence,
        status: Some(refusal.status),
    };
    shown(&sent.visit, challenge, tried).await
}

/// `POST /challenges/{id}/questions`
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn ask(sent: Sent, path: Path<String>) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let form = QuestionForm { body: sent.typed.text("body") };
    let done = sent.once(move |deed| {
        actions::ask(deed, id, &form)?;
        Ok(format!("/challenges/{id}/questions"))
    });
    match done.await {
        Ok(there) => Ok(sent.visit.go_saying(there, &Flash::said("question_asked"))),
        Err(failure) => refused(sent, id, (None, None), failure).await,
    }
}

macro_rules! steps {
    ($($name:ident => $step:expr, $flash:literal, |$deed:ident, $id:ident, $version:ident, $typed:ident| $act:expr;)*) => {$(
        #[doc = concat!("`POST /questions/{id}/", stringify!($name), "`")]
        ///
        /// # Errors
        /// Those of the action of the same name that the page cannot show.
        pub async fn $name(sent: Sent, path: Path<String>) -> Answer {
            let $id: QuestionId = id_of(&path)?;
            let $version = sent.typed.get("version").parse::<i32>().ok();
            let $typed = sent.typed.clone();
            let challenge = of_question(&sent, $id).await?;
            let done = sent.once(move |$deed| {
                $act?;
                Ok(format!("/challenges/{challenge}/questions"))
            });
            match done.await {
                Ok(there) => Ok(sent.visit.go_saying(there, &Flash::said($flash))),
                Err(failure) => refused(sent, challenge, (Some($id), Some($step)), failure).await,
            }
        }
    )*};
}

steps! {
    answer => Step::Answer, "question_answered", |deed, id, version, typed| {
        let form = AnswerForm { answer: typed.text("answer"), audience: typed.text("audience") };
        actions::answer(deed, id, version, &form)
    };
    withdraw => Step::Withdraw, "question_withdrawn", |deed, id, version, _typed| {
        actions::withdraw(deed, id, version)
    };
    hide => Step::Hide, "question_hidden", |deed, id, version, typed| {
        actions::hide(deed, id, version, &HideForm { reason: typed.text("reason") })
    };
}

/// The challenge of a question, if the sender may see both.
async fn of_question(sent: &Sent, id: QuestionId) -> Result<ChallengeId, Failure> {
    sent.visit.read(move |conn, actor| view::challenge_of(conn, actor, id)).await
}
