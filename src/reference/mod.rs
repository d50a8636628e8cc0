//! Reference data: local governments, bureaus, sectors, technologies.
//!
//! Compiled in from `seeds/` (see its README for where each table comes from), read once on first use, never
//! changed while running. The types are small copies that point at a row of their table, so a value that exists
//! names something that exists, and its names, place or parent are never "not found":
//!
//! - [`MunicipalityCode`] → [`Municipality`] → [`Prefecture`] → [`Bureau`]; [`Place`] and the distance between two
//! - [`Sector`] (leaf) → [`TopSector`], and the [`SectorRelation`] of two leaves
//! - [`Technology`], [`Condition`], [`Region`], [`CorporateNumber`]
//!
//! Each has `parse`, is written as its slug (Display, serde), and is ordered as its table is. Tables with more
//! than one row are listed by `all()`.

pub mod api;
mod bureau;
mod condition;
mod corporate_number;
mod municipality;
mod named;
mod naming;
mod place;
mod prefecture;
mod region;
mod seed;
mod slug;
mod taxonomy;

pub use bureau::Bureau;
pub use condition::Condition;
pub use corporate_number::CorporateNumber;
pub use municipality::{Municipality, MunicipalityCode, MunicipalityKind};
pub use place::Place;
pub use prefecture::Prefecture;
pub use region::Region;
pub use taxonomy::{Sector, SectorRelation, Technology, TechnologyGroup, TopSector};
