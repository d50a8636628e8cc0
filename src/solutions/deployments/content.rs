//! What is said about one earlier use of a solution, and what is asked of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Country, Outcome, Stage};
use crate::fields::{FieldErrors, Invalid, compact_ascii, date, line, web_address};
use crate::reference::{MunicipalityCode, Sector};

const RESULTS: usize = 10;
const INDICATOR: usize = 100;
const UNIT: usize = 30;
/// Larger figures are slips of the keyboard; up to here every whole number is exact.
const LARGEST_MEASURE: f64 = 1e15;

/// One earlier use of a solution in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeploymentContent {
    /// 全国地方公共団体コード; absent abroad.
    #[schema(value_type = Option<String>, example = "012106")]
    pub municipality_code: Option<MunicipalityCode>,
    /// ISO 3166-1 alpha-2; absent in Japan.
    #[schema(value_type = Option<String>)]
    pub country: Option<Country>,
    /// What it was used for: one leaf.
    #[schema(value_type = String, example = "infrastructure-maintenance/snow-removal")]
    pub sector: Sector,
    /// First day of use.
    pub started_on: NaiveDate,
    /// Last day of use, when it ended.
    pub ended_on: Option<NaiveDate>,
    /// Trial or real use.
    pub stage: Stage,
    /// What came of it.
    pub outcome: Outcome,
    /// What it brought, up to 10.
    pub results: Vec<Measured>,
    /// Where it can be read about.
    pub evidence_url: Option<String>,
}

/// One indicator, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Measured {
    /// What was measured.
    pub indicator: String,
    /// The figure before.
    pub before: Option<f64>,
    /// The figure after.
    pub after: Option<f64>,
    /// In what, e.g. 時間/日.
    pub unit: String,
}

/// The body of a deployment as it is sent. `municipality_code` or `country`, not both.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "municipality_code": "012106",
    "sector": "infrastructure-maintenance/snow-removal",
    "started_on": "2023-11-01",
    "stage": "operation",
    "outcome": "ongoing",
    "results": [{"indicator": "日報の作成", "before": 40, "after": 5, "unit": "分/日"}],
    "evidence_url": "https://example.jp/snow"
}))]
pub struct DeploymentForm {
    municipality_code: Option<String>,
    country: Option<String>,
    sector: Option<String>,
    started_on: Option<String>,
    ended_on: Option<String>,
    stage: Option<String>,
    outcome: Option<String>,
    results: Option<Vec<MeasuredForm>>,
    evidence_url: Option<String>,
}

/// One indicator; the figures are numbers, or texts that read as one.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasuredForm {
    indicator: Option<String>,
    #[schema(value_type = Option<f64>)]
    before: Option<Value>,
    #[schema(value_type = Option<f64>)]
    after: Option<Value>,
    unit: Option<String>,
}

impl DeploymentForm {
    /// Reads it. `today` is the date in Japan: what lies behind it cannot have been experienced.
    ///
    /// # Errors
    /// Every broken rule with the pointer of its field.
    pub fn parse(&self, today: NaiveDate) -> Result<DeploymentContent, FieldErrors> {
        let mut errors = FieldErrors::new();
        let (municipality_code, country) = self.place(&mut errors);
        let sector = asked(&mut errors, "/sector", self.sector.as_deref(), Sector::parse);
        let started_on = asked(&mut errors, "/started_on", self.started_on.as_deref(), date);
        let ended_on = self.ended_on.as_deref().and_then(|text| errors.keep("/ended_on", date(text)));
        let stage = asked(&mut errors, "/stage", self.stage.as_deref(), Stage::parse);
        let outcome = asked(&mut errors, "/outcome", self.outcome.as_deref(), Outcome::parse);
        let results = measured(&mut errors, self.results.as_deref().unwrap_or_default());
        let evidence_url = self
            .evidence_url
            .as_deref()
            .filter(|text| !text.trim().is_empty())
            .and_then(|text| errors.keep("/evidence_url", web_address(text)));
        sane_dates(&mut errors, started_on, ended_on, outcome, today);
        errors.clone().into_result()?;
        match (sector, started_on, stage, outcome) {
            (Some(sector), Some(started_on), Some(stage), Some(outcome)) => Ok(DeploymentContent {
                municipality_code,
                country,
                sector,
                started_on,
                ended_on,
                stage,
                outcome,
                results,
                evidence_url,
            }),
            _ => Err(errors),
        }
    }

