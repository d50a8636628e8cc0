//! The Rust values behind [`sql_types`]: ids, instants, typed JSON, enums kept as text.

use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound, TimeDelta, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{MultiBackend, sql_types};

/// Makes a wrapper storable on both engines: PostgreSQL by the wrapped type's own encoding, SQLite by the two
/// closures, `MultiBackend` by passing on to whichever is connected.
#[macro_export]
macro_rules! portable_value {
    ($name:ty, $inner:ty, $sql:ident, sqlite: |$v:ident| $read:expr, |$s:ident| $write:expr) => {
        const _: () = {
            use ::diesel::backend::Backend;
            use ::diesel::deserialize::{self, FromSql};
            use ::diesel::pg::{Pg, PgValue};
            use ::diesel::serialize::{self, IsNull, Output, ToSql};
            use ::diesel::sqlite::{Sqlite, SqliteValue};
            use $crate::db::{MultiBackend, sql_types};

            impl FromSql<sql_types::$sql, MultiBackend> for $name {
                fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    value.from_sql::<Self, sql_types::$sql>()
                }
            }
            impl ToSql<sql_types::$sql, MultiBackend> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                    out.set_value((sql_types::$sql, self));
                    Ok(IsNull::No)
                }
            }
            impl FromSql<sql_types::$sql, Pg> for $name {
                fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                    <$inner as FromSql<::diesel::sql_types::$sql, Pg>>::from_sql(value).map(Self)
                }
            }
            impl ToSql<sql_types::$sql, Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    <$inner as ToSql<::diesel::sql_types::$sql, Pg>>::to_sql(&self.0, out)
                }
            }
            impl FromSql<sql_types::$sql, Sqlite> for $name {
                fn from_sql(mut $v: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                    $read
                }
            }
            impl ToSql<sql_types::$sql, Sqlite> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                    let $s = self;
                    out.set_value($write);
                    Ok(IsNull::No)
                }
            }
        };
    };
}

/// Declares typed primary keys: UUIDv7 (RFC 9562), so that key order is creation order and two kinds of id
/// cannot be mixed up.
#[macro_export]
macro_rules! id_types {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema,
                 ::diesel::expression::AsExpression, ::diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = $crate::db::sql_types::Uuid)]
        #[serde(transparent)]
        pub struct $name(pub ::uuid::Uuid);

        impl $name {
            /// A fresh id, later than all earlier ones of this process.
            #[expect(clippy::new_without_default, reason = "a default id would hide that it is new every time")]
            pub fn new() -> Self {
                Self(::uuid::Uuid::now_v7())
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = ::uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
        $crate::portable_value!($name, ::uuid::Uuid, Uuid,
            sqlite: |value| Ok(Self(::uuid::Uuid::from_slice(value.read_blob())?)),
                    |id| id.0.as_bytes().as_slice());
    )*};
}

/// Declares an enum that is kept as text on both engines and in JSON, under the names of the contract.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema,
                 ::diesel::expression::AsExpression, ::diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = ::diesel::sql_types::Text)]
        $(#[$meta])*
        $vis enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the API, the database and the locale files.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Reads a name of the contract.
            ///
            /// # Errors
            /// `unknown_value`, with the names that are known.
            pub fn parse(text: &str) -> Result<Self, $crate::fields::Invalid> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::fields::Invalid::new("unknown_value").with("allowed", [$($text),*].join(", "))),
                }
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB> for $name
        where
            str: ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }
        impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB> for $name
        where
            String: ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                match String::from_sql(value)?.as_str() {
                    $($text => Ok(Self::$variant),)*
                    other => Err(format!("{other:?} is no {}", stringify!($name)).into()),
                }
            }
        }
    };
}

/// An instant in UTC, to the microsecond: what both engines keep without loss.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = sql_types::Timestamptz)]
#[serde(transparent)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts an instant to the microsecond.
    pub fn from_utc(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(6))
    }

    /// The instant.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// The instant moved by `delta`; unchanged where that would leave the calendar.
    #[must_use]
    pub fn plus(self, delta: TimeDelta) -> Self {
        Self(self.0.checked_add_signed(delta).unwrap_or(self.0))
    }

    /// The date in Japan (UTC+9, no summer time), which is what deadlines and offices mean by a day.
    pub fn japan_date(self) -> NaiveDate {
        self.0.with_timezone(&chrono_tz::Asia::Tokyo).date_naive()
    }
}

impl fmt::Display for Timestamp {
    /// Fixed width, so that the order of the text is the order of time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

portable_value!(Timestamp, DateTime<Utc>, Timestamptz,
    sqlite: |value| Ok(Self(DateTime::parse_from_rfc3339(value.read_text())?.to_utc())),
            |instant| instant.to_string());

/// A typed document in a JSON column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Jsonb)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromSql<sql_types::Jsonb, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let document = <serde_json::Value as FromSql<diesel::sql_types::Jsonb, Pg>>::from_sql(value)?;
        Ok(Self(serde_json::from_value(document)?))
    }
}
impl<T: Serialize + fmt::Debug> ToSql<sql_types::Jsonb, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let document = serde_json::to_value(&self.0)?;
        <serde_json::Value as ToSql<diesel::sql_types::Jsonb, Pg>>::to_sql(&document, &mut out.reborrow())
    }
}
impl<T: DeserializeOwned> FromSql<sql_types::Jsonb, Sqlite> for Json<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}
impl<T: Serialize + fmt::Debug> ToSql<sql_types::Jsonb, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: DeserializeOwned> FromSql<sql_types::Jsonb, MultiBackend> for Json<T> {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, sql_types::Jsonb>()
    }
}
impl<T: Serialize + fmt::Debug + Send + Sync + 'static> ToSql<sql_types::Jsonb, MultiBackend> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((sql_types::Jsonb, self));
        Ok(IsNull::No)
    }
}
