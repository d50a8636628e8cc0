//! The most that a solution can score, from a few bytes.
//!
//! A ranking compares a challenge with a million solutions, of which a few dozen are shown. Most can be passed over after a
//! glance at their *profile*: rounded in their favour, so that the bound is never below the score. Whoever changes a component
//! sees to it that the bound stays one; the property tests of the index hold it to that.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::super::rules::Rules;
use super::super::weights::{ComponentName, Weights};
use super::budget::{affordable, first_year, limit};
use super::evidence::most_evidence;
use super::readiness::ReadinessFacts;
use super::sector::trusted;
use super::technology::most_technology;
use super::{ChallengeView, Nearness, SolutionView, kind_likeness};
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
    /// The most that its evidence can be worth, in 255ths, on [`Reference`] or later.
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
fn bit(index: usize) -> u128 {
    1 << index.min(127)
}

/// Prices in steps of a quarter of an octave, from 1; step 0 is no price.
const STEPS_OF_PRICE: usize = 256;
const STEPS_PER_OCTAVE: f64 = 4.0;

fn step_of_price(price: Option<i64>) -> u8 {
    price.map_or(0, |price| {
        let octaves = (price.max(0) as f64 + 1.0).log2();
        (octaves * STEPS_PER_OCTAVE).floor().min(254.0) as u8 + 1
    })
}

