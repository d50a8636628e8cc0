//! Organizations and their members: who they are, how they sign in, who lets them act.
//!
//! An organization comes in by [`sign_up`](crate::accounts) and waits for its bureau, unless its first member
//! writes from a mail domain that the bureau listed for that municipality; bureaus and operators come from the
//! command line. Members come in with their organization, by invitation, or by asking its admins. A password
//! opens a session; a session gives short access tokens, and carries on by rotating refresh tokens.

pub mod access_token;
pub mod api;
pub mod enrol;
mod forms;
mod invitations;
pub mod links;
pub mod mail_domains;
mod members;
mod model;
mod organizations;
pub mod pages;
pub mod passwords;
mod prune;
mod recovery;
mod secret;
mod seed;
pub mod session;
mod sessions;
mod sign_in;
pub mod sign_in_pages;
mod sign_up;
mod sign_up_form;
mod standing;
mod store;
mod throttle;
mod view;

pub use enrol::{NewMember, NewOrganization, add_member, enrol};
pub use members::{Person, people};
pub use model::{
    Channel, InvitationId, Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind,
    OrganizationStatus, Role, SessionId, SignUpId, VendorType,
};
pub use organizations::{Introduction, introduction, let_in, take_back};
pub use prune::prune;
pub use secret::Secret;
pub use seed::{OPERATOR, seed};
pub use store::{Standing, bureau};
