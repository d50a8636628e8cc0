//! Solutions in the database.

use diesel::prelude::*;

use super::card::VendorRow;
use super::{SolutionContent, SolutionId, SolutionStatus};
use crate::accounts::{MemberId, OrganizationId};
use crate::db::schema::{
    organizations, solution_regions, solution_sectors, solution_technologies, solutions,
};
use crate::db::{DbConn, Json, Timestamp, lock_rows};
use crate::each_engine;
use crate::failure::Failure;
use crate::policy::Subject;
use crate::reference::MunicipalityCode;
use crate::services::Deed;

/// A solution's own row.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = solutions, check_for_backend(crate::db::MultiBackend))]
pub(super) struct Record {
    pub(super) id: SolutionId,
    pub(super) status: SolutionStatus,
    pub(super) content: Json<SolutionContent>,
    pub(super) submitted_at: Option<Timestamp>,
    pub(super) published_at: Option<Timestamp>,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// A solution and its vendor.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(check_for_backend(crate::db::MultiBackend))]
pub(super) struct Solution {
    #[diesel(embed)]
    pub(super) record: Record,
    #[diesel(embed)]
    pub(super) vendor: VendorRow,
}

impl Solution {
    pub(super) fn id(&self) -> SolutionId {
        self.record.id
    }

    pub(super) fn content(&self) -> &SolutionContent {
        &self.record.content.0
    }

    /// What permission to it depends on.
    pub(super) fn subject(&self) -> Subject {
        self.vendor.subject(self.record.status)
    }

