//! What is shown of a match, to whom.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::actions::may_take;
use super::states::{Side, Status, Step};
use super::store::{self, Known};
use super::{Explanation, MatchId, Origin};
use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::moderation::{self, Entry, SubjectKind};
use crate::policy::{self, Action, Actor};
use crate::solutions::{self, SolutionId};

/// A match in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MatchCard)]
pub struct Card {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: MatchId,
    /// Where it stands.
    pub status: Status,
    /// How it came about.
    pub origin: Origin,
    /// The score when it was made, 0 to 1.
    pub score: f64,
    /// The challenge.
    pub challenge: challenges::Card,
    /// The solution.
    pub solution: solutions::Card,
    /// Why the two were brought together; not for the vendor.
    pub note: Option<String>,
    /// Why it was dismissed or ended; that of a dismissal is not for the vendor.
    pub reason: Option<String>,
    /// Who wants to go on.
    pub agreed: AgreedView,
    /// The steps that the caller may take now.
    pub steps: Vec<Step>,
    /// Since when both sides know each other.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub introduced_at: Option<Timestamp>,
    /// Counts every write; the ETag.
    pub version: i32,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// Who wants to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreedView {
    /// The municipality.
    pub municipality: bool,
    /// The vendor.
    pub vendor: bool,
}

/// A match in full.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Match)]
pub struct Detail {
    /// The match.
    #[serde(flatten)]
    pub card: Card,
    /// The score and its reasons as they were when the match was made.
    pub explanation: Explanation,
    /// Whom to write to on both sides; `null` until the introduction.
    pub contacts: Option<Contacts>,
    /// What the bureau did, oldest first; for the desk only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Vec<Entry>>,
}

/// Whom to write to, on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contacts {
    /// At the municipality.
    pub municipality: Vec<Contact>,
    /// At the vendor.
    pub vendor: Vec<Contact>,
}

/// Whom to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MatchContact)]
pub struct Contact {
    /// The department.
    pub department: Option<String>,
    /// The person.
    pub name: Option<String>,
    /// The mail address.
    pub email: Option<String>,
}

impl Contact {
    /// In one line, for a mail.
    pub(super) fn line(&self) -> String {
        let parts = [&self.department, &self.name, &self.email];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// A match as `actor` sees it.
///
/// # Errors
/// `NotFound` when the caller may not know of it.
pub fn detail(conn: &mut DbConn, actor: &Actor, id: MatchId) -> Result<Detail, Failure> {
    let known = store::find(conn, id)?;
    policy::require(actor, Action::See, &known.subject())?;
    let explanation = known.row.explanation.0.clone();
    let contacts = match known.row.introduced_at {
        Some(_) if policy::allows(actor, Action::SeeContact, &known.subject()) => {
            Some(contacts(conn, &known)?)
        }
        _ => None,
    };
    let log = match policy::allows(actor, Action::Moderate, &known.subject()) {
        true => Some(moderation::entries(conn, SubjectKind::Match, id.0)?),
        false => None,
    };
    let card = cards(conn, actor, vec![known])?.pop().ok_or(Failure::NotFound)?;
    Ok(Detail { card, explanation, contacts, log })
}

/// Matches as `actor` sees them, in their order.
pub(super) fn cards(conn: &mut DbConn, actor: &Actor, known: Vec<Known>) -> Result<Vec<Card>, Failure> {
    let challenge_ids: Vec<ChallengeId> = known.iter().map(|one| one.row.challenge_id).collect();
    let solution_ids: Vec<SolutionId> = known.iter().map(|one| one.row.solution_id).collect();
    let challenges = challenges::cards(conn, actor, &challenge_ids)?;
    let solutions = solutions::cards(conn, &solution_ids)?;
    Ok(known.iter().filter_map(|one| card(actor, one, &challenges, &solutions)).collect())
}

fn card(
    actor: &Actor,
    known: &Known,
    challenges: &HashMap<ChallengeId, challenges::Card>,
    solutions: &HashMap<SolutionId, solutions::Card>,
) -> Option<Card> {
    let row = &known.row;
    let reader = actor.member().map(|member| member.organization);
    let for_vendor = reader.and_then(|own| known.side_of(own)) == Some(Side::Vendor);
    let agreement = row.agreement();
    Some(Card {
        id: row.id,
        status: row.status,
        origin: row.origin,
        score: row.score,
        challenge: challenges.get(&row.challenge_id)?.clone(),
        solution: solutions.get(&row.solution_id)?.clone(),
        note: row.note.clone().filter(|_| !for_vendor),
        reason: row.reason.clone().filter(|_| !for_vendor || row.status != Status::Dismissed),
        agreed: AgreedView { municipality: agreement.municipality, vendor: agreement.vendor },
        steps: steps(actor, known),
        introduced_at: row.introduced_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The steps that `actor` may take now.
fn steps(actor: &Actor, known: &Known) -> Vec<Step> {
    let own = actor.member().and_then(|member| known.side_of(member.organization));
    let said_yes = own.is_some_and(|side| known.row.agreement().of(side));
    let mut steps: Vec<Step> = known.row.status.legal_steps().collect();
    steps.retain(|step| may_take(actor, *step, known).is_ok() && !(*step == Step::Agree && said_yes));
    steps
}

/// Whom to write to: the contact that the challenge names, else the municipality's admins; the vendor's admins.
pub(super) fn contacts(conn: &mut DbConn, known: &Known) -> Result<Contacts, Failure> {
    let brief = challenges::brief(conn, &Actor::system(), known.row.challenge_id)?;
    let named = brief.content.contact.map(|contact| Contact {
        department: Some(contact.department),
        name: contact.name,
        email: contact.email,
    });
    let municipality = match named {
        Some(contact) if contact.email.is_some() => vec![contact],
        _ => admins(conn, known, Side::Municipality)?,
    };
    Ok(Contacts { municipality, vendor: admins(conn, known, Side::Vendor)? })
}

fn admins(conn: &mut DbConn, known: &Known, side: Side) -> Result<Vec<Contact>, Failure> {
    let organization = match side {
        Side::Municipality => known.municipality,
        Side::Vendor => known.vendor,
    };
    let people = store::admins(conn, organization)?.into_iter().map(|person| Contact {
        department: person.department,
        name: Some(person.name),
        email: Some(person.email),
    });
    Ok(people.collect())
}
