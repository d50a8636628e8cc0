//! `/notices`: what a member was told, the unread first.

use actix_web::web;
use askama::Template;

use crate::accounts::MemberId;
use crate::failure::Failure;
use crate::notices::inbox::{self, NoticeView};
use crate::notices::{NoticeId, digest, store};
use crate::web::{Answer, Flash, PageQuery, Sent, Shell, Visit, page};

const PATH: &str = "/notices";
/// Unread notices that are shown above the others; who has more reads those first.
const UNREAD_SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "notices/templates/inbox.html")]
struct Inbox {
    shell: Shell,
    unread: Vec<NoticeView>,
    more_unread: bool,
    read: Vec<NoticeView>,
    next: String,
    first: String,
}

impl Inbox {
    fn reading(&self, notice: &NoticeView) -> String {
        format!("{PATH}/{}/read", notice.id)
    }
}

/// `GET /notices`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let member = visit.member()?.member;
    let (locale, cursor) = (visit.locale(), visit.query("cursor"));
    let (is_first, now) = (cursor.is_none(), visit.services().clock().now());
    let (unread, read) = visit
        .read(move |conn, _| {
            let newest = PageQuery::new(Some(UNREAD_SHOWN), None, None);
            let unread = inbox::page(conn, member, Some(true), &newest, (locale, now))?;
            let older = PageQuery::new(None, cursor, None);
            Ok((unread, inbox::page(conn, member, Some(false), &older, (locale, now))?))
        })
        .await?;
    let next = read.next.map(|cursor| format!("{PATH}?cursor={cursor}")).unwrap_or_default();
    let first = if is_first { String::new() } else { PATH.to_owned() };
    let more_unread = unread.next.is_some();
    let shell = visit.shell("notices.inbox.title");
    page::html(200, &Inbox { shell, unread: unread.items, more_unread, read: read.items, next, first })
}

async fn mark(sent: &Sent, member: MemberId, one: Option<NoticeId>) -> Result<(), Failure> {
    sent.perform(move |deed| store::mark_read(deed, member, one)).await
}

/// `POST /notices/{id}/read`: opens it, which reads it.
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Busy`.
pub async fn read(sent: Sent, id: web::Path<NoticeId>) -> Answer {
    let (member, id) = (sent.visit.member()?.member, id.into_inner());
    mark(&sent, member, Some(id)).await?;
    let place = sent.visit.read(move |conn, _| Ok(digest::path(&store::one(conn, member, id)?))).await?;
    Ok(sent.visit.go(place.as_deref().filter(|path| page::is_local(path)).unwrap_or(PATH)))
}

/// `POST /notices/read-all`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn read_all(sent: Sent) -> Answer {
    let member = sent.visit.member()?.member;
    mark(&sent, member, None).await?;
    Ok(sent.visit.go_saying(PATH, &Flash::said("notices_read")))
}
