//! The structured components of a score, one file each.
//!
//! Each takes the challenge and the solution as [`ChallengeView`] and [`SolutionView`] (prepared once, cheap to
//! compare) and gives *facts*: what was compared with what, as data. The value of a component is computed from its facts and
//! the rules alone, so whoever holds an explanation can do the sum again.

mod bound;
mod budget;
mod evidence;
mod limits;
mod packed;
mod profile;
mod readiness;
mod region;
mod sector;
mod technology;
mod view;

pub use bound::Bounds;
pub use budget::{BudgetFacts, PriceFit};
pub use evidence::{EvidenceEntry, EvidenceFacts};
pub use limits::AskedFor;
pub use profile::{Profile, SectorSet, Summary};
pub use readiness::ReadinessFacts;
pub use region::{Anchor, Nearness, RegionFacts};
pub use sector::SectorFacts;
pub use technology::TechnologyFacts;
pub use view::{ChallengeView, SolutionView, Spoken};

pub(super) use budget::budget_value;
pub(super) use evidence::evidence_value;
pub(super) use limits::{denied_weight, denied_words, limit_factor};
pub(super) use readiness::readiness_value;
pub(super) use region::{kind_likeness, nearness_to, region_value};
pub(super) use sector::{nearest, relation_value, sector_value};
pub(super) use technology::technology_value;
