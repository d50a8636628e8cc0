//! One connection, whichever engine is behind it.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{DatabaseUrl, DbError};

/// A connection to either engine. Opened by [`DbConn::open`] only.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// `busy_timeout` comes first, so that the switch to WAL itself can wait for a lock. `synchronous = FULL`
/// because what was acknowledged must survive a loss of power.
const SQLITE_SETUP: &str = "\
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16000;
    PRAGMA journal_size_limit = 67108864;";

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Queries only; SQLite refuses writes on it.
    ReadOnly,
    /// Queries and writes.
    ReadWrite,
}

impl DbConn {
    /// Opens a connection and sets it up.
    ///
    /// # Errors
    /// [`DbError::Connect`] when the database cannot be reached, [`DbError::Query`] when the set-up fails.
    pub fn open(url: &DatabaseUrl, mode: Mode) -> Result<Self, DbError> {
        match url {
            DatabaseUrl::Postgres(address) => {
                let mut conn = PgConnection::establish(address)?;
                conn.batch_execute(
                    "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET statement_timeout = '30s'",
                )?;
                Ok(Self::Postgres(conn))
            }
            DatabaseUrl::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                conn.batch_execute(SQLITE_SETUP)?;
                if mode == Mode::ReadOnly {
                    conn.batch_execute("PRAGMA query_only = ON")?;
                }
                Ok(Self::Sqlite(conn))
            }
        }
    }

    /// Brings the tables up to date and names the migrations that ran.
    ///
    /// # Errors
    /// [`DbError::Migration`] when one fails; the earlier ones stay.
    pub fn migrate(&mut self) -> Result<Vec<String>, DbError> {
        // Two nodes may start at once: one migrates, the other waits and finds nothing left to do.
        if let Self::Postgres(conn) = self {
            conn.batch_execute("SELECT pg_advisory_lock(7316022511)")?;
        }
        let done = match self {
            Self::Postgres(conn) => conn.run_pending_migrations(POSTGRES_MIGRATIONS).map(names),
            Self::Sqlite(conn) => conn.run_pending_migrations(SQLITE_MIGRATIONS).map(names),
        };
        if let Self::Postgres(conn) = self {
            conn.batch_execute("SELECT pg_advisory_unlock(7316022511)")?;
        }
        done.map_err(DbError::Migration)
    }

    /// Whether every migration this binary knows has run.
    ///
    /// # Errors
    /// [`DbError::Migration`] when the list cannot be read.
    pub fn is_migrated(&mut self) -> Result<bool, DbError> {
        let pending = match self {
            Self::Postgres(conn) => conn.has_pending_migration(POSTGRES_MIGRATIONS),
            Self::Sqlite(conn) => conn.has_pending_migration(SQLITE_MIGRATIONS),
        };
        pending.map(|pending| !pending).map_err(DbError::Migration)
    }

    /// Runs `work` in one transaction that may write.
    ///
    /// `BEGIN IMMEDIATE` on SQLite takes the write lock at once, so that a transaction that reads first cannot
    /// fail half-way with "database is locked" (measured: 74 of 100 did, see docs/decisions/0002).
    ///
    /// # Errors
    /// Whatever `work` answered, after a rollback, or the failure of the commit.
    pub fn write_transaction<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<diesel::result::Error>,
    {
        type Manager = <DbConn as Connection>::TransactionManager;
        match self {
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn)?,
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
        }
        match work(self) {
            Ok(value) => {
                Manager::commit_transaction(self)?;
                Ok(value)
            }
            Err(error) => match Manager::rollback_transaction(self) {
                Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(error),
                Err(rollback) => Err(rollback.into()),
            },
        }
    }
}

fn names(versions: Vec<diesel::migration::MigrationVersion<'_>>) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}