    /// # Errors
    /// `Stale` when the caller read another version.
    pub(super) fn check_version(&self, read: Option<i32>) -> Result<(), Failure> {
        match read {
            Some(version) if version != self.record.version => {
                Err(Failure::Stale { current: self.record.version })
            }
            _ => Ok(()),
        }
    }
}

/// One solution.
pub(super) fn find(conn: &mut DbConn, id: SolutionId) -> Result<Solution, Failure> {
    let solution = solutions::table
        .inner_join(organizations::table)
        .filter(solutions::id.eq(id))
        .select(Solution::as_select())
        .first(conn)?;
    Ok(solution)
}

/// One solution that nobody else changes until the deed ends.
pub(super) fn hold(conn: &mut DbConn, id: SolutionId) -> Result<Solution, Failure> {
    let _held: SolutionId = lock_rows(solutions::table.find(id).select(solutions::id)).get_result(conn)?;
    find(conn, id)
}

#[derive(Insertable)]
#[diesel(table_name = solutions, check_for_backend(crate::db::MultiBackend))]
struct NewSolution<'a> {
    id: SolutionId,
    organization_id: OrganizationId,
    prefecture: i32,
    bureau: &'a str,
    status: SolutionStatus,
    name: &'a str,
    content: Json<SolutionContent>,
    maturity: Option<super::Maturity>,
    price_initial_min: Option<i64>,
    price_initial_max: Option<i64>,
    created_by: Option<MemberId>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Begins a draft.
pub(super) fn insert(
    deed: &mut Deed<'_>,
    owner: OrganizationId,
    content: &SolutionContent,
) -> Result<SolutionId, Failure> {
    let office = head_office(deed.conn(), owner)?;
    let row = NewSolution {
        id: SolutionId::new(),
        organization_id: owner,
        prefecture: i32::from(office.prefecture().code()),
        bureau: office.bureau().as_str(),
        status: SolutionStatus::Draft,
        name: &content.name,
        content: Json(content.clone()),
        maturity: content.maturity,
        price_initial_min: content.price.initial_min.map(|yen| yen.yen()),
        price_initial_max: content.price.initial_max.map(|yen| yen.yen()),
        created_by: deed.by().member().map(|member| member.member),
        version: 1,
        created_at: deed.now(),
        updated_at: deed.now(),
    };
    diesel::insert_into(solutions::table).values(&row).execute(deed.conn())?;
    write_terms(deed.conn(), row.id, content)?;
    Ok(row.id)
}

/// Where the bureau in charge is found: the head office, which every vendor has.
fn head_office(conn: &mut DbConn, vendor: OrganizationId) -> Result<MunicipalityCode, Failure> {
    let code: Option<String> =
        organizations::table.find(vendor).select(organizations::municipality_code).first(conn)?;
    MunicipalityCode::parse(code.as_deref().unwrap_or_default()).map_err(Failure::internal)
}

/// Writes a new version of what is said.
pub(super) fn rewrite(
    deed: &mut Deed<'_>,
    solution: &Solution,
    content: &SolutionContent,
) -> Result<(), Failure> {
    let office = head_office(deed.conn(), solution.vendor.id)?;
    let now = deed.now();
    let changed = diesel::update(solutions::table.find(solution.id()))
        .filter(solutions::version.eq(solution.record.version))
        .filter(solutions::status.eq(solution.record.status))
        .set((
            solutions::prefecture.eq(i32::from(office.prefecture().code())),
            solutions::bureau.eq(office.bureau().as_str()),
            solutions::name.eq(&content.name),
            solutions::content.eq(Json(content.clone())),
            solutions::maturity.eq(content.maturity),
            solutions::price_initial_min.eq(content.price.initial_min.map(|yen| yen.yen())),
            solutions::price_initial_max.eq(content.price.initial_max.map(|yen| yen.yen())),
            solutions::version.eq(solution.record.version + 1),
            solutions::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    ensure_changed(deed.conn(), solution.id(), changed)?;
    write_terms(deed.conn(), solution.id(), content)?;
    Ok(())
}

/// Moves it into another state.
pub(super) fn move_to(deed: &mut Deed<'_>, solution: &Solution, to: SolutionStatus) -> Result<(), Failure> {
    let now = deed.now();
    let submitted = (to == SolutionStatus::InReview).then_some(now).or(solution.record.submitted_at);
    let published = solution.record.published_at.or((to == SolutionStatus::Published).then_some(now));
    let changed = diesel::update(solutions::table.find(solution.id()))
        .filter(solutions::version.eq(solution.record.version))
        .filter(solutions::status.eq(solution.record.status))
        .set((
            solutions::status.eq(to),
            solutions::submitted_at.eq(submitted),
            solutions::published_at.eq(published),
            solutions::version.eq(solution.record.version + 1),
            solutions::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    ensure_changed(deed.conn(), solution.id(), changed)
}

/// Puts it before the bureau as it was before it was published or returned: since when it waits stays.
pub(super) fn put_back(deed: &mut Deed<'_>, solution: &Solution) -> Result<(), Failure> {
    let now = deed.now();
    let changed = diesel::update(solutions::table.find(solution.id()))
        .filter(solutions::version.eq(solution.record.version))
        .filter(solutions::status.eq(solution.record.status))
        .set((
            solutions::status.eq(SolutionStatus::InReview),
            solutions::published_at.eq(None::<Timestamp>),
            solutions::version.eq(solution.record.version + 1),
            solutions::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    ensure_changed(deed.conn(), solution.id(), changed)
}

/// Throws a draft away, with everything that hangs on it.
pub(super) fn delete(deed: &mut Deed<'_>, solution: &Solution) -> Result<(), Failure> {
    let gone = diesel::delete(solutions::table.find(solution.id()))
        .filter(solutions::version.eq(solution.record.version))
        .filter(solutions::status.eq(solution.record.status))
        .execute(deed.conn())?;
    ensure_changed(deed.conn(), solution.id(), gone)
}

/// A conditional write that found no row met another version than the one that was read.
fn ensure_changed(conn: &mut DbConn, id: SolutionId, rows: usize) -> Result<(), Failure> {
    if rows == 1 {
        return Ok(());
    }
    let current = solutions::table.find(id).select(solutions::version).first(conn)?;
    Err(Failure::Stale { current })
}

/// Keeps the tables that filters read in step with the document.
fn write_terms(conn: &mut DbConn, id: SolutionId, content: &SolutionContent) -> QueryResult<()> {
    diesel::delete(solution_sectors::table.filter(solution_sectors::solution_id.eq(id))).execute(conn)?;
    diesel::delete(solution_technologies::table.filter(solution_technologies::solution_id.eq(id)))
        .execute(conn)?;
    diesel::delete(solution_regions::table.filter(solution_regions::solution_id.eq(id))).execute(conn)?;
    let sectors: Vec<_> = content
        .sectors
        .iter()
        .map(|sector| (solution_sectors::solution_id.eq(id), solution_sectors::sector.eq(sector.as_str())))
        .collect();
    let technologies: Vec<_> = content
        .technologies
        .iter()
        .map(|technology| {
            (
                solution_technologies::solution_id.eq(id),
                solution_technologies::technology.eq(technology.as_str()),
            )
        })
        .collect();
    let regions: Vec<_> = content
        .regions
        .iter()
        .map(|region| (solution_regions::solution_id.eq(id), solution_regions::region.eq(region.to_string())))
        .collect();
    each_engine!(conn, c => {
        diesel::insert_into(solution_sectors::table).values(&sectors).execute(c)?;
        diesel::insert_into(solution_technologies::table).values(&technologies).execute(c)?;
        diesel::insert_into(solution_regions::table).values(&regions).execute(c)
    })?;
    Ok(())
}
