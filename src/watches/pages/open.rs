//! Without an account: asking with an address, the plain page behind the mailed link, and the page of an address, which
//! every mail leads to. Opening a link changes nothing, for scanners open links too; only the buttons act, by POST.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::list::Page;
use super::parts;
use crate::accounts::Secret;
use crate::accounts::links::Dead;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{Actor, Who};
use crate::services::Services;
use crate::watches::by_mail::{self, anybody};
use crate::watches::form::{Change, WatchForm};
use crate::watches::store::{self, Watcher};
use crate::watches::view::WatchView;
use crate::watches::{PageKey, WatchId, actions};
use crate::web::forms::{FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, MailedLink, RateLimits, Sent, Shell, Visit, origin_of, page};

const LINK: MailedLink = MailedLink { texts: "watches.by_link", onward: ("nav.challenges", "/challenges") };
const SENT: &str = "/watches/by-mail/sent";

/// The form once more, with what is to be mended.
#[derive(Template)]
#[template(path = "watches/templates/by_mail.html")]
struct ByMail {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    hidden: Vec<(String, String)>,
}

impl ByMail {
    fn email(&self) -> FieldView {
        parts::email(&self.form)
    }

    fn frequency(&self) -> FieldView {
        parts::frequency(&self.form)
    }
}

#[derive(Template)]
#[template(path = "watches/templates/sent.html")]
struct OnItsWay {
    shell: Shell,
}

/// `POST /watches/by-mail`: answered alike whoever has the address.
///
/// # Errors
/// `NotFound`, `Busy`.
pub async fn ask(sent: Sent, limits: web::Data<RateLimits>) -> Answer {
    let (visit, form) = (&sent.visit, WatchForm::typed(&sent.typed));
    let done = match limits.count_link_mail(visit.actor().origin.address) {
        Ok(()) => by_mail::ask(visit.services(), visit.actor(), &form).await,
        Err(refused) => Err(refused),
    };
    let Err(failure) = done else { return Ok(visit.go(SENT)) };
    let shell = visit.shell("watches.by_mail.title");
    let refused = Refusal::of(&shell, failure)?;
    let kept = ["challenge_id", "solution_id", "kind", "query", "name"];
    let hidden = kept.iter().filter(|name| sent.typed.has(name));
    let hidden = hidden.map(|name| ((*name).to_owned(), sent.typed.get(name).to_owned())).collect();
    let form = parts::fields(&shell, sent.typed.clone()).with_errors(refused.errors);
    page::html(refused.status, &ByMail { shell, form, refusal: refused.sentence, hidden })
}

/// `GET /watches/by-mail/sent`
///
/// # Errors
/// `Internal` when the template fails.
pub async fn sent(visit: Visit) -> Answer {
    page::html(200, &OnItsWay { shell: visit.shell("watches.sent.title") })
}

#[derive(Template)]
#[template(path = "watches/templates/question.html")]
struct Question {
    shell: Shell,
    token: String,
    title: String,
    href: String,
    frequency: String,
}

/// `GET /watch-confirmation?token=…`
///
/// # Errors
/// `Busy` when the request cannot be read.
pub async fn question(request: HttpRequest, services: web::Data<Services>) -> Answer {
    let token = page::query_value(&request, "token").unwrap_or_default();
    let Ok(secret) = Secret::parse(&token) else { return LINK.is_dead(&request, Dead::Unknown) };
    let now = services.clock().now();
    let (title, wish) = match services.read(move |conn| by_mail::peek(conn, now, &secret)).await? {
        Ok(asked) => asked,
        Err(why) => return LINK.is_dead(&request, why),
    };
    let shell = Shell::of(&request, "watches.by_link.title");
    let title = title.unwrap_or_else(|| shell.t("watches.list.gone"));
    let href = shell.link(&wish.target.path());
    let frequency = shell.name("watches.frequency", wish.frequency);
    page::secret_html(200, &Question { shell, token, title, href, frequency })
}

