//! What was typed into the form, as the document of the API, and a document as it stands in the form. Pure.

use serde_json::{Map, Value, json};

use crate::fields::{FieldErrors, Invalid, Yen};
use crate::proposals::content::Content;
use crate::proposals::form::MILESTONES;
use crate::web::forms::Typed;

/// The fields of the form, by the names of the API's document.
const FIELDS: [&str; 7] = ["solutions", "approach", "plan", "cost", "team", "risks", "needs"];

/// Rows of the plan that the form shows at least.
pub(super) const ROWS: usize = 3;

/// What was typed, as a merge patch of the document, and what could not be read.
pub(super) fn patch(typed: &Typed) -> (Map<String, Value>, FieldErrors) {
    let mut errors = FieldErrors::new();
    let mut members = Map::new();
    for name in FIELDS {
        let value = match name {
            "solutions" => json!(typed.list(name)),
            "plan" => plan(typed, &mut errors),
            "cost" => json!({
                "initial": yen(typed, "cost.initial", &mut errors),
                "yearly": yen(typed, "cost.yearly", &mut errors),
                "funded_by": text(typed, "cost.funded_by"),
            }),
            _ => text(typed, name),
        };
        members.insert(name.to_owned(), value);
    }
    (members, errors)
}

/// The text of `name`; nothing typed takes the field away.
fn text(typed: &Typed, name: &str) -> Value {
    typed.text(name).map_or(Value::Null, Value::String)
}

fn keep<T: Into<Value>>(errors: &mut FieldErrors, name: &str, read: Result<Option<T>, Invalid>) -> Value {
    let pointer = format!("/{}", name.replace('.', "/"));
    errors.keep(pointer, read).flatten().map_or(Value::Null, Into::into)
}

fn yen(typed: &Typed, name: &str, errors: &mut FieldErrors) -> Value {
    let read = typed.yen(name).map(|sum| sum.map(Yen::yen));
    keep(errors, name, read)
}

/// The rows of the plan in which anything was typed.
fn plan(typed: &Typed, errors: &mut FieldErrors) -> Value {
    let mut rows = Vec::new();
    for row in 0..typed.rows("plan", MILESTONES) {
        let at = |part: &str| format!("plan.{row}.{part}");
        if typed.text(&at("milestone")).is_none() && typed.text(&at("due")).is_none() {
            continue;
        }
        let due = typed.date(&at("due")).map(|day| day.map(|day| day.to_string()));
        rows.push(json!({"milestone": text(typed, &at("milestone")), "due": keep(errors, &at("due"), due)}));
    }
    Value::Array(rows)
}

/// The typed text with its plan moved together, so that a refusal of the third milestone stands at the third.
pub(super) fn compacted(typed: &Typed) -> Typed {
    let mut kept = Typed::new();
    for (name, value) in typed.pairs().filter(|(name, _)| !name.starts_with("plan.")) {
        kept.add(name, value);
    }
    let said = |row: &usize| {
        ["milestone", "due"].iter().any(|part| typed.text(&format!("plan.{row}.{part}")).is_some())
    };
    for (to, from) in (0..typed.rows("plan", MILESTONES)).filter(said).enumerate() {
        for part in ["milestone", "due"] {
            kept.add(&format!("plan.{to}.{part}"), typed.get(&format!("plan.{from}.{part}")));
        }
    }
    kept
}

/// The document as it stands in the form.
pub(super) fn typed_of(content: &Content) -> Typed {
    let mut typed = Typed::new();
    let mut say = |name: &str, text: &str| {
        if !text.is_empty() {
            typed.add(name, text);
        }
    };
    content.solutions.iter().for_each(|id| say("solutions", &id.to_string()));
    say("approach", &content.approach);
    for (row, one) in content.plan.iter().enumerate() {
        say(&format!("plan.{row}.milestone"), &one.milestone);
        say(&format!("plan.{row}.due"), &one.due.map(|day| day.to_string()).unwrap_or_default());
    }
    let sum = |sum: Option<Yen>| sum.map(|sum| crate::web::formats::number(sum.yen())).unwrap_or_default();
    say("cost.initial", &sum(content.cost.initial));
    say("cost.yearly", &sum(content.cost.yearly));
    say("cost.funded_by", &content.cost.funded_by);
    say("team", &content.team);
    say("risks", &content.risks);
    say("needs", &content.needs);
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_reads_as_the_document_and_stands_in_the_form_again() {
        let typed = Typed::parse(
            "approach=%E4%B8%80&plan.1.milestone=%E8%A8%AD%E7%BD%AE&plan.1.due=R9.5.31&cost.initial=580%E4%B8%87&cost.yearly=0"
                .as_bytes(),
        );
        let (patch, errors) = patch(&typed);
        assert!(errors.is_empty());
        assert_eq!(patch["plan"], json!([{"milestone": "設置", "due": "2027-05-31"}]));
        assert_eq!((&patch["cost"]["initial"], &patch["cost"]["yearly"]), (&json!(5_800_000), &json!(0)));
        let form: crate::proposals::form::Form =
            serde_json::from_value(Value::Object(patch.clone())).expect("a form");
        let content = form.parse().expect("a content");
        let (again, _) = super::patch(&typed_of(&content));
        assert_eq!(again, patch);
        assert_eq!(compacted(&typed).get("plan.0.milestone"), "設置");
    }
}
