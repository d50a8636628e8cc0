//! The JSON door: rehearse a file, accept it, look at what was imported.

use actix_web::dev::Payload;
use actix_web::web::{self, Path};
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::actions::{self, LARGEST};
use super::view::{ImportProblem, ImportView};
use super::{ImportId, ImportKind, ImportStatus, store};
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::web::{Answer, Body, Door, Page, Params, Problem, Reply, id_of, read_upload};

#[derive(OpenApi)]
#[openapi(
    paths(list, upload, show, accept),
    components(schemas(ImportView, ImportProblem, ImportKind, ImportStatus, ImportFile)),
    tags((name = "imports", description = "Challenges and solutions from a spreadsheet, as drafts"))
)]
pub struct Doc;

/// The parameters of an upload.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadParams {
    /// `challenges` or `solutions`.
    pub kind: Option<String>,
    /// `1` (unless given) looks the file through and makes nothing; `0` accepts a file that was looked through before.
    pub dry_run: Option<u8>,
}

/// The form of an upload.
#[derive(Debug, ToSchema)]
pub struct ImportFile {
    /// CSV (UTF-8 or Shift_JIS) or XLSX: headers in the first row, as in the templates; at most 4 MiB and 1,000 rows.
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "describes the form; the parts are read one by one")]
    file: Vec<u8>,
}

/// List imports
///
/// Those of the caller's organization, the newest first, at most 50.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", security(("bearer" = [])),
    responses(
        (status = 200, description = "All of them", body = Page<ImportView>),
        (status = 401, description = "Nobody is signed in", body = Problem),
    ))]
pub async fn list(door: Door) -> Answer {
    let (organization, locale) = (door.member()?.organization, door.locale());
    door.read(move |conn, _| {
        let rows = store::of(conn, organization)?;
        let items = rows.iter().map(|import| ImportView::of(import, locale)).collect();
        Reply::ok(&Page { items, next: None, total: None })
    })
    .await
}

/// Import a file
///
/// With `dry_run=1`, as it is unless given, every row is tried and nothing is made: the answer names everything that is
/// wrong by row and column. With `dry_run=0` the very file that was tried before, and in which nothing is wrong, becomes
/// drafts: all of its rows or none. A file is accepted once. A bureau names each row's municipality.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", security(("bearer" = [])), params(UploadParams),
    request_body(content = ImportFile, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "What came of it; its path in Location", body = ImportView),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Others write these", body = Problem),
        (status = 409, description = "`dry_run=0` with a file that was not tried before", body = Problem),
        (status = 415, description = "No multipart/form-data", body = Problem),
        (status = 422, description = "No file that can be read, one with problems, or one that was accepted before", body = Problem),
    ))]
pub async fn upload(
    request: HttpRequest,
    Params(params): Params<UploadParams>,
    payload: web::Payload,
) -> Answer {
    let door = Door::from_request(&request, &mut Payload::None).await?;
    door.member()?;
    let kind = params.kind.as_deref().ok_or_else(|| Invalid::new("required")).and_then(ImportKind::parse);
    let kind = kind.map_err(|invalid| Failure::field("/kind", invalid))?;
    actions::may_import(door.actor(), kind)?;
    let dry_run = match params.dry_run {
        None | Some(1) => true,
        Some(0) => false,
        Some(_) => {
            let invalid = Invalid::new("unknown_value").with("allowed", "0, 1");
            return Err(Failure::field("/dry_run", invalid));
        }
    };
    let (_, file) = read_upload(&request, payload.into_inner(), LARGEST).await?;
    let (services, actor, locale) = (door.services().clone(), door.actor().clone(), door.locale());
    let reply = if dry_run {
        let id = actions::rehearse(&services, actor.clone(), kind, file).await?;
        services.read(move |conn| created(&actions::show(conn, &actor, id, locale)?)).await?
    } else {
        let by = actor.clone();
        let done = services.perform(actor, move |deed| {
            let id = actions::rehearsed(deed.conn(), &by, kind, file.as_ref())?;
            actions::accept(deed, id)?;
            created(&ImportView::of(&store::find(deed.conn(), id)?, locale))
        });
        done.await?
    };
    Ok(reply.into())
}

fn created(view: &ImportView) -> Result<Reply, Failure> {
    Reply::created(format!("/api/v1/imports/{}", view.id), view)
}

/// Read an import
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The import")),
    responses(
        (status = 200, description = "The import", body = ImportView),
        (status = 404, description = "Not there, or another organization's", body = Problem),
    ))]
pub async fn show(door: Door, path: Path<String>) -> Answer {
    let (id, locale): (ImportId, _) = (id_of(&path)?, door.locale());
    door.read(move |conn, actor| Reply::ok(&actions::show(conn, actor, id, locale)?)).await
}

/// Accept a file
///
/// Makes drafts of all rows of a file that was tried, or of none where one of them is wrong now.
#[utoipa::path(post, path = "/api/v1/imports/{id}/accept", tag = "imports", security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The import"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 200, description = "The import with its drafts", body = ImportView),
        (status = 403, description = "You only read", body = Problem),
        (status = 404, description = "Not there, or another organization's", body = Problem),
        (status = 422, description = "It has problems, or was accepted before", body = Problem),
    ))]
pub async fn accept(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, locale): (ImportId, _) = (id_of(&path)?, door.locale());
    door.member()?;
    let mut fingerprint = body.fingerprint;
    fingerprint.extend(Sha256::digest(id.0.as_bytes()));
    door.write(fingerprint, move |deed| {
        actions::accept(deed, id)?;
        Reply::ok(&ImportView::of(&store::find(deed.conn(), id)?, locale))
    })
    .await
}
