//! `/organization`: the reader's own organization, and what its admins may change about it.

use askama::Template;
use serde_json::{Map, Value, json};

use super::organizations::{self as shown, Decision};
use super::{Tab, organization_tabs};
use crate::accounts::store::OrganizationRow;
use crate::accounts::{OrganizationKind, OrganizationStatus, VendorType};
use crate::accounts::{organizations as actions, sign_up_form, store};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::{self, Action};
use crate::web::forms::{Choice, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

const PATH: &str = "/organization";

#[derive(Template)]
#[template(path = "accounts/templates/own_organization.html")]
struct OwnPage {
    shell: Shell,
    row: OrganizationRow,
    decision: Option<Decision>,
    manages: bool,
}

impl OwnPage {
    fn tabs(&self) -> Vec<Tab> {
        organization_tabs(&self.shell, self.manages, PATH)
    }

    fn facts(&self) -> Vec<(String, String)> {
        shown::facts(&self.shell, &self.row)
    }

    fn status(&self) -> String {
        self.shell.t(&format!("accounts.status.{}", self.row.status))
    }

    fn public_page(&self) -> String {
        self.shell.link(&format!("/organizations/{}", self.row.id))
    }

    fn means(&self) -> String {
        self.shell.t(&format!("accounts.status_means.{}", self.row.status))
    }
}

/// Whether the reader manages the organization.
fn manages(actor: &policy::Actor, row: &OrganizationRow) -> bool {
    policy::allows(actor, Action::ManageOrganization, &row.subject())
}

async fn own(visit: &Visit) -> Result<(OrganizationRow, Option<Decision>, bool), Failure> {
    let id = visit.member()?.organization;
    visit
        .read(move |conn, actor| {
            let row = store::organization(conn, id)?;
            let decision = Decision::of(conn, &row)?;
            let manages = manages(actor, &row);
            Ok((row, decision, manages))
        })
        .await
}

/// `GET /organization`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let (row, decision, manages) = own(&visit).await?;
    let shell = visit.shell("accounts.pages.own_organization.title");
    page::html(200, &OwnPage { shell, row, decision, manages })
}

#[derive(Template)]
#[template(path = "accounts/templates/edit_organization.html")]
struct EditPage {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    stale: bool,
    row: OrganizationRow,
}

impl EditPage {
    /// Bureaus and the operator have a web site and a description only.
    fn is_office(&self) -> bool {
        matches!(self.row.kind, OrganizationKind::Bureau | OrganizationKind::Operator)
    }

    fn is_vendor(&self) -> bool {
        self.row.kind == OrganizationKind::Vendor
    }

    /// Whether what a bureau verifies is still the organization's own to change.
    fn is_pending(&self) -> bool {
        self.row.status == OrganizationStatus::Pending
    }

    fn vendor_types(&self) -> Vec<Choice> {
        let names = VendorType::ALL.iter().map(|one| one.as_str());
        Choice::of(self.shell.locale, "accounts.vendor_type", names)
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("accounts.our_organization"), self.shell.link(PATH)),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn stored(&self) -> Vec<(String, String)> {
        shown::facts(&self.shell, &self.row)
    }
}

/// The fields of the page that hold text; one left empty is emptied.
const TEXTS: [&str; 6] = ["name", "name_kana", "corporate_number", "vendor_type", "website", "description"];

/// What was typed, as a merge patch of the organization; only fields that the page showed are in it.
fn patch(typed: &Typed) -> Result<Map<String, Value>, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut patch = Map::new();
    for name in TEXTS.into_iter().filter(|name| typed.has(name)) {
        patch.insert(name.to_owned(), json!(typed.text(name)));
    }
    if typed.has("founded_on") {
        let day = errors.keep("/founded_on", typed.date("founded_on")).flatten();
        patch.insert("founded_on".to_owned(), json!(day));
    }
    if typed.has("employees") {
        let count = errors.keep("/employees", typed.number("employees")).flatten();
        patch.insert("employees".to_owned(), json!(count));
    }
    errors.into_result().map(|()| patch)
}

/// The organization as its form shows it at first.
fn typed_of(row: &OrganizationRow) -> Typed {
    let mut typed = Typed::new();
    let texts = [
        ("name", Some(row.name.clone())),
        ("name_kana", row.name_kana.clone()),
        ("corporate_number", row.corporate_number.clone()),
        ("vendor_type", row.vendor_type.map(|one| one.to_string())),
        ("founded_on", row.founded_on.map(|day| day.to_string())),
        ("employees", row.employees.map(|count| count.to_string())),
        ("website", row.website.clone()),
        ("description", Some(row.description.clone())),
    ];
    for (name, text) in texts {
        typed.set(name, text.unwrap_or_default());
    }
    typed
}

fn edit(shell: Shell, status: u16, row: OrganizationRow, typed: Typed, refused: Option<Refusal>) -> Answer {
    let stale = refused.as_ref().is_some_and(Refusal::is_stale);
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let form = FormView::new(shell.locale, "accounts.organization_form", typed).with_errors(errors);
    page::html(status, &EditPage { shell, form, refusal, stale, row })
}

/// `GET /organization/edit`
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Busy`.
pub async fn ask(visit: Visit) -> Answer {
    let (row, _, _) = own(&visit).await?;
    policy::require(visit.actor(), Action::ManageOrganization, &row.subject())?;
    let typed = typed_of(&row);
    edit(visit.shell("accounts.pages.edit_organization.title"), 200, row, typed, None)
}

/// `POST /organization/edit`
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Busy`.
pub async fn change(sent: Sent) -> Answer {
    let visit = &sent.visit;
    let (id, version) =
        (visit.member()?.organization, sent.typed.version()?.ok_or(Failure::VersionRequired)?);
    let done = match patch(&sent.typed) {
        Ok(patch) => {
            sent.perform(move |deed| {
                actions::change(deed, id, version, |row| {
                    sign_up_form::patched(row, sign_up_form::document(row), patch)
                })
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else { return Ok(visit.go_saying(PATH, &Flash::said("saved"))) };
    let shell = visit.shell("accounts.pages.edit_organization.title");
    let refused = Refusal::of(&shell, failure)?;
    let (row, _, _) = own(visit).await?;
    edit(shell, refused.status, row, sent.typed.clone(), Some(refused))
}
