//! What happened: a row that exists once, written in the transaction of the deed.

use diesel::prelude::*;

use super::store::Event;
use super::{Happening, WatchEventId};
use crate::audit::SubjectId;
use crate::challenges::ChallengeId;
use crate::db::Both;
use crate::db::schema::watch_events;
use crate::failure::Failure;
use crate::notices;
use crate::services::Deed;
use crate::solutions::SolutionId;

/// To what it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// A challenge.
    Challenge(ChallengeId),
    /// A solution.
    Solution(SolutionId),
}

impl About {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Challenge(_) => "challenge",
            Self::Solution(_) => "solution",
        }
    }

    pub(super) fn id(self) -> SubjectId {
        match self {
            Self::Challenge(id) => SubjectId(id.0),
            Self::Solution(id) => SubjectId(id.0),
        }
    }
}

/// Says what happened. `which` tells several of a kind apart (an amendment's number, a question's id); what happened again
/// is no news. Told to nobody before the messages of the deed are.
///
/// # Errors
/// `Internal` when the row cannot be written.
pub fn happened(
    deed: &mut Deed<'_>,
    about: About,
    happening: Happening,
    which: impl ToString,
) -> Result<(), Failure> {
    let event = Event {
        id: WatchEventId::new(),
        subject_kind: about.kind().to_owned(),
        subject_id: about.id(),
        happening,
        which: which.to_string(),
        happened_at: notices::shown_at(deed),
        spread_at: None,
    };
    Both(diesel::insert_into(watch_events::table).values(&event).on_conflict_do_nothing())
        .execute(deed.conn())?;
    Ok(())
}

/// Takes back that something was published, because that was taken back.
///
/// # Errors
/// `Internal` when the row cannot be written.
pub fn unsaid(deed: &mut Deed<'_>, about: About) -> Result<(), Failure> {
    let published = watch_events::table
        .filter(watch_events::subject_kind.eq(about.kind()))
        .filter(watch_events::subject_id.eq(about.id()))
        .filter(watch_events::happening.eq(Happening::Published));
    diesel::delete(published).execute(deed.conn())?;
    Ok(())
}