/// `POST /watch-confirmation`, from the button of the page.
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn confirm(request: HttpRequest, services: web::Data<Services>, body: web::Bytes) -> Answer {
    let typed = Typed::parse(&body);
    let Ok(secret) = Secret::parse(typed.get("token")) else { return LINK.is_dead(&request, Dead::Unknown) };
    let (now, looked_up) = (services.clock().now(), secret.clone());
    if let Err(why) = services.read(move |conn| by_mail::peek(conn, now, &looked_up)).await? {
        return LINK.is_dead(&request, why);
    }
    let done = services.perform(holder(&request), move |deed| by_mail::confirm(deed, &secret)).await;
    match done {
        Ok(watcher) if watcher.email.is_some() => {
            let shell = Shell::of(&request, "watches.list.title");
            Ok(go(&shell.link(&format!("/watching?w={}&begun=1", watcher.page_key.0.simple()))))
        }
        Ok(_) => LINK.ends(&request, 200, "done", "done_member"),
        Err(Failure::Conflict("too_many_watches")) => LINK.ends(&request, 409, "dead", "too_many"),
        // Somebody else pressed the button in between.
        Err(Failure::Invalid(_)) => LINK.is_dead(&request, Dead::Used),
        Err(failure) => Err(failure),
    }
}

fn holder(request: &HttpRequest) -> Actor {
    Actor { who: Who::Link, origin: origin_of(request) }
}

fn go(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// The watcher whose page the request's link opens.
fn watcher(conn: &mut DbConn, key: &str) -> Result<Watcher, Failure> {
    let key = Uuid::parse_str(key).map_err(|_| Failure::NotFound)?;
    store::by_key(conn, PageKey(key))
}

/// `GET /watching?w=…`: what an address follows.
///
/// # Errors
/// `Busy`.
pub async fn by_key(request: HttpRequest, services: web::Data<Services>) -> Answer {
    shown(&request, &services, None).await
}

async fn shown(
    request: &HttpRequest,
    services: &Services,
    tried: Option<(Option<WatchId>, Typed, Refusal)>,
) -> Answer {
    let shell = Shell::of(request, "watches.list.title");
    let key = page::query_value(request, "w").unwrap_or_default();
    let (looked_up, reader) = (key.clone(), anybody(shell.locale));
    let found = services
        .read(move |conn| {
            let watcher = watcher(conn, &looked_up)?;
            let watches = store::of(conn, watcher.id)?;
            watches.iter().map(|watch| WatchView::of(conn, &reader, watch)).collect::<Result<Vec<_>, _>>()
        })
        .await;
    let rows = match found {
        Ok(rows) => rows,
        Err(Failure::NotFound) => return LINK.ends(request, 404, "ended", "nothing_left"),
        Err(failure) => return Err(failure),
    };
    let status = tried.as_ref().map_or(200, |(_, _, refusal)| refusal.status);
    let just_begun = page::query_value(request, "begun").is_some() && tried.is_none();
    page::secret_html(status, &Page { shell, rows, key: Some(key), just_begun, tried })
}

/// `POST /watching?w=…`, from the buttons of the page.
///
/// # Errors
/// Those of the actions that the page cannot show.
pub async fn act_by_key(request: HttpRequest, services: web::Data<Services>, body: web::Bytes) -> Answer {
    let typed = Typed::parse(&body);
    let key = page::query_value(&request, "w").unwrap_or_default();
    let (id, act) = (typed.get("id").parse::<WatchId>().ok(), typed.get("act").to_owned());
    let (version, change) = (typed.version()?, Change::typed(&typed));
    let work = {
        let key = key.clone();
        move |deed: &mut crate::services::Deed<'_>| {
            let watcher = watcher(deed.conn(), &key)?;
            match (act.as_str(), id) {
                ("end-all", _) => {
                    let email = watcher.email.unwrap_or_default();
                    actions::end_all_of(deed, &email)
                }
                ("end", Some(id)) => actions::end(deed, watcher.id, id),
                ("change", Some(id)) => actions::change(deed, watcher.id, id, version, change?).map(drop),
                _ => Err(Failure::NotFound),
            }
        }
    };
    let Err(failure) = services.perform(holder(&request), work).await else {
        return Ok(go(&Shell::of(&request, "watches.list.title").link(&format!("/watching?w={key}"))));
    };
    if matches!(failure, Failure::NotFound) {
        return shown(&request, &services, None).await;
    }
    let refusal = Refusal::of(&Shell::of(&request, "watches.list.title"), failure)?;
    shown(&request, &services, Some((id, typed, refusal))).await
}
