//! What was typed into the form, as the document of the API, and a document as it stands in the form. Pure.

use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization as _;

use crate::challenges::{Content, Form};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid, Yen};
use crate::reference::MunicipalityCode;
use crate::web::forms::Typed;
use crate::web::{merge_patch, read_value};

/// Rows of indicators that the form shows at least, and reads at most.
pub(super) const ROWS: usize = 2;
const MOST_ROWS: usize = 10;

/// A part of the form: one of the steps in which something is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What hurts.
    Need,
    /// Where it shall go, and how that is measured.
    Goal,
    /// Where it is, and what is there.
    Place,
    /// What can be paid, how and until when.
    Money,
}

impl Part {
    /// All parts in their order; the form's steps 1 to 4.
    pub(super) const ALL: [Self; 4] = [Self::Need, Self::Goal, Self::Place, Self::Money];

    /// The part of the step `number`, from 1.
    pub(super) fn of_step(number: usize) -> Option<Self> {
        Self::ALL.get(number.checked_sub(1)?).copied()
    }

    /// The step it is, from 1.
    pub(super) fn step(self) -> usize {
        Self::ALL.iter().position(|part| *part == self).map_or(1, |at| at + 1)
    }

    /// Where a field stands in the whole form; those it does not have come last.
    pub(super) fn place_of(field: &str) -> usize {
        let name = field.split('/').next().unwrap_or_default();
        let mut fields = Self::ALL.iter().flat_map(|part| part.fields());
        fields.position(|known| *known == name).unwrap_or(usize::MAX)
    }

    /// The fields in it, by the names of the API's document.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Need => &["title", "summary", "background", "current_state", "on_behalf_of"],
            Self::Goal => &["desired_state", "outcomes", "readiness", "cooperation", "constraints"],
            Self::Place => &[
                "sectors",
                "technologies",
                "conditions",
                "infrastructure",
                "entry_stage",
                "joint_municipalities",
            ],
            Self::Money => &[
                "budget",
                "contract_route",
                "proposals_due",
                "questions_due",
                "start_from",
                "visibility",
                "anonymous",
                "contact",
            ],
        }
    }
}

/// What was typed in `parts`, as a merge patch of the document, and what could not be read.
pub(super) fn patch(typed: &Typed, parts: &[Part]) -> (Map<String, Value>, FieldErrors) {
    let mut reader = Reader { typed, errors: FieldErrors::new() };
    let mut members = Map::new();
    for name in parts.iter().flat_map(|part| part.fields()) {
        let value = match *name {
            "on_behalf_of" => continue,
            "outcomes" => reader.outcomes(),
            "budget" => reader.budget(),
            "contact" => reader.contact(),
            "sectors" | "technologies" | "conditions" | "infrastructure" | "readiness" => {
                json!(typed.list(name))
            }
            "joint_municipalities" => reader.municipalities(name),
            "proposals_due" | "questions_due" | "start_from" => reader.day(name),
            "anonymous" => Value::Bool(typed.is_ticked(name)),
            _ => text(typed, name),
        };
        members.insert((*name).to_owned(), value);
    }
    (members, reader.errors)
}

/// What was typed in the whole form, as it goes to the API.
///
/// # Errors
/// Every field that cannot be read or breaks a rule, at once.
pub fn form(typed: &Typed) -> Result<Form, FieldErrors> {
    let (members, mut errors) = patch(typed, &Part::ALL);
    let form = match read_value::<Form>(Value::Object(members)) {
        Ok(form) => Form { on_behalf_of: typed.text("on_behalf_of"), ..form },
        Err(Failure::Invalid(found)) => return Err(found),
        Err(_) => return Err(FieldErrors::one("", Invalid::new("unknown_field"))),
    };
    if let Err(found) = form.parse() {
        errors.extend(&found);
    }
    errors.into_result().map(|()| form)
}

/// The text of `name`; nothing typed takes the field away.
fn text(typed: &Typed, name: &str) -> Value {
    typed.text(name).map_or(Value::Null, Value::String)
}

/// One entry a line, or between commas of either width.
fn lines(text: &str) -> Vec<String> {
    let entries = text.split(['\n', ',', '、', '，']).map(str::trim);
    entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

struct Reader<'t> {
    typed: &'t Typed,
    errors: FieldErrors,
}

