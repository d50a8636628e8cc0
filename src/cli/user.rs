//! `kakehashi user create-operator` and `create-bureau`: the first admins, whom nobody can invite.

use std::io::BufRead as _;

use clap::{Args, Subcommand};

use super::{CommandError, Outcome, block_on, database, say};
use crate::accounts::passwords::NewPassword;
use crate::accounts::{self, Locale, MemberStatus, NewMember, OrganizationId, Role};
use crate::failure::Failure;
use crate::fields::{Email, Invalid, line};
use crate::locales;
use crate::policy::Actor;
use crate::reference::Bureau;
use crate::settings::Settings;

/// Accounts of those who run the service.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add an admin of the operator; the password is the first line of stdin.
    CreateOperator(Person),
    /// Add an admin of a regional bureau; the password is the first line of stdin.
    CreateBureau {
        /// The bureau, e.g. hokkaido (see GET /api/v1/reference/bureaus).
        #[arg(long)]
        bureau: String,
        #[command(flatten)]
        person: Person,
    },
}

/// Who.
#[derive(Debug, Args)]
pub(super) struct Person {
    /// The mail address to sign in with.
    #[arg(long)]
    email: String,
    /// The person's name.
    #[arg(long)]
    name: String,
}

/// Runs the command, beside a running service or without one.
pub(super) fn run(settings: &Settings, command: UserCommand) -> Outcome {
    let (bureau, person) = match command {
        UserCommand::CreateOperator(person) => (None, person),
        UserCommand::CreateBureau { bureau, person } => {
            (Some(Bureau::parse(&bureau).map_err(|invalid| misuse("--bureau", &invalid))?), person)
        }
    };
    let email = Email::parse(&person.email).map_err(|invalid| misuse("--email", &invalid))?;
    let name = line(&person.name, 100).map_err(|invalid| misuse("--name", &invalid))?;
    let organization = bureau.map_or("", Bureau::name_ja);
    let password = NewPassword::parse(&first_line_of_stdin()?, &[email.as_str(), organization])
        .map_err(|invalid| misuse("password", &invalid))?;
    block_on(create(settings, bureau, email.clone(), name, password))?;
    let whose = bureau.map_or_else(|| "operator".to_owned(), |bureau| format!("bureau {bureau}"));
    say(&format!("{email} is an admin of the {whose}"))
}

async fn create(
    settings: &Settings,
    bureau: Option<Bureau>,
    email: Email,
    name: String,
    password: NewPassword,
) -> Outcome {
    let services = database::services(settings).await?;
    accounts::seed(&services).await.map_err(failed)?;
    let password = password.hash().await.map_err(failed)?;
    let new = NewMember { email, name, department: None, locale: Locale::Ja, role: Role::Admin, password };
    let added = services.perform(Actor::command_line(), move |deed| {
        let organization: OrganizationId = match bureau {
            Some(bureau) => accounts::bureau(deed.conn(), bureau)?,
            None => accounts::OPERATOR,
        };
        accounts::add_member(deed, organization, &new, MemberStatus::Active)
    });
    added.await.map(|_| ()).map_err(failed)
}

/// Without its line end, otherwise exactly as typed.
fn first_line_of_stdin() -> Result<String, CommandError> {
    let mut text = String::new();
    std::io::stdin().lock().read_line(&mut text).map_err(CommandError::failed)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn misuse(what: &str, invalid: &Invalid) -> CommandError {
    CommandError::Misuse(format!("{what}: {}", locales::rule(Locale::En, invalid)))
}

fn failed(failure: Failure) -> CommandError {
    match failure {
        Failure::Conflict(code) => {
            CommandError::Failed(locales::text(Locale::En, &format!("problem.conflict.{code}"), &[]))
        }
        other => CommandError::failed(other),
    }
}
