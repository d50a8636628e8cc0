//! What of a challenge is shown to whom.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::budget::BudgetView;
use super::content::{Content, ContractRoute, EntryStage, Indicator, Readiness, Visibility};
use super::states::{Outcome, Status, Step};
use super::store::Known;
use super::{ChallengeId, store::Challenge};
use crate::accounts::{Locale, OrganizationId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};
use crate::reference::{MunicipalityCode, Sector};
use crate::rounds::{self, RoundId};

/// How much of one challenge one reader is told; the policy's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Eyes {
    /// Who stands behind it, and where.
    pub(super) identity: bool,
    /// The name and mail of its contact person.
    pub(super) contact: bool,
    /// The figures of its budget.
    pub(super) figures: bool,
    /// The reader's language.
    pub(super) locale: Locale,
}

impl Eyes {
    /// What the policy lets `actor` see of `known`.
    pub(super) fn of(actor: &Actor, known: &Known) -> Self {
        let subject = known.subject();
        let identity = policy::allows(actor, Action::SeeIdentity, &subject);
        Self {
            identity: identity || !known.challenge.anonymous,
            contact: policy::allows(actor, Action::SeeContact, &subject),
            figures: policy::allows(actor, Action::SeeBudgetFigures, &subject),
            locale: actor.locale(),
        }
    }
}

/// A local government as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChallengePlace)]
pub struct PlaceView {
    /// Six digits.
    pub code: String,
    /// With its prefecture, in the reader's language.
    pub name: String,
    /// The prefecture's number, two digits.
    pub prefecture: String,
}

impl PlaceView {
    fn of(code: MunicipalityCode, locale: Locale) -> Self {
        let body = code.municipality();
        Self {
            code: code.to_string(),
            name: body.full_name(locale),
            prefecture: code.prefecture().to_string(),
        }
    }
}

/// The organization behind a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChallengeOwner)]
pub struct OwnerView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
}

