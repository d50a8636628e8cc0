//! Work in the background: named loops of one step each, stopped together.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;

/// The loops of one node.
///
/// A step that did something is followed by the next at once; one that found nothing, or failed, by a pause. A
/// panic or failure in a step never ends its loop.
pub struct Workers {
    stop: watch::Sender<bool>,
    loops: Vec<JoinHandle<()>>,
}

impl Default for Workers {
    fn default() -> Self {
        Self { stop: watch::Sender::new(false), loops: Vec::new() }
    }
}

impl Workers {
    /// Starts the loop `name`. `step` answers whether there may be more to do at once.
    pub fn start<S, F>(&mut self, name: &'static str, pause: Duration, step: S)
    where
        S: Fn() -> F + 'static,
        F: Future<Output = Result<bool, Failure>> + 'static,
    {
        let mut stopped = self.stop.subscribe();
        self.loops.push(actix_web::rt::spawn(async move {
            while !*stopped.borrow() {
                // A task of its own, so that a panic is that step's end and not the loop's.
                let more = match actix_web::rt::spawn(step()).await {
                    Ok(Ok(more)) => more,
                    Ok(Err(failure)) => {
                        tracing::warn!(worker = name, %failure, "step failed");
                        metrics::counter!("kakehashi_worker_failures_total", "worker" => name).increment(1);
                        false
                    }
                    Err(crash) => {
                        tracing::error!(worker = name, %crash, "step crashed");
                        metrics::counter!("kakehashi_worker_failures_total", "worker" => name).increment(1);
                        false
                    }
                };
                if !more {
                    let _stopped_or_elapsed = tokio::time::timeout(pause, stopped.changed()).await;
                }
            }
        }));
    }

    /// Lets every loop finish its step and end, but waits no longer than `at_most`.
    pub async fn stop(self, at_most: Duration) {
        self.stop.send_replace(true);
        let all = async {
            for task in self.loops {
                if let Err(crash) = task.await {
                    tracing::error!(%crash, "worker ended badly");
                }
            }
        };
        if tokio::time::timeout(at_most, all).await.is_err() {
            tracing::warn!("a worker did not end in time");
        }
    }
}
