//! The plain page behind the mailed link: it shows the challenge, and two buttons. Opening it changes nothing, for link
//! scanners open links too; only its buttons act, by POST and without JavaScript.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::answers::{EntryAnswerForm, answer, asked};
use crate::accounts::Secret;
use crate::accounts::links::Dead;
use crate::failure::Failure;
use crate::locales;
use crate::policy::{Actor, Who};
use crate::services::Services;
use crate::web::{Answer, Shell, origin_of, page};

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

#[derive(Template)]
#[template(path = "challenges/templates/entry_done.html")]
struct DonePage {
    shell: Shell,
    heading: String,
    text: String,
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
        Ok(()) => done(&request, 200, "challenges.entry.done", &format!("challenges.entry.done_{said}")),
        Err(Failure::Invalid(errors)) => {
            let locale = Shell::of(&request, "challenges.entry.title").locale;
            let refusals = errors.iter().map(|(_, invalid)| {
                locales::text(locale, &format!("invalid.{}", invalid.code()), invalid.params())
            });
            let typed = (text("comment").unwrap_or_default(), refusals.collect());
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
    let Ok(secret) = Secret::parse(&token) else { return dead(request, Dead::Unknown) };
    let known = match services.read(move |conn| asked(conn, now, &secret)).await? {
        Err(why) => return dead(request, why),
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

/// A link that does not act, and what to do then.
fn dead(request: &HttpRequest, why: Dead) -> Answer {
    let status = match why {
        Dead::Unknown => 404,
        Dead::Used | Dead::Expired => 410,
    };
    done(request, status, "challenges.entry.dead", &format!("challenges.entry.{}", why.code()))
}

fn done(request: &HttpRequest, status: u16, heading: &str, text: &str) -> Answer {
    let shell = Shell::of(request, "challenges.entry.title");
    let (heading, text) = (shell.t(heading), shell.t(text));
    page::secret_html(status, &DonePage { heading, text, shell })
}
