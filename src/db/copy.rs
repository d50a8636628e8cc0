//! Copying a SQLite database while it is in use, and putting a copy back.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::schema::mails;
use super::{DatabaseUrl, DbConn, DbError, Mode};

/// Why a copy was not made or put back.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A file could not be written or moved.
    #[error("{path}: {cause}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is no database of ours, or damaged.
    #[error("{path} is not a whole Kakehashi database: {finding}")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite found.
        finding: String,
    },
    /// The service holds the database.
    #[error("{path} is in use; stop the service first")]
    InUse {
        /// Which file.
        path: PathBuf,
    },
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// Where the database that was there is kept.
    pub kept: Option<PathBuf>,
    /// Unsent mails laid aside.
    pub parked: usize,
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> CopyError {
    let path = path.to_path_buf();
    move |cause| CopyError::Io { path, cause }
}

/// Writes a consistent copy of `source` to `target` (`VACUUM INTO`: readers and the writer go on), checks it,
/// and only then gives it its name.
///
/// # Errors
/// [`CopyError`]; nothing stands at `target` then.
pub fn backup(source: &Path, target: &Path) -> Result<(), CopyError> {
    let aside = beside(target, "partial");
    remove_if_there(&aside)?;
    let mut conn = DbConn::open(&DatabaseUrl::Sqlite(source.to_path_buf()), Mode::ReadOnly)?;
    // VACUUM INTO writes a file, not this database; query_only would forbid it all the same.
    conn.batch_execute("PRAGMA query_only = OFF").map_err(DbError::from)?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(aside.to_string_lossy().into_owned())
        .execute(&mut conn)
        .map_err(DbError::from)?;
    drop(conn);
    check(&aside)?;
    let file = std::fs::File::open(&aside).map_err(io(&aside))?;
    // It holds what the database holds: password hashes, keys, addresses.
    file.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(io(&aside))?;
    file.sync_all().map_err(io(&aside))?;
    std::fs::rename(&aside, target).map_err(io(target))?;
    sync_folder(target)
}

/// Puts a checked copy of `source` in the place of `target`. What stood there is renamed, not deleted.
///
/// # Errors
/// [`CopyError`]; `target` is as it was then.
pub fn restore(source: &Path, target: &Path) -> Result<Restored, CopyError> {
    check(source)?;
    let aside = beside(target, "restoring");
    for leftover in [aside.clone(), with_suffix(&aside, "-wal"), with_suffix(&aside, "-shm")] {
        remove_if_there(&leftover)?;
    }
    std::fs::copy(source, &aside).map_err(io(&aside))?;
    let parked = park_unsent(&aside)?;
    let kept = if target.exists() { Some(lay_aside(target)?) } else { None };
    std::fs::rename(&aside, target).map_err(io(target))?;
    sync_folder(target)?;
    Ok(Restored { kept, parked })
}

/// Migrates the copy and parks what it holds unsent, then folds its log into the file.
fn park_unsent(copy: &Path) -> Result<usize, CopyError> {
    let mut conn = DbConn::open(&DatabaseUrl::Sqlite(copy.to_path_buf()), Mode::ReadWrite)?;
    conn.migrate()?;
    let unsent = mails::table.filter(mails::state.eq_any(["queued", "sending", "failed"]));
    let parked =
        diesel::update(unsent).set(mails::state.eq("parked")).execute(&mut conn).map_err(DbError::from)?;
    conn.batch_execute("PRAGMA journal_mode = DELETE").map_err(DbError::from)?;
    Ok(parked)
}

/// Makes sure that nobody holds the database, folds its log in, and renames it.
fn lay_aside(target: &Path) -> Result<PathBuf, CopyError> {
    let in_use = || CopyError::InUse { path: target.to_path_buf() };
    let mut conn = SqliteConnection::establish(&target.to_string_lossy()).map_err(DbError::from)?;
    // Leaving WAL needs the file to oneself: it fails while any other connection is open.
    let exclusive = conn
        .batch_execute("PRAGMA busy_timeout = 500; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT")
        .and_then(|()| journal_mode(&mut conn));
    if !exclusive.is_ok_and(|mode| mode == "delete") {
        return Err(in_use());
    }
    drop(conn);
    let kept =
        (0_u32..).map(|n| with_suffix(target, &format!(".before-restore-{n}"))).find(|path| !path.exists());
    let kept = kept.ok_or_else(in_use)?;
    std::fs::rename(target, &kept).map_err(io(&kept))?;
    Ok(kept)
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

fn journal_mode(conn: &mut SqliteConnection) -> QueryResult<String> {
    diesel::sql_query("PRAGMA journal_mode").get_result::<JournalMode>(conn).map(|row| row.journal_mode)
}

#[derive(QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Whether a file is a whole database with our tables in it.
fn check(path: &Path) -> Result<(), CopyError> {
    let damaged = |finding: String| CopyError::Damaged { path: path.to_path_buf(), finding };
    let mut conn =
        SqliteConnection::establish(&path.to_string_lossy()).map_err(|error| damaged(error.to_string()))?;
    let findings: Vec<Finding> = diesel::sql_query("PRAGMA integrity_check")
        .load(&mut conn)
        .map_err(|error| damaged(error.to_string()))?;
    if let Some(finding) = findings.into_iter().find(|finding| finding.integrity_check != "ok") {
        return Err(damaged(finding.integrity_check));
    }
    diesel::sql_query("SELECT 1 FROM __diesel_schema_migrations, audit_events LIMIT 1")
        .execute(&mut conn)
        .map(|_| ())
        .map_err(|error| damaged(error.to_string()))
}

fn beside(path: &Path, what: &str) -> PathBuf {
    with_suffix(path, &format!(".{what}"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove_if_there(path: &Path) -> Result<(), CopyError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CopyError::Io { path: path.to_path_buf(), cause: error }),
    }
}

/// Makes a rename survive a loss of power.
fn sync_folder(path: &Path) -> Result<(), CopyError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(folder))
}
