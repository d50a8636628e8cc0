//! Signing in and out in a browser. A form that lost its session on the way is carried along and sent on.

use actix_web::HttpRequest;
use actix_web::http::header;
use askama::Template;

use super::forms::SignInForm;
use super::{Secret, sign_in as actions};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::services::Services;
use crate::settings::Demonstration;
use crate::web::forms::{FormView, Refusal, Typed};
use crate::web::{Answer, Carried, Flash, Sent, Shell, Visit, cookies, csrf_token, page};

#[derive(Template)]
#[template(path = "accounts/templates/sign_in.html")]
struct SignInPage {
    shell: Shell,
    /// What went wrong with the whole, as a sentence.
    refusal: Option<String>,
    form: FormView,
    next: String,
    carried: Option<Carried>,
    /// Who can be tried out; nobody on a real service.
    demonstration: Option<Demonstration>,
}

fn blank(shell: &Shell) -> FormView {
    FormView::new(shell.locale, "accounts.sign_in", Typed::new())
}

/// Asks for address and password; a form that came too late is carried along.
///
/// # Errors
/// `Internal` when the template fails.
pub fn ask(services: &Services, shell: Shell, status: u16, carried: Carried) -> Answer {
    let refusal = Some(shell.t("accounts.pages.sign_in.lapsed"));
    let form = blank(&shell);
    let demonstration = services.settings().demonstration.clone();
    let asks =
        SignInPage { shell, refusal, form, next: String::new(), carried: Some(carried), demonstration };
    page::html(status, &asks)
}

/// `GET /sign-in`
///
/// # Errors
/// `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let next = visit.query("next").filter(|next| page::is_local(next)).unwrap_or_default();
    if visit.actor().member().is_some() {
        return Ok(visit.go(if next.is_empty() { "/" } else { &next }));
    }
    let shell = visit.shell("accounts.pages.sign_in.title");
    let refusal = (!next.is_empty()).then(|| shell.t("accounts.pages.sign_in.first"));
    let form = blank(&shell);
    let demonstration = visit.services().settings().demonstration.clone();
    page::html(200, &SignInPage { shell, refusal, form, next, carried: None, demonstration })
}

/// `POST /sign-in`
///
/// # Errors
/// `Busy`.
pub async fn sign_in(sent: Sent) -> Answer {
    let Sent { visit, typed, .. } = &sent;
    let opened = match SignInForm::typed(typed).parse() {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(credentials) => {
            let (services, agent) = (visit.services(), user_agent(visit.request()));
            actions::sign_in_browser(services, visit.actor(), credentials, agent, visit.cookie().cloned())
                .await
        }
    };
    match opened {
        Ok((secret, _)) => signed_in(visit, typed, &secret),
        Err(failure) => refused(visit, typed, failure),
    }
}

/// On to where the member wanted to go, or back to the form that was on its way.
fn signed_in(visit: &Visit, typed: &Typed, secret: &Secret) -> Answer {
    let session = cookies::session(visit.services(), secret);
    let mut response = match Carried::of(typed) {
        Some(carried) => {
            let shell = visit.shell("resume.title").with_csrf(csrf_token(secret));
            crate::web::resume(shell, 200, &carried)?
        }
        None => {
            let next = typed.get("next");
            visit.go(if page::is_local(next) { next } else { "/" })
        }
    };
    response.add_cookie(&session).map_err(Failure::internal)?;
    Ok(response)
}

fn refused(visit: &Visit, typed: &Typed, failure: Failure) -> Answer {
    let shell = visit.shell("accounts.pages.sign_in.title");
    let refused = match failure {
        Failure::Unauthenticated(code) => {
            let sentence = Some(shell.t(&format!("problem.unauthenticated.{code}")));
            Refusal { status: 401, errors: FieldErrors::new(), sentence }
        }
        Failure::Forbidden(code) => {
            let sentence = Some(shell.t(&format!("problem.forbidden.{code}")));
            Refusal { status: 403, errors: FieldErrors::new(), sentence }
        }
        other => Refusal::of(&shell, other)?,
    };
    let form = FormView::new(shell.locale, "accounts.sign_in", typed.clone()).with_errors(refused.errors);
    let again = SignInPage {
        shell,
        refusal: refused.sentence,
        form,
        next: typed.get("next").to_owned(),
        carried: Carried::of(typed),
        demonstration: visit.services().settings().demonstration.clone(),
    };
    page::html(refused.status, &again)
}

/// `POST /sign-out`
///
/// # Errors
/// `Busy`.
pub async fn sign_out(sent: Sent) -> Answer {
    if let Some(secret) = sent.visit.cookie().cloned() {
        sent.perform(move |deed| actions::end_cookie(deed, &secret)).await?;
    }
    let mut response = sent.visit.go_saying("/", &Flash::said("signed_out"));
    response.add_cookie(&cookies::end_session(sent.visit.services())).map_err(Failure::internal)?;
    // Pages of the member must not come back from the browser's cache (ASVS 14.3.1).
    let clear = header::HeaderValue::from_static("\"cache\"");
    response.headers_mut().insert(header::HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

/// What the device calls itself, cut to what a list of sessions can show.
pub(super) fn user_agent(request: &HttpRequest) -> String {
    let text = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}
