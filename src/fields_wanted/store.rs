//! The rows of calls and raised hands.

use diesel::prelude::*;

use super::form::Content;
use super::states::{OfferStatus, Status};
use super::{FieldOfferId, FieldWantedId};
use crate::accounts::{MemberId, OrganizationId, OrganizationStatus};
use crate::challenges::ChallengeId;
use crate::db::schema::{field_offers, fields_wanted, members, organizations};
use crate::db::{DbConn, Json, MultiBackend, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::matches::MatchId;
use crate::policy::{Openness, Sight, Subject};
use crate::solutions::SolutionId;

/// One call as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fields_wanted, check_for_backend(MultiBackend))]
pub(super) struct Field {
    pub(super) id: FieldWantedId,
    pub(super) organization_id: OrganizationId,
    pub(super) solution_id: SolutionId,
    pub(super) prefecture: i32,
    pub(super) status: Status,
    pub(super) title: String,
    pub(super) content: Json<Content>,
    pub(super) closes_at: Option<Timestamp>,
    pub(super) submitted_at: Option<Timestamp>,
    pub(super) published_at: Option<Timestamp>,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) created_by: Option<MemberId>,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// The vendor behind a call.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(MultiBackend))]
pub(super) struct Vendor {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    pub(super) status: OrganizationStatus,
}

/// A call and its vendor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub(super) field: Field,
    pub(super) vendor: Vendor,
}

/// One raised hand as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = field_offers, check_for_backend(MultiBackend))]
pub(super) struct Offer {
    pub(super) id: FieldOfferId,
    pub(super) field_wanted_id: FieldWantedId,
    pub(super) organization_id: OrganizationId,
    pub(super) challenge_id: Option<ChallengeId>,
    pub(super) match_id: Option<MatchId>,
    pub(super) status: OfferStatus,
    pub(super) note: String,
    pub(super) reason: Option<String>,
    pub(super) offered_by: Option<MemberId>,
    pub(super) answered_by: Option<MemberId>,
    pub(super) offered_at: Timestamp,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) version: i32,
}

impl Known {
    /// The prefecture whose bureau is in charge, 1 to 47.
    pub(super) fn prefecture(&self) -> Option<u8> {
        u8::try_from(self.field.prefecture).ok()
    }

    /// What the policy needs to know of it.
    pub(super) fn subject(&self) -> Subject {
        let open = self.field.status.is_published() && self.vendor.status == OrganizationStatus::Approved;
        let openness = if open { Openness::Public } else { Openness::Private };
        Subject::private(self.field.organization_id, self.prefecture()).open_to(openness)
    }

    /// # Errors
    /// `Stale` when the caller read another version.
    pub(super) fn check_version(&self, read: Option<i32>) -> Result<(), Failure> {
        match read {
            Some(version) if version != self.field.version => {
                Err(Failure::Stale { current: self.field.version })
            }
            _ => Ok(()),
        }
    }
}

impl Offer {
    /// What the policy needs to know of a raised hand: the municipality's, with the vendor as the other party.
    pub(super) fn subject(&self, known: &Known) -> Subject {
        Subject::private(self.organization_id, known.prefecture())
            .with_counterpart(known.field.organization_id, true)
    }
}

pub(super) fn find(conn: &mut DbConn, id: FieldWantedId) -> Result<Known, Failure> {
    let (field, vendor) = fields_wanted::table
        .inner_join(organizations::table)
        .filter(fields_wanted::id.eq(id))
        .select((Field::as_select(), Vendor::as_select()))
        .first(conn)?;
    Ok(Known { field, vendor })
}

/// The same, its row locked until the deed is done.
pub(super) fn lock(conn: &mut DbConn, id: FieldWantedId) -> Result<Known, Failure> {
    let row = fields_wanted::table.filter(fields_wanted::id.eq(id)).select(fields_wanted::id);
    let _locked: FieldWantedId = lock_rows(row).get_result(conn)?;
    find(conn, id)
}

pub(super) fn insert(conn: &mut DbConn, field: &Field) -> Result<(), Failure> {
    diesel::insert_into(fields_wanted::table).values(field).execute(conn)?;
    Ok(())
}

/// Writes `next` over the row that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update(
    conn: &mut DbConn,
    before: &Field,
    next: &mut Field,
    now: Timestamp,
) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    next.updated_at = now;
    let row = fields_wanted::table
        .filter(fields_wanted::id.eq(before.id))
        .filter(fields_wanted::status.eq(before.status))
        .filter(fields_wanted::version.eq(before.version));
    let written = diesel::update(row)
        .set((
            fields_wanted::status.eq(next.status),
            fields_wanted::title.eq(&next.title),
            fields_wanted::content.eq(&next.content),
            fields_wanted::closes_at.eq(next.closes_at),
            fields_wanted::submitted_at.eq(next.submitted_at),
            fields_wanted::published_at.eq(next.published_at),
            fields_wanted::closed_at.eq(next.closed_at),
            fields_wanted::version.eq(next.version),
            fields_wanted::updated_at.eq(next.updated_at),
        ))
        .execute(conn)?;
    if written == 1 { Ok(()) } else { Err(Failure::Stale { current: find(conn, before.id)?.field.version }) }
}

pub(super) fn delete(conn: &mut DbConn, field: &Field) -> Result<(), Failure> {
    let row = fields_wanted::table
        .filter(fields_wanted::id.eq(field.id))
        .filter(fields_wanted::status.eq(Status::Draft))
        .filter(fields_wanted::version.eq(field.version));
    let gone = diesel::delete(row).execute(conn)?;
    if gone == 1 { Ok(()) } else { Err(Failure::Stale { current: find(conn, field.id)?.field.version }) }
}

