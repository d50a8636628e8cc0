//! What of a panel is shown to whom: the criteria to everyone who may read the challenge, all else to the municipality.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::actions::are_free;
use super::criteria::{self, Criterion};
use super::scores::{self, Difference, Score};
use super::store::{self, Sheet};
use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};
use crate::proposals::{self, ProposalId};

/// What the proposals to a challenge are judged by.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PanelCriteria)]
pub struct CriteriaView {
    /// In their order.
    pub criteria: Vec<Criterion>,
    /// Whether the municipality set them; otherwise they are the usual ones.
    pub own: bool,
    /// Whether they can no longer be changed.
    pub locked: bool,
    /// Whether the reader may change them now.
    pub may_set: bool,
    /// Counts every write; the ETag. 0 before the first.
    pub version: i32,
}

/// One reader's sheet.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PanelSheet)]
pub struct SheetView {
    /// The reader.
    pub reader: String,
    /// One for each criterion, in their order.
    pub scores: Vec<Score>,
    /// On the whole.
    pub remark: String,
    /// The weighted mean, 0 to 5.
    pub total: Option<f64>,
}

/// What the panel agreed on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PanelAgreement)]
pub struct AgreementView {
    /// One for each criterion, in their order.
    pub scores: Vec<Score>,
    /// On the whole.
    pub remark: String,
    /// The weighted mean, 0 to 5.
    pub total: Option<f64>,
    /// Counts every write; what `If-Match` names. 0 before the first.
    pub version: i32,
}

/// The panel's reading of one proposal, as one reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PanelReading)]
pub struct Reading {
    /// What is judged, and how much it weighs.
    pub criteria: Vec<Criterion>,
    /// The reader's own scores.
    pub scores: Vec<Score>,
    /// The reader's own remark on the whole.
    pub remark: String,
    /// The weighted mean of the own sheet.
    pub total: Option<f64>,
    /// When the reader handed in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub handed_in_at: Option<Timestamp>,
    /// Counts the writes of the own sheet; the ETag. 0 before the first.
    pub version: i32,
    /// How many sheets were handed in.
    pub handed_in: usize,
    /// How many readers declared a conflict of interest.
    pub conflicts: i64,
    /// All sheets that were handed in; `null` until the reader has handed in.
    pub sheets: Option<Vec<SheetView>>,
    /// Where the sheets differ, criterion by criterion; `null` until the reader has handed in.
    pub differences: Option<Vec<Option<Difference>>>,
    /// What the panel agreed on; `null` until the reader has handed in.
    pub agreement: Option<AgreementView>,
}

/// The criteria of a challenge's panel.
///
/// # Errors
/// `NotFound` when the challenge may not be seen.
pub(super) fn criteria(
    conn: &mut DbConn,
    actor: &Actor,
    id: ChallengeId,
    now: Timestamp,
) -> Result<CriteriaView, Failure> {
    let brief = challenges::brief(conn, actor, id)?;
    policy::require(actor, Action::See, &brief.subject)?;
    let (set, version) = store::criteria(conn, id)?;
    let free = are_free(&brief, now);
    Ok(CriteriaView {
        own: !set.is_empty(),
        criteria: criteria::in_force(set, actor.locale()),
        locked: !free,
        may_set: free && policy::allows(actor, Action::Submit, &brief.subject),
        version,
    })
}

/// The reading of a proposal, for a member of its panel.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub(super) fn reading(conn: &mut DbConn, actor: &Actor, id: ProposalId) -> Result<Reading, Failure> {
    let brief = proposals::brief(conn, actor, id)?;
    policy::require(actor, Action::See, &brief.subject)?;
    policy::require(actor, Action::SeePanel, &brief.subject)?;
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?.member;
    let (set, _) = store::criteria(conn, brief.challenge)?;
    let criteria = criteria::in_force(set, actor.locale());
    let own = store::sheet(conn, id, member)?;
    let all = store::handed_in(conn, id)?;
    let done = own.as_ref().is_some_and(|sheet| sheet.handed_in_at.is_some());
    let agreement = store::agreement(conn, id)?;
    let scores: Vec<&[Score]> = all.iter().map(|(sheet, _)| sheet.scores.0.as_slice()).collect();
    let differences = scores::differences(criteria.len(), &scores);
    let (mine, remark, handed_in_at, version) = match own {
        Some(Sheet { scores, remark, handed_in_at, version, .. }) => {
            (scores.0, remark, handed_in_at, version)
        }
        None => (vec![Score::default(); criteria.len()], String::new(), None, 0),
    };
    Ok(Reading {
        total: scores::weighted(&criteria, &mine),
        scores: mine,
        remark,
        handed_in_at,
        version,
        handed_in: all.len(),
        conflicts: store::conflicts(conn, id)?,
        sheets: done.then(|| all.iter().map(|row| sheet_view(&criteria, row)).collect()),
        differences: done.then_some(differences),
        agreement: agreement.filter(|_| done).map(|agreement| AgreementView {
            total: scores::weighted(&criteria, &agreement.scores.0),
            scores: agreement.scores.0,
            remark: agreement.remark,
            version: agreement.version,
        }),
        criteria,
    })
}

fn sheet_view(criteria: &[Criterion], (sheet, reader): &(Sheet, String)) -> SheetView {
    SheetView {
        reader: reader.clone(),
        scores: sheet.scores.0.clone(),
        remark: sheet.remark.clone(),
        total: scores::weighted(criteria, &sheet.scores.0),
    }
}

/// Where the reading of one proposal stands, in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Whether the reader has handed in a sheet.
    pub done: bool,
    /// How many sheets were handed in.
    pub handed_in: usize,
    /// What the panel agreed on, else the mean of the sheets, 0 to 5; only for whoever has handed in.
    pub total: Option<f64>,
}

/// Where the panel stands with these proposals; those whose panel the reader does not sit on are left out.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn summaries(
    conn: &mut DbConn,
    actor: &Actor,
    ids: &[ProposalId],
) -> Result<HashMap<ProposalId, Summary>, Failure> {
    let mut found = HashMap::new();
    for id in ids {
        let reading = match reading(conn, actor, *id) {
            Ok(reading) => reading,
            Err(Failure::NotFound | Failure::Forbidden(_) | Failure::Unauthenticated(_)) => continue,
            Err(other) => return Err(other),
        };
        let totals: Vec<f64> = reading.sheets.iter().flatten().filter_map(|sheet| sheet.total).collect();
        let agreed = reading.agreement.as_ref().and_then(|agreement| agreement.total);
        found.insert(
            *id,
            Summary {
                done: reading.handed_in_at.is_some(),
                handed_in: reading.handed_in,
                total: agreed.or_else(|| scores::mean(&totals)),
            },
        );
    }
    Ok(found)
}
