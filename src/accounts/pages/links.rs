//! The plain pages behind mailed links. GET shows what will happen and changes nothing, because mail scanners
//! follow links; the button acts by POST. They work without JavaScript, in ja and en.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use crate::accounts::api::Visitor;
use crate::accounts::forms::{AcceptForm, ResetForm};
use crate::accounts::links::{self, Dead, Purpose};
use crate::accounts::sign_up::{self, Outcome};
use crate::accounts::{Secret, invitations, recovery};
use crate::failure::Failure;
use crate::web::forms::{FieldView, FormView, Typed};
use crate::web::{Answer, Shell, page};

const VERIFY: &str = "/verify-email";
const INVITATION: &str = "/invitation";
const RESET: &str = "/password-reset";

#[derive(Template)]
#[template(path = "accounts/templates/link.html")]
struct LinkPage {
    shell: Shell,
    path: &'static str,
    paragraphs: Vec<String>,
    form: Option<Form>,
    /// How the story ends: `done`, `bad`, or nothing while it goes on.
    outcome: &'static str,
}

/// A button, and what has to be filled in before it.
struct Form {
    token: String,
    fields: &'static [&'static str],
    view: FormView,
    button: &'static str,
}

impl Form {
    fn new(shell: &Shell, token: String, fields: &'static [&'static str], button: &'static str) -> Self {
        Self { token, fields, view: FormView::new(shell.locale, "accounts.link", Typed::new()), button }
    }

    fn field(&self, name: &str) -> FieldView {
        let field = self.view.field(name).required();
        match name {
            "password" => field.kind("password").autocomplete("new-password"),
            _ => field.autocomplete("name"),
        }
    }
}

/// What the forms of these pages send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    token: Option<String>,
    name: Option<String>,
    password: Option<String>,
}

/// The link's token in the address, if it can be one.
fn token_in(request: &HttpRequest) -> Result<Secret, Dead> {
    let text = page::query_value(request, "token").unwrap_or_default();
    Secret::parse(&text).map_err(|_| Dead::Unknown)
}

/// A page that only says something.
fn says(shell: Shell, status: u16, path: &'static str, paragraphs: Vec<String>) -> Answer {
    let outcome = if status == 200 { "done" } else { "bad" };
    page::secret_html(status, &LinkPage { shell, path, paragraphs, form: None, outcome })
}

/// The link does not act: why, and what to do.
fn dead(shell: Shell, path: &'static str, why: Dead) -> Answer {
    let remedy = match path {
        VERIFY => "accounts.pages.verify.remedy",
        INVITATION => "accounts.pages.invitation.remedy",
        _ => "accounts.pages.reset.remedy",
    };
    let paragraphs = vec![shell.t(&format!("accounts.pages.{}", why.code())), shell.t(remedy)];
    says(shell, 410, path, paragraphs)
}

/// What went wrong after the button: a dead link, or fields to mend in the same form.
fn refused(shell: Shell, path: &'static str, failure: Failure, form: Option<Form>) -> Answer {
    let errors = match failure {
        Failure::Conflict(code) => {
            let paragraphs = vec![shell.t(&format!("problem.conflict.{code}"))];
            return says(shell, 409, path, paragraphs);
        }
        Failure::Invalid(errors) => errors,
        other => return Err(other),
    };
    if let Some((_, invalid)) = errors.iter().find(|(pointer, _)| *pointer == "/token") {
        let why = match invalid.code() {
            "link_used" => Dead::Used,
            "link_expired" => Dead::Expired,
            _ => Dead::Unknown,
        };
        return dead(shell, path, why);
    }
    let Some(form) = form else { return Err(Failure::Invalid(errors)) };
    let form = Form { view: form.view.with_errors(errors), ..form };
    asks(shell, 422, path, Vec::new(), form)
}

/// A page with a button.
fn asks(shell: Shell, status: u16, path: &'static str, paragraphs: Vec<String>, form: Form) -> Answer {
    page::secret_html(status, &LinkPage { shell, path, paragraphs, form: Some(form), outcome: "" })
}

/// `GET /verify-email`
///
/// # Errors
/// `Busy`.
pub async fn show_verification(request: HttpRequest, visitor: Visitor) -> Answer {
    let shell = Shell::of(&request, "accounts.pages.verify.title");
    let token = match token_in(&request) {
        Ok(token) => token,
        Err(why) => return dead(shell, VERIFY, why),
    };
    let (now, asked) = (visitor.services().clock().now(), token.clone());
    match visitor.services().read(move |conn| sign_up::peek(conn, now, &asked)).await? {
        Err(why) => dead(shell, VERIFY, why),
        Ok((name, organization)) => {
            let values = [("member", name), ("organization", organization)];
            let paragraphs = vec![
                shell.tf("accounts.pages.verify.what", &values),
                shell.t("accounts.pages.verify.not_you"),
            ];
            let form = Form::new(&shell, token.reveal().to_owned(), &[], "accounts.pages.verify.button");
            asks(shell, 200, VERIFY, paragraphs, form)
        }
    }
}

