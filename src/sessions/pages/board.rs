//! `/rounds/{id}/sessions`: the plan of a round as a table by slot, and everything that shapes it.

use actix_web::web::{Data, Path};
use askama::Template;

use super::{Row, slot_words};
use crate::challenges;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::locales;
use crate::matches::Ranking;
use crate::policy::{self, Action, Actor};
use crate::rounds::{self, Round, RoundId};
use crate::services::Deed;
use crate::sessions::api::{self, slots as slot_doors};
use crate::sessions::slots::{self, SlotForm};
use crate::sessions::view::SlotView;
use crate::sessions::{Status, actions, candidates, plan, store};
use crate::solutions;
use crate::web::forms::{Choice, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

/// How many pairs are offered to be put on the plan by hand.
const OFFERED: usize = 100;

/// One slot with what stands in it.
struct SlotRow {
    slot: SlotView,
    when: String,
    sessions: Vec<Row>,
    /// Parties that said they cannot come, of those who would.
    cannot: Vec<String>,
}

struct Found {
    round: Round,
    slots: Vec<SlotView>,
    sessions: Vec<crate::sessions::SessionView>,
    blocks: Vec<(crate::accounts::OrganizationId, crate::sessions::SlotId)>,
    pairs: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "sessions/templates/board.html")]
struct Board {
    shell: Shell,
    id: RoundId,
    title: String,
    running: bool,
    rows: Vec<SlotRow>,
    /// Sessions that found no slot.
    without: Vec<Row>,
    cancelled: Vec<Row>,
    figures: Vec<(String, String)>,
    unpublished: usize,
    pairs: Vec<Choice>,
    form: FormView,
    said: Option<String>,
    /// What stands in the way of publishing, in sentences.
    collisions: Vec<String>,
}

/// `GET /rounds/{id}/sessions`
///
/// # Errors
/// `NotFound`, `Unauthenticated`, or `Forbidden` for all but its bureau and the operator.
pub async fn board(visit: Visit, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    shown(&visit, ranking.get_ref(), api::round_id(&path)?, (Typed::new(), None)).await
}

async fn shown(
    visit: &Visit,
    ranking: &Ranking,
    id: RoundId,
    (typed, refused): (Typed, Option<Refusal>),
) -> Answer {
    let ranking = ranking.clone();
    let today = visit.services().clock().now().japan_date();
    let found = visit.read(move |conn, actor| find(conn, actor, &ranking, (id, today))).await?;
    let shell = visit.shell("sessions.board.title");
    let (status, errors, said) = match refused {
        Some(refused) => (refused.status, refused.errors, refused.sentence),
        None => (200, FieldErrors::new(), None),
    };
    page::html(status, &laid_out(shell, found, typed, (errors, said)))
}

fn find(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, today): (RoundId, chrono::NaiveDate),
) -> Result<Found, Failure> {
    let round = rounds::seen(conn, actor, id)?;
    policy::require(actor, Action::RunRound, &round.subject())?;
    let all = store::of_round(conn, id)?;
    let sessions = api::views(conn, actor, &round, &all)?;
    let slots = slot_doors::slot_views(conn, actor, &round)?;
    let blocks = store::blocks(conn, id)?.into_iter().collect();
    let pairs = pairs(conn, actor, ranking, (id, today), &all)?;
    Ok(Found { round, slots, sessions, blocks, pairs })
}

/// Pairs that could be put on the plan by hand: value and label, the best first.
fn pairs(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, today): (RoundId, chrono::NaiveDate),
    all: &[store::Session],
) -> Result<Vec<(String, String)>, Failure> {
    let taking_part = rounds::challenges_of(conn, id)?;
    let heard: Vec<_> = store::heard(conn, &taking_part)?.into_iter().map(|(id, _)| id).collect();
    let mut found = candidates::candidates(conn, ranking, &heard, today)?;
    let stands = |one: &candidates::Candidate| {
        all.iter().any(|session| {
            session.challenge_id == one.challenge
                && session.vendor_id == one.vendor
                && session.status != Status::Cancelled
        })
    };
    found.retain(|one| !stands(one));
    found.sort_by(|one, other| other.score.total_cmp(&one.score));
    found.truncate(OFFERED);
    let ids: Vec<_> = found.iter().map(|one| one.challenge).collect();
    let challenges = challenges::cards(conn, actor, &ids)?;
    let ids: Vec<_> = found.iter().map(|one| one.solution).collect();
    let solutions = solutions::cards(conn, &ids)?;
    let choice = |one: &candidates::Candidate| {
        let (challenge, solution) = (challenges.get(&one.challenge)?, solutions.get(&one.solution)?);
        let label = format!("{} × {}（{}）", challenge.title, solution.name, solution.vendor.name);
        Some((format!("{}:{}", one.challenge, one.solution), label))
    };
    Ok(found.iter().filter_map(choice).collect())
}

