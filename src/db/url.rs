//! Which database, decided by the scheme of its URL and by nothing else.

use std::fmt;
use std::path::PathBuf;

/// A database address that names its engine.
///
/// Never left to `DbConn::establish`, which tries one engine after the other: a PostgreSQL that cannot be
/// reached would quietly become a SQLite file called `postgres:`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`: one file, made when it is missing.
    Sqlite(PathBuf),
    /// `postgres://…`: a server.
    Postgres(String),
}

/// An address no engine answers to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("database.url must begin with sqlite: or postgres://, for example sqlite:var/kakehashi.db")]
pub struct UnknownScheme;

impl DatabaseUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// [`UnknownScheme`] for anything but `sqlite:PATH`, `postgres://…` and `postgresql://…`.
    pub fn parse(url: &str) -> Result<Self, UnknownScheme> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
        match path {
            Some(path) if !path.is_empty() && path != ":memory:" => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(UnknownScheme),
        }
    }

    /// Whether rows may cross a network in the clear: a server that is not on this machine, and no `sslmode` that
    /// demands encryption (libpq's default, `prefer`, goes on without; ASVS 12.3.1).
    pub fn may_go_unencrypted(&self) -> bool {
        let Self::Postgres(url) = self else { return false };
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let named = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
        if matches!(named("sslmode="), Some("require" | "verify-ca" | "verify-full")) {
            return false;
        }
        let authority = address.split('/').next().unwrap_or_default();
        let hosts = authority.rsplit('@').next().unwrap_or_default();
        let near = |host: &str| {
            host.is_empty()
                || ["localhost", "127.", "[::1]", "/", "%2F", "%2f"].iter().any(|near| host.starts_with(near))
        };
        !hosts.split(',').all(near) || !named("host=").unwrap_or_default().split(',').all(near)
    }

    /// `sqlite` or `postgres`, for logs and metrics.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    /// Without the address, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_must_be_spoken_to_under_encryption() {
        for (url, exposed) in [
            ("postgres://k@db.example/k", true),
            ("postgres://k:p@db.example:5432/k?sslmode=prefer", true),
            ("postgres://localhost,db.example/k", true),
            ("postgres:///k?host=db.example", true),
            ("postgres://k@db.example/k?sslmode=verify-full", false),
            ("postgres://k@db.example/k?connect_timeout=3&sslmode=require", false),
            ("postgres://127.0.0.1:5433/k", false),
            ("postgres://k@localhost/k", false),
            ("postgres:///k?host=/run/postgresql", false),
            ("postgres://%2Frun%2Fpostgresql/k", false),
            ("sqlite:var/k.db", false),
        ] {
            let parsed = DatabaseUrl::parse(url).expect(url);
            assert_eq!(parsed.may_go_unencrypted(), exposed, "{url}");
        }
    }

    #[test]
    fn the_scheme_alone_chooses_the_engine() {
        assert_eq!(DatabaseUrl::parse("sqlite:var/a.db"), Ok(DatabaseUrl::Sqlite("var/a.db".into())));
        assert_eq!(DatabaseUrl::parse("sqlite:///srv/a.db"), Ok(DatabaseUrl::Sqlite("/srv/a.db".into())));
        assert!(matches!(DatabaseUrl::parse("postgres://db/k"), Ok(DatabaseUrl::Postgres(_))));
        for unknown in ["", "var/a.db", "mysql://db/k", "postgres:db", "sqlite:", "sqlite::memory:"] {
            assert_eq!(DatabaseUrl::parse(unknown), Err(UnknownScheme), "{unknown}");
        }
    }
}