impl Reader<'_> {
    fn keep<T: Into<Value>>(&mut self, name: &str, read: Result<Option<T>, Invalid>) -> Value {
        let pointer = format!("/{}", name.replace('.', "/"));
        self.errors.keep(pointer, read).flatten().map_or(Value::Null, Into::into)
    }

    fn yen(&mut self, name: &str) -> Value {
        let read = self.typed.yen(name).map(|sum| sum.map(Yen::yen));
        self.keep(name, read)
    }

    fn municipalities(&mut self, name: &str) -> Value {
        let named = MunicipalityCode::all_named(self.typed.get(name));
        let codes = named.into_iter().filter_map(|one| self.errors.keep(format!("/{name}"), one));
        codes.map(|code| Value::String(code.to_string())).collect()
    }

    fn day(&mut self, name: &str) -> Value {
        let read = self.typed.date(name).map(|day| day.map(|day| day.to_string()));
        self.keep(name, read)
    }

    fn budget(&mut self) -> Value {
        let year = self.typed.fiscal_year("budget.fiscal_year");
        json!({
            "min": self.yen("budget.min"),
            "max": self.yen("budget.max"),
            "running_per_year": self.yen("budget.running_per_year"),
            "status": text(self.typed, "budget.status"),
            "fiscal_year": self.keep("budget.fiscal_year", year),
            "programs": lines(self.typed.get("budget.programs")),
            "figures_public": self.typed.is_ticked("budget.figures_public"),
        })
    }

    fn contact(&self) -> Value {
        let names = ["contact.department", "contact.name", "contact.email"];
        let [department, name, email] = names.map(|name| text(self.typed, name));
        if department.is_null() && name.is_null() && email.is_null() {
            return Value::Null;
        }
        json!({"department": department, "name": name, "email": email})
    }

    /// The indicators in which anything was typed.
    fn outcomes(&mut self) -> Value {
        let mut rows = Vec::new();
        for row in 0..self.typed.rows("outcomes", MOST_ROWS) {
            let at = |part: &str| format!("outcomes.{row}.{part}");
            let blank = ["indicator", "baseline", "target", "unit"]
                .iter()
                .all(|part| self.typed.text(&at(part)).is_none());
            if blank {
                continue;
            }
            rows.push(json!({
                "indicator": text(self.typed, &at("indicator")),
                "baseline": self.measure(&at("baseline")),
                "target": self.measure(&at("target")),
                "unit": text(self.typed, &at("unit")),
            }));
        }
        Value::Array(rows)
    }

    /// A figure with a point, digits of either width, with or without separators.
    fn measure(&mut self, name: &str) -> Value {
        let read = |text: String| {
            let compact: String = text.nfkc().filter(|c| !c.is_whitespace() && *c != ',').collect();
            let number: Result<f64, _> = compact.parse();
            number.ok().filter(|number| number.is_finite()).ok_or_else(|| Invalid::new("not_a_measure"))
        };
        let read = self.typed.text(name).map(read).transpose();
        self.keep(name, read)
    }
}

