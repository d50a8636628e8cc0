//! Rehearsing a file, and accepting what was rehearsed.

use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::rows::{self, Examined};
use super::store::{self, Import, New};
use super::view::ImportView;
use super::{ImportId, ImportKind, ImportStatus};
use crate::accounts::Locale;
use crate::audit::{self, Event};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::policy::{self, Action, Actor, Subject};
use crate::services::{Deed, Services};
use crate::spreadsheets::Spreadsheet;
use crate::web::{File, formats};

/// The largest file; a thousand full rows of Japanese text are about half of it.
pub(super) const LARGEST: usize = 4 * 1_048_576;
/// Characters of a file's name that are kept.
const NAME: usize = 100;
/// Days for which a rehearsed file is kept when nobody accepts it.
const KEPT_DAYS: i64 = 7;

/// Whether `actor` may import files of `kind`.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`.
pub(super) fn may_import(actor: &Actor, kind: ImportKind) -> Result<(), Failure> {
    let action = match kind {
        ImportKind::Challenges => Action::ImportChallenges,
        ImportKind::Solutions => Action::WriteSolution,
    };
    policy::require(actor, action, &Subject::default())
}

/// Looks a file through: every row is begun as a draft, and all of it undone. What was wrong is kept with the file.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`; `Invalid` at `/file`: `required`, `import_done_before` (import, day), and those of
/// [`Spreadsheet::read`].
pub async fn rehearse(
    services: &Services,
    actor: Actor,
    kind: ImportKind,
    file: Option<File>,
) -> Result<ImportId, Failure> {
    may_import(&actor, kind)?;
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let (organization, member) = (member.organization, member.member);
    let at_file = |invalid| Failure::field("/file", invalid);
    let file = file.ok_or_else(|| at_file(Invalid::new("required")))?;
    let content = file.bytes.to_vec();
    let new = New {
        id: ImportId::new(),
        organization,
        member,
        kind,
        name: file.name.chars().filter(|c| !c.is_control()).take(NAME).collect(),
        sha256: audit::hex(&Sha256::digest(&content)),
        content,
    };
    let sha256 = new.sha256.clone();
    services.read(move |conn| not_done_before(conn, organization, (kind, &sha256))).await?;
    let sheet = read(file.bytes.to_vec()).await?;
    let examined = services.rehearse(actor.clone(), move |deed| rows::begin_all(deed, kind, &sheet)).await?;
    services.perform(actor, move |deed| keep(deed, new, &examined)).await
}

/// Reads a file on a thread of its own. Somebody else's file may break the reader: that is a broken file, not a fault.
async fn read(bytes: Vec<u8>) -> Result<Spreadsheet, Failure> {
    let read = tokio::task::spawn_blocking(move || Spreadsheet::read(&bytes)).await;
    let read = read.unwrap_or_else(|_| Err(Invalid::new("sheet_unreadable")));
    read.map_err(|invalid| Failure::field("/file", invalid))
}

fn not_done_before(
    conn: &mut DbConn,
    organization: crate::accounts::OrganizationId,
    file: (ImportKind, &str),
) -> Result<(), Failure> {
    match store::of_file(conn, organization, file, ImportStatus::Accepted)? {
        None => Ok(()),
        Some(first) => Err(done_before(&first)),
    }
}

fn done_before(first: &Import) -> Failure {
    let day = first.accepted_at.map(|at| formats::date(Locale::Ja, at.japan_date())).unwrap_or_default();
    let refusal = Invalid::new("import_done_before").with("import", format!("/imports/{}", first.id));
    Failure::field("/file", refusal.with("day", day))
}

fn keep(deed: &mut Deed<'_>, new: New, examined: &Examined) -> Result<ImportId, Failure> {
    let now = deed.now();
    let about = json!({
        "kind": new.kind, "sha256": new.sha256, "rows": examined.rows, "problems": examined.problem_count,
    });
    let id = store::keep(deed.conn(), new, examined, now)?;
    audit::record(deed, Event::new("import.rehearse", "import", id.0).change(None, about))?;
    Ok(id)
}

/// The rehearsal of a file of the caller's organization.
///
/// # Errors
/// `Conflict` (`import_not_rehearsed`); `Invalid` (`import_done_before`).
pub(super) fn rehearsed(
    conn: &mut DbConn,
    actor: &Actor,
    kind: ImportKind,
    file: Option<&File>,
) -> Result<ImportId, Failure> {
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let file = file.ok_or_else(|| Failure::field("/file", Invalid::new("required")))?;
    let sha256 = audit::hex(&Sha256::digest(&file.bytes));
    not_done_before(conn, member.organization, (kind, &sha256))?;
    let found = store::of_file(conn, member.organization, (kind, &sha256), ImportStatus::Rehearsed)?;
    found.map(|import| import.id).ok_or(Failure::Conflict("import_not_rehearsed"))
}

/// An import, if the caller may see it.
///
/// # Errors
/// `NotFound`.
fn seen(conn: &mut DbConn, actor: &Actor, id: ImportId) -> Result<Import, Failure> {
    let import = store::find(conn, id)?;
    policy::require(actor, Action::See, &import.subject())?;
    Ok(import)
}

/// [`ImportView`] of an import, in the words of `locale`.
///
/// # Errors
/// `NotFound`.
pub fn show(conn: &mut DbConn, actor: &Actor, id: ImportId, locale: Locale) -> Result<ImportView, Failure> {
    Ok(ImportView::of(&seen(conn, actor, id)?, locale))
}

/// Makes drafts of a rehearsed file: all of its rows, or nothing where one of them is wrong now.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Invalid` at `/file`: `import_done_before`, `import_has_problems` (count), also where
/// something has changed since it was rehearsed.
pub fn accept(deed: &mut Deed<'_>, id: ImportId) -> Result<(), Failure> {
    let (import, content) = store::lock(deed.conn(), id)?;
    policy::require(deed.by(), Action::See, &import.subject())?;
    policy::require(deed.by(), Action::Edit, &import.subject())?;
    may_import(deed.by(), import.kind)?;
    let file = (import.kind, import.sha256.as_str());
    if import.status == ImportStatus::Accepted {
        return Err(done_before(&import));
    }
    not_done_before(deed.conn(), import.organization_id, file)?;
    let content = content.ok_or_else(|| Failure::internal("a rehearsed file is gone"))?;
    let sheet = Spreadsheet::read(&content).map_err(|invalid| Failure::field("/file", invalid))?;
    let examined = rows::begin_all(deed, import.kind, &sheet)?;
    if examined.problem_count > 0 {
        return Err(Failure::Invalid(examined.refused()));
    }
    let now = deed.now();
    if !store::accept(deed.conn(), id, &examined.made, now)? {
        return Err(done_before(&import));
    }
    let event = Event::new("import.accept", "import", id.0).change(
        json!({"status": import.status}),
        json!({"status": ImportStatus::Accepted, "kind": import.kind, "sha256": import.sha256, "made": examined.made}),
    );
    audit::record(deed, event)
}

/// Throws rehearsals away that nobody accepted; answers how many.
///
/// # Errors
/// `Internal` when they cannot be deleted.
pub fn prune(conn: &mut DbConn, now: Timestamp) -> Result<usize, Failure> {
    store::prune(conn, now.plus(TimeDelta::days(-KEPT_DAYS)))
}
