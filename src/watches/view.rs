//! What is followed, in words, as far as its follower may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Watch};
use super::{Kind, Target, WatchId};
use crate::accounts::Locale;
use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::Yen;
use crate::locales;
use crate::notices::Frequency;
use crate::policy::{self, Action, Actor};
use crate::reference::{Bureau, Prefecture, Sector, Technology, TopSector};
use crate::solutions::{self, SolutionId, SolutionStatus};
use crate::web::formats;
use crate::web::forms::Typed;

/// One watch.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Watch)]
pub struct WatchView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: WatchId,
    /// What is followed.
    pub kind: Kind,
    /// The challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub challenge_id: Option<ChallengeId>,
    /// The solution.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub solution_id: Option<SolutionId>,
    /// The query string of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// What it is called: its own name, or that of what is followed; `null` when that may no longer be seen.
    pub title: Option<String>,
    /// One's own name for it.
    pub name: Option<String>,
    /// The page where it can be read.
    pub path: String,
    /// How often it is told.
    pub frequency: Frequency,
    /// Counts every write.
    pub version: i32,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl WatchView {
    /// A watch as its follower sees it.
    pub(super) fn of(conn: &mut DbConn, actor: &Actor, watch: &Watch) -> Result<Self, Failure> {
        let target = watch.target();
        let title = match &watch.name {
            Some(name) => Some(name.clone()),
            None => title(conn, actor, &target)?,
        };
        Ok(Self {
            id: watch.id,
            kind: watch.kind,
            challenge_id: watch.challenge_id,
            solution_id: watch.solution_id,
            search: watch.query.clone(),
            title,
            name: watch.name.clone(),
            path: target.path(),
            frequency: watch.frequency,
            version: watch.version,
            created_at: watch.created_at,
        })
    }
}

/// Whether a page's reader follows what it shows.
#[derive(Debug, Clone)]
pub struct Watched {
    pub(super) target: Target,
    pub(super) by: Option<(WatchId, Frequency)>,
}

/// Whether `actor` follows a thing; `None` where there is nothing to follow, because it is not `published`.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn watched(
    conn: &mut DbConn,
    actor: &Actor,
    target: &Target,
    published: bool,
) -> Result<Option<Watched>, Failure> {
    if !published {
        return Ok(None);
    }
    let watcher = match actor.member() {
        Some(member) => store::known_member(conn, member.member)?,
        None => None,
    };
    let watches = match watcher {
        Some(watcher) => store::of(conn, watcher.id)?,
        None => Vec::new(),
    };
    let same = watches.into_iter().find(|watch| watch.target() == *target);
    let by = same.map(|watch| (watch.id, watch.frequency));
    Ok(Some(Watched { target: target.clone(), by }))
}

/// Whether `actor` may follow a thing: it is published and `actor` may see it. Anybody may follow a search.
pub(super) fn is_shown(conn: &mut DbConn, actor: &Actor, target: &Target) -> Result<bool, Failure> {
    Ok(title(conn, actor, target)?.is_some())
}

/// What a thing is called; `None` when it is not published or `actor` may not see it.
pub(super) fn title(conn: &mut DbConn, actor: &Actor, target: &Target) -> Result<Option<String>, Failure> {
    Ok(match target {
        Target::Challenge(id) => {
            let card = challenges::cards(conn, actor, &[*id])?.remove(id);
            card.filter(|card| card.status.is_published()).map(|card| card.title)
        }
        Target::Solution(id) => solution(conn, actor, *id)?.map(|card| card.name),
        Target::ChallengeSearch(query) => Some(words(actor.locale(), Kind::ChallengeSearch, query)),
        Target::SolutionSearch(query) => Some(words(actor.locale(), Kind::SolutionSearch, query)),
    })
}

/// A solution in the catalogue, if `actor` may see it.
pub(super) fn solution(
    conn: &mut DbConn,
    actor: &Actor,
    id: SolutionId,
) -> Result<Option<solutions::Card>, Failure> {
    let Some(card) = solutions::cards(conn, &[id])?.remove(&id) else { return Ok(None) };
    let subject = solutions::subject(conn, id)?;
    let shown = card.status == SolutionStatus::Published && policy::allows(actor, Action::See, &subject);
    Ok(shown.then_some(card))
}

/// The filters of a search in words.
fn words(locale: Locale, kind: Kind, query: &str) -> String {
    let typed = Typed::parse(query.as_bytes());
    let said: Vec<String> =
        typed.pairs().filter_map(|(name, value)| word(locale, kind, name, value)).collect();
    let all = || locales::text(locale, "watches.search.all", &[]);
    let what =
        if said.is_empty() { all() } else { said.join(&locales::text(locale, "watches.search.and", &[])) };
    locales::text(locale, &format!("watches.search.{kind}"), &[("what", what)])
}

fn word(locale: Locale, kind: Kind, name: &str, value: &str) -> Option<String> {
    let named = |key: &str, value: String| locales::text(locale, key, &[("value", value)]);
    let of = |prefix: &str| {
        let key = format!("{prefix}.{value}");
        locales::has(locale, &key).then(|| locales::text(locale, &key, &[]))
    };
    let sum = || Yen::parse(value).ok().map(|sum| formats::yen(locale, sum.yen()));
    match (name, kind) {
        ("q", _) => Some(named("watches.search.q", value.to_owned())),
        ("sector", _) => match TopSector::parse(value) {
            Ok(top) => Some(top.name(locale).to_owned()),
            Err(_) => Sector::parse(value).ok().map(|sector| sector.name(locale).to_owned()),
        },
        ("technology", _) => Some(Technology::name_of(value, locale)),
        ("prefecture", _) => Prefecture::parse(value).ok().map(|one| one.name(locale).to_owned()),
        ("bureau", _) => Some(Bureau::name_of(value, locale)),
        ("stage", _) => of("challenges.stage"),
        ("status", _) if value == "any" => Some(locales::text(locale, "watches.search.any_status", &[])),
        ("status", _) => of("challenges.status"),
        ("maturity", _) => of("solutions.maturity"),
        ("budget_min", _) => sum().map(|sum| named("watches.search.at_least", sum)),
        ("budget_max" | "price_max", _) => sum().map(|sum| named("watches.search.at_most", sum)),
        ("due_after", _) => Some(named("watches.search.due_after", value.to_owned())),
        ("verified", _) => Some(locales::text(locale, "watches.search.verified", &[])),
        ("organization", _) => Some(locales::text(locale, "watches.search.organization", &[])),
        _ => None,
    }
}
