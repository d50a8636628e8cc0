//! Nearness of what the vendor has and runs, how far it spreads itself, and likeness of the places.
//!
//! Nearness that only the vendor asserts (a declared deployment) counts a share: otherwise a long list of declared places
//! is near to everybody. And who serves this part of the country and no other is nearer to it than who serves all of it.

use serde::{Deserialize, Serialize};

use super::super::rules::{RegionRules, Rules};
use super::super::vocabulary::{DeploymentOutcome, Verification};
use super::{ChallengeView, SolutionView};
use crate::reference::{MunicipalityCode, MunicipalityKind, Prefecture, Region};

/// What of the vendor stands nearest, and the deployment in the place most like this one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RegionFacts {
    /// What stands nearest.
    pub anchor: Anchor,
    /// Where.
    pub place: MunicipalityCode,
    /// How near.
    pub nearness: Nearness,
    /// Over how many prefectures the vendor spreads its service; `None` when it does not serve the place.
    pub reach: Option<u8>,
    /// The municipality with a deployment that is most like the challenge's; `None` without any.
    pub alike: Option<MunicipalityCode>,
    /// How alike the two are, from the floor to 1; the floor without any deployment.
    pub likeness: f64,
}

/// What a vendor has in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// Its head office.
    Office,
    /// A deployment that was not given up and that others than the vendor stand behind.
    Deployment,
    /// A deployment that was not given up, by the vendor's word alone.
    DeclaredDeployment,
    /// The other challenge, where two challenges are compared.
    Challenge,
}

/// How near two places are: by borders first, by distance beyond them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "tier", rename_all = "snake_case")]
pub enum Nearness {
    /// The same municipality.
    SameMunicipality,
    /// The same prefecture.
    SamePrefecture {
        /// Great-circle distance of the offices in kilometres.
        km: f64,
    },
    /// Prefectures of the same bureau.
    SameBureau {
        /// Great-circle distance of the offices in kilometres.
        km: f64,
    },
    /// Further away.
    Elsewhere {
        /// Great-circle distance of the offices in kilometres.
        km: f64,
    },
}

impl Nearness {
    /// 1 for the same municipality, then by tier; beyond the bureau falling with distance.
    pub fn value(&self, rules: &RegionRules) -> f64 {
        match self {
            Self::SameMunicipality => rules.same_municipality,
            Self::SamePrefecture { .. } => rules.same_prefecture,
            Self::SameBureau { .. } => rules.same_bureau,
            Self::Elsewhere { km } => rules.elsewhere * (-km / rules.half_km).exp2(),
        }
    }
}

impl RegionFacts {
    pub(in super::super) fn of(challenge: &ChallengeView, solution: &SolutionView, rules: &Rules) -> Self {
        let mut nearest = (Anchor::Office, solution.vendor_place);
        let mut best = challenge.nearness_value(solution.vendor_place, rules);
        let (mut alike, mut likeness) = (None, rules.region.likeness_floor);
        for (anchor, place) in running(solution) {
            let value = anchor.trust(&rules.region) * challenge.nearness_value(place, rules);
            if value > best {
                (best, nearest) = (value, (anchor, place));
            }
            let value = likeness_to(challenge, place, rules);
            if alike.is_none() || value > likeness {
                (alike, likeness) = (Some(place), value);
            }
        }
        let (anchor, place) = nearest;
        let reach = solution.serves(challenge.place).then_some(solution.reach);
        Self { anchor, place, nearness: challenge.nearness(place), reach, alike, likeness }
    }

    /// The component's value.
    pub fn value(&self, rules: &Rules) -> f64 {
        let rules = &rules.region;
        value(self.anchor.trust(rules) * self.nearness.value(rules), self.reach, self.likeness, rules)
    }
}

impl Anchor {
    /// How much of the nearness counts.
    fn trust(self, rules: &RegionRules) -> f64 {
        match self {
            Self::DeclaredDeployment => rules.declared,
            Self::Office | Self::Deployment | Self::Challenge => 1.0,
        }
    }
}

