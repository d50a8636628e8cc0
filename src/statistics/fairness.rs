//! How the first pages of the rankings of all open challenges divide among kinds of vendors, with and without the places
//! that are kept for newcomers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::{OrganizationId, VendorType};
use crate::challenges;
use crate::db::DbConn;
use crate::db::schema::organizations;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::matching::Query;
use crate::matching::evaluate::{Groups, Seen, Shares, fairness, groups_of};
use crate::policy::{self, Actor};
use crate::solutions;

/// Who is seen on the first pages, from several sides.
#[derive(Debug, Serialize, ToSchema)]
pub struct Exposure {
    /// Open challenges whose rankings were read: the newest, at most 500.
    pub challenges: usize,
    /// Published solutions.
    pub solutions: usize,
    /// Places on a first page.
    pub page: usize,
    /// The share of a first page that is kept for newcomers, 0 to 1.
    pub newcomer_share: f64,
    /// The sides from which vendors are looked at.
    pub sides: Vec<Side>,
}

/// One side from which vendors are looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct Side {
    /// `vendor_type`, `size`, `region`, `record` or `reach`.
    pub side: &'static str,
    /// Its groups; their shares sum to 1 (0 while nothing is ranked).
    pub groups: Vec<Group>,
}

/// One group's shares, each 0 to 1.
#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    /// The group's name: a kind of vendor, a bureau, `none`, `pilot`, `operation` …
    pub group: String,
    /// Of all published solutions.
    pub solutions: f64,
    /// Of the exposure on first pages by score alone. A place counts 1 / log₂(place + 1).
    pub by_score: f64,
    /// Of the exposure on first pages as they are shown, with places kept for newcomers.
    pub shown: f64,
}

/// The group of vendors that do not say their kind or size.
pub(super) const UNKNOWN: &str = "unknown";

/// So many challenges tell enough, and a page is there in time.
const MOST_CHALLENGES: usize = 500;

/// How exposure divides at present.
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for all but bureaus and the operator; `Internal`.
pub fn exposure(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    today: NaiveDate,
) -> Result<Exposure, Failure> {
    policy::desk(actor)?;
    let mut asked = challenges::for_index(conn, None)?;
    asked.retain(|challenge| challenge.doc.candidate);
    // Ids rise with time.
    let asked = asked.split_off(asked.len().saturating_sub(MOST_CHALLENGES));
    let groups = groups(conn)?;
    let (page, newcomer_share) = ranking.first_page();
    let (mut by_score, mut shown) = (Vec::new(), Vec::new());
    for challenge in &asked {
        let query = || Query::new(today, page);
        let pages = [(&mut by_score, query()), (&mut shown, query().keep_places_for_newcomers())];
        for (seen, query) in pages {
            let found = ranking.solutions_for(&challenge.doc, &query).items.into_iter();
            seen.extend(found.map(|item| Seen {
                challenge: challenge.id.to_string(),
                rank: item.rank,
                solution: item.id.to_string(),
            }));
        }
    }
    let shares = fairness(&groups, &Default::default(), &by_score, &shown);
    Ok(Exposure {
        challenges: asked.len(),
        solutions: groups.len(),
        page,
        newcomer_share,
        sides: shares.into_iter().map(|(side, groups)| Side::of(side, groups)).collect(),
    })
}

impl Side {
    fn of(side: &'static str, groups: BTreeMap<String, Shares>) -> Self {
        let groups = groups.into_iter().map(|(group, shares)| Group {
            group,
            solutions: shares.solutions,
            by_score: shares.by_score,
            shown: shares.shown,
        });
        Self { side, groups: groups.collect() }
    }
}

/// The groups of every published solution, by its id.
fn groups(conn: &mut DbConn) -> Result<BTreeMap<String, Groups>, Failure> {
    let vendors: BTreeMap<OrganizationId, (Option<VendorType>, Option<i32>)> = organizations::table
        .filter(organizations::kind.eq("vendor"))
        .select((organizations::id, (organizations::vendor_type, organizations::employees)))
        .load::<(OrganizationId, (Option<VendorType>, Option<i32>))>(conn)?
        .into_iter()
        .collect();
    let published = solutions::for_index(conn, None)?.into_iter().filter(|one| one.doc.candidate);
    let grouped = published.map(|one| {
        let (kind, employees) = vendors.get(&one.owner).copied().unwrap_or_default();
        let mut groups = groups_of(&one.doc, Some(kind.map_or(UNKNOWN, VendorType::as_str)));
        groups.insert("size", size(employees).to_owned());
        (one.id.to_string(), groups)
    });
    Ok(grouped.collect())
}

/// The size of a vendor by its employees: small up to 20, medium up to 300 (中小企業基本法 of 1963, article 2, for
/// manufacturing).
fn size(employees: Option<i32>) -> &'static str {
    match employees {
        None => UNKNOWN,
        Some(..=20) => "small",
        Some(21..=300) => "medium",
        Some(_) => "large",
    }
}
