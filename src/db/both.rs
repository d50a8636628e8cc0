//! What `#[derive(MultiConnection)]` leaves out.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use super::{DbConn, MultiBackend};

/// Runs on [`DbConn`] any statement that each engine can write by itself: `ON CONFLICT`, upserts with
/// `RETURNING`, row locks.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Both<Q>(pub Q);

impl<Q> QueryFragment<MultiBackend> for Both<Q>
where
    Q: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}
impl<Q: Query> Query for Both<Q> {
    type SqlType = Q::SqlType;
}
impl<Q> RunQueryDsl<DbConn> for Both<Q> {}

/// `SELECT … FOR UPDATE` on PostgreSQL; on SQLite the plain query, whose write transaction already holds the
/// only write lock.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Locked<Q>(Q);

/// Locks the rows of `query` until the transaction ends.
pub fn lock_rows<Q>(query: Q) -> Both<Locked<Q>> {
    Both(Locked(query))
}

impl<Q: Query> Query for Locked<Q> {
    type SqlType = Q::SqlType;
}
impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Locked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" FOR UPDATE");
        Ok(())
    }
}
impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Locked<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// The columns of a `Selectable` as a plain tuple, usable in `returning(…)` for either engine.
pub fn columns<T: Selectable<MultiBackend>>() -> T::SelectExpression {
    T::construct_selection()
}

/// The same statement compiled once for each engine's own connection: for what neither the derive nor
/// [`Both`] covers (inserting a `Vec` in one statement).
#[macro_export]
macro_rules! each_engine {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::db::DbConn::Postgres($c) => $body,
            $crate::db::DbConn::Sqlite($c) => $body,
        }
    };
}