/// The same value without the facts.
pub(in super::super) fn region_value(
    challenge: &ChallengeView,
    solution: &SolutionView,
    rules: &Rules,
) -> f64 {
    let mut nearness = challenge.nearness_value(solution.vendor_place, rules);
    let mut likeness = rules.region.likeness_floor;
    for (anchor, place) in running(solution) {
        nearness = nearness.max(anchor.trust(&rules.region) * challenge.nearness_value(place, rules));
        likeness = likeness.max(likeness_to(challenge, place, rules));
    }
    let reach = solution.serves(challenge.place).then_some(solution.reach);
    value(nearness, reach, likeness, &rules.region)
}

fn value(nearness: f64, reach: Option<u8>, likeness: f64, rules: &RegionRules) -> f64 {
    let rest = (1.0 - rules.nearness - rules.dedication).max(0.0);
    rules.nearness * nearness + rules.dedication * dedication(reach, rules) + rest * likeness
}

/// 1 for a vendor that serves this prefecture alone, `nationwide` for one that serves all, between them by the logarithm of
/// their number; 0 for one that does not serve the place.
pub(super) fn dedication(reach: Option<u8>, rules: &RegionRules) -> f64 {
    let Some(reach) = reach else { return 0.0 };
    let spread = f64::from(reach.max(1)).ln() / f64::from(PREFECTURES).ln();
    1.0 - (1.0 - rules.nationwide) * spread.min(1.0)
}

const PREFECTURES: u8 = 47;

/// Over how many prefectures regions spread.
pub(super) fn reach(regions: &[Region]) -> u8 {
    let reached = Prefecture::all().filter(|prefecture| {
        regions.iter().any(|region| match region {
            Region::Nationwide => true,
            Region::Bureau(bureau) => prefecture.bureau() == *bureau,
            Region::Prefecture(one) => one == prefecture,
            Region::Municipality(code) => code.prefecture() == *prefecture,
        })
    });
    u8::try_from(reached.count()).unwrap_or(PREFECTURES)
}

/// The places where the solution is or was used and not given up.
pub(super) fn running(solution: &SolutionView) -> impl Iterator<Item = (Anchor, MunicipalityCode)> {
    let kept = solution.deployments.iter().filter(|one| one.outcome != DeploymentOutcome::Discontinued);
    kept.filter_map(|deployment| {
        let anchor = match deployment.verification {
            Verification::Declared => Anchor::DeclaredDeployment,
            Verification::Documented | Verification::Confirmed => Anchor::Deployment,
        };
        deployment.municipality.map(|place| (anchor, place))
    })
}

pub(in super::super) fn nearness_to(here: MunicipalityCode, there: MunicipalityCode) -> Nearness {
    let km = here.place().distance_km(there.place());
    if here == there {
        Nearness::SameMunicipality
    } else if here.prefecture() == there.prefecture() {
        Nearness::SamePrefecture { km }
    } else if here.bureau() == there.bureau() {
        Nearness::SameBureau { km }
    } else {
        Nearness::Elsewhere { km }
    }
}

/// Likeness of a place to that of the challenge, from the floor to 1. Without a deployment nothing is known and the floor
/// stands, since any deployment may only add.
fn likeness_to(challenge: &ChallengeView, place: MunicipalityCode, rules: &Rules) -> f64 {
    let alike = if place == challenge.place {
        1.0
    } else {
        kind_likeness(challenge.kind(), place.municipality().kind)
    };
    rules.region.likeness_floor + (1.0 - rules.region.likeness_floor) * alike
}

/// Likeness of two kinds of local government: 1 for the same, less by a fifth for each step of size between them
/// (village, town, city, special ward, designated city, prefecture).
pub(in super::super) fn kind_likeness(a: MunicipalityKind, b: MunicipalityKind) -> f64 {
    let size = |kind: MunicipalityKind| match kind {
        MunicipalityKind::Village => 0.0_f64,
        MunicipalityKind::Town => 1.0,
        MunicipalityKind::City => 2.0,
        MunicipalityKind::SpecialWard => 3.0,
        MunicipalityKind::DesignatedCity => 4.0,
        MunicipalityKind::Prefecture => 5.0,
    };
    1.0 - (size(a) - size(b)).abs() / 5.0
}
