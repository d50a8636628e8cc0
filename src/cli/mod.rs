//! The command line: one binary, `serve` unless told otherwise.

mod audit;
mod backup;
mod bench_data;
mod database;
mod demo;
mod evaluate;
mod import;
mod rank;
mod serve;
mod settings;
mod table;
mod user;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::settings::Settings;

/// Kakehashi (架け橋) connects municipal challenges, posted with their budgets, with solutions.
#[derive(Debug, Parser)]
#[command(name = "kakehashi", version, about, max_term_width = 100)]
struct Cli {
    /// Settings file (TOML) over the built-in defaults; the environment overrides both.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve (the default): migrates, seeds reference data, listens.
    Serve,
    /// Serve a believable world to play in, walk the main job once, print one sign-in per role.
    Demo(demo::DemoArgs),
    /// Bring the database up to date and end.
    Migrate,
    /// Copy the running or stopped SQLite database to FILE, consistent and checked.
    Backup(backup::BackupArgs),
    /// Put the database back from a backup; the service must be stopped.
    Restore(backup::RestoreArgs),
    /// Make drafts of challenges or solutions from a spreadsheet, or say what is wrong with it.
    Import(import::ImportArgs),
    /// Accounts of those who run the service.
    #[command(subcommand)]
    User(user::UserCommand),
    /// The audit trail.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Measure the ranking on a collection of judged challenges and solutions.
    Evaluate(evaluate::EvaluateArgs),
    /// Rank the solutions of a collection for one challenge, with reasons.
    Rank(rank::RankArgs),
    /// Write an invented world of any size, to measure with or to try things out.
    BenchData(bench_data::BenchDataArgs),
    /// Print the OpenAPI description.
    Openapi,
    /// The settings in force.
    #[command(subcommand)]
    Config(settings::ConfigCommand),
}

/// It was tried and failed.
const FAILED: u8 = 1;
/// It was asked for wrongly.
const MISUSE: u8 = 2;

/// Why a command did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    /// Exit code 1.
    #[error("{0}")]
    Failed(String),
    /// Exit code 2.
    #[error("{0}")]
    Misuse(String),
}

impl CommandError {
    fn failed(cause: impl std::fmt::Display) -> Self {
        Self::Failed(cause.to_string())
    }
}

type Outcome = Result<(), CommandError>;

/// Runs the command of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = match Settings::load(cli.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return exit(Err(CommandError::Misuse(error.to_string()))),
    };
    let command = cli.command.unwrap_or(Command::Serve);
    crate::telemetry::start(&settings.log);
    exit(run(command, settings))
}

fn run(command: Command, settings: Settings) -> Outcome {
    match command {
        Command::Serve => serve::run(settings),
        Command::Demo(args) => demo::run(settings, &args),
        Command::Migrate => database::migrate(&settings),
        Command::Backup(args) => backup::backup(&settings, &args),
        Command::Restore(args) => backup::restore(&settings, &args),
        Command::Import(args) => import::run(&settings, &args),
        Command::User(command) => user::run(&settings, command),
        Command::Audit(command) => audit::run(&settings, &command),
        Command::Evaluate(args) => evaluate::run(&settings, &args, &mut std::io::stdout().lock()),
        Command::Rank(args) => rank::run(&args, &mut std::io::stdout().lock()),
        Command::BenchData(args) => bench_data::run(&args),
        Command::Openapi => openapi(),
        Command::Config(command) => settings::run(&settings, &command),
    }
}

fn exit(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kakehashi: {error}");
            ExitCode::from(match error {
                CommandError::Failed(_) => FAILED,
                CommandError::Misuse(_) => MISUSE,
            })
        }
    }
}

fn openapi() -> Outcome {
    let document = crate::openapi::document().to_pretty_json().map_err(CommandError::failed)?;
    say(&document)
}

/// Prints a line on stdout.
fn say(line: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(CommandError::failed)
}

/// Runs one asynchronous command.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}
