//! What a vendor says about a solution, as it is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::Yen;
use crate::reference::{Region, Sector, Technology};
use crate::text_enum;

pub use crate::matching::Maturity;

text_enum! {
    /// What a vendor does for security by design.
    pub enum SecurityPractice {
        /// Threats were modelled before it was built.
        ThreatModel = "threat_model",
        /// Every part runs with the least rights it needs.
        LeastPrivilege = "least_privilege",
        /// Data are encrypted on the way and at rest.
        Encryption = "encryption",
        /// Security updates are promised and how they reach the site is said.
        Updates = "updates",
        /// Access and changes are logged.
        Logging = "logging",
        /// Somebody answers when something happens.
        IncidentContact = "incident_contact",
        /// A list of the software inside is handed over.
        Sbom = "sbom",
    }
}

/// The document of a solution. Absent values were not said yet; a submitted one lacks none that is required.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct SolutionContent {
    /// 名称: 1 to 100 characters.
    pub name: String,
    /// ひとこと: up to 200 characters.
    #[serde(default)]
    pub tagline: Option<String>,
    /// 説明: up to 5,000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// 分野: 1 to 5 leaves.
    #[schema(value_type = Vec<String>, example = json!(["infrastructure-maintenance/snow-removal"]))]
    pub sectors: Vec<Sector>,
    /// 技術: up to 15.
    #[schema(value_type = Vec<String>, example = json!(["lpwa"]))]
    pub technologies: Vec<Technology>,
    /// What the site must have; empty when it needs nothing.
    #[schema(value_type = Vec<String>, example = json!(["mobile-5g"]))]
    pub infrastructure_required: Vec<Technology>,
    /// How far it has come.
    #[serde(default)]
    pub maturity: Option<Maturity>,
    /// 対応地域: 1 to 60.
    #[schema(value_type = Vec<String>, example = json!(["bureau:hokkaido", "pref:02"]))]
    pub regions: Vec<Region>,
    /// What it costs.
    #[serde(default)]
    pub price: Price,
    /// Months from order to use, 0 to 60.
    #[serde(default)]
    pub lead_months: Option<u8>,
    /// What is done for security by design.
    pub security: Vec<SecurityPractice>,
    /// Whether the vendor wants to go overseas with it.
    pub overseas: bool,
}

/// What a solution costs, in whole yen; each minimum is at most its maximum.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Price {
    /// Least cost of introduction.
    #[serde(default)]
    pub initial_min: Option<Yen>,
    /// Highest cost of introduction.
    #[serde(default)]
    pub initial_max: Option<Yen>,
    /// Least cost of a year.
    #[serde(default)]
    pub yearly_min: Option<Yen>,
    /// Highest cost of a year.
    #[serde(default)]
    pub yearly_max: Option<Yen>,
    /// What the figures hold for, up to 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}
