//! `/matches`: the matches that the reader may list, by state.

use askama::Template;

use super::{ChallengeLine, SolutionLine};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matches::store::{self, Filter};
use crate::matches::view::{self, Card};
use crate::matches::{MatchId, Status};
use crate::policy::{self, Actor};
use crate::web::{Answer, Page, PageQuery, Shell, Visit, page};

/// One match of the list.
struct Row {
    href: String,
    status: Status,
    challenge: ChallengeLine,
    solution: SolutionLine,
    points: String,
    since: String,
    /// What the reader can do next, in words; empty when nothing.
    next: String,
}

#[derive(Template)]
#[template(path = "matches/templates/list.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    /// The states as tabs: label, address, whether it is this one.
    tabs: Vec<(String, String, bool)>,
    next: String,
    first: String,
    filtered: bool,
    for_vendor: bool,
}

/// `GET /matches`
///
/// # Errors
/// `Unauthenticated`; `Invalid` for an unknown state.
pub async fn list(visit: Visit) -> Answer {
    let for_vendor = visit.member()?.kind == crate::accounts::OrganizationKind::Vendor;
    let status = visit.query("status").filter(|text| !text.is_empty());
    let status = status.map(|text| Status::parse(&text)).transpose();
    let status = status.map_err(|invalid| Failure::field("/status", invalid))?;
    let query = PageQuery::new(None, visit.query("cursor"), None);
    let later = query.cursor.is_some();
    let found = visit
        .read(move |conn, actor| {
            let counted = Status::ALL.iter().map(|status| count(conn, actor, *status));
            let counts: Vec<i64> = counted.collect::<Result<_, _>>()?;
            Ok((cards(conn, actor, status, &query)?, counts))
        })
        .await?;
    let (found, counts) = found;
    let shell = visit.shell("matches.list.title");
    let today = visit.services().clock().now().japan_date();
    let address = |status: Option<Status>| match status {
        Some(status) => format!("/matches?status={status}"),
        None => "/matches".to_owned(),
    };
    let next = found.next.map(|cursor| {
        let joint = if status.is_some() { '&' } else { '?' };
        format!("{}{joint}cursor={cursor}", address(status))
    });
    let rows: Vec<Row> = found.items.iter().map(|card| row(&shell, card, today)).collect();
    let shown = List {
        rows,
        tabs: tabs(&shell, status, &counts, address),
        next: next.unwrap_or_default(),
        first: if later { address(status) } else { String::new() },
        filtered: status.is_some(),
        for_vendor,
        shell,
    };
    page::html(200, &shown)
}

fn count(conn: &mut DbConn, actor: &Actor, status: Status) -> Result<i64, Failure> {
    let filter = Filter { status: Some(status), ..Filter::default() };
    store::count(conn, &policy::match_scope(actor)?, &filter)
}

fn cards(
    conn: &mut DbConn,
    actor: &Actor,
    status: Option<Status>,
    query: &PageQuery,
) -> Result<Page<Card>, Failure> {
    let (limit, after): (i64, Option<MatchId>) = (query.checked_limit()?, query.place()?);
    let filter = Filter { status, ..Filter::default() };
    let rows = store::list(conn, &policy::match_scope(actor)?, &filter, after, limit)?;
    let Page { items, next, total } = Page::cut(rows, limit, None, |known| known.row.id)?;
    Ok(Page { items: view::cards(conn, actor, items)?, next, total })
}

/// All, and every state that something is in.
fn tabs(
    shell: &Shell,
    chosen: Option<Status>,
    counts: &[i64],
    address: impl Fn(Option<Status>) -> String,
) -> Vec<(String, String, bool)> {
    let label = |name: String, count: i64| {
        shell.tf("matches.list.tab", &[("name", name), ("count", shell.number(count))])
    };
    let all = (label(shell.t("matches.list.all"), counts.iter().sum()), address(None), chosen.is_none());
    let states = Status::ALL.iter().zip(counts);
    let states = states.filter(|(status, count)| **count > 0 || chosen == Some(**status));
    let states = states.map(|(status, count)| {
        let name = shell.name("matches.status", status);
        (label(name, *count), address(Some(*status)), chosen == Some(*status))
    });
    std::iter::once(all).chain(states).collect()
}

fn row(shell: &Shell, card: &Card, today: chrono::NaiveDate) -> Row {
    let steps = card.steps.iter().map(|step| shell.name("matches.step", step));
    Row {
        href: format!("/matches/{}", card.id),
        status: card.status,
        challenge: ChallengeLine::of(shell, &card.challenge, today),
        solution: SolutionLine::of(shell, &card.solution),
        points: shell.points(card.score),
        since: shell.day_of(card.updated_at),
        next: steps.collect::<Vec<_>>().join(&shell.t("matching.list")),
    }
}
