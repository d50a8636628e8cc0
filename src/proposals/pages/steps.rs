//! The steps of a proposal, each a form of its own on the proposal's page.

use actix_web::web::{Data, Path};

use super::id_of;
use super::read::{self, Tried};
use super::write::{self, Shown};
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::proposals::form::AnswerForm;
use crate::proposals::{ProposalId, Step, actions};
use crate::services::Deed;
use crate::web::forms::Refusal;
use crate::web::{Answer, Flash, Sent};

macro_rules! steps {
    ($($name:ident => $step:expr, $flash:literal;)*) => {$(
        #[doc = concat!("`POST /proposals/{id}/", stringify!($name), "`")]
        ///
        /// # Errors
        /// Those of the action of the same name that the page cannot show.
        pub async fn $name(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
            take(sent, ranking, id_of(&path)?, $step, $flash).await
        }
    )*};
}

steps! {
    submit => Step::Submit, "proposal_submitted";
    withdraw => Step::Withdraw, "proposal_withdrawn";
    delete => Step::Delete, "proposal_deleted";
    shortlist => Step::Shortlist, "proposal_shortlisted";
    select => Step::Select, "proposal_selected";
    decline => Step::Decline, "proposal_declined";
}

async fn take(sent: Sent, ranking: Data<Ranking>, id: ProposalId, step: Step, said: &'static str) -> Answer {
    let version = sent.typed.get("version").parse::<i32>().ok();
    let form =
        AnswerForm { reason_code: sent.typed.text("reason_code"), feedback: sent.typed.text("feedback") };
    let taken = sent.once(move |deed| {
        act(deed, &ranking, (id, version), step, &form)?;
        Ok(if step == Step::Delete { "/proposals".to_owned() } else { format!("/proposals/{id}") })
    });
    let failure = match taken.await {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said(said))),
        Err(failure) => failure,
    };
    if let (Step::Submit, Failure::Invalid(errors)) = (step, &failure) {
        let again = Shown { errors: errors.clone(), status: Some(422), missing: true, ..Shown::default() };
        return write::shown(&sent.visit, id, again).await;
    }
    let refusal = Refusal::of(&sent.visit.shell("proposals.title"), failure)?;
    let tried = Tried {
        step: Some(step),
        typed: sent.typed.clone(),
        errors: refusal.errors,
        sentence: refusal.sentence,
        status: Some(refusal.status),
    };
    read::shown(&sent.visit, id, tried).await
}

fn act(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    (id, version): (ProposalId, Option<i32>),
    step: Step,
    form: &AnswerForm,
) -> Result<(), Failure> {
    match step {
        Step::Submit => actions::submit(deed, id, version).map(drop),
        Step::Withdraw => actions::withdraw(deed, id, version, form).map(drop),
        Step::Delete => actions::delete(deed, id, version),
        Step::Shortlist => actions::shortlist(deed, id, version, form).map(drop),
        Step::Select => actions::select(deed, ranking, id, version, form).map(drop),
        Step::Decline => actions::decline(deed, id, version, form).map(drop),
        Step::Edit => Err(Failure::MethodNotAllowed),
    }
}
