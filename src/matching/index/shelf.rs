//! Solutions and challenges as a corpus keeps them.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::components::{AskedFor, ChallengeView, Profile, SectorSet, SolutionView, Summary};
use super::super::corpus::{CHUNK, Item, Store, StoredItems};
use super::super::document::ChallengeDoc;
use super::super::rules::Rules;
use super::super::snapshot::{Exact, SectionReader, SectionWriter, SnapshotError};
use super::super::text::{Question, Term};

/// A solution without its words.
#[derive(Debug, Clone)]
pub(in super::super) struct SolutionItem {
    pub(super) candidate: bool,
    pub(super) view: SolutionView,
}

/// Slots in a block; as many as share one summary of their profiles.
pub(super) const BLOCK: usize = 16;

/// Solutions packed one after the other, and beside them the columns that a ranking reads of all of them.
#[derive(Debug, Default)]
pub(in super::super) struct Solutions {
    /// The first byte says whether it is a candidate, the others are the packed view.
    pub(in super::super) bytes: Vec<u8>,
    /// Where each ends in `bytes`.
    pub(in super::super) ends: Vec<u32>,
    profiles: Vec<Profile>,
    /// The different sets of sectors, in the order in which they first occur.
    sectors: Vec<SectorSet>,
    /// The profiles of each block in one.
    blocks: Vec<Summary>,
    /// The day of the evidence in the profiles, in days of the common era.
    day: i32,
}

impl Item for SolutionItem {
    type Store = Solutions;

    fn is_candidate(&self) -> bool {
        self.candidate
    }

    fn order(&self, rules: &Rules) -> u64 {
        Profile::order(&self.view, rules)
    }
}

impl Solutions {
    /// The profiles of the blocks of the first `slots` slots of a chunk.
    pub(super) fn blocks(&self, chunk: usize, slots: usize) -> impl Iterator<Item = &[Profile]> {
        let first = chunk * CHUNK;
        self.profiles.get(first..first + slots).unwrap_or(&[]).chunks(BLOCK)
    }

    /// How many different sets of sectors there are.
    pub(super) fn sector_sets(&self) -> usize {
        self.sectors.len()
    }

    pub(super) fn sectors(&self, profile: &Profile) -> SectorSet {
        self.sectors.get(profile.sectors as usize).copied().unwrap_or(SectorSet::NONE)
    }

    /// The profiles of each block in one.
    pub(super) fn summaries(&self) -> impl Iterator<Item = &Summary> {
        self.blocks.iter()
    }

    pub(super) fn day(&self) -> i32 {
        self.day
    }

    /// The day on or before which nine of ten deployments that ended had ended: profiles are of use from that day on.
    fn settle_day(&mut self) {
        let slots = 0..self.ends.len() as u32;
        let mut days: Vec<i32> = slots
            .filter_map(|slot| self.get(slot))
            .flat_map(|item| item.view.last_days().collect::<Vec<_>>())
            .collect();
        let place = days.len() * 9 / 10;
        if place < days.len() {
            let (_, day, _) = days.select_nth_unstable(place);
            self.day = *day;
        }
    }
}

impl Store<SolutionItem> for Solutions {
    fn push(&mut self, item: &SolutionItem, _rules: &Rules) {
        self.bytes.push(u8::from(item.candidate));
        item.view.pack(&mut self.bytes);
        self.ends.push(self.bytes.len() as u32);
    }

    fn finish(&mut self, rules: &Rules) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.settle_day();
        let mut known: HashMap<SectorSet, u32> = HashMap::new();
        let (mut sets, mut profiles) = (Vec::new(), Vec::with_capacity(self.ends.len()));
        for item in (0..self.ends.len() as u32).filter_map(|slot| self.get(slot)) {
            let sectors = SectorSet::of(&item.view);
            let next = known.len() as u32;
            let place = *known.entry(sectors).or_insert(next);
            if place == next {
                sets.push(sectors);
            }
            profiles.push(Profile::of(&item.view, place, rules, self.day));
        }
        sets.shrink_to_fit();
        self.sectors = sets;
        let summary = |profiles: &[Profile]| {
            let mut summary = Summary::NONE;
            profiles.iter().for_each(|profile| summary.add(profile, self.sectors(profile)));
            summary
        };
        let blocks = profiles.chunks(BLOCK).map(summary).collect();
        self.blocks = blocks;
        self.profiles = profiles;
    }

    fn get(&self, slot: u32) -> Option<SolutionItem> {
        let end = *self.ends.get(slot as usize)? as usize;
        let start = slot.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before as usize))?;
        let (candidate, view) = self.bytes.get(*start as usize..end)?.split_first()?;
        Some(SolutionItem { candidate: *candidate == 1, view: SolutionView::unpack(view)? })
    }
}

