//! The moderation desk: what waits for a bureau, and the log of every act of a bureau on a thing, with its comment.

mod acts;
pub mod api;
pub mod overdue;
pub mod pages;
mod queue;
mod undo;
mod waiting;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::{MemberId, OrganizationId};
use crate::audit::SubjectId;
use crate::db::schema::moderation_entries;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::services::Deed;
use crate::{id_types, text_enum};

pub use acts::{ActId, BatchId, Decision, Item};
pub use queue::{Waiting, WaitingCounts, WaitingKind, waiting_counts, waiting_for};
pub use undo::{Act, prune};

id_types!(
    /// One act.
    EntryId,
);

text_enum! {
    /// What is moderated.
    pub enum SubjectKind {
        /// An organization's standing.
        Organization = "organization",
        /// A challenge before and after publication.
        Challenge = "challenge",
        /// A solution.
        Solution = "solution",
        /// The evidence of a deployment.
        Deployment = "deployment",
        /// A match.
        Match = "match",
        /// A call for a place in which to try a solution.
        FieldWanted = "field_wanted",
    }
}

/// One act as it is shown.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct Entry {
    /// The verb of the API: `publish`, `return`, `approve` …
    pub act: String,
    /// What the bureau said.
    pub comment: Option<String>,
    /// Which organization acted.
    pub organization_id: Option<OrganizationId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub acted_at: Timestamp,
}

/// Writes down that `act` was done.
///
/// # Errors
/// `Internal` when the row cannot be written.
pub fn enter(
    deed: &mut Deed<'_>,
    kind: SubjectKind,
    subject: Uuid,
    act: &str,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let by: Option<(MemberId, OrganizationId)> =
        deed.by().member().map(|member| (member.member, member.organization));
    let now = deed.now();
    diesel::insert_into(moderation_entries::table)
        .values((
            moderation_entries::id.eq(EntryId::new()),
            moderation_entries::subject_kind.eq(kind),
            moderation_entries::subject_id.eq(SubjectId(subject)),
            moderation_entries::act.eq(act),
            moderation_entries::comment.eq(comment),
            moderation_entries::member_id.eq(by.map(|(member, _)| member)),
            moderation_entries::organization_id.eq(by.map(|(_, organization)| organization)),
            moderation_entries::acted_at.eq(now),
        ))
        .execute(deed.conn())?;
    Ok(())
}

/// Everything done to one thing, oldest first.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn entries(conn: &mut DbConn, kind: SubjectKind, subject: Uuid) -> Result<Vec<Entry>, Failure> {
    let rows = moderation_entries::table
        .filter(moderation_entries::subject_kind.eq(kind))
        .filter(moderation_entries::subject_id.eq(SubjectId(subject)))
        .order(moderation_entries::acted_at)
        .select((
            moderation_entries::act,
            moderation_entries::comment,
            moderation_entries::organization_id,
            moderation_entries::acted_at,
        ))
        .load(conn)?;
    Ok(rows)
}
