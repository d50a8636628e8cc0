//! An index in a file, so that a start need not read every document again.
//!
//! The file says of itself by what it was made (its format, the rules, the words and tables that are compiled in) and carries a
//! checksum with every part. What was made by anything else, is cut off or has a bit wrong is refused as a
//! whole; whoever is refused builds the index anew. A snapshot holds nothing that is not in the documents.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::corpus::Id;
use super::index::Index;
use super::rules::Rules;
use super::text::Checksum;

/// Raised when the layout of the file changes.
const FORMAT: u64 = 2;
const MAGIC: &[u8; 8] = b"KKHINDEX";

/// Everything compiled in on which the contents of an index depend, itself or as the source that reads it.
const MADE_BY: &[&str] = &[
    env!("CARGO_PKG_VERSION"),
    include_str!("../../Cargo.lock"),
    include_str!("../../seeds/thesaurus.toml"),
    include_str!("../../seeds/stop_words.txt"),
    include_str!("../../seeds/kanji_variants.txt"),
    include_str!("../../seeds/taxonomy.json"),
    include_str!("../../seeds/municipalities.csv"),
    include_str!("../../seeds/prefectures.csv"),
    include_str!("../../seeds/bureaus.json"),
    include_str!("words/normalise.rs"),
    include_str!("words/tokens.rs"),
    include_str!("words/limits.rs"),
    include_str!("words/thesaurus.rs"),
    include_str!("text/reader.rs"),
    include_str!("text/document.rs"),
    include_str!("text/impact.rs"),
    include_str!("text/term.rs"),
    include_str!("components/limits.rs"),
    include_str!("components/view.rs"),
    include_str!("components/packed.rs"),
    include_str!("components/profile.rs"),
];

/// Why a snapshot was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no snapshot, or one of another build or other rules.
    #[error("made by another build or other rules")]
    Stale,
    /// It is cut off, or not what was written.
    #[error("damaged: {0}")]
    Damaged(&'static str),
}

/// A number that a file gives back to the last bit, where JSON would round it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub struct Exact(pub f64);

impl From<u64> for Exact {
    fn from(bits: u64) -> Self {
        Self(f64::from_bits(bits))
    }
}

impl From<Exact> for u64 {
    fn from(number: Exact) -> Self {
        number.0.to_bits()
    }
}

/// An id that can stand in a file.
pub trait StoredId: Id {
    /// How many bytes it takes.
    const BYTES: usize;

    /// Appends exactly as many bytes.
    fn write(&self, out: &mut Vec<u8>);

    /// The id of these bytes; `None` when there is none.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl StoredId for u64 {
    const BYTES: usize = 8;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_le_bytes)
    }
}

fn made_by(rules: &Rules) -> u64 {
    let mut checksum = Checksum::default();
    checksum.add(&FORMAT.to_le_bytes());
    MADE_BY.iter().for_each(|part| checksum.add(part.as_bytes()));
    checksum.add(format!("{rules:?}").as_bytes());
    checksum.value()
}

impl<S: StoredId, C: StoredId> Index<S, C> {
    /// Writes the index, with a note that [`Index::load`] gives back.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn save(&self, out: impl Write, note: &[u8]) -> io::Result<()> {
        let mut sections = SectionWriter { out };
        sections.out.write_all(MAGIC)?;
        sections.out.write_all(&made_by(self.rules()).to_le_bytes())?;
        sections.bytes(note)?;
        self.save_parts(&mut sections)?;
        sections.bytes(MAGIC)?;
        sections.out.flush()
    }

    /// Reads what [`Index::save`] wrote, and its note.
    ///
    /// # Errors
    /// See [`SnapshotError`]; also when the compiled-in thesaurus is broken, which a test rules out.
    pub fn load(rules: Rules, input: impl Read) -> Result<(Self, Vec<u8>), SnapshotError> {
        let mut sections = SectionReader { input };
        if sections.array()? != *MAGIC || u64::from_le_bytes(sections.array()?) != made_by(&rules) {
            return Err(SnapshotError::Stale);
        }
        let note = sections.bytes()?;
        let mut index = Self::new(rules).map_err(|_| SnapshotError::Stale)?;
        index.load_parts(&mut sections)?;
        if sections.bytes()? != MAGIC {
            return Err(SnapshotError::Damaged("no end"));
        }
        Ok((index, note))
    }
}

/// Writes sections: their length in bytes, their checksum, their bytes.
pub(super) struct SectionWriter<W> {
    out: W,
}

impl<W: Write> SectionWriter<W> {
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(&(bytes.len() as u64).to_le_bytes())?;
        self.out.write_all(&Checksum::of(bytes).to_le_bytes())?;
        self.out.write_all(bytes)
    }

    /// Numbers of `N` bytes each.
    pub(super) fn numbers<const N: usize>(
        &mut self,
        numbers: impl Iterator<Item = [u8; N]>,
    ) -> io::Result<()> {
        let bytes: Vec<u8> = numbers.flatten().collect();
        self.bytes(&bytes)
    }

    pub(super) fn number(&mut self, number: u64) -> io::Result<()> {
        self.numbers([number.to_le_bytes()].into_iter())
    }
}

/// Reads what a [`SectionWriter`] wrote.
pub(super) struct SectionReader<R> {
    input: R,
}

/// No section is longer; what claims to be is damaged.
const LONGEST: u64 = 1 << 40;

impl<R: Read> SectionReader<R> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(cut_off)?;
        Ok(bytes)
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, SnapshotError> {
        let length = u64::from_le_bytes(self.array()?);
        let checksum = u64::from_le_bytes(self.array()?);
        if length > LONGEST {
            return Err(SnapshotError::Damaged("a length"));
        }
        // The length may be wrong: memory is taken as bytes come.
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(length).read_to_end(&mut bytes)?;
        if read as u64 != length {
            return Err(SnapshotError::Damaged("cut off"));
        }
        if Checksum::of(&bytes) != checksum {
            return Err(SnapshotError::Damaged("a checksum"));
        }
        Ok(bytes)
    }

    /// Numbers of `N` bytes each.
    pub(super) fn numbers<const N: usize, T>(
        &mut self,
        number: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, SnapshotError> {
        let bytes = self.bytes()?;
        let (numbers, rest) = bytes.as_chunks::<N>();
        if !rest.is_empty() {
            return Err(SnapshotError::Damaged("a length"));
        }
        Ok(numbers.iter().map(|bytes| number(*bytes)).collect())
    }

    pub(super) fn number(&mut self) -> Result<u64, SnapshotError> {
        let numbers = self.numbers(u64::from_le_bytes)?;
        numbers.first().copied().ok_or(SnapshotError::Damaged("a length"))
    }
}

fn cut_off(error: io::Error) -> SnapshotError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => SnapshotError::Damaged("cut off"),
        _ => SnapshotError::Io(error),
    }
}
