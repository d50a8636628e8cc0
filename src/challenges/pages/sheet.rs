//! The form of a challenge as it is shown: its steps, its fields, and what stands beside them.

use askama::Template;
use serde_json::Value;

use super::typed::{self, Part, ROWS};
use super::{coach, diff};
use crate::challenges::store::Known;
use crate::challenges::{
    BudgetStatus, ChallengeId, Content, ContractRoute, EntryStage, Readiness, Visibility,
};
use crate::fields::FieldErrors;
use crate::matches::Prospect;
use crate::web::forms::{Base, Choice, Conflict, FieldView, FormView, Typed, reference};
use crate::web::{Answer, Shell, Visit, page};

/// The steps; the last one checks and submits.
pub(super) const STEPS: usize = 5;
/// Where an amendment is written: everything on one page.
pub(super) const AMENDMENT: usize = 0;

/// The form as it is to be shown.
pub(super) struct Sheet {
    /// The challenge, once it was saved.
    pub(super) known: Option<Known>,
    /// The step, 1 to 5; 0 for an amendment.
    pub(super) at: usize,
    pub(super) typed: Typed,
    pub(super) errors: FieldErrors,
    /// What somebody else saved meanwhile.
    pub(super) conflict: Vec<Conflict>,
    /// The municipalities for which a bureau may enter one.
    pub(super) towns: Vec<Choice>,
    pub(super) status: u16,
    /// Who would match, once that was asked for.
    pub(super) prospect: Option<Option<Prospect>>,
}

/// What is saved of one step.
struct Said {
    heading: String,
    href: String,
    /// Label and text of each field that says something.
    pairs: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "challenges/templates/write.html")]
struct Write {
    shell: Shell,
    form: FormView,
    id: Option<ChallengeId>,
    version: i32,
    /// What the fields are made from.
    base: Base,
    at: usize,
    parts: Vec<Part>,
    content: Option<Content>,
    missing: bool,
    conflict: Vec<Conflict>,
    towns: Vec<Choice>,
    /// What could still be said better.
    hints: Vec<String>,
    /// Whether it was asked who would match.
    asked: bool,
    prospect: Option<Prospect>,
    may_submit: bool,
}

/// The step that a form names.
pub(super) fn at_of(typed: &Typed) -> usize {
    let at = typed.number("at").ok().flatten().and_then(|at| usize::try_from(at).ok());
    at.filter(|at| *at <= STEPS).unwrap_or(1)
}

/// The parts of the form that a step shows; an amendment shows all.
pub(super) fn parts_of(at: usize) -> Vec<Part> {
    if at == AMENDMENT { Part::ALL.to_vec() } else { Part::of_step(at).into_iter().collect() }
}

/// What the fields of a step say of `content`.
fn base_of(content: &Content, at: usize) -> Base {
    Base::of(&typed::patch(&typed::typed_of(content), &parts_of(at)).0)
}

/// Shows the form.
pub(super) fn shown(visit: &Visit, sheet: Sheet) -> Answer {
    let shell = visit.shell(if sheet.at == AMENDMENT {
        "challenges.write.amend_title"
    } else {
        "challenges.write.title"
    });
    let today = visit.services().clock().now().japan_date();
    let content = sheet.known.as_ref().map(|known| known.challenge.content.0.clone());
    let mut errors = sheet.errors;
    let id = sheet.known.as_ref().map(Known::id);
    // The check asks for everything that is missing at once, before anybody tries.
    let missing =
        content.as_ref().filter(|_| sheet.at == STEPS).and_then(|content| content.ready(today).err());
    let may_submit = missing.is_none();
    if let Some(missing) = missing {
        errors.extend(&missing);
    }
    let parts = if sheet.at == STEPS { Part::ALL.to_vec() } else { parts_of(sheet.at) };
    let hints = hints(&shell, content.as_ref(), &sheet.typed, &parts);
    let mut form = FormView::new(shell.locale, "challenges.form", sheet.typed).with_errors(errors);
    if let Some(id) = id.filter(|_| sheet.at == STEPS) {
        for part in Part::ALL {
            for field in part.fields() {
                let page = shell.link(&format!("/challenges/{id}/edit?step={}", part.step()));
                form = form.elsewhere(*field, page);
            }
        }
    }
    let (asked, prospect) = match sheet.prospect {
        Some(prospect) => (true, prospect),
        None => (false, None),
    };
    let write = Write {
        id,
        version: sheet.known.as_ref().map_or(0, Known::version),
        base: content.as_ref().map(|content| base_of(content, sheet.at)).unwrap_or_default(),
        at: sheet.at,
        parts: parts_of(sheet.at),
        content,
        missing: !may_submit,
        conflict: sheet.conflict,
        towns: sheet.towns,
        hints,
        asked,
        prospect,
        may_submit,
        form,
        shell,
    };
    page::html(sheet.status, &write)
}

/// What could still be said better in `parts`, in words.
pub(super) fn hints(shell: &Shell, saved: Option<&Content>, typed: &Typed, parts: &[Part]) -> Vec<String> {
    let hints = coach::hints_of(saved, typed, parts).into_iter();
    hints.map(|hint| shell.name("challenges.coach", hint)).collect()
}

impl Write {
    fn crumbs(&self) -> Vec<(String, String)> {
        let (key, path) = match self.towns.is_empty() {
            true => ("challenges.own.title", "/our-challenges"),
            // A bureau that writes for a town has no challenges of its own.
            false => ("challenges.list.title", "/challenges"),
        };
        vec![(self.shell.t(key), self.shell.link(path)), (self.shell.title.clone(), String::new())]
    }

