//! One `.eml` file per mail.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use crate::notices::MailId;
use crate::notices::retry::SendError;

/// A folder of mails, readable by its owner only: some hold links that act.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes beside, then renames, so that a file that can be seen is whole, also after a loss of power. The
    /// same mail has the same name: written twice, it is still one file.
    pub(super) fn put(&self, id: MailId, message: &[u8]) -> Result<(), SendError> {
        self.write(id, message).map_err(|error| SendError::Failed(format!("mail.dir: {error}")))
    }

    fn write(&self, id: MailId, message: &[u8]) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let (draft, name) = (self.0.join(format!(".{id}.part")), self.0.join(format!("{id}.eml")));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(message)?;
        file.sync_all()?;
        std::fs::rename(&draft, &name)?;
        File::open(&self.0)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_mail_written_twice_is_one_file_for_its_owner_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(dir.path().join("mail"));
        let id = MailId::new();
        folder.put(id, b"one").expect("written");
        folder.put(id, b"two").expect("written");
        let names: Vec<_> = std::fs::read_dir(dir.path().join("mail"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        assert_eq!(names, [dir.path().join(format!("mail/{id}.eml"))]);
        assert_eq!(std::fs::read(&names[0]).expect("a file"), b"two");
        let mode = std::fs::metadata(&names[0]).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_a_failure_to_retry() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("mail"), b"a file in the way").expect("written");
        let outcome = Folder::new(dir.path().join("mail")).put(MailId::new(), b"x");
        assert!(matches!(outcome, Err(SendError::Failed(_))));
    }
}
