//! The inverted index of one segment: which slots have a term, and with which impact.
//!
//! Slots are taken in chunks of [`CHUNK`]. A term that many slots have is kept chunk by chunk, two bytes a posting: the place in
//! the chunk and the impact, ready to be added up without decoding anything. For each chunk the best impact is kept beside
//! it, so that a chunk in which nothing can be found need not be opened. A term that few slots have is kept
//! as one list of four bytes a posting.

use super::super::text::{Impact, Term};

/// Slots in a chunk; their sums fit a processor's first cache.
pub const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 11;
const IMPACT_BITS: u32 = 5;
const IMPACT_MASK: u32 = (1 << IMPACT_BITS) - 1;

/// A term with fewer postings than this for each chunk is kept as one list: below, the directory of its chunks would be
/// larger than what it saves.
const FEW_IN_A_CHUNK: usize = 3;

/// A slot and an impact as one number, which sorts by slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting(u32);

/// The terms of a segment in rising order, each with its postings.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Postings {
    pub(super) terms: Vec<Term>,
    pub(super) lists: Vec<Place>,
    pub(super) rare: Vec<Posting>,
    /// Places in a chunk with impacts, by term, then chunk, then place.
    pub(super) chunked: Vec<u16>,
    /// For each chunked term, where each of its chunks begins in `chunked`, and where the last one ends.
    pub(super) starts: Vec<u32>,
    /// For each chunked term and each chunk, the bits of the best impact; [`NOTHING`] where there is none.
    pub(super) tops: Vec<u8>,
    pub(super) chunks: usize,
    /// The first term of those that begin with the same bits.
    pub(super) heads: Vec<u32>,
    pub(super) head_bits: u32,
}

/// Where the postings of a term are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The first in `rare`, or with [`CHUNKED`] the row of `starts` and `tops`.
    pub(super) first: u32,
    /// How many there are.
    pub(super) count: u32,
}

const CHUNKED: u32 = 1 << 31;
/// No posting in this chunk.
pub const NOTHING: u8 = u8::MAX;

/// The postings of one term.
#[derive(Debug, Clone, Copy)]
pub enum List<'p> {
    /// All of them, by slot.
    Rare(&'p [Posting]),
    /// Chunk by chunk.
    Chunked(Chunked<'p>),
}

/// The postings of a frequent term.
#[derive(Debug, Clone, Copy)]
pub struct Chunked<'p> {
    starts: &'p [u32],
    /// For each chunk the bits of the best impact, or [`NOTHING`].
    pub tops: &'p [u8],
    all: &'p [u16],
}

impl Posting {
    /// Slots go up to 2²⁷.
    pub fn new(slot: u32, impact: Impact) -> Self {
        Self((slot << IMPACT_BITS) | impact.bits())
    }

    /// The slot.
    pub fn slot(self) -> u32 {
        self.0 >> IMPACT_BITS
    }

    /// The impact.
    pub fn impact(self) -> Impact {
        Impact::from_bits(self.0 & IMPACT_MASK)
    }

    /// The chunk, and the place in it with the impact, as they are kept for frequent terms.
    pub fn split(self) -> (usize, u16) {
        let shift = CHUNK_BITS + IMPACT_BITS;
        ((self.0 >> shift) as usize, (self.0 & ((1 << shift) - 1)) as u16)
    }

    fn joined(chunk: usize, rest: u16) -> Self {
        Self(((chunk as u32) << (CHUNK_BITS + IMPACT_BITS)) | u32::from(rest))
    }

    pub(super) fn number(self) -> u32 {
        self.0
    }

    pub(super) fn from_number(number: u32) -> Self {
        Self(number)
    }
}

/// The place in its chunk and the bits of the impact.
pub fn place_and_impact(rest: u16) -> (usize, usize) {
    (usize::from(rest >> IMPACT_BITS), usize::from(rest) & IMPACT_MASK as usize)
}

impl<'p> Chunked<'p> {
    /// The postings in one chunk, by place.
    pub fn chunk(&self, chunk: usize) -> &'p [u16] {
        let bounds = (self.starts.get(chunk), self.starts.get(chunk + 1));
        let (Some(from), Some(to)) = bounds else { return &[] };
        self.all.get(*from as usize..*to as usize).unwrap_or(&[])
    }

    /// The postings in one chunk from one place on.
    pub fn from(&self, chunk: usize, place: usize) -> &'p [u16] {
        let postings = self.chunk(chunk);
        let at = postings.partition_point(|rest| place_and_impact(*rest).0 < place);
        postings.get(at..).unwrap_or(&[])
    }

    /// The impact in one place of one chunk.
    pub fn impact(&self, chunk: usize, place: usize) -> Option<Impact> {
        let (found, bits) = place_and_impact(*self.from(chunk, place).first()?);
        (found == place).then(|| Impact::from_bits(bits as u32))
    }
}

impl<'p> List<'p> {
    /// All postings by slot.
    pub fn iter(self) -> Box<dyn Iterator<Item = Posting> + 'p> {
        match self {
            Self::Rare(postings) => Box::new(postings.iter().copied()),
            Self::Chunked(list) => Box::new((0..list.tops.len()).flat_map(move |chunk| {
                list.chunk(chunk).iter().map(move |rest| Posting::joined(chunk, *rest))
            })),
        }
    }

    /// Adds all postings to `out`.
    pub fn copy_to(self, out: &mut Vec<Posting>) {
        match self {
            Self::Rare(postings) => out.extend_from_slice(postings),
            Self::Chunked(list) => {
                for chunk in 0..list.tops.len() {
                    out.extend(list.chunk(chunk).iter().map(|rest| Posting::joined(chunk, *rest)));
                }
            }
        }
    }

    /// The impact in one slot.
    pub fn impact(self, slot: u32) -> Option<Impact> {
        match self {
            Self::Rare(postings) => {
                let at = postings.partition_point(|posting| posting.slot() < slot);
                postings.get(at).filter(|posting| posting.slot() == slot).map(|posting| posting.impact())
            }
            Self::Chunked(list) => list.impact(slot as usize / CHUNK, slot as usize % CHUNK),
        }
    }
}

