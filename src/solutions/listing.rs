//! The list of solutions: filters, order, pages.

use diesel::dsl::exists;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::store::Solution;
use super::view::SolutionItem;
use super::{Maturity, SolutionId, SolutionStatus, deployments};
use crate::accounts::{OrganizationId, OrganizationStatus};
use crate::db::schema::{
    deployments as deployment_rows, organizations, solution_regions, solution_sectors, solution_technologies,
    solutions,
};
use crate::db::{DbConn, MultiBackend, Timestamp};
use crate::failure::Failure;
use crate::fields::{Invalid, Yen};
use crate::policy::{Openness, Sight};
use crate::reference::{MunicipalityCode, Region, Sector, Technology};
use crate::text_enum;
use crate::web::{Page, PageQuery};

text_enum! {
    /// The orders of the list.
    pub enum Sort {
        /// What is not published yet first, then the latest published.
        Newest = "newest",
        /// What fits `q` best.
        Relevance = "relevance",
        /// Least cost of introduction.
        Price = "price",
    }
}

/// What is asked of the list; absent filters let everything pass.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Any of these leaves.
    pub(super) sectors: Option<Vec<Sector>>,
    pub(super) technology: Option<Technology>,
    /// Serves at least a part of this region.
    pub(super) region: Option<Region>,
    pub(super) maturity: Option<Maturity>,
    /// The least cost of introduction is at most this.
    pub(super) price_max: Option<Yen>,
    pub(super) organization: Option<OrganizationId>,
    pub(super) status: Option<SolutionStatus>,
    /// Whether there is (or is not) a deployment that was not denied.
    pub(super) has_evidence: Option<bool>,
    /// Whether there is (or is not) one that somebody else than the vendor stands behind.
    pub(super) verified: Option<bool>,
}

/// What `q` found, with its relevance.
pub(super) type Hits = Vec<(SolutionId, f32)>;

/// Ids in one statement, well below what either engine can bind.
const AT_ONCE: usize = 5_000;

/// Where a solution stands in the order that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Place {
    sort: Sort,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relevance: Option<f32>,
    id: SolutionId,
}

type Joined = diesel::dsl::InnerJoinQuerySource<solutions::table, organizations::table>;
type Condition = Box<dyn BoxableExpression<Joined, MultiBackend, SqlType = diesel::sql_types::Bool>>;

/// One page of what the caller may see.
///
/// # Errors
/// `Invalid` for a cursor of another order; `Internal` when rows cannot be read.
pub(super) fn page(
    conn: &mut DbConn,
    sight: &Sight,
    wanted: &Wanted,
    hits: Option<Hits>,
    sort: Sort,
    query: &PageQuery,
) -> Result<Page<SolutionItem>, Failure> {
    let limit = query.checked_limit()?;
    let after = query.place::<Place>()?;
    if after.is_some_and(|place| place.sort != sort) {
        return Err(Failure::field("/cursor", Invalid::new("not_a_cursor")));
    }
    let page = match hits {
        Some(hits) => among(conn, sight, wanted, &hits, (sort, after, limit, query.total))?,
        None => all(conn, sight, wanted, (sort, after, limit, query.total))?,
    };
    let ids: Vec<SolutionId> = page.items.iter().map(|(_, solution)| solution.id()).collect();
    let mut evidence = deployments::of_solutions(conn, &ids)?;
    Ok(page.map(|(_, solution)| {
        let known = evidence.remove(&solution.id()).unwrap_or_default();
        SolutionItem::of(solution, &known)
    }))
}

