//! Documents by id and by slot.

use std::collections::HashMap;

use super::Id;

/// Entries in numbered slots; a slot that was left is given out again.
#[derive(Debug)]
pub(super) struct Shelf<I, E> {
    slots: Vec<Option<(I, E)>>,
    by_id: HashMap<I, u32>,
    free: Vec<u32>,
}

impl<I, E> Default for Shelf<I, E> {
    fn default() -> Self {
        Self { slots: Vec::new(), by_id: HashMap::new(), free: Vec::new() }
    }
}

impl<I: Id, E> Shelf<I, E> {
    /// Puts an entry in; `id` must not be there.
    pub(super) fn insert(&mut self, id: I, entry: E) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.by_id.insert(id.clone(), slot);
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = Some((id, entry));
        }
        slot
    }

    /// Takes an entry out, with the slot that it had.
    pub(super) fn remove(&mut self, id: &I) -> Option<(u32, E)> {
        let slot = self.by_id.remove(id)?;
        let (_, entry) = self.slots.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        Some((slot, entry))
    }

    pub(super) fn get(&self, id: &I) -> Option<&E> {
        self.by_id.get(id).and_then(|slot| self.at(*slot)).map(|(_, entry)| entry)
    }

    pub(super) fn at(&self, slot: u32) -> Option<(&I, &E)> {
        self.slots.get(slot as usize)?.as_ref().map(|(id, entry)| (id, entry))
    }

    /// The slots in use, with what is in them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &I, &E)> {
        (0..).zip(&self.slots).filter_map(|(slot, place)| place.as_ref().map(|(id, entry)| (slot, id, entry)))
    }

    /// How many slots there are, in use or not.
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }
}
