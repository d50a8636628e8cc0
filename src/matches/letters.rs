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
use crate::reference::Municipality;
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
        .of_municipality(names.place.full_name_ja(), names.place.full_name_en())
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
    place: &'static Municipality,
    solution: String,
    vendor: String,
}

impl Names {
    fn of(conn: &mut DbConn, challenge: ChallengeId, solution: SolutionId) -> Result<Self, Failure> {
        let brief = challenges::brief(conn, &Actor::system(), challenge)?;
        let card = solutions::cards(conn, &[solution])?.remove(&solution).ok_or(Failure::NotFound)?;
        Ok(Self {
            place: brief.place.municipality(),
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
    let letter = new_match(("challenge", challenge.0), page, &names, called(names.place), reason);
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
        true => {
            let bureau = challenge.place.bureau();
            (bureau.name_ja().to_owned(), bureau.name_en().to_owned())
        }
        false => called(names.place),
    };
    let page = Link::Page(format!("/challenges/{}", challenge.id));
    let letter = new_match(("challenge", challenge.id.0), page, &names, municipality, reason);
    notices::tell_organization(deed, vendor, Role::Editor, &letter)
}

fn new_match(
    about: (&'static str, uuid::Uuid),
    page: Link,
    names: &Names,
    municipality: (String, String),
    reason: &Sentence,
) -> Letter {
    Letter::new(Kind::NewMatch, about, page)
        .with("title", names.title.clone())
        .with("solution", names.solution.clone())
        .of_municipality(municipality.0, municipality.1)
        .with("reason_ja", &reason.ja)
        .with("reason_en", &reason.en)
}

fn called(place: &Municipality) -> (String, String) {
    (place.full_name_ja(), place.full_name_en())
}

/// What the other side of a match is told of a step.
#[derive(Debug, Clone, Copy)]
pub(super) enum News {
    /// This side wants to go on; the other has not answered yet.
    HalfAgreed,
    /// Both want to go on.
    Agreed,
    /// It came to nothing.
    Ended,
}

/// Whoever did not take the step itself learns of it: the other side, or both when the desk took it.
pub(super) fn answered(deed: &mut Deed<'_>, known: &Known, news: News) -> Result<(), Failure> {
    let names = Names::of(deed.conn(), known.row.challenge_id, known.row.solution_id)?;
    let page = Link::Page(format!("/matches/{}", known.row.id));
    let key = match news {
        News::HalfAgreed => "mail.match_news.half_agreed",
        News::Agreed => "mail.match_news.agreed",
        News::Ended => "mail.match_news.ended",
    };
    let letter = Letter::new(Kind::MatchAnswered, ("match", known.row.id.0), page)
        .with("title", names.title)
        .of_municipality(names.place.full_name_ja(), names.place.full_name_en())
        .with("solution", names.solution)
        .with("news_key", key)
        .with("reason", known.row.reason.clone().unwrap_or_default());
    let own = deed.by().member().map(|member| member.organization);
    for side in [known.municipality, known.vendor].into_iter().filter(|side| Some(*side) != own) {
        notices::tell_organization(deed, side, Role::Editor, &letter)?;
    }
    Ok(())
}

/// The organization behind a solution.
pub(super) fn vendor_of(conn: &mut DbConn, solution: SolutionId) -> Result<OrganizationId, Failure> {
    let card = solutions::cards(conn, &[solution])?.remove(&solution);
    card.map(|card| card.vendor.id).ok_or(Failure::NotFound)
}
