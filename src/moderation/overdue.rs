//! Answers that are overdue at a desk: questions that nobody answered, proposals without a decision. Nothing is decided
//! here; the bureau can have the municipality reminded, once a day.

use std::collections::{BTreeMap, HashMap};

use actix_web::web::Path;
use askama::Template;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Actor, Desk};
use crate::reference::Prefecture;
use crate::services::Deed;
use crate::text_enum;
use crate::web::{Answer, Body, Door, Flash, Page, Problem, Reply, Sent, Shell, Visit, page};
use crate::{proposals, questions};

#[derive(OpenApi)]
#[openapi(paths(list, remind), components(schemas(Overdue, OverdueKind, OverdueChallenge)))]
pub struct Doc;

text_enum! {
    /// What waits for an answer of the municipality.
    pub enum OverdueKind {
        /// Questions of vendors.
        Questions = "questions",
        /// Proposals that were opened.
        Proposals = "proposals",
    }
}

/// What is overdue at one challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overdue {
    /// What waits.
    pub kind: OverdueKind,
    /// At which challenge.
    pub challenge: OverdueChallenge,
    /// How many.
    pub count: usize,
    /// Since when the oldest waits.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Whole days since then.
    pub waiting_days: i64,
    /// When the municipality is reminded next without anybody's doing.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_reminder_at: Option<Timestamp>,
}

/// The challenge at which something is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OverdueChallenge {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ChallengeId,
    /// Its title.
    pub title: String,
    /// Its municipality.
    pub municipality: String,
    /// The number of its prefecture, 1 to 47.
    pub prefecture: Option<u8>,
}

/// Everything that is overdue at a desk, what has waited longest first.
///
/// # Errors
/// `Internal` when it cannot be read.
pub fn overdue(
    conn: &mut DbConn,
    actor: &Actor,
    desk: &Desk,
    now: Timestamp,
) -> Result<Vec<Overdue>, Failure> {
    type Group = (usize, Timestamp, Option<Timestamp>);
    let mut groups: BTreeMap<(OverdueKind, ChallengeId), Group> = BTreeMap::new();
    let late = [
        (OverdueKind::Questions, questions::late(conn, desk, now)?),
        (OverdueKind::Proposals, proposals::late(conn, desk, now)?),
    ];
    for (kind, rows) in late {
        for (challenge, since, next) in rows {
            let group = groups.entry((kind, challenge)).or_insert((0, since, next));
            *group = (group.0.saturating_add(1), group.1.min(since), group.2.max(next));
        }
    }
    let mut named: HashMap<ChallengeId, OverdueChallenge> = HashMap::new();
    let mut items = Vec::with_capacity(groups.len());
    for ((kind, id), (count, since, next)) in groups {
        let challenge = match named.get(&id) {
            Some(known) => known.clone(),
            None => {
                let brief = challenges::brief(conn, actor, id)?;
                let municipality = brief.municipality_name();
                let prefecture = brief.subject.prefecture;
                let challenge = OverdueChallenge { id, title: brief.title, municipality, prefecture };
                named.insert(id, challenge.clone());
                challenge
            }
        };
        let waited = now.utc().signed_duration_since(since.utc()).num_days().max(0);
        items.push(Overdue { kind, challenge, count, since, waiting_days: waited, next_reminder_at: next });
    }
    items.sort_by_key(|one| (one.since, one.kind, one.challenge.id));
    Ok(items)
}

/// Has the municipality of a challenge reminded.
fn reminded(deed: &mut Deed<'_>, kind: OverdueKind, challenge: ChallengeId) -> Result<(), Failure> {
    match kind {
        OverdueKind::Questions => questions::remind_now(deed, challenge),
        OverdueKind::Proposals => proposals::remind_now(deed, challenge),
    }
}

fn named(path: &Path<(String, String)>) -> Result<(OverdueKind, ChallengeId), Failure> {
    let kind = OverdueKind::parse(&path.0).map_err(|_| Failure::NotFound)?;
    Ok((kind, path.1.parse().map_err(|_| Failure::NotFound)?))
}