fn laid_out(
    shell: Shell,
    found: Found,
    typed: Typed,
    (errors, said): (FieldErrors, Option<String>),
) -> Board {
    let Found { round, slots, sessions, blocks, pairs } = found;
    let count = |status: Status| sessions.iter().filter(|one| one.status == status).count();
    let number = |count: usize| shell.number(i64::try_from(count).unwrap_or(i64::MAX));
    let vendors: std::collections::BTreeSet<_> =
        sessions.iter().filter(|one| one.status != Status::Cancelled).map(|one| one.vendor.id).collect();
    let figures = vec![
        (shell.t("sessions.board.slots"), number(slots.len())),
        (shell.name("sessions.status", Status::Planned), number(count(Status::Planned))),
        (shell.name("sessions.status", Status::Published), number(count(Status::Published))),
        (shell.name("sessions.status", Status::Held), number(count(Status::Held))),
        (shell.t("sessions.board.vendors"), number(vendors.len())),
    ];
    let unpublished =
        sessions.iter().filter(|one| one.status == Status::Planned && one.slot.is_some()).count();
    let row = |one: &crate::sessions::SessionView| Row::of(&shell, one.clone());
    let in_slot = |slot: &SlotView| -> Vec<Row> {
        let stands = |one: &&crate::sessions::SessionView| {
            one.status != Status::Cancelled && one.slot.as_ref().is_some_and(|own| own.id == slot.id)
        };
        sessions.iter().filter(stands).map(row).collect()
    };
    let slot_row = |slot: SlotView| {
        let rows = in_slot(&slot);
        let parties = rows.iter().flat_map(|row| {
            [
                (row.view.municipality.id, &row.view.municipality.name),
                (row.view.vendor.id, &row.view.vendor.name),
            ]
        });
        let cannot = parties
            .filter(|(id, _)| blocks.contains(&(*id, slot.id)))
            .map(|(_, name)| name.clone())
            .collect();
        SlotRow { when: slot_words(&shell, &slot), sessions: rows, cannot, slot }
    };
    let collisions = collisions(&shell, &errors, &sessions);
    Board {
        id: round.id,
        title: round.title.clone(),
        running: round.status == rounds::Status::Announced,
        rows: slots.into_iter().map(slot_row).collect(),
        without: sessions
            .iter()
            .filter(|one| one.slot.is_none() && one.status != Status::Cancelled)
            .map(row)
            .collect(),
        cancelled: sessions.iter().filter(|one| one.status == Status::Cancelled).map(row).collect(),
        figures,
        unpublished,
        pairs: pairs.into_iter().map(|(value, label)| Choice::new(value, label)).collect(),
        form: FormView::new(shell.locale, "sessions.form", typed).with_errors(errors),
        said,
        collisions,
        shell,
    }
}

/// What stands in the way of publishing, each with the session it concerns.
fn collisions(shell: &Shell, errors: &FieldErrors, sessions: &[crate::sessions::SessionView]) -> Vec<String> {
    let sentence = |(pointer, invalid): (&str, &Invalid)| {
        let id = pointer.strip_prefix("/sessions/")?;
        let session = sessions.iter().find(|one| one.id.to_string() == id)?;
        let rule = locales::rule(shell.locale, invalid);
        Some(format!("{} × {}: {rule}", session.challenge.name, session.solution.name))
    };
    errors.iter().filter_map(sentence).collect()
}

