//! Why a pair has its score, as the API shows it and as a match keeps it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Ranking;
use super::candidates::{challenge_doc, solution_doc};
use crate::accounts::Locale;
use crate::challenges::Brief;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matching::{self, ComponentName, Ranked};
use crate::solutions::SolutionId;

/// A score with its reasons. `score = eligibility × Σ contribution`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The score, 0 to 1.
    pub score: f64,
    /// 1, or less where the vendor does not serve the place or the solution denies what is asked for.
    pub eligibility: f64,
    /// Why the factor is below 1: a code, and the regions that are served.
    #[schema(value_type = Option<Object>)]
    pub eligibility_reason: Option<Value>,
    /// What the challenge asks for and the solution's own words deny, and how much that matters.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub denied: Value,
    /// Whether the solution has no operation-stage deployment anywhere and is good enough without one.
    pub newcomer: bool,
    /// The seven components in their fixed order.
    pub components: Vec<ComponentView>,
    /// The same in a sentence, in both languages.
    pub reason: Sentence,
}

/// One component of a score. `contribution = weight × value`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComponentView {
    /// Its name.
    pub name: ComponentName,
    /// 0 to 1.
    pub value: f64,
    /// 0 to 1; the weights of all components sum to 1.
    pub weight: f64,
    /// What it adds.
    pub contribution: f64,
    /// What the value was computed from: enough to do the sum again.
    #[schema(value_type = Object)]
    pub facts: Value,
}

/// Why a solution fits a challenge, in a form that may be told to its vendor: of an anonymous challenge it says no more of
/// the place than the vendor may know.
///
/// # Errors
/// `NotFound`, `Internal`.
pub fn why(
    conn: &mut DbConn,
    ranking: &Ranking,
    brief: &Brief,
    solution: SolutionId,
    today: chrono::NaiveDate,
) -> Result<Explanation, Failure> {
    let challenge = challenge_doc(conn, brief.id)?;
    let challenge = if brief.anonymous { super::veil::over(challenge) } else { challenge };
    let solution = solution_doc(conn, solution)?;
    Explanation::of(&ranking.pair(&challenge, &solution, today))
}

/// A sentence in both languages of the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sentence {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl Sentence {
    /// In the reader's language.
    pub fn in_locale(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.ja,
            Locale::En => &self.en,
        }
    }
}

impl Explanation {
    /// The explanation of one place in a ranking.
    ///
    /// # Errors
    /// `Internal` when facts cannot be written as JSON.
    pub(super) fn of<Id>(ranked: &Ranked<Id>) -> Result<Self, Failure> {
        let reason = ranked.eligibility.reason.as_ref().map(serde_json::to_value).transpose();
        let components = ranked.components.iter().map(ComponentView::of).collect::<Result<_, _>>();
        Ok(Self {
            score: ranked.score,
            eligibility: ranked.eligibility.factor,
            eligibility_reason: reason.map_err(Failure::internal)?,
            denied: serde_json::to_value(&ranked.eligibility.denied).map_err(Failure::internal)?,
            newcomer: ranked.newcomer,
            components: components?,
            reason: Sentence {
                ja: matching::explain::reason(ranked, Locale::Ja),
                en: matching::explain::reason(ranked, Locale::En),
            },
        })
    }
}

impl ComponentView {
    /// The facts in a sentence; empty when they were kept in a form that is no longer known.
    pub(super) fn sentence(&self, locale: Locale) -> String {
        let named = serde_json::json!({
            "name": self.name, "facts": self.facts, "value": self.value, "weight": self.weight,
            "contribution": self.contribution,
        });
        let component: Option<matching::Component> = serde_json::from_value(named).ok();
        component.map(|component| matching::explain::component(&component, locale)).unwrap_or_default()
    }

    fn of(component: &matching::Component) -> Result<Self, Failure> {
        let mut named = serde_json::to_value(&component.facts).map_err(Failure::internal)?;
        Ok(Self {
            name: component.name(),
            value: component.value,
            weight: component.weight,
            contribution: component.contribution,
            facts: named.get_mut("facts").map(Value::take).unwrap_or_default(),
        })
    }
}

/// Why a whole score is lowered, from the form in which it is kept.
pub(super) fn ineligibility(cause: Option<&Value>, denied: &Value, factor: f64) -> matching::Eligibility {
    matching::Eligibility {
        factor,
        reason: cause.and_then(|cause| serde_json::from_value(cause.clone()).ok()),
        // An explanation kept before this was read says nothing of it.
        denied: serde_json::from_value(denied.clone()).unwrap_or_default(),
    }
}