/// Whom to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChallengeContact)]
pub struct ContactView {
    /// The department in charge.
    pub department: String,
    /// A person; the parties of an introduced match only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A mail address; the parties of an introduced match only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The document as one reader sees it. Also what two versions are compared by.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChallengeContent)]
pub struct ContentView {
    /// 題名
    pub title: String,
    /// 概要
    pub summary: String,
    /// 背景
    pub background: String,
    /// 現状
    pub current_state: String,
    /// 目指す姿
    pub desired_state: String,
    /// The indicators.
    pub outcomes: Vec<Indicator>,
    /// Leaves of the sectors.
    #[schema(value_type = Vec<String>)]
    pub sectors: Vec<Sector>,
    /// Technologies wanted.
    pub technologies: Vec<String>,
    /// Site conditions.
    pub conditions: Vec<String>,
    /// Technologies available on site.
    pub infrastructure: Vec<String>,
    /// Where it wants to begin.
    pub entry_stage: Option<EntryStage>,
    /// The money: figures, or the band only.
    pub budget: BudgetView,
    /// What the municipality brings.
    pub cooperation: String,
    /// What is fixed.
    pub constraints: String,
    /// How it can be bought afterwards.
    pub contract_route: Option<ContractRoute>,
    /// Who may read it.
    pub visibility: Visibility,
    /// Whether the municipality stays unnamed until it is introduced.
    pub anonymous: bool,
    /// Which of the seven success factors are in place.
    pub readiness: Vec<Readiness>,
    /// Who posts it together with the owner; empty while that is anonymous.
    pub joint_municipalities: Vec<PlaceView>,
    /// The last day for proposals, until 24:00 in Japan.
    #[schema(value_type = Option<String>, format = Date)]
    pub proposals_due: Option<NaiveDate>,
    /// The last day for questions, until 24:00 in Japan, where the municipality named one.
    #[schema(value_type = Option<String>, format = Date)]
    pub questions_due: Option<NaiveDate>,
    /// The wished first day.
    #[schema(value_type = Option<String>, format = Date)]
    pub start_from: Option<NaiveDate>,
    /// Whom to write to; `null` while anonymous.
    pub contact: Option<ContactView>,
}

impl ContentView {
    /// `content` as those `eyes` see it.
    pub(super) fn of(content: &Content, eyes: Eyes) -> Self {
        let joint = content.joint_municipalities.iter().filter(|_| eyes.identity);
        let contact = content.contact.as_ref().filter(|_| eyes.identity);
        Self {
            title: content.title.clone(),
            summary: content.summary.clone(),
            background: content.background.clone(),
            current_state: content.current_state.clone(),
            desired_state: content.desired_state.clone(),
            outcomes: content.outcomes.clone(),
            sectors: content.sectors.clone(),
            technologies: content.technologies.iter().map(ToString::to_string).collect(),
            conditions: content.conditions.iter().map(ToString::to_string).collect(),
            infrastructure: content.infrastructure.iter().map(ToString::to_string).collect(),
            entry_stage: content.entry_stage,
            budget: BudgetView::of(&content.budget, eyes.figures),
            cooperation: content.cooperation.clone(),
            constraints: content.constraints.clone(),
            contract_route: content.contract_route,
            visibility: content.visibility,
            anonymous: content.anonymous,
            readiness: content.readiness.clone(),
            joint_municipalities: joint.map(|code| PlaceView::of(*code, eyes.locale)).collect(),
            proposals_due: content.proposals_due,
            questions_due: content.questions_due,
            start_from: content.start_from,
            contact: contact.map(|contact| ContactView {
                department: contact.department.clone(),
                name: contact.name.clone().filter(|_| eyes.contact),
                email: contact.email.clone().filter(|_| eyes.contact),
            }),
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChallengeDecision)]
pub struct DecisionView {
    /// What came of it; `null` when it was withdrawn.
    pub outcome: Option<Outcome>,
    /// Why.
    pub reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A round by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChallengeRound)]
pub struct RoundRef {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: RoundId,
    /// Its title.
    pub title: String,
}

/// One challenge in full.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Challenge)]
pub struct Detail {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ChallengeId,
    /// Where it stands.
    pub status: Status,
    /// Counts every write; the ETag.
    pub version: i32,
    /// Counts published changes; 0 as first published.
    pub amendment: i32,
    /// The municipality; `null` while it is anonymous to the reader.
    pub municipality: Option<PlaceView>,
    /// Its organization; `null` while it is anonymous to the reader.
    pub organization: Option<OwnerView>,
    /// The bureau in charge.
    pub bureau: String,
    /// Whether it is demonstration data.
    pub demonstration: bool,
    /// Whether its bureau entered it for the municipality (代理登録).
    pub on_behalf: bool,
    /// What it says.
    #[serde(flatten)]
    pub content: ContentView,
    /// The round in which it takes part, where the reader may see that.
    pub round: Option<RoundRef>,
    /// How it ended.
    pub decision: Option<DecisionView>,
    /// The steps that the reader may take now.
    pub steps: Vec<Step>,
    /// When proposals end.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    /// When it was last put before the bureau.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub submitted_at: Option<Timestamp>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl Detail {
    /// `known` as `actor` sees it.
    pub(super) fn of(conn: &mut DbConn, actor: &Actor, known: &Known) -> Result<Self, Failure> {
        let round = rounds::round_of(conn, actor, known.challenge.id)?;
        let eyes = Eyes::of(actor, known);
        let challenge = &known.challenge;
        let shown = &challenge.content.0;
        Ok(Self {
            id: challenge.id,
            status: challenge.status,
            version: challenge.version,
            amendment: challenge.amendment,
            municipality: place_view(challenge, eyes)?,
            organization: eyes
                .identity
                .then(|| OwnerView { id: known.owner.id, name: known.owner.name.clone() }),
            bureau: challenge.bureau.clone(),
            demonstration: known.owner.demonstration,
            on_behalf: challenge.on_behalf_of,
            content: ContentView::of(shown, eyes),
            round: round.map(|(id, title)| RoundRef { id, title }),
            decision: challenge.decision.as_ref().map(|ending| DecisionView {
                outcome: ending.0.outcome,
                reason: ending.0.reason.clone(),
                at: ending.0.at,
            }),
            steps: steps(actor, known),
            closes_at: challenge.closes_at,
            submitted_at: challenge.submitted_at,
            published_at: challenge.published_at,
            closed_at: challenge.closed_at,
            created_at: challenge.created_at,
            updated_at: challenge.updated_at,
        })
    }
}

/// Which permission a step needs.
pub(super) fn permission(step: Step) -> Action {
    match step {
        Step::Edit | Step::Delete => Action::Edit,
        Step::Publish | Step::Return => Action::Moderate,
        Step::Submit
        | Step::Recall
        | Step::Withdraw
        | Step::Close
        | Step::Extend
        | Step::Decide
        | Step::Archive => Action::Submit,
    }
}

fn steps(actor: &Actor, known: &Known) -> Vec<Step> {
    let subject = known.subject();
    let allowed = |step: &Step| policy::allows(actor, permission(*step), &subject);
    known.challenge.status.legal_steps().filter(allowed).collect()
}

pub(super) fn place_view(challenge: &Challenge, eyes: Eyes) -> Result<Option<PlaceView>, Failure> {
    if !eyes.identity {
        return Ok(None);
    }
    Ok(Some(PlaceView::of(challenge.place()?, eyes.locale)))
}
