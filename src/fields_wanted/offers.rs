//! Raised hands: a municipality offers itself, the vendor answers.

use serde_json::json;

use super::form::{OfferForm, RemarkForm};
use super::states::{OfferStatus, OfferStep, Status};
use super::store::{self, Known, Offer};
use super::{FieldOfferId, FieldWantedId, actions, letters};
use crate::accounts::OrganizationId;
use crate::audit::{self, Event};
use crate::challenges::{self, ChallengeId};
use crate::db::schema::organizations;
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::matches::{self, Origin, Ranking};
use crate::policy::{self, Action, Openness};
use crate::services::Deed;
use crate::solutions;
use diesel::prelude::*;

/// Raises a municipality's hand; one that was taken back can be raised once more.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`; `Conflict`: `call_not_open`, `already_offered`.
pub fn offer(deed: &mut Deed<'_>, id: FieldWantedId, form: &OfferForm) -> Result<FieldOfferId, Failure> {
    let by = deed.by().clone();
    let known = store::lock(deed.conn(), id)?;
    policy::require(&by, Action::See, &known.subject())?;
    policy::require(&by, Action::OfferField, &known.subject())?;
    let member = by.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let (note, challenge_id) = form.parse()?;
    let now = deed.now();
    let over = known.field.closes_at.is_some_and(|end| end <= now);
    if known.field.status != Status::Open || over {
        return Err(Failure::Conflict("call_not_open"));
    }
    if let Some(challenge) = challenge_id {
        own_challenge(deed, member.organization, challenge)?;
    }
    let fresh = Offer {
        id: FieldOfferId::new(),
        field_wanted_id: id,
        organization_id: member.organization,
        challenge_id,
        match_id: None,
        status: OfferStatus::Offered,
        note,
        reason: None,
        offered_by: Some(member.member),
        answered_by: None,
        offered_at: now,
        answered_at: None,
        version: 1,
    };
    let offer = match store::offer_of(deed.conn(), id, member.organization)? {
        None => {
            store::insert_offer(deed.conn(), &fresh)?;
            fresh
        }
        Some(before) if before.status == OfferStatus::Withdrawn => {
            let mut next = Offer { id: before.id, version: before.version, ..fresh };
            store::update_offer(deed.conn(), &before, &mut next)?;
            next
        }
        Some(_) => return Err(Failure::Conflict("already_offered")),
    };
    record(deed, "field_offer.offer", &known, &offer)?;
    let municipality = name_of(deed, member.organization)?;
    letters::offered(deed, &known, &offer, (&municipality, "fields_wanted.news.offered"))?;
    Ok(offer.id)
}

/// The challenge is the municipality's own and takes matches.
fn own_challenge(deed: &mut Deed<'_>, owner: OrganizationId, id: ChallengeId) -> Result<(), Failure> {
    let unknown = || Failure::field("/challenge_id", Invalid::new("no_such_challenge"));
    let by = deed.by().clone();
    let brief = match challenges::brief(deed.conn(), &by, id) {
        Err(Failure::NotFound) => return Err(unknown()),
        other => other?,
    };
    if brief.owner != owner {
        return Err(unknown());
    }
    match brief.status {
        challenges::Status::Open | challenges::Status::Closed => Ok(()),
        _ => Err(Failure::Conflict("challenge_takes_no_matches")),
    }
}

/// Says yes. Both learn whom to write to; with a challenge they are an introduced match, as far as it and the solution
/// still allow one. The last place closes the call.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`; `Conflict`: `no_place_left`.
pub(super) fn accept(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    id: FieldOfferId,
    version: Option<i32>,
) -> Result<(), Failure> {
    let (known, offer) = answers(deed, id, version, OfferStep::Accept)?;
    let places = i64::from(known.field.content.0.places);
    let taken = store::taken(deed.conn(), known.field.id)?;
    if taken >= places {
        return Err(Failure::Conflict("no_place_left"));
    }
    let mut next = answered(deed, &offer, OfferStep::Accept)?;
    if let Some(challenge) = offer.challenge_id
        && can_match(deed, &known, challenge)?
    {
        let solution = known.field.solution_id;
        let made = matches::from_agreement(deed, ranking, (challenge, solution), Origin::Municipality)?;
        next.match_id = Some(made);
    }
    store::update_offer(deed.conn(), &offer, &mut next)?;
    record(deed, "field_offer.accept", &known, &next)?;
    let municipality = name_of(deed, offer.organization_id)?;
    letters::answered(deed, &known, &next, &municipality)?;
    if taken + 1 >= places && known.field.status == Status::Open {
        actions::end(deed, &known)?;
    }
    Ok(())
}

