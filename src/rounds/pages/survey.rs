//! `/rounds/{id}/survey`: a municipality answers the needs survey in a minute; the answer is a draft challenge.

use actix_web::web::Path;
use askama::Template;

use crate::challenges::{self, Form};
use crate::fields::FieldErrors;
use crate::policy::{self, Action, Subject};
use crate::rounds::api::{id_of, seen};
use crate::rounds::{RoundId, WindowKind, entering};
use crate::web::forms::{FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "rounds/templates/survey.html")]
struct SurveyPage {
    shell: Shell,
    id: RoundId,
    title: String,
    until: String,
    open: bool,
    form: FormView,
    said: Option<String>,
}

impl SurveyPage {
    /// The page of the round.
    fn round(&self) -> String {
        self.shell.link(&format!("/rounds/{}", self.id))
    }
}

/// `GET /rounds/{id}/survey`
///
/// # Errors
/// `NotFound`, `Unauthenticated`, or `Forbidden` for whoever writes no challenges.
pub async fn ask(visit: Visit, path: Path<String>) -> Answer {
    shown(&visit, id_of(&path)?, Typed::new(), None).await
}

async fn shown(visit: &Visit, id: RoundId, typed: Typed, refused: Option<Refusal>) -> Answer {
    policy::require(visit.actor(), Action::WriteChallenge, &Subject::default())?;
    let now = visit.services().clock().now();
    let round = visit.read(move |conn, actor| seen(conn, actor, id)).await?;
    let shell = visit.shell("rounds.survey.title");
    let (status, errors, said) = match refused {
        Some(refused) => (refused.status, refused.errors, refused.sentence),
        None => (200, FieldErrors::new(), None),
    };
    let page = SurveyPage {
        id,
        title: round.title.clone(),
        until: shell.weekday_date(round.windows().challenges.to),
        open: round.is_open(WindowKind::Challenges, now),
        form: FormView::new(shell.locale, "rounds.survey.form", typed).with_errors(errors),
        said,
        shell,
    };
    page::html(status, &page)
}

/// `POST /rounds/{id}/survey`: one draft challenge that takes part in the round.
///
/// # Errors
/// Those of the actions that the page cannot show.
pub async fn answer(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let form = Form {
        title: sent.typed.text("title"),
        summary: sent.typed.text("summary"),
        current_state: sent.typed.text("current_state"),
        ..Form::default()
    };
    let done = sent
        .once(move |deed| {
            let challenge = challenges::create(deed, &form)?.id();
            entering::enter(deed, id, challenge)?;
            Ok(format!("/challenges/{challenge}/edit?step=1"))
        })
        .await;
    let failure = match done {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said("survey_answered"))),
        Err(failure) => failure,
    };
    let refused = Refusal::of(&sent.visit.shell("rounds.survey.title"), failure)?;
    shown(&sent.visit, id, sent.typed.clone(), Some(refused)).await
}