    fn labels(&self) -> Vec<String> {
        ["need", "goal", "place", "money", "check"]
            .iter()
            .map(|step| self.shell.t(&format!("challenges.write.step.{step}")))
            .collect()
    }

    /// The steps, each with its address once there is something saved.
    fn steps(&self) -> Vec<(String, String)> {
        let href = |at: usize| match self.id {
            Some(_) => self.href(&format!("/edit?step={at}")),
            None => String::new(),
        };
        self.labels().into_iter().zip(1..).map(|(label, at)| (label, href(at))).collect()
    }

    /// Where the form goes.
    fn action(&self) -> String {
        self.id.map_or_else(|| "/challenges".to_owned(), |id| format!("/challenges/{id}/edit"))
    }

    fn preview_action(&self) -> String {
        self.id.map_or_else(|| "/challenges/preview".to_owned(), |id| format!("/challenges/{id}/preview"))
    }

    fn href(&self, rest: &str) -> String {
        let id = self.id.map(|id| id.to_string()).unwrap_or_default();
        self.shell.link(&format!("/challenges/{id}{rest}"))
    }

    /// The step as it is saved.
    fn step_href(&self) -> String {
        self.href(&format!("/edit?step={}", self.at))
    }

    fn has(&self, part: &str) -> bool {
        self.parts.iter().any(|one| match one {
            Part::Need => part == "need",
            Part::Goal => part == "goal",
            Part::Place => part == "place",
            Part::Money => part == "money",
        })
    }

    fn is_amendment(&self) -> bool {
        self.at == AMENDMENT
    }

    /// The rows of indicators: those that were typed, and room for more.
    fn rows(&self) -> std::ops::Range<usize> {
        0..self.form.typed().rows("outcomes", 9).max(ROWS) + 1
    }

    fn outcome(&self, row: &usize, part: &str) -> FieldView {
        self.form.field(&format!("outcomes.{row}.{part}"))
    }

    fn sectors(&self) -> FieldView {
        self.form.field("sectors").grouped(reference::sector_choices(self.shell.locale))
    }

    fn technologies(&self, name: &str) -> FieldView {
        self.form
            .field(name)
            .grouped(reference::technology_choices(&self.shell, "challenges.technology_group"))
    }

    /// Whether anything of the list `name` is chosen, or refused.
    fn says(&self, name: &str) -> bool {
        self.form.typed().text(name).is_some() || self.form.field(name).error.is_some()
    }

    fn conditions(&self) -> FieldView {
        self.form.field("conditions").options(reference::condition_choices(self.shell.locale))
    }

    fn named<'a>(&self, field: &str, prefix: &str, names: impl Iterator<Item = &'a str>) -> FieldView {
        self.form.field(field).options(Choice::of(self.shell.locale, prefix, names))
    }

    fn readiness(&self) -> FieldView {
        self.named("readiness", "challenges.readiness", Readiness::ALL.iter().map(|one| one.as_str()))
    }

    fn stages(&self) -> FieldView {
        self.named("entry_stage", "challenges.stage", EntryStage::ALL.iter().map(|one| one.as_str()))
    }

    fn budget_status(&self) -> FieldView {
        let names = BudgetStatus::ALL.iter().map(|one| one.as_str());
        self.named("budget.status", "challenges.budget_status", names)
    }

    fn routes(&self) -> FieldView {
        let names = ContractRoute::ALL.iter().map(|one| one.as_str());
        self.named("contract_route", "challenges.contract_route", names)
            .empty_choice(self.shell.t("form.choose"))
    }

    fn visibility(&self) -> FieldView {
        let names = Visibility::ALL.iter().map(|one| one.as_str());
        self.named("visibility", "challenges.visibility", names)
    }

    fn town(&self) -> FieldView {
        self.form
            .field("on_behalf_of")
            .options(self.towns.clone())
            .empty_choice(self.shell.t("form.choose"))
            .required()
    }

    /// Everything that is saved, in the order of the steps.
    fn summary(&self) -> Vec<Said> {
        let Some(content) = &self.content else { return Vec::new() };
        let (document, _) = typed::patch(&typed::typed_of(content), &Part::ALL);
        let labels = self.labels();
        let part = |part: Part| {
            let fields = part.fields().iter().filter_map(|name| {
                let value = document.get(*name).filter(|value| !says_nothing(value))?;
                Some(self.lines(name, value))
            });
            Said {
                heading: labels.get(part.step() - 1).cloned().unwrap_or_default(),
                href: self.href(&format!("/edit?step={}", part.step())),
                pairs: fields.flatten().collect(),
            }
        };
        Part::ALL.into_iter().map(part).collect()
    }

    /// A field in words; an object field by field.
    fn lines(&self, name: &str, value: &Value) -> Vec<(String, String)> {
        let line = |name: &str, value: &Value| {
            let pointer = format!("/{}", name.replace('.', "/"));
            (diff::label(&self.shell, &pointer), diff::in_words(&self.shell, &pointer, value))
        };
        match value {
            Value::Object(members) => members
                .iter()
                .filter(|(_, value)| !says_nothing(value))
                .map(|(inner, value)| line(&format!("{name}.{inner}"), value))
                .collect(),
            value => vec![line(name, value)],
        }
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.values().all(says_nothing),
        _ => false,
    }
}
