//! The answer to a list's question, by the database: only what the reader may see, in a stable order.
//!
//! A condition never tells a reader more than the view would: who is limited to bands filters and sorts by bands, and
//! an anonymous challenge answers to its place, its organization or a search only for those who may know whose it is.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::DateTime;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::card::Card;
use super::listing::{Filter, Key, Listing, Place, band_ranks};
use super::states::Status;
use super::store;
use super::{ChallengeId, Visibility};
use crate::accounts::{OrganizationId, OrganizationStatus};
use crate::db::schema::{
    challenge_sectors, challenge_technologies, challenges, matches, organizations, proposal_invitations,
    solutions,
};
use crate::db::{DbConn, MultiBackend, Timestamp};
use crate::failure::Failure;
use crate::policy::{Actor, Sight, sight};
use crate::reference::Prefecture;
use crate::web::Page;

type Source = diesel::dsl::InnerJoinQuerySource<challenges::table, organizations::table>;
type Condition = Box<dyn BoxableExpression<Source, MultiBackend, SqlType = Bool>>;

/// Ids asked for in one statement: well under the number of variables that SQLite binds.
const CHUNK: usize = 500;

/// The key of "no deadline", behind every real one: the last second of the year 9999.
const NEVER: i64 = 253_402_300_799_000_000;

mod sql {
    //! `coalesce`, once per type.

    use diesel::sql_types::{BigInt, Nullable};

    use crate::db::sql_types;

    diesel::define_sql_function! {
        #[sql_name = "coalesce"]
        fn instant_or(
            instant: Nullable<sql_types::Timestamptz>,
            other: sql_types::Timestamptz,
        ) -> sql_types::Timestamptz;
    }
    diesel::define_sql_function! {
        #[sql_name = "coalesce"]
        fn sum_or(sum: Nullable<BigInt>, other: BigInt) -> BigInt;
    }
}

/// What a row is sorted by.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = challenges, check_for_backend(MultiBackend))]
struct Keys {
    id: ChallengeId,
    published_at: Option<Timestamp>,
    created_at: Timestamp,
    closes_at: Option<Timestamp>,
    budget_max: Option<i64>,
    budget_band: i32,
}

impl Keys {
    fn at(&self, key: Key, relevance: i64) -> i64 {
        match key {
            Key::Opened => micros(self.published_at.unwrap_or(self.created_at)),
            Key::Closes => self.closes_at.map_or(NEVER, micros),
            Key::Figures => self.budget_max.unwrap_or(-1),
            Key::Bands => i64::from(self.budget_band),
            Key::Relevance => relevance,
        }
    }
}

fn micros(instant: Timestamp) -> i64 {
    instant.utc().timestamp_micros()
}

fn instant(micros: i64) -> Result<Timestamp, Failure> {
    let refused = || Failure::field("/cursor", crate::fields::Invalid::new("not_a_cursor"));
    DateTime::from_timestamp_micros(micros).map(Timestamp::from_utc).ok_or_else(refused)
}

/// Answers. `hits` are what the words of `q` found, with their relevance; `None` without `q`.
pub(super) fn page(
    conn: &mut DbConn,
    actor: &Actor,
    listing: &Listing,
    hits: Option<Vec<(Uuid, f32)>>,
) -> Result<Page<Card>, Failure> {
    let sight = sight(actor);
    let key = listing.sort.key(sight.figures);
    let (rows, total) = match hits {
        Some(hits) => found(conn, &sight, listing, key, &hits)?,
        None => sorted(conn, &sight, listing, key)?,
    };
    let page = Page::cut(rows, listing.limit, total, |(at, id)| Place { key, at: *at, id: *id })?;
    cards(conn, actor, page)
}

/// Loads the cards of one page, in its order.
fn cards(conn: &mut DbConn, actor: &Actor, page: Page<(i64, ChallengeId)>) -> Result<Page<Card>, Failure> {
    let ids: Vec<ChallengeId> = page.items.iter().map(|(_, id)| *id).collect();
    let mut known: HashMap<ChallengeId, store::Known> =
        store::find_all(conn, actor, &ids)?.into_iter().map(|one| (one.challenge.id, one)).collect();
    let items = ids.iter().filter_map(|id| known.remove(id)).map(|one| Card::of(actor, &one));
    Ok(Page { items: items.collect::<Result<_, _>>()?, next: page.next, total: page.total })
}

