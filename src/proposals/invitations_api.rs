//! The JSON door of invitations to propose.

use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::invitations::{self, InvitationForm, InvitationView};
use crate::challenges::ChallengeId;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::web::{Answer, Body, Door, Problem, Reply};

#[derive(OpenApi)]
#[openapi(paths(list, invite, own), components(schemas(Invitations, InvitationForm, InvitationView)))]
pub struct Doc;

/// Invitations to propose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalInvitations)]
pub struct Invitations {
    items: Vec<InvitationView>,
}

fn id_of(path: &Path<String>) -> Result<ChallengeId, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// List the invitations to propose for a challenge
///
/// All for the municipality and its bureau, its own for a vendor.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/invitations", tag = "proposals", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 200, description = "The latest first", body = Invitations),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| Reply::ok(&Invitations { items: invitations::on(conn, actor, id)? })).await
}

/// Invite the vendor of a solution to propose
///
/// By the municipality, its bureau or the operator, while proposals are taken. The vendor gets a mail and sees why. A second
/// time changes and sends nothing (200).
#[utoipa::path(post, path = "/api/v1/challenges/{id}/invitations", tag = "proposals", request_body = InvitationForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The challenge"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 200, description = "It was invited before", body = InvitationView),
        (status = 201, description = "Invited", body = InvitationView),
        (status = 403, description = "Neither its municipality nor its bureau", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 409, description = "Proposals are no longer taken", body = Problem),
        (status = 422, description = "Not a solution of the catalogue", body = Problem),
    ))]
pub async fn invite(
    door: Door,
    ranking: Data<Ranking>,
    path: Path<String>,
    body: Body<InvitationForm>,
) -> Answer {
    let (id, form) = (id_of(&path)?, body.value);
    door.write(body.fingerprint, move |deed| {
        let (shown, new) = invitations::invite(deed, &ranking, id, &form)?;
        let reply = Reply::created(format!("/api/v1/challenges/{id}/invitations"), &shown)?;
        Ok(if new { reply } else { Reply::ok(&shown)? })
    })
    .await
}

/// List what one was invited to propose for
#[utoipa::path(get, path = "/api/v1/proposal-invitations", tag = "proposals", security(("bearer" = [])),
    responses(
        (status = 200, description = "The latest first", body = Invitations),
        (status = 401, description = "Nobody is signed in", body = Problem),
    ))]
pub async fn own(door: Door) -> Answer {
    door.read(move |conn, actor| Reply::ok(&Invitations { items: invitations::of_reader(conn, actor)? }))
        .await
}
