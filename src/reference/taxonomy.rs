//! Sectors (分野) and technologies (技術), and how near two sectors are.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::seed;
use super::slug::{interned, unknown};
use crate::fields::Invalid;

/// One of the 13 top sectors.
#[derive(Clone, Copy)]
pub struct TopSector(&'static Row);

/// One of the 74 leaves of the sectors, the grain at which challenges, solutions and deployments are filed.
#[derive(Clone, Copy)]
pub struct Sector(&'static Leaf);

/// One of the 43 technologies: wanted, offered, or required on site.
#[derive(Clone, Copy)]
pub struct Technology(&'static TechnologyRow);

/// How near two sectors are, nearest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectorRelation {
    /// Nothing in common.
    Unrelated,
    /// Two leaves of one top sector.
    SameTop,
    /// A reviewed pair of `seeds/related_sectors.toml`.
    Related,
    /// The same leaf.
    SameLeaf,
}

/// `seeds/taxonomy.json`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    sectors: Vec<SectorEntry>,
    technologies: Vec<TechnologyEntry>,
    pub(super) site_conditions: Vec<Named>,
}

/// A slug with its names.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) slug: String,
    pub(super) ja: String,
    pub(super) en: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SectorEntry {
    slug: String,
    ja: String,
    en: String,
    leaves: Vec<Named>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct TechnologyEntry {
    slug: String,
    ja: String,
    en: String,
    group: TechnologyGroup,
}

/// What kind of thing a technology is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TechnologyGroup {
    /// Ways to carry data: what a site has or lacks.
    Network,
    /// Things in the field.
    Device,
    /// Recognition, forecast, generation.
    Ai,
    /// What several services stand on.
    Platform,
    /// What people use.
    Application,
}

struct Row {
    index: usize,
    slug: &'static str,
    ja: &'static str,
    en: &'static str,
}

struct TechnologyRow {
    index: usize,
    slug: &'static str,
    ja: &'static str,
    en: &'static str,
    group: TechnologyGroup,
}

struct Leaf {
    index: usize,
    slug: &'static str,
    ja: &'static str,
    en: &'static str,
    top: TopSector,
}

interned!(TopSector, Row);
interned!(Sector, Leaf);
interned!(Technology, TechnologyRow);

pub(super) static FILE: LazyLock<File> = LazyLock::new(|| {
    let parsed = serde_json::from_str(include_str!("../../seeds/taxonomy.json"));
    seed::table("taxonomy.json", parsed.map_err(|error| error.to_string()))
});

static TOPS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let entries = FILE.sectors.iter().enumerate();
    entries.map(|(index, SectorEntry { slug, ja, en, .. })| Row { index, slug, ja, en }).collect()
});

static LEAVES: LazyLock<Vec<Leaf>> = LazyLock::new(|| {
    let entries = TopSector::all().zip(&FILE.sectors);
    let leaves = entries.flat_map(|(top, entry)| entry.leaves.iter().map(move |leaf| (top, leaf)));
    leaves
        .enumerate()
        .map(|(index, (top, Named { slug, ja, en }))| Leaf { index, slug, ja, en, top })
        .collect()
});

static TECHNOLOGIES: LazyLock<Vec<TechnologyRow>> = LazyLock::new(|| {
    let entries = FILE.technologies.iter().enumerate();
    let rows = entries.map(|(index, TechnologyEntry { slug, ja, en, group })| TechnologyRow {
        index,
        slug,
        ja,
        en,
        group: *group,
    });
    rows.collect()
});

static RELATED: LazyLock<HashSet<(Sector, Sector)>> =
    LazyLock::new(|| seed::table("related_sectors.toml", load_related()));

fn load_related() -> Result<HashSet<(Sector, Sector)>, String> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        pair: Vec<Pair>,
    }
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        sectors: [Sector; 2],
        reason: String,
    }
    let file: File = toml::from_str(include_str!("../../seeds/related_sectors.toml"))
        .map_err(|error| error.to_string())?;
    let mut related = HashSet::new();
    for Pair { sectors: [a, b], reason } in file.pair {
        if a == b || reason.trim().is_empty() || !related.insert((a, b)) || !related.insert((b, a)) {
            return Err(format!("{a} and {b}: the same, twice, or without a reason"));
        }
    }
    Ok(related)
}

impl TopSector {
    /// Reads a slug such as `disaster-safety`.
    ///
    /// # Errors
    /// `unknown_sector`, or `unknown_sector_suggest` {suggestion}.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::all().find(|top| top.as_str() == text).ok_or_else(|| {
            let known = Self::all().map(|top| (top.as_str(), [top.name_ja(), top.name_en()]));
            unknown(text, known, "unknown_sector", "unknown_sector_suggest")
        })
    }

    /// All top sectors in the order of the taxonomy.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TOPS.iter().map(Self)
    }

    /// 農林水産
    pub fn name_ja(self) -> &'static str {
        self.0.ja
    }

    /// Agriculture, forestry & fisheries
    pub fn name_en(self) -> &'static str {
        self.0.en
    }

    /// Its leaves.
    pub fn leaves(self) -> impl Iterator<Item = Sector> {
        Sector::all().filter(move |sector| sector.top() == self)
    }
}

