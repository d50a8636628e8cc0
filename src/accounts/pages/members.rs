//! The members of an organization: who they are, who asks to join, and what an admin does about it.

use actix_web::web;
use askama::Template;

use super::{Tab, organization_tabs};
use crate::accounts::api::members::MemberPatch;
use crate::accounts::forms::{self, ReasonForm};
use crate::accounts::store::{self, MemberRow, OrganizationRow};
use crate::accounts::{Locale, MemberId, MemberStatus, OrganizationId, Role, members as actions};
use crate::failure::Failure;
use crate::policy::{self, Action};
use crate::web::forms::{Choice, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Page, PageQuery, Sent, Shell, Visit, page};

const OWN: &str = "/organization/members";
/// Members on one page of the list.
const ON_A_PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "accounts/templates/members.html")]
struct MembersPage {
    shell: Shell,
    organization: OrganizationRow,
    rows: Vec<MemberRow>,
    manages: bool,
    is_own: bool,
    next: String,
}

impl MembersPage {
    fn tabs(&self) -> Vec<Tab> {
        organization_tabs(&self.shell, self.manages, OWN)
    }

    fn asking(&self) -> Vec<&MemberRow> {
        self.rows.iter().filter(|row| row.status == MemberStatus::Requested).collect()
    }
}

async fn list(visit: Visit, id: OrganizationId) -> Answer {
    let query = PageQuery::new(Some(ON_A_PAGE), visit.query("cursor"), None);
    let (limit, after) = (query.checked_limit()?, query.place::<MemberId>()?);
    let (organization, found, manages) = visit
        .read(move |conn, actor| {
            let rows = actions::list(conn, actor, id, after, limit)?;
            let organization = store::organization(conn, id)?;
            let manages = policy::allows(actor, Action::ManageMembers, &organization.subject());
            Ok((organization, Page::cut(rows, limit, None, |row| row.id)?, manages))
        })
        .await?;
    let is_own = visit.member()?.organization == id;
    let shell = visit.shell("accounts.pages.members.title");
    let next = found.next.map(|cursor| format!("{}?cursor={cursor}", shell.path())).unwrap_or_default();
    page::html(200, &MembersPage { shell, organization, rows: found.items, manages, is_own, next })
}

/// `GET /organization/members`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn own(visit: Visit) -> Answer {
    let id = visit.member()?.organization;
    list(visit, id).await
}

/// `GET /organizations/{id}/members`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Busy`.
pub async fn of_another(visit: Visit, id: web::Path<OrganizationId>) -> Answer {
    visit.member()?;
    list(visit, id.into_inner()).await
}

#[derive(Template)]
#[template(path = "accounts/templates/member.html")]
struct MemberPage {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    stale: bool,
    member: MemberRow,
    organization: OrganizationRow,
    manages: bool,
    operates: bool,
    is_own: bool,
}

impl MemberPage {
    fn roles(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "accounts.role", Role::ALL.iter().map(|one| one.as_str()))
    }

    fn languages(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "accounts.language", Locale::ALL.iter().map(|one| one.as_str()))
    }

    fn back(&self) -> String {
        back(self.is_own, self.organization.id)
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("accounts.pages.members.title"), self.shell.link(&self.back())),
            (self.member.name.clone(), String::new()),
        ]
    }

    fn facts(&self) -> Vec<(String, String)> {
        let word = |key: &str| self.shell.t(&format!("accounts.word.{key}"));
        let mut facts = vec![
            (word("email"), self.member.email.clone()),
            (word("role"), self.shell.t(&format!("accounts.role.{}", self.member.role))),
            (word("member_status"), self.shell.t(&format!("accounts.member_status.{}", self.member.status))),
            (word("since"), self.shell.date_time(self.member.created_at)),
        ];
        if let Some(department) = &self.member.department {
            facts.insert(0, (word("department"), department.clone()));
        }
        facts
    }

    /// What is stored now, beside what was typed.
    fn stored(&self) -> Vec<(String, String)> {
        let name = (self.shell.t("accounts.word.name"), self.member.name.clone());
        let mut stored = self.facts();
        stored.insert(0, name);
        stored
    }

    fn step(&self, verb: &str) -> String {
        format!("/members/{}/{verb}", self.member.id)
    }

    fn is(&self, status: &str) -> bool {
        self.member.status.as_str() == status
    }
}

/// The list that a member stands in.
fn back(is_own: bool, organization: OrganizationId) -> String {
    if is_own { OWN.to_owned() } else { format!("/organizations/{organization}/members") }
}

fn typed_of(member: &MemberRow) -> Typed {
    let mut typed = Typed::new();
    typed.set("name", member.name.clone());
    typed.set("department", member.department.clone().unwrap_or_default());
    typed.set("locale", member.locale.as_str());
    typed.set("role", member.role.as_str());
    typed
}

