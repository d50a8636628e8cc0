//! The files of `seeds/demo/`, read into types.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A challenge; `form` is what the API takes, without the dates that count from today.
#[derive(Debug, Deserialize)]
pub(super) struct SeedChallenge {
    pub(super) municipality_code: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) return_comment: Option<String>,
    #[serde(default)]
    pub(super) due_in_days: Option<i64>,
    #[serde(default)]
    pub(super) start_in_months: Option<u32>,
    #[serde(default)]
    pub(super) published_days_ago: Option<i64>,
    #[serde(flatten)]
    pub(super) form: Map<String, Value>,
}

/// A vendor.
#[derive(Debug, Deserialize)]
pub(super) struct SeedVendor {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) vendor_type: String,
    pub(super) municipality_code: String,
    pub(super) founded_on: Option<chrono::NaiveDate>,
    pub(super) employees: Option<i32>,
    pub(super) website: Option<String>,
    pub(super) description: String,
    pub(super) status: String,
}

/// A solution; `form` is what the API takes.
#[derive(Debug, Deserialize)]
pub(super) struct SeedSolution {
    pub(super) vendor: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) published_days_ago: Option<i64>,
    #[serde(default)]
    pub(super) deployments: Vec<SeedDeployment>,
    #[serde(flatten)]
    pub(super) form: Map<String, Value>,
}

/// A deployment; `form` is what the API takes.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SeedDeployment {
    pub(super) verification: String,
    #[serde(flatten)]
    pub(super) form: Map<String, Value>,
}

/// The world.
#[derive(Debug)]
pub(super) struct Seeds {
    pub(super) challenges: Vec<SeedChallenge>,
    pub(super) vendors: Vec<SeedVendor>,
    pub(super) solutions: Vec<SeedSolution>,
}

impl Seeds {
    /// Reads the compiled-in files.
    pub(super) fn read() -> Result<Self, serde_json::Error> {
        let mut seeds = Self {
            challenges: serde_json::from_str(include_str!("../../../seeds/demo/challenges.json"))?,
            vendors: serde_json::from_str(include_str!("../../../seeds/demo/vendors.json"))?,
            solutions: serde_json::from_str(include_str!("../../../seeds/demo/solutions.json"))?,
        };
        for form in seeds
            .challenges
            .iter_mut()
            .map(|challenge| &mut challenge.form)
            .chain(seeds.solutions.iter_mut().map(|solution| &mut solution.form))
        {
            form.remove("key");
        }
        Ok(seeds)
    }
}