    fn place(&self, errors: &mut FieldErrors) -> (Option<MunicipalityCode>, Option<Country>) {
        match (&self.municipality_code, &self.country) {
            (Some(_), Some(_)) => {
                errors.add("/country", Invalid::new("municipality_or_country"));
                (None, None)
            }
            (None, None) => {
                errors.add("/municipality_code", Invalid::new("municipality_or_country"));
                (None, None)
            }
            (Some(code), None) => (errors.keep("/municipality_code", MunicipalityCode::parse(code)), None),
            (None, Some(code)) => (None, errors.keep("/country", Country::parse(code))),
        }
    }
}

/// Started ≤ ended ≤ today; what goes on has no end, what is over has one, except that nobody may remember when
/// a discontinued trial faded out (matching takes its start then).
fn sane_dates(
    errors: &mut FieldErrors,
    started_on: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
    outcome: Option<Outcome>,
    today: NaiveDate,
) {
    if started_on.is_some_and(|day| day > today) {
        errors.add("/started_on", Invalid::new("in_the_future").with("today", today));
    }
    if ended_on.is_some_and(|day| day > today) {
        errors.add("/ended_on", Invalid::new("in_the_future").with("today", today));
    }
    if let (Some(started), Some(ended)) = (started_on, ended_on)
        && ended < started
    {
        errors.add("/ended_on", Invalid::new("before_start").with("start", started));
    }
    match (outcome, ended_on) {
        (Some(Outcome::Ongoing), Some(_)) => errors.add("/ended_on", Invalid::new("ongoing_has_no_end")),
        (Some(Outcome::Completed), None) => errors.add("/ended_on", Invalid::new("required")),
        _ => {}
    }
}

fn asked<T>(
    errors: &mut FieldErrors,
    pointer: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Option<T> {
    match text {
        Some(text) => errors.keep(pointer, parse(text)),
        None => {
            errors.add(pointer, Invalid::new("required"));
            None
        }
    }
}

fn measured(errors: &mut FieldErrors, forms: &[MeasuredForm]) -> Vec<Measured> {
    if forms.len() > RESULTS {
        let invalid = Invalid::new("too_many_entries").with("max", RESULTS).with("actual", forms.len());
        errors.add("/results", invalid);
        return Vec::new();
    }
    let mut results = Vec::new();
    for (index, form) in forms.iter().enumerate() {
        let at = |field: &str| format!("/results/{index}/{field}");
        let one_line = |max: usize| move |text: &str| line(text, max);
        let indicator = asked(errors, &at("indicator"), form.indicator.as_deref(), one_line(INDICATOR));
        let before = form.before.as_ref().and_then(|value| errors.keep(at("before"), measure(value)));
        let after = form.after.as_ref().and_then(|value| errors.keep(at("after"), measure(value)));
        let unit = form.unit.as_deref().filter(|unit| !unit.trim().is_empty());
        let unit = unit.and_then(|unit| errors.keep(at("unit"), line(unit, UNIT)));
        if let Some(indicator) = indicator {
            results.push(Measured { indicator, before, after, unit: unit.unwrap_or_default() });
        }
    }
    results
}

/// A figure: a JSON number, or a text that reads as one.
fn measure(value: &Value) -> Result<f64, Invalid> {
    let figure = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => compact_ascii_number(text),
        _ => None,
    };
    figure
        .filter(|figure| figure.is_finite() && figure.abs() <= LARGEST_MEASURE)
        .ok_or_else(|| Invalid::new("not_a_number"))
}

/// Full-width digits and thousands separators as people type them; a leading minus is kept.
fn compact_ascii_number(text: &str) -> Option<f64> {
    let negative = text.trim_start().starts_with(['-', '−', '－', '▲']);
    let compact = compact_ascii(text.trim_start().trim_start_matches(['-', '−', '－', '▲']));
    let plain = !compact.is_empty() && compact.chars().all(|c| c.is_ascii_digit() || c == '.');
    let figure: f64 = plain.then(|| compact.parse().ok())??;
    Some(if negative { -figure } else { figure })
}

