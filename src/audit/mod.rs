//! The audit trail: what was done, by whom, from where, written in the deed's own transaction.

mod record;

pub use record::{AuditEventId, Event, SubjectId, digest, record};
