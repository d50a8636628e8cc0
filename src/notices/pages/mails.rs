//! `/operations/mails`: the outbox, for operators.

use actix_web::web;
use askama::Template;

use crate::db::Timestamp;
use crate::failure::Failure;
use crate::notices::operations::{self, MailView};
use crate::notices::{MailId, MailState};
use crate::web::forms::{Choice, FormView, Typed};
use crate::web::{Answer, Flash, PageQuery, Sent, Shell, Turns, Visit, page};

const PATH: &str = "/operations/mails";

#[derive(Template)]
#[template(path = "notices/templates/mails.html")]
struct Outbox {
    shell: Shell,
    form: FormView,
    rows: Vec<MailView>,
    /// How many mails are in each state that has any.
    depth: Vec<(MailState, i64)>,
    next: String,
    first: String,
}

impl Outbox {
    fn states(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "notices.mail_state", MailState::ALL.iter().map(|one| one.as_str()))
    }

    fn figures(&self) -> Vec<(String, String)> {
        let name = |state: &MailState| self.shell.t(&format!("notices.mail_state.{state}"));
        self.depth.iter().map(|(state, count)| (name(state), self.shell.number(*count))).collect()
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("operations.title"), self.shell.link("/operations")),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn can_retry(&self, mail: &MailView) -> bool {
        matches!(mail.state, MailState::Failed | MailState::Dead)
    }

    fn retrying(&self, mail: &MailView) -> String {
        format!("{PATH}/{}/retry", mail.id)
    }

    /// When it went out, or goes out next.
    fn moment(&self, mail: &MailView) -> Timestamp {
        mail.sent_at.unwrap_or(mail.due_at)
    }

    fn has_parked(&self) -> bool {
        self.depth.iter().any(|(state, count)| *state == MailState::Parked && *count > 0)
    }
}

/// `GET /operations/mails`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for all but operators, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let typed = Typed::parse(visit.request().query_string().as_bytes());
    let state = typed.text("state").map(|text| MailState::parse(&text)).transpose();
    let state = state.map_err(|invalid| Failure::field("/state", invalid))?;
    let query = PageQuery::new(None, typed.text("cursor"), None);
    let (found, depth) = visit
        .read(move |conn, actor| {
            let found = operations::page(conn, actor, state, &query)?;
            Ok((found, operations::depth(conn, actor)?))
        })
        .await?;
    let shell = visit.shell("notices.mails.title");
    let Turns { next, first } = Turns::of(&shell, PATH, &typed, found.next.as_deref());
    let form = FormView::new(shell.locale, "notices.mails", typed);
    page::html(200, &Outbox { shell, form, rows: found.items, depth, next, first })
}

/// `POST /operations/mails/{id}/retry`
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `NotFound`, `IllegalStep`, `Conflict`, `Busy`.
pub async fn retry(sent: Sent, id: web::Path<MailId>) -> Answer {
    let id = id.into_inner();
    sent.perform(move |deed| operations::retry(deed, id).map(drop)).await?;
    Ok(sent.visit.go_saying(PATH, &Flash::said("mail_queued")))
}

/// `POST /operations/mails/release`
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Busy`.
pub async fn release(sent: Sent) -> Answer {
    sent.perform(|deed| operations::release(deed).map(drop)).await?;
    Ok(sent.visit.go_saying(PATH, &Flash::said("mails_released")))
}
