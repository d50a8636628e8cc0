//! `/mail-domains` and `/municipalities/{code}/mail-domains`: which mail domains speak for a municipality.

use actix_web::web;
use askama::Template;

use super::{places_in, prefectures};
use crate::accounts::OrganizationKind;
use crate::accounts::forms::DomainForm;
use crate::accounts::mail_domains::{self as actions, Entry};
use crate::failure::Failure;
use crate::policy::{self, Desk};
use crate::reference::{MunicipalityCode, Prefecture};
use crate::web::forms::{Choice, Choices, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

#[derive(Template)]
#[template(path = "accounts/templates/mail_domain_places.html")]
struct Places {
    shell: Shell,
    form: FormView,
    prefecture: Option<Prefecture>,
    prefectures: Vec<Choices>,
}

impl Places {
    fn places(&self, prefecture: &Prefecture) -> Vec<Choice> {
        places_in(self.shell.locale, *prefecture, OrganizationKind::Municipality)
    }

    fn name(&self, prefecture: &Prefecture) -> &'static str {
        prefecture.name(self.shell.locale)
    }
}

/// `GET /mail-domains`: which municipality.
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for all but bureaus and the operator, `Busy`.
pub async fn places(visit: Visit) -> Answer {
    visit.member()?;
    let desk = policy::desk(visit.actor())?;
    if let Some(code) = visit.query("code").and_then(|code| MunicipalityCode::parse(&code).ok()) {
        return Ok(visit.go(path(code)));
    }
    let typed = Typed::parse(visit.request().query_string().as_bytes());
    let prefecture = typed.text("prefecture").and_then(|text| Prefecture::parse(&text).ok());
    let shell = visit.shell("accounts.pages.mail_domain_places.title");
    let mut prefectures = prefectures(shell.locale);
    if let Desk::Region(covered) = desk {
        let covers = |choice: &Choice| {
            Prefecture::parse(&choice.value).is_ok_and(|prefecture| covered.contains(&prefecture.code()))
        };
        for group in &mut prefectures {
            group.choices.retain(covers);
        }
        prefectures.retain(|group| !group.choices.is_empty());
    }
    let form = FormView::new(shell.locale, "accounts.mail_domain_places", typed);
    page::html(200, &Places { shell, form, prefecture, prefectures })
}

fn path(code: MunicipalityCode) -> String {
    format!("/municipalities/{code}/mail-domains")
}

fn municipality(code: &str) -> Result<MunicipalityCode, Failure> {
    MunicipalityCode::parse(code).map_err(|_| Failure::NotFound)
}

#[derive(Template)]
#[template(path = "accounts/templates/mail_domains.html")]
struct Domains {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    code: MunicipalityCode,
    entries: Vec<Entry>,
}

impl Domains {
    fn place(&self) -> String {
        self.code.municipality().full_name(self.shell.locale)
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("accounts.pages.mail_domain_places.title"), self.shell.link("/mail-domains")),
            (self.place(), String::new()),
        ]
    }
}

async fn shown(visit: &Visit, code: MunicipalityCode, typed: Typed, refused: Option<Refusal>) -> Answer {
    let entries = visit.read(move |conn, actor| actions::list(conn, actor, code)).await?;
    let shell = visit.shell("accounts.pages.mail_domains.title");
    let status = refused.as_ref().map_or(200, |refused| refused.status);
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let form = FormView::new(shell.locale, "accounts.mail_domain", typed).with_errors(errors);
    page::html(status, &Domains { shell, form, refusal, code, entries })
}

/// `GET /municipalities/{code}/mail-domains`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Busy`.
pub async fn show(visit: Visit, code: web::Path<String>) -> Answer {
    shown(&visit, municipality(&code)?, Typed::new(), None).await
}

/// `POST /municipalities/{code}/mail-domains`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Busy`.
pub async fn add(sent: Sent, code: web::Path<String>) -> Answer {
    let code = municipality(&code)?;
    let done = match DomainForm::typed(&sent.typed).parse() {
        Ok(domain) => sent.perform(move |deed| actions::add(deed, code, &domain).map(drop)).await,
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else {
        return Ok(sent.visit.go_saying(path(code), &Flash::said("mail_domain_added")));
    };
    let refused = Refusal::of(&sent.visit.shell("accounts.pages.mail_domains.title"), failure)?;
    shown(&sent.visit, code, sent.typed.clone(), Some(refused)).await
}

/// `POST /municipalities/{code}/mail-domains/remove`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Busy`.
pub async fn remove(sent: Sent, code: web::Path<String>) -> Answer {
    let code = municipality(&code)?;
    let domain = sent.typed.get("domain").to_lowercase();
    sent.perform(move |deed| actions::remove(deed, code, &domain)).await?;
    Ok(sent.visit.go_saying(path(code), &Flash::said("mail_domain_removed")))
}
