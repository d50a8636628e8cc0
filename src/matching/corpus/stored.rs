//! Corpora in snapshots.

use std::io::{self, Read, Write};
use std::sync::Arc;

use super::super::rules::Rules;
use super::super::snapshot::{SectionReader, SectionWriter, SnapshotError, StoredId};
use super::super::text::Term;
use super::live::Live;
use super::postings::{Place, Posting, Postings};
use super::segment::{Item, Segment};
use super::{Corpus, Part};

/// Items that can stand in a snapshot.
pub trait StoredItems: Sized {
    /// Writes them.
    ///
    /// # Errors
    /// Those of the writer.
    fn save(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()>;

    /// Reads so many.
    ///
    /// # Errors
    /// See [`SnapshotError`].
    fn load(input: &mut SectionReader<impl Read>, slots: usize, rules: &Rules)
    -> Result<Self, SnapshotError>;
}

impl<I: StoredId, T: Item<Store: StoredItems>> Corpus<I, T> {
    /// Writes it. What is fresh is made a segment of, in a clone.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn save(&self, out: &mut SectionWriter<impl Write>, rules: &Rules) -> io::Result<()> {
        let mut settled = self.clone();
        settled.settle(rules);
        out.number(settled.parts.len() as u64)?;
        settled.parts.iter().try_for_each(|part| part.save(out))
    }

    /// Reads what [`Corpus::save`] wrote.
    ///
    /// # Errors
    /// See [`SnapshotError`].
    pub fn load(input: &mut SectionReader<impl Read>, rules: &Rules) -> Result<Self, SnapshotError> {
        let parts = input.number()?;
        let parts = (0..parts).map(|_| Part::load(input, rules)).collect::<Result<_, _>>()?;
        Ok(Self { parts, fresh: Vec::new() })
    }
}

impl<I: StoredId, T: Item<Store: StoredItems>> Part<I, T> {
    fn save(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let segment = &self.segment;
        let mut ids = Vec::with_capacity(segment.ids().len() * I::BYTES);
        segment.ids().iter().for_each(|id| id.write(&mut ids));
        out.bytes(&ids)?;
        out.numbers(segment.by_id().iter().map(|slot| slot.to_le_bytes()))?;
        out.number(u64::from(segment.candidates()))?;
        out.numbers(self.live.words().iter().map(|word| word.to_le_bytes()))?;
        out.numbers(self.counts.iter().map(|count| count.to_le_bytes()))?;
        out.number(u64::from(self.stale))?;
        segment.store().save(out)?;
        segment.postings().save(out)
    }

    fn load(input: &mut SectionReader<impl Read>, rules: &Rules) -> Result<Self, SnapshotError> {
        let ids = input.bytes()?;
        let ids: Option<Vec<I>> = ids.chunks(I::BYTES.max(1)).map(I::read).collect();
        let ids = ids.ok_or(SnapshotError::Damaged("an id"))?;
        let by_id = input.numbers(u32::from_le_bytes)?;
        let candidates = input.number()? as u32;
        let live = Live::of_words(input.numbers(u64::from_le_bytes)?);
        let counts: Arc<[u32]> = input.numbers(u32::from_le_bytes)?.into();
        let stale = input.number()? != 0;
        let store = T::Store::load(input, ids.len(), rules)?;
        let postings = Postings::load(input)?;
        if by_id.len() != ids.len()
            || counts.len() != postings.terms().len()
            || candidates as usize > ids.len()
        {
            return Err(SnapshotError::Damaged("parts that do not fit"));
        }
        let live_candidates = live.iter().take_while(|slot| *slot < candidates).count() as u32;
        let segment = Arc::new(Segment::of(ids, by_id, candidates, store, postings));
        Ok(Self { segment, live: Arc::new(live), counts, candidates: live_candidates, stale })
    }
}

impl Postings {
    fn save(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        out.number(self.chunks as u64)?;
        out.numbers(self.terms.iter().map(|term| term.number().to_le_bytes()))?;
        out.numbers(
            self.lists
                .iter()
                .map(|Place { first, count }| (u64::from(*first) << 32 | u64::from(*count)).to_le_bytes()),
        )?;
        out.numbers(self.rare.iter().map(|posting| posting.number().to_le_bytes()))?;
        out.numbers(self.chunked.iter().map(|posting| posting.to_le_bytes()))?;
        out.numbers(self.starts.iter().map(|start| start.to_le_bytes()))?;
        out.bytes(&self.tops)
    }

    fn load(input: &mut SectionReader<impl Read>) -> Result<Self, SnapshotError> {
        let chunks = input.number()? as usize;
        let terms = input.numbers(|bytes| Term::from_number(u64::from_le_bytes(bytes)))?;
        let lists = input.numbers(|bytes| {
            let number = u64::from_le_bytes(bytes);
            Place { first: (number >> 32) as u32, count: number as u32 }
        })?;
        let rare = input.numbers(|bytes| Posting::from_number(u32::from_le_bytes(bytes)))?;
        let chunked = input.numbers(u16::from_le_bytes)?;
        let starts = input.numbers(u32::from_le_bytes)?;
        let tops = input.bytes()?;
        let mut postings = Self { terms, lists, rare, chunked, starts, tops, chunks, ..Self::default() };
        postings.index_heads();
        Ok(postings)
    }
}
