//! What a municipality can spend, and how much of that a reader is told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::Yen;
use crate::text_enum;

text_enum! {
    /// How certain the money is.
    pub enum BudgetStatus {
        /// 未定: nothing was asked for yet; figures may be left out.
        NoneYet = "none_yet",
        /// 要求中
        Requested = "requested",
        /// 確保済み
        Secured = "secured",
        /// 補助金次第
        SubsidyDependent = "subsidy_dependent",
    }
}

/// The budget of a challenge: `min` ≤ `max`, whole yen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// The least that is thought of.
    pub min: Option<Yen>,
    /// The most that can be paid for the introduction and the first year.
    pub max: Option<Yen>,
    /// What can be paid every year after.
    pub running_per_year: Option<Yen>,
    /// How certain it is.
    pub status: Option<BudgetStatus>,
    /// The fiscal year (from 1 April) in which it is spent.
    pub fiscal_year: Option<i32>,
    /// Support programs it counts on.
    pub programs: Vec<String>,
    /// Whether the municipality opens the figures to everyone instead of the band only.
    pub figures_public: bool,
}

text_enum! {
    /// How large a budget is, for readers who may not see its figures. By the most that can be paid, else by
    /// the least; both ends belong to the band whose upper end they are.
    #[schema(as = BudgetBand)]
    pub enum Band {
        /// No figure was given.
        None = "none",
        /// Up to 1 million yen (100万円まで).
        UpTo1m = "up_to_1m",
        /// Over 1 up to 5 million yen (500万円まで).
        UpTo5m = "1m_to_5m",
        /// Over 5 up to 10 million yen (1,000万円まで).
        UpTo10m = "5m_to_10m",
        /// Over 10 up to 30 million yen (3,000万円まで).
        UpTo30m = "10m_to_30m",
        /// Over 30 up to 100 million yen (1億円まで).
        UpTo100m = "30m_to_100m",
        /// Over 100 million yen (1億円超).
        Over100m = "over_100m",
    }
}

/// The upper ends of the bands in yen. 1 and 5 million lie near the usual limits of small negotiated contracts,
/// 10 million is the largest single pilot of most prefectural schemes, 30 and 100 million those of national ones.
const UPPER_ENDS: [(i64, Band); 5] = [
    (1_000_000, Band::UpTo1m),
    (5_000_000, Band::UpTo5m),
    (10_000_000, Band::UpTo10m),
    (30_000_000, Band::UpTo30m),
    (100_000_000, Band::UpTo100m),
];

impl Band {
    /// The band of one sum.
    pub fn of(sum: Yen) -> Self {
        UPPER_ENDS.iter().find(|(end, _)| sum.yen() <= *end).map_or(Self::Over100m, |(_, band)| *band)
    }

    /// The place of the band among all, the smallest sums first; as kept in the database.
    pub fn rank(self) -> i32 {
        Self::ALL.iter().zip(0..).find(|(band, _)| **band == self).map_or(0, |(_, rank)| rank)
    }
}

impl Budget {
    /// The band of the budget.
    pub fn band(&self) -> Band {
        self.most().map_or(Band::None, Band::of)
    }

    /// The least that is thought of; the one figure there is when only one was given.
    pub fn least(&self) -> Option<Yen> {
        self.min.or(self.max)
    }

    /// The most that can be paid; the one figure there is when only one was given.
    pub fn most(&self) -> Option<Yen> {
        self.max.or(self.min)
    }
}

/// A budget as a reader may see it: the figures only where they are allowed or opened.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChallengeBudget)]
pub struct BudgetView {
    /// How large it is.
    pub band: Band,
    /// Whole yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub min: Option<Yen>,
    /// Whole yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub max: Option<Yen>,
    /// Whole yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub running_per_year: Option<Yen>,
    /// How certain it is.
    pub status: Option<BudgetStatus>,
    /// From 1 April of this year.
    pub fiscal_year: Option<i32>,
    /// Support programs it counts on.
    pub programs: Vec<String>,
    /// Whether everyone sees the figures.
    pub figures_public: bool,
}

impl BudgetView {
    /// `budget` as a reader sees it who may (`figures`) or may not read figures.
    pub fn of(budget: &Budget, figures: bool) -> Self {
        let shown = |sum: Option<Yen>| sum.filter(|_| figures || budget.figures_public);
        Self {
            band: budget.band(),
            min: shown(budget.min),
            max: shown(budget.max),
            running_per_year: shown(budget.running_per_year),
            status: budget.status,
            fiscal_year: budget.fiscal_year,
            programs: budget.programs.clone(),
            figures_public: budget.figures_public,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yen(sum: i64) -> Yen {
        Yen::new(sum).expect("a sum")
    }

    #[test]
    fn a_sum_belongs_to_the_band_whose_upper_end_it_does_not_exceed() {
        for (sum, band) in [
            (0, Band::UpTo1m),
            (1_000_000, Band::UpTo1m),
            (1_000_001, Band::UpTo5m),
            (5_000_000, Band::UpTo5m),
            (10_000_000, Band::UpTo10m),
            (12_000_000, Band::UpTo30m),
            (100_000_000, Band::UpTo100m),
            (100_000_001, Band::Over100m),
        ] {
            assert_eq!(Band::of(yen(sum)), band, "{sum}");
        }
    }

    #[test]
    fn a_larger_sum_never_has_a_lower_rank() {
        let ranks: Vec<i32> = UPPER_ENDS.iter().map(|(end, _)| Band::of(yen(*end)).rank()).collect();
        assert_eq!(ranks, [1, 2, 3, 4, 5]);
        assert_eq!((Band::None.rank(), Band::Over100m.rank()), (0, 6));
    }

    #[test]
    fn a_budget_has_the_band_of_the_most_that_can_be_paid() {
        let both = Budget { min: Some(yen(900_000)), max: Some(yen(20_000_000)), ..Budget::default() };
        assert_eq!(both.band(), Band::UpTo30m);
        let only_min = Budget { min: Some(yen(900_000)), ..Budget::default() };
        assert_eq!(only_min.band(), Band::UpTo1m);
        assert_eq!(Budget::default().band(), Band::None);
    }

    #[test]
    fn figures_are_shown_only_where_they_are_allowed_or_opened() {
        let mut budget = Budget { max: Some(yen(20_000_000)), ..Budget::default() };
        assert_eq!(BudgetView::of(&budget, false).max, None);
        assert_eq!(BudgetView::of(&budget, false).band, Band::UpTo30m);
        assert_eq!(BudgetView::of(&budget, true).max, budget.max);
        budget.figures_public = true;
        assert_eq!(BudgetView::of(&budget, false).max, budget.max);
    }
}
