//! The rows of proposals, their versions and partners.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::content::Content;
use super::partners::PartnerStatus;
use super::{Phase, ProposalId, ReasonCode, Status};
use crate::accounts::{MemberId, OrganizationId};
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::schema::{organizations, panel_conflicts, proposal_partners, proposal_versions, proposals};
use crate::db::{Both, DbConn, Json, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::matches::MatchId;
use crate::policy::{Actor, Subject};

/// One proposal as it is kept; `content` is the working copy, what was submitted stands in its versions.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposals, check_for_backend(MultiBackend))]
pub(super) struct Proposal {
    pub(super) id: ProposalId,
    pub(super) challenge_id: ChallengeId,
    pub(super) organization_id: OrganizationId,
    pub(super) status: Status,
    pub(super) content: Json<Content>,
    /// The number of the latest submitted version; 0 before the first.
    pub(super) number: i32,
    pub(super) submitted_at: Option<Timestamp>,
    /// When it was opened to its municipality; sealed while `None`.
    pub(super) opened_at: Option<Timestamp>,
    pub(super) reason_code: Option<ReasonCode>,
    pub(super) feedback: Option<String>,
    pub(super) decided_at: Option<Timestamp>,
    pub(super) match_id: Option<MatchId>,
    pub(super) created_by: Option<MemberId>,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// One submitted version as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposal_versions, check_for_backend(MultiBackend))]
pub(super) struct Version {
    pub(super) proposal_id: ProposalId,
    pub(super) number: i32,
    /// The canonical text that was hashed.
    pub(super) document: String,
    pub(super) sha256: String,
    pub(super) submitted_by: Option<MemberId>,
    pub(super) submitted_at: Timestamp,
}

/// What a version says, as it is hashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) attachments: Vec<Attached>,
    pub(super) challenge: ChallengeId,
    pub(super) content: Content,
    pub(super) number: i32,
    pub(super) partners: Vec<Together>,
    pub(super) proposal: ProposalId,
    pub(super) submitted_at: Timestamp,
    pub(super) vendor: Named,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Attached {
    pub(super) name: String,
    pub(super) sha256: String,
}

/// A confirmed partner of a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Together {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    pub(super) part: String,
}

/// An organization by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable)]
pub(super) struct Named {
    pub(super) id: OrganizationId,
    pub(super) name: String,
}

impl Version {
    /// What it says.
    pub(super) fn read(&self) -> Result<Document, Failure> {
        serde_json::from_str(&self.document).map_err(Failure::internal)
    }
}

/// A partner as it is kept, with its name.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub(super) struct Partner {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    pub(super) part: String,
    pub(super) status: PartnerStatus,
}

/// A proposal with all that permission to it depends on.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) row: Proposal,
    pub(super) brief: Brief,
    pub(super) vendor: Named,
    pub(super) partners: Vec<Partner>,
    /// Whether the reader declared a conflict of interest.
    pub(super) conflicted: bool,
}

impl Known {
    /// What the policy needs to know of it.
    pub(super) fn subject(&self) -> Subject {
        let opened = self.row.opened_at.is_some();
        let prefecture = self.brief.subject.prefecture.filter(|_| opened);
        let mut subject =
            Subject::private(self.row.organization_id, prefecture).with_counterpart(self.brief.owner, opened);
        subject.sealed = !opened;
        subject.partners = self.confirmed().map(|partner| partner.id).collect();
        subject.conflicted = self.conflicted;
        subject
    }

    /// The partners that said yes.
    pub(super) fn confirmed(&self) -> impl Iterator<Item = &Partner> {
        self.partners.iter().filter(|partner| partner.status == PartnerStatus::Confirmed)
    }

    /// Where its call stands at `now`.
    pub(super) fn phase(&self, now: Timestamp) -> Phase {
        if takes_proposals(&self.brief, now) {
            Phase::Open
        } else if self.row.opened_at.is_some() {
            Phase::Opened
        } else {
            Phase::Shut
        }
    }

    /// Whether `actor` belongs to those who wrote it.
    pub(super) fn is_of(&self, actor: &Actor) -> bool {
        let own = actor.member().map(|member| member.organization);
        own == Some(self.row.organization_id) || self.confirmed().any(|partner| own == Some(partner.id))
    }
}

/// Whether a challenge takes proposals at `now`.
pub(super) fn takes_proposals(brief: &Brief, now: Timestamp) -> bool {
    brief.status == challenges::Status::Open && brief.closes_at.is_none_or(|end| now < end)
}

