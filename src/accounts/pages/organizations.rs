//! `/organizations`: those of a bureau's region or all, and each one as others meet it. Whoever is in charge of one
//! decides on it here.

use actix_web::web;
use askama::Template;

use super::prefectures;
use crate::accounts::api::organizations::ListParams;
use crate::accounts::forms::ReasonForm;
use crate::accounts::organizations::{self as actions, Filter};
use crate::accounts::standing::Step;
use crate::accounts::store::{self, OrganizationRow};
use crate::accounts::{OrganizationId, OrganizationKind, OrganizationStatus};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::policy::{self, Action, Actor};
use crate::reference::{Bureau, MunicipalityCode};
use crate::web::forms::{Choice, Choices, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Page, PageQuery, Sent, Shell, Turns, Visit, page};
use crate::{challenges, solutions};

/// Organizations on one page of the list.
const ON_A_PAGE: i64 = 50;

/// What is known of an organization, as names and values.
pub(super) fn facts(shell: &Shell, row: &OrganizationRow) -> Vec<(String, String)> {
    let place = row.municipality_code.as_deref().and_then(|code| MunicipalityCode::parse(code).ok());
    let place = place.map(|code| code.municipality().full_name(shell.locale));
    let bureau = row.bureau.as_deref().and_then(|slug| Bureau::parse(slug).ok());
    let bureau = bureau.map(|bureau| bureau.name(shell.locale).to_owned());
    let place_key = if row.kind == OrganizationKind::Vendor { "head_office" } else { "municipality" };
    let known = [
        ("kind", Some(shell.t(&format!("accounts.kind.{}", row.kind)))),
        ("vendor_type", row.vendor_type.map(|one| shell.t(&format!("accounts.vendor_type.{one}")))),
        ("name_kana", row.name_kana.clone()),
        (place_key, place),
        ("bureau", bureau),
        ("corporate_number", row.corporate_number.clone()),
        ("founded_on", row.founded_on.map(|day| shell.date(day))),
        ("employees", row.employees.map(|count| shell.count("accounts.people", i64::from(count)))),
    ];
    let named =
        |(key, value): (&str, Option<String>)| Some((shell.t(&format!("accounts.word.{key}")), value?));
    known.into_iter().filter_map(named).collect()
}

/// The last decision on an organization, and who took it.
pub(super) struct Decision {
    /// The verb.
    verb: String,
    reason: Option<String>,
    by: Option<String>,
    at: Option<crate::db::Timestamp>,
}

impl Decision {
    /// Reads it; `None` while nobody has decided.
    pub(super) fn of(conn: &mut DbConn, row: &OrganizationRow) -> Result<Option<Self>, Failure> {
        let standing = row.standing.0.clone();
        let Some(verb) = standing.decision else { return Ok(None) };
        let by = standing.decided_by.map(|id| store::organization(conn, id)).transpose()?;
        let by = by.map(|organization| organization.name);
        Ok(Some(Self { verb, reason: standing.reason, by, at: standing.decided_at }))
    }

    /// As names and values.
    pub(super) fn facts(&self, shell: &Shell) -> Vec<(String, String)> {
        let word = |key: &str| shell.t(&format!("accounts.word.{key}"));
        let by = self.by.clone().unwrap_or_else(|| shell.t("accounts.decided_by_mail_domain"));
        let mut facts = vec![
            (word("decision"), shell.t(&format!("accounts.decided.{}", self.verb))),
            (word("decided_by"), by),
        ];
        facts.extend(self.at.map(|at| (word("decided_at"), shell.date_time(at))));
        facts.extend(self.reason.clone().map(|reason| (word("reason"), reason)));
        facts
    }
}

#[derive(Template)]
#[template(path = "accounts/templates/organizations.html")]
struct ListPage {
    shell: Shell,
    form: FormView,
    rows: Vec<OrganizationRow>,
    total: i64,
    next: String,
    first: String,
}

impl ListPage {
    fn statuses(&self) -> Vec<Choice> {
        let names = OrganizationStatus::ALL.iter().map(|one| one.as_str());
        Choice::of(self.shell.locale, "accounts.status", names)
    }

    fn kinds(&self) -> Vec<Choice> {
        let names = OrganizationKind::ALL.iter().map(|one| one.as_str());
        Choice::of(self.shell.locale, "accounts.kind", names)
    }

    fn prefectures(&self) -> Vec<Choices> {
        prefectures(self.shell.locale)
    }

    fn place(&self, row: &OrganizationRow) -> String {
        row.prefecture().map(|one| one.name(self.shell.locale).to_owned()).unwrap_or_default()
    }
}

