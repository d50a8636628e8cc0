//! Appointments as other people's calendars read them (iCalendar, RFC 5545; invitations by mail, RFC 5546). Pure.

use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Property};
use uuid::Uuid;

use crate::db::Timestamp;
use crate::text_enum;

/// Who made the file, as RFC 5545 wants to know.
const MADE_BY: &str = "-//Kakehashi//Kakehashi//JA";

text_enum! {
    /// What the reader's calendar is asked to do.
    pub enum Method {
        /// Show what there is: a file or a feed.
        Publish = "PUBLISH",
        /// Take an appointment, or its new version.
        Request = "REQUEST",
        /// Take an appointment out.
        Cancel = "CANCEL",
    }
}

/// One appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// What it is about; with the host it makes the UID, the same in every version.
    pub id: Uuid,
    /// Tells apart several appointments about one thing; may be empty.
    pub part: &'static str,
    /// Counts the versions, from 0: a calendar keeps the highest it has seen.
    pub sequence: i32,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// Its title.
    pub summary: String,
    /// Everything else there is to know.
    pub description: String,
    /// Where.
    pub location: Option<String>,
    /// Its page.
    pub url: String,
    /// Whether it was called off.
    pub cancelled: bool,
}

/// The file that says `appointments` as of `now`. `public_url` names the service, `organizer` the address that invites.
pub fn calendar(
    method: Method,
    name: &str,
    appointments: &[Appointment],
    (public_url, organizer): (&str, &str),
    now: Timestamp,
) -> String {
    let host = url::Url::parse(public_url).ok();
    let host = host.as_ref().and_then(url::Url::host_str).unwrap_or("localhost");
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", MADE_BY));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("METHOD", method.as_str()));
    if method == Method::Publish {
        calendar.name(name);
    }
    for one in appointments {
        calendar.push(event(one, host, (method, organizer), now));
    }
    calendar.to_string()
}

fn event(one: &Appointment, host: &str, (method, organizer): (Method, &str), now: Timestamp) -> Event {
    let joint = if one.part.is_empty() { "" } else { "-" };
    let mut event = Event::new();
    event
        .uid(&format!("{}{joint}{}@{host}", one.id, one.part))
        .sequence(u32::try_from(one.sequence).unwrap_or(0))
        .timestamp(now.utc())
        .starts(one.from.utc())
        .ends(one.to.utc())
        .summary(&one.summary)
        .description(&one.description)
        .url(&one.url)
        .status(if one.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    if let Some(location) = &one.location {
        event.location(location);
    }
    if method != Method::Publish {
        event.append_property(Property::new("ORGANIZER", format!("mailto:{organizer}")));
    }
    event.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_utc(text.parse().expect("an instant"))
    }

    fn appointment() -> Appointment {
        Appointment {
            id: Uuid::nil(),
            part: "",
            sequence: 2,
            from: at("2027-03-01T10:00:00+09:00"),
            to: at("2027-03-01T10:45:00+09:00"),
            summary: "提案会：除雪車の位置を住民に見せたい、岩見沢市; 雪みちナビ".to_owned(),
            description: "場所\n会議室A".to_owned(),
            location: Some("札幌第1合同庁舎, 会議室A".to_owned()),
            url: "https://kakehashi.example/sessions/1".to_owned(),
            cancelled: false,
        }
    }

    fn written(method: Method, one: &Appointment) -> String {
        let service = ("https://kakehashi.example", "no-reply@kakehashi.example");
        calendar(method, "提案会", std::slice::from_ref(one), service, at("2026-11-21T00:00:00Z"))
    }

    /// The lines as a reader joins them again.
    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_invitation_says_what_a_calendar_needs() {
        let lines = unfolded(&written(Method::Request, &appointment()));
        for line in [
            "BEGIN:VCALENDAR",
            "METHOD:REQUEST",
            "UID:00000000-0000-0000-0000-000000000000@kakehashi.example",
            "SEQUENCE:2",
            "DTSTAMP:20261121T000000Z",
            "DTSTART:20270301T010000Z",
            "DTEND:20270301T014500Z",
            "STATUS:CONFIRMED",
            "ORGANIZER:mailto:no-reply@kakehashi.example",
            "DESCRIPTION:場所\\n会議室A",
            "LOCATION:札幌第1合同庁舎\\, 会議室A",
            "SUMMARY:提案会：除雪車の位置を住民に見せたい、岩見沢市\\; 雪みちナビ",
            "END:VCALENDAR",
        ] {
            assert!(lines.iter().any(|one| one == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn no_line_is_longer_than_75_octets() {
        let long = Appointment { description: "あいうえお".repeat(100), ..appointment() };
        let text = written(Method::Publish, &long);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(!text.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn a_cancellation_names_the_same_appointment() {
        let gone = Appointment { cancelled: true, sequence: 3, ..appointment() };
        let lines = unfolded(&written(Method::Cancel, &gone));
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3"] {
            assert!(lines.iter().any(|one| one == line), "{line} in {lines:#?}");
        }
        assert!(lines.contains(&"UID:00000000-0000-0000-0000-000000000000@kakehashi.example".to_owned()));
    }

    #[test]
    fn a_title_cannot_bring_lines_of_its_own() {
        let lure = Appointment { summary: "x\nATTACH:https://evil.example".to_owned(), ..appointment() };
        let lines = unfolded(&written(Method::Publish, &lure));
        assert!(!lines.iter().any(|line| line.starts_with("ATTACH")), "{lines:#?}");
    }
}