/// Which calls are listed.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// One state.
    pub(super) status: Option<Status>,
    /// One vendor's.
    pub(super) organization: Option<OrganizationId>,
}

/// The calls that a reader of this sight may see, the latest first, one more than a page holds.
pub(super) fn list(
    conn: &mut DbConn,
    sight: &Sight,
    filter: &Filter,
    after: Option<FieldWantedId>,
    limit: i64,
) -> Result<Vec<Known>, Failure> {
    let own: Vec<OrganizationId> = sight.own.into_iter().collect();
    let prefectures: Vec<i32> = sight.prefectures.iter().map(|code| i32::from(*code)).collect();
    let open = fields_wanted::status
        .eq_any([Status::Open, Status::Closed])
        .and(organizations::status.eq(OrganizationStatus::Approved));
    let mut rows = fields_wanted::table
        .inner_join(organizations::table)
        .filter(
            open.or(fields_wanted::organization_id.eq_any(own))
                .or(fields_wanted::prefecture.eq_any(prefectures)),
        )
        .order(fields_wanted::id.desc())
        .limit(limit.saturating_add(1))
        .select((Field::as_select(), Vendor::as_select()))
        .into_boxed();
    if let Some(status) = filter.status {
        rows = rows.filter(fields_wanted::status.eq(status));
    }
    if let Some(organization) = filter.organization {
        rows = rows.filter(fields_wanted::organization_id.eq(organization));
    }
    if let Some(after) = after {
        rows = rows.filter(fields_wanted::id.lt(after));
    }
    let rows: Vec<(Field, Vendor)> = rows.load(conn)?;
    Ok(rows.into_iter().map(|(field, vendor)| Known { field, vendor }).collect())
}

/// Open calls whose last day is over.
pub(super) fn past_end(conn: &mut DbConn, now: Timestamp, limit: i64) -> Result<Vec<FieldWantedId>, Failure> {
    let rows = fields_wanted::table
        .filter(fields_wanted::status.eq(Status::Open))
        .filter(fields_wanted::closes_at.le(now))
        .order(fields_wanted::closes_at)
        .limit(limit)
        .select(fields_wanted::id)
        .load(conn)?;
    Ok(rows)
}

/// The hands raised to a call, the first one first, with the names of their municipalities.
pub(super) fn offers(conn: &mut DbConn, id: FieldWantedId) -> Result<Vec<(Offer, String)>, Failure> {
    let rows = field_offers::table
        .inner_join(organizations::table)
        .filter(field_offers::field_wanted_id.eq(id))
        .order((field_offers::offered_at, field_offers::id))
        .select((Offer::as_select(), organizations::name))
        .load(conn)?;
    Ok(rows)
}

pub(super) fn find_offer(conn: &mut DbConn, id: FieldOfferId) -> Result<Offer, Failure> {
    Ok(field_offers::table.find(id).select(Offer::as_select()).first(conn)?)
}

/// The hand that an organization raised to a call.
pub(super) fn offer_of(
    conn: &mut DbConn,
    id: FieldWantedId,
    organization: OrganizationId,
) -> Result<Option<Offer>, Failure> {
    let row = field_offers::table
        .filter(field_offers::field_wanted_id.eq(id))
        .filter(field_offers::organization_id.eq(organization))
        .select(Offer::as_select());
    Ok(row.first(conn).optional()?)
}

pub(super) fn insert_offer(conn: &mut DbConn, offer: &Offer) -> Result<(), Failure> {
    diesel::insert_into(field_offers::table).values(offer).execute(conn)?;
    Ok(())
}

/// Writes `next` over the hand that still is `before`, one version later.
///
/// # Errors
/// `Stale` when another write came between.
pub(super) fn update_offer(conn: &mut DbConn, before: &Offer, next: &mut Offer) -> Result<(), Failure> {
    next.version = before.version.saturating_add(1);
    let row = field_offers::table
        .filter(field_offers::id.eq(before.id))
        .filter(field_offers::version.eq(before.version));
    let written = diesel::update(row)
        .set((
            field_offers::challenge_id.eq(next.challenge_id),
            field_offers::match_id.eq(next.match_id),
            field_offers::status.eq(next.status),
            field_offers::note.eq(&next.note),
            field_offers::reason.eq(&next.reason),
            field_offers::offered_by.eq(next.offered_by),
            field_offers::answered_by.eq(next.answered_by),
            field_offers::offered_at.eq(next.offered_at),
            field_offers::answered_at.eq(next.answered_at),
            field_offers::version.eq(next.version),
        ))
        .execute(conn)?;
    if written == 1 { Ok(()) } else { Err(Failure::Stale { current: find_offer(conn, before.id)?.version }) }
}

/// How many places of a call are taken.
pub(super) fn taken(conn: &mut DbConn, id: FieldWantedId) -> Result<i64, Failure> {
    let accepted = field_offers::table
        .filter(field_offers::field_wanted_id.eq(id))
        .filter(field_offers::status.eq(OfferStatus::Accepted))
        .count();
    Ok(accepted.get_result(conn)?)
}

/// Name and mail of a person, for the other side of an accepted pair.
pub(super) fn contact(conn: &mut DbConn, member: Option<MemberId>) -> Result<Option<String>, Failure> {
    let Some(member) = member else { return Ok(None) };
    let found: Option<(String, String)> =
        members::table.find(member).select((members::name, members::email)).first(conn).optional()?;
    Ok(found.map(|(name, email)| format!("{name} {email}")))
}