/// Whether the list holds this challenge, its words aside, which were searched for already.
pub(super) fn shows(
    conn: &mut DbConn,
    sight: &Sight,
    listing: &Listing,
    id: ChallengeId,
) -> Result<bool, Failure> {
    let mut query =
        challenges::table.inner_join(organizations::table).filter(challenges::id.eq(id)).into_boxed();
    for condition in conditions(sight, &listing.filter) {
        query = query.filter(condition);
    }
    if listing.q.is_some() {
        query = query.filter(named_to(sight));
    }
    let found: i64 = query.count().get_result(conn)?;
    Ok(found > 0)
}

/// How many challenges pass the filter in each prefecture, among those whose place the reader may know; `hits` as
/// for [`page`].
pub(super) fn by_prefecture(
    conn: &mut DbConn,
    actor: &Actor,
    filter: &Filter,
    hits: Option<&[(Uuid, f32)]>,
) -> Result<BTreeMap<Prefecture, i64>, Failure> {
    let sight = sight(actor);
    let mut query = challenges::table
        .inner_join(organizations::table)
        .filter(named_to(&sight))
        .select((challenges::id, challenges::prefecture))
        .into_boxed();
    for condition in conditions(&sight, filter) {
        query = query.filter(condition);
    }
    let rows: Vec<(ChallengeId, i32)> = query.load(conn)?;
    let found: Option<HashSet<Uuid>> = hits.map(|hits| hits.iter().map(|(id, _)| *id).collect());
    let mut counts = BTreeMap::new();
    for (id, code) in rows {
        let prefecture = u8::try_from(code).ok().and_then(Prefecture::from_code);
        if let Some(prefecture) =
            prefecture.filter(|_| found.as_ref().is_none_or(|found| found.contains(&id.0)))
        {
            *counts.entry(prefecture).or_default() += 1;
        }
    }
    Ok(counts)
}

type Rows = (Vec<(i64, ChallengeId)>, Option<i64>);

/// Without words: the database sorts, from the place on, one row more than a page holds.
fn sorted(conn: &mut DbConn, sight: &Sight, listing: &Listing, key: Key) -> Result<Rows, Failure> {
    let total = if listing.total { Some(count(conn, sight, listing)?) } else { None };
    let mut query = challenges::table
        .inner_join(organizations::table)
        .select(Keys::as_select())
        .limit(listing.limit.saturating_add(1))
        .into_boxed();
    for condition in conditions(sight, &listing.filter) {
        query = query.filter(condition);
    }
    if let Some(place) = listing.place {
        query = query.filter(behind(place)?);
    }
    query = match key {
        Key::Closes => query.order((closes().asc(), challenges::id.desc())),
        Key::Figures => query.order((figures().desc(), challenges::id.desc())),
        Key::Bands => query.order((challenges::budget_band.desc(), challenges::id.desc())),
        Key::Opened | Key::Relevance => query.order((opened().desc(), challenges::id.desc())),
    };
    let rows: Vec<Keys> = query.load(conn)?;
    Ok((rows.iter().map(|row| (row.at(key, 0), row.id)).collect(), total))
}

fn count(conn: &mut DbConn, sight: &Sight, listing: &Listing) -> Result<i64, Failure> {
    let mut query = challenges::table.inner_join(organizations::table).into_boxed();
    for condition in conditions(sight, &listing.filter) {
        query = query.filter(condition);
    }
    Ok(query.count().get_result(conn)?)
}

