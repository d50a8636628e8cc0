//! The settings: `config/default.toml` < `--config FILE` < environment.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::db::DatabaseUrl;
use crate::notices::SmtpAddress;

const DEFAULTS: &str = include_str!("../config/default.toml");

/// Everything that can be set; each field is explained in `config/default.toml`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The HTTP server.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// Outgoing mail.
    pub mail: Mail,
    /// Folders.
    pub paths: Paths,
    /// The metrics endpoint.
    pub metrics: Metrics,
    /// Logs.
    pub log: Log,
    /// Rate limits.
    pub limits: Limits,
    /// Sessions and tokens.
    pub accounts: Accounts,
    /// Matches.
    pub matches: Matches,
    /// The desks of bureaus.
    pub moderation: Moderation,
    /// What `kakehashi demo` shows; no file and no environment can ask for it.
    #[serde(skip)]
    pub demonstration: Option<Demonstration>,
}

/// Sign-ins that a demonstration offers to whoever opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demonstration {
    /// Key of the role in the locale files, and the mail address.
    pub sign_ins: Vec<(&'static str, &'static str)>,
    /// The password of all of them, which is printed in the terminal as well.
    pub password: &'static str,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address to listen on.
    pub bind: String,
    /// Address people reach.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Largest JSON body, bytes.
    pub max_body_bytes: usize,
    /// Seconds to finish requests in flight.
    pub shutdown_seconds: u64,
}

/// `[database]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// The address, empty for the SQLite file in `paths.var`.
    pub url: String,
    /// Connections of each pool.
    pub connections: usize,
    /// Seconds to wait for one.
    pub wait_seconds: u64,
}

/// How mails leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// One `.eml` file per mail.
    File,
    /// Through an SMTP server.
    Smtp,
    /// Not at all; they stay queued.
    Off,
}

/// `[mail]`
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// How mails leave.
    pub transport: Transport,
    /// Folder of the file transport, empty for `{paths.var}/mail`.
    pub dir: PathBuf,
    /// The SMTP server; may hold a password, so it is never logged.
    pub smtp_url: String,
    /// Sender.
    pub from: String,
    /// Attempts before a mail is dead.
    pub attempts: i32,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("transport", &self.transport)
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

/// `[paths]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Paths {
    /// Keys, database, uploads, mails.
    pub var: PathBuf,
}

/// `[metrics]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Address of the endpoint, empty for none.
    pub bind: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// Which lines.
    pub filter: String,
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Signed-in requests a second and member.
    pub member_per_second: u32,
    /// How many of them may come at once.
    pub member_burst: u32,
    /// Anonymous requests a second and address.
    pub address_per_second: u32,
    /// How many of them may come at once.
    pub address_burst: u32,
    /// Sign-ups a minute and address.
    pub sign_ups_per_minute: u32,
}

/// `[accounts]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Minutes an access token lives.
    pub access_token_minutes: i64,
    /// Days without use after which a session ends.
    pub session_idle_days: i64,
    /// Days after which a session ends in any case.
    pub session_days: i64,
}

/// `[matches]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Matches {
    /// The score, 0 to 1, from which a new pair is worth a message.
    pub announce_least_score: f64,
}

/// `[moderation]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Moderation {
    /// Seconds in which an act of a desk can be taken back, and for which its messages wait.
    pub undo_seconds: i64,
    /// Days within which whatever waits at a desk is promised an answer.
    pub promised_days: i64,
}

/// Why the settings cannot be used. The text is for whoever starts the service.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file or an environment value does not fit; says which key.
    #[error("{0}")]
    Unreadable(#[from] config::ConfigError),
    /// A value is readable but not usable.
    #[error("{key}: {problem}")]
    Unusable {
        /// The key, `section.name`.
        key: &'static str,
        /// What is wrong and what to write instead.
        problem: String,
    },
}

fn unusable(key: &'static str, problem: impl Into<String>) -> SettingsError {
    SettingsError::Unusable { key, problem: problem.into() }
}

impl Settings {
    /// Reads the settings from the defaults, an optional file and the process's environment.
    ///
    /// # Errors
    /// [`SettingsError`] naming the key.
    pub fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        let environment = config::Environment::with_prefix("KAKEHASHI")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("server.trusted_proxies");
        let mut builder =
            config::Config::builder().add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let settings: Self = builder.add_source(environment).build()?.try_deserialize()?;
        settings.checked()
    }

    /// Fills what depends on other keys and refuses what cannot work.
    ///
    /// # Errors
    /// [`SettingsError::Unusable`] naming the key.
    pub fn checked(mut self) -> Result<Self, SettingsError> {
        if self.database.url.is_empty() {
            self.database.url = format!("sqlite:{}", self.paths.var.join("kakehashi.db").display());
        }
        if self.mail.dir.as_os_str().is_empty() {
            self.mail.dir = self.paths.var.join("mail");
        }
        DatabaseUrl::parse(&self.database.url).map_err(|_| {
            unusable(
                "database.url",
                "must begin with sqlite: or postgres://, for example sqlite:var/kakehashi.db",
            )
        })?;
        if !(1..=64).contains(&self.database.connections) {
            return Err(unusable("database.connections", "must be from 1 to 64"));
        }
        if self.mail.transport == Transport::Smtp {
            SmtpAddress::parse(&self.mail.smtp_url)
                .map_err(|problem| unusable("mail.smtp_url", problem.to_string()))?;
        }
        if !(1..=50).contains(&self.mail.attempts) {
            return Err(unusable("mail.attempts", "must be from 1 to 50"));
        }
        self.mail.from.parse::<lettre::message::Mailbox>().map_err(|_| {
            unusable("mail.from", "must be an address such as Kakehashi <no-reply@kakehashi.example>")
        })?;
        for (key, value) in [
            ("limits.member_per_second", self.limits.member_per_second),
            ("limits.member_burst", self.limits.member_burst),
            ("limits.address_per_second", self.limits.address_per_second),
            ("limits.address_burst", self.limits.address_burst),
            ("limits.sign_ups_per_minute", self.limits.sign_ups_per_minute),
        ] {
            if value == 0 {
                return Err(unusable(key, "must be at least 1"));
            }
        }
        if !(0.0..=1.0).contains(&self.matches.announce_least_score) {
            return Err(unusable("matches.announce_least_score", "must be from 0 to 1"));
        }
        if !(0..=600).contains(&self.moderation.undo_seconds) {
            return Err(unusable("moderation.undo_seconds", "must be from 0 to 600"));
        }
        if !(1..=365).contains(&self.moderation.promised_days) {
            return Err(unusable("moderation.promised_days", "must be from 1 to 365"));
        }
        self.check_public_url()?;
        Ok(self)
    }

    /// The public address, made from the bound address when none is set. Without a slash at the end.
    pub fn public_url(&self, bound: &str) -> String {
        if self.server.public_url.is_empty() {
            format!("http://{bound}")
        } else {
            self.server.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// Plain http is for loopback only: tokens and passwords would cross the network in the clear.
    fn check_public_url(&self) -> Result<(), SettingsError> {
        let refused =
            || unusable("server.public_url", "must be https://HOST, or http:// on a loopback address");
        if self.server.public_url.is_empty() {
            // The links in mails are made from the bound address then.
            let bound: Option<SocketAddr> = self.server.bind.parse().ok();
            return match bound {
                Some(address) if !address.ip().is_loopback() => Err(refused()),
                _ => Ok(()),
            };
        }
        let url = url::Url::parse(&self.server.public_url).map_err(|_| refused())?;
        let loopback = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => Ok(()),
            "http" if loopback => Ok(()),
            _ => Err(refused()),
        }
    }
}
