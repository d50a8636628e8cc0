//! Answering: what the municipality does with its link.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::requests::{tell_vendor, withdraw};
use super::store::{self, Fate};
use super::{Reply, RequestStatus};
use crate::accounts::Secret;
use crate::accounts::links::{self, Dead, Purpose, Target};
use crate::db::{DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid, prose};
use crate::policy::{self, Action};
use crate::services::Deed;
use crate::solutions::deployments::actions::record_change;
use crate::solutions::deployments::store::{self as deployments, Standing};
use crate::solutions::deployments::{
    ConfirmationId, Deployment, DeploymentContent, DeploymentForm, Verification, view,
};
use crate::solutions::store::{self as solutions, Solution};
use crate::watches::{self, About, Happening};
use crate::web::{merge_patch, read_value};

/// What a municipality says with its answer, at most.
const COMMENT: usize = 2_000;
/// What it may correct: how it was used, never where, for it can only speak for itself.
const CORRECTABLE: [&str; 6] = ["sector", "started_on", "ended_on", "stage", "outcome", "results"];

/// The body of an answer.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "dGhlIHRva2VuIG9mIHRoZSBtYWlsZWQgbGluayAuLi4",
    "answer": "correct",
    "corrections": {"started_on": "2023-12-01"},
    "comment": "本格運用は12月からでした。"
}))]
pub struct AnswerForm {
    /// The token of the mailed link.
    pub token: Option<String>,
    /// `confirm`, `correct` or `deny`.
    pub answer: Option<String>,
    /// With `correct`: the fields of the deployment that are different (a merge patch): `sector`, `started_on`,
    /// `ended_on`, `stage`, `outcome`, `results`.
    #[schema(value_type = Option<Object>)]
    pub corrections: Option<Map<String, Value>>,
    /// Anything to say to the vendor, up to 2,000 characters.
    pub comment: Option<String>,
}

struct Answer {
    token: Secret,
    reply: Reply,
    corrections: Option<Map<String, Value>>,
    comment: Option<String>,
}

impl AnswerForm {
    fn parse(self) -> Result<Answer, FieldErrors> {
        let mut errors = FieldErrors::new();
        let required = || Invalid::new("required");
        let token = self.token.as_deref().map_or_else(|| Err(required()), Secret::parse);
        let token = errors.keep("/token", token);
        let reply = self.answer.as_deref().map_or_else(|| Err(required()), Reply::parse);
        let reply = errors.keep("/answer", reply);
        let comment = self.comment.as_deref().and_then(|text| errors.keep("/comment", prose(text, COMMENT)));
        match (reply, &self.corrections) {
            (Some(Reply::Correct), None) => errors.add("/corrections", required()),
            (Some(Reply::Confirm | Reply::Deny), Some(_)) => {
                errors.add("/corrections", Invalid::new("corrections_need_correct"));
            }
            _ => {}
        }
        for name in self.corrections.iter().flat_map(Map::keys) {
            if !CORRECTABLE.contains(&name.as_str()) {
                errors.add(format!("/corrections/{name}"), Invalid::new("unknown_field"));
            }
        }
        match (token, reply, errors.is_empty()) {
            (Some(token), Some(reply), true) => Ok(Answer {
                token,
                reply,
                corrections: self.corrections,
                comment: comment.filter(|text| !text.is_empty()),
            }),
            _ => Err(errors),
        }
    }
}

/// What a link asks about.
#[derive(Debug, Clone)]
pub struct Question {
    /// The solution's name.
    pub solution: String,
    /// The vendor's name.
    pub vendor: String,
    /// What the vendor says.
    pub deployment: DeploymentContent,
}

/// What the link of `token` asks about, without using it.
///
/// # Errors
/// `Internal` when rows cannot be read; the inner [`Dead`] when the link does not act.
pub fn question(
    conn: &mut DbConn,
    now: Timestamp,
    token: &Secret,
) -> Result<Result<Question, Dead>, Failure> {
    let target = match links::peek(conn, now, Purpose::DeploymentConfirmation, token)? {
        Ok(target) => target,
        Err(dead) => return Ok(Err(dead)),
    };
    let request = store::find(conn, ConfirmationId(target.subject))?;
    let deployment = deployments::find(conn, request.deployment_id)?;
    let solution = solutions::find(conn, deployment.solution)?;
    Ok(Ok(Question {
        solution: solution.content().name.clone(),
        vendor: solution.vendor.name.clone(),
        deployment: deployment.content,
    }))
}

