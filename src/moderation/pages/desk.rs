//! `/moderation`: what waits, and what can still be taken back.

use std::collections::HashSet;

use askama::Template;

use super::glance::{self, Glance, Thing};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::moderation::acts::{self, BatchId, Decision, Item};
use crate::moderation::overdue;
use crate::moderation::queue::{self, Place, Waiting, WaitingCounts, WaitingKind};
use crate::moderation::undo::{self, Act};
use crate::moderation::waiting;
use crate::policy::{self, Actor};
use crate::reference::Prefecture;
use crate::web::{Answer, Page, PageQuery, Shell, Visit, page};

/// Things on one page: an officer clears ten in one go and sees what follows.
const LIMIT: i64 = 20;

/// One thing that waits.
struct Row {
    /// As forms send it.
    item: String,
    id: String,
    kind: WaitingKind,
    title: String,
    owner: String,
    prefecture: String,
    since: String,
    days: String,
    /// Whether it waits longer than was promised.
    overdue: bool,
    chosen: bool,
    accept: String,
    decline: String,
    glance: Glance,
}

/// Acts by their ids, each in words.
type Lines = Vec<(String, String)>;

/// What can still be taken back: one batch.
struct Undoable {
    batch: String,
    /// What was done to what: the act, and it in words.
    lines: Lines,
    /// When the window ends, for a script that counts down.
    until: String,
    /// And for people.
    seconds: String,
}

#[derive(Template)]
#[template(path = "moderation/templates/desk.html")]
struct Desk {
    shell: Shell,
    rows: Vec<Row>,
    /// The kinds as tabs: label, address, whether it is this one.
    tabs: Vec<(String, String, bool)>,
    next: String,
    first: String,
    undoable: Vec<Undoable>,
    /// What could not be done, with the reason.
    failed: Vec<(String, String)>,
    kind: String,
    promised: String,
}

/// What the page reads.
struct Found {
    page: Page<Waiting>,
    versions: Vec<Option<i32>>,
    things: Vec<Thing>,
    counts: WaitingCounts,
    /// How many challenges wait for answers of their municipalities.
    overdue: usize,
    undoable: Vec<Act>,
}

fn find(
    conn: &mut DbConn,
    actor: &Actor,
    kind: Option<WaitingKind>,
    after: Option<Place>,
    now: Timestamp,
) -> Result<Found, Failure> {
    let desk = policy::desk(actor)?;
    let page = queue::page(conn, &desk, kind, (after, LIMIT), None, now)?;
    let mut things = Vec::with_capacity(page.items.len());
    let mut versions = Vec::with_capacity(page.items.len());
    for waiting in &page.items {
        versions.push(acts::version_of(conn, waiting.kind, waiting.id)?);
        things.push(glance::read(conn, actor, waiting.kind, waiting.id)?);
    }
    let undoable = match actor.member() {
        Some(member) => undo::undoable(conn, member.member, now)?,
        None => Vec::new(),
    };
    let overdue = overdue::overdue(conn, actor, &desk, now)?.len();
    Ok(Found { page, versions, things, counts: waiting::counts(conn, &desk)?, overdue, undoable })
}

/// `GET /moderation`
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for whoever has no desk.
pub async fn show(visit: Visit) -> Answer {
    let kind = visit.query("kind").filter(|text| !text.is_empty());
    let cursor = visit.query("cursor");
    shown(&visit, kind, cursor, (200, &HashSet::new(), Vec::new())).await
}

/// The desk, perhaps with what stays chosen and what could not be done.
pub(super) async fn shown(
    visit: &Visit,
    kind: Option<String>,
    cursor: Option<String>,
    (status, chosen, failed): (u16, &HashSet<String>, Vec<(String, String)>),
) -> Answer {
    policy::desk(visit.actor())?;
    let kind = kind.as_deref().map(WaitingKind::parse).transpose();
    let kind = kind.map_err(|invalid| Failure::field("/kind", invalid))?;
    let later = cursor.is_some();
    let after: Option<Place> = PageQuery::new(None, cursor, None).place()?;
    let now = visit.services().clock().now();
    let found = visit.read(move |conn, actor| find(conn, actor, kind, after, now)).await?;
    let promised = visit.services().settings().moderation.promised_days;
    let shell = visit.shell("moderation.title");
    let address = |kind: Option<WaitingKind>| match kind {
        Some(kind) => format!("/moderation?kind={kind}"),
        None => "/moderation".to_owned(),
    };
    let next = found.page.next.map(|cursor| {
        let joint = if kind.is_some() { '&' } else { '?' };
        format!("{}{joint}cursor={cursor}", address(kind))
    });
    let things = found.page.items.iter().zip(&found.versions).zip(&found.things);
    let rows =
        things.map(|((waiting, version), thing)| row(&shell, waiting, *version, thing, (promised, chosen)));
    let rows: Vec<Row> = rows.collect();
    let desk = Desk {
        rows,
        tabs: tabs(&shell, kind, (found.counts, found.overdue), address),
        next: next.unwrap_or_default(),
        first: if later { address(kind) } else { String::new() },
        undoable: batches(&shell, &found.undoable, now),
        failed,
        kind: kind.map(|kind| kind.to_string()).unwrap_or_default(),
        promised: shell.count("moderation.promised", promised),
        shell,
    };
    page::html(status, &desk)
}