impl Sector {
    /// Reads a leaf's slug such as `disaster-safety/landslide`.
    ///
    /// # Errors
    /// - `sector_is_top` {example}: a top sector where a leaf is needed.
    /// - `unknown_sector`, or `unknown_sector_suggest` {suggestion}.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if let Some(sector) = Self::all().find(|sector| sector.as_str() == text) {
            return Ok(sector);
        }
        if let Some(example) = TopSector::parse(text).ok().and_then(|top| top.leaves().next()) {
            return Err(Invalid::new("sector_is_top").with("example", example));
        }
        let known = Self::all().map(|sector| (sector.as_str(), [sector.name_ja(), sector.name_en()]));
        Err(unknown(text, known, "unknown_sector", "unknown_sector_suggest"))
    }

    /// All leaves in the order of the taxonomy.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        LEAVES.iter().map(Self)
    }

    /// The value in a place of its table, as [`Self::index`] gives it; `None` behind the end.
    pub fn at(index: usize) -> Option<Self> {
        LEAVES.get(index).map(Self)
    }

    /// 土砂災害
    pub fn name_ja(self) -> &'static str {
        self.0.ja
    }

    /// Landslides
    pub fn name_en(self) -> &'static str {
        self.0.en
    }

    /// The top sector above it.
    pub fn top(self) -> TopSector {
        self.0.top
    }

    /// How near another sector is; symmetric.
    pub fn relation(self, other: Self) -> SectorRelation {
        if self == other {
            SectorRelation::SameLeaf
        } else if RELATED.contains(&(self, other)) {
            SectorRelation::Related
        } else if self.top() == other.top() {
            SectorRelation::SameTop
        } else {
            SectorRelation::Unrelated
        }
    }
}

impl Technology {
    /// Reads a slug such as `lpwa`.
    ///
    /// # Errors
    /// `unknown_technology`, or `unknown_technology_suggest` {suggestion}.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::all().find(|technology| technology.as_str() == text).ok_or_else(|| {
            let known = Self::all().map(|one| (one.as_str(), [one.name_ja(), one.name_en()]));
            unknown(text, known, "unknown_technology", "unknown_technology_suggest")
        })
    }

    /// All technologies in the order of the taxonomy.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TECHNOLOGIES.iter().map(Self)
    }

    /// The value in a place of its table, as [`Self::index`] gives it; `None` behind the end.
    pub fn at(index: usize) -> Option<Self> {
        TECHNOLOGIES.get(index).map(Self)
    }

    /// 衛星通信・NTN
    pub fn name_ja(self) -> &'static str {
        self.0.ja
    }

    /// Satellite / NTN
    pub fn name_en(self) -> &'static str {
        self.0.en
    }

    /// What kind of thing it is.
    pub fn group(self) -> TechnologyGroup {
        self.0.group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sector(slug: &str) -> Sector {
        Sector::parse(slug).unwrap()
    }

    #[test]
    fn the_tree_has_13_top_sectors_74_leaves_and_there_are_43_technologies() {
        assert_eq!((TopSector::all().len(), Sector::all().len(), Technology::all().len()), (13, 74, 43));
    }

    #[test]
    fn every_leaf_stands_under_its_top_sector_and_is_read_back_from_its_slug() {
        for leaf in Sector::all() {
            assert!(leaf.as_str().starts_with(&format!("{}/", leaf.top())), "{leaf}");
            assert_eq!(Sector::parse(leaf.as_str()), Ok(leaf));
        }
        for technology in Technology::all() {
            assert_eq!(Technology::parse(technology.as_str()), Ok(technology));
        }
    }

    #[test]
    fn relations_are_symmetric_and_a_leaf_is_nearest_to_itself() {
        for a in Sector::all() {
            for b in Sector::all() {
                assert_eq!(a.relation(b), b.relation(a));
                assert_eq!(a == b, a.relation(b) == SectorRelation::SameLeaf);
            }
        }
    }

    #[test]
    fn a_reviewed_pair_is_nearer_than_a_mere_neighbour() {
        let snow = sector("infrastructure-maintenance/snow-removal");
        assert_eq!(snow.relation(sector("transport-logistics/road-traffic")), SectorRelation::Related);
        assert_eq!(snow.relation(sector("infrastructure-maintenance/mobile-gap")), SectorRelation::SameTop);
        assert_eq!(snow.relation(sector("childcare/child-safety")), SectorRelation::Unrelated);
        assert!(SectorRelation::Related > SectorRelation::SameTop);
    }

    #[test]
    fn a_top_sector_where_a_leaf_is_needed_gets_an_example() {
        let invalid = Sector::parse("childcare").unwrap_err();
        assert_eq!(invalid.to_string(), "sector_is_top example=childcare/sick-child-care");
    }

    #[test]
    fn unknown_slugs_are_refused_with_what_was_probably_meant() {
        let leaf = Sector::parse("snow-remova").unwrap_err();
        assert_eq!(
            leaf.to_string(),
            "unknown_sector_suggest suggestion=infrastructure-maintenance/snow-removal"
        );
        assert_eq!(
            Technology::parse("LPWA").unwrap_err().to_string(),
            "unknown_technology_suggest suggestion=lpwa"
        );
        assert_eq!(Technology::parse("teleport").unwrap_err().to_string(), "unknown_technology");
    }

    #[test]
    fn slugs_are_what_json_carries() {
        let json = serde_json::to_string(&sector("disaster-safety/landslide")).unwrap();
        assert_eq!(json, r#""disaster-safety/landslide""#);
        assert!(serde_json::from_str::<Sector>(&json).is_ok());
        assert!(serde_json::from_str::<Sector>(r#""nothing""#).is_err());
    }
}
