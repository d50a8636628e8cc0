//! The document of a deployment as it is typed, and back.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::accounts::Locale;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::reference::MunicipalityCode;
use crate::solutions::deployments::{DeploymentContent, DeploymentForm};
use crate::web::forms::Typed;
use crate::web::{Visit, read_value};

/// Rows of results that can be filled in, at most; as many as the rules allow.
pub(super) const RESULTS: usize = 10;
/// The parts of a row.
const PARTS: [&str; 4] = ["indicator", "before", "after", "unit"];

/// The same with the filled rows of results one behind the other, so that what is refused is found where it stands.
pub(super) fn packed(typed: &Typed) -> Typed {
    let rows: Vec<[String; 4]> = (0..typed.rows("results", RESULTS))
        .map(|row| PARTS.map(|part| typed.get(&format!("results.{row}.{part}")).trim().to_owned()))
        .filter(|row| row.iter().any(|text| !text.is_empty()))
        .collect();
    let names: Vec<String> = typed.pairs().map(|(name, _)| name.to_owned()).collect();
    let rest = names.iter().filter(|name| name.starts_with("results."));
    let mut packed = rest.fold(typed.clone(), |typed, name| typed.without(name));
    for (at, row) in rows.into_iter().enumerate() {
        for (part, text) in PARTS.iter().zip(row) {
            packed.set(&format!("results.{at}.{part}"), text);
        }
    }
    packed
}

/// The day in Japan.
pub(super) fn today(visit: &Visit) -> NaiveDate {
    visit.services().clock().now().japan_date()
}

/// What was typed, as the merge patch of the API.
///
/// # Errors
/// Every field that cannot be read, at once.
pub(super) fn read(typed: &Typed, today: NaiveDate) -> Result<Map<String, Value>, FieldErrors> {
    let (patch, errors) = patch(typed, today);
    errors.into_result().map(|()| patch)
}

/// What the form says of a deployment as it stands, whether or not the rules of today would take it.
pub(super) fn document(typed: &Typed, today: NaiveDate) -> Map<String, Value> {
    patch(typed, today).0
}

/// The fields in which a member of the document is typed.
pub(super) fn fields(member: &str) -> Vec<&str> {
    vec![if member == "municipality_code" { "municipality" } else { member }]
}

fn patch(typed: &Typed, today: NaiveDate) -> (Map<String, Value>, FieldErrors) {
    let mut errors = FieldErrors::new();
    let place = place(typed, &mut errors);
    let started = errors.keep("/started_on", typed.date("started_on")).flatten();
    let ended = errors.keep("/ended_on", typed.date("ended_on")).flatten();
    let result = |row: usize| {
        let said = |part: &str| typed.text(&format!("results.{row}.{part}"));
        PARTS.iter().map(|part| ((*part).to_owned(), json!(said(part)))).collect::<Map<_, _>>()
    };
    let results: Vec<_> = (0..typed.rows("results", RESULTS)).map(result).collect();
    let pairs = [
        ("municipality_code", json!(place.map(MunicipalityCode::as_str))),
        ("country", json!(typed.text("country"))),
        ("sector", json!(typed.text("sector"))),
        ("started_on", json!(started)),
        ("ended_on", json!(ended)),
        ("stage", json!(typed.text("stage"))),
        ("outcome", json!(typed.text("outcome"))),
        ("results", json!(results)),
        ("evidence_url", json!(typed.text("evidence_url"))),
    ];
    let patch: Map<String, Value> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for (pointer, invalid) in refusals(&patch, today).iter() {
        // The place was read above, by its name; a date that cannot be read is not also missing.
        let known = errors.iter().any(|(known, _)| known == pointer);
        let of_place = pointer == "/municipality_code" || (pointer == "/country" && place.is_some());
        if !(known || of_place) {
            errors.add(pointer, invalid.clone());
        }
    }
    (patch, errors)
}

/// What the rules say of the whole.
fn refusals(patch: &Map<String, Value>, today: NaiveDate) -> FieldErrors {
    let form = match read_value::<DeploymentForm>(Value::Object(patch.clone())) {
        Ok(form) => form,
        Err(Failure::Invalid(errors)) => return errors,
        Err(_) => return FieldErrors::one("", Invalid::new("unknown_field")),
    };
    form.parse(today).err().unwrap_or_default()
}

/// The municipality; it or a country must be there, and not both.
fn place(typed: &Typed, errors: &mut FieldErrors) -> Option<MunicipalityCode> {
    match (typed.text("municipality"), typed.text("country")) {
        (None, None) => {
            errors.add("/municipality", Invalid::new("place_required"));
            None
        }
        (Some(_), Some(_)) => {
            errors.add("/country", Invalid::new("place_once"));
            None
        }
        (Some(name), None) => errors.keep("/municipality", MunicipalityCode::named(&name)),
        (None, Some(_)) => None,
    }
}

/// The document as the form shows it.
pub(super) fn typed(content: &DeploymentContent, locale: Locale) -> Typed {
    let figure = |figure: Option<f64>| figure.map_or_else(String::new, |figure| figure.to_string());
    let mut typed = Typed::new();
    let municipality = content.municipality_code.map(|code| code.municipality().full_name(locale));
    typed.set("municipality", municipality.unwrap_or_default());
    typed.set("country", content.country.map(|country| country.to_string()).unwrap_or_default());
    typed.set("sector", content.sector.as_str());
    typed.set("started_on", content.started_on.to_string());
    typed.set("ended_on", content.ended_on.map(|day| day.to_string()).unwrap_or_default());
    typed.set("stage", content.stage.as_str());
    typed.set("outcome", content.outcome.as_str());
    typed.set("evidence_url", content.evidence_url.clone().unwrap_or_default());
    for (at, result) in content.results.iter().enumerate() {
        let row =
            [result.indicator.clone(), figure(result.before), figure(result.after), result.unit.clone()];
        for (part, text) in PARTS.iter().zip(row) {
            typed.set(&format!("results.{at}.{part}"), text);
        }
    }
    typed
}
