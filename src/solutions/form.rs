//! Reading what a vendor sends into a [`SolutionContent`]: every wrong field at once.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Maturity, Price, SecurityPractice, SolutionContent};
use crate::fields::{FieldErrors, Invalid, Yen, line, prose};
use crate::reference::{Region, Sector, Technology};

const NAME: usize = 100;
const TAGLINE: usize = 200;
const DESCRIPTION: usize = 5_000;
const PRICE_NOTE: usize = 500;
const SECTORS: usize = 5;
const TECHNOLOGIES: usize = 15;
const REGIONS: usize = 60;
const LEAD_MONTHS: std::ops::RangeInclusive<i64> = 0..=60;

/// The body of a solution as it is sent. A draft needs only a `name`; what a submission needs is asked there,
/// everything at once.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "雪みち見守り",
    "tagline": "除雪車の位置と作業量をその場で集める",
    "description": "携帯網の届かない山間でもLPWAで位置を集め、作業日報を自動で作ります。",
    "sectors": ["infrastructure-maintenance/snow-removal"],
    "technologies": ["lpwa"],
    "infrastructure_required": [],
    "maturity": "commercial",
    "regions": ["bureau:hokkaido", "pref:02"],
    "price": {"initial_min": 2000000, "initial_max": 6000000, "yearly_min": 500000, "yearly_max": 900000},
    "lead_months": 3,
    "security": ["encryption", "updates"],
    "overseas": false
}))]
pub struct SolutionForm {
    name: Option<String>,
    tagline: Option<String>,
    description: Option<String>,
    sectors: Option<Vec<String>>,
    technologies: Option<Vec<String>>,
    infrastructure_required: Option<Vec<String>>,
    maturity: Option<String>,
    regions: Option<Vec<String>>,
    price: Option<PriceForm>,
    lead_months: Option<i64>,
    security: Option<Vec<String>>,
    overseas: Option<bool>,
}

/// Whole yen as integers.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceForm {
    #[schema(value_type = Option<i64>)]
    initial_min: Option<Value>,
    #[schema(value_type = Option<i64>)]
    initial_max: Option<Value>,
    #[schema(value_type = Option<i64>)]
    yearly_min: Option<Value>,
    #[schema(value_type = Option<i64>)]
    yearly_max: Option<Value>,
    note: Option<String>,
}

impl SolutionForm {
    /// Reads the fields that are there.
    ///
    /// # Errors
    /// Every broken rule with the pointer of its field; `name` is required even of a draft.
    pub fn parse(&self) -> Result<SolutionContent, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = match &self.name {
            Some(name) => errors.keep("/name", line(name, NAME)),
            None => {
                errors.add("/name", Invalid::new("required"));
                None
            }
        };
        let content = SolutionContent {
            name: name.unwrap_or_default(),
            tagline: one_line(&mut errors, "/tagline", self.tagline.as_deref(), TAGLINE),
            description: text(&mut errors, "/description", self.description.as_deref(), DESCRIPTION),
            sectors: list(&mut errors, "/sectors", self.sectors.as_deref(), SECTORS, Sector::parse),
            technologies: list(
                &mut errors,
                "/technologies",
                self.technologies.as_deref(),
                TECHNOLOGIES,
                Technology::parse,
            ),
            infrastructure_required: list(
                &mut errors,
                "/infrastructure_required",
                self.infrastructure_required.as_deref(),
                TECHNOLOGIES,
                Technology::parse,
            ),
            maturity: self
                .maturity
                .as_deref()
                .and_then(|text| errors.keep("/maturity", Maturity::parse(text))),
            regions: list(&mut errors, "/regions", self.regions.as_deref(), REGIONS, Region::parse),
            price: self.price.as_ref().map(|price| price.parse(&mut errors)).unwrap_or_default(),
            lead_months: self.lead_months.and_then(|months| errors.keep("/lead_months", lead_months(months))),
            security: list(
                &mut errors,
                "/security",
                self.security.as_deref(),
                SecurityPractice::ALL.len(),
                SecurityPractice::parse,
            ),
            overseas: self.overseas.unwrap_or_default(),
        };
        errors.into_result().map(|()| content)
    }
}

impl PriceForm {
    fn parse(&self, errors: &mut FieldErrors) -> Price {
        let mut yen = |name: &str, value: &Option<Value>| {
            value.as_ref().and_then(|value| errors.keep(format!("/price/{name}"), Yen::from_json(value)))
        };
        let price = Price {
            initial_min: yen("initial_min", &self.initial_min),
            initial_max: yen("initial_max", &self.initial_max),
            yearly_min: yen("yearly_min", &self.yearly_min),
            yearly_max: yen("yearly_max", &self.yearly_max),
            note: text(errors, "/price/note", self.note.as_deref(), PRICE_NOTE),
        };
        ordered(errors, "/price/initial_max", price.initial_min, price.initial_max);
        ordered(errors, "/price/yearly_max", price.yearly_min, price.yearly_max);
        price
    }
}

/// Refuses swapped bounds at the pointer of the upper one.
fn ordered(errors: &mut FieldErrors, pointer: &str, min: Option<Yen>, max: Option<Yen>) {
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        errors.add(pointer, Invalid::new("max_below_min").with("min", min.yen()));
    }
}

fn lead_months(months: i64) -> Result<u8, Invalid> {
    match u8::try_from(months) {
        Ok(fits) if LEAD_MONTHS.contains(&months) => Ok(fits),
        _ => {
            Err(Invalid::new("out_of_range").with("min", LEAD_MONTHS.start()).with("max", LEAD_MONTHS.end()))
        }
    }
}

