//! Log lines on stderr, metrics on an address of their own.
//!
//! Never logged: passwords, tokens, mail bodies, whole mail addresses, query strings, request bodies.

mod endpoint;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::{Log, LogFormat};

pub use endpoint::{UPKEEP_EVERY, serve as serve_metrics, upkeep};

/// Starts logging; a second call in the same process changes nothing.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let started = match log.format {
        LogFormat::Text => registry
            .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false))
            .try_init(),
        LogFormat::Json => registry
            .with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr).flatten_event(true))
            .try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was already started");
    }
}

/// A mail address as it may stand in a log: `t***@city.example.jp`.
pub fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((user, domain)) => format!("{}***@{domain}", user.chars().next().unwrap_or('?')),
        None => "***".to_owned(),
    }
}
