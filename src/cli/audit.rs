//! `kakehashi audit verify`

use clap::Subcommand;

use super::{CommandError, Outcome, block_on, database, say};
use crate::audit;
use crate::settings::Settings;

/// The audit trail.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Find any event that was altered, removed (also the newest) or moved, and say which.
    Verify {
        /// Print the result as JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(settings: &Settings, command: &AuditCommand) -> Outcome {
    let AuditCommand::Verify { json } = command;
    let for_reading = settings.clone();
    let report = block_on(async move {
        let services = database::services(&for_reading).await?;
        let read = services.read(move |conn| audit::verify(conn, &for_reading)).await;
        read.map_err(CommandError::failed)
    })?;
    if *json {
        let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        let document = serde_json::json!({
            "events": report.links, "waiting": report.waiting, "intact": findings.is_empty(), "findings": findings,
        });
        say(&document.to_string())?;
    } else {
        for finding in &report.findings {
            say(&finding.to_string())?;
        }
        say(&format!("{} sealed events, {} waiting to be sealed", report.links, report.waiting))?;
    }
    if report.findings.is_empty() {
        Ok(())
    } else {
        Err(CommandError::Failed(format!(
            "the audit trail is not intact: {} finding(s)",
            report.findings.len()
        )))
    }
}
