//! `/our-solutions`: a vendor's own solutions by state, each with what to do next.

use askama::Template;

use super::catalogue::{Entry, entry};
use crate::failure::Failure;
use crate::policy::{self, Action, Subject};
use crate::solutions::listing::{self, Sort, Wanted};
use crate::solutions::{SolutionItem, SolutionStatus};
use crate::web::{Answer, PageQuery, Shell, Visit, shown};

/// Solutions on the page; the next ones follow by its pager.
const PER_PAGE: i64 = 100;

/// What waits for the vendor comes first.
const ORDER: [SolutionStatus; 6] = [
    SolutionStatus::Returned,
    SolutionStatus::Draft,
    SolutionStatus::Suspended,
    SolutionStatus::InReview,
    SolutionStatus::Published,
    SolutionStatus::Archived,
];

#[derive(Template)]
#[template(path = "solutions/templates/own.html")]
struct Own {
    shell: Shell,
    groups: Vec<(SolutionStatus, Vec<Entry>)>,
    next: String,
    may_offer: bool,
}

/// `GET /our-solutions`
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for others than vendors.
pub async fn show(visit: Visit) -> Answer {
    let member = visit.member()?;
    if member.kind != crate::accounts::OrganizationKind::Vendor {
        return Err(Failure::Forbidden("vendors_only"));
    }
    let wanted = Wanted { organization: Some(member.organization), ..Wanted::default() };
    let query = PageQuery::new(Some(PER_PAGE), visit.query("cursor"), None);
    let page = visit
        .read(move |conn, actor| {
            listing::page(conn, &policy::sight(actor), &wanted, None, Sort::Newest, &query)
        })
        .await?;
    let shell = visit.shell("solutions.own.title");
    let next = page.next.map(|cursor| {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("cursor", &cursor).finish();
        shell.link(&format!("/our-solutions?{query}"))
    });
    shown(&Own {
        groups: groups(&shell, &page.items),
        next: next.unwrap_or_default(),
        may_offer: policy::allows(visit.actor(), Action::WriteSolution, &Subject::default()),
        shell,
    })
}

fn groups(shell: &Shell, items: &[SolutionItem]) -> Vec<(SolutionStatus, Vec<Entry>)> {
    let of = |status: SolutionStatus| {
        let there = items.iter().filter(|item| item.card.status == status);
        (status, there.map(|item| entry(shell, item, "", None)).collect::<Vec<_>>())
    };
    ORDER.into_iter().map(of).filter(|(_, entries)| !entries.is_empty()).collect()
}