impl DeploymentContent {
    /// Whether `other` says the same in everything that a verification stands for: all but the evidence's
    /// address.
    pub fn states_the_same_as(&self, other: &Self) -> bool {
        let bare = |content: &Self| Self { evidence_url: None, ..content.clone() };
        bare(self) == bare(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn parsed(changes: Value) -> Result<DeploymentContent, String> {
        let mut body = json!({
            "municipality_code": "012106", "sector": "infrastructure-maintenance/snow-removal",
            "started_on": "2023-11-01", "stage": "operation", "outcome": "ongoing",
        });
        crate::web::merge_patch(&mut body, changes.as_object().cloned().unwrap());
        let form: DeploymentForm = serde_json::from_value(body).unwrap();
        form.parse(today()).map_err(|errors| errors.to_string())
    }

    #[test]
    fn what_is_kept_reads_back_as_what_was_sent() {
        let content = parsed(json!({
            "outcome": "completed", "ended_on": "2024-03-31", "evidence_url": "https://example.jp/a",
            "results": [{"indicator": "日報", "before": 40, "after": "５．５", "unit": "分"}, {"indicator": "事故"}],
        }))
        .unwrap();
        assert_eq!(content.results[0].after, Some(5.5));
        let form: DeploymentForm = serde_json::from_value(serde_json::to_value(&content).unwrap()).unwrap();
        assert_eq!(form.parse(today()), Ok(content));
    }

    #[test]
    fn it_was_in_a_municipality_or_in_a_country_not_in_both() {
        assert!(parsed(json!({"municipality_code": null, "country": "VN"})).is_ok());
        assert_eq!(parsed(json!({"country": "VN"})).unwrap_err(), "/country: municipality_or_country");
        assert_eq!(
            parsed(json!({"municipality_code": null})).unwrap_err(),
            "/municipality_code: municipality_or_country"
        );
        assert_eq!(
            parsed(json!({"municipality_code": null, "country": "JP"})).unwrap_err(),
            "/country: country_is_japan"
        );
    }

    #[test]
    fn dates_follow_each_other_and_do_not_lie_ahead() {
        for (changes, refusal) in [
            (json!({"started_on": "2026-11-22"}), "/started_on: in_the_future today=2026-11-21"),
            (
                json!({"outcome": "completed", "ended_on": "2026-11-22"}),
                "/ended_on: in_the_future today=2026-11-21",
            ),
            (
                json!({"outcome": "completed", "ended_on": "2023-10-31"}),
                "/ended_on: before_start start=2023-11-01",
            ),
            (json!({"ended_on": "2024-03-31"}), "/ended_on: ongoing_has_no_end"),
            (json!({"outcome": "completed"}), "/ended_on: required"),
            (json!({"started_on": "2023-11-31"}), "/started_on: not_a_date"),
        ] {
            assert_eq!(parsed(changes).unwrap_err(), refusal);
        }
        assert!(parsed(json!({"started_on": "2026-11-21"})).is_ok());
        assert!(parsed(json!({"outcome": "discontinued"})).is_ok());
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let refused = parsed(json!({
            "municipality_code": "12106", "sector": null, "stage": "test", "outcome": null,
            "results": [{"indicator": "a\nb", "before": "たくさん", "after": [1]}, {"before": 1e300}],
            "evidence_url": "javascript:alert(1)",
        }))
        .unwrap_err();
        for expected in [
            "/municipality_code: municipality_code_five_digits",
            "/sector: required",
            "/stage: unknown_value",
            "/outcome: required",
            "/results/0/indicator: line_break",
            "/results/0/before: not_a_number",
            "/results/0/after: not_a_number",
            "/results/1/indicator: required",
            "/results/1/before: not_a_number",
            "/evidence_url: not_a_web_address",
        ] {
            assert!(refused.contains(expected), "{expected} in {refused}");
        }
    }

    #[test]
    fn only_the_address_of_the_evidence_may_change_without_changing_what_is_stated() {
        let stated = parsed(json!({})).unwrap();
        let moved = parsed(json!({"evidence_url": "https://example.jp/b"})).unwrap();
        assert!(stated.states_the_same_as(&moved));
        for change in [
            json!({"municipality_code": "131130"}),
            json!({"sector": "disaster-safety/landslide"}),
            json!({"started_on": "2023-11-02"}),
            json!({"stage": "pilot"}),
            json!({"outcome": "discontinued"}),
            json!({"results": [{"indicator": "事故"}]}),
        ] {
            assert!(!stated.states_the_same_as(&parsed(change.clone()).unwrap()), "{change}");
        }
    }
}
