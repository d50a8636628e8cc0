//! `kakehashi migrate`, and opening the database for a command.

use super::{CommandError, Outcome, block_on, say};
use crate::app;
use crate::clock::Clock;
use crate::services::Services;
use crate::settings::Settings;

/// Runs the migrations that are missing.
pub(super) fn migrate(settings: &Settings) -> Outcome {
    block_on(async { services(settings).await.map(|_| ()) })?;
    say("the database is up to date")
}

/// The shared parts for a command: the database opened and brought up to date.
pub(super) async fn services(settings: &Settings) -> Result<Services, CommandError> {
    app::prepare_var(settings).map_err(CommandError::failed)?;
    let db = app::open_database(settings).map_err(CommandError::failed)?;
    app::migrate(&db).await.map_err(CommandError::failed)?;
    let public_url = settings.public_url(&settings.server.bind);
    Ok(Services::new(db, Clock::system(), settings.clone(), public_url))
}
