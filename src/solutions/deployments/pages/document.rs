//! A bureau reads the evidence and says so.

use actix_web::web::Path;
use askama::Template;
use uuid::Uuid;

use super::entry;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::solutions::Card;
use crate::solutions::deployments::{Act, DeploymentId, DeploymentView, actions};
use crate::solutions::pages::naming;
use crate::web::forms::{FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "solutions/deployments/templates/document.html")]
struct Document {
    shell: Shell,
    form: FormView,
    solution: Card,
    deployment: DeploymentView,
    place: String,
    version: i32,
}

/// `GET /deployments/{id}/document`
///
/// # Errors
/// `NotFound`, `Forbidden` for others than the bureau in charge, `Conflict` when it is verified or denied.
pub async fn examine(visit: Visit, path: Path<Uuid>) -> Answer {
    let (deployment, solution) = entry(&visit, DeploymentId(path.into_inner()), Act::Document).await?;
    examined(&visit, 200, deployment, solution, Typed::new(), FieldErrors::new())
}

/// `POST /deployments/{id}/document`
///
/// # Errors
/// Those of [`actions::document`] that the page cannot show.
pub async fn document(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let (deployment, solution) = entry(&sent.visit, id, Act::Document).await?;
    let (version, comment) = (sent.typed.version()?, sent.typed.text("comment"));
    let there = format!("/solutions/{}#deployments", solution.id);
    let documented = sent
        .once(move |deed| {
            actions::document(deed, id, version, comment.as_deref())?;
            Ok(there)
        })
        .await;
    match documented {
        Ok(there) => Ok(sent.visit.go_saying(there, &Flash::said("deployment_documented"))),
        Err(Failure::Invalid(errors)) => examined(&sent.visit, 422, deployment, solution, sent.typed, errors),
        Err(failure) => Err(failure),
    }
}

fn examined(
    visit: &Visit,
    status: u16,
    deployment: DeploymentView,
    solution: Card,
    typed: Typed,
    errors: FieldErrors,
) -> Answer {
    let shell = visit.shell("deployment.document.title");
    let form = FormView::new(shell.locale, "deployment.document", typed).with_errors(errors);
    let place = naming::place(&shell, &deployment.content);
    let version = deployment.version;
    page::html(status, &Document { shell, form, solution, deployment, place, version })
}
