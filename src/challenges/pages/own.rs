//! `/our-challenges`: what a municipality has, by state, each with what comes next.

use askama::Template;

use super::entry::{Entry, entry};
use crate::challenges::listing::ListParams;
use crate::challenges::{Card, Status, selection};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Subject};
use crate::web::{Answer, Shell, Visit, page};

/// The states in the order in which they ask for something.
const ORDER: [Status; 8] = [
    Status::Returned,
    Status::Draft,
    Status::Closed,
    Status::Open,
    Status::InReview,
    Status::Decided,
    Status::Archived,
    Status::Withdrawn,
];
/// The largest page of a list.
const ALL: &str = "100";

/// The challenges of one state.
struct Group {
    status: Status,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "challenges/templates/own.html")]
struct Own {
    shell: Shell,
    groups: Vec<Group>,
}

/// A challenge of the reader's own that waits for the reader.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// 題名
    pub title: String,
    /// Where it goes on.
    pub href: String,
    /// Where it stands.
    pub status: Status,
}

/// `GET /our-challenges`
///
/// # Errors
/// `Unauthenticated`, or `Forbidden` for whoever writes none.
pub async fn own(visit: Visit) -> Answer {
    policy::require(visit.actor(), Action::WriteChallenge, &Subject::default())?;
    let cards = visit.read(cards).await?;
    let shell = visit.shell("challenges.own.title");
    let today = visit.services().clock().now().japan_date();
    let group = |status: Status| Group {
        status,
        entries: cards
            .iter()
            .filter(|card| card.status == status)
            .map(|card| entry(&shell, card, "", today))
            .collect(),
    };
    let groups = ORDER.into_iter().map(group).filter(|group| !group.entries.is_empty()).collect();
    page::html(200, &Own { groups, shell })
}

/// The reader's own challenges that wait for the reader: returned ones, drafts, and those to be decided.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn waiting(conn: &mut DbConn, actor: &Actor) -> Result<Vec<Waiting>, Failure> {
    if !policy::allows(actor, Action::WriteChallenge, &Subject::default()) {
        return Ok(Vec::new());
    }
    let mut cards = cards(conn, actor)?;
    let place = |card: &Card| ORDER.iter().position(|status| *status == card.status);
    cards.retain(|card| matches!(card.status, Status::Returned | Status::Draft | Status::Closed));
    cards.sort_by_key(place);
    let waiting = |card: Card| Waiting {
        href: match card.status {
            Status::Closed => format!("/challenges/{}", card.id),
            _ => format!("/challenges/{}/edit?step=5", card.id),
        },
        title: card.title,
        status: card.status,
    };
    Ok(cards.into_iter().map(waiting).collect())
}

fn cards(conn: &mut DbConn, actor: &Actor) -> Result<Vec<Card>, Failure> {
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let params = ListParams {
        organization: Some(member.organization.to_string()),
        limit: Some(ALL.to_owned()),
        ..ListParams::default()
    };
    Ok(selection::page(conn, actor, &params.parse(true)?, None)?.items)
}