impl Board {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("rounds.list.title"), self.shell.link("/rounds")),
            (self.title.clone(), self.shell.link(&format!("/rounds/{}", self.id))),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn slot_choices(&self) -> crate::web::forms::FieldView {
        let choices = self.rows.iter().map(|row| Choice::new(row.slot.id.to_string(), &row.when));
        let none = self.shell.t("sessions.board.no_slot_yet");
        self.form.field("slot_id").options(choices.collect()).empty_choice(none)
    }
}

/// Takes a step by a form of the page; what was refused is shown there.
async fn take<F>(sent: Sent, ranking: &Ranking, id: RoundId, said: &'static str, work: F) -> Answer
where
    F: FnOnce(&mut Deed<'_>, &Typed) -> Result<(), Failure> + Send + 'static,
{
    let typed = sent.typed.clone();
    let taken = sent
        .once(move |deed| {
            work(deed, &typed)?;
            Ok(format!("/rounds/{id}/sessions"))
        })
        .await;
    let failure = match taken {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said(said))),
        Err(failure) => failure,
    };
    let refused = Refusal::of(&sent.visit.shell("sessions.board.title"), failure)?;
    shown(&sent.visit, ranking, id, (sent.typed.clone(), Some(refused))).await
}

/// `POST /rounds/{id}/sessions/assign`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn assign(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    let own = ranking.clone();
    take(sent, &ranking, id, "sessions_assigned", move |deed, _| plan::assign(deed, &own, id, None).map(drop))
        .await
}

/// `POST /rounds/{id}/sessions/publish`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn publish(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    take(sent, &ranking, id, "sessions_published", move |deed, _| actions::publish(deed, id, None).map(drop))
        .await
}

/// `POST /rounds/{id}/sessions/add`: a pair by hand.
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn add(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    let own = ranking.clone();
    take(sent, &ranking, id, "session_added", move |deed, typed| {
        let pair = typed.get("pair").split_once(':');
        let (challenge, solution) = pair.ok_or_else(|| Failure::field("/pair", Invalid::new("required")))?;
        let form = api::PairForm {
            challenge_id: Some(challenge.to_owned()),
            solution_id: Some(solution.to_owned()),
            slot_id: typed.text("slot_id"),
        };
        let (challenge, solution, slot) = api::pair_of(&form)?;
        actions::add(deed, &own, id, (challenge, solution), slot).map(drop)
    })
    .await
}

/// `POST /rounds/{id}/slots`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn make_slots(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    take(sent, &ranking, id, "slots_made", move |deed, typed| {
        slots::add_slots(deed, id, &slot_form(typed)?).map(drop)
    })
    .await
}

/// The form of slots as it is typed: a day, and a time in Japan.
fn slot_form(typed: &Typed) -> Result<SlotForm, FieldErrors> {
    let mut errors = FieldErrors::new();
    let day = errors.keep("/day", typed.date("day")).flatten();
    if day.is_none() && errors.is_empty() {
        errors.add("/day", Invalid::new("required"));
    }
    let time = chrono::NaiveTime::parse_from_str(typed.get("time").trim(), "%H:%M");
    let time = errors.keep("/time", time.map_err(|_| Invalid::new("not_a_time")));
    let mut number = |name: &str| {
        let number = errors.keep(format!("/{name}"), typed.number(name)).flatten();
        number.and_then(|number| i32::try_from(number).ok())
    };
    let (count, pause_minutes, capacity) = (number("count"), number("pause_minutes"), number("capacity"));
    let starts_at = match (day, time) {
        (Some(day), Some(time)) => Some(format!("{day}T{}+09:00", time.format("%H:%M:%S"))),
        _ => None,
    };
    errors.into_result()?;
    Ok(SlotForm {
        starts_at,
        minutes: None,
        count,
        pause_minutes,
        place: typed.text("place"),
        link: typed.text("link"),
        capacity,
    })
}

/// `POST /rounds/{id}/slots/remove`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn remove_slot(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    take(sent, &ranking, id, "slot_removed", move |deed, typed| {
        slots::remove_slot(deed, id, api::slot_of(Some(typed.get("slot_id")))?)
    })
    .await
}
