//! Chance that is the same on every machine.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// The same, but each number about as often as 1 over one more than it (Zipf's law).
    pub fn skewed(&mut self, bound: usize) -> usize {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((bound as f64 + 1.0).powf(share) - 1.0) as usize % bound.max(1)
    }

    /// One of a list, which must not be empty, each as often.
    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let place = self.below(list.len());
        one(list, place)
    }

    /// The same, the first ones far oftener.
    pub fn pick_skewed<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let place = self.skewed(list.len());
        one(list, place)
    }

    /// Another order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            let place = self.below(end + 1);
            list.swap(place, end);
        }
    }
}

#[expect(clippy::indexing_slicing, reason = "every place is drawn below the length of its list")]
fn one<T>(list: &[T], place: usize) -> &T {
    &list[place]
}
