//! What of a session is shown to whom.

use serde::Serialize;
use utoipa::ToSchema;

use super::states::{Outcome, Source, Status, Step};
use super::store::{Names, Session, Slot};
use super::{RoundSessionId, SlotId};
use crate::accounts::OrganizationId;
use crate::challenges::ChallengeId;
use crate::db::Timestamp;
use crate::policy::{self, Action, Actor, Subject};
use crate::rounds::{Round, RoundId};
use crate::solutions::SolutionId;

/// What the policy needs to know of a session: its parties know of it once they were told.
pub(super) fn subject(round: &Round, session: &Session) -> Subject {
    let prefecture = round.prefecture();
    if !session.is_told() {
        return Subject { prefecture, ..Subject::default() };
    }
    Subject::private(session.municipality_id, prefecture).with_counterpart(session.vendor_id, true)
}

/// A slot as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SessionSlot)]
pub struct SlotView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: SlotId,
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Where.
    pub place: String,
    /// The address of an online meeting; only for those who meet there and the bureau.
    pub link: Option<String>,
    /// How many sessions it holds at once.
    pub capacity: i32,
    /// Whether the caller's organization said that it cannot come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
}

impl SlotView {
    pub(super) fn of(slot: &Slot, with_link: bool) -> Self {
        Self {
            id: slot.id,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            place: slot.place.clone(),
            link: slot.link.clone().filter(|_| with_link),
            capacity: slot.capacity,
            blocked: None,
        }
    }
}

/// Something that a session is about, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SessionNamed)]
pub struct Named<Id> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Title or name.
    pub name: String,
}

/// What one side says came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SessionSaid)]
pub struct Said {
    /// What comes next.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<String>,
    /// When it was said.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded_at: Option<Timestamp>,
}

/// A session as one reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SessionView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: RoundSessionId,
    /// The round it belongs to.
    #[schema(value_type = String, format = Uuid)]
    pub round: RoundId,
    /// Where it stands.
    pub status: Status,
    /// Counts every write; the ETag.
    pub version: i32,
    /// When and where; `null` while no slot was found.
    pub slot: Option<SlotView>,
    /// The challenge.
    #[schema(value_type = Object)]
    pub challenge: Named<ChallengeId>,
    /// The municipality.
    #[schema(value_type = Object)]
    pub municipality: Named<OrganizationId>,
    /// The solution that is presented.
    #[schema(value_type = Object)]
    pub solution: Named<SolutionId>,
    /// Who presents it.
    #[schema(value_type = Object)]
    pub vendor: Named<OrganizationId>,
    /// How well the two fit, 0 to 1; for the bureau.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Where the pair came from; for the bureau.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Whether the plan leaves it where it is; for the bureau.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<bool>,
    /// Why it was called off.
    pub reason: Option<String>,
    /// What the municipality says came of it; for itself and the bureau.
    pub municipality_outcome: Option<Said>,
    /// What the vendor says; for itself and the bureau.
    pub vendor_outcome: Option<Said>,
    /// The steps that are legal now and allowed to the caller.
    pub steps: Vec<Step>,
}

impl SessionView {
    /// `session` as `actor` sees it.
    pub(super) fn of(actor: &Actor, round: &Round, session: &Session, names: &Names) -> Self {
        let runs = policy::allows(actor, Action::RunRound, &round.subject());
        let subject = subject(round, session);
        let records = policy::allows(actor, Action::RecordOutcome, &subject);
        let own = actor.member().map(|member| member.organization);
        let text = |found: Option<&String>| found.cloned().unwrap_or_default();
        let said = |side, outcome: Option<Outcome>, reason: &Option<String>, recorded_at| {
            let shown = runs || own == Some(side);
            outcome.filter(|_| shown).map(|outcome| Said { outcome, reason: reason.clone(), recorded_at })
        };
        let step = |step: &Step| match step {
            Step::RecordOutcome => records,
            Step::Move | Step::Cancel | Step::Publish | Step::Hold => runs,
        };
        Self {
            id: session.id,
            round: session.round_id,
            status: session.status,
            version: session.version,
            slot: session.slot_id.and_then(|id| names.slots.get(&id)).map(|slot| SlotView::of(slot, true)),
            challenge: Named {
                id: session.challenge_id,
                name: text(names.challenges.get(&session.challenge_id)),
            },
            municipality: Named {
                id: session.municipality_id,
                name: text(names.organizations.get(&session.municipality_id)),
            },
            solution: Named {
                id: session.solution_id,
                name: text(names.solutions.get(&session.solution_id)),
            },
            vendor: Named { id: session.vendor_id, name: text(names.organizations.get(&session.vendor_id)) },
            score: runs.then_some(session.score),
            source: runs.then_some(session.source),
            by_hand: runs.then_some(session.by_hand),
            reason: session.reason.clone(),
            municipality_outcome: said(
                session.municipality_id,
                session.municipality_outcome,
                &session.municipality_reason,
                session.municipality_recorded_at,
            ),
            vendor_outcome: said(
                session.vendor_id,
                session.vendor_outcome,
                &session.vendor_reason,
                session.vendor_recorded_at,
            ),
            steps: session.status.legal_steps().filter(step).collect(),
        }
    }
}
