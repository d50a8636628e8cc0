//! Acts at a desk that can be taken back for a short while.
//!
//! What an act tells anybody waits until its window is over, and what a publication would be announced to waits with it.
//! Until then [`super::undo::undo`] restores the earlier state, unless somebody has built on the act or read of it.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;

use super::WaitingKind;
use crate::accounts::{self, OrganizationId};
use crate::audit::SubjectId;
use crate::challenges::{self, ChallengeId, RemarkForm};
use crate::db::schema::{
    challenges as challenge_rows, deployment_confirmations, deployments, fields_wanted as field_rows,
    matches as match_rows, moderation_acts, organizations, solutions as solution_rows,
};
use crate::db::{DbConn, Json, Timestamp};
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::fields_wanted::{self, FieldWantedId};
use crate::matches::{self, MatchId, Remark};
use crate::notices::Held;
use crate::policy::{self, Desk};
use crate::services::Deed;
use crate::solutions::deployments::{ConfirmationId, confirmation};
use crate::solutions::{self, SolutionId};
use crate::{id_types, text_enum};

id_types!(
    /// One act of a desk.
    ActId,
    /// Acts that were done, and are taken back, together.
    BatchId,
);

text_enum! {
    /// What is decided about a thing that waits.
    pub enum Decision {
        /// Yes: approve, publish, accept.
        Accept = "accept",
        /// No: reject, return, dismiss, refuse; with a reason.
        Decline = "decline",
    }
}

/// A thing that waits, as it was when somebody looked at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Item {
    /// What it is.
    pub kind: WaitingKind,
    /// Its id.
    pub id: Uuid,
    /// The version that was looked at; without one, whatever it is now.
    pub version: Option<i32>,
}

impl Item {
    /// Reads `kind:id` or `kind:id:version`, as forms send it.
    ///
    /// # Errors
    /// `not_a_thing`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("not_a_thing");
        let mut parts = text.split(':');
        let kind = parts.next().and_then(|kind| WaitingKind::parse(kind).ok()).ok_or_else(wrong)?;
        let id = parts.next().and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
        let version = parts.next().map(str::parse).transpose().map_err(|_| wrong())?;
        if parts.next().is_some() { Err(wrong()) } else { Ok(Self { kind, id, version }) }
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)?;
        self.version.map_or(Ok(()), |version| write!(f, ":{version}"))
    }
}

impl Decision {
    /// The verb of the API for this decision on a thing.
    pub fn verb(self, kind: WaitingKind) -> &'static str {
        match (self, kind) {
            (Self::Accept, WaitingKind::Organization | WaitingKind::Match) => "approve",
            (Self::Accept, WaitingKind::Challenge | WaitingKind::Solution | WaitingKind::FieldWanted) => {
                "publish"
            }
            (Self::Accept, WaitingKind::Confirmation) => "accept",
            (Self::Decline, WaitingKind::Organization) => "reject",
            (Self::Decline, WaitingKind::Challenge | WaitingKind::Solution | WaitingKind::FieldWanted) => {
                "return"
            }
            (Self::Decline, WaitingKind::Match) => "dismiss",
            (Self::Decline, WaitingKind::Confirmation) => "refuse",
        }
    }
}

/// Decides about one thing; what that tells anybody waits until the window is over.
///
/// # Errors
/// Those of the verb, for whoever may not take it, in a state that does not allow it, or without the reason it needs.
pub fn act(
    deed: &mut Deed<'_>,
    batch: BatchId,
    item: Item,
    decision: Decision,
    comment: Option<&str>,
) -> Result<(), Failure> {
    let desk = policy::desk(deed.by())?;
    let title = title(deed.conn(), &desk, item)?;
    let until = deed.now().plus(TimeDelta::seconds(deed.settings().moderation.undo_seconds));
    deed.hold_messages(until);
    let done = decide(deed, item, decision, comment);
    let held = deed.release_messages();
    done?;
    keep(deed, batch, item, (decision.verb(item.kind), title), (until, held))
}

fn decide(deed: &mut Deed<'_>, item: Item, decision: Decision, comment: Option<&str>) -> Result<(), Failure> {
    let (id, version) = (item.id, item.version);
    let yes = decision == Decision::Accept;
    match item.kind {
        WaitingKind::Organization => accounts::let_in(deed, OrganizationId(id), version, yes, comment),
        WaitingKind::Challenge => {
            let remark = RemarkForm { comment: comment.map(str::to_owned), reason: None };
            let step = if yes { challenges::publish } else { challenges::return_ };
            step(deed, ChallengeId(id), version, &remark).map(|_| ())
        }
        WaitingKind::Solution => {
            let step = if yes { solutions::publish } else { solutions::give_back };
            step(deed, SolutionId(id), version, comment)
        }
        WaitingKind::FieldWanted => {
            let step = if yes { fields_wanted::publish } else { fields_wanted::give_back };
            step(deed, FieldWantedId(id), version, comment)
        }
        WaitingKind::Match if yes => {
            let remark = Remark { reason: None, note: comment.map(str::to_owned) };
            matches::approve(deed, MatchId(id), version, &remark)
        }
        WaitingKind::Match => matches::dismiss(deed, MatchId(id), version, &Remark::because(comment)),
        WaitingKind::Confirmation if yes => confirmation::accept(deed, ConfirmationId(id)),
        WaitingKind::Confirmation => confirmation::refuse(deed, ConfirmationId(id), comment),
    }
}