/// With words: the hits that pass, sorted here, because relevance is not in the database.
fn found(
    conn: &mut DbConn,
    sight: &Sight,
    listing: &Listing,
    key: Key,
    hits: &[(Uuid, f32)],
) -> Result<Rows, Failure> {
    let relevance: HashMap<ChallengeId, i64> =
        hits.iter().map(|(id, relevance)| (ChallengeId(*id), millionths(*relevance))).collect();
    let mut rows = Vec::new();
    for chunk in hits.chunks(CHUNK) {
        let ids: Vec<ChallengeId> = chunk.iter().map(|(id, _)| ChallengeId(*id)).collect();
        let mut query = challenges::table
            .inner_join(organizations::table)
            .filter(challenges::id.eq_any(ids))
            .filter(named_to(sight))
            .select(Keys::as_select())
            .into_boxed();
        for condition in conditions(sight, &listing.filter) {
            query = query.filter(condition);
        }
        let passed: Vec<Keys> = query.load(conn)?;
        rows.extend(
            passed.iter().map(|row| (row.at(key, relevance.get(&row.id).copied().unwrap_or(0)), row.id)),
        );
    }
    let total = listing.total.then(|| i64::try_from(rows.len()).unwrap_or(i64::MAX));
    rows.sort_unstable_by(|a, b| {
        let by_key = if key.is_ascending() { a.0.cmp(&b.0) } else { b.0.cmp(&a.0) };
        by_key.then_with(|| b.1.cmp(&a.1))
    });
    rows.retain(|row| listing.place.is_none_or(|place| key.is_behind(*row, place)));
    rows.truncate(usize::try_from(listing.limit).unwrap_or(0).saturating_add(1));
    Ok((rows, total))
}

/// Relevance in [0, 1] to a whole number, so that a cursor carries it exactly.
fn millionths(relevance: f32) -> i64 {
    (f64::from(relevance) * 1e6) as i64
}

#[diesel::dsl::auto_type]
fn opened() -> _ {
    sql::instant_or(challenges::published_at, challenges::created_at)
}

fn closes() -> sql::instant_or<challenges::closes_at, Timestamp> {
    let never = DateTime::from_timestamp_micros(NEVER).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC);
    sql::instant_or(challenges::closes_at, Timestamp::from_utc(never))
}

fn figures() -> sql::sum_or<challenges::budget_max, i64> {
    sql::sum_or(challenges::budget_max, -1_i64)
}

fn behind(place: Place) -> Result<Condition, Failure> {
    let tie = challenges::id.lt(place.id);
    Ok(match place.key {
        Key::Closes => {
            let at = instant(place.at)?;
            Box::new(closes().gt(at).or(closes().eq(at).and(tie)))
        }
        Key::Figures => Box::new(figures().lt(place.at).or(figures().eq(place.at).and(tie))),
        Key::Bands => {
            let at = i32::try_from(place.at).unwrap_or(i32::MAX);
            Box::new(challenges::budget_band.lt(at).or(challenges::budget_band.eq(at).and(tie)))
        }
        Key::Opened | Key::Relevance => {
            let at = instant(place.at)?;
            Box::new(opened().lt(at).or(opened().eq(at).and(tie)))
        }
    })
}

/// Everything that must hold for a row to be in the list.
fn conditions(sight: &Sight, filter: &Filter) -> Vec<Condition> {
    let mut all = vec![visible_to(sight)];
    all.extend(filed(filter));
    all.extend(placed(sight, filter));
    all.extend(paid(sight, filter));
    all
}

/// Open enough for the reader, or known to the reader.
fn visible_to(sight: &Sight) -> Condition {
    let levels: Vec<Visibility> = Visibility::ALL
        .iter()
        .copied()
        .filter(|visibility| sight.openness.contains(&visibility.openness()))
        .collect();
    let published = challenges::status
        .eq_any(Status::PUBLISHED)
        .and(organizations::status.eq(OrganizationStatus::Approved))
        .and(challenges::visibility.eq_any(levels));
    Box::new(published.or(asked_to_propose(sight)).or(known_to(sight)))
}

/// The reader was invited to propose for it.
fn asked_to_propose(sight: &Sight) -> Condition {
    let own: Vec<OrganizationId> = sight.own.into_iter().collect();
    let invited = proposal_invitations::table
        .filter(proposal_invitations::organization_id.eq_any(own))
        .select(proposal_invitations::challenge_id);
    let published = challenges::status
        .eq_any(Status::PUBLISHED)
        .and(organizations::status.eq(OrganizationStatus::Approved))
        .and(challenges::id.eq_any(invited));
    Box::new(published)
}

