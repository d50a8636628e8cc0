//! Who acts, and from where.

use std::net::IpAddr;

use crate::accounts::{
    Locale, MemberId, OrganizationId, OrganizationKind, OrganizationStatus, Role, SessionId,
};

/// Somebody who does something.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// From where.
    pub origin: Origin,
}

/// Where a request came from; written into the audit trail.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address, behind trusted proxies the forwarded one.
    pub address: Option<IpAddr>,
    /// The id of the request, as in its log lines and its problem.
    pub request_id: Option<String>,
    /// The language the reader prefers.
    pub locale: Option<Locale>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Nobody signed in.
    Public,
    /// A signed-in member.
    Member(Box<ActingMember>),
    /// The holder of a single-use link that was mailed.
    Link,
    /// The service itself, e.g. at a deadline.
    System,
    /// Somebody at the command line of the machine.
    CommandLine,
}

/// What the policy knows of a signed-in member, read anew for each request so that a change of role or a
/// suspension acts at once (ASVS 7.4.2, 8.3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingMember {
    /// The person.
    pub member: MemberId,
    /// The session that carries the request.
    pub session: SessionId,
    /// The person's role in the organization.
    pub role: Role,
    /// The person's language.
    pub locale: Locale,
    /// The organization.
    pub organization: OrganizationId,
    /// What the organization is.
    pub kind: OrganizationKind,
    /// Where the organization stands.
    pub status: OrganizationStatus,
    /// The prefecture of its place (1 to 47); `None` for bureaus and operators.
    pub prefecture: Option<u8>,
    /// The prefectures a bureau covers; empty for all others.
    pub covers: Vec<u8>,
    /// A municipality's own code (as text), or a vendor's head office.
    pub municipality_code: Option<String>,
}

impl Actor {
    /// The service itself.
    pub fn system() -> Self {
        Self { who: Who::System, origin: Origin::default() }
    }

    /// Somebody at the command line.
    pub fn command_line() -> Self {
        Self { who: Who::CommandLine, origin: Origin::default() }
    }

    /// The member, if somebody is signed in.
    pub fn member(&self) -> Option<&ActingMember> {
        match &self.who {
            Who::Member(member) => Some(member),
            _ => None,
        }
    }

    /// The language to answer in: the member's, else the reader's preference, else Japanese.
    pub fn locale(&self) -> Locale {
        self.origin.locale.or_else(|| self.member().map(|member| member.locale)).unwrap_or(Locale::Ja)
    }
}
