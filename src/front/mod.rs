//! The front page: what this is in one screen, with live figures.

use askama::Template;
use diesel::prelude::*;

use crate::accounts::OrganizationKind;
use crate::challenges::Card;
use crate::challenges::pages::{self as challenge_pages, Counts, Entry, Waiting};
use crate::db::schema::{challenges, deployments, organizations, solutions};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{Actor, Who};
use crate::rounds::pages::{self as round_pages, RoundEntry};
use crate::rounds::{self, RoundCard};
use crate::web::charts::Svg;
use crate::web::forms::Typed;
use crate::web::{Answer, Shell, Visit, page};

/// Challenges shown on the front page.
const NEWEST: usize = 6;
/// Rounds shown on the front page.
const ROUNDS: i64 = 3;
/// Own things that are named; the rest stands on their own page.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "front/front.html")]
struct Front {
    shell: Shell,
    figures: Vec<(String, String)>,
    newest: Vec<Entry>,
    map: Svg,
    places: Vec<(String, String, i64)>,
    waiting: Vec<Waiting>,
    rounds: Vec<RoundEntry>,
    kind: Option<OrganizationKind>,
}

/// What the page shows.
struct Found {
    figures: Vec<(&'static str, i64)>,
    newest: Vec<Card>,
    counts: Counts,
    waiting: Vec<Waiting>,
    rounds: Vec<RoundCard>,
}

/// `GET /`
///
/// # Errors
/// `Busy` when the figures cannot be read.
pub async fn front(visit: Visit) -> Answer {
    let shell = visit.shell("front.title");
    let now = visit.services().clock().now();
    let Found { figures, newest, counts, waiting, rounds } =
        visit.read(move |conn, actor| find(conn, actor, now)).await?;
    let today = now.japan_date();
    let entry = |card: &Card| challenge_pages::entry(&shell, card, "", today);
    let kind = match &visit.actor().who {
        Who::Member(member) => Some(member.kind),
        _ => None,
    };
    let front = Front {
        figures: figures
            .into_iter()
            .map(|(key, count)| (shell.t(&format!("front.{key}")), shell.number(count)))
            .collect(),
        newest: newest.iter().map(entry).collect(),
        map: challenge_pages::map_of_open(&shell, "where", &counts, &Typed::new(), None),
        places: challenge_pages::places(&shell, &counts, &Typed::new()),
        waiting: waiting.into_iter().take(NAMED).collect(),
        rounds: rounds.iter().map(|card| round_pages::entry(&shell, card)).collect(),
        kind,
        shell,
    };
    page::html(200, &front)
}

fn find(conn: &mut DbConn, actor: &Actor, now: Timestamp) -> Result<Found, Failure> {
    let (newest, counts) = challenge_pages::newest(conn, actor, NEWEST)?;
    let (figures, waiting) = (count(conn)?, challenge_pages::waiting(conn, actor)?);
    let rounds = rounds::open_rounds(conn, now, ROUNDS)?;
    Ok(Found { figures, newest, counts, waiting, rounds })
}

impl Front {
    fn is(&self, kind: &str) -> bool {
        self.kind.is_some_and(|one| one.as_str() == kind)
    }

    /// What waits at the moderation desk, for those who have one.
    fn at_the_desk(&self) -> Option<i64> {
        self.shell.signed_in()?.waiting
    }

    fn unread(&self) -> i64 {
        self.shell.signed_in().map_or(0, |member| member.unread)
    }
}

/// Figures of what everybody may see, so that they give nothing away.
fn count(conn: &mut DbConn) -> Result<Vec<(&'static str, i64)>, Failure> {
    let open = challenges::table
        .filter(challenges::status.eq("open"))
        .filter(challenges::visibility.eq("public"))
        .count()
        .get_result(conn)?;
    let published = solutions::table.filter(solutions::status.eq("published")).count().get_result(conn)?;
    let confirmed =
        deployments::table.filter(deployments::verification.eq("confirmed")).count().get_result(conn)?;
    let municipalities = organizations::table
        .filter(organizations::kind.eq("municipality"))
        .filter(organizations::status.eq("approved"))
        .count()
        .get_result(conn)?;
    Ok(vec![
        ("open_challenges", open),
        ("published_solutions", published),
        ("confirmed_deployments", confirmed),
        ("municipalities", municipalities),
    ])
}
