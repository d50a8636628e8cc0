//! `/operations`

use askama::Template;

use super::Overview;
use crate::settings::Transport;
use crate::web::{Answer, Shell, Visit, page};

#[derive(Template)]
#[template(path = "operations/templates/overview.html")]
struct OverviewPage {
    shell: Shell,
    overview: Overview,
    database: &'static str,
    transport: Transport,
}

impl OverviewPage {
    fn health(&self) -> Vec<(String, String)> {
        let say = |key: &str| self.shell.t(&format!("operations.{key}"));
        let migrated = if self.overview.migrated { "well" } else { "not_migrated" };
        let transport = match self.transport {
            Transport::File => "transport.file",
            Transport::Smtp => "transport.smtp",
            Transport::Off => "transport.off",
        };
        vec![
            (say("version"), env!("CARGO_PKG_VERSION").to_owned()),
            (say("database"), format!("{} – {}", self.database, say(migrated))),
            (say("mail_way"), say(transport)),
            (say("audit_events"), self.shell.number(self.overview.audit_events)),
            (say("audit_unsealed"), self.shell.number(self.overview.audit_unsealed)),
        ]
    }

    fn people(&self) -> Vec<(String, String)> {
        let number = |count: i64| self.shell.number(count);
        vec![
            (self.shell.t("operations.members"), number(self.overview.members)),
            (self.shell.t("operations.sessions"), number(self.overview.sessions)),
        ]
    }

    /// Every kind of thing: its name, and its states with how many are in each.
    fn things(&self) -> Vec<(String, Vec<(String, String)>)> {
        let table = |name: &str, prefix: &str, states: &[(String, i64)]| {
            let state = |(state, count): &(String, i64)| {
                (self.shell.t(&format!("{prefix}.{state}")), self.shell.number(*count))
            };
            (self.shell.t(&format!("operations.{name}")), states.iter().map(state).collect())
        };
        let mails: Vec<(String, i64)> =
            self.overview.mails.iter().map(|(state, count)| (state.to_string(), *count)).collect();
        vec![
            table("organizations", "accounts.status", &self.overview.organizations),
            table("challenges", "operations.challenge_status", &self.overview.challenges),
            table("solutions", "operations.solution_status", &self.overview.solutions),
            table("matches", "operations.match_state", &self.overview.matches),
            table("mails", "notices.mail_state", &mails),
        ]
    }
}

/// `GET /operations`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for all but the operator, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    visit.member()?;
    let overview = visit.read(super::overview).await?;
    let settings = visit.services().settings();
    let database = if settings.database.url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    let transport = settings.mail.transport;
    let shell = visit.shell("operations.title");
    page::html(200, &OverviewPage { shell, overview, database, transport })
}
