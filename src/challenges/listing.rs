//! The question a list answers: filters, order and place, read from the query string. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::ChallengeId;
use super::budget::Band;
use super::content::EntryStage;
use super::states::Status;
use crate::accounts::OrganizationId;
use crate::failure::Failure;
use crate::fields::{self, FieldErrors, Invalid, Yen};
use crate::reference::{Bureau, Prefecture, Sector, Technology, TopSector};
use crate::text_enum;
use crate::web::PageQuery;

/// Longest search text in characters.
const QUERY: usize = 200;

text_enum! {
    /// The orders of the list.
    pub enum Sort {
        /// The last opened first (or begun, while it is not open).
        Newest = "newest",
        /// The next deadline first, those without one last.
        Due = "due",
        /// The largest budget first, those without figures last; by bands for readers of bands.
        Budget = "budget",
        /// The best answer to `q` first; needs `q`, and is its default.
        Relevance = "relevance",
    }
}

/// The parameters of the list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Words to search for; two characters are enough.
    pub q: Option<String>,
    /// A leaf of the sectors, or a top sector for all of its leaves.
    pub sector: Option<String>,
    /// A technology wanted.
    pub technology: Option<String>,
    /// The prefecture's number. Anonymous challenges match only for those who may know whose they are.
    pub prefecture: Option<String>,
    /// The bureau's slug.
    pub bureau: Option<String>,
    /// `planning`, `pilot` or `operation`.
    pub stage: Option<String>,
    /// Budgets of at least so many yen (readers of bands: of at least that band).
    pub budget_min: Option<String>,
    /// Budgets of at most so many yen (readers of bands: of at most that band).
    pub budget_max: Option<String>,
    /// Deadlines on or after this day, and those without one.
    pub due_after: Option<String>,
    /// One state.
    pub status: Option<String>,
    /// The organization that posted it. Anonymous challenges match only for those who may know.
    pub organization: Option<String>,
    /// `newest` (default), `due`, `budget`, `relevance` (default with `q`).
    pub sort: Option<String>,
    /// Items on a page, 1 to 100; 20 unless given.
    pub limit: Option<String>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// Whether to count all items as well: `true` or `false`.
    pub total: Option<String>,
}

/// The filters; each must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filter {
    pub(super) sectors: Option<Vec<Sector>>,
    pub(super) technology: Option<Technology>,
    pub(super) prefecture: Option<Prefecture>,
    pub(super) bureau: Option<Bureau>,
    pub(super) stage: Option<EntryStage>,
    pub(super) budget_min: Option<Yen>,
    pub(super) budget_max: Option<Yen>,
    pub(super) due_after: Option<NaiveDate>,
    pub(super) status: Option<Status>,
    pub(super) organization: Option<OrganizationId>,
}

/// The whole question.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    pub(super) q: Option<String>,
    pub(super) filter: Filter,
    pub(super) sort: Sort,
    pub(super) limit: i64,
    pub(super) place: Option<Place>,
    pub(super) total: bool,
}

/// What the key of a place means. Figures and bands differ, so that a place of one is none of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Key {
    /// Microseconds since 1970 at which it was opened or begun.
    Opened,
    /// Microseconds since 1970 at which it closes.
    Closes,
    /// Whole yen.
    Figures,
    /// The rank of a band.
    Bands,
    /// Millionths of relevance.
    Relevance,
}

/// A place in a list: behind the challenge `id`, whose sort key is `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) key: Key,
    pub(super) at: i64,
    pub(super) id: ChallengeId,
}

impl Sort {
    /// What this order sorts by, for a reader of figures or of bands.
    pub(super) fn key(self, figures: bool) -> Key {
        match (self, figures) {
            (Self::Newest, _) => Key::Opened,
            (Self::Due, _) => Key::Closes,
            (Self::Budget, true) => Key::Figures,
            (Self::Budget, false) => Key::Bands,
            (Self::Relevance, _) => Key::Relevance,
        }
    }
}

impl Key {
    /// Whether small keys come first. Ties always stand newest first.
    pub(super) fn is_ascending(self) -> bool {
        self == Self::Closes
    }

    /// Whether an item with the key `at` comes behind the place.
    pub(super) fn is_behind(self, (at, id): (i64, ChallengeId), place: Place) -> bool {
        let forward = if self.is_ascending() { at > place.at } else { at < place.at };
        forward || (at == place.at && id < place.id)
    }
}

/// The least and most rank of bands that a reader of bands means by two sums.
pub(super) fn band_ranks(min: Option<Yen>, max: Option<Yen>) -> (i32, i32) {
    let least = min.map_or(Band::UpTo1m, Band::of).rank();
    let most = max.map_or(Band::Over100m, Band::of).rank();
    (least, most)
}

impl ListParams {
    /// Reads all parameters, for a reader of `figures` or of bands.
    ///
    /// # Errors
    /// `Invalid` naming every parameter that is wrong.
    pub(super) fn parse(&self, figures: bool) -> Result<Listing, Failure> {
        let mut errors = FieldErrors::new();
        let listing = self.read(&mut errors)?;
        let key = listing.sort.key(figures);
        if listing.place.is_some_and(|place| place.key != key) {
            errors.add("/cursor", Invalid::new("not_a_cursor"));
        }
        errors.into_result()?;
        Ok(listing)
    }

