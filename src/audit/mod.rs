//! The audit trail: what was done, by whom, from where.
//!
//! An event is written in the deed's own transaction and never changed. Within a second a sealer links the new
//! events into a chain of HMACs (one sealer at a time, under a lock, so that deeds do not wait for each other)
//! and writes a signed checkpoint into a file outside the database. [`verify`] walks chain and checkpoints and
//! names every event that was altered, removed (also the newest) or moved.

pub mod api;
mod checkpoints;
mod key;
pub mod pages;
mod record;
mod seal;
mod verify;

pub use record::{AuditEventId, Event, SubjectId, digest, hex, record};
pub use seal::seal;
pub use verify::{Finding, Report, verify};
