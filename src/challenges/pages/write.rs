//! Writing a challenge: one form in five short steps, saved at every step; and amending an open one, on one page.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use serde_json::{Map, Value, json};

use super::typed::{self, Part, ROWS};
use super::{coach, diff, gather, id_of, is_script, naming, seen};
use crate::challenges::store::{self, Known};
use crate::challenges::{
    BudgetStatus, ChallengeId, Content, ContractRoute, EntryStage, Form, Readiness, Status, Step, Visibility,
    actions, view,
};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::Prospect;
use crate::policy::{self, Action, Actor, Subject};
use crate::web::forms::{Choice, FieldView, FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page, read_value};

/// The steps; the last one checks and submits.
const STEPS: usize = 5;
/// Where an amendment is written: everything on one page.
const AMENDMENT: usize = 0;

/// The form as it is to be shown.
pub(super) struct Sheet {
    /// The challenge, once it was saved.
    known: Option<Known>,
    /// The step, 1 to 5; 0 for an amendment.
    at: usize,
    typed: Typed,
    errors: FieldErrors,
    /// What somebody else saved meanwhile.
    conflict: Vec<Conflict>,
    /// The municipalities for which a bureau may enter one.
    towns: Vec<Choice>,
    status: u16,
    /// Who would match, once that was asked for.
    prospect: Option<Option<Prospect>>,
}

/// A field that differs between what is saved and what was typed.
struct Conflict {
    label: String,
    theirs: String,
    ours: String,
}

#[derive(Template)]
#[template(path = "challenges/templates/write.html")]
struct Write {
    shell: Shell,
    form: FormView,
    id: Option<ChallengeId>,
    version: i32,
    at: usize,
    parts: Vec<Part>,
    content: Option<Content>,
    missing: bool,
    conflict: Vec<Conflict>,
    towns: Vec<Choice>,
    /// Whether it was asked who would match.
    asked: bool,
    prospect: Option<Prospect>,
    may_submit: bool,
}

impl Sheet {
    fn blank() -> Self {
        Self {
            known: None,
            at: 1,
            typed: Typed::new(),
            errors: FieldErrors::new(),
            conflict: Vec::new(),
            towns: Vec::new(),
            status: 200,
            prospect: None,
        }
    }

    /// The form with what was `typed` into the step it names.
    pub(super) async fn typed(visit: &Visit, id: Option<ChallengeId>, typed: Typed) -> Result<Self, Failure> {
        let at = at_of(&typed);
        let Some(id) = id else {
            let towns = visit.read(towns).await?;
            return Ok(Self { at, typed, towns, ..Self::blank() });
        };
        let known = visit.read(move |conn, actor| editable(conn, actor, id)).await?;
        Ok(Self { at, typed, known: Some(known), ..Self::blank() })
    }

    /// The same with who would match.
    pub(super) fn with_prospect(self, prospect: Option<Prospect>) -> Self {
        Self { prospect: Some(prospect), ..self }
    }
}

fn at_of(typed: &Typed) -> usize {
    let at = typed.number("at").ok().flatten().and_then(|at| usize::try_from(at).ok());
    at.filter(|at| *at <= STEPS).unwrap_or(1)
}

fn parts_of(at: usize) -> Vec<Part> {
    if at == AMENDMENT { Part::ALL.to_vec() } else { Part::of_step(at).into_iter().collect() }
}

