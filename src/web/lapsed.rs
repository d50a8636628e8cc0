//! A form that came too late: the session it was written for has ended. What was typed is carried through sign-in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;

use super::forms::Typed;
use super::{Answer, Shell, Visit, page};
use crate::failure::Failure;
use crate::locales;
use crate::services::Services;

/// A form whose session has ended, or that was written for another one.
#[derive(Debug, thiserror::Error)]
#[error("the form belongs to a session that has ended")]
pub struct Lapsed {
    path: String,
    typed: Typed,
    signed_in: bool,
}

impl Lapsed {
    pub(super) fn new(visit: &Visit, typed: Typed) -> Self {
        let path = visit.request().path().to_owned();
        Self { path, typed: typed.without_passwords(), signed_in: visit.actor().member().is_some() }
    }

    /// The page that lets its sender sign in, or send it again.
    pub(super) fn page(&self, request: &HttpRequest) -> Answer {
        let carried = Carried { path: self.path.clone(), typed: self.typed.clone() };
        if self.signed_in {
            return resume(Shell::of(request, "resume.title"), 409, &carried);
        }
        let services = request.app_data::<web::Data<Services>>();
        let services =
            services.ok_or_else(|| Failure::internal("the services are not part of the application"))?;
        let shell = Shell::of(request, "accounts.pages.sign_in.title");
        crate::accounts::sign_in_pages::ask(services, shell, 401, carried)
    }
}

impl ResponseError for Lapsed {
    fn status_code(&self) -> StatusCode {
        if self.signed_in { StatusCode::CONFLICT } else { StatusCode::UNAUTHORIZED }
    }

    /// Without a body: [`super::problem_details`] writes the page.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// A form on its way through sign-in.
#[derive(Debug, Clone)]
pub struct Carried {
    /// Where it was going.
    pub path: String,
    /// What it holds.
    pub typed: Typed,
}

impl Carried {
    /// Reads what the sign-in page carried along; only a path of ours is gone to.
    pub fn of(typed: &Typed) -> Option<Self> {
        let path = typed.get("carried_path");
        page::is_local(path)
            .then(|| Self { path: path.to_owned(), typed: Typed::parse(typed.get("carried").as_bytes()) })
    }
}

#[derive(Template)]
#[template(path = "web/templates/resume.html")]
struct Resume<'a> {
    shell: Shell,
    carried: &'a Carried,
}

impl Resume<'_> {
    fn what(&self) -> String {
        locales::text(self.shell.locale, "resume.what", &[])
    }
}

/// The page with the form as it was typed, behind one button.
///
/// # Errors
/// `Internal` when the template fails.
pub fn resume(shell: Shell, status: u16, carried: &Carried) -> Answer {
    page::html(status, &Resume { shell, carried })
}
