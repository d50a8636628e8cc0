//! One form to enter and to change a deployment.

use actix_web::web::Path;
use askama::Template;
use serde_json::Value;
use uuid::Uuid;

use super::typed::{RESULTS, packed, read, today, typed};
use super::{entry, offered};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::solutions::deployments::{
    Act, DeploymentForm, DeploymentId, DeploymentView, Outcome, Stage, Verification, actions,
};
use crate::solutions::{Card, SolutionId};
use crate::web::forms::{Choice, FieldView, FormView, Typed, reference};
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
    /// The version the form was written for.
    version: i32,
    /// Whether somebody else has written meanwhile.
    stale: bool,
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
    let typed = typed(&known.content, visit.locale());
    Form::of(solution, typed, known).shown(&visit, 200)
}

/// `POST /deployments/{id}/edit`
///
/// # Errors
/// Those of [`actions::edit`] that the form cannot show.
pub async fn save(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let (known, solution) = entry(&sent.visit, id, Act::Edit).await?;
    let version = sent.typed.version()?.ok_or(Failure::VersionRequired)?;
    let (typed, there) = (packed(&sent.typed), format!("/solutions/{}#deployments", solution.id));
    let patch = match read(&typed, today(&sent.visit)) {
        Ok(patch) => patch,
        Err(errors) => return Form::of(solution, typed, known).at(version).refused(&sent.visit, errors),
    };
    let saved = sent
        .once(move |deed| {
            actions::edit(deed, id, version, patch)?;
            Ok(there)
        })
        .await;
    match saved {
        Ok(there) => Ok(sent.visit.go_saying(there, &Flash::said("deployment_saved"))),
        Err(Failure::Invalid(errors)) => {
            Form::of(solution, typed, known).at(version).refused(&sent.visit, errors)
        }
        // The form goes on from the version that stands now: sending it again is meant.
        Err(Failure::Stale { .. }) => {
            Form { stale: true, ..Form::of(solution, typed, known) }.shown(&sent.visit, 412)
        }
        Err(failure) => Err(failure),
    }
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
    version: i32,
    errors: FieldErrors,
    stale: bool,
}

impl Form {
    fn new(solution: Card, typed: Typed) -> Self {
        Self { solution, typed, known: None, version: 0, errors: FieldErrors::new(), stale: false }
    }

    fn of(solution: Card, typed: Typed, known: DeploymentView) -> Self {
        Self { version: known.version, known: Some(known), ..Self::new(solution, typed) }
    }

    fn at(self, version: i32) -> Self {
        Self { version, ..self }
    }

    fn refused(self, visit: &Visit, errors: FieldErrors) -> Answer {
        Self { errors, ..self }.shown(visit, 422)
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
        let Self { solution, known, version, stale, .. } = self;
        page::html(status, &Write { shell, form, solution, action, known, version, stale, rows })
    }
}