/// The proposal as `actor` meets it, whether or not `actor` may see it: ask the policy.
pub(super) fn find(conn: &mut DbConn, actor: &Actor, id: ProposalId) -> Result<Known, Failure> {
    let row: Proposal = proposals::table.find(id).select(Proposal::as_select()).first(conn)?;
    known(conn, actor, row)
}

fn known(conn: &mut DbConn, actor: &Actor, row: Proposal) -> Result<Known, Failure> {
    let conflicted = match actor.member() {
        Some(member) => is_conflicted(conn, row.id, member.member)?,
        None => false,
    };
    Ok(Known {
        brief: challenges::brief(conn, actor, row.challenge_id)?,
        vendor: named(conn, row.organization_id)?,
        partners: partners(conn, row.id)?,
        conflicted,
        row,
    })
}

/// The same, its row locked until the deed is done.
pub(super) fn lock(conn: &mut DbConn, actor: &Actor, id: ProposalId) -> Result<Known, Failure> {
    let row = proposals::table.filter(proposals::id.eq(id)).select(proposals::id);
    let _locked: ProposalId = lock_rows(row).get_result(conn)?;
    find(conn, actor, id)
}

fn is_conflicted(conn: &mut DbConn, id: ProposalId, member: MemberId) -> Result<bool, Failure> {
    let rows = panel_conflicts::table.find((id, member)).count();
    Ok(rows.get_result::<i64>(conn)? > 0)
}

/// An organization by its id.
pub(super) fn named(conn: &mut DbConn, id: OrganizationId) -> Result<Named, Failure> {
    Ok(organizations::table.find(id).select((organizations::id, organizations::name)).first(conn)?)
}

/// The partners of a proposal, in the order they were asked.
pub(super) fn partners(conn: &mut DbConn, id: ProposalId) -> Result<Vec<Partner>, Failure> {
    let rows = proposal_partners::table
        .inner_join(organizations::table)
        .filter(proposal_partners::proposal_id.eq(id))
        .order((proposal_partners::invited_at, organizations::id))
        .select((organizations::id, organizations::name, proposal_partners::part, proposal_partners::status))
        .load(conn)?;
    Ok(rows)
}

/// Writes a new proposal, unless the vendor has one for the challenge already; whether it was written.
pub(super) fn insert(conn: &mut DbConn, row: &Proposal) -> Result<bool, Failure> {
    let statement = diesel::insert_into(proposals::table)
        .values(row)
        .on_conflict((proposals::challenge_id, proposals::organization_id))
        .do_nothing();
    Ok(Both(statement).execute(conn)? == 1)
}

/// Writes `next` over the row that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update(
    conn: &mut DbConn,
    before: &Proposal,
    next: &mut Proposal,
    now: Timestamp,
) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    next.updated_at = now;
    let written = diesel::update(
        proposals::table
            .filter(proposals::id.eq(before.id))
            .filter(proposals::status.eq(before.status))
            .filter(proposals::version.eq(before.version)),
    )
    .set((
        proposals::status.eq(next.status),
        proposals::content.eq(&next.content),
        proposals::number.eq(next.number),
        proposals::submitted_at.eq(next.submitted_at),
        proposals::opened_at.eq(next.opened_at),
        proposals::reason_code.eq(next.reason_code),
        proposals::feedback.eq(&next.feedback),
        proposals::decided_at.eq(next.decided_at),
        proposals::match_id.eq(next.match_id),
        proposals::version.eq(next.version),
        proposals::updated_at.eq(next.updated_at),
    ))
    .execute(conn)?;
    if written == 1 {
        return Ok(());
    }
    let current = proposals::table.find(before.id).select(proposals::version).first(conn)?;
    Err(Failure::Stale { current })
}

/// Throws a draft away.
pub(super) fn delete(conn: &mut DbConn, row: &Proposal) -> Result<(), Failure> {
    let draft = proposals::table.filter(proposals::id.eq(row.id)).filter(proposals::version.eq(row.version));
    match diesel::delete(draft).execute(conn)? {
        1 => Ok(()),
        _ => Err(Failure::Stale { current: row.version }),
    }
}

/// Keeps a submitted version.
pub(super) fn keep_version(conn: &mut DbConn, version: &Version) -> Result<(), Failure> {
    diesel::insert_into(proposal_versions::table).values(version).execute(conn)?;
    Ok(())
}

