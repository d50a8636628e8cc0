//! The operator's overview: whether the service is well, and how much there is of everything.

pub mod pages;

use diesel::prelude::*;

use crate::db::DbConn;
use crate::db::schema::{
    audit_events, audit_unsealed, challenges, matches, members, organizations, sessions, solutions,
};
use crate::failure::Failure;
use crate::notices::{self, MailState};
use crate::policy::{self, Action, Actor, Subject};

/// How many things of one kind are in each state.
type States = Vec<(String, i64)>;

/// The state of the service at one moment.
#[derive(Debug)]
pub struct Overview {
    /// Whether every migration has run.
    pub migrated: bool,
    /// Members who may sign in.
    pub members: i64,
    /// Sessions that nobody ended; those past their time are in it until they are swept.
    pub sessions: i64,
    /// Organizations by status.
    pub organizations: States,
    /// Challenges by status.
    pub challenges: States,
    /// Solutions by status.
    pub solutions: States,
    /// Matches by state.
    pub matches: States,
    /// Mails by state.
    pub mails: Vec<(MailState, i64)>,
    /// Events in the audit trail.
    pub audit_events: i64,
    /// Those of them that the sealer has not linked yet; more than a few for long means that it does not run.
    pub audit_unsealed: i64,
}

macro_rules! by_status {
    ($conn:expr, $table:ident) => {
        $table::table
            .group_by($table::status)
            .select(($table::status, diesel::dsl::count_star()))
            .load($conn)?
    };
}

/// Reads the overview.
///
/// # Errors
/// `Forbidden` for all but the operator.
pub fn overview(conn: &mut DbConn, actor: &Actor) -> Result<Overview, Failure> {
    policy::require(actor, Action::Operate, &Subject::default())?;
    Ok(Overview {
        migrated: conn.is_migrated()?,
        members: members::table.filter(members::status.eq("active")).count().get_result(conn)?,
        sessions: sessions::table.filter(sessions::revoked_at.is_null()).count().get_result(conn)?,
        organizations: by_status!(conn, organizations),
        challenges: by_status!(conn, challenges),
        solutions: by_status!(conn, solutions),
        matches: by_status!(conn, matches),
        mails: notices::depth(conn, actor)?,
        audit_events: audit_events::table.count().get_result(conn)?,
        audit_unsealed: audit_unsealed::table.count().get_result(conn)?,
    })
}