/// Takes an answer: the link is used up, the deployment confirmed (as it is, or corrected) or marked as denied,
/// and the vendor told.
///
/// # Errors
/// `Invalid` with every wrong field, at `/token` for a link that does not act; `Forbidden` for a signed-in
/// member of the vendor, or of anything but a municipality.
pub fn answer(deed: &mut Deed<'_>, form: AnswerForm) -> Result<(), Failure> {
    let answer = form.parse()?;
    let target = links::redeem(deed, Purpose::DeploymentConfirmation, &answer.token)?;
    let (request, solution, deployment) = asked_about(deed, &target)?;
    policy::require(deed.by(), Action::ConfirmDeployment, &view::subject(&solution.subject(), &deployment))?;
    let today = deed.now().japan_date();
    let content = corrected(&deployment.content, answer.corrections.as_ref(), today)?;
    deployments::rewrite(deed, &deployment, &content, Some(standing(deed, answer.reply)))?;
    settle(deed, request, &answer)?;
    withdraw(deed, deployment.id)?;
    let action = match answer.reply {
        Reply::Confirm => "deployment.confirm",
        Reply::Correct => "deployment.correct",
        Reply::Deny => "deployment.deny",
    };
    record_change(deed, action, &solution, &deployment)?;
    if answer.reply != Reply::Deny {
        watches::happened(
            deed,
            About::Solution(solution.id()),
            Happening::DeploymentConfirmed,
            deployment.id,
        )?;
    }
    tell_vendor(deed, &solution, &deployment, told(answer.reply), answer.comment.as_deref())
}

fn asked_about(
    deed: &mut Deed<'_>,
    target: &Target,
) -> Result<(ConfirmationId, Solution, Deployment), Failure> {
    let request = store::find(deed.conn(), ConfirmationId(target.subject))?;
    let deployment = deployments::hold(deed.conn(), request.deployment_id)?;
    let solution = solutions::find(deed.conn(), deployment.solution)?;
    Ok((request.id, solution, deployment))
}

/// What is said, with the corrections laid over it; held to the same rules as the vendor's own words.
fn corrected(
    said: &DeploymentContent,
    corrections: Option<&Map<String, Value>>,
    today: NaiveDate,
) -> Result<DeploymentContent, Failure> {
    let Some(corrections) = corrections else { return Ok(said.clone()) };
    let mut document = serde_json::to_value(said).map_err(Failure::internal)?;
    merge_patch(&mut document, corrections.clone());
    let form = read_value::<DeploymentForm>(document).map_err(below_corrections)?;
    form.parse(today).map_err(|errors| below_corrections(errors.into()))
}

/// The same refusals with pointers into `corrections`.
fn below_corrections(failure: Failure) -> Failure {
    let Failure::Invalid(errors) = failure else { return failure };
    let mut below = FieldErrors::new();
    for (pointer, invalid) in errors.iter() {
        below.add(format!("/corrections{pointer}"), invalid.clone());
    }
    below.into()
}

fn standing(deed: &Deed<'_>, reply: Reply) -> Standing {
    match reply {
        Reply::Confirm | Reply::Correct => Standing {
            verification: Verification::Confirmed,
            verified_at: Some(deed.now()),
            verified_by: deed.by().member().map(|member| member.member),
            denied_at: None,
        },
        Reply::Deny => Standing { denied_at: Some(deed.now()), ..Standing::DECLARED },
    }
}

fn settle(deed: &mut Deed<'_>, request: ConfirmationId, answer: &Answer) -> Result<(), Failure> {
    let fate = Fate {
        answered_at: Some(deed.now()),
        answer: Some(answer.reply),
        corrections: answer.corrections.clone().map(|corrections| Json(json!(corrections))),
        comment: answer.comment.as_deref(),
        ..Fate::only(RequestStatus::Answered)
    };
    // A link dies with its request, so one that acted has a request that was mailed.
    if store::settle(deed, request, RequestStatus::Mailed, &fate)? { Ok(()) } else { Err(Dead::Used.into()) }
}

fn told(reply: Reply) -> &'static str {
    match reply {
        Reply::Confirm => "deployment.answer.confirm",
        Reply::Correct => "deployment.answer.correct",
        Reply::Deny => "deployment.answer.deny",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: Value) -> String {
        let form: AnswerForm = serde_json::from_value(body).unwrap();
        form.parse().map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn every_wrong_field_of_an_answer_is_named_at_once() {
        assert_eq!(refused(json!({})), "/token: required; /answer: required");
        let long = "あ".repeat(2_001);
        let said = refused(json!({"token": "short", "answer": "yes", "comment": long}));
        assert!(said.starts_with("/token: not_a_token; /answer: unknown_value"), "{said}");
        assert!(said.ends_with("/comment: too_long max=2000 actual=2001"), "{said}");
    }

    #[test]
    fn corrections_come_with_the_answer_that_corrects_and_only_with_it() {
        let token = Secret::generate().reveal().to_owned();
        assert_eq!(refused(json!({"token": token, "answer": "correct"})), "/corrections: required");
        assert_eq!(
            refused(json!({"token": token, "answer": "deny", "corrections": {}})),
            "/corrections: corrections_need_correct"
        );
    }

    #[test]
    fn a_municipality_speaks_for_itself_only() {
        let token = Secret::generate().reveal().to_owned();
        let corrections = json!({"municipality_code": "131130", "evidence_url": "https://example.jp/"});
        assert_eq!(
            refused(json!({"token": token, "answer": "correct", "corrections": corrections})),
            "/corrections/evidence_url: unknown_field; /corrections/municipality_code: unknown_field"
        );
    }
}
