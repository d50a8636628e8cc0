//! What other concepts need to know of a proposal to decide about their own things.

use super::store;
use super::view;
use super::{ProposalId, Read, Status};
use crate::challenges::ChallengeId;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{Actor, Subject};

/// A proposal in short.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Its id.
    pub id: ProposalId,
    /// The challenge it answers.
    pub challenge: ChallengeId,
    /// 題名 of the challenge.
    pub title: String,
    /// Who proposes.
    pub vendor: String,
    /// Where it stands.
    pub status: Status,
    /// What the policy needs, with the reader's conflict of interest.
    pub subject: Subject,
}

/// The proposal as `actor` meets it, whether or not `actor` may see it: ask the policy with `subject`.
///
/// # Errors
/// `NotFound`.
pub fn brief(conn: &mut DbConn, actor: &Actor, id: ProposalId) -> Result<Brief, Failure> {
    let known = store::find(conn, actor, id)?;
    Ok(Brief {
        id,
        challenge: known.row.challenge_id,
        title: known.brief.title.clone(),
        vendor: known.vendor.name.clone(),
        status: known.row.status,
        subject: known.subject(),
    })
}

/// What its latest submitted version says.
///
/// # Errors
/// `NotFound` when it may not be read, or was not submitted.
pub fn read(conn: &mut DbConn, actor: &Actor, id: ProposalId) -> Result<Read, Failure> {
    let known = view::seen(conn, actor, id)?;
    let version = store::latest(conn, &known.row)?.ok_or(Failure::NotFound)?;
    Ok(version.read()?.content)
}
