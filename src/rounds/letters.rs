//! What is told to whom about a round. The words stand in the locale files of the mails.

use std::collections::BTreeSet;

use super::store::{self, Round};
use super::windows::{Turn, WindowKind};
use crate::accounts::{Locale, OrganizationId, Role};
use crate::failure::Failure;
use crate::locales;
use crate::notices::{self, Kind, Letter, Link};
use crate::reference::Bureau;
use crate::services::Deed;
use crate::web::formats;

/// A message about a round with what every one of them says: its title, its bureau, its days.
fn letter(kind: Kind, round: &Round) -> Letter {
    let link = Link::Page(format!("/rounds/{}", round.id));
    let mut letter = Letter::new(kind, ("round", round.id.0), link).with("title", round.title.clone());
    if let Ok(bureau) = Bureau::parse(&round.bureau) {
        letter = letter.with("bureau_ja", bureau.name_ja()).with("bureau_en", bureau.name_en());
    }
    letter.with("windows_ja", windows(round, Locale::Ja)).with("windows_en", windows(round, Locale::En))
}

/// The three windows, one a line.
fn windows(round: &Round, locale: Locale) -> String {
    let line = |kind: &WindowKind| {
        let days = round.days(*kind);
        let values = [
            ("window", locales::text(locale, &format!("rounds.window.{kind}"), &[])),
            ("from", formats::weekday_date(locale, days.from)),
            ("to", formats::weekday_date(locale, days.to)),
        ];
        locales::text(locale, "rounds.window_line", &values)
    };
    WindowKind::ALL.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn tell_all(
    deed: &mut Deed<'_>,
    organizations: impl IntoIterator<Item = OrganizationId>,
    letter: &Letter,
) -> Result<(), Failure> {
    // Each once, in a fixed order, so that two deeds never wait for each other's rows crosswise.
    let organizations: BTreeSet<OrganizationId> = organizations.into_iter().collect();
    organizations
        .into_iter()
        .try_for_each(|organization| notices::tell_organization(deed, organization, Role::Editor, letter))
}

/// A round was announced: told to the municipalities of its region.
pub(super) fn announced(deed: &mut Deed<'_>, round: &Round) -> Result<(), Failure> {
    let towns = store::municipalities_in(deed.conn(), &round.prefectures())?;
    tell_all(deed, towns, &letter(Kind::RoundAnnounced, round))
}

/// Its windows have moved: told to whoever takes part.
pub(super) fn windows_moved(deed: &mut Deed<'_>, round: &Round) -> Result<(), Failure> {
    let towns = store::municipalities_of(deed.conn(), round.id)?;
    tell_all(deed, towns, &letter(Kind::RoundChanged, round))
}

/// It was called off: told to whoever takes part.
pub(super) fn cancelled(deed: &mut Deed<'_>, round: &Round, reason: &str) -> Result<(), Failure> {
    let towns = store::municipalities_of(deed.conn(), round.id)?;
    tell_all(deed, towns, &letter(Kind::RoundCancelled, round).with("reason", reason))
}

/// What does your municipality need?
pub(super) fn surveyed(deed: &mut Deed<'_>, round: &Round, towns: &[OrganizationId]) -> Result<(), Failure> {
    let mut letter = letter(Kind::RoundSurvey, round);
    letter.link = Link::Page(format!("/rounds/{}/survey", round.id));
    let until = round.days(WindowKind::Challenges).to;
    let letter = letter
        .with("until_ja", formats::weekday_date(Locale::Ja, until))
        .with("until_en", formats::weekday_date(Locale::En, until));
    tell_all(deed, towns.iter().copied(), &letter)
}

/// A window opened or closed: told to those for whom that changes something.
pub(super) fn turned(deed: &mut Deed<'_>, round: &Round, turn: Turn) -> Result<(), Failure> {
    let what = if turn.opens { "opened" } else { "closed" };
    let letter = letter(Kind::RoundTurned, round)
        .with("turn_key", format!("rounds.turn.{}.{what}", turn.kind))
        .with("next_key", format!("rounds.turn_next.{}.{what}", turn.kind));
    let mut concerned = match (turn.kind, turn.opens) {
        (WindowKind::Challenges, true) => store::municipalities_in(deed.conn(), &round.prefectures())?,
        (WindowKind::Proposals, true) => store::vendors(deed.conn())?,
        _ => vec![round.organization_id],
    };
    concerned.extend(store::municipalities_of(deed.conn(), round.id)?);
    tell_all(deed, concerned, &letter)
}
