//! Which slots of a segment still hold.

/// A bit for each slot, set while what is there holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    words: Vec<u64>,
    count: usize,
}

impl Live {
    /// All of so many slots.
    pub fn all(slots: usize) -> Self {
        let mut words = vec![u64::MAX; slots / 64];
        if !slots.is_multiple_of(64) {
            words.push((1 << (slots % 64)) - 1);
        }
        Self { words, count: slots }
    }

    /// The slots whose bits are set.
    pub(super) fn of_words(words: Vec<u64>) -> Self {
        let count = words.iter().map(|word| word.count_ones() as usize).sum();
        Self { words, count }
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Whether a slot holds.
    pub fn contains(&self, slot: u32) -> bool {
        self.words.get(slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    /// Lets a slot go; whether it held.
    pub fn remove(&mut self, slot: u32) -> bool {
        let Some(word) = self.words.get_mut(slot as usize / 64) else { return false };
        let bit = 1 << (slot % 64);
        let held = *word & bit != 0;
        *word &= !bit;
        self.count -= usize::from(held);
        held
    }

    /// How many slots hold.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The slots that hold, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.words).flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_let_go_holds_no_more() {
        for slots in [0, 1, 63, 64, 65, 200] {
            let mut live = Live::all(slots);
            assert_eq!(live.iter().count(), slots);
            for slot in (0..slots as u32).step_by(3) {
                assert!(live.remove(slot) && !live.remove(slot) && !live.contains(slot));
            }
            assert_eq!(live.count(), slots - slots.div_ceil(3));
            assert!(live.iter().eq((0..slots as u32).filter(|slot| slot % 3 != 0)));
        }
    }
}
