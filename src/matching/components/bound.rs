//! The most that a solution can score, from a few bytes.
//!
//! A ranking compares a challenge with a million solutions, of which a few dozen are shown. Most can be passed over after a
//! glance at their *profile*: rounded in their favour, so that the bound is never below the score. Whoever changes a component
//! sees to it that the bound stays one; the property tests of the index hold it to that.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::super::rules::Rules;
use super::super::vocabulary::Maturity;
use super::super::weights::{ComponentName, Weights};
use super::budget::{affordable, limit};
use super::profile::{LOWEST, Profile, STEPS_OF_PRICE, SectorSet, Summary, bit, kind_bit, reach};
use super::readiness::ReadinessFacts;
use super::region::dedication;
use super::sector::trusted;
use super::technology::most_technology;
use super::{ChallengeView, Nearness, kind_likeness};
use crate::reference::{MunicipalityCode, MunicipalityKind};

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
    /// By the lower and by the upper half of the bits.
    bureaus: [[f32; 256]; 2],
    kinds: [f32; 64],
    /// By the number of prefectures served.
    dedicated: [f32; 65],
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
        let alike = region * (1.0 - rules.region.nearness - rules.region.dedication).max(0.0);
        let dedicated = region * rules.region.dedication;
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
            bureaus: best_of_sets(nearest_of_bureaus(challenge, rules).map(|value| (near * value) as f32)),
            kinds: likest_of_kinds(challenge, rules).map(|value| (alike * value) as f32),
            dedicated: std::array::from_fn(|reach| {
                (dedicated * dedication(u8::try_from(reach).ok(), &rules.region)) as f32
            }),
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
    #[inline]
    pub fn of_sectors(&self, sectors: SectorSet) -> f32 {
        let best = |bits: u128| {
            self.likeness.iter().find(|(_, leaves)| leaves & bits != 0).map_or(0.0, |(value, _)| *value)
        };
        let [filed, read] = self.trust;
        (self.sector * (filed * best(sectors.filed)).max(read * best(sectors.read))) as f32
    }

    /// The most that a solution can score besides its words whose sectors add this much, and the factor over all of it.
    #[inline]
    pub fn of(&self, profile: &Profile, sectors: f32) -> (f32, f32) {
        let [low, high] = profile.prices;
        let sum = sectors
            + self.technology(profile.offered)
            + self.nearness(profile.bureaus)
            + self.kind(profile.kinds)
            + self.dedication(reach(profile.serves))
            + self.evidence(profile.evidence)
            + self.price(low)
            + self.price(high)
            + self.readiness.get(usize::from(profile.readiness)).copied().unwrap_or(1.0);
        (sum + SLACK, self.served(profile.serves))
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
            + self.dedication(summary.reach)
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
        let count = (offered & self.wanted).count_ones();
        self.technology.get(count as usize).copied().unwrap_or(1.0)
    }

    fn nearness(&self, bureaus: u16) -> f32 {
        let [lower, upper] = &self.bureaus;
        let [low, high] = bureaus.to_le_bytes().map(usize::from);
        let best = |table: &[f32; 256], bits: usize| table.get(bits).copied().unwrap_or(1.0);
        best(lower, low).max(best(upper, high))
    }

    fn kind(&self, kinds: u8) -> f32 {
        self.kinds.get(usize::from(kinds)).copied().unwrap_or(1.0)
    }

    fn dedication(&self, reach: u8) -> f32 {
        self.dedicated.get(usize::from(reach)).copied().unwrap_or(1.0)
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
        let Some(maturity) = Maturity::ALL.get(bits >> 6) else { continue };
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

/// For each set of values, given as bits, the greatest of them: of the first eight, and of the others.
fn best_of_sets(values: [f32; 16]) -> [[f32; 256]; 2] {
    let mut tables = [[0.0_f32; 256]; 2];
    for (table, values) in tables.iter_mut().zip(values.chunks(8)) {
        for (at, value) in values.iter().enumerate() {
            let bit = 1 << at;
            // Every set without the bit was done before those with it.
            let (without, with) = table.split_at_mut(bit);
            for (best, other) in with.iter_mut().zip(without) {
                *best = other.max(*value);
            }
        }
    }
    tables
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