fn keep(
    deed: &mut Deed<'_>,
    batch: BatchId,
    item: Item,
    (verb, title): (&'static str, String),
    (until, held): (Timestamp, Held),
) -> Result<(), Failure> {
    // The command line and the service have no desk in front of which they could change their minds.
    let Some(by) = deed.by().member().map(|member| (member.member, member.organization)) else {
        return Ok(());
    };
    let now = deed.now();
    let version = version_of(deed.conn(), item.kind, item.id)?.unwrap_or_default();
    diesel::insert_into(moderation_acts::table)
        .values((
            moderation_acts::id.eq(ActId::new()),
            moderation_acts::batch.eq(batch),
            moderation_acts::subject_kind.eq(item.kind),
            moderation_acts::subject_id.eq(SubjectId(item.id)),
            moderation_acts::title.eq(title),
            moderation_acts::act.eq(verb),
            moderation_acts::version.eq(version),
            moderation_acts::messages.eq(Json(held)),
            moderation_acts::member_id.eq(by.0),
            moderation_acts::organization_id.eq(by.1),
            moderation_acts::acted_at.eq(now),
            moderation_acts::undo_until.eq(until),
        ))
        .execute(deed.conn())?;
    Ok(())
}

/// The version of a thing; confirmations have none.
pub(super) fn version_of(conn: &mut DbConn, kind: WaitingKind, id: Uuid) -> Result<Option<i32>, Failure> {
    let found = match kind {
        WaitingKind::Organization => {
            organizations::table.find(SubjectId(id)).select(organizations::version).first(conn)
        }
        WaitingKind::Challenge => {
            challenge_rows::table.find(SubjectId(id)).select(challenge_rows::version).first(conn)
        }
        WaitingKind::Solution => {
            solution_rows::table.find(SubjectId(id)).select(solution_rows::version).first(conn)
        }
        WaitingKind::Match => match_rows::table.find(SubjectId(id)).select(match_rows::version).first(conn),
        WaitingKind::FieldWanted => {
            field_rows::table.find(SubjectId(id)).select(field_rows::version).first(conn)
        }
        WaitingKind::Confirmation => return Ok(None),
    };
    Ok(found.optional()?)
}

/// What a thing is called, for the desk in charge of it.
///
/// # Errors
/// `NotFound` for every other desk too: a title tells of things that it may not see.
pub(super) fn title(conn: &mut DbConn, desk: &Desk, item: Item) -> Result<String, Failure> {
    let (title, prefecture) = called(conn, item)?;
    match desk {
        Desk::Everywhere => Ok(title),
        Desk::Region(own) if prefecture.is_some_and(|one| own.iter().any(|own| i32::from(*own) == one)) => {
            Ok(title)
        }
        Desk::Region(_) => Err(Failure::NotFound),
    }
}

/// The name of a thing, and the prefecture (1 to 47) whose bureau decides about it.
fn called(conn: &mut DbConn, item: Item) -> Result<(String, Option<i32>), Failure> {
    let id = SubjectId(item.id);
    Ok(match item.kind {
        WaitingKind::Organization => organizations::table
            .find(id)
            .select((organizations::name, organizations::prefecture.nullable()))
            .first(conn)?,
        WaitingKind::Challenge => challenge_rows::table
            .find(id)
            .select((challenge_rows::title, challenge_rows::prefecture.nullable()))
            .first(conn)?,
        WaitingKind::Solution => solution_rows::table
            .find(id)
            .select((solution_rows::name, solution_rows::prefecture.nullable()))
            .first(conn)?,
        WaitingKind::FieldWanted => field_rows::table
            .find(id)
            .select((field_rows::title, field_rows::prefecture.nullable()))
            .first(conn)?,
        WaitingKind::Match => {
            let (challenge, solution, prefecture): (String, String, Option<i32>) = match_rows::table
                .inner_join(challenge_rows::table)
                .inner_join(solution_rows::table)
                .filter(match_rows::id.eq(id))
                .select((challenge_rows::title, solution_rows::name, challenge_rows::prefecture.nullable()))
                .first(conn)?;
            (format!("{challenge} × {solution}"), prefecture)
        }
        WaitingKind::Confirmation => deployment_confirmations::table
            .inner_join(deployments::table)
            .filter(deployment_confirmations::id.eq(id))
            .select((deployment_confirmations::email, deployments::prefecture.nullable()))
            .first(conn)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_read_back_as_it_was_written() {
        for version in [None, Some(3)] {
            let item = Item { kind: WaitingKind::Match, id: Uuid::now_v7(), version };
            assert_eq!(Item::parse(&item.to_string()), Ok(item));
        }
    }

    #[test]
    fn what_names_no_thing_is_refused() {
        let id = Uuid::nil();
        for bad in ["", "challenge", "nothing:1", &format!("match:{id}:x"), &format!("match:{id}:1:2")] {
            assert_eq!(Item::parse(bad).unwrap_err().code(), "not_a_thing", "{bad}");
        }
    }

    #[test]
    fn both_decisions_on_every_kind_are_verbs_of_the_api() {
        for kind in WaitingKind::ALL {
            assert_ne!(Decision::Accept.verb(*kind), Decision::Decline.verb(*kind), "{kind}");
        }
    }
}
