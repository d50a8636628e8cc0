//! The plain page behind the mailed link: it shows the challenge, and two buttons. Opening it changes nothing, for link
//! scanners open links too; only its buttons act, by POST and without JavaScript.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::answers::{EntryAnswerForm, answer, asked};
use crate::accounts::Secret;
use crate::accounts::links::Dead;
use crate::failure::Failure;
use crate::policy::{Actor, Who};
use crate::services::Services;
use crate::web::{Answer, MailedLink, Shell, origin_of, page};

const LINK: MailedLink = MailedLink { texts: "challenges.entry", onward: ("nav.challenges", "/challenges") };

#[derive(Template)]
#[template(path = "challenges/templates/entry_question.html")]
struct QuestionPage {
    shell: Shell,
    token: String,
    title: String,
    prose: Vec<(String, String)>,
    comment: String,
    refusals: Vec<String>,
}

/// `GET /challenge-confirmation?token=…`
///
/// # Errors
/// `Busy` when the question cannot be read.
pub async fn show(request: HttpRequest, services: web::Data<Services>) -> Answer {
    let token = page::query_value(&request, "token").unwrap_or_default();
    shown(&request, &services, token, (String::new(), Vec::new())).await
}

/// `POST /challenge-confirmation`, from the buttons of the page.
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn act(request: HttpRequest, services: web::Data<Services>, body: web::Bytes) -> Answer {
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let text = |name: &str| fields.get(name).cloned();
    let form = EntryAnswerForm { token: text("token"), answer: text("answer"), comment: text("comment") };
    let said = text("answer").unwrap_or_default();
    let actor = Actor { who: Who::Link, origin: origin_of(&request) };
    match services.perform(actor, move |deed| answer(deed, &form)).await {
        Ok(()) => LINK.ends(&request, 200, "done", &format!("done_{said}")),
        Err(Failure::Invalid(errors)) => {
            let refusals = LINK.rules(&request, &errors);
            let typed = (text("comment").unwrap_or_default(), refusals);
            shown(&request, &services, text("token").unwrap_or_default(), typed).await
        }
        Err(failure) => Err(failure),
    }
}

async fn shown(
    request: &HttpRequest,
    services: &Services,
    token: String,
    (comment, refusals): (String, Vec<String>),
) -> Answer {
    let now = services.clock().now();
    let Ok(secret) = Secret::parse(&token) else { return LINK.is_dead(request, Dead::Unknown) };
    let known = match services.read(move |conn| asked(conn, now, &secret)).await? {
        Err(why) => return LINK.is_dead(request, why),
        Ok(known) => known,
    };
    let shell = Shell::of(request, "challenges.entry.title");
    let content = &known.challenge.content.0;
    let parts = [
        ("summary", &content.summary),
        ("background", &content.background),
        ("current_state", &content.current_state),
        ("desired_state", &content.desired_state),
    ];
    let prose = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (shell.t(&format!("challenges.form.{name}.label")), text.clone()));
    let status = if refusals.is_empty() { 200 } else { 422 };
    let question = QuestionPage {
        token,
        title: known.challenge.title.clone(),
        prose: prose.collect(),
        comment,
        refusals,
        shell,
    };
    page::secret_html(status, &question)
}
