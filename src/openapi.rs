//! The OpenAPI 3.1 description, generated from the handlers; each slice brings its own part.

use actix_web::HttpResponse;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

use crate::web::{Answer, Problem};
use crate::{audit, reference};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kakehashi API",
        description = "Municipal challenges with their budgets, vendors' solutions, and the matches between them. \
            Errors are RFC 9457 problems; lists are paged by cursor; PATCH needs If-Match; POST takes Idempotency-Key."
    ),
    components(schemas(Problem)),
    servers((url = "/"))
)]
struct Base;

/// The whole document.
pub fn document() -> Document {
    let mut document = Base::openapi();
    let parts = [audit::api::Doc::openapi(), reference::api::Doc::openapi()];
    for part in parts {
        document.merge(part);
    }
    document
}

/// `GET /api/openapi.json`
///
/// # Errors
/// None.
pub async fn json() -> Answer {
    Ok(HttpResponse::Ok().json(document()))
}
