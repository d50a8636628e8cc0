//! The SQL types that `schema.rs` names: one name, two encodings.
//!
//! | here          | PostgreSQL    | SQLite (STRICT tables) | Rust                    |
//! | ------------- | ------------- | ---------------------- | ----------------------- |
//! | `Uuid`        | `uuid`        | `BLOB` of 16 bytes     | the id types            |
//! | `Timestamptz` | `timestamptz` | `TEXT`, UTC, sortable  | [`Timestamp`](super::Timestamp) |
//! | `Jsonb`       | `jsonb`       | `TEXT` (`json_valid`)  | [`Json`](super::Json)   |

use diesel::query_builder::QueryId;
use diesel::sql_types::{HasSqlType, Interval, SqlOrd, SqlType, ops};

use super::MultiBackend;

pub use diesel::sql_types::{BigInt, Binary, Bool, Date, Double, Int4, Int8, Integer, Nullable, Text};

/// A UUID: `uuid` on PostgreSQL, 16 bytes on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct Uuid;

/// An instant: `timestamptz` on PostgreSQL, fixed-width UTC text on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
pub struct Timestamptz;

/// A JSON document: `jsonb` on PostgreSQL, checked text on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct Jsonb;

impl SqlOrd for Uuid {}
impl SqlOrd for Timestamptz {}
// `table!` gives every column whose type is called `Timestamptz` the operators + and -.
impl ops::Add for Timestamptz {
    type Rhs = Interval;
    type Output = Self;
}
impl ops::Sub for Timestamptz {
    type Rhs = Interval;
    type Output = Self;
}

macro_rules! known_to_both_engines {
    ($($sql:ty),*) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }
    )*};
}
known_to_both_engines!(Uuid, Timestamptz, Jsonb);
