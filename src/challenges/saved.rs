//! A search of the list that is kept: what the list's address asks for, and whether it would find one challenge.

use super::listing::ListParams;
use super::states::Status;
use super::{ChallengeId, selection};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::{FieldErrors, typed_date};
use crate::matches::Ranking;
use crate::policy::Sight;
use crate::web::forms::Typed;

/// The parameters that narrow the list.
pub(super) const FILTERS: [&str; 11] = [
    "q",
    "sector",
    "technology",
    "prefecture",
    "bureau",
    "stage",
    "budget_min",
    "budget_max",
    "due_after",
    "status",
    "organization",
];
/// What the status is called when every state is wanted.
pub(super) const ANY: &str = "any";

/// What an address of the list says, with the open ones wanted unless it names a state.
pub(super) fn read(query: &str) -> Typed {
    let mut typed = Typed::parse(query.as_bytes()).without("lang");
    if !typed.has("status") {
        typed.set("status", Status::Open.as_str());
    }
    typed
}

/// What the form asked for, under the names of the API; blank fields do not filter.
pub(super) fn asked(typed: &Typed) -> ListParams {
    // A day may be typed in the Japanese calendar here; what is no day is refused by the parser of the API.
    let day = |text: String| typed_date(&text).map_or(text, |day| day.to_string());
    ListParams {
        q: typed.text("q"),
        sector: typed.text("sector"),
        technology: typed.text("technology"),
        prefecture: typed.text("prefecture"),
        bureau: typed.text("bureau"),
        stage: typed.text("stage"),
        budget_min: typed.text("budget_min"),
        budget_max: typed.text("budget_max"),
        due_after: typed.text("due_after").map(day),
        status: typed.text("status").filter(|status| status != ANY),
        organization: typed.text("organization"),
        sort: typed.text("sort").filter(|sort| sort != "relevance" || typed.text("q").is_some()),
        limit: None,
        cursor: typed.text("cursor"),
        total: Some("true".to_owned()),
    }
}

/// The query string of a search without what is about reading it (page, order, language), so that two addresses of one
/// search are the same text.
///
/// # Errors
/// Every filter that is wrong.
pub fn search(query: &str) -> Result<String, FieldErrors> {
    let typed = read(query);
    let mut kept = Typed::new();
    for name in FILTERS {
        if let Some(value) =
            typed.text(name).filter(|value| name != "status" || value != Status::Open.as_str())
        {
            kept.add(name, value);
        }
    }
    match asked(&kept).parse(true) {
        Ok(_) => Ok(kept.encoded()),
        Err(Failure::Invalid(errors)) => Err(errors),
        Err(_) => Err(FieldErrors::new()),
    }
}

/// Whether the search shows a challenge to a reader of this sight now.
///
/// # Errors
/// `Internal` when the rows cannot be read; `Invalid` for a search that is none any more.
pub fn finds(
    conn: &mut DbConn,
    sight: &Sight,
    ranking: &Ranking,
    query: &str,
    id: ChallengeId,
) -> Result<bool, Failure> {
    let listing = asked(&read(query)).parse(sight.figures)?;
    let hit = |q: &str| ranking.search_challenges(q).iter().any(|(found, _)| *found == id.0);
    if listing.q.as_deref().is_some_and(|q| !hit(q)) {
        return Ok(false);
    }
    selection::shows(conn, sight, &listing, id)
}
