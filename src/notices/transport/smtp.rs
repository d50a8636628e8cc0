//! Through an SMTP server.

use std::time::Duration;

use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport as _};

use super::address::{Security, SmtpAddress, Unusable};
use crate::notices::retry::{SendError, speaks_of_the_recipient};

/// How long the server may take for one answer. Many scan a message before they answer DATA.
const PATIENCE: Duration = Duration::from_secs(60);
/// Connections kept open, as many as there are senders.
const CONNECTIONS: u32 = 4;

/// The server and the connections to it.
pub(super) struct Relay(SmtpTransport);

impl Relay {
    pub(super) fn new(address: &SmtpAddress) -> Result<Self, Unusable> {
        let parameters = || {
            TlsParameters::new(address.host.clone())
                .map_err(|_| Unusable("the host is no name TLS can check"))
        };
        let tls = match address.security {
            Security::FromTheStart => Tls::Wrapper(parameters()?),
            Security::Required => Tls::Required(parameters()?),
            Security::WhenOffered => Tls::Opportunistic(parameters()?),
            Security::None => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(address.host.clone())
            .port(address.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS));
        if let Some((user, password)) = &address.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self(builder.build()))
    }

    /// One message, one envelope, one recipient.
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        let error = match self.0.send(message) {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let cause = cause(&error);
        match error.status() {
            Some(code) if speaks_of_the_recipient(u16::from(code)) => Err(SendError::Refused(cause)),
            _ => Err(SendError::Failed(cause)),
        }
    }
}

/// The error and what caused it, on one line.
fn cause(error: &lettre::transport::smtp::Error) -> String {
    use std::error::Error as _;
    let mut cause = error.to_string();
    let mut source = error.source();
    while let Some(deeper) = source {
        let text = deeper.to_string();
        if !cause.contains(&text) {
            cause = format!("{cause}: {text}");
        }
        source = deeper.source();
    }
    cause.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}
