//! The JSON door of panels.

use actix_web::web::Path;
use utoipa::OpenApi;

use super::actions::{self, ConflictForm};
use super::criteria::{CriteriaForm, Criterion};
use super::scores::{Difference, Score, SheetForm};
use super::view::{self, AgreementView, CriteriaView, Reading, SheetView};
use crate::challenges::ChallengeId;
use crate::failure::Failure;
use crate::proposals::ProposalId;
use crate::services::Deed;
use crate::web::{Answer, Body, Door, Problem, Reply};

#[derive(OpenApi)]
#[openapi(
    paths(criteria, set_criteria, reading, score, hand_in, declare_conflict, agree),
    components(schemas(
        CriteriaView, CriteriaForm, Criterion, Reading, SheetView, AgreementView, SheetForm, Score, Difference,
        ConflictForm
    )),
    tags((name = "panels", description = "評価: how a municipality reads proposals; each reader alone, then together"))
)]
pub struct Doc;

fn id_of<T: std::str::FromStr>(path: &Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

fn shown(deed: &mut Deed<'_>, id: ProposalId) -> Result<Reply, Failure> {
    let by = deed.by().clone();
    let reading = view::reading(deed.conn(), &by, id)?;
    Ok(Reply::ok(&reading)?.at_version(reading.version))
}

/// Read what proposals are judged by
///
/// For everyone who may read the challenge.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/criteria", tag = "panels",
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 200, description = "The criteria and their weights", body = CriteriaView),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn criteria(door: Door, path: Path<String>) -> Answer {
    let (id, now): (ChallengeId, _) = (id_of(&path)?, door.services().clock().now());
    door.read(move |conn, actor| {
        let shown = view::criteria(conn, actor, id, now)?;
        Ok(Reply::ok(&shown)?.at_version(shown.version))
    })
    .await
}

/// Set what proposals are judged by
///
/// By the municipality, until the deadline; from then on they are locked.
#[utoipa::path(patch, path = "/api/v1/challenges/{id}/criteria", tag = "panels", request_body = CriteriaForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The challenge"),
        ("If-Match" = String, Header, description = "The ETag that was read; \"0\" before the first"),
    ),
    responses(
        (status = 200, description = "As they are now", body = CriteriaView),
        (status = 403, description = "Not your challenge", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 409, description = "Locked", body = Problem),
        (status = 412, description = "Somebody was faster", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
        (status = 428, description = "If-Match is missing", body = Problem),
    ))]
pub async fn set_criteria(door: Door, path: Path<String>, body: Body<CriteriaForm>) -> Answer {
    let (id, version, form): (ChallengeId, _, _) = (id_of(&path)?, door.required_version()?, body.value);
    door.write(body.fingerprint, move |deed| {
        actions::set_criteria(deed, id, version, &form)?;
        let (by, now) = (deed.by().clone(), deed.database_now()?);
        let shown = view::criteria(deed.conn(), &by, id, now)?;
        Ok(Reply::ok(&shown)?.at_version(shown.version))
    })
    .await
}

/// Read the own sheet, and once it is handed in the others'
#[utoipa::path(get, path = "/api/v1/proposals/{id}/sheet", tag = "panels", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The proposal")),
    responses(
        (status = 200, description = "The reading of the panel; ETag is the version of the own sheet", body = Reading),
        (status = 403, description = "Not on the panel, or a conflict of interest was declared", body = Problem),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
    ))]
pub async fn reading(door: Door, path: Path<String>) -> Answer {
    let id: ProposalId = id_of(&path)?;
    door.read(move |conn, actor| {
        let reading = view::reading(conn, actor, id)?;
        Ok(Reply::ok(&reading)?.at_version(reading.version))
    })
    .await
}

macro_rules! sheet_handler {
    ($(#[doc = $doc:literal])+ $name:ident, $verb:ident, $path:literal, |$deed:ident, $id:ident, $version:ident, $form:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path($verb, path = $path, tag = "panels", request_body = SheetForm, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The proposal"),
                ("If-Match" = String, Header, description = "The version that was read; \"0\" before the first"),
            ),
            responses(
                (status = 200, description = "The reading as it is now", body = Reading),
                (status = 403, description = "Not on the panel, or a conflict of interest was declared", body = Problem),
                (status = 404, description = "Not there, sealed, or hidden", body = Problem),
                (status = 409, description = "Handed in already, or decided", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Scores are missing or wrong", body = Problem),
                (status = 428, description = "If-Match is missing", body = Problem),
            ))]
        pub async fn $name(door: Door, path: Path<String>, body: Body<SheetForm>) -> Answer {
            let ($id, $version, $form): (ProposalId, _, _) = (id_of(&path)?, door.required_version()?, body.value);
            door.write(body.fingerprint, move |$deed| {
                $act?;
                shown($deed, $id)
            })
            .await
        }
    };
}

sheet_handler!(
    /// Score alone
    ///
    /// Keeps the own sheet; nobody else sees it before it is handed in.
    score, patch, "/api/v1/proposals/{id}/sheet",
    |deed, id, version, form| actions::keep_sheet(deed, id, version, &form, false)
);
sheet_handler!(
    /// Hand the own sheet in
    ///
    /// Every criterion has its score then. It cannot be changed afterwards; from now on the others' sheets are shown.
    hand_in, post, "/api/v1/proposals/{id}/sheet/hand-in",
    |deed, id, version, form| actions::keep_sheet(deed, id, version, &form, true)
);
sheet_handler!(
    /// Write down what the panel agrees on
    ///
    /// By whoever has handed in a sheet; the sheets stay as they are.
    agree, patch, "/api/v1/proposals/{id}/agreement",
    |deed, id, version, form| actions::agree(deed, id, version, &form)
);

/// Declare a conflict of interest
///
/// From now on the caller neither reads nor scores this proposal.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/conflict", tag = "panels", request_body = ConflictForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The proposal"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 204, description = "Declared"),
        (status = 403, description = "Not on the panel", body = Problem),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
        (status = 409, description = "Decided already", body = Problem),
        (status = 422, description = "The reason is missing", body = Problem),
    ))]
pub async fn declare_conflict(door: Door, path: Path<String>, body: Body<ConflictForm>) -> Answer {
    let (id, form): (ProposalId, _) = (id_of(&path)?, body.value);
    door.write(body.fingerprint, move |deed| {
        actions::declare_conflict(deed, id, &form)?;
        Ok(Reply::no_content())
    })
    .await
}
