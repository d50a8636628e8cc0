//! The index on disk, so that a node need not read every document again when it starts.
//!
//! A snapshot says up to which change it goes. It is taken only if the change log still has that very change: then what came
//! later is in the log behind it, and is read from there. A log that forgot it, another database or one put back from
//! a backup does not have it, and the index is built anew.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Ranking;
use super::ranking::Living;
use crate::challenges::ChallengeId;
use crate::db::DbConn;
use crate::db::change_log::{self, Cursor, Mark};
use crate::failure::Failure;
use crate::matching::{Rules, SnapshotError, StoredId};
use crate::services::Services;
use crate::solutions::SolutionId;

/// Where the snapshot of a node stands.
#[derive(Debug, Clone)]
pub(super) struct SnapshotFile(PathBuf);

macro_rules! stored_as_uuid {
    ($($id:ident),*) => {$(
        impl StoredId for $id {
            const BYTES: usize = 16;

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(self.0.as_bytes());
            }

            fn read(bytes: &[u8]) -> Option<Self> {
                uuid::Uuid::from_slice(bytes).ok().map(Self)
            }
        }
    )*};
}
stored_as_uuid!(SolutionId, ChallengeId);

impl SnapshotFile {
    /// In the folder of what a node keeps.
    pub(super) fn within(var: &Path) -> Self {
        Self(var.join("index.snapshot"))
    }

    /// The index of the snapshot and the place in the log up to which it goes; `None`, with the reason in the log of the node, when
    /// there is none that can be used.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn load(&self, conn: &mut DbConn) -> Result<Option<(Living, Cursor)>, Failure> {
        let begun = Instant::now();
        let (index, mark) = match self.read() {
            Ok(Some(read)) => read,
            Ok(None) => return Ok(None),
            Err(refused) => {
                tracing::warn!(%refused, file = %self.0.display(), "snapshot of the index not used");
                return Ok(None);
            }
        };
        let Some(cursor) = change_log::find(conn, &mark)? else {
            tracing::info!(file = %self.0.display(), "snapshot of the index is of another past");
            return Ok(None);
        };
        let seconds = begun.elapsed().as_secs_f64();
        tracing::info!(seconds, "index read from its snapshot");
        Ok(Some((index, cursor)))
    }

    fn read(&self) -> Result<Option<(Living, Mark)>, SnapshotError> {
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let rules = Rules::compiled_in().map_err(|_| SnapshotError::Stale)?;
        let (index, note) = Living::load(rules, BufReader::with_capacity(BUFFER, file))?;
        let mark = serde_json::from_slice(&note).map_err(|_| SnapshotError::Stale)?;
        Ok(Some((index, mark)))
    }

    /// Writes it beside the one that is there and puts it in its place when it is complete.
    fn write(&self, index: &Living, mark: &Mark) -> Result<(), SnapshotError> {
        let new = self.0.with_extension("new");
        let note = serde_json::to_vec(mark).map_err(std::io::Error::other)?;
        let mut file = File::create(&new)?;
        index.save(BufWriter::with_capacity(BUFFER, &mut file), &note)?;
        file.sync_all()?;
        fs::rename(&new, &self.0)?;
        Ok(())
    }
}

const BUFFER: usize = 1 << 20;

impl Ranking {
    /// Writes the index to its file, if something changed since the last time. The step of a worker.
    ///
    /// # Errors
    /// `Internal` when it cannot be written, or the database does not answer.
    pub async fn keep(&self, services: &Services) -> Result<bool, Failure> {
        let file = SnapshotFile::within(&services.settings().paths.var);
        // The place first: what changes after it is read again.
        let cursor = *self.feed();
        let index = self.index();
        if *self.kept() == cursor {
            return Ok(false);
        }
        let Some(mark) = services.read(move |conn| Ok::<_, Failure>(change_log::mark(conn, cursor)?)).await?
        else {
            return Ok(false);
        };
        let written = tokio::task::spawn_blocking(move || file.write(&index, &mark)).await;
        written.map_err(Failure::internal)?.map_err(Failure::internal)?;
        *self.kept() = cursor;
        Ok(false)
    }
}
