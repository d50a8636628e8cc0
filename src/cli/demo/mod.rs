//! `kakehashi demo`: a world to play in.

mod accounts;
mod calls;
mod files;
mod following;
mod people;
mod rounds;
mod seeds;
mod walk;
mod world;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

use clap::Args;

use super::serve::{StopSignal, announce, until_stopped};
use super::{CommandError, Outcome, block_on, database};
use crate::accounts::Locale;
use crate::app::Application;
use crate::clock::Clock;
use crate::locales;
use crate::settings::{Demonstration, Settings, Transport};

/// The file that says that a folder was made by this command, and is whole.
const MARK: &str = "made-by-kakehashi-demo";

/// How the demonstration is started.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Address to listen on; loopback only.
    #[arg(long, value_name = "ADDR")]
    bind: Option<String>,
    /// Make the world anew, forgetting what was done in it.
    #[arg(long)]
    fresh: bool,
}

/// Makes the world (or takes the one of last time), walks the main job, prints the sign-ins, serves.
pub(super) fn run(settings: Settings, args: &DemoArgs) -> Outcome {
    let settings = settings_of(settings, args)?;
    block_on(demonstrate(settings, args.fresh))
}

/// Keeps to `{paths.var}/demo` whatever the other settings say: real databases and mail servers are left alone.
fn settings_of(mut settings: Settings, args: &DemoArgs) -> Result<Settings, CommandError> {
    if let Some(bind) = &args.bind {
        settings.server.bind.clone_from(bind);
    }
    let address: SocketAddr = settings.server.bind.parse().map_err(|_| {
        CommandError::Misuse(format!("{} is no address such as 127.0.0.1:8080", settings.server.bind))
    })?;
    if !address.ip().is_loopback() {
        return Err(CommandError::Misuse("the demonstration listens on loopback addresses only".to_owned()));
    }
    settings.paths.var = settings.paths.var.join("demo");
    settings.server.public_url = String::new();
    settings.database.url = String::new();
    settings.mail.transport = Transport::File;
    settings.mail.dir = std::path::PathBuf::new();
    settings.demonstration = Some(Demonstration {
        sign_ins: accounts::ALL.iter().map(|sign_in| (sign_in.role, sign_in.email)).collect(),
        password: accounts::PASSWORD,
    });
    settings.checked().map_err(|error| CommandError::Misuse(error.to_string()))
}

async fn demonstrate(settings: Settings, fresh: bool) -> Outcome {
    let stop = StopSignal::listen()?;
    let made = prepare(&settings, fresh).await?;
    let mails = settings.mail.dir.clone();
    let application = Application::build(settings, Clock::system()).await.map_err(CommandError::failed)?;
    let origin = format!("http://{}", application.address());
    if made {
        let walked = origin.clone();
        actix_web::rt::spawn(async move {
            let outcome = walk::walk(&walked, &mails, &mut std::io::stdout()).await;
            if let Err(error) = outcome.map_err(CommandError::failed).and_then(|()| print_sign_ins(&walked)) {
                tracing::error!(%error, "the walk stopped");
            }
        });
    } else {
        print_sign_ins(&origin)?;
    }
    announce(&application)?;
    until_stopped(application, stop).await
}

/// Whether a world was made; the one of last time is used otherwise.
async fn prepare(settings: &Settings, fresh: bool) -> Result<bool, CommandError> {
    let folder = &settings.paths.var;
    let mark = folder.join(MARK);
    print(&say("demo.intro", &[]))?;
    if mark.exists() && !fresh {
        print(&say("demo.kept", &[]))?;
        return Ok(false);
    }
    clear(folder, &mark)?;
    let services = database::services(settings).await?;
    crate::accounts::seed(&services).await.map_err(CommandError::failed)?;
    let made = world::make(&services).await.map_err(CommandError::failed)?;
    std::fs::write(&mark, "").map_err(CommandError::failed)?;
    let values = [
        ("challenges", made.challenges.to_string()),
        ("solutions", made.solutions.to_string()),
        ("deployments", made.deployments.to_string()),
    ];
    print(&say("demo.made", &values))?;
    Ok(true)
}

/// Empties a folder this command made, whole or half; refuses any other that holds something.
fn clear(folder: &Path, mark: &Path) -> Outcome {
    let begun = folder.join(format!("{MARK}.begun"));
    let holds_something = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something {
        if !mark.exists() && !begun.exists() {
            let refusal =
                format!("{} holds something that `demo` did not make; move it away", folder.display());
            return Err(CommandError::Failed(refusal));
        }
        std::fs::remove_dir_all(folder).map_err(CommandError::failed)?;
    }
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&begun, "")).map_err(CommandError::failed)
}

fn print_sign_ins(origin: &str) -> Outcome {
    print(&format!("\n{}", say("demo.sign_ins", &[])))?;
    for sign_in in accounts::ALL {
        print(&format!("  {:<24} {}", sign_in.email, say(sign_in.role, &[])))?;
    }
    print(&format!("  {} {}", say("demo.password", &[]), accounts::PASSWORD))?;
    print(&format!("  {origin}\n"))
}

fn say(key: &str, values: &[(&str, String)]) -> String {
    locales::text(Locale::Ja, key, values)
}

fn print(line: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(CommandError::failed)
}
