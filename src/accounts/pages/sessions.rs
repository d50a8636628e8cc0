//! `/account/sessions`: where the reader is signed in. To end one asks for the password, as the API does.

use actix_web::web;
use askama::Template;
use chrono::TimeDelta;

use super::{Tab, account_tabs};
use crate::accounts::forms::PasswordForm;
use crate::accounts::sessions::{self, SessionRow};
use crate::accounts::{Channel, SessionId, sign_in};
use crate::failure::Failure;
use crate::web::forms::{FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, cookies, page};

const PATH: &str = "/account/sessions";
const END_ALL: &str = "/account/sessions/end-all";

#[derive(Template)]
#[template(path = "accounts/templates/sessions.html")]
struct SessionsPage {
    shell: Shell,
    rows: Vec<SessionRow>,
    current: SessionId,
}

impl SessionsPage {
    fn tabs(&self) -> Vec<Tab> {
        account_tabs(&self.shell, PATH)
    }

    fn device(&self, row: &SessionRow) -> String {
        device(&self.shell, row)
    }
}

/// Asks once more, with the password.
#[derive(Template)]
#[template(path = "accounts/templates/end_session.html")]
struct Ask {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    action: String,
    what: String,
    /// All of them; one may be kept then.
    all: bool,
}

/// Names that browsers and systems give themselves, the more particular first: an Edge calls itself Chrome as well.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// What a device is, as far as it says.
fn device(shell: &Shell, row: &SessionRow) -> String {
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| row.user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (row.channel, known(&BROWSERS), known(&SYSTEMS)) {
        (Channel::Api, _, _) => shell.t("accounts.sessions.program"),
        (Channel::Browser, Some(browser), Some(system)) => format!("{browser} – {system}"),
        (Channel::Browser, Some(one), None) | (Channel::Browser, None, Some(one)) => one.to_owned(),
        (Channel::Browser, None, None) => shell.t("accounts.sessions.unknown"),
    }
}

async fn living(visit: &Visit) -> Result<(Vec<SessionRow>, SessionId), Failure> {
    let (id, current) = visit.member().map(|member| (member.member, member.session))?;
    let now = visit.services().clock().now();
    let idle = TimeDelta::days(visit.services().settings().accounts.session_idle_days);
    let rows = visit.read(move |conn, _| sessions::living(conn, now, idle, id)).await?;
    Ok((rows, current))
}

/// `GET /account/sessions`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let (rows, current) = living(&visit).await?;
    page::html(200, &SessionsPage { shell: visit.shell("accounts.pages.sessions.title"), rows, current })
}

/// Which session is meant: one of the reader's own that lives, or all.
async fn asking(visit: &Visit, one: Option<SessionId>) -> Result<Ask, Failure> {
    let (rows, _) = living(visit).await?;
    let shell = visit.shell(if one.is_some() {
        "accounts.pages.end_session.title"
    } else {
        "accounts.pages.end_all_sessions.title"
    });
    let (action, what) = match one {
        Some(id) => {
            let row = rows.iter().find(|row| row.id == id).ok_or(Failure::NotFound)?;
            let values = [("device", device(&shell, row)), ("last_used", shell.date_time(row.last_used_at))];
            (format!("{PATH}/{id}/end"), shell.tf("accounts.sessions.end_what", &values))
        }
        None => (END_ALL.to_owned(), shell.t("accounts.sessions.end_all_what")),
    };
    let mut typed = Typed::new();
    typed.set("keep_current", "on");
    let form = FormView::new(shell.locale, "accounts.end_session", typed);
    Ok(Ask { shell, form, refusal: None, action, what, all: one.is_none() })
}

/// `GET /account/sessions/{id}/end`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Busy`.
pub async fn ask_one(visit: Visit, id: web::Path<SessionId>) -> Answer {
    page::html(200, &asking(&visit, Some(id.into_inner())).await?)
}

/// `GET /account/sessions/end-all`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn ask_all(visit: Visit) -> Answer {
    page::html(200, &asking(&visit, None).await?)
}

/// Shows the question again with what was wrong.
async fn again(sent: &Sent, one: Option<SessionId>, failure: Failure) -> Answer {
    let ask = asking(&sent.visit, one).await?;
    let refused = Refusal::of(&ask.shell, failure)?;
    let form = FormView::new(ask.shell.locale, "accounts.end_session", sent.typed.clone());
    let form = form.with_errors(refused.errors);
    page::html(refused.status, &Ask { form, refusal: refused.sentence, ..ask })
}

async fn proven(sent: &Sent) -> Result<crate::accounts::MemberId, Failure> {
    let password = PasswordForm::typed(&sent.typed).parse()?;
    let visit = &sent.visit;
    Ok(sign_in::reauthenticate(visit.services(), visit.actor(), "/password", password).await?.id)
}

/// `POST /account/sessions/{id}/end`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Busy`.
pub async fn end_one(sent: Sent, id: web::Path<SessionId>) -> Answer {
    let id = id.into_inner();
    let current = sent.visit.member()?.session;
    let member = match proven(&sent).await {
        Ok(member) => member,
        Err(failure) => return again(&sent, Some(id), failure).await,
    };
    sent.perform(move |deed| sign_in::end_one(deed, member, id)).await?;
    ended(&sent.visit, id != current)
}

/// `POST /account/sessions/end-all`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn end_all(sent: Sent) -> Answer {
    let current = sent.visit.member()?.session;
    let keeps = sent.typed.is_ticked("keep_current");
    let member = match proven(&sent).await {
        Ok(member) => member,
        Err(failure) => return again(&sent, None, failure).await,
    };
    sent.perform(move |deed| sign_in::end_all(deed, member, keeps.then_some(current))).await?;
    ended(&sent.visit, keeps)
}

/// Back to the list, or out when the reader's own session was among them.
fn ended(visit: &Visit, still_here: bool) -> Answer {
    let flash = Flash::said("sessions_ended");
    if still_here {
        return Ok(visit.go_saying(PATH, &flash));
    }
    let mut response = visit.go_saying("/sign-in", &flash);
    response.add_cookie(&cookies::end_session(visit.services())).map_err(Failure::internal)?;
    Ok(response)
}
