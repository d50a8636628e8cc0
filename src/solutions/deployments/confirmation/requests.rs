//! Asking: what the vendor and the bureau do.

use chrono::TimeDelta;
use serde_json::json;

use super::addressees::{Recipient, Route};
use super::store::{self, Fate};
use super::{RequestStatus, letter};
use crate::accounts::links::{self, Purpose};
use crate::accounts::{Locale, Role};
use crate::audit;
use crate::failure::Failure;
use crate::fields::{Email, FieldErrors, Invalid, prose};
use crate::moderation::{self, SubjectKind};
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::Action;
use crate::reference::MunicipalityCode;
use crate::services::Deed;
use crate::solutions::deployments::actions::{reach, record};
use crate::solutions::deployments::{ConfirmationId, Deployment, DeploymentId, Verification};
use crate::solutions::store::Solution;

/// A municipality is not written to more often about one deployment (contract.md).
const BETWEEN_MAILS: TimeDelta = TimeDelta::days(7);
/// What a bureau says with a refusal, at most.
const COMMENT: usize = 2_000;

/// Asks the municipality: mails at once where that is allowed, else puts the address before the bureau.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `deployment_abroad`, `deployment_confirmed`, `deployment_denied`;
/// `TooMany` within a week of the last mail; `Invalid` at `/email`: an address of the vendor's own, or none
/// where nobody is known.
pub fn ask(deed: &mut Deed<'_>, id: DeploymentId, email: Option<&str>) -> Result<(), Failure> {
    let (solution, deployment) = reach(deed, id, Action::Submit, None)?;
    let place = askable(&deployment)?;
    let email = email.map(Email::parse).transpose().map_err(|invalid| Failure::field("/email", invalid))?;
    let vendor = store::vendor_addresses(deed.conn(), solution.vendor.id)?;
    let town = store::municipality_addresses(deed.conn(), place)?;
    let recipients = match &email {
        None => town.admins(&vendor),
        Some(email) => match town.route(email, &vendor) {
            Route::Mail(recipient) => vec![recipient],
            Route::Queue => return queue(deed, &solution, &deployment, email),
            Route::Refuse => return Err(refused_address()),
        },
    };
    if recipients.is_empty() {
        return Err(Failure::field("/email", Invalid::new("confirmation_address_required")));
    }
    ensure_a_week_has_passed(deed, id)?;
    withdraw(deed, id)?;
    for recipient in &recipients {
        let request = store::insert(deed, id, &recipient.email, RequestStatus::Mailed)?;
        mail(deed, &solution, &deployment, request, recipient)?;
    }
    let after = json!({"mailed": recipients.len()});
    record(deed, "deployment.request_confirmation", &solution, &deployment, None, Some(after))
}

/// Accepts an address that waited: the mail goes out.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `request_decided`, and those of [`ask`]; `TooMany`; `Invalid` at
/// `/email` when it has become one of the vendor's own.
pub fn accept(deed: &mut Deed<'_>, id: ConfirmationId) -> Result<(), Failure> {
    let request = store::find(deed.conn(), id)?;
    let (solution, deployment) = reach(deed, request.deployment_id, Action::Moderate, None)?;
    askable(&deployment)?;
    let email = Email::parse(&request.email).map_err(Failure::internal)?;
    if store::vendor_addresses(deed.conn(), solution.vendor.id)?.include(&email) {
        return Err(refused_address());
    }
    ensure_a_week_has_passed(deed, deployment.id)?;
    let fate = Fate {
        decided_by: deed.by().member().map(|member| member.member),
        mailed_at: Some(deed.now()),
        ..Fate::only(RequestStatus::Mailed)
    };
    if !store::settle(deed, id, RequestStatus::Queued, &fate)? {
        return Err(Failure::Conflict("request_decided"));
    }
    let recipient = Recipient { email, locale: Locale::Ja, member: None };
    mail(deed, &solution, &deployment, id, &recipient)?;
    moderation::enter(deed, SubjectKind::Deployment, deployment.id.0, "accept_address", None)?;
    let after = json!({"mailed": 1, "address": audit::digest(recipient.email.as_str())});
    record(deed, "deployment.accept_address", &solution, &deployment, None, Some(after))
}

/// Does not accept an address that waited; the vendor is told.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `request_decided`; `Invalid` for a reason that is too long.
pub fn refuse(deed: &mut Deed<'_>, id: ConfirmationId, reason: Option<&str>) -> Result<(), Failure> {
    let request = store::find(deed.conn(), id)?;
    let (solution, deployment) = reach(deed, request.deployment_id, Action::Moderate, None)?;
    let reason = reason.map(|text| prose(text, COMMENT)).transpose();
    let reason =
        reason.map_err(|invalid| Failure::field("/reason", invalid))?.filter(|text| !text.is_empty());
    let fate = Fate {
        decided_by: deed.by().member().map(|member| member.member),
        comment: reason.as_deref(),
        ..Fate::only(RequestStatus::Refused)
    };
    if !store::settle(deed, id, RequestStatus::Queued, &fate)? {
        return Err(Failure::Conflict("request_decided"));
    }
    moderation::enter(deed, SubjectKind::Deployment, deployment.id.0, "refuse_address", reason.as_deref())?;
    let after = json!({"comment": reason.as_deref().map(audit::digest)});
    record(deed, "deployment.refuse_address", &solution, &deployment, None, Some(after))?;
    tell_vendor(deed, &solution, &deployment, "deployment.answer.address_refused", reason.as_deref())
}

