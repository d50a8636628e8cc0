//! A bounded set of connections, waited for without holding a thread.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::R2D2Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::Mode;
use super::{DatabaseUrl, DbConn, DbError};

/// A connection unused for longer is asked whether it still lives before it is handed out: asking every time
/// costs 30 % of reads.
const PING_AFTER: Duration = Duration::from_secs(1);

/// At most `size` connections of one mode.
///
/// Whoever wants one waits on a semaphore, in order of arrival, and gives up after `wait`; a thread of the
/// blocking pool is taken only once a connection is sure.
pub(super) struct Pool {
    url: DatabaseUrl,
    mode: Mode,
    wait: Duration,
    size: usize,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<(DbConn, Instant)>>,
}

/// The right to one connection.
pub(super) struct Turn(
    #[expect(dead_code, reason = "held for its drop, which gives the turn back")] OwnedSemaphorePermit,
);

impl Pool {
    pub(super) fn new(url: DatabaseUrl, mode: Mode, size: usize, wait: Duration) -> Self {
        let turns = Arc::new(Semaphore::new(size));
        Self { url, mode, wait, size, turns, idle: Mutex::new(Vec::new()) }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) -> Result<Turn, DbError> {
        let waited = tokio::time::timeout(self.wait, Arc::clone(&self.turns).acquire_owned()).await;
        match waited {
            Ok(Ok(permit)) => Ok(Turn(permit)),
            Ok(Err(_)) => Err(DbError::ShutDown),
            Err(_) => Err(DbError::Busy),
        }
    }

    /// Runs `work` on a connection; blocks, so it is called on a thread that may.
    pub(super) fn with<T, E: From<DbError>>(
        &self,
        turn: Turn,
        work: impl FnOnce(&mut DbConn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.take()?;
        let result = work(&mut conn);
        // A panic in `work` drops the connection instead of handing a half-finished transaction on.
        if !conn.is_broken() {
            self.idle().push((conn, Instant::now()));
        }
        drop(turn);
        result
    }

    /// Connections in use and the most there may be.
    pub(super) fn usage(&self) -> (usize, usize) {
        (self.size.saturating_sub(self.turns.available_permits()), self.size)
    }

    fn take(&self) -> Result<DbConn, DbError> {
        loop {
            let Some((mut conn, since)) = self.idle().pop() else {
                return DbConn::open(&self.url, self.mode);
            };
            if since.elapsed() < PING_AFTER || conn.ping().is_ok() {
                return Ok(conn);
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(DbConn, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
