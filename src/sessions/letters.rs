//! What is told to the parties of a session, each with its appointment. The words stand in the locale files of the mails.

use super::SlotId;
use super::states::Status;
use super::store::{self, Names, Session, Slot};
use crate::accounts::links::{self, Purpose};
use crate::accounts::{Locale, Role};
use crate::appointments::{self, Appointment, Method};
use crate::failure::Failure;
use crate::fields::Email;
use crate::locales;
use crate::notices::{self, Invite, Kind, Letter, Link};
use crate::services::Deed;
use crate::web::formats;

/// The page behind the mailed link.
pub(super) const OUTCOME_PAGE: &str = "/session-outcome";

/// A session in words.
struct Words {
    names: Names,
    slot: Option<Slot>,
}

fn words(deed: &mut Deed<'_>, session: &Session) -> Result<Words, Failure> {
    let names = store::names(deed.conn(), std::slice::from_ref(session))?;
    let slot = session.slot_id.and_then(|id| names.slots.get(&id)).cloned();
    Ok(Words { names, slot })
}

/// Where a session is held: the place, and the address of the meeting.
pub(super) fn place(slot: &Slot) -> String {
    match &slot.link {
        Some(link) => format!("{} {link}", slot.place),
        None => slot.place.clone(),
    }
}

fn letter(kind: Kind, session: &Session, words: &Words, link: Link) -> Letter {
    let Words { names, slot } = words;
    let text = |found: Option<&String>| found.cloned().unwrap_or_default();
    let letter = Letter::new(kind, ("session", session.id.0), link)
        .with("title", text(names.challenges.get(&session.challenge_id)))
        .with("municipality", text(names.organizations.get(&session.municipality_id)))
        .with("solution", text(names.solutions.get(&session.solution_id)))
        .with("vendor", text(names.organizations.get(&session.vendor_id)));
    match slot {
        Some(slot) => when(letter, slot).with("place", place(slot)),
        None => letter.with("when", "").with("place", ""),
    }
}

fn when(letter: Letter, slot: &Slot) -> Letter {
    letter
        .with("when_ja", formats::date_time(Locale::Ja, slot.starts_at))
        .with("when_en", formats::date_time(Locale::En, slot.starts_at))
}

fn page(session: &Session) -> Link {
    Link::Page(format!("/sessions/{}", session.id))
}

fn tell_both(deed: &mut Deed<'_>, session: &Session, letter: &Letter) -> Result<(), Failure> {
    let mut parties = [session.municipality_id, session.vendor_id];
    parties.sort_unstable();
    parties.into_iter().try_for_each(|party| notices::tell_organization(deed, party, Role::Editor, letter))
}

/// The session as an appointment; `None` for one without a slot.
pub(super) fn appointment(session: &Session, names: &Names, public_url: &str) -> Option<Appointment> {
    let slot = session.slot_id.and_then(|id| names.slots.get(&id))?;
    let text = |found: Option<&String>| found.cloned().unwrap_or_default();
    let values = [
        ("title", text(names.challenges.get(&session.challenge_id))),
        ("municipality", text(names.organizations.get(&session.municipality_id))),
        ("solution", text(names.solutions.get(&session.solution_id))),
        ("vendor", text(names.organizations.get(&session.vendor_id))),
    ];
    let url = format!("{public_url}/sessions/{}", session.id);
    let description = locales::text(Locale::Ja, "sessions.appointment.description", &values);
    Some(Appointment {
        id: session.id.0,
        part: "",
        sequence: session.sequence,
        from: slot.starts_at,
        to: slot.ends_at,
        summary: locales::text(Locale::Ja, "sessions.appointment.summary", &values),
        description: format!("{description}\n{url}"),
        location: Some(place(slot)),
        url,
        cancelled: session.status == Status::Cancelled,
    })
}

/// The address in a sender such as `架け橋 <no-reply@kakehashi.example>`.
fn address_of(sender: &str) -> &str {
    sender.rsplit_once('<').map_or(sender, |(_, address)| address.trim_end_matches('>')).trim()
}

fn invite(deed: &Deed<'_>, session: &Session, words: &Words, method: Method) -> Option<Invite> {
    let appointment = appointment(session, &words.names, deed.public_url())?;
    let organizer = address_of(&deed.settings().mail.from).to_owned();
    let service = (deed.public_url(), organizer.as_str());
    let file = appointments::calendar(method, "", std::slice::from_ref(&appointment), service, deed.now());
    Some(Invite { method, file })
}

fn with_invite(letter: Letter, invite: Option<Invite>) -> Letter {
    match invite {
        Some(invite) => letter.inviting(invite),
        None => letter,
    }
}

/// You have a session.
pub(super) fn assigned(deed: &mut Deed<'_>, session: &Session) -> Result<(), Failure> {
    let words = words(deed, session)?;
    let letter = letter(Kind::SessionAssigned, session, &words, page(session));
    let letter = with_invite(letter, invite(deed, session, &words, Method::Request));
    tell_both(deed, session, &letter)
}

/// Your session has moved.
pub(super) fn changed(deed: &mut Deed<'_>, before: &Session, session: &Session) -> Result<(), Failure> {
    let words = words(deed, session)?;
    let letter = letter(Kind::SessionChanged, session, &words, page(session));
    let letter = match old_slot(deed, before, before.slot_id)? {
        Some(slot) => letter
            .with("before_ja", formats::date_time(Locale::Ja, slot.starts_at))
            .with("before_en", formats::date_time(Locale::En, slot.starts_at)),
        None => letter.with("before", ""),
    };
    let letter = with_invite(letter, invite(deed, session, &words, Method::Request));
    tell_both(deed, session, &letter)
}

fn old_slot(deed: &mut Deed<'_>, session: &Session, slot: Option<SlotId>) -> Result<Option<Slot>, Failure> {
    match slot {
        Some(slot) => store::slot(deed.conn(), session.round_id, slot).map(Some),
        None => Ok(None),
    }
}

/// Your session was called off.
pub(super) fn cancelled(deed: &mut Deed<'_>, session: &Session) -> Result<(), Failure> {
    let words = words(deed, session)?;
    let reason = session.reason.clone().unwrap_or_default();
    let letter = letter(Kind::SessionCancelled, session, &words, page(session)).with("reason", reason);
    let letter = with_invite(letter, invite(deed, session, &words, Method::Cancel));
    tell_both(deed, session, &letter)
}

/// What came of it? Each editor of both sides gets a link of their own.
pub(super) fn asked_for_outcome(deed: &mut Deed<'_>, session: &Session) -> Result<(), Failure> {
    let words = words(deed, session)?;
    let mut parties = [session.municipality_id, session.vendor_id];
    parties.sort_unstable();
    for party in parties {
        for (member, email) in store::editors(deed.conn(), party)? {
            let email = Email::parse(&email).map_err(Failure::internal)?;
            let token = links::make(deed, Purpose::SessionOutcome, session.id.0, &email)?;
            let link = Link::Secret { path: OUTCOME_PAGE, token };
            notices::tell(deed, member, &letter(Kind::SessionOutcome, session, &words, link))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_sender_is_what_stands_in_angle_brackets_or_all_of_it() {
        assert_eq!(address_of("架け橋 <no-reply@kakehashi.example>"), "no-reply@kakehashi.example");
        assert_eq!(address_of("no-reply@kakehashi.example"), "no-reply@kakehashi.example");
    }
}
