//! A challenge in short: as a card of a list, and as what other concepts need to know of it.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::ChallengeId;
use super::budget::BudgetView;
use super::content::{Content, EntryStage, Visibility};
use super::states::{Status, Step};
use super::store::{self, Challenge, Known};
use super::view::{Eyes, OwnerView, PlaceView, place_view};
use crate::accounts::OrganizationId;
use crate::attachments::Footing;
use crate::db::schema::challenges;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Subject};
use crate::reference::{MunicipalityCode, Sector};

/// One challenge in a list, or beside a match.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChallengeCard)]
pub struct Card {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ChallengeId,
    /// Where it stands.
    pub status: Status,
    /// Counts every write.
    pub version: i32,
    /// 題名
    pub title: String,
    /// 概要
    pub summary: String,
    /// The municipality; `null` while it is anonymous to the reader.
    pub municipality: Option<PlaceView>,
    /// Its organization; `null` while it is anonymous to the reader.
    pub organization: Option<OwnerView>,
    /// The bureau in charge.
    pub bureau: String,
    /// Whether it is demonstration data.
    pub demonstration: bool,
    /// Leaves of the sectors.
    #[schema(value_type = Vec<String>)]
    pub sectors: Vec<Sector>,
    /// Technologies wanted.
    pub technologies: Vec<String>,
    /// Where it wants to begin.
    pub entry_stage: Option<EntryStage>,
    /// The money: figures, or the band only.
    pub budget: BudgetView,
    /// Who may read it.
    pub visibility: Visibility,
    /// Whether the municipality stays unnamed until it is introduced.
    pub anonymous: bool,
    /// How many of the seven success factors are in place.
    pub readiness_met: usize,
    /// The last day for proposals.
    #[schema(value_type = Option<String>, format = Date)]
    pub proposals_due: Option<NaiveDate>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
}

impl Card {
    /// `known` as `actor` sees it.
    pub(super) fn of(actor: &Actor, known: &Known) -> Result<Self, Failure> {
        let eyes = Eyes::of(actor, known);
        let challenge = &known.challenge;
        let content = &challenge.content.0;
        Ok(Self {
            id: challenge.id,
            status: challenge.status,
            version: challenge.version,
            title: challenge.title.clone(),
            summary: content.summary.clone(),
            municipality: place_view(challenge, eyes)?,
            organization: eyes
                .identity
                .then(|| OwnerView { id: known.owner.id, name: known.owner.name.clone() }),
            bureau: challenge.bureau.clone(),
            demonstration: known.owner.demonstration,
            sectors: content.sectors.clone(),
            technologies: content.technologies.iter().map(ToString::to_string).collect(),
            entry_stage: content.entry_stage,
            budget: BudgetView::of(&content.budget, eyes.figures),
            visibility: challenge.visibility,
            anonymous: challenge.anonymous,
            readiness_met: content.readiness.len(),
            proposals_due: challenge.proposals_due,
            published_at: challenge.published_at,
        })
    }
}

/// The cards of those of `ids` that `actor` may see.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn cards(
    conn: &mut DbConn,
    actor: &Actor,
    ids: &[ChallengeId],
) -> Result<HashMap<ChallengeId, Card>, Failure> {
    let known = store::find_all(conn, actor, ids)?;
    known
        .iter()
        .filter(|one| policy::allows(actor, Action::See, &one.subject()))
        .map(|one| Card::of(actor, one).map(|card| (one.challenge.id, card)))
        .collect()
}

/// The open challenges of an organization that `actor` may see and may know whose they are, the latest first.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn open_of(conn: &mut DbConn, actor: &Actor, organization: OrganizationId) -> Result<Vec<Card>, Failure> {
    let ids: Vec<ChallengeId> = challenges::table
        .filter(challenges::organization_id.eq(organization))
        .filter(challenges::status.eq(Status::Open))
        .order(challenges::published_at.desc())
        .select(challenges::id)
        .load(conn)?;
    let mut cards = cards(conn, actor, &ids)?;
    let named = ids.iter().filter_map(|id| cards.remove(id)).filter(|card| card.organization.is_some());
    Ok(named.collect())
}

/// What other concepts need to know of one challenge to decide about their own things.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Its id.
    pub id: ChallengeId,
    /// 題名
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// Counts every write.
    pub version: i32,
    /// The organization it belongs to.
    pub owner: OrganizationId,
    /// The municipality whose challenge it is.
    pub place: MunicipalityCode,
    /// Whether it stays unnamed until it is introduced.
    pub anonymous: bool,
    /// When it was opened.
    pub published_at: Option<Timestamp>,
    /// When proposals end.
    pub closes_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// What it says.
    pub content: Content,
    /// What the policy needs, with the reader's organization as a party where it was introduced.
    pub subject: Subject,
}

impl Brief {
    /// The municipality with its prefecture, for its own people.
    pub fn municipality_name(&self) -> String {
        self.place.municipality().full_name_ja()
    }

    /// What it is called where it may have to stay unnamed: the municipality, or while it is anonymous its bureau.
    pub fn name_for_outsiders(&self) -> String {
        if self.anonymous { self.place.bureau().name_ja().to_owned() } else { self.municipality_name() }
    }
}

/// The challenge `id` as `actor` meets it, whether or not `actor` may see it: ask the policy with `subject`.
///
/// # Errors
/// `NotFound`.
pub fn brief(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Brief, Failure> {
    let known = store::find(conn, actor, id)?;
    let (subject, place) = (known.subject(), known.challenge.place()?);
    let Challenge { id, title, status, version, organization_id, anonymous, content, .. } = known.challenge;
    let (published_at, closes_at, closed_at) =
        (known.challenge.published_at, known.challenge.closes_at, known.challenge.closed_at);
    Ok(Brief {
        id,
        title,
        status,
        version,
        owner: organization_id,
        place,
        anonymous,
        published_at,
        closes_at,
        closed_at,
        content: content.0,
        subject,
    })
}

/// Where it stands, as far as its attachments depend on it.
///
/// # Errors
/// `NotFound`.
pub fn footing(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Footing, Failure> {
    let known = store::find(conn, actor, id)?;
    let subject = known.subject();
    let identity = policy::allows(actor, Action::SeeIdentity, &subject);
    Ok(Footing {
        takes_changes: known.status().legal_steps().any(|step| step == Step::Edit),
        relied_upon: known.status().is_published(),
        withheld: known.challenge.anonymous && !identity,
        until: None,
        unnamed: false,
        title: known.challenge.title.clone(),
        subject,
    })
}

/// What the policy needs to know of the challenge `id`, without a party.
///
/// # Errors
/// `NotFound`.
pub fn subject(conn: &mut DbConn, id: ChallengeId) -> Result<Subject, Failure> {
    Ok(store::find(conn, &Actor::system(), id)?.subject())
}
