//! Asking the municipality: whom, and what happens then.

use actix_web::web::Path;
use askama::Template;
use uuid::Uuid;

use super::entry;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::solutions::Card;
use crate::solutions::deployments::confirmation::{self, Request, RequestStatus};
use crate::solutions::deployments::{Act, DeploymentId, DeploymentView};
use crate::solutions::pages::naming;
use crate::web::forms::{FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "solutions/deployments/templates/ask.html")]
struct Ask {
    shell: Shell,
    form: FormView,
    solution: Card,
    deployment: DeploymentView,
    place: String,
    /// Why nothing could be mailed now.
    refusal: Option<String>,
}

impl Ask {
    fn last(&self) -> Option<&Request> {
        self.deployment.confirmation.as_ref()
    }
}

/// `GET /deployments/{id}/request-confirmation`
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` when there is nothing to ask.
pub async fn ask(visit: Visit, path: Path<Uuid>) -> Answer {
    let (deployment, solution) = entry(&visit, DeploymentId(path.into_inner()), Act::Ask).await?;
    asking(&visit, 200, deployment, solution, Typed::new(), FieldErrors::new(), None)
}

/// `POST /deployments/{id}/request-confirmation`
///
/// # Errors
/// Those of [`confirmation::ask`] that the page cannot show.
pub async fn send(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = DeploymentId(path.into_inner());
    let (deployment, solution) = entry(&sent.visit, id, Act::Ask).await?;
    let (email, there) = (sent.typed.text("email"), format!("/solutions/{}#deployments", solution.id));
    let asked = sent
        .once(move |deed| {
            confirmation::ask(deed, id, email.as_deref())?;
            Ok(there)
        })
        .await;
    let (status, errors, refusal) = match asked {
        Ok(there) => {
            return Ok(sent.visit.go_saying(there, &Flash::said(outcome_of(&sent.visit, id).await?)));
        }
        Err(Failure::Invalid(errors)) => (422, errors, None),
        Err(Failure::TooMany { retry_after }) => {
            let days = i64::try_from(retry_after.as_secs().div_ceil(86_400)).unwrap_or(i64::MAX);
            let again = crate::web::formats::count(sent.visit.locale(), "deployment.ask.too_soon", days);
            (429, FieldErrors::new(), Some(again))
        }
        Err(failure) => return Err(failure),
    };
    asking(&sent.visit, status, deployment, solution, sent.typed, errors, refusal)
}

/// What the next page says: the mail has left, or the address waits for the bureau.
async fn outcome_of(visit: &Visit, id: DeploymentId) -> Result<&'static str, Failure> {
    let request =
        visit.read(move |conn, _| Ok(confirmation::last_requests(conn, &[id])?.remove(&id))).await?;
    let queued = request.is_some_and(|request| request.status == RequestStatus::Queued);
    Ok(if queued { "confirmation_queued" } else { "confirmation_mailed" })
}

fn asking(
    visit: &Visit,
    status: u16,
    deployment: DeploymentView,
    solution: Card,
    typed: Typed,
    errors: FieldErrors,
    refusal: Option<String>,
) -> Answer {
    let shell = visit.shell("deployment.ask.title");
    let form = FormView::new(shell.locale, "deployment.ask", typed).with_errors(errors);
    let place = naming::place(&shell, &deployment.content);
    page::html(status, &Ask { shell, form, solution, deployment, place, refusal })
}
