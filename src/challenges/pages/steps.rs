//! The steps of a challenge, each a form of its own on the challenge's page.

use actix_web::web::{Data, Path};

use super::detail::{self, Refused};
use super::{id_of, write};
use crate::challenges::{ChallengeId, DecisionForm, ExtensionForm, RemarkForm, Step, actions};
use crate::failure::Failure;
use crate::fields::{FieldErrors, typed_date};
use crate::matches::Ranking;
use crate::services::Deed;
use crate::web::forms::Typed;
use crate::web::{Answer, Flash, Sent};

macro_rules! steps {
    ($($name:ident => $step:expr, $flash:literal;)*) => {$(
        #[doc = concat!("`POST /challenges/{id}/", stringify!($name), "`")]
        ///
        /// # Errors
        /// Those of the action of the same name that the page cannot show.
        pub async fn $name(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
            let id = id_of(&path)?;
            take(sent, ranking.get_ref(), id, ($step, $flash)).await
        }
    )*};
}

steps! {
    submit => Step::Submit, "challenge_submitted";
    recall => Step::Recall, "challenge_recalled";
    publish => Step::Publish, "challenge_published";
    return_ => Step::Return, "challenge_returned";
    withdraw => Step::Withdraw, "challenge_withdrawn";
    close => Step::Close, "challenge_closed";
    extend => Step::Extend, "challenge_extended";
    decide => Step::Decide, "challenge_decided";
    archive => Step::Archive, "challenge_archived";
    delete => Step::Delete, "challenge_deleted";
}

async fn take(sent: Sent, ranking: &Ranking, id: ChallengeId, (step, said): (Step, &'static str)) -> Answer {
    let typed = sent.typed.clone();
    let taken = sent
        .once(move |deed| {
            act(deed, id, step, &typed)?;
            Ok(if step == Step::Delete { "/our-challenges".to_owned() } else { format!("/challenges/{id}") })
        })
        .await;
    let failure = match taken {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said(said))),
        Err(failure) => failure,
    };
    let refused =
        |status, errors, said| Refused { typed: sent.typed.clone(), errors, status: Some(status), said };
    match failure {
        Failure::Invalid(_) if step == Step::Submit => write::incomplete(&sent.visit, id).await,
        Failure::Invalid(errors) => {
            let errors = within(step, &errors);
            detail::shown(&sent.visit, ranking, id, refused(422, errors, None)).await
        }
        Failure::Stale { .. } => {
            detail::shown(&sent.visit, ranking, id, refused(412, FieldErrors::new(), Some("stale"))).await
        }
        Failure::IllegalStep { .. } => {
            detail::shown(&sent.visit, ranking, id, refused(409, FieldErrors::new(), Some("illegal"))).await
        }
        Failure::Conflict("owner_not_approved") => {
            detail::shown(
                &sent.visit,
                ranking,
                id,
                refused(409, FieldErrors::new(), Some("owner_not_approved")),
            )
            .await
        }
        Failure::Conflict("proposals_unanswered") => {
            let refused = refused(409, FieldErrors::new(), Some("proposals_unanswered"));
            detail::shown(&sent.visit, ranking, id, refused).await
        }
        Failure::Conflict("entry_not_confirmed") => {
            let not_confirmed = refused(409, FieldErrors::new(), Some("entry_not_confirmed"));
            detail::shown(&sent.visit, ranking, id, not_confirmed).await
        }
        Failure::Conflict("no_deadline") => {
            detail::shown(&sent.visit, ranking, id, refused(409, FieldErrors::new(), Some("no_deadline")))
                .await
        }
        other => Err(other),
    }
}

/// The errors of a step under the names of its form's fields: `/comment` of publish is the field `publish.comment`.
/// A document that is not ready to be published is refused at its own fields.
fn within(step: Step, errors: &FieldErrors) -> FieldErrors {
    let mut found = FieldErrors::new();
    for (pointer, invalid) in errors.iter() {
        let own = matches!(pointer, "/comment" | "/reason" | "/outcome")
            || (step == Step::Extend && pointer == "/proposals_due");
        let pointer = if own { format!("/{step}{pointer}") } else { pointer.to_owned() };
        found.add(pointer, invalid.clone());
    }
    found
}

fn act(deed: &mut Deed<'_>, id: ChallengeId, step: Step, typed: &Typed) -> Result<(), Failure> {
    let version = typed.number("version").map_err(|invalid| Failure::field("/version", invalid))?;
    let version = version.and_then(|version| i32::try_from(version).ok());
    let words = |name: &str| typed.text(&format!("{step}.{name}"));
    let remark = RemarkForm { comment: words("comment"), reason: words("reason") };
    match step {
        Step::Submit => actions::submit(deed, id, version, &remark).map(drop),
        Step::Recall => actions::recall(deed, id, version).map(drop),
        Step::Publish => actions::publish(deed, id, version, &remark).map(drop),
        Step::Return => actions::return_(deed, id, version, &remark).map(drop),
        Step::Withdraw => actions::withdraw(deed, id, version, &remark).map(drop),
        Step::Close => actions::close(deed, id, version, &remark).map(drop),
        Step::Extend => {
            // A day may be typed in the Japanese calendar; what is no day is refused by the action.
            let day =
                words("proposals_due").map(|text| typed_date(&text).map_or(text, |day| day.to_string()));
            let form = ExtensionForm { proposals_due: day, reason: remark.reason };
            actions::extend(deed, id, version, &form).map(drop)
        }
        Step::Decide => {
            let form = DecisionForm { outcome: words("outcome"), reason: remark.reason };
            actions::decide(deed, id, version, &form).map(drop)
        }
        Step::Archive => actions::archive(deed, id, version).map(drop),
        Step::Delete => actions::delete(deed, id, version),
        Step::Edit => Err(Failure::NotFound),
    }
}
