//! `/sign-up`: who one is and where, then the form; it needs no script for its 1,788 places.

use actix_web::web;
use askama::Template;

use super::{places_in, prefectures};
use crate::accounts::forms::EmailForm;
use crate::accounts::sign_up_form::SignUpForm;
use crate::accounts::{OrganizationKind, VendorType, sign_up as actions};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::reference::Prefecture;
use crate::web::forms::{Choice, Choices, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, RateLimits, Sent, Shell, Visit, page};

const PATH: &str = "/sign-up";
const SENT: &str = "/sign-up/sent";

/// The first step: what kind of organization, in which prefecture.
#[derive(Template)]
#[template(path = "accounts/templates/sign_up_begin.html")]
struct Begin {
    shell: Shell,
    form: FormView,
}

impl Begin {
    fn kinds(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "accounts.sign_up.kinds", ["municipality", "vendor"])
    }

    fn prefectures(&self) -> Vec<Choices> {
        prefectures(self.shell.locale)
    }
}

/// The second: everything else.
#[derive(Template)]
#[template(path = "accounts/templates/sign_up.html")]
struct Rest {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    kind: OrganizationKind,
    prefecture: Prefecture,
}

impl Rest {
    fn is_vendor(&self) -> bool {
        self.kind == OrganizationKind::Vendor
    }

    fn kind_name(&self) -> String {
        self.shell.t(&format!("accounts.sign_up.kinds.{}", self.kind))
    }

    fn prefecture_name(&self) -> &'static str {
        self.prefecture.name(self.shell.locale)
    }

    fn places(&self) -> Vec<Choice> {
        places_in(self.shell.locale, self.prefecture, self.kind)
    }

    fn vendor_types(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "accounts.vendor_type", VendorType::ALL.iter().map(|one| one.as_str()))
    }
}

/// What comes after it was sent.
#[derive(Template)]
#[template(path = "accounts/templates/sign_up_sent.html")]
struct Waiting {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
}

fn form(shell: &Shell, typed: Typed) -> FormView {
    FormView::new(shell.locale, "accounts.sign_up", typed)
}

/// What was chosen in the first step; the second one carries it along.
fn chosen(typed: &Typed) -> Result<(OrganizationKind, Prefecture), FieldErrors> {
    let mut errors = FieldErrors::new();
    let required = || Invalid::new("required");
    let kind = match typed.get("organization.kind") {
        "municipality" => Ok(OrganizationKind::Municipality),
        "vendor" => Ok(OrganizationKind::Vendor),
        _ => Err(required()),
    };
    let kind = errors.keep("/organization/kind", kind);
    let prefecture = typed.text("prefecture").ok_or_else(required).and_then(|text| Prefecture::parse(&text));
    let prefecture = errors.keep("/prefecture", prefecture);
    errors.into_result()?;
    kind.zip(prefecture).ok_or_else(|| FieldErrors::one("/prefecture", required()))
}

/// `GET /sign-up`
///
/// # Errors
/// `Busy`.
pub async fn show(visit: Visit) -> Answer {
    if visit.actor().member().is_some() {
        return Ok(visit.go("/account"));
    }
    let shell = visit.shell("accounts.pages.sign_up.title");
    let typed = Typed::parse(visit.request().query_string().as_bytes());
    match chosen(&typed) {
        Ok((kind, prefecture)) => {
            let form = form(&shell, typed);
            page::html(200, &Rest { shell, form, refusal: None, kind, prefecture })
        }
        Err(errors) => {
            let begun = typed.has("organization.kind") || typed.has("prefecture");
            let form = form(&shell, typed).with_errors(if begun { errors } else { FieldErrors::new() });
            page::html(if begun { 422 } else { 200 }, &Begin { shell, form })
        }
    }
}

/// `POST /sign-up`
///
/// # Errors
/// `Busy`.
pub async fn send(sent: Sent, limits: web::Data<RateLimits>) -> Answer {
    let (visit, typed) = (&sent.visit, &sent.typed);
    let (kind, prefecture) = match chosen(typed) {
        Ok(chosen) => chosen,
        Err(_) => return Ok(visit.go(PATH)),
    };
    let done = match SignUpForm::typed(typed).parse(visit.locale()) {
        Ok(new) => match limits.count_sign_up(visit.actor().origin.address) {
            Ok(()) => actions::sign_up(visit.services(), visit.actor(), new).await,
            Err(refused) => Err(refused),
        },
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else { return Ok(visit.go(SENT)) };
    let shell = visit.shell("accounts.pages.sign_up.title");
    let refused = Refusal::of(&shell, failure)?;
    let form = form(&shell, typed.clone()).with_errors(refused.errors);
    page::html(refused.status, &Rest { shell, form, refusal: refused.sentence, kind, prefecture })
}

fn waiting(visit: &Visit, status: u16, typed: Typed, refused: Option<Refusal>) -> Answer {
    let shell = visit.shell("accounts.pages.sign_up_sent.title");
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let form = FormView::new(shell.locale, "accounts.sign_up", typed).with_errors(errors);
    page::html(status, &Waiting { shell, form, refusal })
}

/// `GET /sign-up/sent`
///
/// # Errors
/// `Internal` when the template fails.
pub async fn sent(visit: Visit) -> Answer {
    waiting(&visit, 200, Typed::new(), None)
}

/// `POST /sign-up/resend`
///
/// # Errors
/// `Busy`.
pub async fn resend(sent: Sent, limits: web::Data<RateLimits>) -> Answer {
    let visit = &sent.visit;
    let done = match EmailForm::typed(&sent.typed).parse() {
        Ok(email) => match limits.count_link_mail(visit.actor().origin.address) {
            Ok(()) => actions::resend(visit.services(), visit.actor(), email).await,
            Err(refused) => Err(refused),
        },
        Err(errors) => Err(Failure::from(errors)),
    };
    let Err(failure) = done else {
        return Ok(visit.go_saying(SENT, &Flash::said("link_resent")));
    };
    let refused = Refusal::of(&visit.shell("accounts.pages.sign_up_sent.title"), failure)?;
    waiting(visit, refused.status, sent.typed.clone(), Some(refused))
}
