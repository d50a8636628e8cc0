//! Plain pages behind the links of mails: what a link is about, and where it can be read and acted upon today.
//!
//! They say the same about a thing that exists and one that does not, so they tell nobody what is hidden.

use actix_web::{HttpRequest, web};
use askama::Template;
use uuid::Uuid;

use crate::failure::Failure;
use crate::web::{Answer, Shell, page};

#[derive(Template)]
#[template(path = "front/signpost.html")]
struct Signpost {
    shell: Shell,
    /// Its texts stand in the locale files under `signpost.<about>`.
    about: &'static str,
    /// The operation of the API that answers.
    resource: String,
}

impl Signpost {
    fn lead(&self) -> String {
        self.shell.t(&format!("signpost.{}.lead", self.about))
    }
}

fn show(request: &HttpRequest, about: &'static str, resource: String) -> Answer {
    let shell = Shell::of(request, &format!("signpost.{about}.title"));
    page::html(200, &Signpost { shell, about, resource })
}

fn thing(request: &HttpRequest, about: &'static str, folder: &str, id: &str) -> Answer {
    let id: Uuid = id.parse().map_err(|_| Failure::NotFound)?;
    show(request, about, format!("/api/v1/{folder}/{id}"))
}

/// `GET /challenges/{id}`
///
/// # Errors
/// `NotFound` when the id is none.
pub async fn challenge(request: HttpRequest, id: web::Path<String>) -> Answer {
    thing(&request, "challenge", "challenges", &id)
}

/// `GET /solutions/{id}`
///
/// # Errors
/// `NotFound` when the id is none.
pub async fn solution(request: HttpRequest, id: web::Path<String>) -> Answer {
    thing(&request, "solution", "solutions", &id)
}
