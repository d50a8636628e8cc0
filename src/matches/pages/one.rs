//! `/matches/{id}`: one match, why it was made, who wants to go on, whom to write to, and the steps that are legal.

use actix_web::web::Path;
use askama::Template;

use super::why::Why;
use super::{ChallengeLine, SolutionLine};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::view::{self, Contact, Detail};
use crate::matches::{MatchId, Remark, Status, Step, actions};
use crate::moderation::Entry;
use crate::policy::MatchScope;
use crate::web::forms::{FieldView, FormError, FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, id_of, page};

/// A step as a form of the page.
struct StepForm {
    step: Step,
    label: String,
    /// What happens then.
    effect: String,
    /// The reason that the step needs.
    reason: Option<FieldView>,
    /// The remark that it may carry.
    note: FieldView,
    kind: &'static str,
    open: bool,
}

/// One line of the log.
struct LogLine {
    at: String,
    iso: String,
    act: String,
    comment: Option<String>,
}

#[derive(Template)]
#[template(path = "matches/templates/match.html")]
struct MatchPage {
    shell: Shell,
    id: String,
    version: i32,
    status: Status,
    origin: String,
    made: String,
    challenge: ChallengeLine,
    solution: SolutionLine,
    why: Why,
    note: Option<String>,
    reason: Option<String>,
    /// The road from suggestion to agreement, and the place on it, from 1; 0 when it left the road.
    road: Vec<(String, String)>,
    at: usize,
    agreed: (bool, bool),
    contacts: Option<(Vec<Contact>, Vec<Contact>)>,
    log: Option<Vec<LogLine>>,
    steps: Vec<StepForm>,
    errors: Vec<FormError>,
    /// Whether somebody else changed it meanwhile.
    stale: bool,
    /// Whether the reader may open the ranking it comes from.
    may_rank: bool,
}

/// The states from suggestion to agreement.
const ROAD: [Status; 5] =
    [Status::Suggested, Status::Approved, Status::Introduced, Status::MeetingHeld, Status::Agreed];

/// `GET /matches/{id}`
///
/// # Errors
/// `NotFound`, `Unauthenticated`.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    visit.member()?;
    shown(&visit, id, &Tried::default()).await
}

/// A step that was refused: which, with what was typed, and why.
#[derive(Default)]
struct Tried {
    step: Option<Step>,
    typed: Typed,
    errors: FieldErrors,
    stale: bool,
}

async fn shown(visit: &Visit, id: MatchId, tried: &Tried) -> Answer {
    let detail = visit.read(move |conn, actor| view::detail(conn, actor, id)).await?;
    let shell = visit.shell("matches.one.title");
    let title = shell.tf(
        "matches.one.title_of",
        &[
            ("challenge", detail.card.challenge.title.clone()),
            ("solution", detail.card.solution.name.clone()),
        ],
    );
    let page = page_of(visit, shell.titled(title), detail, tried);
    let status = if tried.stale {
        412
    } else if tried.errors.is_empty() {
        200
    } else {
        422
    };
    page::html(status, &page)
}

fn page_of(visit: &Visit, shell: Shell, detail: Detail, tried: &Tried) -> MatchPage {
    let today = visit.services().clock().now().japan_date();
    let card = &detail.card;
    let steps = card.steps.iter().map(|step| step_form(&shell, *step, tried));
    let form = FormView::new(shell.locale, "matches.form", tried.typed.clone());
    let scope = crate::policy::match_scope(visit.actor());
    let is_owner = card.challenge.organization.as_ref().map(|owner| owner.id)
        == visit.actor().member().map(|member| member.organization);
    MatchPage {
        id: card.id.to_string(),
        version: card.version,
        status: card.status,
        origin: shell.name("matches.origin", card.origin),
        made: shell.day_of(card.created_at),
        challenge: ChallengeLine::of(&shell, &card.challenge, today),
        solution: SolutionLine::of(&shell, &card.solution),
        why: Why::as_it_was(&shell, &card.id.to_string(), &detail.explanation),
        note: card.note.clone(),
        reason: card.reason.clone(),
        road: ROAD.iter().map(|status| (shell.name("matches.status", status), String::new())).collect(),
        at: ROAD.iter().position(|status| *status == card.status).map_or(0, |at| at.saturating_add(1)),
        agreed: (card.agreed.municipality, card.agreed.vendor),
        contacts: detail.contacts.as_ref().map(|both| (both.municipality.clone(), both.vendor.clone())),
        log: detail.log.as_ref().map(|log| log.iter().map(|entry| log_line(&shell, entry)).collect()),
        steps: steps.collect(),
        errors: form.with_errors(tried.errors.clone()).errors(),
        stale: tried.stale,
        may_rank: is_owner || scope.is_ok_and(|scope| !matches!(scope, MatchScope::Party(_))),
        shell,
    }
}

fn step_form(shell: &Shell, step: Step, tried: &Tried) -> StepForm {
    let this = tried.step == Some(step);
    let typed = if this { tried.typed.clone() } else { Typed::new() };
    let errors = if this { tried.errors.clone() } else { FieldErrors::new() };
    let form = FormView::new(shell.locale, "matches.form", typed).with_errors(errors);
    let reasoned = matches!(step, Step::Dismiss | Step::End);
    // Several forms of one page hold the same fields: their ids must differ.
    let own = |mut field: FieldView| {
        if !this {
            field.id = format!("{}-{step}", field.id);
        }
        field
    };
    StepForm {
        step,
        label: shell.name("matches.step", step),
        effect: shell.name("matches.effect", step),
        reason: reasoned.then(|| own(form.field("reason").required().maxlength(500).rows(3))),
        note: own(form.field("note").maxlength(2_000).rows(3)),
        kind: match step {
            Step::Dismiss | Step::End => "danger",
            _ => "primary",
        },
        open: this,
    }
}

fn log_line(shell: &Shell, entry: &Entry) -> LogLine {
    LogLine {
        at: shell.date_time(entry.acted_at),
        iso: entry.acted_at.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        act: shell.name("matches.log", &entry.act),
        comment: entry.comment.clone(),
    }
}

/// `POST /matches/{id}`: takes the step that the form names.
///
/// # Errors
/// Those of the step.
pub async fn act(sent: Sent, path: Path<String>) -> Answer {
    let id: MatchId = id_of(&path)?;
    let (visit, typed) = (&sent.visit, &sent.typed);
    let step = Step::parse(typed.get("step")).map_err(|invalid| Failure::field("/step", invalid))?;
    let version = typed.version()?;
    let remark = Remark { reason: typed.text("reason"), note: typed.text("note") };
    let done = sent.once(move |deed| {
        let take = match step {
            Step::Approve => actions::approve,
            Step::Dismiss => actions::dismiss,
            Step::Introduce => actions::introduce,
            Step::RecordMeeting => actions::record_meeting,
            Step::Agree => actions::agree,
            Step::End => actions::end,
        };
        take(deed, id, version, &remark)?;
        Ok(format!("/matches/{id}"))
    });
    let tried = Tried { step: Some(step), typed: typed.clone(), ..Tried::default() };
    match done.await {
        Ok(path) => {
            let key = format!("match_{}", step.as_str().replace('-', "_"));
            Ok(visit.go_saying(path, &Flash::said(&key)))
        }
        Err(Failure::Invalid(errors)) => shown(visit, id, &Tried { errors, ..tried }).await,
        Err(Failure::Stale { .. }) => shown(visit, id, &Tried { stale: true, ..tried }).await,
        Err(failure) => Err(failure),
    }
}
