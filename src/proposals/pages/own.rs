//! `/proposals`: what an organization proposes, what it was asked, and for municipalities and bureaus the calls they read.

use actix_web::web::Path;
use askama::Template;

use super::{Deadline, id_of};
use crate::accounts::OrganizationKind;
use crate::challenges::{self, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{self, Action, Actor, Subject};
use crate::proposals::invitations::{self, InvitationView};
use crate::proposals::partners::{self, PartnerStatus, Partnership};
use crate::proposals::view::{self, Card};
use crate::proposals::{ProposalId, Status, store};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

/// The states in the order in which they ask for something.
const ORDER: [Status; 6] = [
    Status::Draft,
    Status::Submitted,
    Status::Shortlisted,
    Status::Selected,
    Status::Declined,
    Status::Withdrawn,
];

/// A proposal, with the end of its call.
type Entry = (Card, Option<Deadline>);

/// A challenge whose proposals the reader counts or reads.
struct Call {
    id: ChallengeId,
    title: String,
    status: challenges::Status,
    count: i64,
    waiting: i64,
}

#[derive(Template)]
#[template(path = "proposals/templates/own.html")]
struct Own {
    shell: Shell,
    groups: Vec<(Status, Vec<Entry>)>,
    asked: Vec<Partnership>,
    invited: Vec<InvitationView>,
    calls: Vec<Call>,
    proposes: bool,
}

/// `GET /proposals`
///
/// # Errors
/// `Unauthenticated`.
pub async fn own(visit: Visit) -> Answer {
    let is_vendor = visit.member()?.kind == OrganizationKind::Vendor;
    let now = visit.services().clock().now();
    let (mut cards, asked, invited, calls) = visit
        .read(move |conn, actor| {
            let asked = partners::of_reader(conn, actor)?;
            let invited = invitations::of_reader(conn, actor)?;
            Ok((view::own(conn, actor, now)?, asked, invited, calls(conn, actor)?))
        })
        .await?;
    let shell = visit.shell(if is_vendor { "proposals.own.title" } else { "proposals.own.title_received" });
    let mut groups = Vec::new();
    for status in ORDER {
        let (these, others): (Vec<Card>, Vec<Card>) =
            cards.into_iter().partition(|card| card.status == status);
        cards = others;
        if !these.is_empty() {
            let shown = these.into_iter().map(|card| {
                let deadline = Deadline::of(&shell, &card.challenge, now);
                (card, deadline)
            });
            groups.push((status, shown.collect()));
        }
    }
    let proposes = policy::allows(visit.actor(), Action::WriteSolution, &Subject::default());
    page::html(200, &Own { groups, asked, invited, calls, proposes, shell })
}

/// The challenges with proposals that the reader answers for, or moderates.
fn calls(conn: &mut DbConn, actor: &Actor) -> Result<Vec<Call>, Failure> {
    let mut calls = Vec::new();
    for id in store::called(conn)? {
        let brief = challenges::brief(conn, actor, id)?;
        if !policy::allows(actor, Action::SeeModeration, &brief.subject) {
            continue;
        }
        calls.push(Call {
            id,
            title: brief.title,
            status: brief.status,
            count: store::count(conn, id)?,
            waiting: store::unanswered(conn, id)?,
        });
    }
    Ok(calls)
}

impl Own {
    fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.asked.is_empty() && self.invited.is_empty() && self.calls.is_empty()
    }

    fn writes(&self, card: &Card) -> bool {
        card.steps.contains(&crate::proposals::Step::Edit)
    }

    fn is_asked(&self, one: &Partnership, status: &str) -> bool {
        one.status.as_str() == status
    }

    fn read(&self, one: &Partnership) -> String {
        self.shell.link(&format!("/proposals/{}", one.proposal))
    }

    fn answer(&self, one: &Partnership, what: &str) -> String {
        format!("/proposals/{}/partners/{what}", one.proposal)
    }

    fn may_read(&self, one: &Partnership) -> bool {
        one.status == PartnerStatus::Confirmed
    }

    /// Where the wait for an answer has begun.
    fn is_due(&self, call: &Call) -> bool {
        call.waiting > 0 && call.status != challenges::Status::Open
    }
}

/// `POST /proposals/{id}/partners/confirm`
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict`.
pub async fn confirm(sent: Sent, path: Path<String>) -> Answer {
    answered(sent, path, true).await
}

/// `POST /proposals/{id}/partners/decline`
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict`.
pub async fn decline_partnership(sent: Sent, path: Path<String>) -> Answer {
    answered(sent, path, false).await
}

async fn answered(sent: Sent, path: Path<String>, yes: bool) -> Answer {
    let id: ProposalId = id_of(&path)?;
    let there = sent
        .once(move |deed| {
            partners::answer(deed, id, yes)?;
            Ok(if yes { format!("/proposals/{id}") } else { "/proposals".to_owned() })
        })
        .await?;
    let said = if yes { "partnership_confirmed" } else { "partnership_declined" };
    Ok(sent.visit.go_saying(there, &Flash::said(said)))
}
