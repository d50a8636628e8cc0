//! Organizations and their members: who they are, how they sign in, who lets them act.

pub mod access_token;
mod model;
mod secret;
pub mod session;

pub use model::{
    Channel, InvitationId, Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind,
    OrganizationStatus, Role, SessionId, SignUpId, VendorType,
};
pub use secret::Secret;