    fn read(&self, errors: &mut FieldErrors) -> Result<Listing, Failure> {
        let q = keep(errors, "/q", &self.q, |text| fields::line(text, QUERY));
        let sort = keep(errors, "/sort", &self.sort, Sort::parse);
        if sort == Some(Sort::Relevance) && q.is_none() {
            errors.add("/sort", Invalid::new("relevance_needs_q"));
        }
        let limit = keep(errors, "/limit", &self.limit, whole_number);
        let total = keep(errors, "/total", &self.total, yes_or_no);
        let page = PageQuery::new(limit, self.cursor.clone(), total);
        Ok(Listing {
            sort: sort.unwrap_or(if q.is_some() { Sort::Relevance } else { Sort::Newest }),
            q,
            filter: self.filter(errors),
            limit: page.checked_limit()?,
            place: page.place()?,
            total: total.unwrap_or(false),
        })
    }

    fn filter(&self, errors: &mut FieldErrors) -> Filter {
        let budget_min = keep(errors, "/budget_min", &self.budget_min, Yen::parse);
        let budget_max = keep(errors, "/budget_max", &self.budget_max, Yen::parse);
        if let (Some(min), Some(max)) = (budget_min, budget_max)
            && min > max
        {
            errors.add("/budget_max", Invalid::new("max_below_min").with("min", min.yen()));
        }
        Filter {
            sectors: keep(errors, "/sector", &self.sector, sectors),
            technology: keep(errors, "/technology", &self.technology, Technology::parse),
            prefecture: keep(errors, "/prefecture", &self.prefecture, Prefecture::parse),
            bureau: keep(errors, "/bureau", &self.bureau, Bureau::parse),
            stage: keep(errors, "/stage", &self.stage, EntryStage::parse),
            budget_min,
            budget_max,
            due_after: keep(errors, "/due_after", &self.due_after, fields::date),
            status: keep(errors, "/status", &self.status, Status::parse),
            organization: keep(errors, "/organization", &self.organization, |text| {
                text.parse().map_err(|_| Invalid::new("not_an_id"))
            }),
        }
    }
}

fn keep<T>(
    errors: &mut FieldErrors,
    pointer: &str,
    text: &Option<String>,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Option<T> {
    text.as_deref().filter(|text| !text.is_empty()).and_then(|text| errors.keep(pointer, parse(text)))
}

/// One leaf, or every leaf of a top sector.
fn sectors(text: &str) -> Result<Vec<Sector>, Invalid> {
    match TopSector::parse(text) {
        Ok(top) => Ok(top.leaves().collect()),
        Err(_) => Sector::parse(text).map(|leaf| vec![leaf]),
    }
}

fn whole_number(text: &str) -> Result<i64, Invalid> {
    text.parse().map_err(|_| Invalid::new("wrong_type").with("expected", "integer"))
}

fn yes_or_no(text: &str) -> Result<bool, Invalid> {
    text.parse().map_err(|_| Invalid::new("wrong_type").with("expected", "true, false"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Cursor;

    fn refusals(params: &ListParams) -> String {
        params.parse(true).expect_err("refused").to_string()
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn every_wrong_parameter_is_named_at_once() {
        let params = ListParams {
            sector: text("snow-removal"),
            prefecture: text("48"),
            budget_min: text("many"),
            status: text("shut"),
            organization: text("42"),
            sort: text("relevance"),
            ..ListParams::default()
        };
        let refusals = refusals(&params);
        for expected in [
            "/sector: unknown_sector_suggest suggestion=infrastructure-maintenance/snow-removal",
            "/prefecture: unknown_prefecture",
            "/budget_min: not_an_amount",
            "/status: unknown_value",
            "/organization: not_an_id",
            "/sort: relevance_needs_q",
        ] {
            assert!(refusals.contains(expected), "{expected} in {refusals}");
        }
    }

    #[test]
    fn a_top_sector_stands_for_all_its_leaves() {
        let params = ListParams { sector: text("childcare"), ..ListParams::default() };
        let leaves = params.parse(true).expect("a question").filter.sectors.expect("sectors");
        assert!(leaves.len() > 1 && leaves.iter().all(|leaf| leaf.top().as_str() == "childcare"));
    }

    #[test]
    fn with_words_the_best_answer_comes_first_and_without_them_the_newest() {
        let with = ListParams { q: text("除雪"), ..ListParams::default() };
        assert_eq!(with.parse(true).expect("a question").sort, Sort::Relevance);
        assert_eq!(ListParams::default().parse(true).expect("a question").sort, Sort::Newest);
    }

    #[test]
    fn a_place_among_figures_is_none_among_bands() {
        let place = Place { key: Key::Figures, at: 12_000_000, id: ChallengeId::new() };
        let cursor = Cursor::write(&place).expect("a cursor");
        let params = ListParams { sort: text("budget"), cursor: Some(cursor), ..ListParams::default() };
        assert!(params.parse(true).is_ok());
        assert_eq!(params.parse(false).expect_err("refused").to_string(), "invalid: /cursor: not_a_cursor");
    }

    #[test]
    fn sums_mean_whole_bands_to_a_reader_of_bands() {
        let yen = |sum| Some(Yen::new(sum).expect("a sum"));
        assert_eq!(band_ranks(yen(5_000_001), None), band_ranks(yen(9_999_999), None));
        assert_eq!(band_ranks(None, yen(5_000_000)), (1, 2));
        assert_eq!(band_ranks(None, None), (1, 6));
    }
}
