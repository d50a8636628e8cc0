//! Single-use links: a secret that is mailed once, kept only as a hash, and acts once within its lifetime.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;

use super::Secret;
use crate::audit::SubjectId;
use crate::db::schema::single_use_links;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::{Email, Invalid};
use crate::services::Deed;
use crate::text_enum;

text_enum! {
    /// What a link does.
    pub enum Purpose {
        /// Finishes a sign-up.
        VerifyEmail = "verify_email",
        /// Makes an invited colleague a member.
        Invitation = "invitation",
        /// Sets a new password.
        PasswordReset = "password_reset",
        /// Answers whether a deployment is true.
        DeploymentConfirmation = "deployment_confirmation",
        /// Says what came of a session.
        SessionOutcome = "session_outcome",
        /// Answers whether a challenge that a bureau entered is wanted.
        ChallengeConfirmation = "challenge_confirmation",
        /// Begins a watch of somebody without an account.
        WatchConfirmation = "watch_confirmation",
    }
}

impl Purpose {
    /// How long the link acts (contract.md). Longer than ASVS 6.5.5 has it, because municipal mail gateways
    /// hold mails back; written down in docs/security.md.
    pub fn lifetime(self) -> TimeDelta {
        match self {
            Self::VerifyEmail | Self::WatchConfirmation => TimeDelta::days(7),
            Self::Invitation => TimeDelta::days(14),
            Self::PasswordReset => TimeDelta::hours(1),
            Self::DeploymentConfirmation | Self::SessionOutcome | Self::ChallengeConfirmation => {
                TimeDelta::days(30)
            }
        }
    }
}

/// What a link that still acts is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The id of the sign-up, invitation, member or deployment confirmation.
    pub subject: Uuid,
    /// The address it was mailed to.
    pub email: String,
    /// Until when it acts.
    pub expires_at: Timestamp,
}

/// Why a link does not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dead {
    /// Nobody was ever given it, or what it was for is gone.
    Unknown,
    /// It has acted.
    Used,
    /// Its time is over.
    Expired,
}

impl Dead {
    /// The rule's code, for a field and for a page: `link_unknown`, `link_used`, `link_expired`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "link_unknown",
            Self::Used => "link_used",
            Self::Expired => "link_expired",
        }
    }
}

impl From<Dead> for Failure {
    /// The token is a field of the body that carried it.
    fn from(dead: Dead) -> Self {
        Self::field("/token", Invalid::new(dead.code()))
    }
}

#[derive(Queryable)]
struct Row {
    subject_id: SubjectId,
    email: String,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
}

/// Makes a link about `subject` that will be mailed to `email`. The secret goes into the mail and nowhere else.
///
/// # Errors
/// `Internal` when the row cannot be written.
pub fn make(deed: &mut Deed<'_>, purpose: Purpose, subject: Uuid, email: &Email) -> Result<Secret, Failure> {
    let secret = Secret::generate();
    let now = deed.now();
    diesel::insert_into(single_use_links::table)
        .values((
            single_use_links::token_hash.eq(secret.hash()),
            single_use_links::purpose.eq(purpose),
            single_use_links::subject_id.eq(SubjectId(subject)),
            single_use_links::email.eq(email.as_str()),
            single_use_links::created_at.eq(now),
            single_use_links::expires_at.eq(now.plus(purpose.lifetime())),
        ))
        .execute(deed.conn())?;
    Ok(secret)
}

/// What a link would do now, without doing it.
///
/// # Errors
/// `Internal` when the row cannot be read; the inner [`Dead`] when it does not act.
pub fn peek(
    conn: &mut DbConn,
    now: Timestamp,
    purpose: Purpose,
    secret: &Secret,
) -> Result<Result<Target, Dead>, Failure> {
    let row: Option<Row> = single_use_links::table
        .find(secret.hash())
        .filter(single_use_links::purpose.eq(purpose))
        .select((
            single_use_links::subject_id,
            single_use_links::email,
            single_use_links::expires_at,
            single_use_links::used_at,
        ))
        .first(conn)
        .optional()?;
    Ok(match row {
        None => Err(Dead::Unknown),
        Some(row) if row.used_at.is_some() => Err(Dead::Used),
        Some(row) if row.expires_at <= now => Err(Dead::Expired),
        Some(row) => Ok(Target { subject: row.subject_id.0, email: row.email, expires_at: row.expires_at }),
    })
}

/// Uses a link up. Of two who try at once, one is told that it was used.
///
/// # Errors
/// `Invalid` at `/token`: `link_unknown`, `link_used`, `link_expired`.
pub fn redeem(deed: &mut Deed<'_>, purpose: Purpose, secret: &Secret) -> Result<Target, Failure> {
    let now = deed.now();
    let target = peek(deed.conn(), now, purpose, secret)??;
    let used = diesel::update(
        single_use_links::table.find(secret.hash()).filter(single_use_links::used_at.is_null()),
    )
    .set(single_use_links::used_at.eq(Some(now)))
    .execute(deed.conn())?;
    if used == 0 {
        return Err(Dead::Used.into());
    }
    Ok(target)
}

/// Ends every link about `subject` that has not acted yet, because a newer one or another way took its place.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub fn revoke(deed: &mut Deed<'_>, purpose: Purpose, subject: Uuid) -> Result<(), Failure> {
    let now = deed.now();
    diesel::update(
        single_use_links::table
            .filter(single_use_links::purpose.eq(purpose))
            .filter(single_use_links::subject_id.eq(SubjectId(subject)))
            .filter(single_use_links::used_at.is_null()),
    )
    .set(single_use_links::used_at.eq(Some(now)))
    .execute(deed.conn())?;
    Ok(())
}

/// How many links about `subject` were made since `since`: a bound on mails that a stranger can cause.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn made_since(
    conn: &mut DbConn,
    purpose: Purpose,
    subject: Uuid,
    since: Timestamp,
) -> Result<i64, Failure> {
    Ok(single_use_links::table
        .filter(single_use_links::purpose.eq(purpose))
        .filter(single_use_links::subject_id.eq(SubjectId(subject)))
        .filter(single_use_links::created_at.gt(since))
        .count()
        .get_result(conn)?)
}

/// Forgets links whose time was over before `before`.
///
/// # Errors
/// When the delete fails.
pub(super) fn prune(conn: &mut DbConn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(single_use_links::table.filter(single_use_links::expires_at.lt(before))).execute(conn)
}
