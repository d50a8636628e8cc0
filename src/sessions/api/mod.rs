//! The JSON door: slots and the plan of a round, single sessions, and what came of them.

pub mod slots;

use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use super::outcomes::{self, OutcomeForm};
use super::plan::{self, Planned};
use super::slots::SlotForm;
use super::states::{Outcome, Source, Status, Step};
use super::store::{self, Session};
use super::view::{self, Said, SessionView, SlotView};
use super::{RoundSessionId, SlotId, actions, feed};
use crate::challenges::ChallengeId;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::matches::Ranking;
use crate::policy::{self, Action, Actor, Who};
use crate::rounds::{self, ReasonForm, Round, RoundId};
use crate::services::Deed;
use crate::solutions::SolutionId;
use crate::web::{Answer, Body, Door, Page, Problem, Reply};

#[derive(OpenApi)]
#[openapi(
    paths(
        slots::list, slots::make, slots::remove, slots::say_availability, list, add, assign, publish, own, show, move_, cancel,
        outcome, outcome_by_link, make_calendar, end_calendar
    ),
    components(schemas(
        SessionView, SlotView, SlotForm, slots::AvailabilityForm, PairForm, MoveForm, OutcomeForm, Planned, Published, Said,
        CalendarAddress, Status, Step, Outcome, Source
    )),
    tags((name = "sessions", description = "提案会: who presents what to which municipality, and when"))
)]
pub struct Doc;

/// A pair that is put on the plan by hand.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionPairForm)]
pub struct PairForm {
    /// A challenge of the round.
    #[schema(value_type = String, format = Uuid)]
    pub challenge_id: Option<String>,
    /// A solution in the catalogue.
    #[schema(value_type = String, format = Uuid)]
    pub solution_id: Option<String>,
    /// When and where; left open unless given.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub slot_id: Option<String>,
}

/// Where a session goes.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionMoveForm)]
pub struct MoveForm {
    /// A slot of the round.
    #[schema(value_type = String, format = Uuid)]
    pub slot_id: Option<String>,
}

/// How many sessions were told of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionsPublished)]
pub struct Published {
    /// Sessions whose parties have got an appointment.
    published: usize,
}

/// Where a calendar program reads the caller's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarAddress {
    /// The address; it is shown this once.
    url: String,
}

pub(super) fn round_id(text: &str) -> Result<RoundId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

pub(super) fn id_of(text: &str) -> Result<RoundSessionId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// An id of a body.
fn named<T: std::str::FromStr>(text: Option<&str>) -> Result<T, Invalid> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Invalid::new("required"))?;
    text.parse().map_err(|_| Invalid::new("not_an_id"))
}

/// The slot that a body names.
pub(super) fn slot_of(text: Option<&str>) -> Result<SlotId, Failure> {
    named(text).map_err(|invalid| Failure::field("/slot_id", invalid))
}

/// The pair that a body names, and its slot.
pub(super) fn pair_of(form: &PairForm) -> Result<(ChallengeId, SolutionId, Option<SlotId>), FieldErrors> {
    let mut errors = FieldErrors::new();
    let challenge = named(form.challenge_id.as_deref());
    let challenge = errors.keep("/challenge_id", challenge);
    let solution = errors.keep("/solution_id", named(form.solution_id.as_deref()));
    let slot = form.slot_id.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let slot = slot.and_then(|text| errors.keep("/slot_id", named(Some(text))));
    match (challenge, solution, errors.is_empty()) {
        (Some(challenge), Some(solution), true) => Ok((challenge, solution, slot)),
        _ => Err(errors),
    }
}

/// Those of `sessions` that `actor` may see, the earliest slot first, those without one last.
pub(super) fn views(
    conn: &mut DbConn,
    actor: &Actor,
    round: &Round,
    sessions: &[Session],
) -> Result<Vec<SessionView>, Failure> {
    let seen = |one: &&Session| policy::allows(actor, Action::See, &view::subject(round, one));
    let seen: Vec<Session> = sessions.iter().filter(seen).cloned().collect();
    let names = store::names(conn, &seen)?;
    let mut views: Vec<SessionView> =
        seen.iter().map(|one| SessionView::of(actor, round, one, &names)).collect();
    sort(&mut views);
    Ok(views)
}

fn sort(views: &mut [SessionView]) {
    views.sort_by_key(|one| {
        let slot = one.slot.as_ref();
        (slot.is_none(), slot.map(|slot| (slot.starts_at, slot.place.clone())), one.id)
    });
}

