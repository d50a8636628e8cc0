//! A search of the catalogue that is kept: what its address asks for, and whether it would find one solution.

use super::api::ListParams;
use super::{SolutionId, SolutionStatus, listing};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::Ranking;
use crate::policy::Sight;
use crate::web::forms::Typed;

/// The parameters that narrow the catalogue.
pub(super) const FILTERS: [&str; 9] = [
    "q",
    "sector",
    "technology",
    "prefecture",
    "bureau",
    "maturity",
    "price_max",
    "verified",
    "organization",
];
/// Solutions on a page.
const PER_PAGE: i64 = 20;

/// What the form asked for; blank fields do not filter.
pub(super) fn asked(typed: &Typed) -> ListParams {
    ListParams {
        q: typed.text("q"),
        sector: typed.text("sector"),
        technology: typed.text("technology"),
        prefecture: typed.text("prefecture"),
        bureau: typed.text("bureau"),
        maturity: typed.text("maturity"),
        price_max: typed.text("price_max"),
        verified: typed.is_ticked("verified").then_some(true),
        organization: typed.text("organization").and_then(|id| id.parse().ok()),
        sort: typed.text("sort").filter(|sort| sort != "relevance" || typed.text("q").is_some()),
        limit: Some(PER_PAGE),
        cursor: typed.text("cursor"),
        total: Some(true),
        ..ListParams::default()
    }
}

/// The query string of a search without what is about reading it (page, order, language), so that two addresses of one
/// search are the same text.
///
/// # Errors
/// Every filter that is wrong.
pub fn search(query: &str) -> Result<String, FieldErrors> {
    let typed = Typed::parse(query.as_bytes());
    let mut kept = Typed::new();
    for name in FILTERS {
        if let Some(value) = typed.text(name) {
            kept.add(name, value);
        }
    }
    let params = asked(&kept);
    params.wanted()?;
    params.search()?;
    Ok(kept.encoded())
}

/// Whether the search shows a solution to a reader of this sight now.
///
/// # Errors
/// `Internal` when the rows cannot be read; `Invalid` for a search that is none any more.
pub fn finds(
    conn: &mut DbConn,
    sight: &Sight,
    ranking: &Ranking,
    query: &str,
    id: SolutionId,
) -> Result<bool, Failure> {
    let params = asked(&Typed::parse(query.as_bytes()));
    let mut wanted = params.wanted()?;
    // What nobody offers yet or any more stands on the vendor's own page.
    wanted.status = Some(SolutionStatus::Published);
    let hit = |q: &str| ranking.search_solutions(q).iter().any(|(found, _)| *found == id.0);
    if params.search()?.0.is_some_and(|q| !hit(&q)) {
        return Ok(false);
    }
    listing::shows(conn, sight, &wanted, id)
}