impl StoredItems for Solutions {
    fn save(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        out.bytes(&self.bytes)?;
        out.numbers(self.ends.iter().map(|end| end.to_le_bytes()))
    }

    fn load(
        input: &mut SectionReader<impl Read>,
        slots: usize,
        rules: &Rules,
    ) -> Result<Self, SnapshotError> {
        let mut store =
            Self { bytes: input.bytes()?, ends: input.numbers(u32::from_le_bytes)?, ..Self::default() };
        store.finish(rules);
        if store.profiles.len() == slots { Ok(store) } else { Err(SnapshotError::Damaged("solutions")) }
    }
}

/// A challenge with what is worked out from it.
#[derive(Debug, Clone)]
pub(in super::super) struct ChallengeItem(pub(super) Arc<ChallengeEntry>);

/// A challenge, prepared.
#[derive(Debug)]
pub(in super::super) struct ChallengeEntry {
    pub(super) doc: ChallengeDoc,
    pub(super) view: ChallengeView,
    /// Its question to the solutions.
    pub(super) question: Question,
}

impl Item for ChallengeItem {
    type Store = Challenges;

    fn is_candidate(&self) -> bool {
        self.0.doc.candidate
    }

    fn order(&self, _rules: &Rules) -> u64 {
        0
    }
}

/// Challenges by slot.
#[derive(Debug, Default)]
pub(in super::super) struct Challenges(Vec<ChallengeItem>);

impl Store<ChallengeItem> for Challenges {
    fn push(&mut self, item: &ChallengeItem, _rules: &Rules) {
        self.0.push(item.clone());
    }

    fn finish(&mut self, _rules: &Rules) {
        self.0.shrink_to_fit();
    }

    fn get(&self, slot: u32) -> Option<ChallengeItem> {
        self.0.get(slot as usize).cloned()
    }
}

/// A challenge as it stands in a snapshot; what follows from the document and the rules does not.
#[derive(Serialize, Deserialize)]
struct StoredChallenge {
    doc: ChallengeDoc,
    question: Vec<(u64, Exact)>,
    asked: AskedFor,
}

impl StoredItems for Challenges {
    fn save(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let stored: Vec<StoredChallenge> = self
            .0
            .iter()
            .map(|ChallengeItem(entry)| StoredChallenge {
                doc: entry.doc.clone(),
                asked: entry.view.asked().clone(),
                question: entry
                    .question
                    .iter()
                    .map(|(term, weight)| (term.number(), Exact(*weight)))
                    .collect(),
            })
            .collect();
        out.bytes(&serde_json::to_vec(&stored)?)
    }

    fn load(
        input: &mut SectionReader<impl Read>,
        slots: usize,
        rules: &Rules,
    ) -> Result<Self, SnapshotError> {
        let stored: Vec<StoredChallenge> =
            serde_json::from_slice(&input.bytes()?).map_err(|_| SnapshotError::Damaged("challenges"))?;
        let items = stored.into_iter().map(|StoredChallenge { doc, question, asked }| {
            let question = question.into_iter().map(|(term, weight)| (Term::from_number(term), weight.0));
            let entry = ChallengeEntry {
                view: ChallengeView::new(&doc, asked, rules),
                question: question.collect(),
                doc,
            };
            ChallengeItem(Arc::new(entry))
        });
        let items: Vec<ChallengeItem> = items.collect();
        if items.len() == slots { Ok(Self(items)) } else { Err(SnapshotError::Damaged("challenges")) }
    }
}
