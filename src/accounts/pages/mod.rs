//! The pages of accounts: coming in, the own account, the own organization, and the organizations of a region.
//!
//! They are a second door onto the actions of the API; no rule stands here.

pub mod forgotten;
pub mod invitations;
pub mod links;
pub mod mail_domains;
pub mod members;
pub mod organizations;
pub mod own_organization;
pub mod profile;
pub mod sessions;
pub mod sign_up;

use crate::reference::{MunicipalityCode, MunicipalityKind, Prefecture};
use crate::web::Shell;
use crate::web::forms::{Choice, Choices};

use super::{Locale, OrganizationKind};

/// A label, where it leads, and whether it is the page one is on.
pub type Tab = (String, String, bool);

fn tabs(shell: &Shell, places: &[(&str, &str)], current: &str) -> Vec<Tab> {
    places.iter().map(|(href, key)| (shell.t(key), (*href).to_owned(), *href == current)).collect()
}

/// The pages of the own account.
pub fn account_tabs(shell: &Shell, current: &str) -> Vec<Tab> {
    let places = [
        ("/account", "accounts.tabs.profile"),
        ("/account/password", "accounts.tabs.password"),
        ("/account/sessions", "accounts.tabs.sessions"),
        ("/account/notifications", "accounts.tabs.notifications"),
        ("/watches", "accounts.tabs.watches"),
        ("/account/activity", "accounts.tabs.activity"),
    ];
    tabs(shell, &places, current)
}

/// The pages of the own organization; only those who manage members see invitations.
fn organization_tabs(shell: &Shell, manages: bool, current: &str) -> Vec<Tab> {
    let mut places = vec![
        ("/organization", "accounts.tabs.organization"),
        ("/organization/members", "accounts.tabs.members"),
    ];
    if manages {
        places.push(("/organization/invitations", "accounts.tabs.invitations"));
    }
    tabs(shell, &places, current)
}

/// The prefectures under their bureaus.
fn prefectures(locale: Locale) -> Vec<Choices> {
    let mut groups: Vec<Choices> = Vec::new();
    for prefecture in Prefecture::all() {
        let heading = prefecture.bureau().name(locale);
        let choice = Choice::new(prefecture.as_str(), prefecture.name(locale));
        match groups.iter_mut().find(|group| group.heading.as_deref() == Some(heading)) {
            Some(group) => group.choices.push(choice),
            None => groups.push(Choices { heading: Some(heading.to_owned()), choices: vec![choice] }),
        }
    }
    groups
}

/// The local governments of a prefecture; for municipalities the prefecture itself is one of them.
fn places_in(locale: Locale, prefecture: Prefecture, kind: OrganizationKind) -> Vec<Choice> {
    let own = |code: &MunicipalityCode| {
        code.prefecture() == prefecture
            && (kind == OrganizationKind::Municipality
                || code.municipality().kind != MunicipalityKind::Prefecture)
    };
    let label = |code: MunicipalityCode| {
        let body = code.municipality();
        match (locale, body.gun) {
            (Locale::Ja, Some(gun)) => format!("{gun}{}", body.name),
            (Locale::Ja, None) => body.name.to_owned(),
            (Locale::En, _) => body.name_en().to_owned(),
        }
    };
    MunicipalityCode::all().filter(own).map(|code| Choice::new(code.as_str(), label(code))).collect()
}
