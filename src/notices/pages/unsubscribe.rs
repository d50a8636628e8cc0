//! `/unsubscribe`: the page behind the link of every mail but security mail, and RFC 8058's one click.

use actix_web::{HttpRequest, web};
use askama::Template;

use crate::failure::Failure;
use crate::notices::unsubscribe::{self, Scope};
use crate::policy::{Actor, Who};
use crate::services::Services;
use crate::web::{Answer, Shell, origin_of, page};

#[derive(Template)]
#[template(path = "notices/templates/unsubscribe.html")]
struct Unsubscribe {
    shell: Shell,
    outcome: Outcome,
}

enum Outcome {
    /// It can be switched off; the address of the form.
    Ask { scope: Scope, action: String },
    /// It is switched off.
    Done { scope: Scope },
    /// The link is none of ours.
    Unknown,
}

impl Unsubscribe {
    fn what(&self, scope: &Scope) -> [(&'static str, String); 1] {
        [("what", self.shell.t(&format!("notices.scope.{scope}")))]
    }
}

/// `GET /unsubscribe?u=…`: says what the link switches off; changes nothing, for scanners open links too.
///
/// # Errors
/// `Busy` when the link cannot be looked up.
pub async fn ask(request: HttpRequest, services: web::Data<Services>) -> Answer {
    let shell = Shell::of(&request, "notices.unsubscribe.title");
    let parameter = page::query_value(&request, "u").unwrap_or_default();
    let looked_up = parameter.clone();
    let outcome = match services.read(move |conn| unsubscribe::find(conn, &looked_up)).await {
        Ok(link) => Outcome::Ask { scope: link.scope, action: link.path(shell.locale) },
        Err(Failure::NotFound) => Outcome::Unknown,
        Err(other) => return Err(other),
    };
    show(shell, outcome)
}

/// `POST /unsubscribe?u=…`: switches it off, from the page's button or from the reader's mail program, which
/// sends `List-Unsubscribe=One-Click` and no credentials (RFC 8058). Doing it twice is the same as once.
///
/// # Errors
/// `Busy` when it cannot be saved.
pub async fn act(request: HttpRequest, services: web::Data<Services>) -> Answer {
    let shell = Shell::of(&request, "notices.unsubscribe.title");
    let parameter = page::query_value(&request, "u").unwrap_or_default();
    let by = Actor { who: Who::Link, origin: origin_of(&request) };
    let outcome = match services.perform(by, move |deed| unsubscribe::act(deed, &parameter)).await {
        Ok(link) => Outcome::Done { scope: link.scope },
        Err(Failure::NotFound) => Outcome::Unknown,
        Err(other) => return Err(other),
    };
    show(shell, outcome)
}

fn show(shell: Shell, outcome: Outcome) -> Answer {
    let status = if matches!(outcome, Outcome::Unknown) { 404 } else { 200 };
    page::secret_html(status, &Unsubscribe { shell, outcome })
}
