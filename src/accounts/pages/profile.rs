//! `/account` and `/account/password`: the reader's own name, language and password.

use askama::Template;

use super::{Tab, account_tabs};
use crate::accounts::api::members::MemberPatch;
use crate::accounts::forms::ChangePasswordForm;
use crate::accounts::store::MemberRow;
use crate::accounts::{Locale, members, recovery, store};
use crate::failure::Failure;
use crate::web::forms::{Choice, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, cookies, page};

const PROFILE: &str = "/account";
const PASSWORD: &str = "/account/password";

#[derive(Template)]
#[template(path = "accounts/templates/profile.html")]
struct ProfilePage {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    /// Whether somebody else saved meanwhile.
    stale: bool,
    member: MemberRow,
}

impl ProfilePage {
    fn tabs(&self) -> Vec<Tab> {
        account_tabs(&self.shell, PROFILE)
    }

    fn languages(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "accounts.language", Locale::ALL.iter().map(|one| one.as_str()))
    }

    /// What cannot be changed here.
    fn facts(&self) -> Vec<(String, String)> {
        let organization = self.shell.signed_in().map(|here| here.organization.clone()).unwrap_or_default();
        vec![
            (self.shell.t("accounts.word.email"), self.member.email.clone()),
            (self.shell.t("accounts.word.organization"), organization),
            (
                self.shell.t("accounts.word.role"),
                self.shell.t(&format!("accounts.role.{}", self.member.role)),
            ),
        ]
    }

    /// What is stored now, beside what was typed.
    fn stored(&self) -> Vec<(String, String)> {
        let none = || self.shell.t("accounts.none");
        vec![
            (self.shell.t("accounts.profile.name.label"), self.member.name.clone()),
            (
                self.shell.t("accounts.profile.department.label"),
                self.member.department.clone().unwrap_or_else(none),
            ),
            (
                self.shell.t("accounts.profile.locale.label"),
                self.shell.t(&format!("accounts.language.{}", self.member.locale)),
            ),
        ]
    }
}

async fn own(visit: &Visit) -> Result<MemberRow, Failure> {
    let id = visit.member()?.member;
    visit.read(move |conn, _| store::member(conn, id)).await
}

/// `GET /account`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let member = own(&visit).await?;
    let shell = visit.shell("accounts.pages.profile.title");
    let mut typed = Typed::new();
    typed.set("name", member.name.clone());
    typed.set("department", member.department.clone().unwrap_or_default());
    typed.set("locale", member.locale.as_str());
    let form = FormView::new(shell.locale, "accounts.profile", typed);
    page::html(200, &ProfilePage { shell, form, refusal: None, stale: false, member })
}

/// `POST /account`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn change(sent: Sent) -> Answer {
    let (visit, typed) = (&sent.visit, &sent.typed);
    let id = visit.member()?.member;
    let version = typed.version()?.ok_or(Failure::VersionRequired)?;
    let patch = MemberPatch::profile(typed.get("name"), typed.get("department"), typed.get("locale"));
    let done = sent.perform(move |deed| members::change_own(deed, id, version, |row| patch.on(row))).await;
    match done {
        Ok(row) => {
            let mut response = visit.go_saying(PROFILE, &Flash::said("saved"));
            let language = cookies::language(visit.services(), row.locale);
            response.add_cookie(&language).map_err(Failure::internal)?;
            Ok(response)
        }
        Err(failure) => {
            let shell = visit.shell("accounts.pages.profile.title");
            let refused = Refusal::of(&shell, failure)?;
            let (status, stale) = (refused.status, refused.is_stale());
            let form =
                FormView::new(shell.locale, "accounts.profile", typed.clone()).with_errors(refused.errors);
            let member = own(visit).await?;
            page::html(status, &ProfilePage { shell, form, refusal: refused.sentence, stale, member })
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/templates/password.html")]
struct PasswordPage {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    /// For the browser's own store of passwords.
    email: String,
}

impl PasswordPage {
    fn tabs(&self) -> Vec<Tab> {
        account_tabs(&self.shell, PASSWORD)
    }
}

/// `GET /account/password`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn show_password(visit: Visit) -> Answer {
    let email = own(&visit).await?.email;
    let shell = visit.shell("accounts.pages.password_change.title");
    let mut typed = Typed::new();
    typed.set("end_other_sessions", "on");
    let form = FormView::new(shell.locale, "accounts.password_change", typed);
    page::html(200, &PasswordPage { shell, form, refusal: None, email })
}

/// `POST /account/password`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn change_password(sent: Sent) -> Answer {
    let (visit, typed) = (&sent.visit, &sent.typed);
    let done = match ChangePasswordForm::typed(typed).parse() {
        Ok(change) => recovery::change(visit.services(), visit.actor(), change).await,
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else {
        return Ok(visit.go_saying(PASSWORD, &Flash::said("password_changed")));
    };
    let shell = visit.shell("accounts.pages.password_change.title");
    let refused = Refusal::of(&shell, failure)?;
    let email = own(visit).await?.email;
    let form =
        FormView::new(shell.locale, "accounts.password_change", typed.clone()).with_errors(refused.errors);
    page::html(refused.status, &PasswordPage { shell, form, refusal: refused.sentence, email })
}
