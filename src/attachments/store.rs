//! The rows of attachments.

use diesel::prelude::*;

use super::{AttachmentId, Holder};
use crate::accounts::{MemberId, OrganizationId};
use crate::challenges::ChallengeId;
use crate::db::schema::attachments;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::proposals::ProposalId;
use crate::services::Deed;
use crate::solutions::SolutionId;
use crate::solutions::deployments::DeploymentId;

/// One attachment.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments, check_for_backend(crate::db::MultiBackend))]
pub(super) struct Attachment {
    pub id: AttachmentId,
    pub organization_id: OrganizationId,
    challenge_id: Option<ChallengeId>,
    solution_id: Option<SolutionId>,
    deployment_id: Option<DeploymentId>,
    proposal_id: Option<ProposalId>,
    pub name: String,
    pub media_type: String,
    pub bytes: i64,
    pub sha256: Vec<u8>,
    pub uploaded_by: Option<MemberId>,
    pub created_at: Timestamp,
}

/// A file about to be kept.
#[derive(Debug, Clone)]
pub(super) struct NewAttachment {
    pub id: AttachmentId,
    pub name: String,
    pub media_type: &'static str,
    pub bytes: i64,
    pub sha256: Vec<u8>,
}

impl Attachment {
    /// What it belongs to.
    pub fn holder(&self) -> Result<Holder, Failure> {
        let holder = self.challenge_id.map(Holder::Challenge).or(self.solution_id.map(Holder::Solution));
        let holder = holder.or(self.deployment_id.map(Holder::Deployment));
        let holder = holder.or(self.proposal_id.map(Holder::Proposal));
        holder.ok_or_else(|| Failure::internal("an attachment belongs to nothing"))
    }
}

pub(super) fn insert(
    deed: &mut Deed<'_>,
    holder: Holder,
    owner: OrganizationId,
    new: NewAttachment,
) -> Result<Attachment, Failure> {
    let row = Attachment {
        id: new.id,
        organization_id: owner,
        challenge_id: if let Holder::Challenge(id) = holder { Some(id) } else { None },
        solution_id: if let Holder::Solution(id) = holder { Some(id) } else { None },
        deployment_id: if let Holder::Deployment(id) = holder { Some(id) } else { None },
        proposal_id: if let Holder::Proposal(id) = holder { Some(id) } else { None },
        name: new.name,
        media_type: new.media_type.to_owned(),
        bytes: new.bytes,
        sha256: new.sha256,
        uploaded_by: deed.by().member().map(|member| member.member),
        created_at: deed.now(),
    };
    diesel::insert_into(attachments::table).values(&row).execute(deed.conn())?;
    Ok(row)
}

pub(super) fn find(conn: &mut DbConn, id: AttachmentId) -> Result<Attachment, Failure> {
    Ok(attachments::table.find(id).select(Attachment::as_select()).first(conn)?)
}

/// Those of one thing, oldest first.
pub(super) fn of(conn: &mut DbConn, holder: Holder) -> Result<Vec<Attachment>, Failure> {
    let all = attachments::table
        .order((attachments::created_at, attachments::id))
        .select(Attachment::as_select())
        .into_boxed();
    let rows = match holder {
        Holder::Challenge(id) => all.filter(attachments::challenge_id.eq(Some(id))).load(conn),
        Holder::Solution(id) => all.filter(attachments::solution_id.eq(Some(id))).load(conn),
        Holder::Deployment(id) => all.filter(attachments::deployment_id.eq(Some(id))).load(conn),
        Holder::Proposal(id) => all.filter(attachments::proposal_id.eq(Some(id))).load(conn),
    };
    Ok(rows?)
}

pub(super) fn delete(deed: &mut Deed<'_>, id: AttachmentId) -> Result<(), Failure> {
    match diesel::delete(attachments::table.find(id)).execute(deed.conn())? {
        0 => Err(Failure::NotFound),
        _ => Ok(()),
    }
}

/// Which of `ids` have a row.
pub(super) fn known(conn: &mut DbConn, ids: &[AttachmentId]) -> Result<Vec<AttachmentId>, Failure> {
    let mut known = Vec::new();
    // A bound on the variables of one statement holds on both engines.
    for some in ids.chunks(500) {
        let rows = attachments::table.filter(attachments::id.eq_any(some.to_vec())).select(attachments::id);
        known.extend(rows.load::<AttachmentId>(conn)?);
    }
    Ok(known)
}
