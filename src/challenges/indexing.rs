//! What matching and search read of a challenge.

use diesel::prelude::*;

use super::ChallengeId;
use super::content::{Content, EntryStage, Indicator};
use super::states::Status;
use super::store::Challenge;
use crate::accounts::OrganizationStatus;
use crate::db::DbConn;
use crate::db::schema::{challenges, organizations};
use crate::failure::Failure;
use crate::fields::Yen;
use crate::matching::{Budget, ChallengeDoc};
use crate::reference::MunicipalityCode;

/// A challenge for the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedChallenge {
    /// Its id.
    pub id: ChallengeId,
    /// Whether its municipality stays unnamed until it is introduced.
    pub anonymous: bool,
    /// What is ranked and searched. Ranked only while it is open and its municipality approved.
    pub doc: ChallengeDoc,
}

/// Those of `which` that exist, or all there are.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn for_index(conn: &mut DbConn, which: Option<&[ChallengeId]>) -> Result<Vec<IndexedChallenge>, Failure> {
    let mut query = challenges::table
        .inner_join(organizations::table)
        .select((Challenge::as_select(), organizations::status))
        .order(challenges::id)
        .into_boxed();
    if let Some(ids) = which {
        query = query.filter(challenges::id.eq_any(ids));
    }
    let rows: Vec<(Challenge, OrganizationStatus)> = query.load(conn)?;
    rows.into_iter().map(|(challenge, owner)| indexed(challenge, owner)).collect()
}

fn indexed(challenge: Challenge, owner: OrganizationStatus) -> Result<IndexedChallenge, Failure> {
    let candidate = challenge.status == Status::Open && owner == OrganizationStatus::Approved;
    let place = challenge.place()?;
    Ok(IndexedChallenge {
        id: challenge.id,
        anonymous: challenge.anonymous,
        doc: document(challenge.content.0, place, candidate),
    })
}

/// The document that is matched and searched.
pub(super) fn document(content: Content, place: MunicipalityCode, candidate: bool) -> ChallengeDoc {
    ChallengeDoc {
        candidate,
        place,
        outcomes: content.outcomes.iter().map(in_words).collect::<Vec<_>>().join("\n"),
        title: content.title,
        summary: content.summary,
        background: content.background,
        current_state: content.current_state,
        desired_state: content.desired_state,
        sectors: content.sectors,
        technologies: content.technologies,
        conditions: content.conditions,
        infrastructure: content.infrastructure,
        // Only a draft has none, and a draft is searched, not ranked.
        entry_stage: content.entry_stage.unwrap_or(EntryStage::Planning),
        budget: Budget {
            min: content.budget.min.map(Yen::yen),
            max: content.budget.max.map(Yen::yen),
            running_per_year: content.budget.running_per_year.map(Yen::yen),
        },
        start_from: content.start_from,
    }
}

fn in_words(indicator: &Indicator) -> String {
    format!("{} {}", indicator.indicator, indicator.unit)
}
