//! The database: one schema on two engines.

mod schema;
