//! Coming in from outside: a sign-up waits under its mailed link, and only the holder of the mailbox finishes it.
//!
//! Nothing exists before the link is followed, so a stranger who signs up with your address makes no account of
//! yours; and every sign-up is answered alike after the same work, so it does not tell who has an account.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

use super::enrol::{NewMember, NewOrganization, add_member, add_organization};
use super::links::{self, Dead, Purpose};
use super::passwords::PasswordHash;
use super::sign_up_form::SignUp;
use super::store::{self, Standing};
use super::{
    Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind, OrganizationStatus, Role, Secret,
    SignUpId, mail_domains,
};
use crate::audit;
use crate::db::schema::{organizations, sign_ups};
use crate::db::{Json, Timestamp};
use crate::failure::Failure;
use crate::fields::Email;
use crate::notices::{self, Kind, Letter, Link};
use crate::policy::{Actor, Who};
use crate::services::{Deed, Services};

/// Mails one address can be sent about sign-ups in an hour.
const MAILS_PER_HOUR: i64 = 5;
/// Unfinished sign-ups of one address whose mails are sent again together.
const RESENT_TOGETHER: i64 = 3;

/// A sign-up that waits for its link.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_ups, check_for_backend(crate::db::MultiBackend))]
struct SignUpRow {
    id: SignUpId,
    email: String,
    name: String,
    locale: Locale,
    password_hash: String,
    organization: Json<Wanted>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// What the sign-up is for.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Wanted {
    department: Option<String>,
    organization: NewOrganization,
}

/// Puts a sign-up aside and mails its link; somebody who has an account already is mailed that instead.
///
/// # Errors
/// `Busy`.
pub(super) async fn sign_up(services: &Services, visitor: &Actor, new: SignUp) -> Result<(), Failure> {
    let SignUp { email, password, name, department, locale, organization } = new;
    let password = password.hash().await?;
    services
        .perform(visitor.clone(), move |deed| {
            let now = deed.now();
            let exists = store::member_by_email(deed.conn(), &email)?.is_some();
            let recent = recent(deed, &email)?;
            let row = SignUpRow {
                id: SignUpId::new(),
                email: email.to_string(),
                name,
                locale,
                password_hash: password.as_str().to_owned(),
                organization: Json(Wanted { department, organization }),
                created_at: now,
                expires_at: now.plus(Purpose::VerifyEmail.lifetime()),
            };
            diesel::insert_into(sign_ups::table).values(&row).execute(deed.conn())?;
            let token = links::make(deed, Purpose::VerifyEmail, row.id.0, &email)?;
            let event = audit::Event::new("sign_up.request", "sign_up", row.id.0)
                .change(None, json!({ "email": audit::digest(email.as_str()) }));
            audit::record(deed, event)?;
            if recent >= MAILS_PER_HOUR {
                tracing::warn!(email = %email.masked(), "no more sign-up mails this hour");
                return Ok(());
            }
            // The link of somebody who has an account is given to nobody.
            let link = if exists { None } else { Some(token) };
            mail_link(deed, &row, &email, link)
        })
        .await
}

/// Sign-ups with an address in the last hour.
fn recent(deed: &mut Deed<'_>, email: &Email) -> Result<i64, Failure> {
    let since = deed.now().plus(-TimeDelta::hours(1));
    Ok(sign_ups::table
        .filter(sign_ups::email.eq(email.as_str()))
        .filter(sign_ups::created_at.gt(since))
        .count()
        .get_result(deed.conn())?)
}

fn mail_link(
    deed: &mut Deed<'_>,
    row: &SignUpRow,
    email: &Email,
    token: Option<Secret>,
) -> Result<(), Failure> {
    let (kind, link) = match token {
        Some(token) => (Kind::VerifyEmail, Link::Secret { path: "/verify-email", token }),
        None => (Kind::AccountExists, Link::Page("/sign-in".to_owned())),
    };
    let letter = Letter::new(kind, ("sign_up", row.id.0), link)
        .with("organization", &row.organization.0.organization.name)
        .with("member", &row.name);
    notices::mail(deed, email, row.locale, &letter)
}

/// Mails the links of an address's unfinished sign-ups again, each with a fresh link; the older ones end.
///
/// # Errors
/// `Busy`.
pub(super) async fn resend(services: &Services, visitor: &Actor, email: Email) -> Result<(), Failure> {
    services
        .perform(visitor.clone(), move |deed| {
            let now = deed.now();
            let waiting: Vec<SignUpRow> = sign_ups::table
                .filter(sign_ups::email.eq(email.as_str()))
                .filter(sign_ups::expires_at.gt(now))
                .order(sign_ups::id.desc())
                .limit(RESENT_TOGETHER)
                .select(SignUpRow::as_select())
                .load(deed.conn())?;
            if store::member_by_email(deed.conn(), &email)?.is_some() {
                return Ok(());
            }
            for row in waiting {
                let since = now.plus(-TimeDelta::hours(1));
                if links::made_since(deed.conn(), Purpose::VerifyEmail, row.id.0, since)? >= MAILS_PER_HOUR {
                    continue;
                }
                links::revoke(deed, Purpose::VerifyEmail, row.id.0)?;
                let token = links::make(deed, Purpose::VerifyEmail, row.id.0, &email)?;
                mail_link(deed, &row, &email, Some(token))?;
                audit::record(deed, audit::Event::new("sign_up.resend", "sign_up", row.id.0))?;
            }
            Ok(())
        })
        .await
}

/// What following the link led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The organization may act at once.
    Approved,
    /// The organization waits for its bureau.
    WaitsForBureau,
    /// The organization exists; its admins answer.
    WaitsForAdmins,
}

