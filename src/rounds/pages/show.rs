//! `/rounds/{id}`: the windows on a timeline, the challenges, and what the reader can do next.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use askama::Template;

use super::{badge, bureau_name};
use crate::appointments::{Appointment, Method, calendar as written};
use crate::challenges::pages::{self as challenge_pages, Entry};
use crate::challenges::{self, Card, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::{self, Action, Actor};
use crate::rounds::api::{cards, challenge_of, id_of, seen};
use crate::rounds::form::ReasonForm;
use crate::rounds::states::{Status, Step};
use crate::rounds::view::RoundView;
use crate::rounds::windows::{WindowKind, WindowState};
use crate::rounds::{RoundId, actions, entering, survey};
use crate::web::charts::{DayAxis, DaySpan, Svg, day_spans};
use crate::web::forms::{Choice, FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

/// What the page shows besides the round itself.
struct Found {
    view: RoundView,
    cards: Vec<Card>,
    /// The reader's own challenges that could be put into the round now.
    enterable: Vec<(ChallengeId, String)>,
    /// Those of the cards that the reader may take out.
    removable: Vec<ChallengeId>,
}

/// A window in words.
struct Window {
    name: String,
    days: String,
    state: WindowState,
    state_name: String,
}

#[derive(Template)]
#[template(path = "rounds/templates/round.html")]
struct RoundPage {
    shell: Shell,
    view: RoundView,
    bureau: String,
    badge: &'static str,
    chart: Svg,
    windows: Vec<Window>,
    entries: Vec<(Entry, Option<ChallengeId>)>,
    enterable: Vec<(ChallengeId, String)>,
    form: FormView,
    said: Option<String>,
    runs: bool,
    takes_part: bool,
}

/// How a step that was refused is shown.
#[derive(Default)]
struct Refused {
    typed: Typed,
    errors: FieldErrors,
    said: Option<String>,
    status: Option<u16>,
}

/// `GET /rounds/{id}`
///
/// # Errors
/// `NotFound` when it is not there or hidden.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    shown(&visit, id_of(&path)?, Refused::default()).await
}

async fn shown(visit: &Visit, id: RoundId, refused: Refused) -> Answer {
    let now = visit.services().clock().now();
    let found = visit.read(move |conn, actor| find(conn, actor, id, now)).await?;
    let Found { view, cards, enterable, removable } = found;
    let shell = visit.shell("rounds.show.title").titled(view.title.clone());
    let today = now.japan_date();
    let windows: Vec<Window> = WindowKind::ALL.iter().map(|kind| window(&shell, &view, *kind)).collect();
    let entry = |card: &Card| {
        let out = removable.contains(&card.id).then_some(card.id);
        (challenge_pages::entry(&shell, card, "", today), out)
    };
    let member = visit.actor().member();
    let page = RoundPage {
        bureau: bureau_name(shell.locale, &view.bureau),
        badge: badge(view.status),
        chart: chart(&shell, &view, &windows, today),
        entries: cards.iter().map(entry).collect(),
        form: FormView::new(shell.locale, "rounds.steps", refused.typed).with_errors(refused.errors),
        said: refused.said,
        runs: !view.steps.is_empty() || member.is_some_and(|member| member.organization == view.organization),
        takes_part: member.is_some_and(|member| {
            policy::allows(visit.actor(), Action::SayAvailability, &policy::Subject::default())
                && view.status == Status::Announced
                && member.organization != view.organization
        }),
        windows,
        enterable,
        view,
        shell,
    };
    page::html(refused.status.unwrap_or(200), &page)
}

fn find(conn: &mut DbConn, actor: &Actor, id: RoundId, now: crate::db::Timestamp) -> Result<Found, Failure> {
    let round = seen(conn, actor, id)?;
    let cards = cards(conn, actor, id)?;
    let runs = policy::allows(actor, Action::RunRound, &round.subject());
    let open = entering::takes_challenges(&round, now);
    let mut removable = Vec::new();
    let by_bureau = runs && round.status == Status::Announced;
    for card in &cards {
        let own = open && policy::allows(actor, Action::Edit, &challenges::subject(conn, card.id)?);
        if by_bureau || own {
            removable.push(card.id);
        }
    }
    let enterable = if open { challenges::enterable(conn, actor, &round.bureau)? } else { Vec::new() };
    Ok(Found { view: RoundView::of(actor, &round, now), cards, enterable, removable })
}

fn window(shell: &Shell, view: &RoundView, kind: WindowKind) -> Window {
    let window = match kind {
        WindowKind::Challenges => &view.challenges,
        WindowKind::Proposals => &view.proposals,
        WindowKind::Sessions => &view.sessions,
    };
    let values = [("from", shell.weekday_date(window.days.from)), ("to", shell.weekday_date(window.days.to))];
    Window {
        name: shell.name("rounds.window", kind),
        days: shell.tf("rounds.days", &values),
        state: window.state,
        state_name: shell.name("rounds.state", window.state),
    }
}

fn chart(shell: &Shell, view: &RoundView, windows: &[Window], today: chrono::NaiveDate) -> Svg {
    let days = [view.challenges.days, view.proposals.days, view.sessions.days];
    let span = |(window, days): (&Window, crate::rounds::Days)| DaySpan {
        label: format!("{} {}", window.name, window.days),
        from: days.from,
        to: days.to,
        open: window.state == WindowState::Open,
    };
    let about = windows.iter().map(|one| format!("{} {}", one.name, one.days)).collect::<Vec<_>>();
    let axis = DayAxis {
        name: shell.t("rounds.show.timeline"),
        about: about.join(" / "),
        today_label: shell.t("rounds.show.today"),
        today,
    };
    let spans: Vec<DaySpan> = windows.iter().zip(days).map(span).collect();
    day_spans("windows", &axis, &spans)
}

impl RoundPage {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("rounds.list.title"), self.shell.link("/rounds")),
            (self.view.title.clone(), String::new()),
        ]
    }

    fn may(&self, step: &str) -> bool {
        self.view.steps.iter().any(|one| one.as_str() == step)
    }

    fn path(&self, rest: &str) -> String {
        self.shell.link(&format!("/rounds/{}{rest}", self.view.id))
    }

    /// What the round waits for now, in a sentence.
    fn next(&self) -> String {
        let key = match (self.view.status, self.view.open.first()) {
            (Status::Announced, Some(kind)) => format!("rounds.next.{kind}"),
            (Status::Announced, None) => "rounds.next.between".to_owned(),
            (status, _) => format!("rounds.next.{status}"),
        };
        self.shell.t(&key)
    }

    fn rules(&self) -> Vec<(String, String)> {
        let number = |value: i32| self.shell.number(i64::from(value));
        vec![
            (self.shell.t("rounds.show.per_challenge"), number(self.view.sessions_per_challenge)),
            (self.shell.t("rounds.show.per_vendor"), number(self.view.sessions_per_vendor)),
            (
                self.shell.t("rounds.show.minutes"),
                self.shell.count("rounds.minutes", i64::from(self.view.session_minutes)),
            ),
        ]
    }

    /// The challenges that can be chosen to take part.
    fn choices(&self) -> crate::web::forms::FieldView {
        let choices = self.enterable.iter().map(|(id, title)| Choice::new(id.to_string(), title));
        self.form.field("challenge_id").options(choices.collect())
    }
}

