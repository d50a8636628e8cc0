//! `/rounds`: every round that the reader may see, the latest first.

use askama::Template;

use super::{badge, bureau_name};
use crate::policy::{self, Action, Openness, Subject};
use crate::rounds::RoundId;
use crate::rounds::api::drafts_of;
use crate::rounds::card::{self, RoundCard};
use crate::rounds::store::{self, Filter};
use crate::rounds::windows::WindowKind;
use crate::web::{Answer, Page, PageQuery, Shell, Visit, page};

/// A round as a list shows it.
#[derive(Debug, Clone)]
pub struct RoundEntry {
    /// Its page.
    pub href: String,
    /// 題名
    pub title: String,
    /// Its state, as the look of a badge and in words.
    pub badge: (&'static str, String),
    /// The bureau's name.
    pub bureau: String,
    /// Its windows and days in words; which are open.
    pub windows: Vec<(String, String, bool)>,
    /// How many challenges take part.
    pub challenges: String,
}

#[derive(Template)]
#[template(path = "rounds/templates/list.html")]
struct List {
    shell: Shell,
    entries: Vec<RoundEntry>,
    next: String,
    first: String,
    may_begin: bool,
}

/// `card` in a list.
pub fn entry(shell: &Shell, card: &RoundCard) -> RoundEntry {
    let window = |kind: &WindowKind| {
        let days = card.windows.of(*kind);
        let values = [("from", shell.date(days.from)), ("to", shell.date(days.to))];
        (shell.name("rounds.window", kind), shell.tf("rounds.days", &values), card.open.contains(kind))
    };
    RoundEntry {
        href: shell.link(&format!("/rounds/{}", card.id)),
        title: card.title.clone(),
        badge: (badge(card.status), shell.name("rounds.status", card.status)),
        bureau: bureau_name(shell.locale, &card.bureau),
        windows: WindowKind::ALL.iter().map(window).collect(),
        challenges: shell.count("rounds.challenges", card.challenges),
    }
}

/// `GET /rounds`
///
/// # Errors
/// `Invalid` for a wrong cursor.
pub async fn list(visit: Visit) -> Answer {
    let query = PageQuery::new(None, visit.query("cursor"), None);
    let later = query.cursor.is_some();
    let now = visit.services().clock().now();
    let found = visit
        .read(move |conn, actor| {
            let (limit, after): (i64, Option<RoundId>) = (query.checked_limit()?, query.place()?);
            let filter = Filter { drafts_of: drafts_of(actor), ..Filter::default() };
            let rows = store::list(conn, &filter, after, limit)?;
            let Page { items, next, total } = Page::cut(rows, limit, None, |round| round.id)?;
            Ok(Page { items: card::cards(conn, &items, now)?, next, total })
        })
        .await?;
    let shell = visit.shell("rounds.list.title");
    let own = visit.actor().member().and_then(|member| member.covers.first().copied());
    let own = Subject { prefecture: own, openness: Openness::Public, ..Subject::default() };
    let shown = List {
        entries: found.items.iter().map(|card| entry(&shell, card)).collect(),
        next: found.next.map(|cursor| format!("/rounds?cursor={cursor}")).unwrap_or_default(),
        first: if later { "/rounds".to_owned() } else { String::new() },
        may_begin: policy::allows(visit.actor(), Action::RunRound, &own),
        shell,
    };
    page::html(200, &shown)
}
