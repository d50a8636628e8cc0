//! The JSON door of statistics.

use actix_web::web::Data;
use utoipa::OpenApi;

use super::{Exposure, Group, Side, exposure};
use crate::matches::Ranking;
use crate::web::{Answer, Door, Problem, Reply};

/// This slice's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(fairness),
    components(schemas(Exposure, Side, Group)),
    tags((name = "statistics", description = "What the service knows of itself in figures"))
)]
pub struct Doc;

/// Read who is seen in rankings
///
/// For bureaus and the operator: how the first pages of the rankings of open challenges divide among kinds of vendors, sizes,
/// regions and records, by score alone and with the places kept for newcomers.
#[utoipa::path(get, path = "/api/v1/statistics/fairness", tag = "statistics",
    responses(
        (status = 200, description = "The shares of each group", body = Exposure),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "For bureaus and the operator", body = Problem),
    ), security(("bearer" = [])))]
pub async fn fairness(door: Door, ranking: Data<Ranking>) -> Answer {
    let today = door.services().clock().now().japan_date();
    door.read(move |conn, actor| Reply::ok(&exposure(conn, actor, &ranking, today)?)).await
}