/// Whether challenge and solution are still where matches are made.
fn can_match(deed: &mut Deed<'_>, known: &Known, challenge: ChallengeId) -> Result<bool, Failure> {
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, challenge)?;
    let open = matches!(brief.status, challenges::Status::Open | challenges::Status::Closed);
    Ok(open && solutions::subject(deed.conn(), known.field.solution_id)?.openness == Openness::Public)
}

/// Says no, with the reason.
///
/// # Errors
/// `Invalid` without a reason; `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub(super) fn decline(
    deed: &mut Deed<'_>,
    id: FieldOfferId,
    version: Option<i32>,
    remark: &RemarkForm,
) -> Result<(), Failure> {
    let (known, offer) = answers(deed, id, version, OfferStep::Decline)?;
    let reason = remark.required()?;
    let mut next = answered(deed, &offer, OfferStep::Decline)?;
    next.reason = Some(reason);
    store::update_offer(deed.conn(), &offer, &mut next)?;
    record(deed, "field_offer.decline", &known, &next)?;
    let municipality = name_of(deed, offer.organization_id)?;
    letters::answered(deed, &known, &next, &municipality)
}

/// Takes a raised hand back.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub(super) fn withdraw(deed: &mut Deed<'_>, id: FieldOfferId, version: Option<i32>) -> Result<(), Failure> {
    let (known, offer) = found(deed, id, version)?;
    policy::require(deed.by(), Action::Submit, &offer.subject(&known))?;
    let mut next = offer.clone();
    next.status = offer.status.step(OfferStep::Withdraw)?;
    store::update_offer(deed.conn(), &offer, &mut next)?;
    record(deed, "field_offer.withdraw", &known, &next)?;
    let municipality = name_of(deed, offer.organization_id)?;
    letters::offered(deed, &known, &next, (&municipality, "fields_wanted.news.withdrawn"))
}

fn found(deed: &mut Deed<'_>, id: FieldOfferId, version: Option<i32>) -> Result<(Known, Offer), Failure> {
    let field = store::find_offer(deed.conn(), id)?.field_wanted_id;
    let known = store::lock(deed.conn(), field)?;
    let offer = store::find_offer(deed.conn(), id)?;
    policy::require(deed.by(), Action::See, &offer.subject(&known))?;
    match version {
        Some(version) if version != offer.version => Err(Failure::Stale { current: offer.version }),
        _ => Ok((known, offer)),
    }
}

/// A raised hand that the caller may answer: the call is its own.
fn answers(
    deed: &mut Deed<'_>,
    id: FieldOfferId,
    version: Option<i32>,
    step: OfferStep,
) -> Result<(Known, Offer), Failure> {
    let (known, offer) = found(deed, id, version)?;
    policy::require(deed.by(), Action::Submit, &known.subject())?;
    offer.status.step(step)?;
    Ok((known, offer))
}

fn answered(deed: &Deed<'_>, offer: &Offer, step: OfferStep) -> Result<Offer, Failure> {
    let mut next = offer.clone();
    next.status = offer.status.step(step)?;
    next.answered_at = Some(deed.now());
    next.answered_by = deed.by().member().map(|member| member.member);
    Ok(next)
}

fn name_of(deed: &mut Deed<'_>, id: OrganizationId) -> Result<String, Failure> {
    Ok(organizations::table.find(id).select(organizations::name).first(deed.conn())?)
}

fn record(deed: &mut Deed<'_>, action: &'static str, known: &Known, offer: &Offer) -> Result<(), Failure> {
    let after = json!({
        "call": known.field.id, "status": offer.status, "note": audit::digest(&offer.note),
        "reason": offer.reason.as_deref().map(audit::digest), "challenge": offer.challenge_id, "match": offer.match_id,
    });
    let event = Event::new(action, "field_offer", offer.id.0);
    audit::record(deed, event.in_prefecture(known.prefecture()).change(None, after))
}