/// Takes a step by a form of the page; what was refused is shown there.
async fn take<F>(sent: Sent, id: RoundId, said: &'static str, work: F) -> Answer
where
    F: FnOnce(&mut crate::services::Deed<'_>, &Typed) -> Result<String, Failure> + Send + 'static,
{
    let typed = sent.typed.clone();
    let failure = match sent.once(move |deed| work(deed, &typed)).await {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said(said))),
        Err(failure) => failure,
    };
    let shell = sent.visit.shell("rounds.show.title");
    let refused = crate::web::forms::Refusal::of(&shell, failure)?;
    let refused = Refused {
        typed: sent.typed.clone(),
        errors: refused.errors,
        said: refused.sentence,
        status: Some(refused.status),
    };
    shown(&sent.visit, id, refused).await
}

fn version(typed: &Typed) -> Option<i32> {
    typed.get("version").parse().ok()
}

/// `POST /rounds/{id}/announce`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn announce(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    take(sent, id, "round_announced", move |deed, typed| {
        actions::announce(deed, id, version(typed))?;
        Ok(format!("/rounds/{id}"))
    })
    .await
}

/// `POST /rounds/{id}/cancel`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn cancel(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    take(sent, id, "round_cancelled", move |deed, typed| {
        actions::cancel(deed, id, version(typed), &ReasonForm { reason: typed.text("reason") })?;
        Ok(format!("/rounds/{id}"))
    })
    .await
}

