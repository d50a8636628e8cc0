//! One form to enter and to change a deployment.

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::typed::{RESULTS, document, fields, packed, read, today, typed};
use super::{entry, offered};
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::reference::{MunicipalityCode, Sector};
use crate::services::Deed;
use crate::solutions::deployments::{
    Act, DeploymentForm, DeploymentId, DeploymentView, Outcome, Stage, Verification, actions, api,
};
use crate::solutions::{Card, SolutionId};
use crate::web::forms::{self, Base, Choice, Conflict, Draft, FieldView, FormView, Typed, reference};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page, read_value};

/// Empty rows behind the filled ones.
const SPARE_ROWS: usize = 2;

#[derive(Template)]
#[template(path = "solutions/deployments/templates/write.html")]
struct Write {
    shell: Shell,
    form: FormView,
    /// The solution it belongs to.
    solution: Card,
    /// Where it is sent.
    action: String,
    /// What is changed; `None` for a new one.
    known: Option<DeploymentView>,
    version: String,
    /// What the fields are made from.
    base: String,
    /// What somebody else saved meanwhile.
    conflict: Vec<Conflict>,
    rows: usize,
}

impl Write {
    fn sectors(&self) -> FieldView {
        let choose = self.shell.t("form.choose");
        self.form.field("sector").grouped(reference::sector_choices(self.shell.locale)).empty_choice(choose)
    }

    fn stages(&self) -> FieldView {
        let names = Stage::ALL.iter().map(|one| one.as_str());
        self.form.field("stage").options(Choice::of(self.shell.locale, "deployment.stage", names))
    }

    fn outcomes(&self) -> FieldView {
        let names = Outcome::ALL.iter().map(|one| one.as_str());
        self.form.field("outcome").options(Choice::of(self.shell.locale, "deployment.outcome", names))
    }

    fn part(&self, row: &usize, part: &str) -> FieldView {
        self.form.field(&format!("results.{row}.{part}"))
    }

    /// Whether a change takes a verification away.
    fn is_verified(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.verification != Verification::Declared)
    }
}

/// `GET /solutions/{id}/deployments/new`
///
/// # Errors
/// `NotFound`, `Forbidden` for others than the vendor's writers, `Conflict` for an archived solution.
pub async fn begin(visit: Visit, path: Path<Uuid>) -> Answer {
    let solution = offered(&visit, SolutionId(path.into_inner())).await?;
    let mut typed = Typed::new();
    typed.set("outcome", Outcome::Ongoing.as_str());
    Form::new(solution, typed).shown(&visit, 200)
}

/// `POST /solutions/{id}/deployments/new`
///
/// # Errors
/// Those of [`actions::declare`].
pub async fn declare(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = SolutionId(path.into_inner());
    let solution = offered(&sent.visit, id).await?;
    let typed = packed(&sent.typed);
    let body = match read(&typed, today(&sent.visit)) {
        Ok(patch) => read_value::<DeploymentForm>(Value::Object(patch))?,
        Err(errors) => return Form::new(solution, typed).refused(&sent.visit, errors),
    };
    let made = sent
        .once(move |deed| {
            actions::declare(deed, id, &body)?;
            Ok(format!("/solutions/{id}#deployments"))
        })
        .await;
    match made {
        Ok(there) => Ok(sent.visit.go_saying(there, &Flash::said("deployment_declared"))),
        Err(Failure::Invalid(errors)) => Form::new(solution, typed).refused(&sent.visit, errors),
        Err(failure) => Err(failure),
    }
}

/// `GET /deployments/{id}/edit`
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn edit(visit: Visit, path: Path<Uuid>) -> Answer {
    let (known, solution) = entry(&visit, DeploymentId(path.into_inner()), Act::Edit).await?;
    Form::of(solution, known, visit.locale(), today(&visit)).shown(&visit, 200)
}

/// `POST /deployments/{id}/edit`
///
/// # Errors
/// Those of [`actions::edit`] that the form cannot show.
pub async fn save(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let (known, solution) = entry(&sent.visit, id, Act::Edit).await?;
    let (typed, there) = (packed(&sent.typed), format!("/solutions/{}#deployments", solution.id));
    let (today, locale) = (today(&sent.visit), sent.visit.locale());
    let again = Form { typed: typed.clone(), ..Form::of(solution, known, locale, today) };
    let draft = match read(&typed, today) {
        Ok(patch) => Draft::of(&typed, patch)?,
        Err(errors) => return again.sent_before().refused(&sent.visit, errors),
    };
    let ours = draft.clone();
    match sent.perform(move |deed| write_over(deed, id, &ours, (today, locale))).await {
        Ok(()) => Ok(sent.visit.go_saying(there, &Flash::said("deployment_saved"))),
        Err(Failure::Invalid(errors)) => again.sent_before().refused(&sent.visit, errors),
        Err(Failure::Stale { .. }) => {
            // What stands now, also when it was saved after this form was read.
            let (now, solution) = entry(&sent.visit, id, Act::Edit).await?;
            Form { typed, ..Form::of(solution, now, locale, today) }.beside(&sent.visit, &draft)
        }
        Err(failure) => Err(failure),
    }
}

