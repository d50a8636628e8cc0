//! The document of a solution as it is typed, and back. Pure.

use serde_json::{Map, Value, json};

use crate::accounts::Locale;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::reference::{MunicipalityCode, Region};
use crate::solutions::{SolutionContent, SolutionForm};
use crate::web::forms::Typed;
use crate::web::read_value;

/// Sums of the form, by their names within `price`.
const SUMS: [&str; 4] = ["initial_min", "initial_max", "yearly_min", "yearly_max"];

/// What was typed, as a merge patch of the document, and everything that is wrong with it.
pub(super) fn patch(typed: &Typed) -> (Map<String, Value>, FieldErrors) {
    let mut errors = FieldErrors::new();
    let patch = document(typed, &mut errors);
    match read_value::<SolutionForm>(Value::Object(patch.clone())) {
        Ok(form) => {
            if let Err(found) = form.parse() {
                errors.extend(&found);
            }
        }
        Err(Failure::Invalid(found)) => errors.extend(&found),
        Err(_) => errors.add("", Invalid::new("unknown_field")),
    }
    (patch, errors)
}

/// What was typed in the form, as the body of the API.
///
/// # Errors
/// Every field that cannot be read or breaks a rule, at once.
pub fn form(typed: &Typed) -> Result<SolutionForm, FieldErrors> {
    let (patch, errors) = patch(typed);
    errors.into_result()?;
    let unreadable = |_| FieldErrors::one("", Invalid::new("unknown_field"));
    read_value(Value::Object(patch)).map_err(unreadable)
}

/// The fields in which a member of the document is typed.
pub(super) fn fields(member: &str) -> Vec<&str> {
    match member {
        "regions" => vec!["regions", "prefectures", "municipalities"],
        other => vec![other],
    }
}

fn document(typed: &Typed, errors: &mut FieldErrors) -> Map<String, Value> {
    let mut price = Map::new();
    for name in SUMS {
        let sum = errors.keep(format!("/price/{name}"), typed.yen(&format!("price.{name}"))).flatten();
        price.insert(name.to_owned(), json!(sum));
    }
    price.insert("note".to_owned(), json!(typed.text("price.note")));
    let lead = errors.keep("/lead_months", typed.number("lead_months")).flatten();
    let pairs = [
        // A blank name is refused by its own rule, not taken for one that was left out.
        ("name", json!(typed.get("name"))),
        ("tagline", json!(typed.text("tagline"))),
        ("description", json!(typed.text("description"))),
        ("sectors", json!(typed.list("sectors"))),
        ("technologies", json!(typed.list("technologies"))),
        ("infrastructure_required", json!(typed.list("infrastructure_required"))),
        ("maturity", json!(typed.text("maturity"))),
        ("regions", json!(regions(typed, errors))),
        ("price", Value::Object(price)),
        ("lead_months", json!(lead)),
        ("security", json!(typed.list("security"))),
        ("overseas", json!(typed.is_ticked("overseas"))),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Ticked areas and prefectures, and municipalities typed by name or code, one a line.
fn regions(typed: &Typed, errors: &mut FieldErrors) -> Vec<String> {
    let mut regions = typed.list("regions");
    regions.extend(typed.list("prefectures").into_iter().map(|number| format!("pref:{number}")));
    for named in MunicipalityCode::all_named(typed.get("municipalities")) {
        if let Some(code) = errors.keep("/municipalities", named) {
            regions.push(Region::Municipality(code).to_string());
        }
    }
    regions
}

/// The document as the form shows it.
pub(super) fn typed(content: &SolutionContent, locale: Locale) -> Typed {
    let mut typed = Typed::new();
    typed.set("name", &content.name);
    typed.set("tagline", content.tagline.clone().unwrap_or_default());
    typed.set("description", content.description.clone().unwrap_or_default());
    for sector in &content.sectors {
        typed.add("sectors", sector.as_str());
    }
    for technology in &content.technologies {
        typed.add("technologies", technology.as_str());
    }
    for technology in &content.infrastructure_required {
        typed.add("infrastructure_required", technology.as_str());
    }
    typed.set("maturity", content.maturity.map(|one| one.as_str()).unwrap_or_default());
    let mut municipalities = Vec::new();
    for region in &content.regions {
        match region {
            Region::Nationwide | Region::Bureau(_) => typed.add("regions", region.to_string()),
            Region::Prefecture(one) => typed.add("prefectures", one.as_str()),
            Region::Municipality(code) => municipalities.push(code.municipality().full_name(locale)),
        }
    }
    typed.set("municipalities", municipalities.join("\n"));
    let price = &content.price;
    let sums = [price.initial_min, price.initial_max, price.yearly_min, price.yearly_max];
    for (name, sum) in SUMS.iter().zip(sums) {
        let sum = sum.map(|yen| crate::locales::yen(locale, yen.yen())).unwrap_or_default();
        typed.set(&format!("price.{name}"), sum.trim_matches(['¥', '円']));
    }
    typed.set("price.note", price.note.clone().unwrap_or_default());
    typed.set("lead_months", content.lead_months.map(|months| months.to_string()).unwrap_or_default());
    for practice in &content.security {
        typed.add("security", practice.as_str());
    }
    if content.overseas {
        typed.set("overseas", "on");
    }
    typed
}
