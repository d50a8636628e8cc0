//! Queueing messages: notice and mail rows in the deed's transaction (transactional outbox).

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::{Letter, Link, render};
use crate::accounts::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role,
};
use crate::audit;
use crate::db::schema::{mails, members, notices, organizations};
use crate::db::{Json, Timestamp};
use crate::failure::Failure;
use crate::fields::Email;
use crate::id_types;
use crate::reference::Prefecture;
use crate::services::Deed;

id_types!(
    /// A message in the app.
    NoticeId,
    /// A mail on its way; also its Message-ID.
    MailId,
);

#[derive(Insertable)]
#[diesel(table_name = notices, check_for_backend(crate::db::MultiBackend))]
struct NewNotice {
    id: NoticeId,
    member_id: MemberId,
    kind: super::Kind,
    subject_kind: &'static str,
    subject_id: audit::SubjectId,
    facts: Json<Value>,
    delivery: &'static str,
    created_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = mails, check_for_backend(crate::db::MultiBackend))]
struct NewMail {
    id: MailId,
    notice_id: Option<NoticeId>,
    member_id: Option<MemberId>,
    kind: super::Kind,
    recipient: String,
    locale: Locale,
    subject: String,
    body_text: String,
    body_html: String,
    secret: bool,
    urgent: bool,
    state: &'static str,
    attempts: i32,
    due_at: Timestamp,
    created_at: Timestamp,
}

/// Tells one member: a notice in the app, and a mail unless the member chose otherwise.
///
/// # Errors
/// `Internal` when a row cannot be written.
pub fn tell(deed: &mut Deed<'_>, member: MemberId, letter: &Letter) -> Result<(), Failure> {
    let (email, locale): (String, Locale) =
        members::table.find(member).select((members::email, members::locale)).first(deed.conn())?;
    let notice = NewNotice {
        id: NoticeId::new(),
        member_id: member,
        kind: letter.kind,
        subject_kind: letter.about.0,
        subject_id: audit::SubjectId(letter.about.1),
        facts: Json(facts_document(letter)),
        delivery: "mailed",
        created_at: deed.now(),
    };
    let id = notice.id;
    diesel::insert_into(notices::table).values(&notice).execute(deed.conn())?;
    queue(deed, Some((id, member)), email, locale, letter)
}

/// Tells every active member of an organization whose role is at least `role`.
///
/// # Errors
/// `Internal` when a row cannot be written.
pub fn tell_organization(
    deed: &mut Deed<'_>,
    organization: OrganizationId,
    role: Role,
    letter: &Letter,
) -> Result<(), Failure> {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|candidate| *candidate <= role).collect();
    let ids: Vec<MemberId> = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::status.eq(MemberStatus::Active))
        .filter(members::role.eq_any(roles))
        .order(members::id)
        .select(members::id)
        .load(deed.conn())?;
    for member in ids {
        tell(deed, member, letter)?;
    }
    Ok(())
}

/// Tells the editors and admins of the bureau in charge of a prefecture.
///
/// # Errors
/// `Internal` when a row cannot be written.
pub fn tell_bureau(deed: &mut Deed<'_>, prefecture: Prefecture, letter: &Letter) -> Result<(), Failure> {
    let bureau: Option<OrganizationId> = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Bureau))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .filter(organizations::bureau.eq(prefecture.bureau().as_str()))
        .select(organizations::id)
        .first(deed.conn())
        .optional()?;
    match bureau {
        Some(bureau) => tell_organization(deed, bureau, Role::Editor, letter),
        None => Ok(()),
    }
}

/// Mails an address that has no account.
///
/// # Errors
/// `Internal` when the row cannot be written.
pub fn mail(deed: &mut Deed<'_>, email: &Email, locale: Locale, letter: &Letter) -> Result<(), Failure> {
    queue(deed, None, email.to_string(), locale, letter)
}

fn queue(
    deed: &mut Deed<'_>,
    notice: Option<(NoticeId, MemberId)>,
    recipient: String,
    locale: Locale,
    letter: &Letter,
) -> Result<(), Failure> {
    let rendered = render::letter(letter, locale, deed.public_url());
    let row = NewMail {
        id: MailId::new(),
        notice_id: notice.map(|(id, _)| id),
        member_id: notice.map(|(_, member)| member),
        kind: letter.kind,
        recipient,
        locale,
        subject: rendered.subject,
        body_text: rendered.text,
        body_html: rendered.html,
        secret: matches!(letter.link, Link::Secret { .. }),
        urgent: letter.kind.is_urgent(),
        state: "queued",
        attempts: 0,
        due_at: deed.now(),
        created_at: deed.now(),
    };
    diesel::insert_into(mails::table).values(&row).execute(deed.conn())?;
    Ok(())
}

/// What the app shows of a message: its facts and, unless it holds a secret, its link.
fn facts_document(letter: &Letter) -> Value {
    let mut facts: Map<String, Value> =
        letter.facts.iter().map(|(name, value)| ((*name).to_owned(), Value::String(value.clone()))).collect();
    if let Link::Page(path) = &letter.link {
        facts.insert("path".to_owned(), Value::String(path.clone()));
    }
    Value::Object(facts)
}
