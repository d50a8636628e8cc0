//! What of a proposal is shown to whom.

use serde::Serialize;
use utoipa::ToSchema;

use super::actions::permission;
use super::content::Content;
use super::partners::PartnerStatus;
use super::store::{self, Known, Named, Version};
use super::{ProposalId, ReasonCode, Status, Step};
use crate::accounts::OrganizationId;
use crate::attachments::{self, AttachmentView, Holder};
use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::matches::MatchId;
use crate::policy::{self, Action, Actor};

/// An organization by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProposalVendor)]
pub struct VendorView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
}

impl From<Named> for VendorView {
    fn from(named: Named) -> Self {
        Self { id: named.id, name: named.name }
    }
}

/// The challenge of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProposalChallenge)]
pub struct ChallengeView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ChallengeId,
    /// 題名
    pub title: String,
    /// Where it stands.
    pub status: challenges::Status,
    /// When proposals end.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
}

/// A partner of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProposalPartner)]
pub struct PartnerView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// What it does.
    pub part: String,
    /// What it said; those of a submitted version said yes.
    pub status: PartnerStatus,
}

/// A proposal in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ProposalCard)]
pub struct Card {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ProposalId,
    /// Where it stands.
    pub status: Status,
    /// The number of the latest submitted version; 0 before the first.
    pub number: i32,
    /// Counts every write; the ETag.
    pub version: i32,
    /// Whether nobody but its proposer and partners may read it.
    pub sealed: bool,
    /// Whether the reader's organization wrote it, alone or as a partner.
    pub own: bool,
    /// Whether the reader declared a conflict of interest and so may not read it.
    pub conflicted: bool,
    /// The challenge.
    pub challenge: ChallengeView,
    /// The vendor.
    pub vendor: VendorView,
    /// The steps that the reader may take now.
    pub steps: Vec<Step>,
    /// When it was last submitted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub submitted_at: Option<Timestamp>,
    /// When it was opened to the municipality.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opened_at: Option<Timestamp>,
    /// Why it ended as it did.
    pub reason_code: Option<ReasonCode>,
    /// When that was decided.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A proposal in full: for its proposer the working copy, for all others the latest submitted version.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct Detail {
    /// In short.
    #[serde(flatten)]
    pub card: Card,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
    /// Who makes it together with the vendor.
    pub partners: Vec<PartnerView>,
    /// SHA-256 of the latest submitted version.
    pub sha256: Option<String>,
    /// Whether the working copy says something else than the latest submitted version; for its proposer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsubmitted_changes: Option<bool>,
    /// What the municipality says of it.
    pub feedback: Option<String>,
    /// The match it became.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub match_id: Option<MatchId>,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
}

/// A submitted version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProposalVersion)]
pub struct VersionView {
    /// Its number, from 1.
    pub number: i32,
    /// SHA-256 of `document`, hexadecimal, as the receipt names it.
    pub sha256: String,
    /// The canonical text that was hashed (RFC 8785).
    pub document: String,
    /// When it was submitted.
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: Timestamp,
}

impl From<Version> for VersionView {
    fn from(row: Version) -> Self {
        Self {
            number: row.number,
            sha256: row.sha256,
            document: row.document,
            submitted_at: row.submitted_at,
        }
    }
}

/// The proposals to one challenge.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProposalList {
    /// Whether they are sealed.
    pub sealed: bool,
    /// How many there are; for the municipality, its bureau and the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// Those that the reader may know of; absent while only their number may be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Card>>,
}

/// The card of `known` for `actor` at `now`.
pub(super) fn card(actor: &Actor, known: &Known, now: Timestamp) -> Card {
    let (row, subject) = (&known.row, known.subject());
    let phase = known.phase(now);
    let allowed = |step: &Step| policy::allows(actor, permission(*step), &subject);
    Card {
        id: row.id,
        status: row.status,
        number: row.number,
        version: row.version,
        sealed: row.opened_at.is_none(),
        own: known.is_of(actor),
        conflicted: known.conflicted,
        challenge: ChallengeView {
            id: known.brief.id,
            title: known.brief.title.clone(),
            status: known.brief.status,
            closes_at: known.brief.closes_at,
        },
        vendor: known.vendor.clone().into(),
        steps: row.status.legal_steps(phase).filter(allowed).collect(),
        submitted_at: row.submitted_at,
        opened_at: row.opened_at,
        reason_code: row.reason_code,
        decided_at: row.decided_at,
        updated_at: row.updated_at,
    }
}

