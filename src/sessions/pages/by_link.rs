//! The plain page behind the mailed link: three buttons. Opening it changes nothing, for link scanners open links too; only
//! its buttons act, by POST and without JavaScript.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use crate::accounts::Secret;
use crate::accounts::links::Dead;
use crate::failure::Failure;
use crate::policy::{Actor, Who};
use crate::services::Services;
use crate::sessions::{OutcomeForm, outcomes, store};
use crate::web::{Answer, MailedLink, Shell, origin_of, page};

const LINK: MailedLink =
    MailedLink { texts: "sessions.by_link", onward: ("sessions.by_link.onward", "/our-sessions") };

#[derive(Template)]
#[template(path = "sessions/templates/by_link.html")]
struct LinkPage {
    shell: Shell,
    token: String,
    facts: Vec<(String, String)>,
    reason: String,
    refusals: Vec<String>,
}

/// `GET /session-outcome?token=…`
///
/// # Errors
/// `Busy` when the question cannot be read.
pub async fn ask(request: HttpRequest, services: web::Data<Services>) -> Answer {
    let token = page::query_value(&request, "token").unwrap_or_default();
    shown(&request, &services, token, (String::new(), Vec::new())).await
}

/// `POST /session-outcome`, from the buttons of the page.
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn act(request: HttpRequest, services: web::Data<Services>, body: web::Bytes) -> Answer {
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let text = |name: &str| fields.get(name).cloned();
    let form = OutcomeForm { token: text("token"), outcome: text("outcome"), reason: text("reason") };
    let actor = Actor { who: Who::Link, origin: origin_of(&request) };
    match services.perform(actor, move |deed| outcomes::record_by_link(deed, &form)).await {
        Ok(()) => LINK.ends(&request, 200, "done", "done_text"),
        Err(Failure::Invalid(errors)) => {
            let refusals = LINK.rules(&request, &errors);
            let typed = (text("reason").unwrap_or_default(), refusals);
            shown(&request, &services, text("token").unwrap_or_default(), typed).await
        }
        Err(failure) => Err(failure),
    }
}

async fn shown(
    request: &HttpRequest,
    services: &Services,
    token: String,
    (reason, refusals): (String, Vec<String>),
) -> Answer {
    let now = services.clock().now();
    let Ok(secret) = Secret::parse(&token) else { return LINK.is_dead(request, Dead::Unknown) };
    let asked = services
        .read(move |conn| {
            let session = match outcomes::asked(conn, now, &secret)? {
                Ok(session) => session,
                Err(dead) => return Ok(Err(dead)),
            };
            let names = store::names(conn, std::slice::from_ref(&session))?;
            Ok(Ok((session, names)))
        })
        .await?;
    let (session, names) = match asked {
        Err(why) => return LINK.is_dead(request, why),
        Ok(asked) => asked,
    };
    let shell = Shell::of(request, "sessions.by_link.title");
    let text = |found: Option<&String>| found.cloned().unwrap_or_default();
    let slot = session.slot_id.and_then(|id| names.slots.get(&id));
    let facts = vec![
        (shell.t("sessions.show.when"), slot.map(|slot| shell.date_time(slot.starts_at)).unwrap_or_default()),
        (shell.t("sessions.show.challenge"), text(names.challenges.get(&session.challenge_id))),
        (shell.t("sessions.show.municipality"), text(names.organizations.get(&session.municipality_id))),
        (shell.t("sessions.show.solution"), text(names.solutions.get(&session.solution_id))),
        (shell.t("sessions.show.vendor"), text(names.organizations.get(&session.vendor_id))),
    ];
    let status = if refusals.is_empty() { 200 } else { 422 };
    page::secret_html(status, &LinkPage { token, facts, reason, refusals, shell })
}
