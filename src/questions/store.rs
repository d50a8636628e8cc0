//! The rows of questions.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{Audience, QuestionId, Status};
use crate::accounts::{MemberId, OrganizationId};
use crate::challenges::ChallengeId;
use crate::db::schema::{challenges, questions};
use crate::db::{DbConn, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::policy::Desk;

/// One question as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = questions, check_for_backend(MultiBackend))]
pub(super) struct Question {
    pub(super) id: QuestionId,
    pub(super) challenge_id: ChallengeId,
    pub(super) organization_id: OrganizationId,
    pub(super) asked_by: Option<MemberId>,
    pub(super) status: Status,
    pub(super) body: String,
    pub(super) answer: Option<String>,
    pub(super) audience: Option<Audience>,
    pub(super) answered_by: Option<MemberId>,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) hidden_reason: Option<String>,
    pub(super) chase_at: Option<Timestamp>,
    pub(super) version: i32,
    pub(super) asked_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

pub(super) fn insert(conn: &mut DbConn, question: &Question) -> Result<(), Failure> {
    diesel::insert_into(questions::table).values(question).execute(conn)?;
    Ok(())
}

/// The question, its row locked until the deed is done.
pub(super) fn lock(conn: &mut DbConn, id: QuestionId) -> Result<Question, Failure> {
    let row = questions::table.filter(questions::id.eq(id)).select(questions::id);
    let _locked: QuestionId = lock_rows(row).get_result(conn)?;
    find(conn, id)
}

pub(super) fn find(conn: &mut DbConn, id: QuestionId) -> Result<Question, Failure> {
    Ok(questions::table.find(id).select(Question::as_select()).first(conn)?)
}

/// Those on a challenge, oldest first.
pub(super) fn on(conn: &mut DbConn, challenge: ChallengeId) -> Result<Vec<Question>, Failure> {
    let rows = questions::table
        .filter(questions::challenge_id.eq(challenge))
        .order((questions::asked_at, questions::id))
        .select(Question::as_select())
        .load(conn)?;
    Ok(rows)
}

/// How many questions of a vendor on a challenge still wait for an answer.
pub(super) fn waiting_of(
    conn: &mut DbConn,
    challenge: ChallengeId,
    vendor: OrganizationId,
) -> Result<i64, Failure> {
    let count = questions::table
        .filter(questions::challenge_id.eq(challenge))
        .filter(questions::organization_id.eq(vendor))
        .filter(questions::status.eq(Status::Asked))
        .count()
        .get_result(conn)?;
    Ok(count)
}

/// Writes `next` over the row that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update(
    conn: &mut DbConn,
    before: &Question,
    next: &mut Question,
    now: Timestamp,
) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    next.updated_at = now;
    let written = diesel::update(
        questions::table
            .filter(questions::id.eq(before.id))
            .filter(questions::status.eq(before.status))
            .filter(questions::version.eq(before.version)),
    )
    .set((
        questions::status.eq(next.status),
        questions::answer.eq(&next.answer),
        questions::audience.eq(next.audience),
        questions::answered_by.eq(next.answered_by),
        questions::answered_at.eq(next.answered_at),
        questions::hidden_reason.eq(&next.hidden_reason),
        questions::chase_at.eq(next.chase_at),
        questions::version.eq(next.version),
        questions::updated_at.eq(next.updated_at),
    ))
    .execute(conn)?;
    if written == 1 { Ok(()) } else { Err(Failure::Stale { current: find(conn, before.id)?.version }) }
}

/// The vendors that asked on a challenge and did not take it back.
pub(super) fn askers(conn: &mut DbConn, challenge: ChallengeId) -> Result<BTreeSet<OrganizationId>, Failure> {
    let vendors: Vec<OrganizationId> = questions::table
        .filter(questions::challenge_id.eq(challenge))
        .filter(questions::status.ne(Status::Withdrawn))
        .select(questions::organization_id)
        .distinct()
        .load(conn)?;
    Ok(vendors.into_iter().collect())
}

/// Challenges with questions whose answer is overdue, at most `limit`.
pub(super) fn overdue(conn: &mut DbConn, now: Timestamp, limit: i64) -> Result<Vec<ChallengeId>, Failure> {
    let rows = questions::table
        .filter(questions::status.eq(Status::Asked))
        .filter(questions::chase_at.le(now))
        .select(questions::challenge_id)
        .distinct()
        .limit(limit)
        .load(conn)?;
    Ok(rows)
}

/// Puts the next reminder of the overdue questions on a challenge off until `next`; how many were overdue.
pub(super) fn put_off(
    conn: &mut DbConn,
    challenge: ChallengeId,
    now: Timestamp,
    next: Option<Timestamp>,
) -> Result<usize, Failure> {
    let overdue = questions::table
        .filter(questions::challenge_id.eq(challenge))
        .filter(questions::status.eq(Status::Asked))
        .filter(questions::chase_at.le(now));
    Ok(diesel::update(overdue).set(questions::chase_at.eq(next)).execute(conn)?)
}

/// The questions on a challenge that nobody answered yet.
pub(super) fn waiting(conn: &mut DbConn, challenge: ChallengeId) -> Result<Vec<Question>, Failure> {
    Ok(on(conn, challenge)?.into_iter().filter(|one| one.status == Status::Asked).collect())
}

/// Puts the next reminder of all questions on a challenge that nobody answered off until `next`.
pub(super) fn remind_again(
    conn: &mut DbConn,
    challenge: ChallengeId,
    next: Timestamp,
) -> Result<(), Failure> {
    let asked = questions::table
        .filter(questions::challenge_id.eq(challenge))
        .filter(questions::status.eq(Status::Asked));
    diesel::update(asked).set(questions::chase_at.eq(Some(next))).execute(conn)?;
    Ok(())
}

/// The unanswered questions of a desk that were asked until `until`, on challenges to which an answer still matters.
pub(super) fn late(
    conn: &mut DbConn,
    desk: &Desk,
    until: Timestamp,
) -> Result<Vec<(ChallengeId, Timestamp, Option<Timestamp>)>, Failure> {
    let mut query = questions::table
        .inner_join(challenges::table)
        .filter(questions::status.eq(Status::Asked))
        .filter(questions::asked_at.le(until))
        .filter(challenges::status.eq_any(["open", "closed"]))
        .into_boxed();
    if let Desk::Region(prefectures) = desk {
        let prefectures: Vec<i32> = prefectures.iter().copied().map(i32::from).collect();
        query = query.filter(challenges::prefecture.eq_any(prefectures));
    }
    let rows = query.order((questions::asked_at, questions::id));
    Ok(rows.select((questions::challenge_id, questions::asked_at, questions::chase_at)).load(conn)?)
}
