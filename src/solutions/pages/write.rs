//! `/solutions/new` and `/solutions/{id}/edit`: one form, saved as a draft at any time, with everything that a
//! submission lacks named at once.

use actix_web::web::Path;
use askama::Template;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::accounts::Locale;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::policy::{self, Action, Subject};
use crate::reference::{Bureau, MunicipalityCode, Region};
use crate::solutions::states::Step;
use crate::solutions::{
    Maturity, SecurityPractice, SolutionContent, SolutionForm, SolutionId, SolutionStatus, actions, view,
};
use crate::web::forms::{Choice, FieldView, FormView, Typed, reference};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page, read_value};

/// Sums of the form, by their names within `price`.
const SUMS: [&str; 4] = ["initial_min", "initial_max", "yearly_min", "yearly_max"];

#[derive(Template)]
#[template(path = "solutions/templates/write.html")]
struct Write {
    shell: Shell,
    form: FormView,
    /// Where it is sent.
    action: String,
    /// What is edited, as it stands; `None` for a new one.
    known: Option<Known>,
    /// Whether somebody else has written meanwhile.
    stale: bool,
}

/// What is edited.
struct Known {
    id: SolutionId,
    name: String,
    status: SolutionStatus,
    version: i32,
    may_submit: bool,
}

impl Write {
    fn regions(&self) -> FieldView {
        let mut choices = vec![Choice::new("nationwide", self.shell.t("solutions.nationwide"))];
        choices.extend(Bureau::all().map(|one| {
            let members: Vec<&str> =
                one.prefectures().map(|prefecture| prefecture.name(self.shell.locale)).collect();
            let members = members.join(&self.shell.t("solutions.between"));
            Choice::new(format!("bureau:{one}"), one.name(self.shell.locale)).hint(members)
        }));
        self.form.field("regions").options(choices)
    }

    fn prefectures(&self) -> FieldView {
        self.form.field("prefectures").options(reference::prefecture_choices(self.shell.locale))
    }

    fn sectors(&self) -> FieldView {
        self.form.field("sectors").grouped(reference::sector_choices(self.shell.locale))
    }

    fn technologies(&self, name: &str) -> FieldView {
        self.form
            .field(name)
            .grouped(reference::technology_choices(&self.shell, "solutions.technology_group"))
    }

    fn maturities(&self) -> FieldView {
        let names = Maturity::ALL.iter().map(|one| one.as_str());
        self.form.field("maturity").options(Choice::of(self.shell.locale, "solutions.maturity", names))
    }

    fn practices(&self) -> FieldView {
        let names = SecurityPractice::ALL.iter().map(|one| one.as_str());
        self.form.field("security").options(Choice::of(self.shell.locale, "solutions.security", names))
    }

    /// Whether the long list of `name` is shown at once: something of it is chosen, or refused.
    fn is_open(&self, name: &str) -> bool {
        !self.form.typed().list(name).is_empty() || self.form.field(name).error.is_some()
    }

    /// What stands above the folded list of `name`.
    fn summary(&self, name: &str) -> String {
        self.shell.name("solutions.write.choose", name)
    }

    /// Whether the present state is one in which everything has to be said.
    fn is_public(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.status.must_be_complete())
    }
}

/// `GET /solutions/new`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for others than writers of a vendor.
pub async fn begin(visit: Visit) -> Answer {
    policy::require(visit.actor(), Action::WriteSolution, &Subject::default())?;
    shown(&visit, 200, None, Typed::new(), FieldErrors::new(), false)
}

/// `POST /solutions/new`
///
/// # Errors
/// Those of [`actions::create`].
pub async fn create(sent: Sent) -> Answer {
    policy::require(sent.visit.actor(), Action::WriteSolution, &Subject::default())?;
    let owner = sent.visit.member()?.organization;
    let form = match read(&sent.typed) {
        Ok((form, _)) => form,
        Err(errors) => return shown(&sent.visit, 422, None, sent.typed, errors, false),
    };
    let made = sent.once(move |deed| Ok(actions::create(deed, owner, &form)?.to_string())).await;
    match made {
        Ok(id) => {
            let id: Uuid = id.parse().map_err(Failure::internal)?;
            go_on(sent, SolutionId(id)).await
        }
        Err(Failure::Invalid(errors)) => shown(&sent.visit, 422, None, sent.typed, errors, false),
        Err(failure) => Err(failure),
    }
}