/// `POST /rounds/{id}/end`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn end(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    take(sent, id, "round_ended", move |deed, typed| {
        actions::end(deed, id, version(typed))?;
        Ok(format!("/rounds/{id}"))
    })
    .await
}

/// `POST /rounds/{id}/delete`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn delete(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    take(sent, id, "round_deleted", move |deed, typed| {
        actions::delete(deed, id, version(typed))?;
        Ok("/rounds".to_owned())
    })
    .await
}

/// `POST /rounds/{id}/survey/send`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn send_survey(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    take(sent, id, "round_surveyed", move |deed, typed| {
        survey::survey(deed, id, version(typed))?;
        Ok(format!("/rounds/{id}"))
    })
    .await
}

/// `POST /rounds/{id}/enter`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn enter(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    take(sent, id, "round_entered", move |deed, typed| {
        entering::enter(deed, id, challenge_of(Some(typed.get("challenge_id")))?)?;
        Ok(format!("/rounds/{id}"))
    })
    .await
}

/// `POST /rounds/{id}/leave`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn leave(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    take(sent, id, "round_left", move |deed, typed| {
        entering::leave(deed, id, challenge_of(Some(typed.get("challenge_id")))?)?;
        Ok(format!("/rounds/{id}"))
    })
    .await
}

/// `GET /rounds/{id}/calendar.ics`: the windows as appointments.
///
/// # Errors
/// `NotFound` when it is not there or hidden.
pub async fn calendar(visit: Visit, path: Path<String>) -> Answer {
    let (id, now) = (id_of(&path)?, visit.services().clock().now());
    let view = visit.read(move |conn, actor| Ok(RoundView::of(actor, &seen(conn, actor, id)?, now))).await?;
    let shell = visit.shell("rounds.show.title");
    let public_url = visit.services().public_url().to_owned();
    let one = |kind: WindowKind, part| {
        let window = match kind {
            WindowKind::Challenges => &view.challenges,
            WindowKind::Proposals => &view.proposals,
            WindowKind::Sessions => &view.sessions,
        };
        Appointment {
            id: view.id.0,
            part,
            sequence: view.version,
            from: window.opens_at,
            to: window.closes_at,
            summary: format!("{} – {}", shell.name("rounds.window", kind), view.title),
            description: bureau_name(shell.locale, &view.bureau),
            location: None,
            url: format!("{public_url}/rounds/{}", view.id),
            cancelled: view.status == Status::Cancelled,
        }
    };
    let all = [
        one(WindowKind::Challenges, "challenges"),
        one(WindowKind::Proposals, "proposals"),
        one(WindowKind::Sessions, "sessions"),
    ];
    let text = written(Method::Publish, &view.title, &all, (&public_url, ""), now);
    Ok(ics(&format!("round-{}", view.id), text))
}

/// A calendar file.
pub(crate) fn ics(name: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.ics\"")))
        .body(text)
}

impl RoundPage {
    /// Whether the step was sent and refused.
    fn is_tried(&self, name: &str) -> bool {
        self.form.field(name).error.is_some()
    }

    /// The states of the view that the template compares.
    fn is(&self, status: &str) -> bool {
        self.view.status.as_str() == status
    }

    /// Whether the plan of sessions can be looked at.
    fn arranges(&self) -> bool {
        self.view.steps.contains(&Step::Arrange) || (self.runs && self.is("ended"))
    }
}