/// The typed text with its indicators moved together, so that a refusal of the third indicator stands at the third.
pub(super) fn compacted(typed: &Typed) -> Typed {
    let mut kept = Typed::new();
    let mut rows: Vec<usize> = Vec::new();
    for (name, value) in typed.pairs() {
        let Some(row) = row_of(name) else {
            kept.add(name, value);
            continue;
        };
        if !value.trim().is_empty() && !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows.sort_unstable();
    for (to, from) in rows.into_iter().take(MOST_ROWS).enumerate() {
        for part in ["indicator", "baseline", "target", "unit"] {
            kept.add(&format!("outcomes.{to}.{part}"), typed.get(&format!("outcomes.{from}.{part}")));
        }
    }
    kept
}

fn row_of(name: &str) -> Option<usize> {
    name.strip_prefix("outcomes.")?.split('.').next()?.parse().ok()
}

/// The document as it stands in the form.
pub(super) fn typed_of(content: &Content) -> Typed {
    let mut typed = Typed::new();
    let mut say = |name: &str, text: &str| {
        if !text.is_empty() {
            typed.add(name, text);
        }
    };
    say("title", &content.title);
    say("summary", &content.summary);
    say("background", &content.background);
    say("current_state", &content.current_state);
    say("desired_state", &content.desired_state);
    say("cooperation", &content.cooperation);
    say("constraints", &content.constraints);
    for (row, one) in content.outcomes.iter().enumerate() {
        say(&format!("outcomes.{row}.indicator"), &one.indicator);
        say(&format!("outcomes.{row}.unit"), &one.unit);
        let measure = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        say(&format!("outcomes.{row}.baseline"), &measure(one.baseline));
        say(&format!("outcomes.{row}.target"), &measure(one.target));
    }
    content.sectors.iter().for_each(|one| say("sectors", one.as_str()));
    content.technologies.iter().for_each(|one| say("technologies", one.as_str()));
    content.conditions.iter().for_each(|one| say("conditions", one.as_str()));
    content.infrastructure.iter().for_each(|one| say("infrastructure", one.as_str()));
    content.readiness.iter().for_each(|one| say("readiness", one.as_str()));
    say("entry_stage", content.entry_stage.map_or("", |stage| stage.as_str()));
    let joint = content.joint_municipalities.iter().map(|code| code.municipality().full_name_ja());
    let joint: Vec<String> = joint.collect();
    say("joint_municipalities", &joint.join("\n"));
    let budget = &content.budget;
    let sum = |sum: Option<Yen>| sum.map(|sum| crate::web::formats::number(sum.yen())).unwrap_or_default();
    say("budget.min", &sum(budget.min));
    say("budget.max", &sum(budget.max));
    say("budget.running_per_year", &sum(budget.running_per_year));
    say("budget.status", budget.status.map_or("", |status| status.as_str()));
    say("budget.fiscal_year", &budget.fiscal_year.map(|year| year.to_string()).unwrap_or_default());
    say("budget.programs", &budget.programs.join("\n"));
    say("budget.figures_public", if budget.figures_public { "on" } else { "" });
    say("contract_route", content.contract_route.map_or("", |route| route.as_str()));
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    say("proposals_due", &day(content.proposals_due));
    say("questions_due", &day(content.questions_due));
    say("start_from", &day(content.start_from));
    say("visibility", content.visibility.as_str());
    say("anonymous", if content.anonymous { "on" } else { "" });
    if let Some(contact) = &content.contact {
        say("contact.department", &contact.department);
        say("contact.name", contact.name.as_deref().unwrap_or_default());
        say("contact.email", contact.email.as_deref().unwrap_or_default());
    }
    typed
}

/// The document as it would be after `patch`, as far as it can be read: fields that break a rule are left out.
/// `untitled` stands in for a title that is not there yet.
///
/// # Errors
/// `Internal` when a document of ours cannot be read.
pub(super) fn as_far_as_readable(
    saved: Option<&Content>,
    patch: Map<String, Value>,
    untitled: &str,
) -> Result<Content, Failure> {
    let mut document = match saved {
        Some(content) => content.document().map_err(Failure::internal)?,
        None => Value::Object(Map::new()),
    };
    merge_patch(&mut document, patch);
    let Value::Object(mut members) = document else {
        return Err(Failure::internal("a document is no object"));
    };
    if members.get("title").is_none_or(Value::is_null) {
        members.insert("title".to_owned(), Value::String(untitled.to_owned()));
    }
    let form: Form = read_value(Value::Object(members.clone()))?;
    let Err(errors) = form.parse() else { return Ok(form.parse()?) };
    for (pointer, _) in errors.iter() {
        let field = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        if field == "title" {
            members.insert(field.to_owned(), Value::String(untitled.to_owned()));
        } else {
            members.remove(field);
        }
    }
    let form: Form = read_value(Value::Object(members))?;
    Ok(form.parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str, part: Part) -> (Value, Vec<String>) {
        let (members, errors) = patch(&compacted(&Typed::parse(body.as_bytes())), &[part]);
        (
            Value::Object(members),
            errors.iter().map(|(pointer, one)| format!("{pointer} {}", one.code())).collect(),
        )
    }

    #[test]
    fn sums_years_and_days_are_typed_freely() {
        let (patch, errors) = read(
            "budget.min=300%E4%B8%87&budget.max=%EF%BC%91%EF%BC%92,000,000&budget.fiscal_year=R9&proposals_due=R9.1.29",
            Part::Money,
        );
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(patch["budget"]["min"], 3_000_000);
        assert_eq!(patch["budget"]["max"], 12_000_000);
        assert_eq!(patch["budget"]["fiscal_year"], 2027);
        assert_eq!(patch["proposals_due"], "2027-01-29");
        assert_eq!(patch["contact"], Value::Null);
    }

    #[test]
    fn what_cannot_be_read_is_named_all_at_once() {
        let (_, errors) = read("budget.max=lots&budget.fiscal_year=soon&start_from=spring", Part::Money);
        assert_eq!(
            errors,
            ["/budget/max not_an_amount", "/budget/fiscal_year not_a_fiscal_year", "/start_from not_a_day",]
        );
    }

    #[test]
    fn blank_rows_of_indicators_are_passed_over() {
        let (patch, errors) = read(
            "outcomes.0.indicator=&outcomes.1.indicator=%E8%8B%A6%E6%83%85&outcomes.1.target=1.5&outcomes.2.baseline=x",
            Part::Goal,
        );
        assert_eq!(patch["outcomes"][0]["indicator"], "苦情");
        assert_eq!(patch["outcomes"][0]["target"], 1.5);
        assert_eq!(errors, ["/outcomes/1/baseline not_a_measure"]);
    }

    #[test]
    fn a_document_comes_back_from_the_form_as_it_was() {
        let form = Form {
            title: Some("雪".to_owned()),
            sectors: Some(vec!["infrastructure-maintenance/snow-removal".to_owned()]),
            proposals_due: Some("2027-01-29".to_owned()),
            questions_due: Some("2027-01-15".to_owned()),
            ..Form::default()
        };
        let content = form.parse().expect("a document");
        let (members, errors) = patch(&typed_of(&content), &Part::ALL);
        assert!(errors.is_empty());
        assert_eq!(as_far_as_readable(None, members, "-").expect("readable"), content);
    }

    #[test]
    fn a_preview_leaves_out_what_breaks_a_rule() {
        let (members, _) = patch(&Typed::parse(b"sectors=nowhere&technologies=lpwa"), &[Part::Place]);
        let content = as_far_as_readable(None, members, "(none)").expect("readable");
        assert_eq!(
            (content.title.as_str(), content.sectors.len(), content.technologies.len()),
            ("(none)", 0, 1)
        );
    }
}