/// Whether the list holds this solution, its words aside, which were searched for already.
///
/// # Errors
/// `Internal` when the row cannot be read.
pub(super) fn shows(
    conn: &mut DbConn,
    sight: &Sight,
    wanted: &Wanted,
    id: SolutionId,
) -> Result<bool, Failure> {
    let found: i64 = solutions::table
        .inner_join(organizations::table)
        .filter(conditions(sight, wanted))
        .filter(solutions::id.eq(id))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

type Asked = (Sort, Option<Place>, i64, Option<bool>);

/// A page of everything, ordered and cut by the database.
fn all(
    conn: &mut DbConn,
    sight: &Sight,
    wanted: &Wanted,
    (sort, after, limit, total): Asked,
) -> Result<Page<(Place, Solution)>, Failure> {
    let total = match total {
        Some(true) => {
            let joined = solutions::table.inner_join(organizations::table);
            Some(joined.filter(conditions(sight, wanted)).count().get_result(conn)?)
        }
        _ => None,
    };
    let mut rows = solutions::table
        .inner_join(organizations::table)
        .filter(conditions(sight, wanted))
        .select(Solution::as_select())
        .limit(limit.saturating_add(1))
        .into_boxed();
    if let Some(place) = after {
        rows = rows.filter(behind(place));
    }
    rows = match sort {
        Sort::Newest | Sort::Relevance => rows.order((
            solutions::published_at.is_null().desc(),
            solutions::published_at.desc(),
            solutions::id.desc(),
        )),
        Sort::Price => {
            rows.order((solutions::price_initial_min.is_null(), solutions::price_initial_min, solutions::id))
        }
    };
    let rows: Vec<Solution> = rows.load(conn)?;
    let placed = rows.into_iter().map(|solution| (place(sort, &solution), solution)).collect();
    Page::cut(placed, limit, total, |(place, _): &(Place, Solution)| *place)
}

fn place(sort: Sort, solution: &Solution) -> Place {
    let record = &solution.record;
    Place {
        sort,
        published_at: record.published_at,
        price: solution.content().price.initial_min.map(Yen::yen),
        relevance: None,
        id: record.id,
    }
}

/// What comes after a place in the order of the database.
fn behind(place: Place) -> Condition {
    match (place.sort, place.published_at, place.price) {
        (Sort::Newest | Sort::Relevance, None, _) => Box::new(
            solutions::published_at
                .is_not_null()
                .or(solutions::published_at.is_null().and(solutions::id.lt(place.id))),
        ),
        (Sort::Newest | Sort::Relevance, Some(published), _) => Box::new(
            solutions::published_at
                .is_not_null()
                .and(solutions::published_at.assume_not_null().lt(published))
                .or(solutions::published_at
                    .is_not_null()
                    .and(solutions::published_at.assume_not_null().eq(published))
                    .and(solutions::id.lt(place.id))),
        ),
        (Sort::Price, _, None) => {
            Box::new(solutions::price_initial_min.is_null().and(solutions::id.gt(place.id)))
        }
        (Sort::Price, _, Some(price)) => {
            Box::new(solutions::price_initial_min.is_null().or(
                solutions::price_initial_min.assume_not_null().gt(price).or(
                    solutions::price_initial_min.assume_not_null().eq(price).and(solutions::id.gt(place.id)),
                ),
            ))
        }
    }
}

/// A page of what a search found, ordered here because the database does not know the relevance.
fn among(
    conn: &mut DbConn,
    sight: &Sight,
    wanted: &Wanted,
    hits: &[(SolutionId, f32)],
    (sort, after, limit, total): Asked,
) -> Result<Page<(Place, Solution)>, Failure> {
    let relevance: std::collections::HashMap<SolutionId, f32> = hits.iter().copied().collect();
    let mut places = Vec::new();
    for some in hits.chunks(AT_ONCE) {
        let ids: Vec<SolutionId> = some.iter().map(|(id, _)| *id).collect();
        let rows: Vec<(SolutionId, Option<Timestamp>, Option<i64>)> = solutions::table
            .inner_join(organizations::table)
            .filter(conditions(sight, wanted))
            .filter(solutions::id.eq_any(ids))
            .select((solutions::id, solutions::published_at, solutions::price_initial_min))
            .load(conn)?;
        places.extend(rows.into_iter().map(|(id, published_at, price)| Place {
            sort,
            published_at,
            price,
            relevance: relevance.get(&id).copied(),
            id,
        }));
    }
    places.sort_by(order);
    let total = total.unwrap_or_default().then(|| i64::try_from(places.len()).unwrap_or(i64::MAX));
    let most = usize::try_from(limit.saturating_add(1)).unwrap_or(usize::MAX);
    let shown: Vec<Place> = places
        .into_iter()
        .filter(|place| after.is_none_or(|after| order(place, &after).is_gt()))
        .take(most)
        .collect();
    let ids: Vec<SolutionId> = shown.iter().map(|place| place.id).collect();
    let rows: Vec<Solution> = solutions::table
        .inner_join(organizations::table)
        .filter(solutions::id.eq_any(&ids))
        .select(Solution::as_select())
        .load(conn)?;
    let mut by_id: std::collections::HashMap<SolutionId, Solution> =
        rows.into_iter().map(|solution| (solution.id(), solution)).collect();
    let placed = shown.into_iter().filter_map(|place| Some((place, by_id.remove(&place.id)?))).collect();
    Page::cut(placed, limit, total, |(place, _): &(Place, Solution)| *place)
}

/// The same orders as the database's, and relevance; ties by id, so that no two places are equal.
fn order(a: &Place, b: &Place) -> std::cmp::Ordering {
    match a.sort {
        Sort::Newest => {
            let latest = |place: &Place| (place.published_at.is_none(), place.published_at, place.id);
            latest(b).cmp(&latest(a))
        }
        Sort::Price => {
            let dearest = |place: &Place| (place.price.is_none(), place.price, place.id);
            dearest(a).cmp(&dearest(b))
        }
        Sort::Relevance => {
            let relevance = |place: &Place| place.relevance.unwrap_or_default();
            relevance(b).total_cmp(&relevance(a)).then(a.id.cmp(&b.id))
        }
    }
}

/// What the caller may see, and what was asked for.
fn conditions(sight: &Sight, wanted: &Wanted) -> Condition {
    let mut all: Condition = visible(sight);
    let mut require = |condition: Condition| {
        let before: Condition = std::mem::replace(&mut all, Box::new(solutions::id.eq(solutions::id)));
        all = Box::new(before.and(condition));
    };
    if let Some(sectors) = &wanted.sectors {
        let slugs: Vec<&'static str> = sectors.iter().map(|sector| sector.as_str()).collect();
        require(Box::new(exists(
            solution_sectors::table
                .filter(solution_sectors::solution_id.eq(solutions::id))
                .filter(solution_sectors::sector.eq_any(slugs)),
        )));
    }
    if let Some(technology) = wanted.technology {
        require(Box::new(exists(
            solution_technologies::table
                .filter(solution_technologies::solution_id.eq(solutions::id))
                .filter(solution_technologies::technology.eq(technology.as_str())),
        )));
    }
    if let Some(region) = wanted.region {
        require(Box::new(exists(
            solution_regions::table
                .filter(solution_regions::solution_id.eq(solutions::id))
                .filter(solution_regions::region.eq_any(overlapping(region))),
        )));
    }
    if let Some(maturity) = wanted.maturity {
        require(Box::new(
            solutions::maturity.assume_not_null().eq(maturity).and(solutions::maturity.is_not_null()),
        ));
    }
    if let Some(most) = wanted.price_max {
        let price = solutions::price_initial_min;
        require(Box::new(price.is_not_null().and(price.assume_not_null().le(most.yen()))));
    }
    if let Some(organization) = wanted.organization {
        require(Box::new(solutions::organization_id.eq(organization)));
    }
    if let Some(status) = wanted.status {
        require(Box::new(solutions::status.eq(status)));
    }
    if let Some(has) = wanted.has_evidence {
        let counted = deployment_rows::table
            .filter(deployment_rows::solution_id.eq(solutions::id))
            .filter(deployment_rows::denied_at.is_null());
        require(if has { Box::new(exists(counted)) } else { Box::new(diesel::dsl::not(exists(counted))) });
    }
    if let Some(has) = wanted.verified {
        let verified = deployment_rows::table
            .filter(deployment_rows::solution_id.eq(solutions::id))
            .filter(deployment_rows::denied_at.is_null())
            .filter(deployment_rows::verification.ne(deployments::Verification::Declared));
        require(if has { Box::new(exists(verified)) } else { Box::new(diesel::dsl::not(exists(verified))) });
    }
    all
}

/// The same as the policy says of one solution: its subject is public while it is in the catalogue and its vendor
/// approved, and private otherwise.
fn visible(sight: &Sight) -> Condition {
    let mut seen: Condition = Box::new(
        solutions::status
            .eq(SolutionStatus::Published)
            .and(organizations::status.eq(OrganizationStatus::Approved))
            .and(solutions::id.eq(solutions::id)),
    );
    if !sight.openness.contains(&Openness::Public) {
        seen = Box::new(solutions::id.ne(solutions::id));
    }
    if let Some(own) = sight.own {
        seen = Box::new(seen.or(solutions::organization_id.eq(own)));
    }
    if !sight.prefectures.is_empty() {
        let prefectures: Vec<i32> = sight.prefectures.iter().copied().map(i32::from).collect();
        seen = Box::new(
            seen.or(organizations::prefecture
                .is_not_null()
                .and(organizations::prefecture.assume_not_null().eq_any(prefectures))),
        );
    }
    seen
}

/// Every region that has something in common with `region`, in the form it is stored.
fn overlapping(region: Region) -> Vec<String> {
    let lies_in = |code: MunicipalityCode| region.covers(code);
    let mut regions = vec![Region::Nationwide];
    for code in MunicipalityCode::all().filter(|code| lies_in(*code)) {
        regions.push(Region::Municipality(code));
        regions.push(Region::Prefecture(code.prefecture()));
        regions.push(Region::Bureau(code.bureau()));
    }
    regions.sort();
    regions.dedup();
    regions.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(region: &str) -> Vec<String> {
        overlapping(Region::parse(region).unwrap())
    }

    #[test]
    fn a_region_is_served_by_what_lies_around_it_and_by_what_lies_in_it() {
        let shibuya = found("muni:131130");
        assert_eq!(shibuya, ["nationwide", "bureau:kanto", "pref:13", "muni:131130"]);
        let tokyo = found("pref:13");
        assert!(
            ["nationwide", "bureau:kanto", "pref:13", "muni:131130"]
                .iter()
                .all(|one| tokyo.contains(&(*one).to_owned()))
        );
        assert!(!tokyo.contains(&"pref:14".to_owned()));
        let kanto = found("bureau:kanto");
        assert!(kanto.contains(&"pref:14".to_owned()) && kanto.contains(&"muni:131130".to_owned()));
        assert!(!kanto.contains(&"bureau:kinki".to_owned()));
    }

    #[test]
    fn the_order_of_a_search_has_no_ties() {
        let place = |sort, relevance| Place {
            sort,
            published_at: None,
            price: None,
            relevance: Some(relevance),
            id: SolutionId::new(),
        };
        let (first, second) = (place(Sort::Relevance, 0.5), place(Sort::Relevance, 0.5));
        assert!(order(&first, &second).is_lt());
        assert!(order(&second, &place(Sort::Relevance, 0.9)).is_gt());
        let (older, newer) = (place(Sort::Newest, 0.0), place(Sort::Newest, 0.0));
        assert!(order(&newer, &older).is_lt());
    }
}
