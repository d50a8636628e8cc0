//! The folder into which the `file` transport puts its mails, seen from the reader's side.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::mail::Mail;
use super::patience;

/// The mails of one folder.
///
/// A mail is there when a name ending in `.eml` is: files appear by rename, complete, and anything else in the
/// folder is still being written. Each mail is handed out once, so a test that sees the second notice before the
/// first fails, and [`Mailbox::unread`] says what it never looked at.
pub struct Mailbox {
    dir: PathBuf,
    read: Mutex<Vec<PathBuf>>,
}

impl Mailbox {
    /// Watches `dir`, which may not exist yet.
    pub fn watch(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), read: Mutex::new(Vec::new()) }
    }

    /// The oldest mail nobody has read yet that goes to `recipient` and has `words` in its subject.
    ///
    /// Panics when none comes within `limit`, and lists the mails that did come.
    pub fn wait_for(&self, recipient: &str, words: &str, limit: Duration) -> Mail {
        patience::until(limit, || self.take(recipient, words)).unwrap_or_else(|| {
            let unread: Vec<_> = self.unread().into_iter().map(|mail| (mail.to, mail.subject)).collect();
            panic!("no mail to {recipient} about {words:?} within {limit:?}; unread: {unread:?}")
        })
    }

    /// The mails that no [`Mailbox::wait_for`] has handed out, oldest first.
    pub fn unread(&self) -> Vec<Mail> {
        self.unread_files().into_iter().map(|(_, mail)| mail).collect()
    }

    fn take(&self, recipient: &str, words: &str) -> Option<Mail> {
        let (path, mail) =
            self.unread_files().into_iter().find(|(_, mail)| mail.is_about(recipient, words))?;
        self.read.lock().unwrap().push(path);
        Some(mail)
    }

    fn unread_files(&self) -> Vec<(PathBuf, Mail)> {
        let read = self.read.lock().unwrap();
        let unread = by_age(&self.dir).into_values().filter(|path| !read.contains(path));
        unread.map(|path| (path.clone(), Mail::parse(&fs::read(&path).unwrap()))).collect()
    }
}

/// The mails of a folder, oldest first; those of one moment by name.
fn by_age(dir: &Path) -> BTreeMap<(SystemTime, PathBuf), PathBuf> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return BTreeMap::new(),
        entries => entries.unwrap(),
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mails = paths.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
    mails.map(|path| ((path.metadata().unwrap().modified().unwrap(), path.clone()), path)).collect()
}

mod tests {
    use super::*;
    use std::thread;

    const SOON: Duration = Duration::from_secs(10);

    fn eml(to: &str, subject: &str) -> Vec<u8> {
        format!("To: {to}\r\nSubject: {subject}\r\n\r\nhello\r\n").into_bytes()
    }

    /// Writes as the transport does: beside, then by rename.
    fn deliver(dir: &Path, name: &str, mail: &[u8]) {
        let draft = dir.join(format!("{name}.tmp"));
        fs::write(&draft, mail).unwrap();
        fs::rename(draft, dir.join(format!("{name}.eml"))).unwrap();
    }

    #[test]
    fn a_mail_that_comes_later_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::watch(dir.path().join("mail"));
        let folder = dir.path().join("mail");
        let sender = thread::spawn(move || {
            fs::create_dir(&folder).unwrap();
            deliver(&folder, "1", &eml("b@example.jp", "Verify"));
            deliver(&folder, "2", &eml("a@example.jp", "Verify your address"));
        });
        assert_eq!(mailbox.wait_for("a@example.jp", "Verify", SOON).subject, "Verify your address");
        sender.join().unwrap();
    }

    #[test]
    fn each_mail_is_handed_out_once_and_the_rest_stays_unread() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["1", "2", "3"] {
            deliver(dir.path(), name, &eml("a@example.jp", &format!("Notice {name}")));
        }
        let mailbox = Mailbox::watch(dir.path());
        assert_eq!(mailbox.wait_for("a@example.jp", "Notice", SOON).subject, "Notice 1");
        assert_eq!(mailbox.wait_for("a@example.jp", "Notice", SOON).subject, "Notice 2");
        let unread: Vec<_> = mailbox.unread().into_iter().map(|mail| mail.subject).collect();
        assert_eq!(unread, ["Notice 3"]);
    }

    #[test]
    fn a_file_still_being_written_is_no_mail_yet() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("1.tmp"), b"To: a@exam").unwrap();
        assert_eq!(Mailbox::watch(dir.path()).unread(), []);
    }

    #[test]
    #[should_panic(expected = r#"unread: [(["a@example.jp"], "Something else")]"#)]
    fn a_mail_that_never_comes_fails_and_shows_what_came_instead() {
        let dir = tempfile::tempdir().unwrap();
        deliver(dir.path(), "1", &eml("a@example.jp", "Something else"));
        Mailbox::watch(dir.path()).wait_for("a@example.jp", "Verify", Duration::from_millis(20));
    }
}
