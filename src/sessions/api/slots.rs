//! The slots of a round, and who cannot come to which.

use actix_web::web::Path;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{named, round_id};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::policy::{self, Action, Actor};
use crate::rounds::{self, Round};
use crate::sessions::slots::{self, SlotForm};
use crate::sessions::view::SlotView;
use crate::sessions::{SlotId, store};
use crate::web::{Answer, Body, Door, Page, Problem, Reply};

/// Slots at which the caller's organization cannot come.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionAvailabilityForm)]
pub struct AvailabilityForm {
    /// All of them; what was said before is replaced.
    #[schema(value_type = Vec<String>)]
    pub blocked: Option<Vec<String>>,
}

/// The slots of a round as the caller sees them, with where its organization cannot come.
pub(in crate::sessions) fn slot_views(
    conn: &mut DbConn,
    actor: &Actor,
    round: &Round,
) -> Result<Vec<SlotView>, Failure> {
    let runs = policy::allows(actor, Action::RunRound, &round.subject());
    let says = policy::allows(actor, Action::SayAvailability, &policy::Subject::default());
    let own = actor.member().map(|member| member.organization).filter(|_| says);
    let blocks = store::blocks(conn, round.id)?;
    let view = |slot: &store::Slot| SlotView {
        blocked: own.map(|own| blocks.contains(&(own, slot.id))),
        ..SlotView::of(slot, runs)
    };
    Ok(store::slots(conn, round.id)?.iter().map(view).collect())
}

/// List the slots of a round
///
/// The earliest first; for municipalities and vendors with whether they said that they cannot come.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/slots", tag = "sessions",
    params(("id" = String, Path, format = Uuid, description = "The round")),
    responses(
        (status = 200, description = "All of them", body = Page<SlotView>),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list(door: Door, path: Path<String>) -> Answer {
    let id = round_id(&path)?;
    door.read(move |conn, actor| {
        let round = rounds::seen(conn, actor, id)?;
        Reply::ok(&Page { items: slot_views(conn, actor, &round)?, next: None, total: None })
    })
    .await
}

/// Add slots to a round
///
/// One, or several that follow each other, within the window of sessions.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/slots", tag = "sessions", request_body = SlotForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 201, description = "All slots of the round", body = Page<SlotView>),
        (status = 403, description = "Not your bureau's", body = Problem),
        (status = 409, description = "Not in this state, or too many", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn make(door: Door, path: Path<String>, body: Body<SlotForm>) -> Answer {
    let (id, form) = (round_id(&path)?, body.value);
    door.write(body.fingerprint, move |deed| {
        slots::add_slots(deed, id, &form)?;
        let by = deed.by().clone();
        let round = rounds::seen(deed.conn(), &by, id)?;
        let items = slot_views(deed.conn(), &by, &round)?;
        Reply::created(format!("/api/v1/rounds/{id}/slots"), &Page { items, next: None, total: None })
    })
    .await
}

/// Take a slot away
///
/// In which no session stands.
#[utoipa::path(delete, path = "/api/v1/rounds/{id}/slots/{slot}", tag = "sessions", security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("slot" = String, Path, format = Uuid, description = "The slot"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "No such slot", body = Problem),
        (status = 409, description = "A session stands in it", body = Problem),
    ))]
pub async fn remove(door: Door, path: Path<(String, String)>) -> Answer {
    let (round, slot) = path.into_inner();
    let (id, slot) = (round_id(&round)?, slot.parse().map_err(|_| Failure::NotFound)?);
    door.write(Vec::new(), move |deed| {
        slots::remove_slot(deed, id, slot)?;
        Ok(Reply::no_content())
    })
    .await
}

/// Say when you cannot come
///
/// By municipalities and vendors; replaces what was said before.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/availability", tag = "sessions", request_body = AvailabilityForm,
    security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The round")),
    responses(
        (status = 204, description = "Noted"),
        (status = 403, description = "Neither a municipality nor a vendor", body = Problem),
        (status = 409, description = "The round is not running", body = Problem),
        (status = 422, description = "No ids", body = Problem),
    ))]
pub async fn say_availability(door: Door, path: Path<String>, body: Body<AvailabilityForm>) -> Answer {
    let id = round_id(&path)?;
    let blocked = body.value.blocked.ok_or_else(|| Failure::field("/blocked", Invalid::new("required")))?;
    let mut errors = FieldErrors::new();
    let read = blocked
        .iter()
        .enumerate()
        .filter_map(|(at, text)| errors.keep(format!("/blocked/{at}"), named(Some(text))));
    let blocked: Vec<SlotId> = read.collect();
    errors.into_result()?;
    door.write(body.fingerprint, move |deed| {
        slots::block(deed, id, &blocked)?;
        Ok(Reply::no_content())
    })
    .await
}
