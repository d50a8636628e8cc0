//! The rows of a challenge: reading, writing, and the conditional update behind every step.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::states::{Outcome, Status};
use super::{ChallengeId, Content, Visibility};
use crate::accounts::{MemberId, OrganizationId, OrganizationKind, OrganizationStatus};
use crate::db::schema::{
    challenge_amendments, challenge_sectors, challenge_technologies, challenges, matches, organizations,
    proposal_invitations, solutions,
};
use crate::db::{DbConn, Json, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::policy::{Actor, Openness, Subject, Who};
use crate::reference::MunicipalityCode;

/// How it ended, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// `None` when it was withdrawn.
    pub(super) outcome: Option<Outcome>,
    /// Why.
    pub(super) reason: String,
    /// When.
    pub(super) at: Timestamp,
}

/// One challenge as it is kept. Columns beside `content` repeat what lists filter and sort by.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = challenges, check_for_backend(MultiBackend))]
pub struct Challenge {
    pub(super) id: ChallengeId,
    pub(super) organization_id: OrganizationId,
    pub(super) municipality_code: String,
    pub(super) prefecture: i32,
    pub(super) bureau: String,
    pub(super) status: Status,
    pub(super) title: String,
    pub(super) content: Json<Content>,
    pub(super) entry_stage: Option<super::EntryStage>,
    pub(super) budget_min: Option<i64>,
    pub(super) budget_max: Option<i64>,
    pub(super) budget_band: i32,
    pub(super) visibility: Visibility,
    pub(super) anonymous: bool,
    pub(super) proposals_due: Option<NaiveDate>,
    pub(super) closes_at: Option<Timestamp>,
    pub(super) closing_soon_sent: bool,
    pub(super) decision: Option<Json<Ending>>,
    pub(super) created_by: Option<MemberId>,
    pub(super) on_behalf_of: bool,
    pub(super) submitted_at: Option<Timestamp>,
    pub(super) published_at: Option<Timestamp>,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) amendment: i32,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// The organization behind a challenge, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(MultiBackend))]
pub(super) struct Owner {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    pub(super) status: OrganizationStatus,
    pub(super) demonstration: bool,
}

/// A challenge with its owner and whether the reader's organization is an introduced party.
#[derive(Debug, Clone)]
pub struct Known {
    pub(super) challenge: Challenge,
    pub(super) owner: Owner,
    pub(super) introduced: Option<OrganizationId>,
    /// Whether the reader's organization was invited to propose.
    pub(super) invited: bool,
}

impl Challenge {
    /// The municipality whose challenge it is.
    pub(super) fn place(&self) -> Result<MunicipalityCode, Failure> {
        MunicipalityCode::parse(&self.municipality_code).map_err(Failure::internal)
    }

    /// The prefecture's number.
    pub(super) fn prefecture_code(&self) -> Option<u8> {
        u8::try_from(self.prefecture).ok()
    }

    /// Takes over a document and the columns that repeat it.
    pub(super) fn take(&mut self, content: Content, now: Timestamp) {
        self.title.clone_from(&content.title);
        self.entry_stage = content.entry_stage;
        self.budget_min = content.budget.least().map(crate::fields::Yen::yen);
        self.budget_max = content.budget.most().map(crate::fields::Yen::yen);
        self.budget_band = content.budget.band().rank();
        self.visibility = content.visibility;
        self.anonymous = content.anonymous;
        if self.proposals_due != content.proposals_due {
            self.proposals_due = content.proposals_due;
            self.closes_at = content.proposals_due.and_then(super::deadlines::end_of_day);
            self.closing_soon_sent = self.closes_at.is_some_and(|end| super::deadlines::is_near(end, now));
        }
        self.content = Json(content);
    }
}

impl Known {
    /// The id.
    pub fn id(&self) -> ChallengeId {
        self.challenge.id
    }

    /// Counts every write; the ETag.
    pub fn version(&self) -> i32 {
        self.challenge.version
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        self.challenge.status
    }

    /// What the policy needs to know of it.
    pub(super) fn subject(&self) -> Subject {
        let open = self.challenge.status.is_published() && self.owner.status == OrganizationStatus::Approved;
        let openness = match self.challenge.visibility.openness() {
            _ if !open => Openness::Private,
            // Who was invited to propose may read what it is to propose for.
            Openness::Private if self.invited => Openness::Registered,
            openness => openness,
        };
        let mut subject = Subject::private(self.challenge.organization_id, self.challenge.prefecture_code())
            .open_to(openness);
        subject.on_behalf = self.challenge.on_behalf_of;
        match self.introduced {
            Some(party) => subject.with_counterpart(party, true),
            None => subject,
        }
    }
}

