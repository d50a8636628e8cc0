//! How much a term counts in a document, in five bits.
//!
//! The impact of a term is the part of BM25 that depends on the document alone: `f / (f + k1·(1 − b + b·length/usual))`, from 0 to 1, where f
//! is the frequency weighted by field. Measured against a *usual* length from the configuration and not against the average of the
//! moment, it never changes while the document does not: it can be stored, and what one vendor writes has no
//! effect on the score of another through it.

use super::super::rules::TextRules;

/// One of 32 steps. The first eight are for terms that stand in results of deployments only, which count for relevance but in
/// no statistic; the others for terms of the document itself. Within both, a higher step is a higher impact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impact(u8);

/// How many steps there are.
pub const STEPS: usize = 32;
/// How many of them are for terms outside the statistics.
const UNCOUNTED: u8 = 8;
const COUNTED: u8 = STEPS as u8 - UNCOUNTED;

impl Impact {
    /// The step nearest to the impact of a term with this weighted frequency in a document of `length` tokens.
    pub fn of(frequency: f64, counted: bool, length: u32, rules: &TextRules) -> Self {
        let norm = rules.k1 * (1.0 - rules.b + rules.b * f64::from(length) / rules.usual_length);
        let impact = frequency / (frequency + norm);
        let (first, steps) = if counted { (UNCOUNTED, COUNTED) } else { (0, UNCOUNTED) };
        // From 1 to the number of steps: what is there at all counts for something.
        let step = (impact * f64::from(steps)).round().clamp(1.0, f64::from(steps));
        Self(first + step as u8 - 1)
    }

    /// The impact with these five bits.
    pub fn from_bits(bits: u32) -> Self {
        Self((bits % STEPS as u32) as u8)
    }

    /// Its five bits.
    pub fn bits(self) -> u32 {
        u32::from(self.0)
    }

    /// Above 0, at most 1.
    pub fn value(self) -> f64 {
        match self.0.checked_sub(UNCOUNTED) {
            Some(step) => f64::from(step + 1) / f64::from(COUNTED),
            None => f64::from(self.0 + 1) / f64::from(UNCOUNTED),
        }
    }

    /// Whether the term stands in a field that counts in the statistics.
    pub fn is_counted(self) -> bool {
        self.0 >= UNCOUNTED
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..STEPS as u8).map(Self)
    }
}
