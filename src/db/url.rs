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
    fn the_scheme_alone_chooses_the_engine() {
        assert_eq!(DatabaseUrl::parse("sqlite:var/a.db"), Ok(DatabaseUrl::Sqlite("var/a.db".into())));
        assert_eq!(DatabaseUrl::parse("sqlite:///srv/a.db"), Ok(DatabaseUrl::Sqlite("/srv/a.db".into())));
        assert!(matches!(DatabaseUrl::parse("postgres://db/k"), Ok(DatabaseUrl::Postgres(_))));
        for unknown in ["", "var/a.db", "mysql://db/k", "postgres:db", "sqlite:", "sqlite::memory:"] {
            assert_eq!(DatabaseUrl::parse(unknown), Err(UnknownScheme), "{unknown}");
        }
    }
}
