//! What of a call is shown to whom.

use serde::Serialize;
use utoipa::ToSchema;

use super::form::Content;
use super::states::{OfferStatus, OfferStep, Status, Step};
use super::store::{self, Known, Offer};
use super::{FieldOfferId, FieldWantedId};
use crate::accounts::OrganizationId;
use crate::challenges::ChallengeId;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::matches::MatchId;
use crate::policy::{self, Action, Actor};
use crate::solutions::{self, SolutionId};

/// One call.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = FieldWanted)]
pub struct FieldView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: FieldWantedId,
    /// Where it stands.
    pub status: Status,
    /// Counts every write.
    pub version: i32,
    /// The solution to be tried.
    #[schema(value_type = String, format = Uuid)]
    pub solution_id: SolutionId,
    /// Its name.
    pub solution: String,
    /// The vendor.
    #[schema(value_type = String, format = Uuid)]
    pub vendor_id: OrganizationId,
    /// Its name.
    pub vendor: String,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
    /// How many of its places are taken.
    pub taken: i64,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// The steps that the reader may take now.
    pub steps: Vec<Step>,
    /// Whether the reader may raise a hand now.
    pub may_offer: bool,
}

/// One raised hand; for its municipality, the vendor and the bureau in charge.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = FieldOffer)]
pub struct OfferView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: FieldOfferId,
    /// Where it stands.
    pub status: OfferStatus,
    /// Counts every write.
    pub version: i32,
    /// The municipality's organization.
    #[schema(value_type = String, format = Uuid)]
    pub municipality_id: OrganizationId,
    /// Its name.
    pub municipality: String,
    /// Why there.
    pub note: String,
    /// The challenge it would answer.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub challenge_id: Option<ChallengeId>,
    /// The match that came of it.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub match_id: Option<MatchId>,
    /// Why the vendor said no.
    pub reason: Option<String>,
    /// Whom to write to on the other side, once it is accepted.
    pub contact: Option<String>,
    /// When the hand was raised.
    #[schema(value_type = String, format = DateTime)]
    pub offered_at: Timestamp,
    /// The steps that the reader may take now.
    pub steps: Vec<OfferStep>,
}

/// Who may take which step of a call.
fn action_of(step: Step) -> Action {
    match step {
        Step::Edit | Step::Delete => Action::Edit,
        Step::Submit | Step::Recall | Step::Close => Action::Submit,
        Step::Publish | Step::Return => Action::Moderate,
    }
}

impl FieldView {
    /// A call as `actor` sees it.
    pub(super) fn of(
        conn: &mut DbConn,
        actor: &Actor,
        known: &Known,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let (field, subject) = (&known.field, known.subject());
        let solution = solutions::cards(conn, &[field.solution_id])?.remove(&field.solution_id);
        let steps = field.status.legal_steps();
        let steps = steps.filter(|step| policy::allows(actor, action_of(*step), &subject)).collect();
        let runs = field.status == Status::Open && field.closes_at.is_none_or(|end| end > now);
        let raised = match actor.member() {
            Some(member) => store::offer_of(conn, field.id, member.organization)?,
            None => None,
        };
        let free = raised.is_none_or(|offer| offer.status == OfferStatus::Withdrawn);
        Ok(Self {
            id: field.id,
            status: field.status,
            version: field.version,
            solution_id: field.solution_id,
            solution: solution.map(|card| card.name).unwrap_or_default(),
            vendor_id: known.vendor.id,
            vendor: known.vendor.name.clone(),
            content: field.content.0.clone(),
            taken: store::taken(conn, field.id)?,
            published_at: field.published_at,
            steps,
            may_offer: runs && free && policy::allows(actor, Action::OfferField, &subject),
        })
    }
}

/// The call, if `actor` may see it.
///
/// # Errors
/// `NotFound`.
pub(super) fn seen(conn: &mut DbConn, actor: &Actor, id: FieldWantedId) -> Result<Known, Failure> {
    let known = store::find(conn, id)?;
    policy::require(actor, Action::See, &known.subject())?;
    Ok(known)
}

/// A call as `actor` sees it.
///
/// # Errors
/// `NotFound`.
pub fn card(
    conn: &mut DbConn,
    actor: &Actor,
    id: FieldWantedId,
    now: Timestamp,
) -> Result<FieldView, Failure> {
    let known = seen(conn, actor, id)?;
    FieldView::of(conn, actor, &known, now)
}

/// The raised hands that `actor` may see: all of them for the vendor and the bureau, a municipality's own otherwise.
pub(super) fn offers(conn: &mut DbConn, actor: &Actor, known: &Known) -> Result<Vec<OfferView>, Failure> {
    let mut shown = Vec::new();
    for (offer, municipality) in store::offers(conn, known.field.id)? {
        if policy::allows(actor, Action::See, &offer.subject(known)) {
            shown.push(offer_view(conn, actor, known, (offer, municipality))?);
        }
    }
    Ok(shown)
}

pub(super) fn offer_view(
    conn: &mut DbConn,
    actor: &Actor,
    known: &Known,
    (offer, municipality): (Offer, String),
) -> Result<OfferView, Failure> {
    let may = |step: &OfferStep| match step {
        OfferStep::Accept | OfferStep::Decline => policy::allows(actor, Action::Submit, &known.subject()),
        OfferStep::Withdraw => policy::allows(actor, Action::Submit, &offer.subject(known)),
        // Raised anew by the call's own form.
        OfferStep::Offer => false,
    };
    let own = actor.member().map(|member| member.organization);
    let contact = match offer.status {
        OfferStatus::Accepted if own == Some(offer.organization_id) => {
            store::contact(conn, offer.answered_by.or(known.field.created_by))?
        }
        OfferStatus::Accepted if own == Some(known.field.organization_id) => {
            store::contact(conn, offer.offered_by)?
        }
        _ => None,
    };
    Ok(OfferView {
        id: offer.id,
        status: offer.status,
        version: offer.version,
        municipality_id: offer.organization_id,
        municipality,
        challenge_id: offer.challenge_id,
        match_id: offer.match_id,
        contact,
        offered_at: offer.offered_at,
        steps: offer.status.legal_steps().filter(may).collect(),
        note: offer.note,
        reason: offer.reason,
    })
}
