//! `kakehashi serve`

use super::{CommandError, Outcome, block_on, say};
use crate::app::Application;
use crate::clock::Clock;
use crate::settings::Settings;

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(settings: Settings) -> Outcome {
    block_on(serve(settings))
}

async fn serve(settings: Settings) -> Outcome {
    let application = Application::build(settings, Clock::system()).await.map_err(CommandError::failed)?;
    announce(&application)?;
    until_stopped(application).await
}

/// The line that scripts wait for.
pub(super) fn announce(application: &Application) -> Outcome {
    say(&format!("listening on http://{}", application.address()))
}

/// Serves until a signal comes.
pub(super) async fn until_stopped(application: Application) -> Outcome {
    let handle = application.handle();
    actix_web::rt::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping");
        handle.stop(true).await;
    });
    application.run().await.map_err(CommandError::failed)
}

/// SIGTERM, or Ctrl-C at a terminal.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(error) => {
            tracing::error!(%error, "cannot listen for SIGTERM");
            std::future::pending::<()>().await;
        }
    }
}