/// The challenge, if the reader may change it now.
fn editable(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Known, Failure> {
    let known = seen(conn, actor, id)?;
    policy::require(actor, view::permission(Step::Edit), &known.subject())?;
    known.challenge.status.step(Step::Edit)?;
    Ok(known)
}

/// The municipalities for which the reader may enter a challenge.
fn towns(conn: &mut DbConn, actor: &Actor) -> Result<Vec<Choice>, Failure> {
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    if member.covers.is_empty() {
        return Ok(Vec::new());
    }
    let found = store::municipalities_in(conn, &member.covers)?;
    let allowed = found.into_iter().filter(|town| {
        let subject = Subject {
            owner: Some(town.organization),
            prefecture: Some(town.place.prefecture().code()),
            ..Subject::default()
        };
        policy::allows(actor, Action::WriteChallengeOnBehalf, &subject)
    });
    let name = |place: crate::reference::MunicipalityCode| match actor.locale() {
        crate::accounts::Locale::Ja => place.municipality().full_name_ja(),
        crate::accounts::Locale::En => place.municipality().full_name_en(),
    };
    Ok(allowed.map(|town| Choice::new(town.place.to_string(), name(town.place))).collect())
}

/// `GET /challenges/new`
///
/// # Errors
/// `Unauthenticated`, or `Forbidden` for whoever writes none.
pub async fn begin(visit: Visit) -> Answer {
    let towns = visit.read(towns).await?;
    if towns.is_empty() {
        policy::require(visit.actor(), Action::WriteChallenge, &Subject::default())?;
    }
    shown(&visit, Sheet { towns, ..Sheet::blank() })
}

/// `POST /challenges`: the first save. A script is answered in JSON.
///
/// # Errors
/// Those of the policy, and for a script those of the action.
pub async fn create(sent: Sent) -> Answer {
    let typed = typed::compacted(&sent.typed);
    let (patch, errors) = typed::patch(&typed, &[Part::Need]);
    let on_behalf_of = typed.text("on_behalf_of");
    let go = typed.get("go").to_owned();
    let script = is_script(&sent.visit);
    let saved = match errors.into_result() {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(()) => {
            let form = document(patch, on_behalf_of)?;
            sent.once(move |deed| {
                let known = actions::create(deed, &form)?;
                let step = if go == "next" { 2 } else { 1 };
                Ok(format!("/challenges/{}/edit?step={step}", known.id()))
            })
            .await
        }
    };
    match saved {
        Ok(path) if script => Ok(HttpResponse::Ok().json(json!({"location": path, "version": 1}))),
        Ok(path) => Ok(sent.visit.go_saying(path, &Flash::said("challenge_saved"))),
        Err(Failure::Invalid(errors)) if !script => {
            let sheet = Sheet::typed(&sent.visit, None, typed).await?;
            shown(&sent.visit, Sheet { errors, status: 422, ..sheet })
        }
        Err(failure) => Err(failure),
    }
}

fn document(patch: Map<String, Value>, on_behalf_of: Option<String>) -> Result<Form, Failure> {
    let mut form: Form = read_value(Value::Object(patch))?;
    form.on_behalf_of = on_behalf_of;
    Ok(form)
}

/// `GET /challenges/{id}/edit?step=1..5`; of an open challenge, its amendment.
///
/// # Errors
/// Those of the policy; `IllegalStep` where it cannot be changed.
pub async fn edit(visit: Visit, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let known = visit.read(move |conn, actor| editable(conn, actor, id)).await?;
    let asked = visit.query("step").and_then(|step| step.parse().ok());
    let at = match known.challenge.status {
        Status::Open => AMENDMENT,
        _ => asked.filter(|step| (1..=STEPS).contains(step)).unwrap_or(1),
    };
    let typed = typed::typed_of(&known.challenge.content.0);
    shown(&visit, Sheet { at, typed, known: Some(known), ..Sheet::blank() })
}

/// `POST /challenges/{id}/edit`: saves one step, or an amendment. A script is answered in JSON.
///
/// # Errors
/// Those of the policy, and for a script those of the action.
pub async fn save(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let typed = typed::compacted(&sent.typed);
    let at = at_of(&typed);
    let version = typed.number("version").map_err(|invalid| Failure::field("/version", invalid))?;
    let version = version.and_then(|version| i32::try_from(version).ok()).ok_or(Failure::VersionRequired)?;
    let (mut patch, errors) = typed::patch(&typed, &parts_of(at));
    if let Some(note) = typed.text("amendment_note").filter(|_| at == AMENDMENT) {
        patch.insert("amendment_note".to_owned(), Value::String(note));
    }
    let saved = match errors.into_result() {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(()) => sent.perform(move |deed| actions::amend_or_edit(deed, id, version, patch)).await,
    };
    let script = is_script(&sent.visit);
    match saved {
        Ok(known) if script => Ok(HttpResponse::Ok().json(json!({"version": known.version()}))),
        Ok(_) => Ok(onward(&sent.visit, id, at, typed.get("go"))),
        Err(Failure::Invalid(errors)) if !script => {
            let sheet = Sheet::typed(&sent.visit, Some(id), typed).await?;
            shown(&sent.visit, Sheet { errors, status: 422, ..sheet })
        }
        Err(Failure::Stale { .. }) if !script => {
            let mut sheet = Sheet::typed(&sent.visit, Some(id), typed).await?;
            let shell = sent.visit.shell("challenges.write.title");
            sheet.conflict = conflict(&shell, &sheet)?;
            shown(&sent.visit, Sheet { status: 412, ..sheet })
        }
        Err(failure) => Err(failure),
    }
}

fn onward(visit: &Visit, id: ChallengeId, at: usize, go: &str) -> HttpResponse {
    if at == AMENDMENT {
        return visit.go_saying(format!("/challenges/{id}"), &Flash::said("challenge_amended"));
    }
    let step = match go {
        "next" => (at + 1).min(STEPS),
        "back" => at.saturating_sub(1).max(1),
        other => other.parse().ok().filter(|step| (1..=STEPS).contains(step)).unwrap_or(at),
    };
    visit.go_saying(format!("/challenges/{id}/edit?step={step}"), &Flash::said("challenge_saved"))
}

/// The fields of the step in which what is saved differs from what was typed.
fn conflict(shell: &Shell, sheet: &Sheet) -> Result<Vec<Conflict>, Failure> {
    let Some(known) = &sheet.known else { return Ok(Vec::new()) };
    let saved = typed::typed_of(&known.challenge.content.0);
    let (theirs, _) = typed::patch(&saved, &parts_of(sheet.at));
    let (ours, _) = typed::patch(&sheet.typed, &parts_of(sheet.at));
    let differing = theirs.iter().filter(|(name, value)| ours.get(*name) != Some(value));
    let conflict = |(name, theirs): (&String, &Value)| {
        let pointer = format!("/{name}");
        Conflict {
            label: diff::label(shell, &pointer),
            theirs: diff::in_words(shell, &pointer, theirs),
            ours: diff::in_words(shell, &pointer, ours.get(name).unwrap_or(&Value::Null)),
        }
    };
    Ok(differing.map(conflict).collect())
}

/// The last step after a submit that found something missing: all of it, each with a link to where it is said.
pub(super) async fn incomplete(visit: &Visit, id: ChallengeId) -> Answer {
    let known = visit.read(move |conn, actor| editable(conn, actor, id)).await?;
    let typed = typed::typed_of(&known.challenge.content.0);
    shown(visit, Sheet { at: STEPS, typed, known: Some(known), status: 422, ..Sheet::blank() })
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
        gather(&mut errors, &missing);
    }
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
        at: sheet.at,
        parts: parts_of(sheet.at),
        content,
        missing: !may_submit,
        conflict: sheet.conflict,
        towns: sheet.towns,
        asked,
        prospect,
        may_submit,
        form,
        shell,
    };
    page::html(sheet.status, &write)
}

