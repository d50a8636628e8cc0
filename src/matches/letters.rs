//! What is told to whom about matches. The words stand in the locale files of the mails.

use super::Sentence;
use super::store::Known;
use super::view::{self, Contact};
use crate::accounts::{OrganizationId, Role};
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::Actor;
use crate::services::Deed;
use crate::solutions::{self, SolutionId};

/// Both sides learn of each other, each with the other's contact.
pub(super) fn introduced(deed: &mut Deed<'_>, known: &Known) -> Result<(), Failure> {
    let names = Names::of(deed.conn(), known.row.challenge_id, known.row.solution_id)?;
    let contacts = view::contacts(deed.conn(), known)?;
    let letter = |contacts: &[Contact]| {
        let lines: Vec<String> = contacts.iter().map(Contact::line).collect();
        Letter::new(
            Kind::MatchIntroduced,
            ("match", known.row.id.0),
            Link::Page(format!("/matches/{}", known.row.id)),
        )
        .with("title", names.title.clone())
        .with("municipality", names.municipality.clone())
        .with("solution", names.solution.clone())
        .with("vendor", names.vendor.clone())
        .with("contact", lines.join("\n"))
    };
    notices::tell_organization(deed, known.municipality, Role::Editor, &letter(&contacts.vendor))?;
    notices::tell_organization(deed, known.vendor, Role::Editor, &letter(&contacts.municipality))
}

/// What the two sides of a pair are called.
struct Names {
    title: String,
    municipality: String,
    solution: String,
    vendor: String,
}

impl Names {
    fn of(conn: &mut DbConn, challenge: ChallengeId, solution: SolutionId) -> Result<Self, Failure> {
        let brief = challenges::brief(conn, &Actor::system(), challenge)?;
        let card = solutions::cards(conn, &[solution])?.remove(&solution).ok_or(Failure::NotFound)?;
        Ok(Self {
            municipality: brief.place.municipality().full_name_ja(),
            title: brief.title,
            solution: card.name,
            vendor: card.vendor.name,
        })
    }
}

/// A municipality learns of a new solution that fits its challenge.
pub(super) fn fits_challenge(
    deed: &mut Deed<'_>,
    (challenge, solution): (ChallengeId, SolutionId),
    reason: &Sentence,
) -> Result<(), Failure> {
    let brief = challenges::brief(deed.conn(), &Actor::system(), challenge)?;
    let names = Names::of(deed.conn(), challenge, solution)?;
    let page = Link::Page(format!("/challenges/{challenge}"));
    let letter = new_match(("challenge", challenge.0), page, &names, names.municipality.clone(), reason);
    notices::tell_organization(deed, brief.owner, Role::Editor, &letter)
}

/// A vendor learns of a new challenge that its solution fits. An anonymous one is named by its bureau alone.
pub(super) fn fits_solution(
    deed: &mut Deed<'_>,
    (challenge, solution): (&Brief, SolutionId),
    vendor: OrganizationId,
    reason: &Sentence,
) -> Result<(), Failure> {
    let names = Names::of(deed.conn(), challenge.id, solution)?;
    let municipality = match challenge.anonymous {
        true => challenge.place.bureau().name_ja().to_owned(),
        false => names.municipality.clone(),
    };
    let page = Link::Page(format!("/challenges/{}", challenge.id));
    let letter = new_match(("challenge", challenge.id.0), page, &names, municipality, reason);
    notices::tell_organization(deed, vendor, Role::Editor, &letter)
}

fn new_match(
    about: (&'static str, uuid::Uuid),
    page: Link,
    names: &Names,
    municipality: String,
    reason: &Sentence,
) -> Letter {
    Letter::new(Kind::NewMatch, about, page)
        .with("title", names.title.clone())
        .with("solution", names.solution.clone())
        .with("municipality", municipality)
        .with("reason_ja", &reason.ja)
        .with("reason_en", &reason.en)
}

/// The organization behind a solution.
pub(super) fn vendor_of(conn: &mut DbConn, solution: SolutionId) -> Result<OrganizationId, Failure> {
    let card = solutions::cards(conn, &[solution])?.remove(&solution);
    card.map(|card| card.vendor.id).ok_or(Failure::NotFound)
}