/// Makes a request that was accepted or refused a moment ago wait again, as if that had not been; the link of its mail
/// ends.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict` (`nothing_to_undo`) when it was answered or decided otherwise since.
pub fn take_back(deed: &mut Deed<'_>, id: ConfirmationId) -> Result<(), Failure> {
    let request = store::find(deed.conn(), id)?;
    let (solution, deployment) = reach(deed, request.deployment_id, Action::Moderate, None)?;
    if !store::put_back(deed, id)? {
        return Err(Failure::Conflict("nothing_to_undo"));
    }
    links::revoke(deed, Purpose::DeploymentConfirmation, id.0)?;
    moderation::enter(deed, SubjectKind::Deployment, deployment.id.0, "undo", None)?;
    let after = json!({"queued": audit::digest(&request.email)});
    record(deed, "deployment.undo", &solution, &deployment, None, Some(after))
}

/// Withdraws every open question about a deployment, because what it asked no longer holds or was answered.
///
/// # Errors
/// `Internal` when a row cannot be written.
pub fn withdraw(deed: &mut Deed<'_>, id: DeploymentId) -> Result<(), Failure> {
    for request in store::open_requests(deed.conn(), id)? {
        links::revoke(deed, Purpose::DeploymentConfirmation, request.0)?;
        for from in [RequestStatus::Queued, RequestStatus::Mailed] {
            store::settle(deed, request, from, &Fate::only(RequestStatus::Superseded))?;
        }
    }
    Ok(())
}

/// Tells the vendor's editors what became of a question.
pub(super) fn tell_vendor(
    deed: &mut Deed<'_>,
    solution: &Solution,
    deployment: &Deployment,
    answer_key: &'static str,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let link = Link::Page(format!("/solutions/{}", solution.id()));
    let letter = Letter::new(Kind::DeploymentAnswered, ("deployment", deployment.id.0), link)
        .with("solution", &solution.content().name)
        .with("municipality", letter::place(&deployment.content, Locale::Ja))
        .with("answer_key", answer_key);
    let letter = match comment {
        Some(comment) => letter.with("comment", comment),
        None => letter,
    };
    notices::tell_organization(deed, solution.vendor.id, Role::Editor, &letter)
}

/// The municipality that can be asked about it.
fn askable(deployment: &Deployment) -> Result<MunicipalityCode, Failure> {
    let place = deployment.content.municipality_code.ok_or(Failure::Conflict("deployment_abroad"))?;
    match (deployment.is_denied(), deployment.verification) {
        (true, _) => Err(Failure::Conflict("deployment_denied")),
        (false, Verification::Confirmed) => Err(Failure::Conflict("deployment_confirmed")),
        (false, Verification::Declared | Verification::Documented) => Ok(place),
    }
}

fn queue(
    deed: &mut Deed<'_>,
    solution: &Solution,
    deployment: &Deployment,
    email: &Email,
) -> Result<(), Failure> {
    ensure_a_week_has_passed(deed, deployment.id)?;
    withdraw(deed, deployment.id)?;
    store::insert(deed, deployment.id, email, RequestStatus::Queued)?;
    let after = json!({"queued": audit::digest(email.as_str())});
    record(deed, "deployment.request_confirmation", solution, deployment, None, Some(after))
}

fn mail(
    deed: &mut Deed<'_>,
    solution: &Solution,
    deployment: &Deployment,
    request: ConfirmationId,
    recipient: &Recipient,
) -> Result<(), Failure> {
    let token = links::make(deed, Purpose::DeploymentConfirmation, request.0, &recipient.email)?;
    letter::send(deed, solution, deployment, request, recipient, token)
}

fn ensure_a_week_has_passed(deed: &mut Deed<'_>, id: DeploymentId) -> Result<(), Failure> {
    let now = deed.now();
    let Some(last) = store::last_mailed(deed.conn(), id)? else { return Ok(()) };
    let wait = last.plus(BETWEEN_MAILS).utc().signed_duration_since(now.utc());
    match wait.to_std() {
        Ok(wait) if !wait.is_zero() => Err(Failure::TooMany { retry_after: wait }),
        _ => Ok(()),
    }
}

fn refused_address() -> Failure {
    FieldErrors::one("/email", Invalid::new("address_of_vendor")).into()
}
