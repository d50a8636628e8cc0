//! `/sessions/{id}`: one session: when, where, who, what came of it; for its bureau the ways to move it and call it off.

use actix_web::web::Path;
use askama::Template;

use super::{Row, slot_words};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::locales;
use crate::policy::{self, Action, Actor};
use crate::rounds::ReasonForm;
use crate::services::Deed;
use crate::sessions::api::{self, slots as slot_doors};
use crate::sessions::view::{Said, SlotView};
use crate::sessions::{OutcomeForm, RoundSessionId, SlotId, actions, outcomes, store};
use crate::web::forms::{Choice, FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "sessions/templates/session.html")]
struct SessionPage {
    shell: Shell,
    row: Row,
    round: (String, String),
    runs: bool,
    /// The slots to which it could go, each with what it would collide with.
    slots: Vec<(SlotId, String)>,
    said: Option<String>,
    form: FormView,
}

/// `GET /sessions/{id}`
///
/// # Errors
/// `NotFound`, `Unauthenticated`.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    visit.member()?;
    shown(&visit, api::id_of(&path)?, (Typed::new(), None)).await
}

struct Found {
    view: crate::sessions::SessionView,
    round: (String, String),
    runs: bool,
    slots: Vec<(SlotView, Vec<crate::fields::Invalid>)>,
}

async fn shown(visit: &Visit, id: RoundSessionId, (typed, refused): (Typed, Option<Refusal>)) -> Answer {
    let now = visit.services().clock().now();
    let found = visit.read(move |conn, actor| find(conn, actor, id, now)).await?;
    let shell = visit.shell("sessions.show.title");
    let (status, errors, said) = match refused {
        Some(refused) => (refused.status, refused.errors, refused.sentence),
        None => (200, FieldErrors::new(), None),
    };
    let slots = found.slots.iter().map(|(slot, collisions)| (slot.id, label(&shell, slot, collisions)));
    let page = SessionPage {
        slots: slots.collect(),
        row: Row::of(&shell, found.view),
        round: found.round,
        runs: found.runs,
        said,
        form: FormView::new(shell.locale, "sessions.form", typed).with_errors(errors),
        shell,
    };
    page::html(status, &page)
}

fn find(conn: &mut DbConn, actor: &Actor, id: RoundSessionId, now: Timestamp) -> Result<Found, Failure> {
    let (round, view) = api::seen(conn, actor, id)?;
    let runs = policy::allows(actor, Action::RunRound, &round.subject());
    let mut slots = Vec::new();
    if runs {
        let session = store::find(conn, id)?;
        let (rows, blocks) = (store::slots(conn, round.id)?, store::blocks(conn, round.id)?);
        let all = store::of_round(conn, round.id)?;
        for (slot, shown) in rows.iter().zip(slot_doors::slot_views(conn, actor, &round)?) {
            if session.slot_id != Some(slot.id) {
                slots.push((shown, actions::collisions(&session, slot, (&rows, &blocks, &all), now)));
            }
        }
    }
    Ok(Found { view, round: (round.id.to_string(), round.title.clone()), runs, slots })
}

/// A slot with what the session would collide with there.
fn label(shell: &Shell, slot: &SlotView, collisions: &[crate::fields::Invalid]) -> String {
    let when = slot_words(shell, slot);
    if collisions.is_empty() {
        return when;
    }
    let say = |invalid: &crate::fields::Invalid| {
        locales::text(shell.locale, &format!("sessions.collision.{}", invalid.code()), &[])
    };
    let mut words: Vec<String> = collisions.iter().map(say).collect();
    words.dedup();
    shell.tf("sessions.collides", &[("slot", when), ("with", words.join(" / "))])
}

impl SessionPage {
    fn crumbs(&self) -> Vec<(String, String)> {
        let (id, title) = &self.round;
        let mut crumbs = vec![(title.clone(), self.shell.link(&format!("/rounds/{id}")))];
        crumbs.push(if self.runs {
            (self.shell.t("sessions.board.title"), self.shell.link(&format!("/rounds/{id}/sessions")))
        } else {
            (self.shell.t("sessions.own.title"), self.shell.link("/our-sessions"))
        });
        crumbs.push((self.shell.title.clone(), String::new()));
        crumbs
    }

    fn may(&self, step: &str) -> bool {
        self.row.view.steps.iter().any(|one| one.as_str() == step)
    }

    fn facts(&self) -> Vec<(String, String)> {
        let view = &self.row.view;
        let none = self.shell.t("sessions.show.no_slot");
        vec![
            (self.shell.t("sessions.show.when"), self.row.when.clone().unwrap_or(none)),
            (self.shell.t("sessions.show.municipality"), view.municipality.name.clone()),
            (self.shell.t("sessions.show.vendor"), view.vendor.name.clone()),
        ]
    }

    fn link(&self) -> Option<&str> {
        self.row.view.slot.as_ref()?.link.as_deref()
    }

    fn outcomes(&self) -> FieldView {
        self.form.field("outcome").named("sessions.outcome", ["continue", "pilot", "no"])
    }

    fn slot_choices(&self) -> FieldView {
        let choices = self.slots.iter().map(|(id, label)| Choice::new(id.to_string(), label));
        self.form.field("slot_id").options(choices.collect())
    }

    /// What each side said, as far as the reader may know.
    fn said_by(&self) -> Vec<(&'static str, &Said)> {
        let view = &self.row.view;
        let sides = [
            ("sessions.show.municipality", view.municipality_outcome.as_ref()),
            ("sessions.show.vendor", view.vendor_outcome.as_ref()),
        ];
        sides.into_iter().filter_map(|(key, said)| Some((key, said?))).collect()
    }
}

async fn take<F>(sent: Sent, id: RoundSessionId, said: &'static str, work: F) -> Answer
where
    F: FnOnce(&mut Deed<'_>, &Typed, Option<i32>) -> Result<(), Failure> + Send + 'static,
{
    let typed = sent.typed.clone();
    let taken = sent
        .once(move |deed| {
            let version = typed.get("version").parse().ok();
            work(deed, &typed, version)?;
            Ok(format!("/sessions/{id}"))
        })
        .await;
    let failure = match taken {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said(said))),
        Err(failure) => failure,
    };
    let refused = Refusal::of(&sent.visit.shell("sessions.show.title"), failure)?;
    shown(&sent.visit, id, (sent.typed.clone(), Some(refused))).await
}

/// `POST /sessions/{id}/move`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn move_(sent: Sent, path: Path<String>) -> Answer {
    let id = api::id_of(&path)?;
    take(sent, id, "session_moved", move |deed, typed, version| {
        actions::move_to(deed, id, version, api::slot_of(Some(typed.get("slot_id")))?)
    })
    .await
}

/// `POST /sessions/{id}/cancel`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn cancel(sent: Sent, path: Path<String>) -> Answer {
    let id = api::id_of(&path)?;
    take(sent, id, "session_cancelled", move |deed, typed, version| {
        actions::call_off(deed, id, version, &ReasonForm { reason: typed.text("reason") })
    })
    .await
}

/// `POST /sessions/{id}/outcome`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn record(sent: Sent, path: Path<String>) -> Answer {
    let id = api::id_of(&path)?;
    take(sent, id, "outcome_recorded", move |deed, typed, version| {
        let form = OutcomeForm { outcome: typed.text("outcome"), reason: typed.text("reason"), token: None };
        outcomes::record(deed, id, version, &form)
    })
    .await
}
