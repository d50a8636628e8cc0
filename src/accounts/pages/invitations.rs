//! `/organization/invitations`: colleagues asked in by mail.

use actix_web::web;
use askama::Template;

use super::{Tab, organization_tabs};
use crate::accounts::forms::InviteForm;
use crate::accounts::invitations::{self as actions, Invitation};
use crate::accounts::{InvitationId, Role};
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::web::forms::{Choice, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

const PATH: &str = "/organization/invitations";
/// Invitations that are shown, newest first; older ones are over.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "accounts/templates/invitations.html")]
struct InvitationsPage {
    shell: Shell,
    form: FormView,
    refusal: Option<String>,
    rows: Vec<Invitation>,
    now: Timestamp,
}

impl InvitationsPage {
    fn tabs(&self) -> Vec<Tab> {
        organization_tabs(&self.shell, true, PATH)
    }

    fn roles(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "accounts.role", Role::ALL.iter().map(|one| one.as_str()))
    }

    fn revoking(&self, row: &Invitation) -> String {
        format!("{PATH}/{}/revoke", row.id)
    }

    fn state(&self, row: &Invitation) -> &'static str {
        match row {
            Invitation { accepted_at: Some(_), .. } => "accepted",
            Invitation { revoked_at: Some(_), .. } => "revoked",
            Invitation { expires_at, .. } if *expires_at <= self.now => "expired",
            _ => "open",
        }
    }
}

async fn shown(visit: &Visit, typed: Typed, refused: Option<Refusal>) -> Answer {
    let id = visit.member()?.organization;
    let rows = visit.read(move |conn, actor| actions::list(conn, actor, id, None, SHOWN)).await?;
    let shell = visit.shell("accounts.pages.invitations.title");
    let status = refused.as_ref().map_or(200, |refused| refused.status);
    let (errors, refusal) = refused.map(|refused| (refused.errors, refused.sentence)).unwrap_or_default();
    let form = FormView::new(shell.locale, "accounts.invite", typed).with_errors(errors);
    let now = visit.services().clock().now();
    page::html(status, &InvitationsPage { shell, form, refusal, rows, now })
}

/// `GET /organization/invitations`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for all but admins, `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let mut typed = Typed::new();
    typed.set("role", Role::Editor.as_str());
    shown(&visit, typed, None).await
}

/// `POST /organization/invitations`
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Busy`.
pub async fn invite(sent: Sent) -> Answer {
    let id = sent.visit.member()?.organization;
    let done = match InviteForm::typed(&sent.typed).parse() {
        Ok((email, role)) => {
            sent.once(move |deed| {
                actions::invite(deed, id, &email, role)?;
                Ok(PATH.to_owned())
            })
            .await
        }
        Err(errors) => Err(Failure::from(errors)),
    };
    match done {
        Ok(path) => Ok(sent.visit.go_saying(path, &Flash::said("invited"))),
        Err(failure) => {
            let refused = Refusal::of(&sent.visit.shell("accounts.pages.invitations.title"), failure)?;
            shown(&sent.visit, sent.typed.clone(), Some(refused)).await
        }
    }
}

/// `POST /organization/invitations/{id}/revoke`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `Conflict`, `Busy`.
pub async fn revoke(sent: Sent, id: web::Path<InvitationId>) -> Answer {
    let id = id.into_inner();
    sent.perform(move |deed| actions::revoke(deed, id)).await?;
    Ok(sent.visit.go_saying(PATH, &Flash::said("invitation_revoked")))
}
