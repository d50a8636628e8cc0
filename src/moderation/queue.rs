//! What waits at a moderation desk, in one list, oldest first.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::waiting;
use crate::accounts::OrganizationId;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, ActingMember, Desk};
use crate::reference::Bureau;
use crate::text_enum;
use crate::web::Page;

text_enum! {
    /// What waits. The order decides between things that have waited equally long.
    pub enum WaitingKind {
        /// An organization that signed up.
        Organization = "organization",
        /// A challenge to be published or returned.
        Challenge = "challenge",
        /// A solution to be published or returned.
        Solution = "solution",
        /// A match to be approved or dismissed.
        Match = "match",
        /// A mail address that would be asked to confirm a deployment.
        Confirmation = "confirmation",
        /// A call for a field to be published or returned.
        FieldWanted = "field_wanted",
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Waiting {
    /// What it is.
    pub kind: WaitingKind,
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// The organization behind it.
    pub organization: Owner,
    /// The number of the prefecture that makes it this desk's, 1 to 47.
    pub prefecture: Option<u8>,
    /// Since when it waits.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Whole days since then.
    pub waiting_days: i64,
    /// What can be done with it.
    pub links: Vec<Link>,
}

/// The organization behind a thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
}

/// A request that acts on, or shows, a thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// What it does, by the name of the API.
    pub rel: &'static str,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path.
    pub href: String,
}

/// How much waits, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitingCounts {
    /// Organizations that signed up.
    pub organization: i64,
    /// Challenges in review.
    pub challenge: i64,
    /// Solutions in review.
    pub solution: i64,
    /// Suggested matches.
    #[serde(rename = "match")]
    pub match_: i64,
    /// Mail addresses to be accepted.
    pub confirmation: i64,
    /// Calls for a field in review.
    pub field_wanted: i64,
}

impl WaitingCounts {
    /// Everything together.
    pub fn total(self) -> i64 {
        self.organization
            + self.challenge
            + self.solution
            + self.match_
            + self.confirmation
            + self.field_wanted
    }

    /// How much of one kind.
    pub fn of(self, kind: WaitingKind) -> i64 {
        match kind {
            WaitingKind::Organization => self.organization,
            WaitingKind::Challenge => self.challenge,
            WaitingKind::Solution => self.solution,
            WaitingKind::Match => self.match_,
            WaitingKind::Confirmation => self.confirmation,
            WaitingKind::FieldWanted => self.field_wanted,
        }
    }
}

/// A place in the list: oldest first, then by kind, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) since: Timestamp,
    pub(super) kind: WaitingKind,
    pub(super) id: Uuid,
}

/// One row before it is shown.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) title: String,
    pub(super) owner: OrganizationId,
    pub(super) owner_name: String,
    pub(super) prefecture: Option<i32>,
}

impl Waiting {
    fn of(row: Row, now: Timestamp) -> Self {
        let Place { since, kind, id } = row.place;
        let waited: TimeDelta = now.utc().signed_duration_since(since.utc());
        Self {
            kind,
            id,
            title: row.title,
            organization: Owner { id: row.owner, name: row.owner_name },
            prefecture: row.prefecture.and_then(|prefecture| u8::try_from(prefecture).ok()),
            since,
            waiting_days: waited.num_days().max(0),
            links: links(kind, id),
        }
    }
}

/// Where a thing that waits is looked at and acted upon.
fn links(kind: WaitingKind, id: Uuid) -> Vec<Link> {
    let (folder, shown, steps): (_, _, [&str; 2]) = match kind {
        WaitingKind::Organization => ("organizations", true, ["approve", "reject"]),
        WaitingKind::Challenge => ("challenges", true, ["publish", "return"]),
        WaitingKind::Solution => ("solutions", true, ["publish", "return"]),
        WaitingKind::Match => ("matches", true, ["approve", "dismiss"]),
        WaitingKind::FieldWanted => ("fields-wanted", true, ["publish", "return"]),
        WaitingKind::Confirmation => ("deployment-confirmations", false, ["accept", "refuse"]),
    };
    let own = format!("/api/v1/{folder}/{id}");
    let look = shown.then(|| Link { rel: "self", method: "GET", href: own.clone() });
    let acts =
        steps.into_iter().map(|step| Link { rel: step, method: "POST", href: format!("{own}/{step}") });
    look.into_iter().chain(acts).collect()
}

/// A page of what waits at `desk`, one kind or all, from behind `after`.
pub(super) fn page(
    conn: &mut DbConn,
    desk: &Desk,
    kind: Option<WaitingKind>,
    (after, limit): (Option<Place>, i64),
    total: Option<i64>,
    now: Timestamp,
) -> Result<Page<Waiting>, Failure> {
    let kinds = WaitingKind::ALL.iter().copied().filter(|one| kind.is_none_or(|wanted| wanted == *one));
    let mut rows = Vec::new();
    for kind in kinds {
        rows.extend(waiting::rows(conn, desk, kind, after, limit.saturating_add(1))?);
    }
    rows.sort_by_key(|row| row.place);
    rows.truncate(usize::try_from(limit.saturating_add(1)).unwrap_or(usize::MAX));
    Ok(Page::cut(rows, limit, total, |row| row.place)?.map(|row| Waiting::of(row, now)))
}

/// How much waits at the desk of a bureau.
///
/// # Errors
/// `Internal` when the rows cannot be counted.
pub fn waiting_counts(conn: &mut DbConn, bureau: Bureau) -> Result<WaitingCounts, Failure> {
    let prefectures = bureau.prefectures().map(|prefecture| prefecture.code()).collect();
    waiting::counts(conn, &Desk::Region(prefectures))
}

/// How much waits at the desk of a member, or `None` when it has none.
///
/// # Errors
/// When the counts cannot be read.
pub fn waiting_for(conn: &mut DbConn, member: &ActingMember) -> Result<Option<i64>, Failure> {
    let Ok(desk) = policy::desk_of(member) else { return Ok(None) };
    Ok(Some(waiting::counts(conn, &desk)?.total()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_acted_upon_in_two_ways() {
        let id = Uuid::nil();
        for kind in WaitingKind::ALL {
            let acts = links(*kind, id).into_iter().filter(|link| link.method == "POST").count();
            assert_eq!(acts, 2, "{kind}");
        }
        assert_eq!(
            links(WaitingKind::Match, id).first().map(|link| link.href.clone()),
            Some(format!("/api/v1/matches/{id}"))
        );
    }

    #[test]
    fn what_waits_longer_comes_first_whatever_its_kind() {
        let now = crate::clock::Clock::system().now();
        let place = |kind, minutes: i64| Place {
            since: now.plus(TimeDelta::minutes(minutes)),
            kind,
            id: Uuid::nil(),
        };
        let mut places = [
            place(WaitingKind::Organization, 2),
            place(WaitingKind::Match, 0),
            place(WaitingKind::Challenge, 2),
            place(WaitingKind::Confirmation, 1),
        ];
        places.sort();
        let order = places.map(|place| place.kind);
        assert_eq!(
            order,
            [
                WaitingKind::Match,
                WaitingKind::Confirmation,
                WaitingKind::Organization,
                WaitingKind::Challenge
            ]
        );
    }
}
