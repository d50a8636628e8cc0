//! What an operator sees of the outbox and does with mails that did not go out. Never their text.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{Kind, MailId, MailState};
use crate::audit;
use crate::db::schema::mails;
use crate::db::{DbConn, MultiBackend, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Subject};
use crate::services::Deed;
use crate::web::{Page, PageQuery};

/// A mail as operators see it.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = mails, check_for_backend(crate::db::MultiBackend))]
pub struct MailView {
    pub(super) id: MailId,
    pub(super) kind: Kind,
    pub(super) recipient: String,
    pub(super) subject: String,
    /// Whether a person waits for it.
    urgent: bool,
    pub(super) state: MailState,
    pub(super) attempts: i32,
    /// The next attempt, while `queued` or `failed`.
    #[schema(value_type = String, format = DateTime)]
    pub(super) due_at: Timestamp,
    /// Why the last attempt failed, in the words of the mail server.
    pub(super) last_error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub(super) created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) sent_at: Option<Timestamp>,
}

impl MailView {
    /// The same without who gets it, where that alone tells what is sealed.
    fn veiled(mut self) -> Self {
        if self.kind.is_sealed() {
            self.recipient = SEALED.to_owned();
            self.last_error = self.last_error.map(|_| SEALED.to_owned());
        }
        self
    }
}

/// What stands in the place of something sealed.
const SEALED: &str = "***";

/// How many parked mails are on their way again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Released {
    released: usize,
}

fn filtered<'q>(state: Option<MailState>) -> mails::BoxedQuery<'q, MultiBackend> {
    let rows = mails::table.into_boxed();
    match state {
        Some(state) => rows.filter(mails::state.eq(state)),
        None => rows,
    }
}

/// A page of the outbox, newest first.
///
/// # Errors
/// `Forbidden` for all but operators, `Invalid` for a wrong limit or cursor.
pub(super) fn page(
    conn: &mut DbConn,
    actor: &Actor,
    state: Option<MailState>,
    query: &PageQuery,
) -> Result<Page<MailView>, Failure> {
    policy::require(actor, Action::Operate, &Subject::default())?;
    let (limit, place) = (query.checked_limit()?, query.place::<MailId>()?);
    let total = match query.total {
        Some(true) => Some(filtered(state).count().get_result(conn)?),
        _ => None,
    };
    let mut rows = filtered(state);
    if let Some(last) = place {
        rows = rows.filter(mails::id.lt(last));
    }
    let rows: Vec<MailView> = rows
        .order(mails::id.desc())
        .limit(limit.saturating_add(1))
        .select(MailView::as_select())
        .load(conn)?;
    Ok(Page::cut(rows, limit, total, |mail| mail.id)?.map(MailView::veiled))
}

/// How many mails are in each state that has any.
///
/// # Errors
/// `Forbidden` for all but operators.
pub(crate) fn depth(conn: &mut DbConn, actor: &Actor) -> Result<Vec<(MailState, i64)>, Failure> {
    policy::require(actor, Action::Operate, &Subject::default())?;
    let counted = mails::table.group_by(mails::state).select((mails::state, diesel::dsl::count_star()));
    let mut depth: Vec<(MailState, i64)> = counted.load(conn)?;
    depth.sort_by_key(|(state, _)| MailState::ALL.iter().position(|one| one == state));
    Ok(depth)
}

/// Puts a mail that failed or died back into the queue, with all its attempts before it.
///
/// # Errors
/// `Forbidden`, `NotFound`; `IllegalStep` from any other state; `Conflict` when its text was erased because it
/// held a secret.
pub(super) fn retry(deed: &mut Deed<'_>, id: MailId) -> Result<MailView, Failure> {
    policy::require(deed.by(), Action::Operate, &Subject::default())?;
    let now = deed.now();
    let (state, text): (MailState, String) =
        mails::table.find(id).select((mails::state, mails::body_text)).first(deed.conn())?;
    let illegal = |from: MailState| Failure::IllegalStep {
        step: "retry",
        from: from.as_str(),
        legal: if from == MailState::Parked { vec!["release"] } else { Vec::new() },
    };
    if !matches!(state, MailState::Failed | MailState::Dead) {
        return Err(illegal(state));
    }
    if text.is_empty() {
        return Err(Failure::Conflict("mail_erased"));
    }
    let again = diesel::update(mails::table.find(id).filter(mails::state.eq(state)))
        .set((mails::state.eq(MailState::Queued), mails::attempts.eq(0), mails::due_at.eq(now)))
        .execute(deed.conn())?;
    if again == 0 {
        // A sender took it in this moment.
        return Err(illegal(MailState::Sending));
    }
    let event = audit::Event::new("mail.retry", "mail", id.0);
    audit::record(deed, event.change(json!({"state": state}), json!({"state": MailState::Queued})))?;
    let again: MailView = mails::table.find(id).select(MailView::as_select()).first(deed.conn())?;
    Ok(again.veiled())
}

/// Puts every mail that a restore parked back into the queue.
///
/// # Errors
/// `Forbidden` for all but operators.
pub(super) fn release(deed: &mut Deed<'_>) -> Result<Released, Failure> {
    policy::require(deed.by(), Action::Operate, &Subject::default())?;
    let now = deed.now();
    let parked = mails::table.filter(mails::state.eq(MailState::Parked)).filter(mails::body_text.ne(""));
    let released = diesel::update(parked)
        .set((mails::state.eq(MailState::Queued), mails::attempts.eq(0), mails::due_at.eq(now)))
        .execute(deed.conn())?;
    if released > 0 {
        let event = audit::Event::new("mail.release", "mail", uuid::Uuid::nil());
        audit::record(deed, event.change(None, json!({"released": released})))?;
    }
    Ok(Released { released })
}
