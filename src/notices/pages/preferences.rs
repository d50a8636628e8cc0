//! `/account/notifications`: which mails a member gets, and when.

use askama::Template;
use serde_json::{Map, Value, json};

use crate::accounts::OrganizationKind;
use crate::accounts::pages::{Tab, account_tabs};
use crate::notices::{Category, Frequency, Preferences, inbox, store};
use crate::web::forms::{Choice, FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

const PATH: &str = "/account/notifications";

#[derive(Template)]
#[template(path = "notices/templates/preferences.html")]
struct Choices {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    version: i32,
    kind: OrganizationKind,
}

impl Choices {
    fn tabs(&self) -> Vec<Tab> {
        account_tabs(&self.shell, PATH)
    }

    /// One field for each category that can concern the reader.
    fn fields(&self) -> Vec<FieldView> {
        let field = |category: &Category| {
            let allowed = Frequency::ALL.iter().filter(|one| category.allows(**one)).map(|one| one.as_str());
            let names = match category {
                Category::Watches => "notices.watch_frequency",
                _ => "notices.frequency",
            };
            let choices = Choice::of(self.shell.locale, names, allowed);
            self.form.field(category.as_str()).options(choices)
        };
        Category::ALL.iter().filter(|category| concerns(**category, self.kind)).map(field).collect()
    }
}

/// Whether members of such an organization are ever told of this.
fn concerns(category: Category, kind: OrganizationKind) -> bool {
    use OrganizationKind::{Bureau, Municipality, Operator, Vendor};
    match category {
        Category::Organization | Category::Watches => true,
        Category::Challenges | Category::Matches => matches!(kind, Municipality | Vendor),
        Category::Proposals => matches!(kind, Municipality | Vendor | Bureau),
        Category::Solutions | Category::Deployments => kind == Vendor,
        Category::Confirmations => kind == Municipality,
        Category::Rounds => kind != Operator,
        Category::Moderation => matches!(kind, Bureau | Operator),
    }
}

fn typed_of(preferences: &Preferences) -> Typed {
    let mut typed = Typed::new();
    for category in Category::ALL {
        typed.set(category.as_str(), preferences.of(*category).as_str());
    }
    typed
}

fn shown(visit: &Visit, version: i32, typed: Typed, refused: Option<Refusal>) -> Answer {
    let shell = visit.shell("notices.preferences.title");
    let status = refused.as_ref().map_or(200, |refused| refused.status);
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let form = FormView::new(shell.locale, "notices.preferences", typed).with_errors(errors);
    let kind = visit.member()?.kind;
    page::html(status, &Choices { shell, form, refusal, version, kind })
}

/// `GET /account/notifications`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let member = visit.member()?.member;
    let (preferences, version) = visit.read(move |conn, _| store::preferences(conn, member)).await?;
    shown(&visit, version, typed_of(&preferences), None)
}

/// `POST /account/notifications`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn choose(sent: Sent) -> Answer {
    let visit = &sent.visit;
    let member = visit.member()?.member;
    let version = sent.typed.version()?.ok_or(crate::failure::Failure::VersionRequired)?;
    let known = Category::ALL.iter().map(|category| category.as_str());
    let patch: Map<String, Value> = known
        .filter(|name| sent.typed.has(name))
        .map(|name| (name.to_owned(), json!(sent.typed.get(name))))
        .collect();
    let done = sent.perform(move |deed| inbox::choose(deed, member, version, &patch)).await;
    let Err(failure) = done else { return Ok(visit.go_saying(PATH, &Flash::said("saved"))) };
    let refused = Refusal::of(&visit.shell("notices.preferences.title"), failure)?;
    let (_, version) = visit.read(move |conn, _| store::preferences(conn, member)).await?;
    shown(visit, version, sent.typed.clone(), Some(refused))
}
