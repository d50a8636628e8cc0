//! How attachments are shown.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Attachment};
use super::{AttachmentId, Holder};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::Actor;
use crate::solutions::deployments::DeploymentId;

/// An attachment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentView {
    /// Its id.
    pub id: AttachmentId,
    /// The file's name.
    pub name: String,
    /// What it is served as.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    #[schema(value_type = String, format = DateTime)]
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl From<Attachment> for AttachmentView {
    fn from(row: Attachment) -> Self {
        Self {
            id: row.id,
            sha256: crate::audit::hex(&row.sha256),
            name: row.name,
            media_type: row.media_type,
            bytes: row.bytes,
            created_at: row.created_at,
        }
    }
}

impl AttachmentView {
    /// Where it is downloaded.
    pub fn path(&self) -> String {
        format!("/attachments/{}", self.id)
    }

    /// The ending of its name in capitals, such as `PDF`.
    pub fn ending(&self) -> String {
        self.name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_uppercase())
    }

    /// Its size as people read it: 12 KB, 3.4 MB.
    pub fn size(&self) -> String {
        let kilobytes = self.bytes.saturating_add(1_023) / 1_024;
        if kilobytes < 1_000 {
            format!("{kilobytes} KB")
        } else {
            let tenths = kilobytes.saturating_mul(10) / 1_024;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// The attachments of `holder` that `actor` may read, oldest first; none where they are withheld.
///
/// # Errors
/// `NotFound` when the thing itself may not be seen.
pub fn listed(conn: &mut DbConn, actor: &Actor, holder: Holder) -> Result<Vec<AttachmentView>, Failure> {
    let footing = holder.footing(conn, actor)?;
    crate::policy::require(actor, crate::policy::Action::See, &footing.subject)?;
    if footing.withheld {
        return Ok(Vec::new());
    }
    let files = store::of(conn, holder)?.into_iter().filter(|file| footing.shows(file.created_at));
    Ok(files.map(AttachmentView::from).collect())
}

/// The evidence of deployments that the reader sees: whoever sees a deployment may read what proves it.
///
/// # Errors
/// `Busy`.
pub fn of_deployments(
    conn: &mut DbConn,
    ids: &[DeploymentId],
) -> Result<HashMap<DeploymentId, Vec<AttachmentView>>, Failure> {
    let mut found: HashMap<DeploymentId, Vec<AttachmentView>> = HashMap::new();
    for (id, row) in store::of_deployments(conn, ids)? {
        found.entry(id).or_default().push(row.into());
    }
    Ok(found)
}