/// `POST /verify-email`
///
/// # Errors
/// `Busy`.
pub async fn verify(request: HttpRequest, visitor: Visitor, sent: web::Form<Sent>) -> Answer {
    let shell = Shell::of(&request, "accounts.pages.verify.title");
    let Ok(token) = Secret::parse(sent.token.as_deref().unwrap_or_default()) else {
        return dead(shell, VERIFY, Dead::Unknown);
    };
    match sign_up::verify(visitor.services(), visitor.actor(), token).await {
        Ok(outcome) => {
            let key = match outcome {
                Outcome::Approved => "accounts.pages.verify.approved",
                Outcome::WaitsForBureau => "accounts.pages.verify.waits_for_bureau",
                Outcome::WaitsForAdmins => "accounts.pages.verify.waits_for_admins",
            };
            let paragraphs = vec![shell.t("accounts.pages.verify.done"), shell.t(key)];
            says(shell, 200, VERIFY, paragraphs)
        }
        Err(failure) => refused(shell, VERIFY, failure, None),
    }
}

fn invitation_form(shell: &Shell, token: String, name: String) -> Form {
    let form = Form::new(shell, token, &["name", "password"], "accounts.pages.invitation.button");
    let mut typed = Typed::new();
    typed.set("name", name);
    Form { view: FormView::new(shell.locale, "accounts.link", typed), ..form }
}

/// `GET /invitation`
///
/// # Errors
/// `Busy`.
pub async fn show_invitation(request: HttpRequest, visitor: Visitor) -> Answer {
    let shell = Shell::of(&request, "accounts.pages.invitation.title");
    let token = match token_in(&request) {
        Ok(token) => token,
        Err(why) => return dead(shell, INVITATION, why),
    };
    let (now, asked) = (visitor.services().clock().now(), token.clone());
    match visitor.services().read(move |conn| invitations::peek(conn, now, &asked)).await? {
        Err(why) => dead(shell, INVITATION, why),
        Ok((invitation, organization)) => {
            let role = shell.t(&format!("accounts.role.{}", invitation.role));
            let values = [("organization", organization), ("email", invitation.email), ("role", role)];
            let paragraphs = vec![shell.tf("accounts.pages.invitation.what", &values)];
            let form = invitation_form(&shell, token.reveal().to_owned(), String::new());
            asks(shell, 200, INVITATION, paragraphs, form)
        }
    }
}

/// `POST /invitation`
///
/// # Errors
/// `Busy`.
pub async fn accept_invitation(request: HttpRequest, visitor: Visitor, sent: web::Form<Sent>) -> Answer {
    let shell = Shell::of(&request, "accounts.pages.invitation.title");
    let Sent { token, name, password } = sent.into_inner();
    let again = invitation_form(&shell, token.clone().unwrap_or_default(), name.clone().unwrap_or_default());
    let form = AcceptForm { token, name, password, department: None, locale: None };
    let done = match form.parse(shell.locale) {
        Ok(acceptance) => invitations::accept(visitor.services(), visitor.actor(), acceptance).await,
        Err(errors) => Err(errors.into()),
    };
    match done {
        Ok(()) => {
            let paragraphs = vec![shell.t("accounts.pages.invitation.done")];
            says(shell, 200, INVITATION, paragraphs)
        }
        Err(failure) => refused(shell, INVITATION, failure, Some(again)),
    }
}

fn reset_form(shell: &Shell, token: String) -> Form {
    Form::new(shell, token, &["password"], "accounts.pages.reset.button")
}

/// `GET /password-reset`
///
/// # Errors
/// `Busy`.
pub async fn show_reset(request: HttpRequest, visitor: Visitor) -> Answer {
    let shell = Shell::of(&request, "accounts.pages.reset.title");
    let token = match token_in(&request) {
        Ok(token) => token,
        Err(why) => return dead(shell, RESET, why),
    };
    let (now, asked) = (visitor.services().clock().now(), token.clone());
    let found =
        visitor.services().read(move |conn| links::peek(conn, now, Purpose::PasswordReset, &asked)).await?;
    match found {
        Err(why) => dead(shell, RESET, why),
        Ok(target) => {
            let paragraphs = vec![shell.tf("accounts.pages.reset.what", &[("email", target.email)])];
            let form = reset_form(&shell, token.reveal().to_owned());
            asks(shell, 200, RESET, paragraphs, form)
        }
    }
}

/// `POST /password-reset`
///
/// # Errors
/// `Busy`.
pub async fn reset(request: HttpRequest, visitor: Visitor, sent: web::Form<Sent>) -> Answer {
    let shell = Shell::of(&request, "accounts.pages.reset.title");
    let Sent { token, password, .. } = sent.into_inner();
    let again = reset_form(&shell, token.clone().unwrap_or_default());
    let done = match (ResetForm { token, password }).parse() {
        Ok((token, password)) => recovery::reset(visitor.services(), visitor.actor(), token, password).await,
        Err(errors) => Err(errors.into()),
    };
    match done {
        Ok(()) => {
            let paragraphs = vec![shell.t("accounts.pages.reset.done")];
            says(shell, 200, RESET, paragraphs)
        }
        Err(failure) => refused(shell, RESET, failure, Some(again)),
    }
}
