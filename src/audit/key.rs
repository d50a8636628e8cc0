//! The key of the chain: a file outside the database, so that whoever can write the tables cannot forge seals.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::settings::Settings;

/// 256 random bits, and the name the seals call them by.
#[derive(Clone)]
pub(super) struct AuditKey {
    id: String,
    secret: [u8; 32],
}

impl AuditKey {
    /// Reads `{paths.var}/keys/audit.key`, or makes it (mode 0600) when there is none.
    pub(super) fn load_or_make(settings: &Settings) -> Result<Self, Failure> {
        let path = path(settings);
        match std::fs::read(&path) {
            Ok(bytes) => Self::from_bytes(&bytes, &path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path),
            Err(error) => Err(Failure::internal(format!("{}: {error}", path.display()))),
        }
    }

    /// Reads the key without making one.
    pub(super) fn load(settings: &Settings) -> Result<Option<Self>, Failure> {
        let path = path(settings);
        match std::fs::read(&path) {
            Ok(bytes) => Self::from_bytes(&bytes, &path).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::internal(format!("{}: {error}", path.display()))),
        }
    }

    /// The name seals call the key by: the start of its SHA-256.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// HMAC-SHA-256 (RFC 2104) over the parts, each preceded by its length so that they cannot run together.
    pub(super) fn seal(&self, parts: &[&[u8]]) -> Result<Vec<u8>, Failure> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).map_err(Failure::internal)?;
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        Ok(mac.finalize().into_bytes().to_vec())
    }

    fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, Failure> {
        let secret: [u8; 32] = bytes
            .try_into()
            .map_err(|_| Failure::internal(format!("{} does not hold a key of 32 bytes", path.display())))?;
        let id = Sha256::digest(secret).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { id, secret })
    }
}

fn path(settings: &Settings) -> PathBuf {
    settings.paths.var.join("keys").join("audit.key")
}

fn make(path: &Path) -> Result<AuditKey, Failure> {
    let failed = |error: std::io::Error| Failure::internal(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        use std::os::unix::fs::DirBuilderExt as _;
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    let mut secret = [0_u8; 32];
    rand::fill(&mut secret);
    // Written aside and linked into place: two processes that start at once end up with one key.
    let aside = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)
        .map_err(failed)?;
    file.write_all(&secret).and_then(|()| file.sync_all()).map_err(failed)?;
    let linked = std::fs::hard_link(&aside, path);
    std::fs::remove_file(&aside).map_err(failed)?;
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    AuditKey::from_bytes(&bytes, path)
}
