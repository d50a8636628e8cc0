//! The table of mails on their way: taking one, saying how it went.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

use super::{Kind, LeaseId, MailId, MailState};
use crate::db::schema::mails;
use crate::db::{DbConn, MultiBackend, Timestamp, columns};
use crate::failure::Failure;
use crate::services::Services;

/// How long a mail belongs to who took it, unless the lease is renewed. After a crash it is taken by another
/// when this is over.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How many due mails are looked at to take one: enough that several senders find one each.
const CANDIDATES: i64 = 16;
/// Sent mails are kept for questions about what went out; secrets in dead ones end with their links.
const KEEP_SENT: TimeDelta = TimeDelta::days(90);
const KEEP_DEAD_SECRETS: TimeDelta = TimeDelta::days(30);

/// A mail that was taken to be sent.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = mails, check_for_backend(crate::db::MultiBackend))]
pub(super) struct Outgoing {
    pub(super) id: MailId,
    pub(super) kind: Kind,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body_text: String,
    pub(super) body_html: String,
    pub(super) unsubscribe_url: Option<String>,
    pub(super) secret: bool,
    /// This attempt's number, from 1.
    pub(super) attempts: i32,
    /// What the reader's calendar is asked to do, and the file.
    pub(super) calendar_method: Option<String>,
    pub(super) calendar: Option<String>,
}

type Condition = Box<dyn BoxableExpression<mails::table, MultiBackend, SqlType = Nullable<Bool>>>;

/// Waiting and due, or left behind by a sender that died.
fn free(now: Timestamp, urgent_only: bool) -> Condition {
    let waiting = mails::state.eq_any([MailState::Queued, MailState::Failed]).and(mails::due_at.le(now));
    let left_behind = mails::state.eq(MailState::Sending).and(mails::leased_until.lt(now));
    Box::new(waiting.or(left_behind).and(mails::urgent.eq(true).or(mails::urgent.eq(urgent_only))))
}

/// Whether a mail waits to be taken.
pub(super) fn has_free(conn: &mut DbConn, now: Timestamp, urgent_only: bool) -> Result<bool, Failure> {
    let first: Option<MailId> =
        mails::table.filter(free(now, urgent_only)).select(mails::id).first(conn).optional()?;
    Ok(first.is_some())
}

/// Takes one mail, urgent ones first, then the longest due. The update repeats the condition, so that of several
/// senders that saw the same row one gets it.
pub(super) fn take(
    conn: &mut DbConn,
    now: Timestamp,
    urgent_only: bool,
    lease: LeaseId,
) -> Result<Option<Outgoing>, Failure> {
    let candidates: Vec<MailId> = mails::table
        .filter(free(now, urgent_only))
        .order((mails::urgent.desc(), mails::due_at, mails::id))
        .limit(CANDIDATES)
        .select(mails::id)
        .load(conn)?;
    for id in candidates {
        let taken = diesel::update(mails::table.find(id).filter(free(now, urgent_only)))
            .set((
                mails::state.eq(MailState::Sending),
                mails::lease.eq(Some(lease)),
                mails::leased_until.eq(Some(now.plus(LEASE))),
                mails::attempts.eq(mails::attempts + 1),
            ))
            .returning(columns::<Outgoing>())
            .get_result(conn)
            .optional()?;
        if taken.is_some() {
            return Ok(taken);
        }
    }
    Ok(None)
}

type Held = diesel::dsl::Filter<
    diesel::dsl::Filter<
        diesel::dsl::Find<mails::table, MailId>,
        diesel::dsl::Eq<mails::lease, Option<LeaseId>>,
    >,
    diesel::dsl::Eq<mails::state, MailState>,
>;

/// The mail, as long as it belongs to `lease`.
fn held(id: MailId, lease: LeaseId) -> Held {
    mails::table.find(id).filter(mails::lease.eq(Some(lease))).filter(mails::state.eq(MailState::Sending))
}

