//! `/challenges/{id}/proposals`: how many there are while they are sealed; afterwards what the panel reads.

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use askama::Template;

use super::{Deadline, id_of};
use crate::challenges::{self, ChallengeId};
use crate::matches::Ranking;
use crate::panels::{self, Summary};
use crate::proposals::invitations::{self, InvitationForm};
use crate::proposals::view::{self, Card, ChallengeView, ProposalList};
use crate::proposals::{ProposalId, Status};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "proposals/templates/call.html")]
struct Call {
    shell: Shell,
    challenge: ChallengeView,
    list: ProposalList,
    cards: Vec<Card>,
    deadline: Option<Deadline>,
    panel: HashMap<ProposalId, Summary>,
}

/// `GET /challenges/{id}/proposals`
///
/// # Errors
/// `NotFound`, `Unauthenticated`.
pub async fn call(visit: Visit, path: Path<String>) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    visit.member()?;
    let now = visit.services().clock().now();
    let (mut list, challenge, panel) = visit
        .read(move |conn, actor| {
            let list = view::list(conn, actor, id, now)?;
            let brief = challenges::brief(conn, actor, id)?;
            let ids: Vec<_> = list.items.iter().flatten().map(|card| card.id).collect();
            let panel = panels::summaries(conn, actor, &ids)?;
            let challenge =
                ChallengeView { id, title: brief.title, status: brief.status, closes_at: brief.closes_at };
            Ok((list, challenge, panel))
        })
        .await?;
    let shell = visit.shell("proposals.call.title");
    let call = Call {
        cards: list.items.take().unwrap_or_default(),
        deadline: Deadline::of(&shell, &challenge, now),
        challenge,
        list,
        panel,
        shell,
    };
    page::html(200, &call)
}

impl Call {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![(self.challenge.title.clone(), self.challenge_href()), (self.shell.title.clone(), String::new())]
    }

    fn challenge_href(&self) -> String {
        self.shell.link(&format!("/challenges/{}", self.challenge.id))
    }

    fn waits(&self) -> bool {
        !self.list.sealed && self.cards.iter().any(|card| Status::WAITING.contains(&card.status) && !card.own)
    }

    fn criteria(&self) -> String {
        self.shell.link(&format!("/challenges/{}/criteria", self.challenge.id))
    }

    fn summary(&self, card: &Card) -> Option<&Summary> {
        self.panel.get(&card.id)
    }

    fn sheet(&self, card: &Card) -> String {
        self.shell.link(&format!("/proposals/{}/sheet", card.id))
    }

    fn mine(&self, summary: &Summary) -> &'static str {
        if summary.done { "proposals.call.sheet_done" } else { "proposals.call.sheet_open" }
    }

    fn total(&self, summary: &Summary) -> String {
        summary.total.map_or_else(|| "–".to_owned(), |total| format!("{total:.2}"))
    }
}

/// `POST /challenges/{id}/invitations`: invites the vendor of a ranked solution.
///
/// # Errors
/// Those of the action.
pub async fn invite(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let form = InvitationForm { solution_id: sent.typed.text("solution_id"), note: sent.typed.text("note") };
    let there = sent
        .once(move |deed| {
            invitations::invite(deed, &ranking, id, &form)?;
            Ok(format!("/challenges/{id}/matches"))
        })
        .await?;
    Ok(sent.visit.go_saying(there, &Flash::said("vendor_invited")))
}
