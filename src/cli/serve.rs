//! `kakehashi serve`

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{CommandError, Outcome, block_on, say};
use crate::app::Application;
use crate::clock::Clock;
use crate::settings::Settings;

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(settings: Settings) -> Outcome {
    block_on(serve(settings))
}

async fn serve(settings: Settings) -> Outcome {
    // Before the address is printed: whoever reads it may send the signal at once.
    let stop = StopSignal::listen()?;
    let application = Application::build(settings, Clock::system()).await.map_err(CommandError::failed)?;
    announce(&application)?;
    until_stopped(application, stop).await
}

/// The line that scripts wait for.
pub(super) fn announce(application: &Application) -> Outcome {
    say(&format!("listening on http://{}", application.address()))
}

/// Serves until the signal comes.
pub(super) async fn until_stopped(application: Application, stop: StopSignal) -> Outcome {
    let handle = application.handle();
    actix_web::rt::spawn(async move {
        stop.received().await;
        tracing::info!("stopping");
        handle.stop(true).await;
    });
    application.run().await.map_err(CommandError::failed)
}

/// SIGTERM, or Ctrl-C at a terminal.
pub(super) struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    /// From now on the signals no longer end the process by themselves.
    pub(super) fn listen() -> Result<Self, CommandError> {
        let on = |kind| signal(kind).map_err(CommandError::failed);
        Ok(Self { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
