//! The mailbox of a demonstration: what the file transport wrote, to be read in the browser. A real service has none;
//! mails hold links that act.

pub mod pages;

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use mail_parser::MessageParser;

/// Mails that the list shows.
const SHOWN: usize = 200;

/// The head of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The file's name without its ending.
    pub name: String,
    /// To whom.
    pub to: String,
    /// About what.
    pub subject: String,
    /// When it was written.
    pub date: Option<DateTime<Utc>>,
}

/// A piece of a line: text, or an address of ours and the path behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// As it stands in the mail.
    pub text: String,
    /// The path it leads to.
    pub href: Option<String>,
}

/// The newest mails of `folder`; names are UUIDv7, so that their order is that of time.
///
/// # Errors
/// When the folder cannot be read; one that is not there yet is empty.
pub fn heads(folder: &Path) -> io::Result<Vec<Head>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let name = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_suffix(".eml").filter(|name| !name.starts_with('.')).map(str::to_owned)
    };
    let mut names: Vec<String> = entries.flatten().filter_map(name).collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    names.truncate(SHOWN);
    names.into_iter().map(|name| Ok(head(&std::fs::read(file(folder, &name))?, name))).collect()
}

fn file(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join(format!("{name}.eml"))
}

fn head(mail: &[u8], name: String) -> Head {
    let parsed = MessageParser::default().parse_headers(mail);
    let to = parsed.as_ref().and_then(|mail| mail.to()?.first()?.address());
    let subject = parsed.as_ref().and_then(|mail| mail.subject());
    let date = parsed.as_ref().and_then(|mail| mail.date());
    Head {
        to: to.unwrap_or_default().to_owned(),
        subject: subject.unwrap_or_default().to_owned(),
        date: date.and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0)),
        name,
    }
}

/// One mail: its head and its text. `name` is a mail's id, so that it leads nowhere else.
///
/// # Errors
/// When the file cannot be read.
pub fn mail(folder: &Path, name: uuid::Uuid) -> io::Result<(Head, String)> {
    let name = name.to_string();
    let bytes = std::fs::read(file(folder, &name))?;
    let parsed = MessageParser::default().parse(&bytes);
    let text = parsed.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default().into_owned();
    Ok((head(&bytes, name), text))
}

/// The lines of a text, our own addresses told apart.
pub fn lines(text: &str, public_url: &str) -> Vec<Vec<Piece>> {
    let plain = |text: &str| Piece { text: text.to_owned(), href: None };
    let line = |line: &str| {
        let piece =
            |word: &str| match word.trim().strip_prefix(public_url).filter(|path| path.starts_with('/')) {
                Some(path) => Piece { href: Some(path.to_owned()), ..plain(word) },
                None => plain(word),
            };
        line.split_inclusive([' ', '\u{3000}']).map(piece).collect()
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses_become_links() {
        let text = "開く：\nhttp://127.0.0.1:1/verify-email?token=x ここ\nhttp://127.0.0.1:1.evil.example/ https://evil.example/";
        let lines = lines(text, "http://127.0.0.1:1");
        let hrefs: Vec<&str> = lines.iter().flatten().filter_map(|piece| piece.href.as_deref()).collect();
        assert_eq!(hrefs, ["/verify-email?token=x"]);
        let whole: Vec<String> =
            lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect();
        assert_eq!(whole.join("\n"), text);
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_an_empty_mailbox() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(heads(&folder.path().join("mail")).unwrap(), []);
    }
}