/// A line that may be left out; a blank one is left out.
fn one_line(errors: &mut FieldErrors, pointer: &str, text: Option<&str>, max: usize) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    errors.keep(pointer, line(text, max))
}

/// A text that may be left out; a blank one is left out.
fn text(errors: &mut FieldErrors, pointer: &str, text: Option<&str>, max: usize) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    errors.keep(pointer, prose(text, max))
}

/// A list without repetitions, in the order given. What stands behind the bound is not even read.
fn list<T: PartialEq>(
    errors: &mut FieldErrors,
    pointer: &str,
    texts: Option<&[String]>,
    max: usize,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Vec<T> {
    let texts = texts.unwrap_or_default();
    if texts.len() > max {
        errors.add(pointer, Invalid::new("too_many_entries").with("max", max).with("actual", texts.len()));
        return Vec::new();
    }
    let mut values = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match errors.keep(format!("{pointer}/{index}"), parse(text)) {
            Some(value) if !values.contains(&value) => values.push(value),
            _ => {}
        }
    }
    values
}

/// Whether everything is said that a bureau and a municipality need.
///
/// # Errors
/// `required` at every field that is missing.
pub fn complete(content: &SolutionContent) -> Result<(), FieldErrors> {
    let price = &content.price;
    let said = [
        ("/tagline", content.tagline.is_some()),
        ("/description", content.description.is_some()),
        ("/sectors", !content.sectors.is_empty()),
        ("/maturity", content.maturity.is_some()),
        ("/regions", !content.regions.is_empty()),
        ("/price/initial_min", price.initial_min.is_some()),
        ("/price/initial_max", price.initial_max.is_some()),
        ("/price/yearly_min", price.yearly_min.is_some()),
        ("/price/yearly_max", price.yearly_max.is_some()),
        ("/lead_months", content.lead_months.is_some()),
    ];
    let mut errors = FieldErrors::new();
    for (pointer, _) in said.iter().filter(|(_, said)| !said) {
        errors.add(*pointer, Invalid::new("required"));
    }
    errors.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(body: Value) -> Result<SolutionContent, String> {
        let form: SolutionForm = serde_json::from_value(body).unwrap();
        form.parse().map_err(|errors| errors.to_string())
    }

    #[test]
    fn a_draft_needs_only_a_name() {
        assert_eq!(parsed(json!({"name": " 雪みち "})).unwrap().name, "雪みち");
        assert_eq!(parsed(json!({})).unwrap_err(), "/name: required");
        assert_eq!(parsed(json!({"name": "  "})).unwrap_err(), "/name: blank");
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let refused = parsed(json!({
            "name": "a\u{0}b",
            "tagline": "ｼﾞｮｾﾂ",
            "sectors": ["infrastructure-maintenance", "snow-removal"],
            "maturity": "done",
            "regions": ["pref:48"],
            "price": {"initial_min": "1200万", "initial_max": -1, "yearly_min": 5, "yearly_max": 4},
            "lead_months": 61,
            "security": ["prayer"],
        }));
        let refused = refused.unwrap_err();
        for expected in [
            "/name: control_character",
            "/tagline: half_width_kana",
            "/sectors/0: sector_is_top example=infrastructure-maintenance/",
            "/sectors/1: unknown_sector_suggest suggestion=infrastructure-maintenance/snow-removal",
            "/maturity: unknown_value",
            "/regions/0: unknown_prefecture",
            "/price/initial_min: amount_as_text suggestion=12000000",
            "/price/initial_max: negative_amount",
            "/price/yearly_max: max_below_min min=5",
            "/lead_months: out_of_range min=0 max=60",
            "/security/0: unknown_value",
        ] {
            assert!(refused.contains(expected), "{expected} in {refused}");
        }
    }

    #[test]
    fn a_list_is_bounded_and_names_each_thing_once() {
        let regions: Vec<String> = (0..61).map(|_| "nationwide".to_owned()).collect();
        assert_eq!(
            parsed(json!({"name": "a", "regions": regions})).unwrap_err(),
            "/regions: too_many_entries max=60 actual=61"
        );
        let content = parsed(json!({"name": "a", "regions": ["pref:13", "pref:13", "nationwide"]})).unwrap();
        assert_eq!(content.regions.len(), 2);
    }

    #[test]
    fn what_is_kept_reads_back_as_what_was_sent() {
        let content = parsed(json!({
            "name": "雪みち", "tagline": "一行", "description": "一\n二", "sectors": ["disaster-safety/landslide"],
            "technologies": ["lpwa"], "infrastructure_required": ["mobile-5g"], "maturity": "piloted",
            "regions": ["muni:131130", "bureau:kinki"],
            "price": {"initial_min": 0, "initial_max": 10, "yearly_min": 0, "yearly_max": 0, "note": "税別"},
            "lead_months": 0, "security": ["sbom"], "overseas": true,
        }))
        .unwrap();
        assert_eq!(complete(&content), Ok(()));
        let document = serde_json::to_value(&content).unwrap();
        assert_eq!(parsed(document).unwrap(), content);
    }

    #[test]
    fn a_submission_hears_of_everything_that_is_missing_at_once() {
        let draft = parsed(json!({"name": "雪みち", "price": {"initial_min": 1}})).unwrap();
        let missing = complete(&draft).unwrap_err().to_string();
        assert_eq!(
            missing,
            "/tagline: required; /description: required; /sectors: required; /maturity: required; \
             /regions: required; /price/initial_max: required; /price/yearly_min: required; \
             /price/yearly_max: required; /lead_months: required"
        );
    }
}