/// Every submitted version, the newest first.
pub(super) fn versions(conn: &mut DbConn, id: ProposalId) -> Result<Vec<Version>, Failure> {
    let rows = proposal_versions::table
        .filter(proposal_versions::proposal_id.eq(id))
        .order(proposal_versions::number.desc())
        .select(Version::as_select())
        .load(conn)?;
    Ok(rows)
}

/// The latest submitted version.
pub(super) fn latest(conn: &mut DbConn, row: &Proposal) -> Result<Option<Version>, Failure> {
    let found = proposal_versions::table.find((row.id, row.number)).select(Version::as_select()).first(conn);
    Ok(found.optional()?)
}

/// The ids of the proposals to a challenge, in the order of their vendors' first writing.
pub(super) fn ids_on(conn: &mut DbConn, challenge: ChallengeId) -> Result<Vec<ProposalId>, Failure> {
    let ids = proposals::table
        .filter(proposals::challenge_id.eq(challenge))
        .order(proposals::id)
        .select(proposals::id)
        .load(conn)?;
    Ok(ids)
}

/// The ids of the proposals that an organization wrote, alone or as a confirmed partner, the latest first.
pub(super) fn ids_of(conn: &mut DbConn, vendor: OrganizationId) -> Result<Vec<ProposalId>, Failure> {
    let together = proposal_partners::table
        .filter(proposal_partners::organization_id.eq(vendor))
        .filter(proposal_partners::status.eq(PartnerStatus::Confirmed))
        .select(proposal_partners::proposal_id);
    let ids = proposals::table
        .filter(proposals::organization_id.eq(vendor).or(proposals::id.eq_any(together)))
        .order((proposals::updated_at.desc(), proposals::id))
        .select(proposals::id)
        .load(conn)?;
    Ok(ids)
}

/// The vendor's own proposal to a challenge.
pub(super) fn own(
    conn: &mut DbConn,
    challenge: ChallengeId,
    vendor: OrganizationId,
) -> Result<Option<ProposalId>, Failure> {
    let found = proposals::table
        .filter(proposals::challenge_id.eq(challenge))
        .filter(proposals::organization_id.eq(vendor))
        .select(proposals::id)
        .first(conn);
    Ok(found.optional()?)
}

/// How many proposals to a challenge stand submitted, or went on from there.
///
/// # Errors
/// `Internal` when they cannot be counted.
pub fn count(conn: &mut DbConn, challenge: ChallengeId) -> Result<i64, Failure> {
    let counted = proposals::table
        .filter(proposals::challenge_id.eq(challenge))
        .filter(proposals::status.ne_all([Status::Draft, Status::Withdrawn]))
        .count();
    Ok(counted.get_result(conn)?)
}

/// Challenges that have submitted proposals, the latest first.
pub(super) fn called(conn: &mut DbConn) -> Result<Vec<ChallengeId>, Failure> {
    let ids = proposals::table
        .filter(proposals::status.ne_all([Status::Draft, Status::Withdrawn]))
        .order(proposals::challenge_id.desc())
        .select(proposals::challenge_id)
        .distinct()
        .limit(MOST_CALLS)
        .load(conn)?;
    Ok(ids)
}

/// Calls that one page looks at.
const MOST_CALLS: i64 = 500;

/// How many proposals to a challenge wait for its municipality's answer.
///
/// # Errors
/// `Internal` when they cannot be counted.
pub fn unanswered(conn: &mut DbConn, challenge: ChallengeId) -> Result<i64, Failure> {
    let counted = proposals::table
        .filter(proposals::challenge_id.eq(challenge))
        .filter(proposals::status.eq_any(Status::WAITING))
        .count();
    Ok(counted.get_result(conn)?)
}

/// The vendors that write or have submitted a proposal to a challenge, with their confirmed partners.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn involved(conn: &mut DbConn, challenge: ChallengeId) -> Result<BTreeSet<OrganizationId>, Failure> {
    let own: Vec<OrganizationId> = proposals::table
        .filter(proposals::challenge_id.eq(challenge))
        .filter(proposals::status.ne(Status::Withdrawn))
        .select(proposals::organization_id)
        .load(conn)?;
    let together: Vec<OrganizationId> = proposal_partners::table
        .inner_join(proposals::table)
        .filter(proposals::challenge_id.eq(challenge))
        .filter(proposals::status.ne(Status::Withdrawn))
        .filter(proposal_partners::status.eq(PartnerStatus::Confirmed))
        .select(proposal_partners::organization_id)
        .load(conn)?;
    Ok(own.into_iter().chain(together).collect())
}
