//! Signed checkpoints in a file outside the database: how long the chain was, and its last seal.
//!
//! One line each: `position seal-hex key-id time signature-hex`. The file only grows.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use super::key::AuditKey;
use super::record::hex;
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::settings::Settings;

/// How far the chain had come at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) position: i64,
    pub(super) seal: Vec<u8>,
}

/// A line that is no checkpoint of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Forged {
    pub(super) line: usize,
}

pub(super) fn path(settings: &Settings) -> PathBuf {
    settings.paths.var.join("audit").join("checkpoints")
}

/// Appends a checkpoint and flushes it to the disk.
pub(super) fn append(
    settings: &Settings,
    key: &AuditKey,
    point: &Checkpoint,
    now: Timestamp,
) -> Result<(), Failure> {
    let path = path(settings);
    let failed = |error: std::io::Error| Failure::internal(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let signature = sign(key, point, &now.to_string())?;
    let line = format!("{} {} {} {now} {}\n", point.position, hex(&point.seal), key.id(), hex(&signature));
    let mut file =
        std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&path).map_err(failed)?;
    file.write_all(line.as_bytes()).and_then(|()| file.sync_data()).map_err(failed)
}

/// All checkpoints made with `key`, oldest first; lines that do not bear its signature are forged. A torn last
/// line (a crash while it was written) is passed over.
pub(super) fn read(settings: &Settings, key: &AuditKey) -> Result<Vec<Result<Checkpoint, Forged>>, Failure> {
    let path = path(settings);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::internal(format!("{}: {error}", path.display()))),
    };
    let mut points = Vec::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if !line.ends_with('\n') {
            break;
        }
        match parse(line.trim_end()) {
            Some((point, key_id, time, signature)) => {
                let ours = key_id == key.id() && sign(key, &point, time)? == signature;
                points.push(if ours { Ok(point) } else { Err(Forged { line: index.saturating_add(1) }) });
            }
            None => points.push(Err(Forged { line: index.saturating_add(1) })),
        }
    }
    Ok(points)
}

fn parse(line: &str) -> Option<(Checkpoint, &str, &str, Vec<u8>)> {
    let mut words = line.split(' ');
    let position = words.next()?.parse().ok()?;
    let seal = unhex(words.next()?)?;
    let key_id = words.next()?;
    let time = words.next()?;
    let signature = unhex(words.next()?)?;
    words.next().is_none().then_some((Checkpoint { position, seal }, key_id, time, signature))
}

fn sign(key: &AuditKey, point: &Checkpoint, time: &str) -> Result<Vec<u8>, Failure> {
    key.seal(&[b"checkpoint", &point.position.to_be_bytes(), &point.seal, time.as_bytes()])
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