/// The challenge as `actor` meets it.
pub(super) fn find(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Known, Failure> {
    let (challenge, owner) = challenges::table
        .inner_join(organizations::table)
        .filter(challenges::id.eq(id))
        .select((Challenge::as_select(), Owner::as_select()))
        .first(conn)?;
    known(conn, actor, challenge, owner)
}

/// The same, its row locked until the deed is done.
pub(super) fn lock(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Known, Failure> {
    let row = challenges::table.filter(challenges::id.eq(id)).select(challenges::id);
    let _locked: ChallengeId = lock_rows(row).get_result(conn)?;
    find(conn, actor, id)
}

fn known(conn: &mut DbConn, actor: &Actor, challenge: Challenge, owner: Owner) -> Result<Known, Failure> {
    let introduced = match &actor.who {
        Who::Member(member) if is_introduced(conn, member.organization, challenge.id)? => {
            Some(member.organization)
        }
        _ => None,
    };
    let invited = match &actor.who {
        Who::Member(member) => !invited_to(conn, member.organization, &[challenge.id])?.is_empty(),
        _ => false,
    };
    Ok(Known { challenge, owner, introduced, invited })
}

/// Those of `ids` for which an organization was invited to propose.
fn invited_to(
    conn: &mut DbConn,
    party: OrganizationId,
    ids: &[ChallengeId],
) -> Result<Vec<ChallengeId>, Failure> {
    let rows = proposal_invitations::table
        .filter(proposal_invitations::organization_id.eq(party))
        .filter(proposal_invitations::challenge_id.eq_any(ids))
        .select(proposal_invitations::challenge_id);
    Ok(rows.load(conn)?)
}

fn is_introduced(conn: &mut DbConn, party: OrganizationId, id: ChallengeId) -> Result<bool, Failure> {
    let count: i64 = matches::table
        .inner_join(solutions::table)
        .filter(matches::challenge_id.eq(id))
        .filter(matches::introduced_at.is_not_null())
        .filter(solutions::organization_id.eq(party))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Several challenges as `actor` meets them, in no order.
pub(super) fn find_all(conn: &mut DbConn, actor: &Actor, ids: &[ChallengeId]) -> Result<Vec<Known>, Failure> {
    let rows: Vec<(Challenge, Owner)> = challenges::table
        .inner_join(organizations::table)
        .filter(challenges::id.eq_any(ids))
        .select((Challenge::as_select(), Owner::as_select()))
        .load(conn)?;
    let party = actor.member().map(|member| member.organization);
    let introduced: Vec<ChallengeId> = match party {
        Some(party) => matches::table
            .inner_join(solutions::table)
            .filter(matches::challenge_id.eq_any(ids))
            .filter(matches::introduced_at.is_not_null())
            .filter(solutions::organization_id.eq(party))
            .select(matches::challenge_id)
            .load(conn)?,
        None => Vec::new(),
    };
    let invited = match party {
        Some(party) => invited_to(conn, party, ids)?,
        None => Vec::new(),
    };
    let known = rows.into_iter().map(|(challenge, owner)| {
        let introduced = party.filter(|_| introduced.contains(&challenge.id));
        let invited = invited.contains(&challenge.id);
        Known { challenge, owner, introduced, invited }
    });
    Ok(known.collect())
}

/// Writes a new row.
pub(super) fn insert(conn: &mut DbConn, challenge: &Challenge) -> Result<(), Failure> {
    diesel::insert_into(challenges::table).values(challenge).execute(conn)?;
    file(conn, challenge)
}

/// Writes `next` over the row that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update(
    conn: &mut DbConn,
    before: &Challenge,
    next: &mut Challenge,
    now: Timestamp,
) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    next.updated_at = now;
    let written = diesel::update(
        challenges::table
            .filter(challenges::id.eq(before.id))
            .filter(challenges::status.eq(before.status))
            .filter(challenges::version.eq(before.version)),
    )
    .set((
        (
            challenges::status.eq(next.status),
            challenges::title.eq(&next.title),
            challenges::content.eq(&next.content),
            challenges::entry_stage.eq(next.entry_stage),
            challenges::budget_min.eq(next.budget_min),
            challenges::budget_max.eq(next.budget_max),
            challenges::budget_band.eq(next.budget_band),
            challenges::visibility.eq(next.visibility),
            challenges::anonymous.eq(next.anonymous),
        ),
        (
            challenges::proposals_due.eq(next.proposals_due),
            challenges::closes_at.eq(next.closes_at),
            challenges::closing_soon_sent.eq(next.closing_soon_sent),
            challenges::decision.eq(&next.decision),
            challenges::submitted_at.eq(next.submitted_at),
            challenges::published_at.eq(next.published_at),
            challenges::closed_at.eq(next.closed_at),
            challenges::amendment.eq(next.amendment),
            challenges::version.eq(next.version),
            challenges::updated_at.eq(next.updated_at),
        ),
    ))
    .execute(conn)?;
    if written != 1 {
        return Err(Failure::Stale { current: current_version(conn, before)? });
    }
    if before.content != next.content {
        file(conn, next)?;
    }
    Ok(())
}

fn current_version(conn: &mut DbConn, challenge: &Challenge) -> Result<i32, Failure> {
    Ok(challenges::table.find(challenge.id).select(challenges::version).first(conn)?)
}

/// Files it under its sectors and technologies anew.
fn file(conn: &mut DbConn, challenge: &Challenge) -> Result<(), Failure> {
    let id = challenge.id;
    diesel::delete(challenge_sectors::table.filter(challenge_sectors::challenge_id.eq(id))).execute(conn)?;
    diesel::delete(challenge_technologies::table.filter(challenge_technologies::challenge_id.eq(id)))
        .execute(conn)?;
    for sector in &challenge.content.0.sectors {
        diesel::insert_into(challenge_sectors::table)
            .values((challenge_sectors::challenge_id.eq(id), challenge_sectors::sector.eq(sector.as_str())))
            .execute(conn)?;
    }
    for technology in &challenge.content.0.technologies {
        diesel::insert_into(challenge_technologies::table)
            .values((
                challenge_technologies::challenge_id.eq(id),
                challenge_technologies::technology.eq(technology.as_str()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Throws a draft away, if it still is the draft that was read.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn delete(conn: &mut DbConn, challenge: &Challenge) -> Result<(), Failure> {
    let gone = diesel::delete(
        challenges::table
            .filter(challenges::id.eq(challenge.id))
            .filter(challenges::status.eq(Status::Draft))
            .filter(challenges::version.eq(challenge.version)),
    )
    .execute(conn)?;
    if gone == 1 { Ok(()) } else { Err(Failure::Stale { current: current_version(conn, challenge)? }) }
}

/// One published version of the document.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = challenge_amendments, check_for_backend(MultiBackend))]
pub(super) struct Amendment {
    pub(super) challenge_id: ChallengeId,
    /// 0 is what was published, each later one an amendment.
    pub(super) amendment: i32,
    pub(super) content: Json<Content>,
    pub(super) note: String,
    pub(super) amended_by: Option<MemberId>,
    pub(super) amended_at: Timestamp,
}

/// Keeps the document as it is now.
pub(super) fn keep_version(
    conn: &mut DbConn,
    challenge: &Challenge,
    note: &str,
    by: Option<MemberId>,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = Amendment {
        challenge_id: challenge.id,
        amendment: challenge.amendment,
        content: challenge.content.clone(),
        note: note.to_owned(),
        amended_by: by,
        amended_at: now,
    };
    diesel::insert_into(challenge_amendments::table).values(&row).execute(conn)?;
    Ok(())
}

/// Forgets every published version, because it was never really published.
pub(super) fn forget_versions(conn: &mut DbConn, id: ChallengeId) -> Result<(), Failure> {
    let rows = challenge_amendments::table.filter(challenge_amendments::challenge_id.eq(id));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// Every published version, the first one first.
pub(super) fn versions(conn: &mut DbConn, id: ChallengeId) -> Result<Vec<Amendment>, Failure> {
    let rows = challenge_amendments::table
        .filter(challenge_amendments::challenge_id.eq(id))
        .order(challenge_amendments::amendment)
        .select(Amendment::as_select())
        .load(conn)?;
    Ok(rows)
}

/// The vendors that were introduced to a challenge and whose match has not ended: they watch it.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn watching_vendors(conn: &mut DbConn, id: ChallengeId) -> Result<Vec<OrganizationId>, Failure> {
    let vendors = matches::table
        .inner_join(solutions::table)
        .filter(matches::challenge_id.eq(id))
        .filter(matches::introduced_at.is_not_null())
        .filter(matches::status.ne("ended"))
        .order(solutions::organization_id)
        .select(solutions::organization_id)
        .distinct()
        .load(conn)?;
    Ok(vendors)
}

/// The living municipality of this organization id or code.
pub(super) fn municipality(
    conn: &mut DbConn,
    by_id: Option<OrganizationId>,
    by_code: Option<MunicipalityCode>,
) -> Result<Option<(OrganizationId, String)>, Failure> {
    let mut query = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Municipality))
        .filter(organizations::status.ne(OrganizationStatus::Rejected))
        .into_boxed();
    query = match (by_id, by_code) {
        (Some(id), _) => query.filter(organizations::id.eq(id)),
        (None, Some(code)) => query.filter(organizations::municipality_code.eq(code.as_str())),
        (None, None) => return Ok(None),
    };
    let found: Option<(OrganizationId, Option<String>)> =
        query.select((organizations::id, organizations::municipality_code)).first(conn).optional()?;
    Ok(found.and_then(|(id, code)| code.map(|code| (id, code))))
}

/// A municipality that has an account.
pub(super) struct Town {
    /// Its organization.
    pub(super) organization: OrganizationId,
    /// Itself.
    pub(super) place: MunicipalityCode,
}

/// The approved municipalities of these prefectures, by their codes.
pub(super) fn municipalities_in(conn: &mut DbConn, prefectures: &[u8]) -> Result<Vec<Town>, Failure> {
    let rows: Vec<(OrganizationId, Option<String>)> = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Municipality))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .order(organizations::municipality_code)
        .select((organizations::id, organizations::municipality_code))
        .load(conn)?;
    let town = |(organization, code): (OrganizationId, Option<String>)| {
        let place = MunicipalityCode::parse(&code?).ok()?;
        prefectures.contains(&place.prefecture().code()).then_some(Town { organization, place })
    };
    Ok(rows.into_iter().filter_map(town).collect())
}