/// Keeps a mail that takes long. Answers whether it still belongs to `lease`.
pub(super) fn renew(conn: &mut DbConn, id: MailId, lease: LeaseId, now: Timestamp) -> Result<bool, Failure> {
    let renewed =
        diesel::update(held(id, lease)).set(mails::leased_until.eq(Some(now.plus(LEASE)))).execute(conn)?;
    Ok(renewed == 1)
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub(super) enum Ending {
    /// The transport has it.
    Sent {
        /// Whether its text must be forgotten now.
        secret: bool,
    },
    /// It is tried again at this instant.
    Again {
        /// When.
        due_at: Timestamp,
        /// Why, for operators.
        cause: String,
    },
    /// It is laid aside.
    Dead {
        /// Why, for operators.
        cause: String,
    },
}

/// Writes down how the attempt ended. Answers whether the mail still belonged to `lease`.
pub(super) fn end(
    conn: &mut DbConn,
    id: MailId,
    lease: LeaseId,
    now: Timestamp,
    ending: &Ending,
) -> Result<bool, Failure> {
    let (state, cause) = match ending {
        Ending::Sent { .. } => (MailState::Sent, None),
        Ending::Again { cause, .. } => (MailState::Failed, Some(cause)),
        Ending::Dead { cause } => (MailState::Dead, Some(cause)),
    };
    if let Ending::Sent { secret: true } = ending {
        diesel::update(held(id, lease))
            .set((mails::body_text.eq(""), mails::body_html.eq("")))
            .execute(conn)?;
    }
    if let Ending::Again { due_at, .. } = ending {
        diesel::update(held(id, lease)).set(mails::due_at.eq(*due_at)).execute(conn)?;
    }
    let sent_at = matches!(ending, Ending::Sent { .. }).then_some(now);
    let ended = diesel::update(held(id, lease))
        .set((
            mails::state.eq(state),
            mails::last_error.eq(cause),
            mails::sent_at.eq(sent_at),
            mails::lease.eq(None::<LeaseId>),
            mails::leased_until.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    Ok(ended == 1)
}

/// Tells the metrics how many mails stand where, and how long the oldest that is due waits.
///
/// # Errors
/// `Busy` when the database does not answer.
pub async fn measure(services: &Services) -> Result<bool, Failure> {
    let now = services.clock().now();
    let (counts, oldest): (Vec<(MailState, i64)>, Option<Timestamp>) = services
        .read(move |conn| {
            let counts = mails::table
                .group_by(mails::state)
                .select((mails::state, diesel::dsl::count_star()))
                .load(conn)?;
            let oldest = mails::table
                .filter(free(now, false))
                .order(mails::due_at)
                .select(mails::due_at)
                .first(conn)
                .optional()?;
            Ok((counts, oldest))
        })
        .await?;
    for state in MailState::ALL {
        let count = counts.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count);
        metrics::gauge!("kakehashi_mails", "state" => state.as_str()).set(count as f64);
    }
    let age = oldest.map_or(0.0, |due| (now.utc() - due.utc()).as_seconds_f64().max(0.0));
    metrics::gauge!("kakehashi_mails_oldest_due_seconds").set(age);
    Ok(false)
}

/// Forgets mails sent long ago, and the secrets in mails that never went out.
///
/// # Errors
/// `Internal` when a statement fails.
pub fn prune(conn: &mut DbConn, now: Timestamp) -> Result<usize, Failure> {
    let sent = mails::table
        .filter(mails::state.eq(MailState::Sent))
        .filter(mails::created_at.lt(now.plus(-KEEP_SENT)));
    let forgotten = diesel::delete(sent).execute(conn)?;
    let dead = mails::table
        .filter(mails::state.eq_any([MailState::Dead, MailState::Parked]))
        .filter(mails::secret.eq(true))
        .filter(mails::body_text.ne(""))
        .filter(mails::created_at.lt(now.plus(-KEEP_DEAD_SECRETS)));
    let erased =
        diesel::update(dead).set((mails::body_text.eq(""), mails::body_html.eq(""))).execute(conn)?;
    Ok(forgotten.saturating_add(erased))
}
