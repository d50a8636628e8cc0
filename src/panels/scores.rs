//! Scores, their weighted mean, and where readers differ. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::criteria::Criterion;
use crate::fields::{self, FieldErrors, Invalid};

/// The best score.
pub(super) const BEST: u8 = 5;
/// Characters of a comment on one criterion, and of a remark on the whole.
pub(super) const COMMENT: usize = 500;
pub(super) const REMARK: usize = 2_000;
/// From which distance two scores are worth talking about.
const FAR: u8 = 2;

/// What somebody thinks of one criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PanelScore, example = json!({"score": 4, "comment": "計画が具体的"}))]
pub struct Score {
    /// 0 to 5; `null` while nothing is said.
    pub score: Option<u8>,
    /// Up to 500 characters.
    #[serde(default)]
    pub comment: String,
}

/// A sheet, or an agreement, as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PanelSheetForm)]
pub struct SheetForm {
    /// One for each criterion, in their order.
    pub scores: Option<Vec<Score>>,
    /// On the whole, up to 2,000 characters.
    pub remark: Option<String>,
}

impl SheetForm {
    /// Reads a sheet for these many criteria; what is not said stays empty.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub(super) fn parse(&self, criteria: usize) -> Result<(Vec<Score>, String), FieldErrors> {
        let mut errors = FieldErrors::new();
        let given = self.scores.as_deref().unwrap_or_default();
        if given.len() > criteria {
            let refusal = Invalid::new("too_many_entries").with("max", criteria).with("actual", given.len());
            errors.add("/scores", refusal);
        }
        let mut scores = Vec::new();
        for at in 0..criteria {
            let one = given.get(at).cloned().unwrap_or_default();
            if one.score.is_some_and(|score| score > BEST) {
                errors.add(
                    format!("/scores/{at}/score"),
                    Invalid::new("out_of_range").with("min", 0).with("max", BEST),
                );
            }
            let comment = fields::prose(&one.comment, COMMENT);
            let comment = errors.keep(format!("/scores/{at}/comment"), comment).unwrap_or_default();
            scores.push(Score { score: one.score, comment });
        }
        let remark = fields::prose(self.remark.as_deref().unwrap_or_default(), REMARK);
        let remark = errors.keep("/remark", remark).unwrap_or_default();
        errors.into_result()?;
        Ok((scores, remark))
    }
}

/// Whether every criterion has its score.
///
/// # Errors
/// `required` at every one that has none.
pub(super) fn complete(scores: &[Score], criteria: usize) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::new();
    for at in 0..criteria {
        if scores.get(at).is_none_or(|one| one.score.is_none()) {
            errors.add(format!("/scores/{at}/score"), Invalid::new("required"));
        }
    }
    errors.into_result()
}

/// The weighted mean of a sheet, 0 to 5; `None` while a score is missing.
pub(super) fn weighted(criteria: &[Criterion], scores: &[Score]) -> Option<f64> {
    let mut sum = 0.0;
    let mut weights = 0.0;
    for (at, criterion) in criteria.iter().enumerate() {
        let score = scores.get(at)?.score?;
        sum += f64::from(criterion.weight) * f64::from(score);
        weights += f64::from(criterion.weight);
    }
    (weights > 0.0).then(|| sum / weights)
}

/// The plain mean of several sheets; `None` of none.
pub(super) fn mean(totals: &[f64]) -> Option<f64> {
    let count = u32::try_from(totals.len()).ok().filter(|count| *count > 0)?;
    Some(totals.iter().sum::<f64>() / f64::from(count))
}

/// How far the readers are apart on one criterion.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PanelDifference)]
pub struct Difference {
    /// The lowest score.
    pub least: u8,
    /// The highest score.
    pub most: u8,
    /// Whether they are two points or more apart.
    pub far: bool,
}

/// The differences of several sheets, criterion by criterion.
pub(super) fn differences(criteria: usize, sheets: &[&[Score]]) -> Vec<Option<Difference>> {
    let of = |at: usize| {
        let given: Vec<u8> = sheets.iter().filter_map(|sheet| sheet.get(at)?.score).collect();
        let (least, most) = (given.iter().min().copied()?, given.iter().max().copied()?);
        Some(Difference { least, most, far: most.saturating_sub(least) >= FAR })
    };
    (0..criteria).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criteria(weights: &[u32]) -> Vec<Criterion> {
        weights.iter().map(|weight| Criterion { name: weight.to_string(), weight: *weight }).collect()
    }

    fn sheet(scores: &[Option<u8>]) -> Vec<Score> {
        scores.iter().map(|score| Score { score: *score, comment: String::new() }).collect()
    }

    #[test]
    fn a_sheet_weighs_as_its_criteria_do() {
        let criteria = criteria(&[30, 10]);
        assert_eq!(weighted(&criteria, &sheet(&[Some(5), Some(1)])), Some(4.0));
        assert_eq!(weighted(&criteria, &sheet(&[Some(5), None])), None);
        assert_eq!((mean(&[4.0, 2.0]), mean(&[])), (Some(3.0), None));
    }

    #[test]
    fn two_points_are_a_difference_worth_talking_about() {
        let (one, two) = (sheet(&[Some(5), Some(3), None]), sheet(&[Some(3), Some(2), None]));
        let found = differences(3, &[&one, &two]);
        let far: Vec<Option<bool>> = found.iter().map(|one| one.as_ref().map(|one| one.far)).collect();
        assert_eq!(far, [Some(true), Some(false), None]);
    }

    #[test]
    fn a_sheet_is_handed_in_whole() {
        assert!(complete(&sheet(&[Some(0), Some(5)]), 2).is_ok());
        let refused = complete(&sheet(&[None]), 2).expect_err("refused").to_string();
        assert_eq!(refused, "/scores/0/score: required; /scores/1/score: required");
        let form = SheetForm { scores: Some(sheet(&[Some(6)])), remark: None };
        assert_eq!(
            form.parse(1).expect_err("refused").to_string(),
            "/scores/0/score: out_of_range min=0 max=5"
        );
    }
}