/// The lowest price of each step, a little less for the rounding of logarithms.
static LOWEST: LazyLock<Vec<i64>> = LazyLock::new(|| {
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

fn kind_bit(kind: MunicipalityKind) -> u8 {
    1 << kind as u8
}

impl Profile {
    /// The profile of a solution whose sectors stand in the place `sectors`; evidence as of `day`.
    pub fn of(solution: &SolutionView, sectors: u32, rules: &Rules, day: i32) -> Self {
        let (price_min, price_max) = first_year(solution.price);
        let running = || super::region::running(solution);
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
    /// A number by which solutions are sorted so that like ones stand together and have low bounds together: by the sectors
    /// they are filed under, then by how much evidence they can have.
    pub fn order(solution: &SolutionView, rules: &Rules) -> u64 {
        let most = (most_evidence(solution, rules, i32::MIN) * 255.0).ceil().clamp(0.0, 255.0) as u64;
        let leaf =
            |place: usize| solution.sectors.get(place).map_or(127, |sector| sector.index().min(126) as u64);
        leaf(0) << 48 | (255 - most) << 32 | leaf(1) << 16
    }
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

/// The bounds of all profiles for one challenge, as sums of table entries.
#[derive(Debug)]
pub struct Bounds {
    /// Leaves by likeness, the likest first.
    likeness: Vec<(f64, u128)>,
    trust: [f64; 2],
    sector: f64,
    wanted: u64,
    /// By the number of wanted technologies offered.
    technology: Vec<f32>,
    bureaus: [f32; 16],
    kinds: [f32; 64],
    evidence: f32,
    /// Evidence is as on its day or later; before, everything is possible.
    evidence_known: bool,
    prices: [f32; STEPS_OF_PRICE],
    readiness: [f32; 256],
    most_ready: f32,
    prefecture: u64,
    not_served: f32,
    /// The weight of the words.
    pub text: f32,
    half: f32,
}

/// What rounding of the bounds may lose; scores are at most 1.
const SLACK: f32 = 1e-5;

impl Bounds {
    /// For a challenge on a day, for profiles whose evidence is as of `day`.
    pub fn new(challenge: &ChallengeView, weights: Weights, rules: &Rules, today: NaiveDate) -> Self {
        let weight = |name| weights.of(name);
        let region = weight(ComponentName::Region);
        let near = region * rules.region.nearness;
        let alike = region * (1.0 - rules.region.nearness);
        let readiness =
            readiness(challenge, rules, today).map(|value| (weight(ComponentName::Readiness) * value) as f32);
        Self {
            likeness: likeness(challenge),
            trust: trusted(rules),
            sector: weight(ComponentName::Sector),
            wanted: challenge.wanted.bits(),
            technology: (0..=challenge.wanted.count())
                .map(|offered| {
                    (weight(ComponentName::Technology) * most_technology(challenge, offered, rules)) as f32
                })
                .collect(),
            bureaus: nearest_of_bureaus(challenge, rules).map(|value| (near * value) as f32),
            kinds: likest_of_kinds(challenge, rules).map(|value| (alike * value) as f32),
            evidence: (weight(ComponentName::Evidence) / 255.0) as f32,
            evidence_known: true,
            prices: prices(challenge, rules)
                .map(|value| (weight(ComponentName::Budget) * value / 2.0) as f32),
            readiness,
            most_ready: readiness.iter().copied().fold(0.0, f32::max),
            prefecture: 1 << challenge.place.prefecture().code(),
            not_served: rules.eligibility.not_served as f32,
            text: weight(ComponentName::Text) as f32,
            half: rules.text.half as f32,
        }
    }

    /// Whether the evidence of profiles as of `day` can be relied on `today`.
    pub fn rely_on_evidence(&mut self, day: i32, today: NaiveDate) {
        self.evidence_known = day <= today.num_days_from_ce();
    }

    /// What the sectors can add at most.
    pub fn of_sectors(&self, sectors: SectorSet) -> f32 {
        let best = |bits: u128| {
            self.likeness.iter().find(|(_, leaves)| leaves & bits != 0).map_or(0.0, |(value, _)| *value)
        };
        let [filed, read] = self.trust;
        (self.sector * (filed * best(sectors.filed)).max(read * best(sectors.read))) as f32
    }

    /// The most that a solution can score whose words add `words`.
    pub fn of(&self, profile: &Profile, sectors: SectorSet, words: f32) -> f32 {
        let [low, high] = profile.prices;
        let sum = self.of_sectors(sectors)
            + words
            + self.technology(profile.offered)
            + self.nearness(profile.bureaus)
            + self.kind(profile.kinds)
            + self.evidence(profile.evidence)
            + self.price(low)
            + self.price(high)
            + self.readiness.get(usize::from(profile.readiness)).copied().unwrap_or(1.0);
        self.served(profile.serves) * sum + SLACK
    }

    /// The most that any of several can score besides its words, and the factor over all of it.
    pub fn besides_words(&self, summary: &Summary) -> (f32, f32) {
        let [low, high] = summary.prices;
        let known = self.price(low) + self.price(high);
        let prices = if summary.unpriced { known.max(2.0 * self.price(0)) } else { known };
        let sum = self.of_sectors(summary.sectors)
            + self.technology(summary.offered)
            + self.nearness(summary.bureaus)
            + self.kind(summary.kinds)
            + self.evidence(summary.evidence)
            + prices
            + self.most_ready;
        (sum + SLACK, self.served(summary.serves))
    }

    /// What a share of all points adds to the score.
    pub fn words(&self, relevance: f32) -> f32 {
        self.text * (relevance * (1.0 + self.half) / (relevance + self.half)).min(1.0)
    }

    /// The least share of all points with which the words add `needed`; above 1 when no share does.
    pub fn relevance(&self, needed: f32) -> f32 {
        if needed <= 0.0 {
            return 0.0;
        }
        let value = needed / self.text.max(f32::MIN_POSITIVE);
        if value >= 1.0 + SLACK {
            return 2.0;
        }
        let value = value.min(1.0);
        value * self.half / (1.0 + self.half - value)
    }

    fn technology(&self, offered: u64) -> f32 {
        let count = bits_of(offered & self.wanted);
        self.technology.get(count).copied().unwrap_or(1.0)
    }

    fn nearness(&self, bureaus: u16) -> f32 {
        let (mut rest, mut best) = (bureaus, 0.0_f32);
        while rest != 0 {
            best = best.max(self.bureaus.get(rest.trailing_zeros() as usize).copied().unwrap_or(1.0));
            rest &= rest - 1;
        }
        best
    }

    fn kind(&self, kinds: u8) -> f32 {
        self.kinds.get(usize::from(kinds)).copied().unwrap_or(1.0)
    }

    fn evidence(&self, most: u8) -> f32 {
        self.evidence * if self.evidence_known { f32::from(most) } else { 255.0 }
    }

    fn price(&self, step: u8) -> f32 {
        self.prices.get(usize::from(step)).copied().unwrap_or(1.0)
    }

    fn served(&self, serves: u64) -> f32 {
        if serves & self.prefecture == 0 { self.not_served } else { 1.0 }
    }
}

/// Few bits at most: a challenge wants few technologies.
fn bits_of(mut bits: u64) -> usize {
    let mut count = 0;
    while bits != 0 {
        bits &= bits - 1;
        count += 1;
    }
    count
}

fn likeness(challenge: &ChallengeView) -> Vec<(f64, u128)> {
    let mut levels: Vec<(f64, u128)> = Vec::new();
    for (index, value) in challenge.likeness.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        match levels.iter_mut().find(|(known, _)| known == value) {
            Some((_, leaves)) => *leaves |= bit(index),
            None => levels.push((*value, bit(index))),
        }
    }
    levels.sort_by(|a, b| b.0.total_cmp(&a.0));
    levels
}

fn prices(challenge: &ChallengeView, rules: &Rules) -> [f64; STEPS_OF_PRICE] {
    let mut values = [rules.budget.unknown; STEPS_OF_PRICE];
    if let Some(budget) = limit(challenge.budget) {
        for (value, price) in values.iter_mut().zip(LOWEST.iter()).skip(1) {
            *value = affordable(*price, budget, rules.budget.zero_at);
        }
    }
    values
}

fn readiness(challenge: &ChallengeView, rules: &Rules, today: NaiveDate) -> [f64; 256] {
    let mut values = [0.0; 256];
    let months = ReadinessFacts::months_left(challenge, today);
    for (bits, value) in values.iter_mut().enumerate() {
        let Some(maturity) = super::super::vocabulary::Maturity::ALL.get(bits >> 6) else { continue };
        let facts = ReadinessFacts {
            maturity: *maturity,
            entry_stage: challenge.entry_stage,
            lead_months: (bits as u32 & 63).checked_sub(1),
            months_left: months,
        };
        *value = facts.value(rules);
    }
    values
}

/// Every place as a point on the unit sphere, with the index of its bureau.
static POINTS: LazyLock<Vec<(usize, [f64; 3])>> = LazyLock::new(|| {
    let point = |code: MunicipalityCode| (code.bureau().index().min(15), point(code));
    MunicipalityCode::all().map(point).collect()
});

fn point(code: MunicipalityCode) -> [f64; 3] {
    let place = code.place();
    let (lat, lng) = (place.lat.to_radians(), place.lng.to_radians());
    [lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()]
}

/// Mean radius of the earth in kilometres, a little less: distances are to be no longer than they are.
const RADIUS_KM: f64 = 6_370.0;

/// The value of the nearest place of each bureau.
fn nearest_of_bureaus(challenge: &ChallengeView, rules: &Rules) -> [f64; 16] {
    let [x, y, z] = point(challenge.place);
    let own = challenge.place.bureau().index().min(15);
    let mut cosines = [-1.0_f64; 16];
    for (bureau, [px, py, pz]) in POINTS.iter() {
        let cosine = x * px + y * py + z * pz;
        if let Some(best) = cosines.get_mut(*bureau) {
            *best = best.max(cosine);
        }
    }
    let mut values = cosines.map(|cosine| {
        let km = (RADIUS_KM * cosine.clamp(-1.0, 1.0).acos() - 1.0).max(0.0);
        Nearness::Elsewhere { km }.value(&rules.region)
    });
    if let Some(value) = values.get_mut(own) {
        let same = [
            Nearness::SameMunicipality,
            Nearness::SamePrefecture { km: 0.0 },
            Nearness::SameBureau { km: 0.0 },
        ];
        *value = same.iter().map(|nearness| nearness.value(&rules.region)).fold(*value, f64::max);
    }
    values
}

/// The value of the likest place among each set of kinds.
fn likest_of_kinds(challenge: &ChallengeView, rules: &Rules) -> [f64; 64] {
    const KINDS: [MunicipalityKind; 6] = [
        MunicipalityKind::Prefecture,
        MunicipalityKind::DesignatedCity,
        MunicipalityKind::SpecialWard,
        MunicipalityKind::City,
        MunicipalityKind::Town,
        MunicipalityKind::Village,
    ];
    let floor = rules.region.likeness_floor;
    let mut values = [floor; 64];
    for (bits, value) in values.iter_mut().enumerate() {
        for kind in KINDS.into_iter().filter(|kind| usize::from(kind_bit(*kind)) & bits != 0) {
            let alike = kind_likeness(challenge.kind(), kind);
            *value = value.max(floor + (1.0 - floor) * alike);
        }
    }
    values
}
