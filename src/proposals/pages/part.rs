//! What of proposals stands on a challenge's page: the way in, as far as the reader has one.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};
use crate::proposals::ProposalId;
use crate::proposals::store;
use crate::web::Shell;

/// What [`part`] shows.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The reader's own proposal, and whether it can still be written.
    own: Option<ProposalId>,
    may_begin: bool,
    open: bool,
    /// How many there are, for whoever may know.
    count: Option<i64>,
}

/// The way in, as a part of a challenge's page.
#[derive(Template)]
#[template(path = "proposals/templates/part.html")]
pub struct Part {
    shell: Shell,
    challenge: ChallengeId,
    listed: Listed,
}

impl HtmlSafe for Part {}

/// What a challenge's page says of proposals to `actor`.
///
/// # Errors
/// `NotFound`.
pub fn listed(conn: &mut DbConn, actor: &Actor, id: ChallengeId, now: Timestamp) -> Result<Listed, Failure> {
    let brief = challenges::brief(conn, actor, id)?;
    let open = store::takes_proposals(&brief, now);
    let own = match actor.member() {
        Some(member) => store::own(conn, id, member.organization)?,
        None => None,
    };
    let counts = policy::allows(actor, Action::SeeModeration, &brief.subject) && brief.published_at.is_some();
    Ok(Listed {
        own,
        may_begin: open && own.is_none() && policy::allows(actor, Action::Propose, &brief.subject),
        open,
        count: if counts { Some(store::count(conn, id)?) } else { None },
    })
}

/// The part of a challenge's page.
pub fn part(shell: &Shell, challenge: ChallengeId, listed: Listed) -> Part {
    Part { shell: shell.clone(), challenge, listed }
}

impl Part {
    fn call(&self) -> String {
        self.shell.link(&format!("/challenges/{}/proposals", self.challenge))
    }

    fn own(&self, rest: &str) -> String {
        let id = self.listed.own.map(|id| id.to_string()).unwrap_or_default();
        self.shell.link(&format!("/proposals/{id}{rest}"))
    }

    fn is_empty(&self) -> bool {
        self.listed.own.is_none() && !self.listed.may_begin && self.listed.count.is_none()
    }
}
