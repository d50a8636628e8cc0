//! Is the process alive, and is it ready to serve.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::services::Services;
use crate::web::Answer;

/// What the health endpoints answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the process answers at all.
///
/// # Errors
/// None.
pub async fn live() -> Answer {
    Ok(HttpResponse::Ok().json(Health { status: "ok" }))
}

/// Whether the database answers and every migration has run.
///
/// # Errors
/// `Busy` (503) when not.
pub async fn ready(services: web::Data<Services>) -> Answer {
    let migrated = services.read(|conn| Ok(conn.is_migrated()?)).await;
    match migrated {
        Ok(true) => Ok(HttpResponse::Ok().json(Health { status: "ok" })),
        Ok(false) | Err(_) => Err(Failure::Busy),
    }
}
