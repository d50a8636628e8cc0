//! The verbs: attach, remove, read.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::store::{self, Attachment, NewAttachment};
use super::{AttachmentId, Footing, Holder, kind};
use crate::audit;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid, line};
use crate::policy::{self, Action, Actor};
use crate::services::Deed;
use crate::web::File;

/// Most characters of a file's name.
const NAME: usize = 150;

/// Reads a file's name and kind.
///
/// # Errors
/// `Invalid` at `/file`: `required`, and what [`kind::of`] refuses.
pub(super) fn examine(file: Option<&File>) -> Result<NewAttachment, Failure> {
    let refused = |invalid| Failure::Invalid(FieldErrors::one("/file", invalid));
    let file = file.ok_or_else(|| refused(Invalid::new("required")))?;
    // Some browsers send the whole path on the sender's disk.
    let bare = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = line(bare, NAME).map_err(refused)?;
    let kind = kind::of(&name, &file.bytes).map_err(refused)?;
    Ok(NewAttachment {
        id: AttachmentId::new(),
        name,
        media_type: kind.media_type,
        bytes: i64::try_from(file.bytes.len()).map_err(Failure::internal)?,
        sha256: Sha256::digest(&file.bytes).to_vec(),
    })
}

/// Whether the caller may put one more file beside `holder`; asked before a file is kept, and again with it.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `attachments_closed`, `too_many_attachments`.
pub(super) fn may_attach(
    conn: &mut DbConn,
    actor: &Actor,
    holder: Holder,
    most: usize,
) -> Result<Footing, Failure> {
    let footing = holder.footing(conn, actor)?;
    policy::require(actor, Action::Edit, &footing.subject)?;
    if !footing.takes_changes {
        return Err(Failure::Conflict("attachments_closed"));
    }
    if store::of(conn, holder)?.len() >= most {
        return Err(Failure::Conflict("too_many_attachments"));
    }
    Ok(footing)
}

/// Names a file that lies in the vault already.
///
/// # Errors
/// As [`may_attach`].
pub(super) fn attach(deed: &mut Deed<'_>, holder: Holder, new: NewAttachment) -> Result<Attachment, Failure> {
    let (actor, most) = (deed.by().clone(), deed.settings().uploads.most);
    let footing = may_attach(deed.conn(), &actor, holder, most)?;
    let owner = footing.subject.owner.ok_or(Failure::NotFound)?;
    let attachment = store::insert(deed, holder, owner, new)?;
    let event = audit::Event::new("attachment.add", holder.kind(), holder.id())
        .in_prefecture(footing.subject.prefecture)
        .change(None, told(&attachment));
    audit::record(deed, if footing.unnamed { event.unnamed() } else { event })?;
    Ok(attachment)
}

/// Takes an attachment away; its file is swept later.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict`: `attachments_closed`, `attachment_relied_upon`.
pub(super) fn remove(deed: &mut Deed<'_>, id: AttachmentId) -> Result<Holder, Failure> {
    let attachment = store::find(deed.conn(), id)?;
    let (holder, actor) = (attachment.holder()?, deed.by().clone());
    let footing = holder.footing(deed.conn(), &actor)?;
    policy::require(&actor, Action::Edit, &footing.subject)?;
    if footing.relied_upon {
        return Err(Failure::Conflict("attachment_relied_upon"));
    }
    if !footing.takes_changes {
        return Err(Failure::Conflict("attachments_closed"));
    }
    store::delete(deed, id)?;
    let event = audit::Event::new("attachment.remove", holder.kind(), holder.id())
        .in_prefecture(footing.subject.prefecture)
        .change(Some(told(&attachment)), serde_json::Value::Null);
    audit::record(deed, if footing.unnamed { event.unnamed() } else { event })?;
    Ok(holder)
}

/// The attachment, if the caller may read it.
///
/// # Errors
/// `NotFound`.
pub(super) fn read(conn: &mut DbConn, actor: &Actor, id: AttachmentId) -> Result<Attachment, Failure> {
    let attachment = store::find(conn, id)?;
    let footing = seen(conn, actor, attachment.holder()?)?;
    if footing.shows(attachment.created_at) { Ok(attachment) } else { Err(Failure::NotFound) }
}

/// Where `holder` stands, if the caller may read what lies beside it.
///
/// # Errors
/// `NotFound`.
pub(super) fn seen(conn: &mut DbConn, actor: &Actor, holder: Holder) -> Result<Footing, Failure> {
    let footing = holder.footing(conn, actor)?;
    policy::require(actor, Action::See, &footing.subject)?;
    if footing.withheld { Err(Failure::NotFound) } else { Ok(footing) }
}

/// As the audit trail keeps it: the name may hold a person's.
fn told(attachment: &Attachment) -> serde_json::Value {
    json!({
        "attachment": attachment.id,
        "name": audit::digest(&attachment.name),
        "media_type": attachment.media_type,
        "bytes": attachment.bytes,
        "sha256": audit::hex(&attachment.sha256),
    })
}
