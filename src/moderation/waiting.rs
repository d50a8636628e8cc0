//! The rows that wait, kind by kind.

use diesel::prelude::*;

use super::queue::{Place, Row, WaitingCounts, WaitingKind};
use crate::accounts::{OrganizationId, OrganizationStatus};
use crate::audit::SubjectId;
use crate::db::schema::{
    challenges, deployment_confirmations, deployments, fields_wanted, matches, organizations, solutions,
};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::Desk;

/// What one row of any kind is read as.
type Found = (SubjectId, Option<Timestamp>, String, OrganizationId, String, Option<i32>);

/// Narrows to a desk, to what stands behind a place, oldest first.
macro_rules! oldest_first {
    ($query:expr, $kind:expr, $desk:expr, $after:expr, $limit:expr; $id:expr, $since:expr, $prefecture:expr) => {{
        let mut query = $query.into_boxed();
        if let Desk::Region(prefectures) = $desk {
            let prefectures: Vec<i32> = prefectures.iter().copied().map(i32::from).collect();
            query = query.filter($prefecture.eq_any(prefectures));
        }
        if let Some(place) = $after {
            let (since, id) = (place.since, SubjectId(place.id));
            query = match $kind.cmp(&place.kind) {
                std::cmp::Ordering::Less => query.filter($since.gt(since)),
                std::cmp::Ordering::Equal => {
                    query.filter($since.gt(since).or($since.eq(since).and($id.gt(id))))
                }
                std::cmp::Ordering::Greater => query.filter($since.ge(since)),
            };
        }
        query.order(($since.asc(), $id.asc())).limit($limit)
    }};
}

/// Counts at a desk.
macro_rules! counted {
    ($query:expr, $desk:expr, $conn:expr; $prefecture:expr) => {{
        let mut query = $query.count().into_boxed();
        if let Desk::Region(prefectures) = $desk {
            let prefectures: Vec<i32> = prefectures.iter().copied().map(i32::from).collect();
            query = query.filter($prefecture.eq_any(prefectures));
        }
        query.get_result($conn)?
    }};
}

macro_rules! pending_organizations {
    () => {
        organizations::table.filter(organizations::status.eq(OrganizationStatus::Pending))
    };
}
macro_rules! challenges_in_review {
    () => {
        challenges::table.inner_join(organizations::table).filter(challenges::status.eq("in_review"))
    };
}
macro_rules! solutions_in_review {
    () => {
        solutions::table.inner_join(organizations::table).filter(solutions::status.eq("in_review"))
    };
}
macro_rules! suggested_matches {
    () => {
        matches::table
            .inner_join(challenges::table.inner_join(organizations::table))
            .inner_join(solutions::table)
            .filter(matches::status.eq("suggested"))
    };
}
macro_rules! queued_confirmations {
    () => {
        deployment_confirmations::table
            .inner_join(deployments::table.inner_join(solutions::table.inner_join(organizations::table)))
            .filter(deployment_confirmations::status.eq("queued"))
    };
}

macro_rules! calls_in_review {
    () => {
        fields_wanted::table.inner_join(organizations::table).filter(fields_wanted::status.eq("in_review"))
    };
}

/// At most `limit` rows of one kind from behind `after`, oldest first.
pub(super) fn rows(
    conn: &mut DbConn,
    desk: &Desk,
    kind: WaitingKind,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Row>, Failure> {
    let found: Vec<Found> = match kind {
        WaitingKind::Organization => oldest_first!(
            pending_organizations!(), kind, desk, after, limit;
            organizations::id, organizations::created_at, organizations::prefecture
        )
        .select((
            organizations::id,
            organizations::created_at.nullable(),
            organizations::name,
            organizations::id,
            organizations::name,
            organizations::prefecture,
        ))
        .load(conn)?,
        WaitingKind::Challenge => oldest_first!(
            challenges_in_review!(), kind, desk, after, limit;
            challenges::id, challenges::submitted_at, challenges::prefecture
        )
        .select((
            challenges::id,
            challenges::submitted_at,
            challenges::title,
            organizations::id,
            organizations::name,
            challenges::prefecture.nullable(),
        ))
        .load(conn)?,
        WaitingKind::Solution => oldest_first!(
            solutions_in_review!(), kind, desk, after, limit;
            solutions::id, solutions::submitted_at, solutions::prefecture
        )
        .select((
            solutions::id,
            solutions::submitted_at,
            solutions::name,
            organizations::id,
            organizations::name,
            solutions::prefecture.nullable(),
        ))
        .load(conn)?,
        WaitingKind::FieldWanted => oldest_first!(
            calls_in_review!(), kind, desk, after, limit;
            fields_wanted::id, fields_wanted::submitted_at, fields_wanted::prefecture
        )
        .select((
            fields_wanted::id,
            fields_wanted::submitted_at,
            fields_wanted::title,
            organizations::id,
            organizations::name,
            fields_wanted::prefecture.nullable(),
        ))
        .load(conn)?,
        WaitingKind::Match => suggested(conn, desk, after, limit)?,
        WaitingKind::Confirmation => oldest_first!(
            queued_confirmations!(), kind, desk, after, limit;
            deployment_confirmations::id, deployment_confirmations::requested_at, deployments::prefecture
        )
        .select((
            deployment_confirmations::id,
            deployment_confirmations::requested_at.nullable(),
            solutions::name,
            organizations::id,
            organizations::name,
            deployments::prefecture,
        ))
        .load(conn)?,
    };
    Ok(found.into_iter().filter_map(|found| row(kind, found)).collect())
}

/// A match is called by both of its things.
fn suggested(
    conn: &mut DbConn,
    desk: &Desk,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Found>, Failure> {
    type Pair = (SubjectId, Timestamp, (String, String), OrganizationId, String, i32);
    let rows: Vec<Pair> = oldest_first!(
        suggested_matches!(), WaitingKind::Match, desk, after, limit;
        matches::id, matches::created_at, challenges::prefecture
    )
    .select((
        matches::id,
        matches::created_at,
        (challenges::title, solutions::name),
        organizations::id,
        organizations::name,
        challenges::prefecture,
    ))
    .load(conn)?;
    let found = rows.into_iter().map(|(id, since, (title, solution), owner, name, prefecture)| {
        (id, Some(since), format!("{title} × {solution}"), owner, name, Some(prefecture))
    });
    Ok(found.collect())
}

fn row(kind: WaitingKind, (id, since, title, owner, owner_name, prefecture): Found) -> Option<Row> {
    let place = Place { since: since?, kind, id: id.0 };
    Some(Row { place, title, owner, owner_name, prefecture })
}

/// How much waits at a desk.
pub(super) fn counts(conn: &mut DbConn, desk: &Desk) -> Result<WaitingCounts, Failure> {
    Ok(WaitingCounts {
        organization: counted!(pending_organizations!(), desk, conn; organizations::prefecture),
        challenge: counted!(challenges_in_review!(), desk, conn; challenges::prefecture),
        solution: counted!(solutions_in_review!(), desk, conn; solutions::prefecture),
        match_: counted!(suggested_matches!(), desk, conn; challenges::prefecture),
        confirmation: counted!(queued_confirmations!(), desk, conn; deployments::prefecture),
        field_wanted: counted!(calls_in_review!(), desk, conn; fields_wanted::prefecture),
    })
}