/// Named to everyone, or known to the reader.
fn named_to(sight: &Sight) -> Condition {
    Box::new(challenges::anonymous.eq(false).or(known_to(sight)))
}

/// The reader's own, moderated by the reader, or introduced to the reader.
fn known_to(sight: &Sight) -> Condition {
    let prefectures: Vec<i32> = sight.prefectures.iter().map(|code| i32::from(*code)).collect();
    let own: Vec<OrganizationId> = sight.own.into_iter().collect();
    let introduced = matches::table
        .inner_join(solutions::table)
        .filter(matches::introduced_at.is_not_null())
        .filter(solutions::organization_id.eq_any(own.clone()))
        .select(matches::challenge_id);
    Box::new(
        challenges::organization_id
            .eq_any(own)
            .or(challenges::prefecture.eq_any(prefectures))
            .or(challenges::id.eq_any(introduced)),
    )
}

/// What it is about and where it stands.
fn filed(filter: &Filter) -> Vec<Condition> {
    let mut all: Vec<Condition> = Vec::new();
    if let Some(sectors) = &filter.sectors {
        let slugs: Vec<&'static str> = sectors.iter().map(|sector| sector.as_str()).collect();
        let filed = challenge_sectors::table
            .filter(challenge_sectors::sector.eq_any(slugs))
            .select(challenge_sectors::challenge_id);
        all.push(Box::new(challenges::id.eq_any(filed)));
    }
    if let Some(technology) = filter.technology {
        let wanted = challenge_technologies::table
            .filter(challenge_technologies::technology.eq(technology.as_str()))
            .select(challenge_technologies::challenge_id);
        all.push(Box::new(challenges::id.eq_any(wanted)));
    }
    if let Some(stage) = filter.stage {
        let begins_at =
            challenges::entry_stage.is_not_null().and(challenges::entry_stage.assume_not_null().eq(stage));
        all.push(Box::new(begins_at));
    }
    if let Some(status) = filter.status {
        all.push(Box::new(challenges::status.eq(status)));
    }
    if let Some(day) = filter.due_after {
        let due = challenges::proposals_due;
        all.push(Box::new(due.is_null().or(due.is_not_null().and(due.assume_not_null().ge(day)))));
    }
    all
}

/// Where it is: finer than the bureau only for those who may know.
fn placed(sight: &Sight, filter: &Filter) -> Vec<Condition> {
    let mut all: Vec<Condition> = Vec::new();
    if let Some(bureau) = filter.bureau {
        all.push(Box::new(challenges::bureau.eq(bureau.as_str())));
    }
    if let Some(prefecture) = filter.prefecture {
        all.push(Box::new(challenges::prefecture.eq(i32::from(prefecture.code()))));
    }
    if let Some(organization) = filter.organization {
        all.push(Box::new(challenges::organization_id.eq(organization)));
    }
    if filter.prefecture.is_some() || filter.organization.is_some() {
        all.push(named_to(sight));
    }
    all
}

/// What can be paid: by figures, or by bands for a reader of bands. Without figures it matches neither.
fn paid(sight: &Sight, filter: &Filter) -> Vec<Condition> {
    if filter.budget_min.is_none() && filter.budget_max.is_none() {
        return Vec::new();
    }
    if !sight.figures {
        let (least, most) = band_ranks(filter.budget_min, filter.budget_max);
        return vec![Box::new(challenges::budget_band.between(least, most))];
    }
    let mut all: Vec<Condition> = vec![Box::new(challenges::budget_max.is_not_null())];
    if let Some(min) = filter.budget_min {
        all.push(Box::new(sql::sum_or(challenges::budget_max, -1_i64).ge(min.yen())));
    }
    if let Some(max) = filter.budget_max {
        all.push(Box::new(sql::sum_or(challenges::budget_min, i64::MAX).le(max.yen())));
    }
    all
}
