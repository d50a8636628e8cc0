//! `/our-sessions`: the sessions that concern the reader, what waits to be said about them, and their calendar.

use askama::Template;

use super::Row;
use crate::accounts::Secret;
use crate::failure::Failure;
use crate::rounds::pages::ics;
use crate::sessions::{SessionView, Status, Step, api, feed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "sessions/templates/own.html")]
struct OwnPage {
    shell: Shell,
    ahead: Vec<Row>,
    /// Held, and this side has not said what came of it.
    waiting: Vec<Row>,
    over: Vec<Row>,
    has_calendar: bool,
    /// The address, right after it was made.
    address: Option<String>,
}

/// `GET /our-sessions`
///
/// # Errors
/// `Unauthenticated`.
pub async fn own(visit: Visit) -> Answer {
    shown(&visit, None).await
}

async fn shown(visit: &Visit, address: Option<String>) -> Answer {
    let member = visit.member()?.clone();
    let id = member.member;
    let (views, has_calendar) =
        visit.read(move |conn, actor| Ok((api::own_views(conn, actor)?, feed::is_made(conn, id)?))).await?;
    let shell = visit.shell("sessions.own.title");
    let unsaid = |view: &SessionView| {
        let said = if view.municipality.id == member.organization {
            view.municipality_outcome.is_some()
        } else {
            view.vendor_outcome.is_some()
        };
        view.steps.contains(&Step::RecordOutcome) && !said
    };
    let (mut ahead, mut waiting, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for view in views {
        let place = if unsaid(&view) {
            &mut waiting
        } else if view.status == Status::Published {
            &mut ahead
        } else {
            &mut over
        };
        place.push(Row::of(&shell, view));
    }
    let mut answer = page::html(200, &OwnPage { ahead, waiting, over, has_calendar, address, shell })?;
    let headers = answer.headers_mut();
    headers.insert(
        actix_web::http::header::CACHE_CONTROL,
        actix_web::http::header::HeaderValue::from_static("no-store"),
    );
    Ok(answer)
}

/// `POST /our-sessions/calendar`: makes the address anew and shows it this once.
///
/// # Errors
/// `Unauthenticated`.
pub async fn make_calendar(sent: Sent) -> Answer {
    let address = sent.perform(feed::make).await?;
    shown(&sent.visit, Some(address)).await
}

/// `POST /our-sessions/calendar/end`
///
/// # Errors
/// `Unauthenticated`.
pub async fn end_calendar(sent: Sent) -> Answer {
    sent.perform(feed::end).await?;
    Ok(sent.visit.go_saying("/our-sessions", &Flash::said("calendar_ended")))
}

/// `GET /calendar?key=…`: what a calendar program reads.
///
/// # Errors
/// `NotFound` for an address that leads nowhere.
pub async fn calendar(visit: Visit) -> Answer {
    let key = visit.query("key").unwrap_or_default();
    let secret = Secret::parse(&key).map_err(|_| Failure::NotFound)?;
    let text = feed::read(visit.services(), secret).await?;
    Ok(ics("kakehashi", text))
}
