//! A solution in 32 bytes, from which it can be told how much it can score at most.

use std::sync::LazyLock;

use super::super::rules::Rules;
use super::SolutionView;
use super::budget::first_year;
use super::evidence::most_evidence;
use super::region::running;
use crate::reference::{MunicipalityCode, MunicipalityKind, Region, Sector};

/// What a bound is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// Technologies offered, as bits.
    pub offered: u64,
    /// Prefectures in which a place may be served, as bits.
    pub serves: u64,
    /// The place of its sectors among the [`SectorSet`]s.
    pub sectors: u32,
    /// Bureaus in whose area the vendor has or runs something, as bits.
    pub bureaus: u16,
    /// Steps of the lowest and the highest price of the first year.
    pub prices: [u8; 2],
    /// The most that its evidence can be worth, in 255ths, on the day it was made for, or later.
    pub evidence: u8,
    /// Maturity and lead time.
    pub readiness: u8,
    /// Kinds of local government in which it is or was used, as bits.
    pub kinds: u8,
    /// Whether it is in real use anywhere, or was.
    pub operation: bool,
}

/// Leaves of the taxonomy as bits: those a solution is filed under, and those of which its words speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SectorSet {
    /// Filed under.
    pub filed: u128,
    /// Spoken of.
    pub read: u128,
}

impl SectorSet {
    /// None at all.
    pub const NONE: Self = Self { filed: 0, read: 0 };

    /// Those of a solution.
    pub fn of(solution: &SolutionView) -> Self {
        let bits = |sectors: &[Sector]| sectors.iter().fold(0, |bits, sector| bits | bit(sector.index()));
        Self { filed: bits(&solution.sectors), read: bits(&solution.read) }
    }

    /// Those of either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { filed: self.filed | other.filed, read: self.read | other.read }
    }
}

/// What has no bit of its own shares the last one.
pub(super) fn bit(index: usize) -> u128 {
    1 << index.min(127)
}

/// Prices in steps of a quarter of an octave, from 1; step 0 is no price.
pub(super) const STEPS_OF_PRICE: usize = 256;
const STEPS_PER_OCTAVE: f64 = 4.0;

fn step_of_price(price: Option<i64>) -> u8 {
    price.map_or(0, |price| {
        let octaves = (price.max(0) as f64 + 1.0).log2();
        (octaves * STEPS_PER_OCTAVE).floor().min(254.0) as u8 + 1
    })
}

/// The lowest price of each step, a little less for the rounding of logarithms.
pub(super) static LOWEST: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let lowest = |step: usize| match step {
        0 | 1 => i64::MIN,
        step => (((step - 1) as f64 / STEPS_PER_OCTAVE).exp2() * (1.0 - 1e-9) - 1.0) as i64,
    };
    (0..STEPS_OF_PRICE).map(lowest).collect()
});

/// Six bits for the months: 0 when nothing was said, 63 for 62 and more.
fn readiness_bits(solution: &SolutionView) -> u8 {
    let months = solution.lead_months.map_or(0, |months| months.min(62) as u8 + 1);
    (solution.maturity as u8) << 6 | months
}

pub(super) fn kind_bit(kind: MunicipalityKind) -> u8 {
    1 << kind as u8
}

impl Profile {
    /// The profile of a solution whose sectors stand in the place `sectors`; evidence as of `day`.
    pub fn of(solution: &SolutionView, sectors: u32, rules: &Rules, day: i32) -> Self {
        let (price_min, price_max) = first_year(solution.price);
        let running = || running(solution).map(|(_, place)| place);
        let offices = running().chain([solution.vendor_place]);
        let most = most_evidence(solution, rules, day);
        Self {
            offered: solution.offered.bits(),
            serves: solution.regions.iter().fold(0, |bits, region| bits | prefectures(*region)),
            sectors,
            bureaus: offices.fold(0, |bits, code| bits | bureau_bit(code)),
            prices: [step_of_price(price_min), step_of_price(price_max)],
            evidence: (most * 255.0).ceil().clamp(0.0, 255.0) as u8,
            readiness: readiness_bits(solution),
            kinds: running().fold(0, |bits, code| bits | kind_bit(code.municipality().kind)),
            operation: solution.has_operation(),
        }
    }
}

impl Profile {
    /// A number by which solutions are sorted so that like ones stand together and have low bounds together: by the sector that
    /// they are filed under first, by where they are offered, by how much evidence they can have, by price.
    pub fn order(solution: &SolutionView, rules: &Rules) -> u64 {
        let leaf = solution.sectors.first().map_or(127, |sector| sector.index().min(126) as u64);
        let served = match solution.regions.first() {
            Some(Region::Nationwide) => 0,
            Some(Region::Bureau(bureau)) => 1 + bureau.index().min(62) as u64,
            Some(Region::Prefecture(prefecture)) => 64 + u64::from(prefecture.code()),
            Some(Region::Municipality(code)) => 64 + u64::from(code.prefecture().code()),
            None => 127,
        };
        let evidence = 15 - (most_evidence(solution, rules, i32::MIN) * 15.0).ceil().clamp(0.0, 15.0) as u64;
        let price = u64::from(step_of_price(first_year(solution.price).0));
        leaf << 40 | served << 32 | evidence << 24 | price << 16
    }
}

/// Over how many prefectures a service spreads.
pub(super) fn reach(serves: u64) -> u8 {
    if serves == u64::MAX { 47 } else { serves.count_ones() as u8 }
}

fn bureau_bit(code: MunicipalityCode) -> u16 {
    1 << code.bureau().index().min(15)
}

fn prefectures(region: Region) -> u64 {
    match region {
        Region::Nationwide => u64::MAX,
        Region::Bureau(bureau) => bureau.prefectures().fold(0, |bits, one| bits | 1 << one.code()),
        Region::Prefecture(prefecture) => 1 << prefecture.code(),
        Region::Municipality(code) => 1 << code.prefecture().code(),
    }
}

/// The best of several profiles in every respect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Sectors of any.
    pub sectors: SectorSet,
    /// Technologies of any.
    pub offered: u64,
    /// Prefectures of any.
    pub serves: u64,
    /// The fewest prefectures that any spreads over.
    pub reach: u8,
    /// Bureaus of any.
    pub bureaus: u16,
    /// The lowest steps of price; 0 when one has no price.
    pub prices: [u8; 2],
    /// Whether one has no price.
    pub unpriced: bool,
    /// The most evidence of any.
    pub evidence: u8,
    /// Kinds of any.
    pub kinds: u8,
}

impl Summary {
    /// Of no profile.
    pub const NONE: Self = Self {
        sectors: SectorSet::NONE,
        offered: 0,
        serves: 0,
        reach: u8::MAX,
        bureaus: 0,
        prices: [u8::MAX; 2],
        unpriced: false,
        evidence: 0,
        kinds: 0,
    };

    /// With one more profile.
    pub fn add(&mut self, profile: &Profile, sectors: SectorSet) {
        self.sectors = self.sectors.union(sectors);
        self.offered |= profile.offered;
        self.serves |= profile.serves;
        self.reach = self.reach.min(reach(profile.serves));
        self.bureaus |= profile.bureaus;
        for (lowest, price) in self.prices.iter_mut().zip(profile.prices) {
            if price == 0 {
                self.unpriced = true;
            } else {
                *lowest = price.min(*lowest);
            }
        }
        self.evidence = self.evidence.max(profile.evidence);
        self.kinds |= profile.kinds;
    }
}