fn row(
    shell: &Shell,
    waiting: &Waiting,
    version: Option<i32>,
    thing: &Thing,
    (promised, chosen): (i64, &HashSet<String>),
) -> Row {
    let item = Item { kind: waiting.kind, id: waiting.id, version }.to_string();
    let prefecture =
        waiting.prefecture.and_then(Prefecture::from_code).map(|prefecture| prefecture.name(shell.locale));
    Row {
        chosen: chosen.contains(&item),
        item,
        id: waiting.id.to_string(),
        kind: waiting.kind,
        title: waiting.title.clone(),
        owner: waiting.organization.name.clone(),
        prefecture: prefecture.unwrap_or_default().to_owned(),
        since: shell.date_time(waiting.since),
        days: match waiting.waiting_days {
            0 => shell.t("moderation.today"),
            days => shell.count("moderation.days", days),
        },
        overdue: waiting.waiting_days >= promised,
        accept: verb(shell, Decision::Accept, waiting.kind),
        decline: verb(shell, Decision::Decline, waiting.kind),
        glance: thing.glance(shell),
    }
}

fn verb(shell: &Shell, decision: Decision, kind: WaitingKind) -> String {
    shell.name(&format!("moderation.verb.{kind}"), decision.verb(kind))
}

/// Everything, and every kind of which something waits.
fn tabs(
    shell: &Shell,
    chosen: Option<WaitingKind>,
    (counts, overdue): (WaitingCounts, usize),
    address: impl Fn(Option<WaitingKind>) -> String,
) -> Vec<(String, String, bool)> {
    let label = |name: String, count: i64| {
        shell.tf("matches.list.tab", &[("name", name), ("count", shell.number(count))])
    };
    let all = (label(shell.t("matches.list.all"), counts.total()), address(None), chosen.is_none());
    let kinds = WaitingKind::ALL.iter().copied();
    let kinds = kinds.filter(|kind| counts.of(*kind) > 0 || chosen == Some(*kind));
    let kinds = kinds.map(|kind| {
        let name = shell.name("moderation.kind", kind);
        (label(name, counts.of(kind)), address(Some(kind)), chosen == Some(kind))
    });
    let late = i64::try_from(overdue).unwrap_or(i64::MAX);
    let late = (late > 0).then(|| {
        let name = shell.t("moderation.overdue_answers.title");
        (label(name, late), "/moderation/overdue".to_owned(), false)
    });
    std::iter::once(all).chain(kinds).chain(late).collect()
}

/// What can be taken back, those done together as one.
fn batches(shell: &Shell, acts: &[Act], now: Timestamp) -> Vec<Undoable> {
    let mut batches: Vec<(BatchId, Timestamp, Lines)> = Vec::new();
    for act in acts {
        let verb = shell.name(&format!("moderation.done.{}", act.kind), &act.act);
        let line = shell.tf("moderation.undo_line", &[("title", act.title.clone()), ("act", verb)]);
        match batches.iter_mut().find(|(batch, _, _)| *batch == act.batch) {
            Some((_, until, lines)) => {
                *until = (*until).min(act.undo_until);
                lines.insert(0, (act.id.to_string(), line));
            }
            None => batches.push((act.batch, act.undo_until, vec![(act.id.to_string(), line)])),
        }
    }
    let shown = batches.into_iter().map(|(batch, until, lines)| {
        let left = until.utc().signed_duration_since(now.utc()).num_seconds().max(0);
        Undoable {
            batch: batch.to_string(),
            lines,
            until: until.utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            seconds: shell.count("moderation.seconds", left),
        }
    });
    shown.collect()
}