/// List overdue answers
///
/// Questions that wait for three days and more, and proposals that were opened two weeks ago and have no decision, by
/// challenge; what has waited longest first.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`.
#[utoipa::path(get, path = "/api/v1/moderation/overdue", tag = "moderation", security(("bearer" = [])),
    responses(
        (status = 200, description = "All of them", body = Page<Overdue>),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not a bureau", body = Problem),
    ))]
pub async fn list(door: Door) -> Answer {
    let now = door.services().clock().now();
    door.read(move |conn, actor| {
        let items = overdue(conn, actor, &policy::desk(actor)?, now)?;
        Reply::ok(&Page { items, next: None, total: None })
    })
    .await
}

/// Remind a municipality
///
/// Of the questions or proposals to a challenge that are overdue; once a day.
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Conflict`.
#[utoipa::path(post, path = "/api/v1/moderation/overdue/{kind}/{id}/remind", tag = "moderation",
    security(("bearer" = [])),
    params(
        ("kind" = String, Path, description = "`questions` or `proposals`"),
        ("id" = String, Path, format = Uuid, description = "The challenge"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 204, description = "The municipality is told"),
        (status = 403, description = "Not your region's", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 409, description = "Nothing is overdue, or it was reminded within a day", body = Problem),
    ))]
pub async fn remind(door: Door, path: Path<(String, String)>, body: Body<Map<String, Value>>) -> Answer {
    let (kind, id) = named(&path)?;
    door.member()?;
    door.write(body.fingerprint, move |deed| {
        reminded(deed, kind, id)?;
        Ok(Reply::no_content())
    })
    .await
}

/// One line of the page.
struct Line {
    title: String,
    href: String,
    municipality: String,
    what: String,
    since: String,
    days: String,
    action: String,
}

#[derive(Template)]
#[template(path = "moderation/templates/overdue.html")]
struct OverduePage {
    shell: Shell,
    lines: Vec<Line>,
}

impl OverduePage {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("moderation.title"), self.shell.link("/moderation")),
            (self.shell.title.clone(), String::new()),
        ]
    }
}

/// `GET /moderation/overdue`
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for whoever has no desk.
pub async fn show(visit: Visit) -> Answer {
    let now = visit.services().clock().now();
    let items = visit.read(move |conn, actor| overdue(conn, actor, &policy::desk(actor)?, now)).await?;
    let shell = visit.shell("moderation.overdue_answers.title");
    let line = |one: Overdue| {
        let prefecture = one.challenge.prefecture.and_then(Prefecture::from_code);
        let prefecture = prefecture.map(|one| one.name(shell.locale)).unwrap_or_default();
        let part = if one.kind == OverdueKind::Proposals { "/proposals" } else { "" };
        let count = i64::try_from(one.count).unwrap_or(i64::MAX);
        Line {
            href: shell.link(&format!("/challenges/{}{part}", one.challenge.id)),
            municipality: format!("{} {prefecture}", one.challenge.municipality).trim().to_owned(),
            what: shell.count(&format!("moderation.overdue_answers.{}", one.kind), count),
            since: shell.date_time(one.since),
            days: shell.count("moderation.days", one.waiting_days),
            action: format!("/moderation/overdue/{}/{}/remind", one.kind, one.challenge.id),
            title: one.challenge.title,
        }
    };
    let lines = items.into_iter().map(line).collect();
    page::html(200, &OverduePage { lines, shell })
}

/// `POST /moderation/overdue/{kind}/{id}/remind`
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn act(sent: Sent, path: Path<(String, String)>) -> Answer {
    let (kind, id) = named(&path)?;
    let done = sent.perform(move |deed| reminded(deed, kind, id)).await;
    let said = match done {
        Ok(()) => "reminded",
        Err(Failure::Conflict("reminded_today")) => "reminded_today",
        Err(Failure::Conflict("nothing_overdue")) => "nothing_overdue",
        Err(failure) => return Err(failure),
    };
    Ok(sent.visit.go_saying("/moderation/overdue", &Flash::said(said)))
}
