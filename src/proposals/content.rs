//! What a proposal says.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::{FieldErrors, Invalid, Yen};
use crate::solutions::SolutionId;

/// One thing that will be done, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProposalMilestone)]
pub struct Milestone {
    /// What.
    pub milestone: String,
    /// Until when.
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<NaiveDate>,
}

/// What it costs the municipality, in whole yen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProposalCost)]
pub struct Cost {
    /// For the introduction and the first year.
    #[schema(value_type = Option<i64>)]
    pub initial: Option<Yen>,
    /// Every year after.
    #[schema(value_type = Option<i64>)]
    pub yearly: Option<Yen>,
    /// Who pays: the municipality's budget, a support program, the vendor.
    pub funded_by: String,
}

/// The document. Empty text and empty lists mean that nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProposalContent)]
pub struct Content {
    /// The solutions that are proposed, the main one first.
    #[schema(value_type = Vec<String>)]
    pub solutions: Vec<SolutionId>,
    /// 進め方
    pub approach: String,
    /// 計画
    pub plan: Vec<Milestone>,
    /// 費用
    pub cost: Cost,
    /// 体制
    pub team: String,
    /// リスクと対策
    pub risks: String,
    /// 自治体にお願いすること
    pub needs: String,
}

impl Content {
    /// Whether everything is said that a panel needs: all that is missing at once.
    ///
    /// # Errors
    /// `required` at every field that is missing.
    pub fn complete(&self) -> Result<(), FieldErrors> {
        let said = [
            ("/solutions", !self.solutions.is_empty()),
            ("/approach", !self.approach.is_empty()),
            ("/plan", !self.plan.is_empty()),
            ("/cost/initial", self.cost.initial.is_some()),
            ("/cost/yearly", self.cost.yearly.is_some()),
            ("/team", !self.team.is_empty()),
        ];
        let mut errors = FieldErrors::new();
        for (pointer, _) in said.iter().filter(|(_, said)| !said) {
            errors.add(*pointer, Invalid::new("required"));
        }
        errors.into_result()
    }
}
