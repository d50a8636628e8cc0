//! `kakehashi backup FILE` and `kakehashi restore FILE`, for SQLite.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{CommandError, Outcome, say};
use crate::db::{DatabaseUrl, copy};
use crate::settings::Settings;

/// Where the copy goes.
#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// A file that does not exist yet.
    file: PathBuf,
}

/// Where the copy comes from.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// A file made by `kakehashi backup`.
    file: PathBuf,
}

/// Copies the database while it is in use; the copy appears under its name only when it is whole and checked.
pub(super) fn backup(settings: &Settings, args: &BackupArgs) -> Outcome {
    let source = sqlite_file(settings, "backup", "pg_dump --format=custom")?;
    if args.file.exists() {
        return Err(CommandError::Misuse(format!("{} exists; name a new file", args.file.display())));
    }
    if !source.exists() {
        return Err(CommandError::Failed(format!("there is no database at {}", source.display())));
    }
    copy::backup(&source, &args.file).map_err(CommandError::failed)?;
    say(&format!("backed up {} to {}", source.display(), args.file.display()))
}

/// Puts a checked copy in the place of the database. The database that was there is kept beside it. Mails that
/// the backup held unsent are parked, for some of them went out after it was made.
pub(super) fn restore(settings: &Settings, args: &RestoreArgs) -> Outcome {
    let target = sqlite_file(settings, "restore", "pg_restore")?;
    if !args.file.exists() {
        return Err(CommandError::Misuse(format!("there is no file {}", args.file.display())));
    }
    crate::app::prepare_var(settings).map_err(CommandError::failed)?;
    let restored = copy::restore(&args.file, &target).map_err(CommandError::failed)?;
    if let Some(kept) = restored.kept {
        say(&format!("the database that was there is kept as {}", kept.display()))?;
    }
    say(&format!(
        "restored {} from {}; {} unsent mails are parked until an operator releases them",
        target.display(),
        args.file.display(),
        restored.parked
    ))
}

fn sqlite_file(settings: &Settings, verb: &str, instead: &str) -> Result<PathBuf, CommandError> {
    match DatabaseUrl::parse(&settings.database.url) {
        Ok(DatabaseUrl::Sqlite(path)) => Ok(Path::new(&path).to_path_buf()),
        Ok(DatabaseUrl::Postgres(_)) => Err(CommandError::Misuse(format!(
            "{verb} is for SQLite; on PostgreSQL use {instead} (pg_dump, pg_restore)"
        ))),
        Err(error) => Err(CommandError::Misuse(error.to_string())),
    }
}
