//! The rows of what was entered for others.

use diesel::prelude::*;

use super::EntryAnswer;
use crate::accounts::{MemberId, MemberStatus, OrganizationId, Role};
use crate::challenges::ChallengeId;
use crate::db::schema::{challenge_entries, members};
use crate::db::{DbConn, MultiBackend, Timestamp};
use crate::failure::Failure;

/// What is known of an entry.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = challenge_entries, check_for_backend(MultiBackend))]
pub(super) struct Entry {
    pub(super) bureau_id: OrganizationId,
    pub(super) answer: Option<EntryAnswer>,
}

/// The entry of a challenge, if it was asked about.
pub(super) fn find(conn: &mut DbConn, challenge: ChallengeId) -> Result<Option<Entry>, Failure> {
    let row = challenge_entries::table.find(challenge).select(Entry::as_select());
    Ok(row.first(conn).optional()?)
}

/// Notes that the municipality is asked (again).
pub(super) fn ask(
    conn: &mut DbConn,
    challenge: ChallengeId,
    bureau: OrganizationId,
    now: Timestamp,
) -> Result<(), Failure> {
    diesel::delete(challenge_entries::table.find(challenge)).execute(conn)?;
    diesel::insert_into(challenge_entries::table)
        .values((
            challenge_entries::challenge_id.eq(challenge),
            challenge_entries::bureau_id.eq(bureau),
            challenge_entries::asked_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes what it says; whether it was still open.
pub(super) fn answer(
    conn: &mut DbConn,
    challenge: ChallengeId,
    (answer, comment): (EntryAnswer, Option<&str>),
    now: Timestamp,
) -> Result<bool, Failure> {
    let open = challenge_entries::table.find(challenge).filter(challenge_entries::answer.is_null());
    let written = diesel::update(open)
        .set((
            challenge_entries::answer.eq(Some(answer)),
            challenge_entries::comment.eq(comment),
            challenge_entries::answered_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(written == 1)
}

/// The active editors and admins of a municipality with their addresses.
pub(super) fn editors(
    conn: &mut DbConn,
    organization: OrganizationId,
) -> Result<Vec<(MemberId, String)>, Failure> {
    let rows = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::status.eq(MemberStatus::Active))
        .filter(members::role.eq_any([Role::Admin, Role::Editor]))
        .order(members::id);
    Ok(rows.select((members::id, members::email)).load(conn)?)
}
