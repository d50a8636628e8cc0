//! `/moderation`

use std::collections::HashSet;

use actix_web::web::Path;
use askama::Template;

use super::glance::{self, Glance, Thing};
use crate::accounts::Locale;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::moderation::acts::{self, Act, BatchId, Decision, Item};
use crate::moderation::queue::{self, Place, Waiting, WaitingCounts, WaitingKind};
use crate::moderation::waiting;
use crate::policy::{self, Actor};
use crate::reference::Prefecture;
use crate::services::Deed;
use crate::web::forms::{FormView, Typed};
use crate::web::{Answer, Flash, Page, PageQuery, Problem, Sent, Shell, Visit, page};

/// Things on one page: an officer clears ten in one go and sees what follows.
const LIMIT: i64 = 20;
/// Things that can be decided in one go.
const MOST_AT_ONCE: usize = 100;

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

/// What can still be taken back: one batch.
struct Undoable {
    batch: String,
    /// What was done to what.
    lines: Vec<String>,
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

#[derive(Template)]
#[template(path = "moderation/templates/decline.html")]
struct Decline {
    shell: Shell,
    /// What is decided: as forms send it, and what it is called.
    items: Vec<(String, String)>,
    form: FormView,
    /// Texts to begin with: their key, and what they are about.
    replies: Vec<(String, String)>,
    kind: String,
}

/// What the page reads.
struct Found {
    page: Page<Waiting>,
    versions: Vec<Option<i32>>,
    things: Vec<Thing>,
    counts: WaitingCounts,
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
        Some(member) => acts::undoable(conn, member.member, now)?,
        None => Vec::new(),
    };
    Ok(Found { page, versions, things, counts: waiting::counts(conn, &desk)?, undoable })
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

async fn shown(
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
        tabs: tabs(&shell, kind, found.counts, address),
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
        waiting.prefecture.and_then(Prefecture::from_code).map(|prefecture| match shell.locale {
            Locale::Ja => prefecture.name_ja(),
            Locale::En => prefecture.name_en(),
        });
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
    counts: WaitingCounts,
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
    std::iter::once(all).chain(kinds).collect()
}

/// What can be taken back, those done together as one.
fn batches(shell: &Shell, acts: &[Act], now: Timestamp) -> Vec<Undoable> {
    let mut batches: Vec<(BatchId, Timestamp, Vec<String>)> = Vec::new();
    for act in acts {
        let verb = shell.name(&format!("moderation.done.{}", act.kind), &act.act);
        let line = shell.tf("moderation.undo_line", &[("title", act.title.clone()), ("act", verb)]);
        match batches.iter_mut().find(|(batch, _, _)| *batch == act.batch) {
            Some((_, until, lines)) => {
                *until = (*until).min(act.undo_until);
                lines.push(line);
            }
            None => batches.push((act.batch, act.undo_until, vec![line])),
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

/// `POST /moderation`: decides about what was chosen, or asks for the words of a refusal first.
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for whoever has no desk.
pub async fn act(sent: Sent) -> Answer {
    let (visit, typed) = (&sent.visit, &sent.typed);
    policy::desk(visit.actor())?;
    let kind = typed.text("kind");
    let items = chosen(typed)?;
    if items.is_empty() {
        let nothing = visit.shell("moderation.title").t("moderation.nothing_chosen");
        let failed = vec![(String::new(), nothing)];
        return shown(visit, kind, None, (422, &HashSet::new(), failed)).await;
    }
    let decision = Decision::parse(typed.get("decision")).ok();
    let reply = typed.text("reply");
    let comment = typed.text("comment");
    let Some(decision) = decision.filter(|_| reply.is_none()) else {
        return decline(visit, typed, &items, reply.as_deref(), FieldErrors::new()).await;
    };
    if decision == Decision::Decline && comment.is_none() {
        let missing = FieldErrors::one("/comment", Invalid::new("required"));
        return decline(visit, typed, &items, None, missing).await;
    }
    let (failed, wrong) = decide(&sent, &items, decision, comment.as_deref()).await?;
    if let Some(errors) = wrong {
        return decline(visit, typed, &items, None, errors).await;
    }
    if failed.is_empty() {
        let back = kind.map_or_else(|| "/moderation".to_owned(), |kind| format!("/moderation?kind={kind}"));
        return Ok(visit.go_saying(back, &Flash::said("moderation_done")));
    }
    let still: HashSet<String> = failed.iter().map(|(item, _, _)| item.to_string()).collect();
    let told = failed.into_iter().map(|(_, title, why)| (title, why)).collect();
    shown(visit, kind, None, (409, &still, told)).await
}

/// The things that a form names.
fn chosen(typed: &Typed) -> Result<Vec<Item>, Failure> {
    let mut items: Vec<Item> = Vec::new();
    for text in typed.all("item") {
        let item = Item::parse(text).map_err(|invalid| Failure::field("/item", invalid))?;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    if items.len() > MOST_AT_ONCE {
        let invalid = Invalid::new("too_many_entries").with("max", MOST_AT_ONCE).with("actual", items.len());
        return Err(Failure::field("/item", invalid));
    }
    Ok(items)
}

/// What could not be done: the thing, what it is called, and why.
type Failed = Vec<(Item, String, String)>;

/// Decides about each thing by itself, so that one that cannot be decided does not hold up the others. Answers what
/// could not be done; or what is wrong with the comment, when that is what stands in the way.
async fn decide(
    sent: &Sent,
    items: &[Item],
    decision: Decision,
    comment: Option<&str>,
) -> Result<(Failed, Option<FieldErrors>), Failure> {
    let visit = &sent.visit;
    let batch = BatchId::new();
    let done_before = done_before(visit).await?;
    let mut failed: Failed = Vec::new();
    for item in items.iter().copied() {
        // The same form sent twice does nothing twice, and complains of nothing.
        if done_before.contains(&(item.id, decision.verb(item.kind).to_owned())) {
            continue;
        }
        let comment = comment.map(str::to_owned);
        let done = sent.perform(move |deed| acts::act(deed, batch, item, decision, comment.as_deref()));
        match done.await {
            Ok(()) => {}
            Err(Failure::Invalid(errors)) if errors.iter().all(|(pointer, _)| is_comment(pointer)) => {
                let mut mapped = FieldErrors::new();
                for (_, invalid) in errors.iter() {
                    mapped.add("/comment", invalid.clone());
                }
                return Ok((failed, Some(mapped)));
            }
            Err(failure @ (Failure::Busy | Failure::Internal(_) | Failure::Unauthenticated(_))) => {
                return Err(failure);
            }
            Err(failure) => {
                let title = title_of(visit, item).await?;
                failed.push((item, title, said(visit.locale(), &failure)));
            }
        }
    }
    Ok((failed, None))
}

/// What this member has just done: the things, and the verbs.
async fn done_before(visit: &Visit) -> Result<HashSet<(uuid::Uuid, String)>, Failure> {
    let (member, now) = (visit.member()?.member, visit.services().clock().now());
    let acts = visit.read(move |conn, _| acts::undoable(conn, member, now)).await?;
    Ok(acts.into_iter().map(|act| (act.subject.0, act.act)).collect())
}

fn is_comment(pointer: &str) -> bool {
    matches!(pointer, "/comment" | "/reason" | "/note")
}

/// A failure in words, with every field that is wrong.
fn said(locale: Locale, failure: &Failure) -> String {
    let problem = Problem::of(failure, locale, None);
    let fields = problem.errors.iter().map(|field| field.detail.clone());
    std::iter::once(problem.detail.clone()).chain(fields).collect::<Vec<_>>().join(" ")
}

async fn title_of(visit: &Visit, item: Item) -> Result<String, Failure> {
    let found = visit.read(move |conn, actor| {
        policy::desk(actor)?;
        acts::title(conn, item)
    });
    match found.await {
        Err(Failure::NotFound) => Ok(String::new()),
        found => found,
    }
}

/// The page that asks for the words of a refusal, with a text to begin with when one was picked.
async fn decline(
    visit: &Visit,
    typed: &Typed,
    items: &[Item],
    reply: Option<&str>,
    errors: FieldErrors,
) -> Answer {
    let mut named = Vec::with_capacity(items.len());
    for item in items {
        named.push((item.to_string(), title_of(visit, *item).await?));
    }
    let shell = visit.shell("moderation.decline.title");
    let kinds: HashSet<WaitingKind> = items.iter().map(|item| item.kind).collect();
    let replies: Vec<(String, String)> = WaitingKind::ALL
        .iter()
        .filter(|kind| kinds.contains(kind))
        .flat_map(|kind| replies(*kind).iter().map(move |reply| format!("{kind}.{reply}")))
        .map(|key| (key.clone(), shell.t(&format!("moderation.reply.{key}.label"))))
        .collect();
    let mut typed = typed.clone();
    if let Some(reply) = reply.filter(|reply| replies.iter().any(|(key, _)| key == reply)) {
        typed.set("comment", shell.t(&format!("moderation.reply.{reply}.text")));
    }
    let status = if errors.is_empty() { 200 } else { 422 };
    let shown = Decline {
        items: named,
        kind: typed.get("kind").to_owned(),
        form: FormView::new(shell.locale, "moderation.form", typed).with_errors(errors),
        replies,
        shell,
    };
    page::html(status, &shown)
}

/// The texts to begin a refusal with, by kind; they stand in the locale files.
fn replies(kind: WaitingKind) -> &'static [&'static str] {
    match kind {
        WaitingKind::Organization => &["identity", "duplicate"],
        WaitingKind::Challenge => &["problem", "budget", "personal"],
        WaitingKind::Solution => &["price", "claims", "scope"],
        WaitingKind::Match => &["scope", "budget", "already"],
        WaitingKind::Confirmation => &["address", "private"],
    }
}

/// `POST /moderation/undo/{batch}`: takes back what was done together.
///
/// # Errors
/// `NotFound` for what is no batch; `Forbidden` for whoever has no desk.
pub async fn undo(sent: Sent, path: Path<String>) -> Answer {
    let batch: BatchId = path.parse().map_err(|_| Failure::NotFound)?;
    let visit = &sent.visit;
    policy::desk(visit.actor())?;
    let acts = visit.read(move |conn, _| acts::of_batch(conn, batch)).await?;
    let mut failed = Vec::new();
    for act in acts {
        let id = act.id;
        match sent.perform(move |deed: &mut Deed<'_>| acts::undo(deed, id)).await {
            Ok(()) => {}
            Err(Failure::NotFound) => return Err(Failure::NotFound),
            Err(failure @ (Failure::Busy | Failure::Internal(_))) => return Err(failure),
            Err(failure) => failed.push((act.title, said(visit.locale(), &failure))),
        }
    }
    if failed.is_empty() {
        return Ok(visit.go_saying("/moderation", &Flash::said("moderation_undone")));
    }
    shown(visit, None, None, (409, &HashSet::new(), failed)).await
}
