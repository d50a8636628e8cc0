//! Where the files lie.

use std::path::Path;
use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt as _};

use super::AttachmentId;
use crate::db::Timestamp;
use crate::failure::Failure;

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// It cannot be made or entered.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
    /// It cannot be opened.
    #[error("{0}")]
    Store(#[from] object_store::Error),
}

/// Files by the id of their attachment. A file is there whole or not at all, and on the disk before it is
/// acknowledged.
#[derive(Debug, Clone)]
pub struct Vault(Arc<dyn ObjectStore>);

impl Vault {
    /// The vault in `folder`, which is made, readable by its owner only, when it is missing.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn open(folder: &Path) -> Result<Self, VaultError> {
        use std::os::unix::fs::DirBuilderExt as _;
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))))
    }

    pub(super) async fn put(&self, id: AttachmentId, bytes: Bytes) -> Result<(), Failure> {
        self.0.put(&place(id), bytes.into()).await.map_err(Failure::internal)?;
        Ok(())
    }

    /// The file, `None` when it is not there.
    pub(super) async fn get(&self, id: AttachmentId) -> Result<Option<Bytes>, Failure> {
        match self.0.get(&place(id)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(Failure::internal)?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Failure::internal(error)),
        }
    }

    /// Throws a file away; one that is not there is as good as gone.
    pub(super) async fn forget(&self, id: AttachmentId) -> Result<(), Failure> {
        match self.0.delete(&place(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Failure::internal(error)),
        }
    }

    /// The files that have lain here since before `moment`.
    pub(super) async fn older_than(&self, moment: Timestamp) -> Result<Vec<AttachmentId>, Failure> {
        let files: Vec<_> = self.0.list(None).try_collect().await.map_err(Failure::internal)?;
        let old = files.into_iter().filter(|file| file.last_modified < moment.utc());
        Ok(old.filter_map(|file| file.location.filename()?.parse().ok()).collect())
    }
}

/// Spread over 256 folders by the random end of the id.
fn place(id: AttachmentId) -> object_store::path::Path {
    let name = id.to_string();
    let folder = name.get(name.len().saturating_sub(2)..).unwrap_or("00").to_owned();
    object_store::path::Path::from_iter([folder, name])
}
