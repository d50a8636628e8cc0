//! The notices of a member, in the app.

use serde::Serialize;
use utoipa::ToSchema;

use super::preferences::Preferences;
use super::store::{self, Mine};
use super::{Kind, NoticeId, digest};
use crate::accounts::{Locale, MemberId};
use crate::audit::{self, SubjectId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::services::Deed;
use crate::web::{Page, PageQuery};
use serde_json::{Map, Value, json};

/// A notice as its member sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    pub(super) id: NoticeId,
    /// What kind of message.
    kind: Kind,
    /// What it says, in the reader's language.
    pub(super) title: String,
    /// Where it leads; `null` when the mail held a single-use link.
    pub(super) path: Option<String>,
    /// The thing it is about.
    subject: SubjectView,
    #[schema(value_type = String, format = DateTime)]
    pub(super) created_at: Timestamp,
    /// `null` while unread.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
}

/// The thing a notice is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// `challenge`, `solution`, `match`, `organization` …
    kind: String,
    id: SubjectId,
}

impl NoticeView {
    fn of(notice: store::Stored, locale: Locale) -> Self {
        Self {
            title: digest::title(&notice, locale),
            path: digest::path(&notice),
            id: notice.id,
            kind: notice.kind,
            subject: SubjectView { kind: notice.subject_kind, id: notice.subject_id },
            created_at: notice.created_at,
            read_at: notice.read_at,
        }
    }
}

/// A page of a member's notices, newest first.
///
/// # Errors
/// `Invalid` for a wrong limit or cursor.
pub(super) fn page(
    conn: &mut DbConn,
    member: MemberId,
    unread: Option<bool>,
    query: &PageQuery,
    (locale, now): (Locale, Timestamp),
) -> Result<Page<NoticeView>, Failure> {
    let (limit, place, which) = (query.checked_limit()?, query.place()?, Mine { member, unread, now });
    let total = match query.total {
        Some(true) => Some(store::count(conn, which)?),
        _ => None,
    };
    let rows = store::list(conn, which, place, limit.saturating_add(1))?;
    Ok(Page::cut(rows, limit, total, |notice| notice.id)?.map(|notice| NoticeView::of(notice, locale)))
}

/// How many notices a member has not read.
///
/// # Errors
/// When they cannot be counted.
pub fn unread(conn: &mut DbConn, member: MemberId, now: Timestamp) -> Result<i64, Failure> {
    store::count(conn, Mine { member, unread: Some(true), now })
}

/// Changes a member's own preferences by a merge patch; answers them and the member's new version.
///
/// # Errors
/// `Invalid` naming every wrong member, `Stale`.
pub(super) fn choose(
    deed: &mut Deed<'_>,
    member: MemberId,
    expected: i32,
    patch: &Map<String, Value>,
) -> Result<(Preferences, i32), Failure> {
    let (before, _) = store::preferences(deed.conn(), member)?;
    let after = before.patched(patch)?;
    let version = store::save_preferences(deed, member, Some(expected), &after)?;
    let event = audit::Event::new("member.preferences", "member", member.0);
    audit::record(deed, event.change(json!(before), json!(after)))?;
    Ok((after, version))
}