/// The proposal, if `actor` may read it.
///
/// # Errors
/// `NotFound`; `Forbidden` for whoever declared a conflict of interest.
pub(super) fn seen(conn: &mut DbConn, actor: &Actor, id: ProposalId) -> Result<Known, Failure> {
    let known = store::find(conn, actor, id)?;
    let subject = known.subject();
    policy::require(actor, Action::See, &subject)?;
    Ok(known)
}

/// A proposal as `actor` may read it.
///
/// # Errors
/// `NotFound`; `Forbidden` for whoever declared a conflict of interest.
pub(super) fn detail(
    conn: &mut DbConn,
    actor: &Actor,
    id: ProposalId,
    now: Timestamp,
) -> Result<Detail, Failure> {
    let known = seen(conn, actor, id)?;
    let submitted = store::latest(conn, &known.row)?;
    let sha256 = submitted.as_ref().map(|version| version.sha256.clone());
    let document = submitted.map(|version| version.read()).transpose()?;
    let card = card(actor, &known, now);
    let attachments = attachments::listed(conn, actor, Holder::Proposal(id))?;
    let own = card.own;
    let unsubmitted =
        own.then(|| document.as_ref().is_some_and(|document| document.content != known.row.content.0));
    let partner = |id, name: &str, part: &str, status| PartnerView {
        id,
        name: name.to_owned(),
        part: part.to_owned(),
        status,
    };
    let (content, partners) = match document {
        Some(document) if !own => {
            let together = document.partners.iter();
            let together =
                together.map(|one| partner(one.id, &one.name, &one.part, PartnerStatus::Confirmed)).collect();
            (document.content, together)
        }
        _ => {
            let asked = known.partners.iter();
            let asked = asked.map(|one| partner(one.id, &one.name, &one.part, one.status)).collect();
            (known.row.content.0.clone(), asked)
        }
    };
    Ok(Detail {
        card,
        content,
        partners,
        sha256,
        unsubmitted_changes: unsubmitted,
        feedback: known.row.feedback.clone(),
        match_id: known.row.match_id,
        attachments,
    })
}

/// The proposals to a challenge, as far as `actor` may know of them.
///
/// # Errors
/// `NotFound` when the challenge may not be seen, `Unauthenticated`.
pub(super) fn list(
    conn: &mut DbConn,
    actor: &Actor,
    id: ChallengeId,
    now: Timestamp,
) -> Result<ProposalList, Failure> {
    let brief = challenges::brief(conn, actor, id)?;
    policy::require(actor, Action::See, &brief.subject)?;
    if actor.member().is_none() {
        return Err(Failure::Unauthenticated("sign_in"));
    }
    let counts = policy::allows(actor, Action::SeeModeration, &brief.subject);
    let mut known = Vec::new();
    for id in store::ids_on(conn, id)? {
        known.push(store::find(conn, actor, id)?);
    }
    let sealed = !known.iter().any(|one| one.row.opened_at.is_some());
    let count = if counts { Some(store::count(conn, id)?) } else { None };
    // The conflicted reader knows that it is there, and no more: the card says so.
    let items = known.iter().filter(|one| {
        let subject = crate::policy::Subject { conflicted: false, ..one.subject() };
        policy::allows(actor, Action::See, &subject)
    });
    let items: Vec<Card> = items.map(|one| card(actor, one, now)).collect();
    let items = (!counts || !sealed).then_some(items);
    Ok(ProposalList { sealed, count, items })
}

/// The proposals that the reader's organization wrote, alone or as a confirmed partner, the latest first.
///
/// # Errors
/// `Unauthenticated`.
pub(super) fn own(conn: &mut DbConn, actor: &Actor, now: Timestamp) -> Result<Vec<Card>, Failure> {
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let mut cards = Vec::new();
    for id in store::ids_of(conn, member.organization)? {
        cards.push(card(actor, &store::find(conn, actor, id)?, now));
    }
    Ok(cards)
}