/// The sessions that concern the caller: its own, or those of its rounds.
pub(super) fn own_views(conn: &mut DbConn, actor: &Actor) -> Result<Vec<SessionView>, Failure> {
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let (organization, kind) = (member.organization, member.kind);
    let sessions = feed::sessions_for(conn, organization, kind)?;
    let mut ids: Vec<RoundId> = sessions.iter().map(|one| one.round_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = Vec::new();
    for id in ids {
        let round = rounds::seen(conn, actor, id)?;
        let of_round: Vec<Session> = sessions.iter().filter(|one| one.round_id == id).cloned().collect();
        all.extend(views(conn, actor, &round, &of_round)?);
    }
    sort(&mut all);
    Ok(all)
}

/// One session with its round, if the caller may see it.
pub(super) fn seen(
    conn: &mut DbConn,
    actor: &Actor,
    id: RoundSessionId,
) -> Result<(Round, SessionView), Failure> {
    let session = store::find(conn, id)?;
    let round = rounds::seen(conn, actor, session.round_id)?;
    policy::require(actor, Action::See, &view::subject(&round, &session))?;
    let names = store::names(conn, std::slice::from_ref(&session))?;
    let view = SessionView::of(actor, &round, &session, &names);
    Ok((round, view))
}

fn shown(deed: &mut Deed<'_>, id: RoundSessionId) -> Result<Reply, Failure> {
    let by = deed.by().clone();
    let (_, view) = seen(deed.conn(), &by, id)?;
    Ok(Reply::ok(&view)?.at_version(view.version))
}

/// List the sessions of a round
///
/// All of the plan for its bureau; for others their own, once they were told. The earliest first.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/sessions", tag = "sessions",
    params(("id" = String, Path, format = Uuid, description = "The round")),
    responses(
        (status = 200, description = "All of them", body = Page<SessionView>),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list(door: Door, path: Path<String>) -> Answer {
    let id = round_id(&path)?;
    door.read(move |conn, actor| {
        let round = rounds::seen(conn, actor, id)?;
        let all = store::of_round(conn, id)?;
        Reply::ok(&Page { items: views(conn, actor, &round, &all)?, next: None, total: None })
    })
    .await
}

/// Put a pair on the plan by hand
///
/// Everything it collides with in its slot is named at once.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/sessions", tag = "sessions", request_body = PairForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 201, description = "The session; its path in Location", body = SessionView),
        (status = 403, description = "Not your bureau's", body = Problem),
        (status = 409, description = "Not in this state, or the two meet already", body = Problem),
        (status = 422, description = "Fields are wrong, or it collides", body = Problem),
    ))]
pub async fn add(door: Door, ranking: Data<Ranking>, path: Path<String>, body: Body<PairForm>) -> Answer {
    let id = round_id(&path)?;
    let (challenge, solution, slot) = pair_of(&body.value)?;
    door.write(body.fingerprint, move |deed| {
        let session = actions::add(deed, &ranking, id, (challenge, solution), slot)?;
        let reply = shown(deed, session)?;
        Ok(Reply { status: 201, location: Some(format!("/api/v1/sessions/{session}")), ..reply })
    })
    .await
}

/// Plan the sessions of a round
///
/// Chooses the pairs with the largest total under the bounds of challenges and vendors (a further session of one vendor
/// costs more and more), and finds each a slot. What was told of or put on the plan by hand stays, and of the rest as much
/// as is sensible.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/sessions/assign", tag = "sessions", security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the round that was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 200, description = "What came of it", body = Planned),
        (status = 403, description = "Not your bureau's", body = Problem),
        (status = 409, description = "Not in this state; no slots; no challenges", body = Problem),
    ))]
pub async fn assign(
    door: Door,
    ranking: Data<Ranking>,
    path: Path<String>,
    body: Body<Map<String, Value>>,
) -> Answer {
    let (id, version) = (round_id(&path)?, door.version()?);
    door.write(body.fingerprint, move |deed| Reply::ok(&plan::assign(deed, &ranking, id, version)?)).await
}

/// Publish the plan
///
/// Every planned session that has a slot is told to both of its parties, with an appointment.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/sessions/publish", tag = "sessions", security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The round"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the round that was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 200, description = "How many", body = Published),
        (status = 403, description = "Not your bureau's", body = Problem),
        (status = 409, description = "Not in this state; nothing to publish", body = Problem),
        (status = 422, description = "A session collides since it was planned", body = Problem),
    ))]
