//! How attachments are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Attachment};
use super::{AttachmentId, Holder, actions};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::Actor;

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
            sha256: row.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
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
    actions::seen(conn, actor, holder)?;
    let files = store::of(conn, holder)?.into_iter().filter(|file| footing.shows(file.created_at));
    Ok(files.map(AttachmentView::from).collect())
}
