//! The JSON door: attach, list, download, remove.

use actix_web::dev::Payload;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue,
};
use actix_web::web::{self, Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};
use utoipa::{OpenApi, ToSchema};

use super::store::Attachment;
use super::{AttachmentId, AttachmentView, Holder, Vault, actions, view};
use crate::failure::Failure;
use crate::web::{Answer, Door, Problem, Reply, id_of, read_upload};

#[derive(OpenApi)]
#[openapi(
    paths(list, add, download, remove),
    components(schemas(AttachmentView, AttachmentList, UploadForm)),
    tags((name = "attachments", description = "Files beside challenges, solutions, deployments and proposals"))
)]
pub struct Doc;

/// The attachments of one thing.
#[derive(Debug, serde::Serialize, ToSchema)]
pub struct AttachmentList {
    items: Vec<AttachmentView>,
}

/// The form of an upload.
#[derive(Debug, ToSchema)]
pub struct UploadForm {
    /// The file: PDF, Word, Excel, PowerPoint (without macros), JPEG, PNG, CSV or text.
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "describes the form; the parts are read one by one")]
    file: Vec<u8>,
}

fn holder_of(path: &Path<(String, String)>) -> Result<Holder, Failure> {
    Holder::parse(&path.0, &path.1)
}

/// List attachments
#[utoipa::path(get, path = "/api/v1/{folder}/{id}/attachments", tag = "attachments",
    params(
        ("folder" = String, Path, description = "`challenges`, `solutions`, `deployments` or `proposals`"),
        ("id" = String, Path, format = Uuid, description = "The thing"),
    ),
    responses(
        (status = 200, description = "Oldest first; none where they would tell who is behind an anonymous challenge", body = AttachmentList),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list(door: Door, path: Path<(String, String)>) -> Answer {
    let holder = holder_of(&path)?;
    door.read(move |conn, actor| {
        let items = view::listed(conn, actor, holder)?;
        Reply::ok(&AttachmentList { items })
    })
    .await
}

/// Attach a file
///
/// What the file holds must be what its name says. Beside a published challenge files are added, never taken away.
#[utoipa::path(post, path = "/api/v1/{folder}/{id}/attachments", tag = "attachments", security(("bearer" = [])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    params(
        ("folder" = String, Path, description = "`challenges`, `solutions`, `deployments` or `proposals`"),
        ("id" = String, Path, format = Uuid, description = "The thing"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 201, description = "Kept; its path in Location", body = AttachmentView),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not yours", body = Problem),
        (status = 409, description = "Its state takes no changes, or there are too many", body = Problem),
        (status = 415, description = "No multipart/form-data", body = Problem),
        (status = 422, description = "The file is too large, of another kind, or not what its name says", body = Problem),
    ))]
pub async fn add(
    request: HttpRequest,
    path: Path<(String, String)>,
    vault: Data<Vault>,
    payload: web::Payload,
) -> Answer {
    let holder = holder_of(&path)?;
    let door = Door::from_request(&request, &mut Payload::None).await?;
    door.member()?;
    let limits = door.services().settings().uploads.clone();
    let actor = door.actor().clone();
    let asked = door.services().read(move |conn| actions::may_attach(conn, &actor, holder, limits.most));
    asked.await?;
    let (_, file) = read_upload(&request, payload.into_inner(), limits.max_bytes).await?;
    let new = actions::examine(file.as_ref())?;
    let Some(file) = file else { return Err(Failure::internal("an examined file is gone")) };
    let fingerprint = Sha256::digest(&file.bytes).to_vec();
    vault.put(new.id, file.bytes).await?;
    door.write(fingerprint, move |deed| {
        let kept = AttachmentView::from(actions::attach(deed, holder, new)?);
        Reply::created(format!("/api/v1/attachments/{}", kept.id), &kept)
    })
    .await
}

/// Download an attachment
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "attachments",
    params(("id" = String, Path, format = Uuid, description = "The attachment")),
    responses(
        (status = 200, description = "The file, as a download", content_type = "application/octet-stream"),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn download(door: Door, path: Path<String>, vault: Data<Vault>) -> Answer {
    let (id, actor) = (id_of(&path)?, door.actor().clone());
    let attachment = door.services().read(move |conn| actions::read(conn, &actor, id)).await?;
    handed_out(&vault, attachment).await
}

/// Remove an attachment
#[utoipa::path(delete, path = "/api/v1/attachments/{id}", tag = "attachments", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The attachment")),
    responses(
        (status = 204, description = "Gone"),
        (status = 403, description = "Not yours", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 409, description = "Others rely on it already", body = Problem),
    ))]
pub async fn remove(door: Door, path: Path<String>) -> Answer {
    let id: AttachmentId = id_of(&path)?;
    door.write(id.0.as_bytes().to_vec(), move |deed| {
        actions::remove(deed, id)?;
        Ok(Reply::no_content())
    })
    .await
}

/// A file as a download that no browser runs or shows in our name (ASVS 3.2.1, 5.4.1).
pub(super) async fn handed_out(vault: &Vault, attachment: Attachment) -> Answer {
    let Some(bytes) = vault.get(attachment.id).await? else {
        tracing::error!(attachment = %attachment.id, "its file is not in the vault");
        return Err(Failure::NotFound);
    };
    let name = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: attachment.name.into_bytes(),
    };
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(name)],
    };
    Ok(HttpResponse::Ok()
        .content_type(attachment.media_type)
        .insert_header(disposition)
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
        ))
        // Compressed already, or small.
        .insert_header(header::ContentEncoding::Identity)
        .body(bytes))
}
