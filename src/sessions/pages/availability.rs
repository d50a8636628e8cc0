//! `/rounds/{id}/availability`: at which slots one's organization cannot come.

use actix_web::web::Path;
use askama::Template;

use super::slot_words;
use crate::failure::Failure;
use crate::policy::{self, Action, Subject};
use crate::rounds::{self, RoundId};
use crate::sessions::api::{self, slots as slot_doors};
use crate::sessions::{SlotId, slots};
use crate::web::forms::{Choice, FieldView, FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "sessions/templates/availability.html")]
struct AvailabilityPage {
    shell: Shell,
    id: RoundId,
    title: String,
    running: bool,
    slots: Vec<(SlotId, String)>,
    form: FormView,
}

impl AvailabilityPage {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("rounds.list.title"), self.shell.link("/rounds")),
            (self.title.clone(), self.shell.link(&format!("/rounds/{}", self.id))),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn choices(&self) -> FieldView {
        let choices = self.slots.iter().map(|(id, when)| Choice::new(id.to_string(), when));
        self.form.field("blocked").options(choices.collect())
    }
}

/// `GET /rounds/{id}/availability`
///
/// # Errors
/// `NotFound`, `Unauthenticated`, or `Forbidden` for all but municipalities and vendors.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    policy::require(visit.actor(), Action::SayAvailability, &Subject::default())?;
    let (round, views) = visit
        .read(move |conn, actor| {
            let round = rounds::seen(conn, actor, id)?;
            let views = slot_doors::slot_views(conn, actor, &round)?;
            Ok((round, views))
        })
        .await?;
    let shell = visit.shell("sessions.availability.title");
    let mut typed = Typed::new();
    for slot in views.iter().filter(|slot| slot.blocked == Some(true)) {
        typed.add("blocked", slot.id.to_string());
    }
    let shown = AvailabilityPage {
        id,
        title: round.title.clone(),
        running: round.status == rounds::Status::Announced,
        slots: views.iter().map(|slot| (slot.id, slot_words(&shell, slot))).collect(),
        form: FormView::new(shell.locale, "sessions.form", typed),
        shell,
    };
    page::html(200, &shown)
}

/// `POST /rounds/{id}/availability`
///
/// # Errors
/// Those of the action.
pub async fn say(sent: Sent, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    let blocked = sent.typed.list("blocked");
    let blocked: Result<Vec<SlotId>, _> = blocked.iter().map(|text| text.parse()).collect();
    let blocked = blocked.map_err(|_| Failure::NotFound)?;
    let there = sent
        .once(move |deed| {
            slots::block(deed, id, &blocked)?;
            Ok(format!("/rounds/{id}/availability"))
        })
        .await?;
    Ok(sent.visit.go_saying(there, &Flash::said("availability_said")))
}
