//! `/challenges/{id}/amendments`: what was changed after it was opened, field by field, readable.

use actix_web::web::Path;
use askama::Template;
use serde_json::{Map, Value};

use super::seen;
use super::typed::Part;
use crate::challenges::amendments::{self, AmendmentView};
use crate::challenges::view::Detail;
use crate::fields::typed_fiscal_year;
use crate::locales;
use crate::reference::{Condition, MunicipalityCode, Technology};
use crate::web::{Answer, Shell, Visit, forms, id_of, page};

/// One field before and after, in words.
struct Change {
    label: String,
    before: String,
    after: String,
}

/// One amendment in words.
struct Amended {
    number: i32,
    note: String,
    at: String,
    changes: Vec<Change>,
}

#[derive(Template)]
#[template(path = "challenges/templates/amendments.html")]
struct Amendments {
    shell: Shell,
    title: String,
    href: String,
    amendments: Vec<Amended>,
}

/// `GET /challenges/{id}/amendments`
///
/// # Errors
/// `NotFound` when it is not there or hidden.
pub async fn amendments(visit: Visit, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let (detail, found) = visit
        .read(move |conn, actor| {
            let known = seen(conn, actor, id)?;
            Ok((Detail::of(conn, actor, &known)?, amendments::of(conn, actor, &known)?))
        })
        .await?;
    let shell = visit.shell("challenges.amendments.title");
    let amendments = found.iter().map(|one| amended(&shell, one)).collect();
    let href = shell.link(&format!("/challenges/{id}"));
    page::html(200, &Amendments { title: detail.content.title, href, amendments, shell })
}

impl Amendments {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("challenges.list.title"), self.shell.link("/challenges")),
            (self.title.clone(), self.href.clone()),
            (self.shell.title.clone(), String::new()),
        ]
    }
}

fn amended(shell: &Shell, view: &AmendmentView) -> Amended {
    let change = |one: &amendments::FieldChange| Change {
        label: label(shell, &one.field),
        before: in_words(shell, &one.field, &one.before),
        after: in_words(shell, &one.field, &one.after),
    };
    // The band follows from the figures; where they are shown it says nothing new.
    let figures = view.changes.iter().any(|one| matches!(one.field.as_str(), "/budget/min" | "/budget/max"));
    let said = view.changes.iter().filter(|one| !(figures && one.field == "/budget/band"));
    // In the order of the form.
    let mut said: Vec<_> = said.collect();
    said.sort_by_key(|one| Part::place_of(one.field.trim_start_matches('/')));
    Amended {
        number: view.amendment,
        note: view.note.clone(),
        at: shell.date_time(view.amended_at),
        changes: said.into_iter().map(change).collect(),
    }
}

/// The name of a field: the label it has in the form.
pub(super) fn label(shell: &Shell, pointer: &str) -> String {
    let name = pointer.trim_start_matches('/').replace('/', ".");
    let key = format!("challenges.form.{name}.label");
    if locales::has(shell.locale, &key) { shell.t(&key) } else { name }
}

/// A value as a person reads it.
pub(super) fn in_words(shell: &Shell, pointer: &str, value: &Value) -> String {
    forms::in_words(shell, pointer, value, &|pointer, value| match value {
        Value::String(text) if !text.is_empty() => Some(word(shell, pointer, text)),
        Value::Number(number) => figure(shell, pointer, number.as_i64()?),
        Value::Object(members) if members.contains_key("indicator") => Some(outcome(shell, members)),
        // A place, of which the API says code and name.
        Value::Object(members) => members.get("name")?.as_str().map(str::to_owned),
        _ => None,
    })
}

/// What is to come of it: the indicator, where it stands and where it shall go.
fn outcome(shell: &Shell, members: &Map<String, Value>) -> String {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let figure = |name: &str| match members.get(name).and_then(Value::as_f64) {
        Some(figure) => figure.to_string(),
        None => shell.t("formats.not_given"),
    };
    let (baseline, target) = (figure("baseline"), figure("target"));
    let values = [
        ("indicator", text("indicator")),
        ("baseline", baseline),
        ("target", target),
        ("unit", text("unit")),
    ];
    shell.tf("challenges.amendments.outcome", &values)
}

/// A whole number that is a sum or a year.
fn figure(shell: &Shell, pointer: &str, number: i64) -> Option<String> {
    match pointer {
        "/budget/min" | "/budget/max" | "/budget/running_per_year" => Some(shell.yen(number)),
        "/budget/fiscal_year" => {
            typed_fiscal_year(&number.to_string()).ok().map(|year| shell.fiscal_year(year))
        }
        _ => None,
    }
}

/// A text that may be the name of a value.
fn word(shell: &Shell, pointer: &str, text: &str) -> String {
    let prefix = match pointer {
        "/entry_stage" => "challenges.stage",
        "/contract_route" => "challenges.contract_route",
        "/visibility" => "challenges.visibility",
        "/readiness" => "challenges.readiness",
        "/budget/status" => "challenges.budget_status",
        "/budget/band" => "challenges.band",
        "/technologies" | "/infrastructure" => return Technology::name_of(text, shell.locale),
        "/conditions" => return Condition::name_of(text, shell.locale),
        "/joint_municipalities" => {
            return MunicipalityCode::parse(text)
                .map_or_else(|_| text.to_owned(), |code| code.municipality().full_name(shell.locale));
        }
        "/sectors" => {
            return crate::reference::Sector::parse(text)
                .map_or_else(|_| text.to_owned(), |one| one.name(shell.locale).to_owned());
        }
        "/proposals_due" | "/questions_due" | "/start_from" => {
            return text.parse().map_or_else(|_| text.to_owned(), |day: chrono::NaiveDate| shell.date(day));
        }
        _ => return text.to_owned(),
    };
    shell.name(prefix, text)
}