async fn shown(visit: &Visit, id: MemberId, typed: Option<Typed>, refused: Option<Refusal>) -> Answer {
    let own = visit.member()?.organization;
    let (member, organization, manages, operates) = visit
        .read(move |conn, actor| {
            let member = actions::show(conn, actor, id)?;
            let organization = store::organization(conn, member.organization_id)?;
            let manages = policy::allows(actor, Action::ManageMembers, &organization.subject());
            let operates = policy::allows(actor, Action::Operate, &policy::Subject::default());
            Ok((member, organization, manages, operates))
        })
        .await?;
    let shell = visit.shell("accounts.pages.member.title").titled(member.name.clone());
    let (status, stale) =
        refused.as_ref().map_or((200, false), |refused| (refused.status, refused.is_stale()));
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let typed = typed.unwrap_or_else(|| typed_of(&member));
    let form = FormView::new(shell.locale, "accounts.member_form", typed).with_errors(errors);
    let is_own = organization.id == own;
    let page = MemberPage { shell, form, refusal, stale, member, organization, manages, operates, is_own };
    page::html(status, &page)
}

/// `GET /members/{id}`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Busy`.
pub async fn show(visit: Visit, id: web::Path<MemberId>) -> Answer {
    shown(&visit, id.into_inner(), None, None).await
}

/// Back to the member with what was done, or with what stands in the way.
async fn answered(sent: &Sent, id: MemberId, done: Result<(), Failure>, flash: &str) -> Answer {
    match done {
        Ok(()) => Ok(sent.visit.go_saying(format!("/members/{id}"), &Flash::said(flash))),
        Err(failure) => {
            let refused = Refusal::of(&sent.visit.shell("accounts.pages.member.title"), failure)?;
            let typed = sent.typed.has("name").then(|| sent.typed.clone());
            shown(&sent.visit, id, typed, Some(refused)).await
        }
    }
}

/// `POST /members/{id}`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Busy`.
pub async fn change(sent: Sent, id: web::Path<MemberId>) -> Answer {
    let (id, typed) = (id.into_inner(), &sent.typed);
    let version = typed.version()?.ok_or(Failure::VersionRequired)?;
    let patch = MemberPatch::profile(typed.get("name"), typed.get("department"), typed.get("locale"))
        .with_role(typed.get("role"));
    let done =
        sent.perform(move |deed| actions::change(deed, id, version, |row| patch.on(row)).map(drop)).await;
    answered(&sent, id, done, "saved").await
}

/// `POST /members/{id}/accept`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn accept(sent: Sent, id: web::Path<MemberId>) -> Answer {
    let id = id.into_inner();
    let done = match forms::role(sent.typed.text("role")) {
        Ok(role) => sent.perform(move |deed| actions::accept(deed, id, Some(role)).map(drop)).await,
        Err(invalid) => Err(Failure::field("/role", invalid)),
    };
    answered(&sent, id, done, "member_accepted").await
}

/// `POST /members/{id}/decline`: the member is gone afterwards.
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn decline(sent: Sent, id: web::Path<MemberId>) -> Answer {
    let id = id.into_inner();
    let own = sent.visit.member()?.organization;
    let organization =
        sent.visit.read(move |conn, actor| Ok(actions::show(conn, actor, id)?.organization_id));
    let organization = organization.await?;
    let done = match ReasonForm::typed(&sent.typed).parse() {
        Ok(reason) => sent.perform(move |deed| actions::decline(deed, id, reason.as_deref())).await,
        Err(errors) => Err(errors.into()),
    };
    match done {
        Ok(()) => {
            let list = back(organization == own, organization);
            Ok(sent.visit.go_saying(list, &Flash::said("member_declined")))
        }
        failed => answered(&sent, id, failed, "member_declined").await,
    }
}

/// `POST /members/{id}/deactivate`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn deactivate(sent: Sent, id: web::Path<MemberId>) -> Answer {
    let id = id.into_inner();
    let done = sent.perform(move |deed| actions::deactivate(deed, id).map(drop)).await;
    answered(&sent, id, done, "member_deactivated").await
}

/// `POST /members/{id}/reactivate`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn reactivate(sent: Sent, id: web::Path<MemberId>) -> Answer {
    let id = id.into_inner();
    let done = sent.perform(move |deed| actions::reactivate(deed, id).map(drop)).await;
    answered(&sent, id, done, "member_reactivated").await
}

/// `POST /members/{id}/end-sessions`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Busy`.
pub async fn end_sessions(sent: Sent, id: web::Path<MemberId>) -> Answer {
    let id = id.into_inner();
    let done = sent.perform(move |deed| actions::end_sessions(deed, id)).await;
    answered(&sent, id, done, "sessions_ended").await
}
