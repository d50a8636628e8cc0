//! `/watches`: everything a member follows, with its frequency and name, and the ways to begin and end.

use actix_web::web::Path;
use askama::Template;

use super::parts;
use crate::accounts::pages::account_tabs;
use crate::failure::Failure;
use crate::watches::form::{Change, WatchForm};
use crate::watches::view::WatchView;
use crate::watches::{WatchId, actions, store};
use crate::web::forms::{FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, id_of, page};

const PATH: &str = "/watches";

/// What is followed, to be changed and ended; the same for a member and for the holder of a mailed link.
#[derive(Template)]
#[template(path = "watches/templates/list.html")]
pub(super) struct Page {
    pub(super) shell: Shell,
    pub(super) rows: Vec<WatchView>,
    /// The mailed link's key, without an account.
    pub(super) key: Option<String>,
    pub(super) just_begun: bool,
    /// What was refused: of which watch, what was typed and why.
    pub(super) tried: Option<(Option<WatchId>, Typed, Refusal)>,
}

impl Page {
    fn tabs(&self) -> Vec<(String, String, bool)> {
        account_tabs(&self.shell, PATH)
    }

    fn form(&self, row: &WatchView) -> FormView {
        match &self.tried {
            Some((Some(id), typed, refusal)) if *id == row.id => {
                parts::fields(&self.shell, typed.clone()).with_errors(refusal.errors.clone())
            }
            _ => {
                let mut typed = Typed::new();
                typed.set("frequency", row.frequency.as_str());
                typed.set("name", row.name.clone().unwrap_or_default());
                parts::fields(&self.shell, typed)
            }
        }
    }

    fn frequency(&self, row: &WatchView) -> FieldView {
        let mut field = parts::frequency(&self.form(row));
        field.id = format!("{}-{}", field.id, row.id);
        field
    }

    fn name(&self, row: &WatchView) -> FieldView {
        let mut field = parts::name(&self.form(row));
        field.id = format!("{}-{}", field.id, row.id);
        field
    }

    fn refusal(&self) -> Option<String> {
        self.tried.as_ref().and_then(|(_, _, refusal)| refusal.sentence.clone())
    }

    /// What was refused of something that is not in the list.
    fn errors(&self) -> FormView {
        match &self.tried {
            Some((None, typed, refusal)) => {
                parts::fields(&self.shell, typed.clone()).with_errors(refusal.errors.clone())
            }
            _ => parts::fields(&self.shell, Typed::new()),
        }
    }

    fn title(&self, row: &WatchView) -> String {
        row.title.clone().unwrap_or_else(|| self.shell.t("watches.list.gone"))
    }

    fn action(&self, row: &WatchView, rest: &str) -> String {
        match &self.key {
            Some(key) => self.shell.link(&format!("/watching?w={key}")),
            None => format!("{PATH}/{}{rest}", row.id),
        }
    }

    fn key_action(&self) -> String {
        self.key.as_ref().map_or_else(String::new, |key| self.shell.link(&format!("/watching?w={key}")))
    }
}

async fn shown(visit: &Visit, tried: Option<(Option<WatchId>, Typed, Refusal)>) -> Answer {
    let member = visit.member()?.member;
    let rows = visit
        .read(move |conn, actor| {
            let Some(watcher) = store::known_member(conn, member)? else { return Ok(Vec::new()) };
            let watches = store::of(conn, watcher.id)?;
            watches.iter().map(|watch| WatchView::of(conn, actor, watch)).collect()
        })
        .await?;
    let shell = visit.shell("watches.list.title");
    let status = tried.as_ref().map_or(200, |(_, _, refusal)| refusal.status);
    page::html(status, &Page { shell, rows, key: None, just_begun: false, tried })
}

/// `GET /watches`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn list(visit: Visit) -> Answer {
    shown(&visit, None).await
}

/// `POST /watches`: follows something and goes back to it.
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Busy`.
pub async fn begin(sent: Sent) -> Answer {
    let (visit, form) = (&sent.visit, WatchForm::typed(&sent.typed));
    visit.member()?;
    let done = sent.once(move |deed| Ok(actions::begun(deed, &form)?.0.target().path())).await;
    match done {
        Ok(path) => Ok(visit.go_saying(path, &Flash::said("watch_begun"))),
        Err(failure) => {
            let refusal = Refusal::of(&visit.shell("watches.list.title"), failure)?;
            shown(visit, Some((None, sent.typed.clone(), refusal))).await
        }
    }
}

/// `POST /watches/{id}`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Busy`.
pub async fn change(sent: Sent, path: Path<String>) -> Answer {
    let (visit, id): (_, WatchId) = (&sent.visit, id_of(&path)?);
    let member = visit.member()?.member;
    let version = sent.typed.version()?;
    let done = match Change::typed(&sent.typed) {
        Ok(change) => {
            sent.perform(move |deed| {
                let watcher = store::known_member(deed.conn(), member)?.ok_or(Failure::NotFound)?;
                actions::change(deed, watcher.id, id, version, change).map(drop)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else { return Ok(visit.go_saying(PATH, &Flash::said("saved"))) };
    let refusal = Refusal::of(&visit.shell("watches.list.title"), failure)?;
    shown(visit, Some((Some(id), sent.typed.clone(), refusal))).await
}

/// `POST /watches/{id}/end`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Busy`.
pub async fn end(sent: Sent, path: Path<String>) -> Answer {
    let (visit, id): (_, WatchId) = (&sent.visit, id_of(&path)?);
    let member = visit.member()?.member;
    sent.perform(move |deed| {
        let watcher = store::known_member(deed.conn(), member)?.ok_or(Failure::NotFound)?;
        actions::end(deed, watcher.id, id)
    })
    .await?;
    Ok(visit.go_saying(PATH, &Flash::said("watch_ended")))
}
