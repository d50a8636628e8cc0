//! `kakehashi config check` and `config show`

use clap::Subcommand;

use super::{CommandError, Outcome, say};
use crate::settings::Settings;

/// The settings in force.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say whether the settings can be used.
    Check,
    /// Print them as TOML, passwords masked.
    Show,
}

pub(super) fn run(settings: &Settings, command: &ConfigCommand) -> Outcome {
    match command {
        // Unusable settings were refused before any command ran.
        ConfigCommand::Check => say("the settings can be used"),
        ConfigCommand::Show => {
            let mut shown = settings.clone();
            shown.database.url = masked(&shown.database.url);
            shown.mail.smtp_url = masked(&shown.mail.smtp_url);
            say(&toml::to_string_pretty(&shown).map_err(CommandError::failed)?)
        }
    }
}

/// An address with its password hidden.
fn masked(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(mut parsed) if parsed.password().is_some() => match parsed.set_password(Some("***")) {
            Ok(()) => parsed.to_string(),
            Err(()) => "***".to_owned(),
        },
        _ => address.to_owned(),
    }
}