impl Write {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("challenges.own.title"), self.shell.link("/our-challenges")),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn labels(&self) -> Vec<String> {
        ["need", "goal", "place", "money", "check"]
            .iter()
            .map(|step| self.shell.t(&format!("challenges.write.step.{step}")))
            .collect()
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

    /// The hints for what is saved of this step.
    fn hints(&self) -> Vec<String> {
        let Some(content) = &self.content else { return Vec::new() };
        let parts = if self.at == STEPS { Part::ALL.to_vec() } else { self.parts.clone() };
        let hints = parts.into_iter().flat_map(|part| coach::hints(content, part));
        hints.map(|hint| self.shell.name("challenges.coach", hint)).collect()
    }

    /// The rows of indicators: those that were typed, and room for more.
    fn rows(&self) -> std::ops::Range<usize> {
        0..self.form.typed().rows("outcomes", 9).max(ROWS) + 1
    }

    fn outcome(&self, row: &usize, part: &str) -> FieldView {
        self.form.field(&format!("outcomes.{row}.{part}"))
    }

    fn sectors(&self) -> FieldView {
        self.form.field("sectors").grouped(naming::sector_choices(&self.shell, false))
    }

    fn technologies(&self, name: &str) -> FieldView {
        self.form.field(name).grouped(naming::technology_choices(&self.shell))
    }

    fn conditions(&self) -> FieldView {
        self.form.field("conditions").options(naming::condition_choices(self.shell.locale))
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

    /// Everything that is saved, in the order of the steps: heading, address of the step, and pairs of label and text.
    fn summary(&self) -> Vec<(String, String, Vec<(String, String)>)> {
        let Some(content) = &self.content else { return Vec::new() };
        let (document, _) = typed::patch(&typed::typed_of(content), &Part::ALL);
        let labels = self.labels();
        let part = |part: Part| {
            let fields = part.fields().iter().filter_map(|name| {
                let value = document.get(*name).filter(|value| !says_nothing(value))?;
                Some(self.lines(name, value))
            });
            let heading = labels.get(part.step() - 1).cloned().unwrap_or_default();
            (heading, self.href(&format!("/edit?step={}", part.step())), fields.flatten().collect())
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
