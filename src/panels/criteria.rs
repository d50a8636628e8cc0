//! What proposals are judged by, and how much each thing weighs. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::Locale;
use crate::fields::{self, FieldErrors, Invalid};
use crate::locales;

/// Criteria of one panel, at most.
pub(super) const MOST: usize = 10;
/// Characters of a criterion.
pub(super) const NAME: usize = 60;
/// Weights are parts of whatever they add up to.
const WEIGHTS: std::ops::RangeInclusive<u32> = 1..=100;
/// What is judged by unless the municipality says otherwise, as keys below `panels.usual`.
const USUAL: [(&str, u32); 5] =
    [("fit", 30), ("feasibility", 25), ("cost", 20), ("evidence", 15), ("operation", 10)];

/// One thing that proposals are judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PanelCriterion, example = json!({"name": "課題との適合", "weight": 30}))]
pub struct Criterion {
    /// What is judged, 1 to 60 characters.
    pub name: String,
    /// How much it weighs against the others, 1 to 100.
    pub weight: u32,
}

/// The criteria as they are written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PanelCriteriaForm)]
pub struct CriteriaForm {
    /// One to ten; they replace those that were set before.
    #[schema(value_type = Vec<Criterion>)]
    pub criteria: Option<Vec<CriterionForm>>,
}

/// A criterion as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionForm {
    pub(super) name: Option<String>,
    pub(super) weight: Option<u32>,
}

impl CriteriaForm {
    /// Reads the criteria.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub(super) fn parse(&self) -> Result<Vec<Criterion>, FieldErrors> {
        let mut errors = FieldErrors::new();
        let forms = self.criteria.as_deref().unwrap_or_default();
        if forms.is_empty() {
            errors.add("/criteria", Invalid::new("required"));
        }
        if forms.len() > MOST {
            let refusal = Invalid::new("too_many_entries").with("max", MOST).with("actual", forms.len());
            errors.add("/criteria", refusal);
        }
        let mut criteria: Vec<Criterion> = Vec::new();
        for (at, form) in forms.iter().enumerate().take(MOST) {
            let name = form.name.as_deref().ok_or_else(|| Invalid::new("required"));
            let name =
                errors.keep(format!("/criteria/{at}/name"), name.and_then(|text| fields::line(text, NAME)));
            let weight = form.weight.ok_or_else(|| Invalid::new("required")).and_then(weight);
            let weight = errors.keep(format!("/criteria/{at}/weight"), weight);
            match (name, weight) {
                (Some(name), Some(_)) if criteria.iter().any(|one| one.name == name) => {
                    errors.add(format!("/criteria/{at}/name"), Invalid::new("repeated"));
                }
                (Some(name), Some(weight)) => criteria.push(Criterion { name, weight }),
                _ => {}
            }
        }
        errors.into_result()?;
        Ok(criteria)
    }
}

fn weight(weight: u32) -> Result<u32, Invalid> {
    if WEIGHTS.contains(&weight) {
        Ok(weight)
    } else {
        Err(Invalid::new("out_of_range").with("min", WEIGHTS.start()).with("max", WEIGHTS.end()))
    }
}

/// The criteria that hold: those that were set, else the usual ones.
pub(super) fn in_force(set: Vec<Criterion>, locale: Locale) -> Vec<Criterion> {
    if !set.is_empty() {
        return set;
    }
    let usual = USUAL.iter().map(|(key, weight)| Criterion {
        name: locales::text(locale, &format!("panels.usual.{key}"), &[]),
        weight: *weight,
    });
    usual.collect()
}