/// Finishes a sign-up: the member, and the organization unless it exists.
///
/// # Errors
/// `Invalid` at `/token`, `Conflict` (`email_taken`).
pub(super) async fn verify(services: &Services, visitor: &Actor, token: Secret) -> Result<Outcome, Failure> {
    let holder = Actor { who: Who::Link, ..visitor.clone() };
    services
        .perform(holder, move |deed| {
            let target = links::redeem(deed, Purpose::VerifyEmail, &token)?;
            let row: SignUpRow = sign_ups::table
                .find(SignUpId(target.subject))
                .select(SignUpRow::as_select())
                .first(deed.conn())
                .optional()?
                .ok_or(Dead::Unknown)?;
            forget_all(deed, &row.email)?;
            let member = NewMember {
                email: Email::parse(&row.email).map_err(Failure::internal)?,
                name: row.name,
                department: row.organization.0.department,
                locale: row.locale,
                role: Role::Admin,
                password: PasswordHash::stored(row.password_hash),
            };
            come_in(deed, &row.organization.0.organization, member)
        })
        .await
}

/// Who a link would make a member of what, for the page that asks.
///
/// # Errors
/// `Internal` when the rows cannot be read; the inner [`Dead`] when the link does not act.
pub(super) fn peek(
    conn: &mut crate::db::DbConn,
    now: Timestamp,
    token: &Secret,
) -> Result<Result<(String, String), Dead>, Failure> {
    let target = match links::peek(conn, now, Purpose::VerifyEmail, token)? {
        Ok(target) => target,
        Err(dead) => return Ok(Err(dead)),
    };
    let row: Option<SignUpRow> = sign_ups::table
        .find(SignUpId(target.subject))
        .select(SignUpRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(|row| (row.name, row.organization.0.organization.name)).ok_or(Dead::Unknown))
}

/// One sign-up of an address is finished: the others, perhaps a stranger's, end.
fn forget_all(deed: &mut Deed<'_>, email: &str) -> Result<(), Failure> {
    let ids: Vec<SignUpId> =
        sign_ups::table.filter(sign_ups::email.eq(email)).select(sign_ups::id).load(deed.conn())?;
    for id in ids {
        links::revoke(deed, Purpose::VerifyEmail, id.0)?;
    }
    diesel::delete(sign_ups::table.filter(sign_ups::email.eq(email))).execute(deed.conn())?;
    Ok(())
}

fn come_in(deed: &mut Deed<'_>, wanted: &NewOrganization, member: NewMember) -> Result<Outcome, Failure> {
    let trusted = match wanted.municipality_code {
        Some(code) if wanted.kind == OrganizationKind::Municipality => {
            mail_domains::allow(deed.conn(), code, &member.email)?
        }
        _ => false,
    };
    let status = if trusted { OrganizationStatus::Approved } else { OrganizationStatus::Pending };
    match add_organization(deed, OrganizationId::new(), wanted, status)? {
        Some(id) => {
            let first = add_member(deed, id, &member, MemberStatus::Active)?;
            if trusted { vouched_for(deed, id, wanted, first) } else { ask_the_bureau(deed, id, wanted) }
        }
        None => ask_to_join(deed, wanted, NewMember { role: Role::Editor, ..member }),
    }
}

/// The mail domain alone approved it.
fn vouched_for(
    deed: &mut Deed<'_>,
    id: OrganizationId,
    wanted: &NewOrganization,
    first: MemberId,
) -> Result<Outcome, Failure> {
    let standing = Standing {
        decision: Some("approve".to_owned()),
        reason: None,
        decided_by: None,
        decided_at: Some(deed.now()),
    };
    diesel::update(organizations::table.find(id))
        .set(organizations::standing.eq(Json(standing)))
        .execute(deed.conn())?;
    let letter = Letter::new(
        Kind::OrganizationApproved,
        ("organization", id.0),
        Link::Page("/organization".to_owned()),
    )
    .with("organization", &wanted.name)
    .with("reason", "-");
    notices::tell(deed, first, &letter)?;
    Ok(Outcome::Approved)
}

fn ask_the_bureau(
    deed: &mut Deed<'_>,
    id: OrganizationId,
    wanted: &NewOrganization,
) -> Result<Outcome, Failure> {
    if let Some(prefecture) = wanted.prefecture() {
        let letter = Letter::new(
            Kind::OrganizationWaiting,
            ("organization", id.0),
            Link::Page(format!("/organizations/{id}")),
        )
        .with("organization", &wanted.name)
        .with("place", prefecture.name_ja());
        notices::tell_bureau(deed, prefecture, &letter)?;
    }
    Ok(Outcome::WaitsForBureau)
}

fn ask_to_join(deed: &mut Deed<'_>, wanted: &NewOrganization, member: NewMember) -> Result<Outcome, Failure> {
    let code = wanted.municipality_code.map(|code| code.to_string());
    let id: OrganizationId = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Municipality))
        .filter(organizations::municipality_code.eq(code))
        .filter(organizations::status.ne(OrganizationStatus::Rejected))
        .select(organizations::id)
        .first(deed.conn())?;
    let asks = add_member(deed, id, &member, MemberStatus::Requested)?;
    let letter = Letter::new(Kind::JoinRequested, ("member", asks.0), Link::Page(format!("/members/{asks}")))
        .with("organization", &wanted.name)
        .with("member", &member.name);
    notices::tell_organization(deed, id, Role::Admin, &letter)?;
    Ok(Outcome::WaitsForAdmins)
}
