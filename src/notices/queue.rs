//! Queueing messages: notice and mail rows in the deed's transaction (transactional outbox).

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::preferences::{Category, Preferences};
use super::unsubscribe::{self, Scope};
use super::{Delivery, Kind, Letter, Link, MailId, MailState, NoticeId, render, store};
use crate::accounts::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role,
};
use crate::audit;
use crate::db::schema::{mails, members, notices, organizations};
use crate::db::{Json, Timestamp};
use crate::failure::Failure;
use crate::fields::Email;
use crate::reference::Prefecture;
use crate::services::Deed;
use crate::telemetry::masked;

#[derive(Insertable)]
#[diesel(table_name = notices, check_for_backend(crate::db::MultiBackend))]
struct NewNotice {
    id: NoticeId,
    member_id: MemberId,
    kind: Kind,
    subject_kind: &'static str,
    subject_id: audit::SubjectId,
    facts: Json<Value>,
    delivery: Delivery,
    digest_at: Option<Timestamp>,
    created_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = mails, check_for_backend(crate::db::MultiBackend))]
struct NewMail {
    id: MailId,
    notice_id: Option<NoticeId>,
    member_id: Option<MemberId>,
    kind: Kind,
    recipient: String,
    locale: Locale,
    subject: String,
    body_text: String,
    body_html: String,
    unsubscribe_url: Option<String>,
    secret: bool,
    urgent: bool,
    state: MailState,
    attempts: i32,
    due_at: Timestamp,
    created_at: Timestamp,
    calendar_method: Option<String>,
    calendar: Option<String>,
}

/// Tells one member: a notice in the app, and a mail at once, in a digest or not at all, as the member chose.
///
/// # Errors
/// `Internal` when a row cannot be written.
pub fn tell(deed: &mut Deed<'_>, member: MemberId, letter: &Letter) -> Result<(), Failure> {
    let (email, locale, Json(stored)): (String, Locale, Json<Value>) = members::table
        .find(member)
        .select((members::email, members::locale, members::preferences))
        .first(deed.conn())?;
    let (delivery, digest_at) = store::delivery(letter.kind, &Preferences::stored(&stored), deed.now());
    let at = shown_at(deed);
    let notice = NewNotice {
        id: NoticeId::new(),
        member_id: member,
        kind: letter.kind,
        subject_kind: letter.about.0,
        subject_id: audit::SubjectId(letter.about.1),
        facts: Json(facts_document(letter)),
        delivery,
        digest_at,
        created_at: at,
    };
    diesel::insert_into(notices::table).values(&notice).execute(deed.conn())?;
    if let Some(held) = deed.held_messages() {
        held.add_notice(notice.id);
    }
    if delivery == Delivery::Mailed {
        let to = Recipient { email, locale, member: Some(member), notice: Some(notice.id) };
        queue(deed, to, letter)?;
    }
    Ok(())
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

/// Mails an address that has no account. One that unsubscribed from this kind is left in peace.
///
/// # Errors
/// `Internal` when the row cannot be written.
pub fn mail(deed: &mut Deed<'_>, email: &Email, locale: Locale, letter: &Letter) -> Result<(), Failure> {
    queue(deed, Recipient { email: email.to_string(), locale, member: None, notice: None }, letter)
}

/// Mails a member something that stands in the app already, or does not belong there.
pub(super) fn mail_member(
    deed: &mut Deed<'_>,
    member: MemberId,
    email: String,
    locale: Locale,
    letter: &Letter,
) -> Result<(), Failure> {
    queue(deed, Recipient { email, locale, member: Some(member), notice: None }, letter)
}

struct Recipient {
    email: String,
    locale: Locale,
    member: Option<MemberId>,
    notice: Option<NoticeId>,
}

fn queue(deed: &mut Deed<'_>, to: Recipient, letter: &Letter) -> Result<(), Failure> {
    let link = match scope(letter.kind) {
        Some(scope) => Some(unsubscribe::link_for(deed, &to.email, scope)?),
        None => None,
    };
    if to.member.is_none() && link.as_ref().is_some_and(unsubscribe::UnsubscribeLink::is_refused) {
        tracing::info!(kind = %letter.kind, to = %masked(&to.email), "not mailed: the address unsubscribed");
        return Ok(());
    }
    let unsubscribe_url = link.map(|link| link.url(deed.public_url()));
    let rendered = render::letter(letter, to.locale, deed.public_url(), unsubscribe_url.as_deref());
    let due_at = shown_at(deed);
    let row = NewMail {
        id: MailId::new(),
        notice_id: to.notice,
        member_id: to.member,
        kind: letter.kind,
        recipient: to.email,
        locale: to.locale,
        subject: rendered.subject,
        body_text: rendered.text,
        body_html: rendered.html,
        unsubscribe_url,
        secret: matches!(letter.link, Link::Secret { .. }),
        urgent: letter.kind.is_urgent(),
        state: MailState::Queued,
        attempts: 0,
        due_at,
        created_at: deed.now(),
        calendar_method: letter.invite.as_ref().map(|invite| invite.method.to_string()),
        calendar: letter.invite.as_ref().map(|invite| invite.file.clone()),
    };
    diesel::insert_into(mails::table).values(&row).execute(deed.conn())?;
    if let Some(held) = deed.held_messages() {
        held.add_mail(row.id);
    }
    Ok(())
}

/// When a message of this deed goes out and is shown: now, or when it is no longer held back.
pub fn shown_at(deed: &mut Deed<'_>) -> Timestamp {
    let now = deed.now();
    deed.held_messages().map_or(now, |held| held.at())
}

/// What the reader of such a mail may switch off; nothing for security mail.
fn scope(kind: Kind) -> Option<Scope> {
    match kind {
        Kind::Digest => Some(Scope::Digests),
        _ => Category::of(kind).map(Scope::from),
    }
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
