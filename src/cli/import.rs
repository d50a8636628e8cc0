//! `kakehashi import`: challenges or solutions from a spreadsheet, in somebody's name.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CommandError, Outcome, block_on, database, say};
use crate::accounts::{Locale, session};
use crate::failure::Failure;
use crate::fields::Email;
use crate::imports::{self, ImportKind, ImportStatus, ImportView};
use crate::policy::{Actor, Origin, Who};
use crate::services::Services;
use crate::settings::Settings;
use crate::web::{File, Problem};

/// What is imported, by whom.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// CSV (UTF-8 or Shift_JIS) or XLSX, with the headers of the template.
    file: PathBuf,
    /// What its rows become.
    #[arg(long)]
    kind: Kind,
    /// The mail address of the member in whose name it is done.
    #[arg(long = "as", value_name = "MAIL")]
    by: String,
    /// Only look the file through; nothing is made.
    #[arg(long)]
    dry_run: bool,
    /// Print what came of it as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Challenges,
    Solutions,
}

/// Runs the command, beside a running service or without one.
pub(super) fn run(settings: &Settings, args: &ImportArgs) -> Outcome {
    let cannot = |error| CommandError::Misuse(format!("{}: {error}", args.file.display()));
    let bytes = std::fs::read(&args.file).map_err(cannot)?;
    let email = Email::parse(&args.by);
    let email = email.map_err(|_| CommandError::Misuse(format!("--as: {} is no mail address", args.by)))?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = File { name, bytes: bytes.into() };
    let kind = match args.kind {
        Kind::Challenges => ImportKind::Challenges,
        Kind::Solutions => ImportKind::Solutions,
    };
    let view = block_on(import(settings, (kind, email, file), args.dry_run))?;
    if args.json {
        say(&serde_json::to_string_pretty(&view).map_err(CommandError::failed)?)?;
    } else {
        tell(&view)?;
    }
    match (view.problem_count, args.dry_run) {
        (0, _) => Ok(()),
        (count, _) => Err(CommandError::Failed(format!("nothing was imported: {count} to correct"))),
    }
}

async fn import(
    settings: &Settings,
    (kind, email, file): (ImportKind, Email, File),
    dry_run: bool,
) -> Result<ImportView, CommandError> {
    let services = database::services(settings).await?;
    let found = services.read(move |conn| session::at_the_command_line(conn, &email)).await;
    let member = match found {
        Err(Failure::NotFound) => {
            return Err(CommandError::Misuse("--as: nobody who may sign in has this address".to_owned()));
        }
        other => other.map_err(refused)?,
    };
    let actor = Actor { who: Who::Member(Box::new(member)), origin: Origin::default() };
    let id = imports::rehearse(&services, actor.clone(), kind, Some(file)).await.map_err(refused)?;
    let view = shown(&services, &actor, id).await?;
    if dry_run || view.problem_count > 0 {
        return Ok(view);
    }
    services.perform(actor.clone(), move |deed| imports::accept(deed, id)).await.map_err(refused)?;
    shown(&services, &actor, id).await
}

async fn shown(
    services: &Services,
    actor: &Actor,
    id: imports::ImportId,
) -> Result<ImportView, CommandError> {
    let actor = actor.clone();
    services.read(move |conn| imports::show(conn, &actor, id, Locale::En)).await.map_err(refused)
}

fn tell(view: &ImportView) -> Outcome {
    for one in &view.problems {
        let place = one.column.as_deref().unwrap_or("-");
        say(&format!("row {} column {place}: {}", one.row, one.detail))?;
    }
    match (view.status, view.problem_count) {
        (ImportStatus::Accepted, _) => say(&format!("{} drafts of {}", view.made.len(), view.kind)),
        (ImportStatus::Rehearsed, 0) => {
            say(&format!("{} rows, nothing to correct; nothing was made", view.rows))
        }
        (ImportStatus::Rehearsed, _) => Ok(()),
    }
}

/// What a refusal says, in a line.
fn refused(failure: Failure) -> CommandError {
    let problem = Problem::of(&failure, Locale::En, None);
    let fields: Vec<String> = problem.errors.into_iter().map(|field| field.detail).collect();
    CommandError::Failed(if fields.is_empty() { problem.detail } else { fields.join(" ") })
}
