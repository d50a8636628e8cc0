//! Terms as numbers.

use std::hash::{BuildHasherDefault, Hasher};

/// A term, told from others by 64 bits of its key.
///
/// Numbers that follow from the key alone need no dictionary that all parts of an index, all threads and all nodes would have to
/// share. That two of a million terms have the same number has a chance of one in forty million; they would then count
/// as one term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(u64);

/// Odd constants without pattern: the first digits of the fractions of the square roots of 2, 3 and 5.
const ROOTS: [u64; 3] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b];

impl Term {
    /// The number of a key: eight bytes at a time, mixed by multiplications of 64 to 128 bits.
    pub fn of(key: &str) -> Self {
        let [mut state, factor, last] = ROOTS;
        for bytes in key.as_bytes().chunks(8) {
            let word = bytes.iter().rev().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
            state = folded(state ^ word, factor);
        }
        Self(folded(state ^ key.len() as u64, last) ^ state.rotate_left(32))
    }

    /// The term with this number.
    pub fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Its number, evenly spread over all of 64 bits.
    pub fn number(self) -> u64 {
        self.0
    }
}

pub(super) fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

/// Terms in hash tables: they are hashes already.
pub type TermHash = BuildHasherDefault<TermHasher>;

/// See [`TermHash`].
#[derive(Debug, Default)]
pub struct TermHasher(u64);

impl Hasher for TermHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 =
            bytes.iter().fold(self.0, |state, byte| folded(state ^ u64::from(*byte), 0x6a09_e667_f3bc_c909));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_that_differ_little_have_numbers_that_differ() {
        let mut keys: HashSet<String> = HashSet::from([String::new()]);
        for a in 'ぁ'..='ん' {
            keys.extend(('一'..='十').flat_map(|b| [format!("{a}"), format!("{a}{b}"), format!("{b}{a}\0")]));
        }
        let numbers: HashSet<Term> = keys.iter().map(|key| Term::of(key)).collect();
        assert_eq!(numbers.len(), keys.len());
    }

    #[test]
    fn the_number_of_a_key_is_the_same_in_every_build() {
        assert_eq!(Term::of("除雪"), Term::of(&["除", "雪"].concat()));
        assert_eq!(Term::from_number(Term::of("除雪").number()), Term::of("除雪"));
    }
}