/// `GET /solutions/{id}/edit`
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep` while it is under review or archived.
pub async fn edit(visit: Visit, path: Path<Uuid>) -> Answer {
    let (known, content) = editable(&visit, SolutionId(path.into_inner())).await?;
    shown(&visit, 200, Some(known), typed(&content, visit.locale()), FieldErrors::new(), false)
}

/// `POST /solutions/{id}/edit`
///
/// # Errors
/// Those of [`actions::edit`] that the form cannot show.
pub async fn save(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = SolutionId(path.into_inner());
    let (known, _) = editable(&sent.visit, id).await?;
    let version = sent.typed.version()?.ok_or(Failure::VersionRequired)?;
    let patch = match read(&sent.typed) {
        Ok((_, patch)) => patch,
        Err(errors) => return shown(&sent.visit, 422, Some(known.at(version)), sent.typed, errors, false),
    };
    let saved = sent
        .once(move |deed| {
            actions::edit(deed, id, version, patch)?;
            Ok(format!("/solutions/{id}"))
        })
        .await;
    match saved {
        Ok(_) => go_on(sent, id).await,
        Err(Failure::Invalid(errors)) => {
            shown(&sent.visit, 422, Some(known.at(version)), sent.typed, errors, false)
        }
        // The form goes on from the version that stands now: sending it again is meant.
        Err(Failure::Stale { .. }) => {
            shown(&sent.visit, 412, Some(known), sent.typed, FieldErrors::new(), true)
        }
        Err(failure) => Err(failure),
    }
}

impl Known {
    fn at(self, version: i32) -> Self {
        Self { version, ..self }
    }
}

/// What follows saving: the page of the solution, or at once before the bureau with it.
async fn go_on(sent: Sent, id: SolutionId) -> Answer {
    let there = format!("/solutions/{id}");
    if sent.typed.get("then") != "submit" {
        return Ok(sent.visit.go_saying(there, &Flash::said("solution_saved")));
    }
    match sent.perform(move |deed| actions::submit(deed, id, None)).await {
        Ok(()) => Ok(sent.visit.go_saying(there, &Flash::said("solution_submitted"))),
        Err(Failure::Invalid(errors)) => incomplete(&sent.visit, id, errors).await,
        Err(failure) => Err(failure),
    }
}

/// The form of what was to be submitted, with everything that is missing.
///
/// # Errors
/// Those of [`edit`].
pub(super) async fn incomplete(visit: &Visit, id: SolutionId, errors: FieldErrors) -> Answer {
    let (known, content) = editable(visit, id).await?;
    shown(visit, 422, Some(known), typed(&content, visit.locale()), errors, false)
}

async fn editable(visit: &Visit, id: SolutionId) -> Result<(Known, SolutionContent), Failure> {
    visit
        .read(move |conn, actor| {
            let view = view::of(conn, actor, id)?;
            policy::require(actor, Action::Edit, &crate::solutions::subject(conn, id)?)?;
            view.status.step(Step::Edit)?;
            let may_submit = view.steps.contains(&Step::Submit);
            let name = view.content.name.clone();
            let known = Known { id, name, status: view.status, version: view.version, may_submit };
            Ok((known, view.content))
        })
        .await
}

fn shown(
    visit: &Visit,
    status: u16,
    known: Option<Known>,
    typed: Typed,
    errors: FieldErrors,
    stale: bool,
) -> Answer {
    let title = if known.is_some() { "solutions.write.edit_title" } else { "solutions.write.new_title" };
    let action = match &known {
        Some(known) => format!("/solutions/{}/edit", known.id),
        None => "/solutions/new".to_owned(),
    };
    let shell = visit.shell(title);
    let form = FormView::new(shell.locale, "solutions.form", typed).with_errors(errors);
    page::html(status, &Write { shell, form, action, known, stale })
}

/// What was typed in the form, as the body of the API.
///
/// # Errors
/// Every field that cannot be read or breaks a rule, at once.
pub fn typed_form(typed: &Typed) -> Result<SolutionForm, FieldErrors> {
    read(typed).map(|(form, _)| form)
}

/// What was typed, as the body of the API, and as its merge patch.
///
/// # Errors
/// Every field that cannot be read, at once.
fn read(typed: &Typed) -> Result<(SolutionForm, Map<String, Value>), FieldErrors> {
    let mut errors = FieldErrors::new();
    let patch = document(typed, &mut errors);
    let form = read_value::<SolutionForm>(Value::Object(patch.clone()));
    let form = match form {
        Ok(form) => form,
        Err(Failure::Invalid(found)) => return Err(found),
        Err(_) => return Err(FieldErrors::one("", Invalid::new("unknown_field"))),
    };
    if let Err(found) = form.parse() {
        for (pointer, invalid) in found.iter() {
            errors.add(pointer, invalid.clone());
        }
    }
    errors.into_result().map(|()| (form, patch))
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
    let lines = typed.get("municipalities").split(['\n', '、', ';', '；']);
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        // English names hold a comma themselves: Iwamizawa-shi, Hokkaido.
        let names = match MunicipalityCode::named(line) {
            Ok(_) => vec![line],
            Err(_) => line.split([',', '，']).map(str::trim).filter(|name| !name.is_empty()).collect(),
        };
        for name in names {
            if let Some(code) = errors.keep("/municipalities", MunicipalityCode::named(name)) {
                regions.push(Region::Municipality(code).to_string());
            }
        }
    }
    regions
}

/// The document as the form shows it.
fn typed(content: &SolutionContent, locale: Locale) -> Typed {
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
