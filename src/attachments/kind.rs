//! Which files are taken, by what they hold and not by what they are called.

use crate::fields::Invalid;

/// A kind of file that is taken: what it is served as, and how its name ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKind {
    /// The media type it is served as.
    pub media_type: &'static str,
    endings: &'static [&'static str],
}

/// Documents, sheets, slides and pictures. Nothing that a browser would run in our name (HTML, SVG), nothing with
/// macros, no archives: what is in those cannot be told (ASVS 5.2.2).
const KINDS: &[FileKind] = &[
    FileKind { media_type: "application/pdf", endings: &["pdf"] },
    FileKind {
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        endings: &["docx"],
    },
    FileKind {
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        endings: &["xlsx"],
    },
    FileKind {
        media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        endings: &["pptx"],
    },
    FileKind { media_type: "image/jpeg", endings: &["jpg", "jpeg"] },
    FileKind { media_type: "image/png", endings: &["png"] },
    FileKind { media_type: "text/csv", endings: &["csv"] },
    FileKind { media_type: "text/plain", endings: &["txt"] },
];

/// How names of files that are taken end, for the `accept` of a form.
pub const ACCEPT: &str = ".pdf,.docx,.xlsx,.pptx,.jpg,.jpeg,.png,.csv,.txt";

/// The part of an Office file that holds its macros.
const MACROS: &[u8] = b"vbaProject.bin";

/// The kind of a file, when it is one that is taken and holds what its name says.
///
/// # Errors
/// `file_empty`, `file_kind` for another kind, `file_disguised` when name and content differ, `file_macros`.
pub fn of(name: &str, bytes: &[u8]) -> Result<FileKind, Invalid> {
    if bytes.is_empty() {
        return Err(Invalid::new("file_empty"));
    }
    let refused = || Invalid::new("file_kind").with("accepted", ACCEPT.replace(',', " "));
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).ok_or_else(refused)?;
    let kind = KINDS.iter().find(|kind| kind.endings.contains(&ending.as_str())).ok_or_else(refused)?;
    let held = if kind.media_type.starts_with("text/") {
        looks_like_text(bytes)
    } else {
        infer::get(bytes).is_some_and(|found| found.mime_type() == kind.media_type)
    };
    if !held {
        return Err(Invalid::new("file_disguised").with("ending", ending));
    }
    if kind.media_type.contains("openxmlformats") && contains(bytes, MACROS) {
        return Err(Invalid::new("file_macros"));
    }
    Ok(*kind)
}

/// Text of any Japanese encoding has no control characters but tabs and line ends, and is no known binary.
fn looks_like_text(bytes: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    !bytes.iter().any(control) && infer::get(bytes).is_none_or(|found| found.mime_type() == "text/plain")
}

/// Names of the parts of a zip file stand in it uncompressed.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";

    fn refusal(name: &str, bytes: &[u8]) -> &'static str {
        of(name, bytes).expect_err("refused").code()
    }

    #[test]
    fn what_a_file_holds_decides() {
        assert_eq!(of("仕様書.pdf", PDF).map(|kind| kind.media_type), Ok("application/pdf"));
        assert_eq!(of("写真.PNG", PNG).map(|kind| kind.media_type), Ok("image/png"));
        assert_eq!(
            of("一覧.csv", "名前,数\r\n除雪,3\r\n".as_bytes()).map(|kind| kind.media_type),
            Ok("text/csv")
        );
        // 除雪 in Shift_JIS: offices still write it.
        assert!(of("list.csv", b"\x8f\x9c\x90\xe1,3\r\n").is_ok());
    }

    #[test]
    fn a_disguise_is_seen_through() {
        assert_eq!(refusal("photo.png", PDF), "file_disguised");
        assert_eq!(refusal("report.pdf", b"MZ\x90\0\x03\0\0\0"), "file_disguised");
        assert_eq!(refusal("list.csv", b"MZ\x90\0\x03\0\0\0"), "file_disguised");
        assert_eq!(refusal("list.txt", b"<!DOCTYPE html><script>alert(1)</script>"), "file_disguised");
    }

    #[test]
    fn what_a_browser_or_an_office_would_run_is_not_taken() {
        for name in ["page.html", "drawing.svg", "sheet.xlsm", "all.zip", "run.exe", "noending", ".", ""] {
            assert_eq!(refusal(name, b"x"), "file_kind", "{name}");
        }
        assert_eq!(refusal("a.pdf", b""), "file_empty");
    }

    /// The part of a zip file that names an entry without content.
    fn entry(name: &str) -> Vec<u8> {
        let mut head = b"PK\x03\x04\x14\0\0\0\0\0".to_vec();
        head.extend_from_slice(&[0; 16]);
        head.extend_from_slice(&u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
        head.extend_from_slice(&[0; 2]);
        head.extend_from_slice(name.as_bytes());
        head
    }

    #[test]
    fn macros_are_found_whatever_the_ending_says() {
        let plain = entry("xl/workbook.xml");
        let armed = [plain.clone(), entry("xl/vbaProject.bin")].concat();
        assert_eq!(of("list.xlsx", &plain).map(|kind| kind.endings), Ok(["xlsx"].as_slice()));
        assert_eq!(refusal("list.xlsx", &armed), "file_macros");
        assert_eq!(refusal("list.docx", &plain), "file_disguised");
    }
}
