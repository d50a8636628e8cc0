//! What is matched: plain data, without ids, states or people.
//!
//! The slices that own challenges and solutions turn their records into these; nothing here knows how they are stored.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::vocabulary::{DeploymentOutcome, DeploymentStage, EntryStage, Maturity, Verification};
use crate::reference::{Condition, MunicipalityCode, Region, Sector, Technology};

/// A challenge (地域課題) as matching sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChallengeDoc {
    /// Whether it is open: only then is it ranked for solutions. It is searched and likened in any case.
    pub candidate: bool,
    /// The municipality that posted it.
    pub place: MunicipalityCode,
    /// 題名
    pub title: String,
    /// 概要
    pub summary: String,
    /// 背景
    pub background: String,
    /// 現状
    pub current_state: String,
    /// 目指す姿
    pub desired_state: String,
    /// The indicators to be reached, as text.
    pub outcomes: String,
    /// One to three leaves.
    pub sectors: Vec<Sector>,
    /// Technologies wanted.
    pub technologies: Vec<Technology>,
    /// What makes the site hard.
    pub conditions: Vec<Condition>,
    /// Technologies available on site; empty when nothing was said.
    pub infrastructure: Vec<Technology>,
    /// Where it wants to begin.
    pub entry_stage: EntryStage,
    /// Whole yen.
    pub budget: Budget,
    /// The wished first day.
    pub start_from: Option<NaiveDate>,
}

/// What may be spent, in whole yen; `None` where nothing was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// The least that is thought of.
    pub min: Option<i64>,
    /// The most that can be paid for the introduction and the first year.
    pub max: Option<i64>,
    /// What can be paid every year after.
    pub running_per_year: Option<i64>,
}

/// A solution (ソリューション) as matching sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SolutionDoc {
    /// Whether it is published and its vendor approved: only then is it ranked. It is searched in any case.
    pub candidate: bool,
    /// The vendor's head office.
    pub vendor_place: MunicipalityCode,
    /// 名称
    pub name: String,
    /// ひとこと
    pub tagline: String,
    /// 説明
    pub description: String,
    /// The leaves it is filed under.
    pub sectors: Vec<Sector>,
    /// Technologies offered.
    pub technologies: Vec<Technology>,
    /// Technologies that it needs on site.
    pub infrastructure_required: Vec<Technology>,
    /// How far it has come.
    pub maturity: Maturity,
    /// Regions served; empty means nothing was said, which serves nowhere.
    pub regions: Vec<Region>,
    /// Whole yen.
    pub price: Price,
    /// Months from order to use.
    pub lead_months: Option<u32>,
    /// Earlier uses.
    pub deployments: Vec<DeploymentDoc>,
}

/// What a solution costs, in whole yen; `None` where nothing was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    /// Least cost of introduction.
    pub initial_min: Option<i64>,
    /// Highest cost of introduction.
    pub initial_max: Option<i64>,
    /// Least cost of a year.
    pub yearly_min: Option<i64>,
    /// Highest cost of a year.
    pub yearly_max: Option<i64>,
}

/// One earlier use of a solution in one place (導入実績).
#[derive(Debug, Clone, PartialEq)]
pub struct DeploymentDoc {
    /// Where it was.
    pub place: DeploymentPlace,
    /// What for.
    pub sector: Sector,
    /// First day of use.
    pub started_on: NaiveDate,
    /// Last day of use, when it ended.
    pub ended_on: Option<NaiveDate>,
    /// Trial or real use.
    pub stage: DeploymentStage,
    /// What came of it.
    pub outcome: DeploymentOutcome,
    /// Who stands behind it.
    pub verification: Verification,
    /// The results, as text; may be empty.
    pub results: String,
}

/// Where a deployment was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeploymentPlace {
    /// A local government in Japan.
    Municipality(MunicipalityCode),
    /// Another country, by its ISO 3166-1 code or name.
    Country(String),
}
