//! `kakehashi serve`

use std::io::Write as _;
use std::process::ExitCode;

use crate::app::{Application, StartError};
use crate::clock::Clock;
use crate::settings::Settings;

/// Serves until SIGTERM or SIGINT.
pub fn run(settings: Settings) -> ExitCode {
    let outcome = actix_web::rt::System::new().block_on(serve(settings));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::fail(super::FAILED, &error),
    }
}

async fn serve(settings: Settings) -> Result<(), StartError> {
    let application = Application::build(settings, Clock::system()).await?;
    announce(&application);
    let handle = application.handle();
    actix_web::rt::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping");
        handle.stop(true).await;
    });
    application.run().await
}

/// The line that scripts wait for.
pub fn announce(application: &Application) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "listening on http://{}", application.address()).and_then(|()| out.flush());
    if let Err(error) = written {
        tracing::warn!(%error, "stdout is closed");
    }
}

/// SIGTERM, or Ctrl-C at a terminal.
pub async fn stop_signal() {
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
