//! Maturity against the entry stage, lead time against the wished start.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::super::rules::Rules;
use super::super::vocabulary::{EntryStage, Maturity};
use super::{ChallengeView, SolutionView};

/// How far the solution is, and when it could be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessFacts {
    /// How far the solution has come.
    pub maturity: Maturity,
    /// Where the challenge wants to begin.
    pub entry_stage: EntryStage,
    /// Months from order to use.
    pub lead_months: Option<u32>,
    /// Whole months from today to the wished start; negative when it has passed.
    pub months_left: Option<i32>,
}

impl ReadinessFacts {
    pub(in super::super) fn of(challenge: &ChallengeView, solution: &SolutionView, today: NaiveDate) -> Self {
        Self {
            maturity: solution.maturity,
            entry_stage: challenge.entry_stage,
            lead_months: solution.lead_months,
            months_left: Self::months_left(challenge, today),
        }
    }

    /// Whole months from today to the wished start.
    pub(super) fn months_left(challenge: &ChallengeView, today: NaiveDate) -> Option<i32> {
        challenge.start_from.map(|start| months_between(today, start))
    }

    /// Months by which it would be late; 0 when in time, `None` when that cannot be said.
    pub fn months_late(&self) -> Option<u32> {
        let (lead, left) = (self.lead_months?, self.months_left?);
        Some(lead.saturating_sub(u32::try_from(left).unwrap_or(0)))
    }

    /// The component's value.
    pub fn value(&self, rules: &Rules) -> f64 {
        let rules = &rules.readiness;
        let punctual = self
            .months_late()
            .map_or(rules.unknown, |late| (1.0 - f64::from(late) / rules.late_months).max(0.0));
        rules.maturity * rules.fit(self.maturity, self.entry_stage) + (1.0 - rules.maturity) * punctual
    }
}

/// The same value; these facts cost nothing to gather.
pub(in super::super) fn readiness_value(
    challenge: &ChallengeView,
    solution: &SolutionView,
    rules: &Rules,
    today: NaiveDate,
) -> f64 {
    ReadinessFacts::of(challenge, solution, today).value(rules)
}

/// Whole months from one day to another, rounded towards the earlier.
fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    months - i32::from(to.day() < from.day())
}