pub async fn publish(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, version) = (round_id(&path)?, door.version()?);
    door.write(body.fingerprint, move |deed| {
        Reply::ok(&Published { published: actions::publish(deed, id, version)? })
    })
    .await
}

/// List your sessions
///
/// Those of the caller's organization that it was told of; for a bureau those of its rounds. The earliest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", security(("bearer" = [])),
    responses(
        (status = 200, description = "All of them", body = Page<SessionView>),
        (status = 401, description = "Nobody is signed in", body = Problem),
    ))]
pub async fn own(door: Door) -> Answer {
    door.read(move |conn, actor| Reply::ok(&Page { items: own_views(conn, actor)?, next: None, total: None }))
        .await
}

/// Read a session
#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "sessions", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The session")),
    responses(
        (status = 200, description = "The session", body = SessionView),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn show(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| {
        let (_, view) = seen(conn, actor, id)?;
        Ok(Reply::ok(&view)?.at_version(view.version))
    })
    .await
}

macro_rules! step_handler {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, $form:ty, |$deed:ident, $id:ident, $version:ident, $body:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "sessions", request_body = $form, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The session"),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = SessionView),
                (status = 403, description = "Not allowed; the reason is said", body = Problem),
                (status = 404, description = "Not there, or hidden", body = Problem),
                (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Fields are wrong, or it collides", body = Problem),
            ))]
        pub async fn $name(door: Door, path: Path<String>, body: Body<$form>) -> Answer {
            let ($id, $version, $body) = (id_of(&path)?, door.version()?, body.value);
            door.write(body.fingerprint, move |$deed| {
                $act?;
                shown($deed, $id)
            })
            .await
        }
    };
}

step_handler!(
    /// Give it another slot
    ///
    /// By the bureau; everything it collides with there is named at once. Parties who know of it get a new version of the
    /// appointment.
    move_, "/api/v1/sessions/{id}/move", MoveForm,
    |deed, id, version, body| actions::move_to(deed, id, version, slot_of(body.slot_id.as_deref())?)
);
step_handler!(
    /// Call it off
    ///
    /// By the bureau; `reason` is required where its parties know of it. Planning again does not bring the pair back.
    cancel, "/api/v1/sessions/{id}/cancel", ReasonForm,
    |deed, id, version, body| actions::call_off(deed, id, version, &body)
);
step_handler!(
    /// Say what came of it
    ///
    /// By either party, for its own side, once its time is over.
    outcome, "/api/v1/sessions/{id}/outcome", OutcomeForm,
    |deed, id, version, body| outcomes::record(deed, id, version, &body)
);

/// Say what came of a session, with a mailed link
#[utoipa::path(post, path = "/api/v1/session-outcomes", tag = "sessions", request_body = OutcomeForm,
    responses(
        (status = 204, description = "Recorded; the link is used up"),
        (status = 422, description = "Fields are wrong, or the link does not act", body = Problem),
    ))]
pub async fn outcome_by_link(door: Door, body: Body<OutcomeForm>) -> Answer {
    let form = body.value;
    let actor = Actor { who: Who::Link, origin: door.actor().origin.clone() };
    door.services().perform(actor, move |deed| outcomes::record_by_link(deed, &form)).await?;
    Ok(Reply::no_content().into())
}

/// Make an address for your calendar
///
/// A calendar program reads your sessions there without signing in. It is shown once; making it again ends the old one.
#[utoipa::path(post, path = "/api/v1/me/calendar", tag = "sessions", security(("bearer" = [])),
    responses(
        (status = 201, description = "The address", body = CalendarAddress),
        (status = 401, description = "Nobody is signed in", body = Problem),
    ))]
pub async fn make_calendar(door: Door) -> Answer {
    door.member()?;
    // Without an idempotency key's answer being kept: the address must be stored nowhere.
    let actor = door.actor().clone();
    let url = door.services().perform(actor, feed::make).await?;
    Ok(Reply::created("/api/v1/me/calendar", &CalendarAddress { url })?.into())
}

/// End the address of your calendar
#[utoipa::path(delete, path = "/api/v1/me/calendar", tag = "sessions", security(("bearer" = [])),
    responses(
        (status = 204, description = "It leads nowhere any more"),
        (status = 401, description = "Nobody is signed in", body = Problem),
    ))]
pub async fn end_calendar(door: Door) -> Answer {
    door.member()?;
    door.write(Vec::new(), move |deed| {
        feed::end(deed)?;
        Ok(Reply::no_content())
    })
    .await
}
