//! The database's own clock: the one that all nodes share.

use diesel::prelude::*;

use super::{DbConn, Timestamp, sql_types};
use crate::each_engine;

/// What time it is for the database, to the millisecond at least.
///
/// # Errors
/// When it does not answer.
pub fn clock(conn: &mut DbConn) -> QueryResult<Timestamp> {
    use diesel::dsl::sql;
    let statement = match conn {
        DbConn::Postgres(_) => "clock_timestamp()",
        DbConn::Sqlite(_) => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    };
    each_engine!(conn, c => diesel::select(sql::<sql_types::Timestamptz>(statement)).get_result(c))
}
