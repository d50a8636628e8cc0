//! The database: one schema on two engines, all writes through one door.
//!
//! Whatever differs between SQLite and PostgreSQL stands in this folder and nowhere else.

pub mod both;
pub mod change_log;
mod connection;
pub mod copy;
mod instant;
mod pool;
pub mod schema;
pub mod sql_types;
mod url;
mod values;

use std::sync::Arc;
use std::time::Duration;

pub use both::{Both, columns, lock_rows};
pub use connection::{DbConn, Mode, MultiBackend};
pub use instant::clock;
pub use url::{DatabaseUrl, UnknownScheme};
pub use values::{Json, Timestamp};

use pool::Pool;

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A statement failed.
    #[error("query failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// The database could not be reached.
    #[error("no connection: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// A migration failed.
    #[error("migration failed: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
    /// No connection became free in time.
    #[error("every connection is in use")]
    Busy,
    /// The service is going down.
    #[error("the service is shutting down")]
    ShutDown,
}

/// The database as the service sees it: cheap to clone, shared by all threads.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    url: DatabaseUrl,
    readers: Pool,
    writers: Pool,
}

impl Db {
    /// Prepares the pools; the first connection is made by the first use.
    ///
    /// `connections` bounds the readers (SQLite) or all connections but the readers' twin (PostgreSQL).
    /// SQLite has one writer: it has one write lock, and our queue is fair where its busy handler is not.
    pub fn new(url: DatabaseUrl, connections: usize, wait: Duration) -> Self {
        let (read_mode, writers) = match url {
            DatabaseUrl::Sqlite(_) => (Mode::ReadOnly, 1),
            DatabaseUrl::Postgres(_) => (Mode::ReadWrite, connections),
        };
        let readers = Pool::new(url.clone(), read_mode, connections, wait);
        let writers = Pool::new(url.clone(), Mode::ReadWrite, writers, wait);
        Self(Arc::new(Inner { url, readers, writers }))
    }

    /// The address.
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Runs `query` on a connection that reads.
    ///
    /// # Errors
    /// Whatever `query` answered, or [`DbError::Busy`] when no connection became free in time.
    pub async fn read<T, E, F>(&self, query: F) -> Result<T, E>
    where
        F: FnOnce(&mut DbConn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let turn = self.0.readers.turn().await?;
        let inner = Arc::clone(&self.0);
        off_the_async_threads(move || inner.readers.with(turn, query)).await
    }

    /// Runs `work` in one write transaction, then `after` on the same connection once it is committed.
    ///
    /// # Errors
    /// Whatever `work` answered (everything is rolled back then), or [`DbError::Busy`].
    pub async fn write<T, E, F, A>(&self, work: F, after: A) -> Result<T, E>
    where
        F: FnOnce(&mut DbConn) -> Result<T, E> + Send + 'static,
        A: FnOnce(&mut DbConn, &T) + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + From<diesel::result::Error> + Send + 'static,
    {
        let turn = self.0.writers.turn().await?;
        let inner = Arc::clone(&self.0);
        off_the_async_threads(move || {
            inner.writers.with(turn, |conn| {
                let done = conn.write_transaction(work)?;
                after(conn, &done);
                Ok(done)
            })
        })
        .await
    }

    /// Runs `work` on the connection that writes, outside a transaction of ours: for migrations and backups.
    ///
    /// # Errors
    /// Whatever `work` answered, or [`DbError::Busy`].
    pub async fn on_writer<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut DbConn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let turn = self.0.writers.turn().await?;
        let inner = Arc::clone(&self.0);
        off_the_async_threads(move || inner.writers.with(turn, work)).await
    }

    /// Connections in use and the most there may be: readers, then writers.
    pub fn usage(&self) -> [(usize, usize); 2] {
        [self.0.readers.usage(), self.0.writers.usage()]
    }
}

/// Runs blocking work on the blocking pool with the caller's span.
async fn off_the_async_threads<T, E, F>(work: F) -> Result<T, E>
where
    F: FnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    let span = tracing::Span::current();
    match tokio::task::spawn_blocking(move || span.in_scope(work)).await {
        Ok(result) => result,
        Err(stopped) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
        Err(_) => Err(DbError::ShutDown.into()),
    }
}
