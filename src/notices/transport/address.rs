//! `mail.smtp_url`: where the SMTP server is and how safe the way to it must be.

use std::net::IpAddr;

use url::{Host, Url};

/// Why a mail setting cannot be used. Never holds a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub &'static str);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS before the first word (`smtps://`).
    FromTheStart,
    /// STARTTLS, or nothing is sent.
    Required,
    /// STARTTLS when the server offers it.
    WhenOffered,
    /// In the clear.
    None,
}

/// An SMTP server: `smtp://[user:password@]host[:port][?tls=required|opportunistic|none]` or `smtps://…`.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpAddress {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<(String, String)>,
}

impl SmtpAddress {
    /// Reads an address. Mail crosses networks encrypted unless the settings say otherwise in so many words, and
    /// a password never crosses one in the clear.
    ///
    /// # Errors
    /// [`Unusable`], saying what to write instead.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let form = Unusable("must be smtp://HOST:PORT or smtps://HOST:PORT");
        let url = Url::parse(text).map_err(|_| form)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(form);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(form)?;
        let loopback = is_loopback(&url);
        let (security, port) = match url.scheme() {
            "smtps" if url.query().is_none() => (Security::FromTheStart, 465),
            "smtps" => return Err(Unusable("smtps:// takes no ?tls=, it is TLS from the start")),
            "smtp" => (starttls(&url, loopback)?, 587),
            _ => return Err(form),
        };
        let credentials = credentials(&url)?;
        let sure = matches!(security, Security::FromTheStart | Security::Required);
        if credentials.is_some() && !sure && !loopback {
            return Err(Unusable("a password needs smtps:// or ?tls=required"));
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(port), security, credentials })
    }
}

impl std::fmt::Debug for SmtpAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmtpAddress({}:{}, {:?})", self.host, self.port, self.security)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // Of a scheme it does not know, the parser reads every host as a name.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

fn starttls(url: &Url, loopback: bool) -> Result<Security, Unusable> {
    match (url.query(), loopback) {
        (None, true) | (Some("tls=opportunistic"), _) => Ok(Security::WhenOffered),
        (None, false) | (Some("tls=required"), _) => Ok(Security::Required),
        (Some("tls=none"), _) => Ok(Security::None),
        _ => Err(Unusable("takes ?tls=required, ?tls=opportunistic or ?tls=none")),
    }
}

fn credentials(url: &Url) -> Result<Option<(String, String)>, Unusable> {
    let decoded = |text: &str| {
        let pair = format!("x={}", text.replace('+', "%2B"));
        let plain = url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned());
        plain.unwrap_or_default()
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => Ok(Some((decoded(user), decoded(password)))),
        _ => Err(Unusable("needs both a user and a password, or neither")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn security(text: &str) -> Security {
        SmtpAddress::parse(text).expect(text).security
    }

    #[test]
    fn mail_crosses_a_network_encrypted_unless_told_otherwise() {
        assert_eq!(security("smtp://mail.example.jp"), Security::Required);
        assert_eq!(security("smtp://192.0.2.1:25"), Security::Required);
        assert_eq!(security("smtp://mail.example.jp?tls=opportunistic"), Security::WhenOffered);
        assert_eq!(security("smtp://mail.example.jp?tls=none"), Security::None);
        assert_eq!(security("smtps://mail.example.jp"), Security::FromTheStart);
    }

    #[test]
    fn on_the_machine_itself_encryption_is_taken_when_offered() {
        for host in ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"] {
            assert_eq!(security(&format!("smtp://{host}:2525")), Security::WhenOffered, "{host}");
        }
        assert_eq!(security("smtp://localhost?tls=required"), Security::Required);
    }

    #[test]
    fn ports_and_credentials_are_read() {
        let address =
            SmtpAddress::parse("smtps://kake%40hashi:p%3Aa%2Bs+s@mail.example.jp").expect("an address");
        assert_eq!((address.host.as_str(), address.port), ("mail.example.jp", 465));
        assert_eq!(address.credentials, Some(("kake@hashi".to_owned(), "p:a+s+s".to_owned())));
        assert_eq!(SmtpAddress::parse("smtp://mail.example.jp").expect("an address").port, 587);
        assert_eq!(SmtpAddress::parse("smtp://[::1]:2525").expect("an address").host, "::1");
    }

    #[test]
    fn a_password_never_crosses_a_network_in_the_clear() {
        for text in ["smtp://a:b@mail.example.jp?tls=none", "smtp://a:b@mail.example.jp?tls=opportunistic"] {
            assert!(SmtpAddress::parse(text).is_err(), "{text}");
        }
        assert!(SmtpAddress::parse("smtp://a:b@127.0.0.1:2525").is_ok());
    }

    #[test]
    fn what_cannot_work_is_refused_without_echoing_it() {
        for text in [
            "",
            "mail.example.jp",
            "http://mail.example.jp",
            "smtp://",
            "smtp://mail.example.jp/inbox",
            "smtp://mail.example.jp?tls=maybe",
            "smtps://mail.example.jp?tls=none",
            "smtp://user@mail.example.jp",
        ] {
            assert!(SmtpAddress::parse(text).is_err(), "{text}");
        }
        let secret = SmtpAddress::parse("smtps://a:hunter2@mail.example.jp").expect("an address");
        assert!(!format!("{secret:?}").contains("hunter2"));
    }
}
