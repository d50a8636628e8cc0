//! Telling whether bytes are as they were written.

use super::term::folded;

/// A sum over bytes that any change of a few of them changes. It guards against damage, not against forgery.
#[derive(Debug, Default, Clone, Copy)]
pub struct Checksum {
    state: u64,
    length: u64,
}

impl Checksum {
    /// The checksum of these bytes.
    pub fn of(bytes: &[u8]) -> u64 {
        let mut checksum = Self::default();
        checksum.add(bytes);
        checksum.value()
    }

    /// Adds a stretch of bytes; where one ends and the next begins counts.
    pub fn add(&mut self, bytes: &[u8]) {
        const FACTOR: u64 = 0xbb67_ae85_84ca_a73b;
        let (words, rest) = bytes.as_chunks::<8>();
        let mut state = self.state ^ bytes.len() as u64;
        for word in words {
            state = folded(state ^ u64::from_le_bytes(*word), FACTOR).wrapping_add(FACTOR);
        }
        let last = rest.iter().fold(1_u64, |word, byte| (word << 8) | u64::from(*byte));
        self.state = folded(state ^ last, FACTOR).wrapping_add(FACTOR);
        self.length += bytes.len() as u64;
    }

    /// The sum so far.
    pub fn value(self) -> u64 {
        folded(self.state ^ self.length, 0x3c6e_f372_fe94_f82b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_bit_anywhere_is_noticed() {
        let bytes: Vec<u8> = (0..100).collect();
        for bit in 0..bytes.len() * 8 {
            let mut wrong = bytes.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(Checksum::of(&wrong), Checksum::of(&bytes));
        }
    }

    #[test]
    fn what_is_cut_off_or_moved_is_noticed() {
        let bytes = [0_u8; 64];
        assert_ne!(Checksum::of(&bytes), Checksum::of(&bytes[..63]));
        let sum = |parts: &[&[u8]]| {
            let mut sum = Checksum::default();
            parts.iter().for_each(|part| sum.add(part));
            sum.value()
        };
        assert_ne!(sum(&[b"ab", b"c"]), sum(&[b"a", b"bc"]));
    }
}
