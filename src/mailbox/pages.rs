//! `/mailbox`, in a demonstration only.

use std::path::PathBuf;

use actix_web::web;
use askama::Template;
use uuid::Uuid;

use super::{Head, Piece};
use crate::failure::Failure;
use crate::web::{Answer, Shell, Visit, page};

#[derive(Template)]
#[template(path = "mailbox/templates/mailbox.html")]
struct Mailbox {
    shell: Shell,
    heads: Vec<Head>,
}

#[derive(Template)]
#[template(path = "mailbox/templates/mail.html")]
struct Mail {
    shell: Shell,
    head: Head,
    lines: Vec<Vec<Piece>>,
}

impl Mailbox {
    fn when(&self, head: &Head) -> String {
        when(&self.shell, head)
    }
}

impl Mail {
    fn facts(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("mailbox.to"), self.head.to.clone()),
            (self.shell.t("mailbox.date"), when(&self.shell, &self.head)),
        ]
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("mailbox.title"), self.shell.link("/mailbox")),
            (self.shell.title.clone(), String::new()),
        ]
    }
}

fn when(shell: &Shell, head: &Head) -> String {
    head.date.map(|date| shell.date_time(crate::db::Timestamp::from_utc(date))).unwrap_or_default()
}

/// The folder of mails, where there is a mailbox at all.
fn folder(visit: &Visit) -> Result<PathBuf, Failure> {
    let settings = visit.services().settings();
    settings.demonstration.as_ref().map(|_| settings.mail.dir.clone()).ok_or(Failure::NotFound)
}

/// `GET /mailbox`
///
/// # Errors
/// `NotFound` on a real service, `Internal` when the folder cannot be read.
pub async fn list(visit: Visit) -> Answer {
    let folder = folder(&visit)?;
    let heads = web::block(move || super::heads(&folder)).await.map_err(Failure::internal)?;
    let heads = heads.map_err(Failure::internal)?;
    page::html(200, &Mailbox { shell: visit.shell("mailbox.title"), heads })
}

/// `GET /mailbox/{id}`
///
/// # Errors
/// `NotFound` on a real service, and for what is no mail.
pub async fn show(visit: Visit, id: web::Path<String>) -> Answer {
    let folder = folder(&visit)?;
    let id: Uuid = id.parse().map_err(|_| Failure::NotFound)?;
    let read = web::block(move || super::mail(&folder, id)).await.map_err(Failure::internal)?;
    let (head, text) = match read {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Failure::NotFound),
        read => read.map_err(Failure::internal)?,
    };
    let lines = super::lines(&text, visit.services().public_url());
    let shell = visit.shell("mailbox.title").titled(head.subject.clone());
    page::secret_html(200, &Mail { shell, head, lines })
}
