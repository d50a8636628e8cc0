//! Walking the chain and saying what is wrong with it.

use std::fmt;

use diesel::prelude::*;

use super::checkpoints::{self, Checkpoint, Forged};
use super::key::AuditKey;
use super::record::AuditEventId;
use super::seal::{Sealed, seal_of};
use crate::db::DbConn;
use crate::db::schema::{audit_events, audit_seals, audit_unsealed};
use crate::failure::Failure;
use crate::settings::Settings;

/// How many links are read at a time.
const BATCH: i64 = 1_000;

/// Something that is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The event at this position is not what was sealed: altered, or moved there from elsewhere.
    Altered {
        /// Place in the chain, from 1.
        position: i64,
        /// The event.
        event: String,
    },
    /// The event of this link is gone.
    Removed {
        /// Place in the chain, from 1.
        position: i64,
        /// The event.
        event: String,
    },
    /// A link is gone from the middle of the chain.
    LinkMissing {
        /// Place in the chain, from 1.
        position: i64,
    },
    /// A checkpoint says the chain was longer: the newest links are gone.
    Truncated {
        /// Where the chain ends now.
        ends_at: i64,
        /// Where it ended at the checkpoint.
        reached: i64,
    },
    /// The chain says otherwise than a checkpoint: it was rewritten.
    Rewritten {
        /// Place in the chain, from 1.
        position: i64,
    },
    /// A line of the checkpoint file does not bear our signature.
    CheckpointForged {
        /// Line of the file, from 1.
        line: usize,
    },
    /// An event was put in without ever being queued for sealing.
    NeverSealed {
        /// The event.
        event: String,
    },
    /// Links were sealed with a key that is not in this machine's key file.
    KeyMissing {
        /// The key's name.
        key: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { position, event } => {
                write!(f, "altered or moved: event {event} at position {position}")
            }
            Self::Removed { position, event } => write!(f, "removed: event {event} at position {position}"),
            Self::LinkMissing { position } => write!(f, "removed: the link at position {position}"),
            Self::Truncated { ends_at, reached } => {
                write!(f, "removed: the newest events, positions {} to {reached}", ends_at.saturating_add(1))
            }
            Self::Rewritten { position } => write!(f, "rewritten: the chain up to position {position}"),
            Self::CheckpointForged { line } => write!(f, "checkpoint file: line {line} is not ours"),
            Self::NeverSealed { event } => write!(f, "inserted: event {event} was never queued for sealing"),
            Self::KeyMissing { key } => {
                write!(f, "cannot verify: sealed with key {key}, which is not on this machine")
            }
        }
    }
}

/// The result of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Links walked.
    pub links: i64,
    /// Events that wait to be sealed.
    pub waiting: i64,
    /// What is wrong; empty when nothing is.
    pub findings: Vec<Finding>,
}

/// Walks the whole chain.
///
/// # Errors
/// `Internal` when the database or a file cannot be read.
pub fn verify(conn: &mut DbConn, settings: &Settings) -> Result<Report, Failure> {
    let waiting = audit_unsealed::table.count().get_result(conn)?;
    let Some(key) = AuditKey::load(settings)? else {
        return without_key(conn, waiting);
    };
    let points = checkpoints::read(settings, &key)?;
    let mut findings: Vec<Finding> = points
        .iter()
        .filter_map(|point| point.as_ref().err())
        .map(|Forged { line }| Finding::CheckpointForged { line: *line })
        .collect();
    let points: Vec<Checkpoint> = points.into_iter().filter_map(Result::ok).collect();
    let links = walk(conn, &key, &points, &mut findings)?;
    if let Some(reached) = points.iter().map(|point| point.position).max().filter(|reached| *reached > links)
    {
        findings.push(Finding::Truncated { ends_at: links, reached });
    }
    findings.extend(never_sealed(conn)?);
    Ok(Report { links, waiting, findings })
}

/// A database whose key file is not here: fine while nothing is sealed yet.
fn without_key(conn: &mut DbConn, waiting: i64) -> Result<Report, Failure> {
    let sealed: Option<String> = audit_seals::table.select(audit_seals::key_id).first(conn).optional()?;
    let findings = sealed.map(|key| Finding::KeyMissing { key }).into_iter().collect();
    Ok(Report { links: 0, waiting, findings })
}

type Link = (i64, AuditEventId, Vec<u8>, String);

/// Checks every link against its event and the one before; answers the last position.
fn walk(
    conn: &mut DbConn,
    key: &AuditKey,
    points: &[Checkpoint],
    findings: &mut Vec<Finding>,
) -> Result<i64, Failure> {
    let (mut position, mut before) = (0_i64, Vec::new());
    loop {
        let links: Vec<Link> = audit_seals::table
            .filter(audit_seals::position.gt(position))
            .order(audit_seals::position)
            .limit(BATCH)
            .select((audit_seals::position, audit_seals::event_id, audit_seals::seal, audit_seals::key_id))
            .load(conn)?;
        if links.is_empty() {
            return Ok(position);
        }
        let ids: Vec<AuditEventId> = links.iter().map(|link| link.1).collect();
        let events: Vec<Sealed> = audit_events::table.filter(audit_events::id.eq_any(ids)).load(conn)?;
        for (at, event_id, seal, key_id) in links {
            for missing in position.saturating_add(1)..at {
                findings.push(Finding::LinkMissing { position: missing });
            }
            if key_id != key.id() {
                findings.push(Finding::KeyMissing { key: key_id });
                return Ok(at);
            }
            match events.iter().find(|event| event.id == event_id) {
                None => findings.push(Finding::Removed { position: at, event: event_id.to_string() }),
                Some(event) if seal_of(key, &before, at, event)? != seal => {
                    // After a missing link the seal before it is unknown, so the next one cannot be judged.
                    if at == position.saturating_add(1) {
                        findings.push(Finding::Altered { position: at, event: event_id.to_string() });
                    }
                }
                Some(_) => {}
            }
            if points.iter().any(|point| point.position == at && point.seal != seal) {
                findings.push(Finding::Rewritten { position: at });
            }
            // Go on from the stored seal, so that one altered event is one finding.
            (position, before) = (at, seal);
        }
    }
}

/// Events that are neither linked nor queued: nobody but a forger makes them.
fn never_sealed(conn: &mut DbConn) -> Result<Vec<Finding>, Failure> {
    let ids: Vec<AuditEventId> = audit_events::table
        .left_join(audit_seals::table.on(audit_seals::event_id.eq(audit_events::id)))
        .left_join(audit_unsealed::table.on(audit_unsealed::event_id.eq(audit_events::id)))
        .filter(audit_seals::position.nullable().is_null())
        .filter(audit_unsealed::event_id.nullable().is_null())
        .order(audit_events::id)
        .limit(100)
        .select(audit_events::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| Finding::NeverSealed { event: id.to_string() }).collect())
}
