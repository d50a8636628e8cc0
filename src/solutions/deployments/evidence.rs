//! The evidence of a solution in figures.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Deployment, Stage, Verification};

/// How many deployments there are, without those that were denied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Evidence {
    /// All of them.
    pub total: usize,
    /// On the vendor's word only.
    pub declared: usize,
    /// Read by a bureau or the operator.
    pub documented: usize,
    /// Confirmed by the municipality.
    pub confirmed: usize,
    /// Trials.
    pub pilot: usize,
    /// In real use.
    pub operation: usize,
    /// Different municipalities in Japan.
    pub municipalities: usize,
}

impl Evidence {
    /// Counts.
    pub fn of(deployments: &[Deployment]) -> Self {
        let mut evidence = Self::default();
        let mut places = BTreeSet::new();
        for deployment in deployments.iter().filter(|deployment| !deployment.is_denied()) {
            evidence.total += 1;
            match deployment.verification {
                Verification::Declared => evidence.declared += 1,
                Verification::Documented => evidence.documented += 1,
                Verification::Confirmed => evidence.confirmed += 1,
            }
            match deployment.content.stage {
                Stage::Pilot => evidence.pilot += 1,
                Stage::Operation => evidence.operation += 1,
            }
            places.extend(deployment.content.municipality_code);
        }
        evidence.municipalities = places.len();
        evidence
    }
}