/// `GET /organizations`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for all but bureaus and the operator, `Busy`.
pub async fn list(visit: Visit) -> Answer {
    visit.member()?;
    policy::desk(visit.actor())?;
    let typed = Typed::parse(visit.request().query_string().as_bytes());
    let (filter, errors) = match ListParams::typed(&typed).filter() {
        Ok(filter) => (filter, FieldErrors::new()),
        Err(errors) => (Filter::default(), errors),
    };
    let query = PageQuery::new(Some(ON_A_PAGE), typed.text("cursor"), None);
    let (limit, after) = (query.checked_limit()?, query.place::<OrganizationId>()?);
    let (found, total) = visit
        .read(move |conn, actor| {
            let rows = actions::list(conn, actor, &filter, after, limit)?;
            Ok((Page::cut(rows, limit, None, |row| row.id)?, actions::count(conn, actor, &filter)?))
        })
        .await?;
    let status = if errors.is_empty() { 200 } else { 422 };
    let shell = visit.shell("accounts.pages.organizations.title");
    let Turns { next, first } = Turns::of(&shell, "/organizations", &typed, found.next.as_deref());
    let form = FormView::new(shell.locale, "accounts.filter", typed).with_errors(errors);
    page::html(status, &ListPage { shell, form, rows: found.items, total, next, first })
}

#[derive(Template)]
#[template(path = "accounts/templates/organization.html")]
struct ProfilePage {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    known: Known,
}

/// An organization with what the reader may see and do.
struct Known {
    row: OrganizationRow,
    decision: Option<Decision>,
    /// The steps that the reader may take.
    steps: Vec<Step>,
    sees_members: bool,
    decides: bool,
    solutions: Vec<solutions::Card>,
    challenges: Vec<challenges::Card>,
}

impl ProfilePage {
    fn facts(&self) -> Vec<(String, String)> {
        facts(&self.shell, &self.known.row)
    }

    fn is_vendor(&self) -> bool {
        self.known.row.kind == OrganizationKind::Vendor
    }

    fn is_municipality(&self) -> bool {
        self.known.row.kind == OrganizationKind::Municipality
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        let mut crumbs = vec![(self.known.row.name.clone(), String::new())];
        if self.known.decides {
            crumbs.insert(0, (self.shell.t("nav.organizations"), self.shell.link("/organizations")));
        }
        crumbs
    }

    fn to(&self, folder: &str, id: impl std::fmt::Display) -> String {
        self.shell.link(&format!("/{folder}/{id}"))
    }

    fn step_name(&self, step: &Step) -> String {
        self.shell.t(&format!("accounts.step.{}", step.as_str()))
    }

    fn step_kind(&self, step: &Step) -> &'static str {
        match step {
            Step::Approve | Step::Reinstate => "primary",
            Step::Reject | Step::Suspend => "danger",
        }
    }
}

/// What its page shows of an organization.
fn known(conn: &mut DbConn, actor: &Actor, id: OrganizationId) -> Result<Known, Failure> {
    let row = actions::show(conn, actor, id)?;
    let subject = row.subject();
    let own = actor.member().is_some_and(|member| member.organization == id);
    let decides = !own && policy::allows(actor, Action::DecideOrganization, &subject);
    let sees_members = policy::allows(actor, Action::SeeMembers, &subject);
    let steps = if decides { Step::offered(row.status) } else { Vec::new() };
    let decision = if own || decides { Decision::of(conn, &row)? } else { None };
    let approved = row.status == OrganizationStatus::Approved;
    let solutions = if approved { solutions::published_of(conn, id)? } else { Vec::new() };
    let challenges = if approved { challenges::open_of(conn, actor, id)? } else { Vec::new() };
    Ok(Known { row, decision, steps, sees_members, decides, solutions, challenges })
}

async fn profile(visit: &Visit, id: OrganizationId, typed: Typed, refused: Option<Refusal>) -> Answer {
    let known = visit.read(move |conn, actor| known(conn, actor, id)).await?;
    let shell = visit.shell("accounts.pages.organization.title").titled(known.row.name.clone());
    let status = refused.as_ref().map_or(200, |refused| refused.status);
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let form = FormView::new(shell.locale, "accounts.decide", typed).with_errors(errors);
    page::html(status, &ProfilePage { shell, form, refusal, known })
}

/// `GET /organizations/{id}`
///
/// # Errors
/// `NotFound`, `Busy`.
pub async fn show(visit: Visit, id: web::Path<OrganizationId>) -> Answer {
    profile(&visit, id.into_inner(), Typed::new(), None).await
}

/// `POST /organizations/{id}/decide`
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn decide(sent: Sent, id: web::Path<OrganizationId>) -> Answer {
    let (id, version) = (id.into_inner(), sent.typed.version()?.ok_or(Failure::VersionRequired)?);
    let step = Step::parse(sent.typed.get("step")).ok_or_else(|| {
        Failure::field("/step", Invalid::new("unknown_value").with("allowed", Step::names()))
    })?;
    let done = match ReasonForm::typed(&sent.typed).parse() {
        Ok(reason) => sent.perform(move |deed| actions::decide(deed, id, Some(version), step, reason)).await,
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else {
        let flash = Flash::said(&format!("organization_{}", step.as_str()));
        return Ok(sent.visit.go_saying(format!("/organizations/{id}"), &flash));
    };
    let refused = Refusal::of(&sent.visit.shell("accounts.pages.organization.title"), failure)?;
    profile(&sent.visit, id, sent.typed.clone(), Some(refused)).await
}
