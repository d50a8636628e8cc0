//! How far a caller's lists reach, in a form that a query can ask the database for.

use super::{ActingMember, Actor, Who};
use crate::accounts::{OrganizationId, OrganizationKind, OrganizationStatus};
use crate::failure::Failure;

/// Which matches a caller may list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchScope {
    /// All of them.
    Everything,
    /// Those of challenges in these prefectures (1 to 47).
    Region(Vec<u8>),
    /// Those of its own challenges, and those of its own solutions from the introduction on.
    Party(OrganizationId),
}

/// The matches that `actor` may list.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn match_scope(actor: &Actor) -> Result<MatchScope, Failure> {
    let member = match &actor.who {
        Who::System | Who::CommandLine => return Ok(MatchScope::Everything),
        Who::Public | Who::Link => return Err(Failure::Unauthenticated("sign_in")),
        Who::Member(member) => member,
    };
    Ok(match (member.kind, member.status) {
        (OrganizationKind::Operator, OrganizationStatus::Approved) => MatchScope::Everything,
        (OrganizationKind::Bureau, OrganizationStatus::Approved) => MatchScope::Region(member.covers.clone()),
        _ => MatchScope::Party(member.organization),
    })
}

/// What waits at a caller's moderation desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desk {
    /// Everything.
    Everywhere,
    /// What lies in these prefectures (1 to 47).
    Region(Vec<u8>),
}

/// The moderation desk of `actor`.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in, `Forbidden` for whoever has none.
pub fn desk(actor: &Actor) -> Result<Desk, Failure> {
    let member = match &actor.who {
        Who::System | Who::CommandLine => return Ok(Desk::Everywhere),
        Who::Public | Who::Link => return Err(Failure::Unauthenticated("sign_in")),
        Who::Member(member) => member,
    };
    desk_of(member)
}

/// The moderation desk of a member.
///
/// # Errors
/// `Forbidden` for whoever has none.
pub fn desk_of(member: &ActingMember) -> Result<Desk, Failure> {
    match (member.kind, member.status) {
        (OrganizationKind::Operator, OrganizationStatus::Approved) => Ok(Desk::Everywhere),
        (OrganizationKind::Bureau, OrganizationStatus::Approved) => Ok(Desk::Region(member.covers.clone())),
        (OrganizationKind::Operator | OrganizationKind::Bureau, OrganizationStatus::Suspended) => {
            Err(Failure::Forbidden("organization_suspended"))
        }
        _ => Err(Failure::Forbidden("bureaus_only")),
    }
}
