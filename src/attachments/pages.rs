//! The pages: the files of one thing, with a form for one more; the download; the removal.

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Path};
use askama::Template;

use super::{ACCEPT, AttachmentId, AttachmentView, Footing, Holder, Vault, actions, api, store};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::{self, Action, Actor};
use crate::web::forms::{FieldView, FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, id_of, page, read_upload};

#[derive(Template)]
#[template(path = "attachments/templates/attachments.html")]
struct Attachments {
    shell: Shell,
    holder: Holder,
    title: String,
    items: Vec<AttachmentView>,
    takes_changes: bool,
    relied_upon: bool,
    megabytes: usize,
    form: FormView,
}

impl Attachments {
    /// The thing's own page.
    fn back(&self) -> String {
        self.holder.path().trim_end_matches("/attachments").to_owned()
    }

    fn file(&self) -> FieldView {
        let values = [("megabytes", self.megabytes.to_string()), ("accepted", ACCEPT.replace(',', " "))];
        self.form.field("file").required().file(ACCEPT).hinted(self.shell.tf("attachments.hint", &values))
    }

    fn remove(&self, item: &AttachmentView) -> String {
        self.shell.tf("attachments.remove", &[("name", item.name.clone())])
    }

    fn removal(&self, item: &AttachmentView) -> String {
        format!("{}/remove", item.path())
    }
}

fn holder_of(path: &Path<(String, String)>) -> Result<Holder, Failure> {
    Holder::parse(&path.0, &path.1)
}

type Lying = (Footing, bool, Vec<AttachmentView>);

fn lying(conn: &mut DbConn, actor: &Actor, holder: Holder) -> Result<Lying, Failure> {
    let footing = actions::seen(conn, actor, holder)?;
    let own = policy::allows(actor, Action::Edit, &footing.subject);
    let files = store::of(conn, holder)?.into_iter().filter(|file| footing.shows(file.created_at));
    let items = files.map(AttachmentView::from).collect();
    Ok((footing, own, items))
}

async fn page_of(visit: &Visit, holder: Holder, status: u16, errors: FieldErrors) -> Answer {
    let (footing, own, items) = visit.read(move |conn, actor| lying(conn, actor, holder)).await?;
    let shell = visit.shell("attachments.title");
    let form = FormView::new(shell.locale, "attachments.form", Typed::new()).with_errors(errors);
    let page = Attachments {
        form,
        shell,
        holder,
        title: footing.title,
        items,
        takes_changes: own && footing.takes_changes,
        relied_upon: footing.relied_upon,
        megabytes: visit.services().settings().uploads.max_bytes / 1_048_576,
    };
    page::html(status, &page)
}

/// `GET /{folder}/{id}/attachments`
///
/// # Errors
/// `NotFound`.
pub async fn show(visit: Visit, path: Path<(String, String)>) -> Answer {
    page_of(&visit, holder_of(&path)?, 200, FieldErrors::new()).await
}

/// `POST /{folder}/{id}/attachments`
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict`; 401 when the session has ended: a file is not carried through sign-in.
pub async fn add(
    request: HttpRequest,
    path: Path<(String, String)>,
    vault: Data<Vault>,
    payload: web::Payload,
) -> Result<actix_web::HttpResponse, actix_web::Error> {
    let holder = holder_of(&path)?;
    let visit = Visit::of(&request).await?;
    visit.member()?;
    let limits = visit.services().settings().uploads.clone();
    visit.read(move |conn, actor| actions::may_attach(conn, actor, holder, limits.most)).await?;
    let read = read_upload(&request, payload.into_inner(), limits.max_bytes).await;
    let (typed, file) = match read {
        Err(Failure::Invalid(errors)) => return Ok(page_of(&visit, holder, 422, errors).await?),
        other => other?,
    };
    let sent = Sent::admit(visit, typed)?;
    let new = match actions::examine(file.as_ref()) {
        Err(Failure::Invalid(errors)) => return Ok(page_of(&sent.visit, holder, 422, errors).await?),
        other => other?,
    };
    if let Some(file) = file {
        vault.put(new.id, file.bytes).await?;
    }
    let next = sent.once(move |deed| {
        actions::attach(deed, holder, new)?;
        Ok(holder.path())
    });
    let next = next.await?;
    Ok(sent.visit.go_saying(next, &Flash::said("attached")))
}

/// `POST /attachments/{id}/remove`
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict`.
pub async fn remove(sent: Sent, path: Path<String>) -> Answer {
    let id: AttachmentId = id_of(&path)?;
    let holder = sent.perform(move |deed| actions::remove(deed, id)).await?;
    Ok(sent.visit.go_saying(holder.path(), &Flash::said("attachment_removed")))
}

/// `GET /attachments/{id}`
///
/// # Errors
/// `NotFound`.
pub async fn download(visit: Visit, path: Path<String>, vault: Data<Vault>) -> Answer {
    let id: AttachmentId = id_of(&path)?;
    let attachment = visit.read(move |conn, actor| actions::read(conn, actor, id)).await?;
    api::handed_out(&vault, attachment).await
}
