//! The steps of a solution, each a form of its own on the solution's page.

use actix_web::web::Path;
use uuid::Uuid;

use super::detail::{self, Refused};
use super::write;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::services::Deed;
use crate::solutions::states::Step;
use crate::solutions::{SolutionId, actions};
use crate::web::{Answer, Flash, Sent};

macro_rules! steps {
    ($($name:ident => $step:expr, $flash:literal;)*) => {$(
        #[doc = concat!("`POST /solutions/{id}/", stringify!($name), "`")]
        ///
        /// # Errors
        /// Those of the action of the same name that the page cannot show.
        pub async fn $name(sent: Sent, path: Path<Uuid>) -> Answer {
            take(sent, SolutionId(path.into_inner()), $step, $flash).await
        }
    )*};
}

steps! {
    submit => Step::Submit, "solution_submitted";
    recall => Step::Recall, "solution_recalled";
    publish => Step::Publish, "solution_published";
    give_back => Step::Return, "solution_returned";
    suspend => Step::Suspend, "solution_suspended";
    archive => Step::Archive, "solution_archived";
    delete => Step::Delete, "solution_deleted";
}

async fn take(sent: Sent, id: SolutionId, step: Step, said: &'static str) -> Answer {
    let version = sent.typed.version()?;
    let words = sent.typed.text(&detail::words_of(step));
    let taken = sent
        .once(move |deed| {
            act(deed, id, step, version, words.as_deref())?;
            Ok(if step == Step::Delete { "/our-solutions".to_owned() } else { format!("/solutions/{id}") })
        })
        .await;
    match taken {
        Ok(there) => Ok(sent.visit.go_saying(there, &Flash::said(said))),
        Err(Failure::Invalid(errors)) if step == Step::Submit => {
            write::incomplete(&sent.visit, id, errors).await
        }
        Err(Failure::Invalid(errors)) => {
            let errors = detail::at_field(step, &errors);
            let refused = Refused { status: Some(422), typed: sent.typed, errors, stale: false };
            detail::shown(&sent.visit, id, refused).await
        }
        Err(Failure::Stale { .. }) => {
            let (typed, errors) = (sent.typed, FieldErrors::new());
            let refused = Refused { status: Some(412), typed, errors, stale: true };
            detail::shown(&sent.visit, id, refused).await
        }
        Err(failure) => Err(failure),
    }
}

fn act(
    deed: &mut Deed<'_>,
    id: SolutionId,
    step: Step,
    version: Option<i32>,
    words: Option<&str>,
) -> Result<(), Failure> {
    match step {
        Step::Submit => actions::submit(deed, id, version),
        Step::Recall => actions::recall(deed, id, version),
        Step::Publish => actions::publish(deed, id, version, words),
        Step::Return => actions::give_back(deed, id, version, words),
        Step::Suspend => actions::suspend(deed, id, version, words),
        Step::Archive => actions::archive(deed, id, version, words),
        Step::Delete => actions::delete(deed, id, version),
        Step::Edit => Err(Failure::MethodNotAllowed),
    }
}
