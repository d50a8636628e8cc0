//! A round as files: its sessions and challenges for a spreadsheet, its sessions for a calendar.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;

use crate::appointments::{self, Method};
use crate::challenges::{self, Card};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};
use crate::proposals;
use crate::rounds::pages::ics;
use crate::rounds::{self, Round, RoundId};
use crate::sessions::store::{self, Session};
use crate::sessions::{SessionView, Status, api, export, letters, view};
use crate::spreadsheets::{Table, workbook};
use crate::web::{Answer, Visit};

/// What a workbook is called on the wire.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A challenge with the numbers of its proposals and sessions.
type Counted = (Card, i64, usize);

/// The round, for its bureau and the operator.
fn run(conn: &mut DbConn, actor: &Actor, id: RoundId) -> Result<Round, Failure> {
    let round = rounds::seen(conn, actor, id)?;
    policy::require(actor, Action::RunRound, &round.subject())?;
    Ok(round)
}

async fn found(visit: &Visit, id: RoundId) -> Result<(Vec<Counted>, Vec<SessionView>), Failure> {
    visit
        .read(move |conn, actor| {
            let round = run(conn, actor, id)?;
            let sessions = store::of_round(conn, id)?;
            let views = api::views(conn, actor, &round, &sessions)?;
            let ids = rounds::challenges_of(conn, id)?;
            let mut cards = challenges::cards(conn, actor, &ids)?;
            let mut counted = Vec::new();
            for card in ids.iter().filter_map(|id| cards.remove(id)) {
                let proposals = proposals::submitted(conn, card.id)?;
                let planned = views.iter().filter(|one| one.challenge.id == card.id);
                let planned = planned.filter(|one| one.status != Status::Cancelled).count();
                counted.push((card, proposals, planned));
            }
            Ok((counted, views))
        })
        .await
}

fn file(media_type: &str, name: &str, body: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body.into())
}

fn csv(name: &str, table: &Table) -> HttpResponse {
    file("text/csv; charset=utf-8", name, table.csv())
}

/// `GET /rounds/{id}/sessions.csv`: the plan as a table for a spreadsheet.
///
/// # Errors
/// `NotFound`, `Unauthenticated`, or `Forbidden` for all but its bureau and the operator.
pub async fn sessions(visit: Visit, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    let (_, views) = found(&visit, id).await?;
    Ok(csv(&format!("round-{id}.csv"), &export::table(visit.locale(), &views)))
}

/// `GET /rounds/{id}/challenges.csv`: its challenges with the numbers of their proposals and sessions.
///
/// # Errors
/// Those of [`sessions`].
pub async fn challenges(visit: Visit, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    let (challenges, _) = found(&visit, id).await?;
    let table = export::challenges(visit.locale(), &challenges, visit.services().public_url());
    Ok(csv(&format!("round-{id}-challenges.csv"), &table))
}

/// `GET /rounds/{id}/round.xlsx`: both as a workbook.
///
/// # Errors
/// Those of [`sessions`].
pub async fn round(visit: Visit, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    let (challenges, views) = found(&visit, id).await?;
    let locale = visit.locale();
    let tables = [
        export::challenges(locale, &challenges, visit.services().public_url()),
        export::table(locale, &views),
    ];
    let book = workbook(&tables).map_err(Failure::internal)?;
    Ok(file(XLSX, &format!("round-{id}.xlsx"), book))
}

/// `GET /rounds/{id}/sessions.ics`: the sessions that the reader was told of; all of them for the bureau.
///
/// # Errors
/// `NotFound`, `Unauthenticated`.
pub async fn calendar(visit: Visit, path: Path<String>) -> Answer {
    let id = api::round_id(&path)?;
    visit.member()?;
    let (public_url, now) = (visit.services().public_url().to_owned(), visit.services().clock().now());
    let text = visit
        .read(move |conn, actor| {
            let round = rounds::seen(conn, actor, id)?;
            let told = |one: &Session| {
                matches!(one.status, Status::Published | Status::Held)
                    && policy::allows(actor, Action::See, &view::subject(&round, one))
            };
            let sessions: Vec<Session> = store::of_round(conn, id)?.into_iter().filter(told).collect();
            let names = store::names(conn, &sessions)?;
            let appointment = |one: &Session| letters::appointment(one, &names, &public_url);
            let all: Vec<_> = sessions.iter().filter_map(appointment).collect();
            Ok(appointments::calendar(Method::Publish, &round.title, &all, (&public_url, ""), now))
        })
        .await?;
    Ok(ics(&format!("sessions-{id}"), text))
}
