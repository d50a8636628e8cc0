//! The command line: one binary, `serve` unless told otherwise.

mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::settings::Settings;

/// Kakehashi: municipal challenges meet solutions.
#[derive(Debug, Parser)]
#[command(name = "kakehashi", version, about, max_term_width = 100)]
pub struct Cli {
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
}

/// Exit codes: done, failed, misuse.
pub const DONE: u8 = 0;
/// It was tried and failed.
pub const FAILED: u8 = 1;
/// It was asked for wrongly.
pub const MISUSE: u8 = 2;

/// Runs the command of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = match Settings::load(cli.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return fail(MISUSE, &error),
    };
    crate::telemetry::start(&settings.log);
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(settings),
    }
}

/// Says on stderr what went wrong.
pub fn fail(code: u8, error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("kakehashi: {error}");
    ExitCode::from(code)
}