impl Postings {
    /// The place of a term among the terms.
    pub fn find(&self, term: Term) -> Option<usize> {
        let head = self.head(term);
        let from = *self.heads.get(head)? as usize;
        let to = self.heads.get(head + 1).map_or(self.terms.len(), |next| *next as usize);
        let among = self.terms.get(from..to)?;
        among.binary_search(&term).ok().map(|at| from + at)
    }

    /// The postings of the term in one place.
    pub fn list(&self, place: usize) -> List<'_> {
        let Some(Place { first, count }) = self.lists.get(place).copied() else { return List::Rare(&[]) };
        if first & CHUNKED == 0 {
            let from = first as usize;
            return List::Rare(self.rare.get(from..from + count as usize).unwrap_or(&[]));
        }
        let row = (first & !CHUNKED) as usize;
        let starts = self.starts.get(row * (self.chunks + 1)..(row + 1) * (self.chunks + 1));
        let tops = self.tops.get(row * self.chunks..(row + 1) * self.chunks);
        List::Chunked(Chunked {
            starts: starts.unwrap_or(&[]),
            tops: tops.unwrap_or(&[]),
            all: &self.chunked,
        })
    }

    /// The postings of a term; none where no slot has it.
    pub fn of(&self, term: Term) -> List<'_> {
        self.find(term).map_or(List::Rare(&[]), |place| self.list(place))
    }

    /// The terms in rising order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// How many chunks there are.
    pub fn chunks(&self) -> usize {
        self.chunks
    }

    /// How many postings there are.
    pub fn len(&self) -> usize {
        self.rare.len() + self.chunked.len()
    }

    fn head(&self, term: Term) -> usize {
        term.number().checked_shr(u64::BITS - self.head_bits).unwrap_or(0) as usize
    }

    /// Makes the table that leads from the first bits of a term to its place: about four terms share theirs.
    pub(super) fn index_heads(&mut self) {
        self.head_bits = (self.terms.len() / 4 + 1).ilog2();
        let mut heads = vec![0_u32; (1 << self.head_bits) + 1];
        for term in &self.terms {
            let head = self.head(*term);
            if let Some(count) = heads.get_mut(head + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for head in &mut heads {
            sum += *head;
            *head = sum;
        }
        self.heads = heads;
    }
}

/// Puts terms together, in rising order.
#[derive(Debug)]
pub struct PostingsBuilder(Postings);

impl PostingsBuilder {
    /// For a segment of so many slots.
    pub fn new(slots: usize) -> Self {
        Self(Postings { chunks: slots.div_ceil(CHUNK), ..Postings::default() })
    }

    /// Adds a term above all others with its postings by slot.
    pub fn push(&mut self, term: Term, postings: &[Posting]) {
        let all = &mut self.0;
        if postings.is_empty() {
            return;
        }
        let count = postings.len() as u32;
        let first = if postings.len() < FEW_IN_A_CHUNK * all.chunks {
            all.rare.extend_from_slice(postings);
            all.rare.len() as u32 - count
        } else {
            let row = (all.tops.len() / all.chunks.max(1)) as u32;
            all.push_chunked(postings);
            row | CHUNKED
        };
        all.terms.push(term);
        all.lists.push(Place { first, count });
    }

    /// Adds all terms of another one for the same slots, which are all above those here.
    pub fn append(&mut self, other: Self) {
        let (all, other) = (&mut self.0, other.0);
        let (rows, rare, chunked) =
            (all.tops.len() / all.chunks.max(1), all.rare.len() as u32, all.chunked.len() as u32);
        all.terms.extend(other.terms);
        all.lists.extend(other.lists.into_iter().map(|Place { first, count }| {
            let base = if first & CHUNKED == 0 { rare } else { rows as u32 };
            Place { first: first + base, count }
        }));
        all.rare.extend(other.rare);
        all.chunked.extend(other.chunked);
        all.starts.extend(other.starts.into_iter().map(|start| start + chunked));
        all.tops.extend(other.tops);
    }

    /// The postings.
    pub fn build(self) -> Postings {
        let mut all = self.0;
        all.terms.shrink_to_fit();
        all.lists.shrink_to_fit();
        all.rare.shrink_to_fit();
        all.chunked.shrink_to_fit();
        all.starts.shrink_to_fit();
        all.tops.shrink_to_fit();
        all.index_heads();
        all
    }
}

impl Postings {
    fn push_chunked(&mut self, postings: &[Posting]) {
        let mut rest = postings;
        for chunk in 0..self.chunks {
            self.starts.push(self.chunked.len() as u32);
            let inside = rest.partition_point(|posting| posting.split().0 <= chunk);
            let (these, others) = rest.split_at(inside);
            self.chunked.extend(these.iter().map(|posting| posting.split().1));
            let best =
                these.iter().map(|posting| posting.impact()).max_by(|a, b| a.value().total_cmp(&b.value()));
            self.tops.push(best.map_or(NOTHING, |impact| impact.bits() as u8));
            rest = others;
        }
        self.starts.push(self.chunked.len() as u32);
    }
}