/// Saves what the writer changed and leaves the rest as it stands.
fn write_over(
    deed: &mut Deed<'_>,
    id: DeploymentId,
    draft: &Draft,
    (today, locale): (NaiveDate, Locale),
) -> Result<(), Failure> {
    let actor = deed.by().clone();
    let known = api::one(deed.conn(), &actor, id)?;
    let patch = draft.over(&document(&typed(&known.content, locale), today), known.version)?;
    if patch.is_empty() { Ok(()) } else { actions::edit(deed, id, known.version, patch) }
}

/// `POST /deployments/{id}/delete`
///
/// # Errors
/// Those of [`actions::remove`].
pub async fn remove(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let (_, solution) = entry(&sent.visit, id, Act::Edit).await?;
    let version = sent.typed.version()?;
    let there = sent
        .once(move |deed| {
            actions::remove(deed, id, version)?;
            Ok(format!("/solutions/{}#deployments", solution.id))
        })
        .await?;
    Ok(sent.visit.go_saying(there, &Flash::said("deployment_removed")))
}

/// A form on its way to its page.
struct Form {
    solution: Card,
    typed: Typed,
    known: Option<DeploymentView>,
    errors: FieldErrors,
    conflict: Vec<Conflict>,
    /// The version and the base that the form goes on from.
    from: (String, String),
}

impl Form {
    fn new(solution: Card, typed: Typed) -> Self {
        let from = ("0".to_owned(), String::new());
        Self { solution, typed, known: None, errors: FieldErrors::new(), conflict: Vec::new(), from }
    }

    fn of(solution: Card, known: DeploymentView, locale: Locale, today: NaiveDate) -> Self {
        let typed = typed(&known.content, locale);
        let from = (known.version.to_string(), Base::of(&document(&typed, today)).to_string());
        Self { known: Some(known), from, ..Self::new(solution, typed) }
    }

    /// The same, still made from what it was made from when it was sent.
    fn sent_before(self) -> Self {
        let from = (self.typed.get("version").to_owned(), self.typed.get("base").to_owned());
        Self { from, ..self }
    }

    fn refused(self, visit: &Visit, errors: FieldErrors) -> Answer {
        Self { errors, ..self }.shown(visit, 422)
    }

    /// What stands now beside what was typed, where both were changed.
    fn beside(mut self, visit: &Visit, draft: &Draft) -> Answer {
        let Some(known) = &self.known else {
            return Err(Failure::internal("nothing stands beside a new deployment"));
        };
        let shell = visit.shell("deployment.write.edit_title");
        let saved = typed(&known.content, visit.locale());
        let theirs = document(&saved, today(visit));
        let collide = draft.reconcile(&mut self.typed, (&saved, &theirs), fields);
        let words = |name: &str, value: &Value| in_words(&shell, name, value);
        let conflict = collide.into_iter().map(|name| Conflict {
            label: shell.t(&format!("deployment.form.{name}.label")),
            theirs: words(name, theirs.get(name).unwrap_or(&Value::Null)),
            ours: words(name, draft.member(name)),
        });
        self.conflict = conflict.collect();
        self.shown(visit, 412)
    }

    fn shown(self, visit: &Visit, status: u16) -> Answer {
        let title =
            if self.known.is_some() { "deployment.write.edit_title" } else { "deployment.write.new_title" };
        let action = match &self.known {
            Some(known) => format!("/deployments/{}/edit", known.id),
            None => format!("/solutions/{}/deployments/new", self.solution.id),
        };
        let shell = visit.shell(title);
        let rows = (self.typed.rows("results", RESULTS) + SPARE_ROWS).min(RESULTS);
        let form = FormView::new(shell.locale, "deployment.form", self.typed).with_errors(self.errors);
        let Self { solution, known, conflict, from: (version, base), .. } = self;
        page::html(status, &Write { shell, form, solution, action, known, version, base, conflict, rows })
    }
}

/// A member of the API's document in words.
fn in_words(shell: &Shell, name: &str, value: &Value) -> String {
    forms::in_words(shell, name, value, &|name, value| {
        let text = value.as_str()?;
        match name {
            "municipality_code" => {
                MunicipalityCode::parse(text).ok().map(|code| code.municipality().full_name(shell.locale))
            }
            "sector" => Sector::parse(text).ok().map(|one| one.name(shell.locale).to_owned()),
            "started_on" | "ended_on" => text.parse().ok().map(|day: NaiveDate| shell.date(day)),
            "stage" => Some(shell.name("deployment.stage", text)),
            "outcome" => Some(shell.name("deployment.outcome", text)),
            _ => None,
        }
    })
}
