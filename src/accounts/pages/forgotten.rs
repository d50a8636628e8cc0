//! `/password-forgotten`: a link to a new password, mailed to whoever has an account.

use actix_web::web;
use askama::Template;

use crate::accounts::forms::EmailForm;
use crate::accounts::recovery;
use crate::failure::Failure;
use crate::web::forms::{FormView, Refusal, Typed};
use crate::web::{Answer, RateLimits, Sent, Shell, Visit, page};

const SENT: &str = "/password-forgotten/sent";

#[derive(Template)]
#[template(path = "accounts/templates/forgotten.html")]
struct Forgotten {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/templates/forgotten_sent.html")]
struct OnItsWay {
    shell: Shell,
}

fn ask(visit: &Visit, status: u16, typed: Typed, refused: Option<Refusal>) -> Answer {
    let shell = visit.shell("accounts.pages.forgotten.title");
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let form = FormView::new(shell.locale, "accounts.forgotten", typed).with_errors(errors);
    page::html(status, &Forgotten { shell, form, refusal })
}

/// `GET /password-forgotten`
///
/// # Errors
/// `Internal` when the template fails.
pub async fn show(visit: Visit) -> Answer {
    ask(&visit, 200, Typed::new(), None)
}

/// `POST /password-forgotten`: answered alike whether the address has an account or not.
///
/// # Errors
/// `Busy`.
pub async fn send(sent: Sent, limits: web::Data<RateLimits>) -> Answer {
    let visit = &sent.visit;
    let done = match EmailForm::typed(&sent.typed).parse() {
        Ok(email) => match limits.count_link_mail(visit.actor().origin.address) {
            Ok(()) => recovery::forgot(visit.services(), visit.actor(), email).await,
            Err(refused) => Err(refused),
        },
        Err(errors) => Err(Failure::from(errors)),
    };
    let Err(failure) = done else { return Ok(visit.go(SENT)) };
    let refused = Refusal::of(&visit.shell("accounts.pages.forgotten.title"), failure)?;
    ask(visit, refused.status, sent.typed.clone(), Some(refused))
}

/// `GET /password-forgotten/sent`
///
/// # Errors
/// `Internal` when the template fails.
pub async fn sent(visit: Visit) -> Answer {
    page::html(200, &OnItsWay { shell: visit.shell("accounts.pages.forgotten_sent.title") })
}
