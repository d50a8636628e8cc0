//! Organizations and their members: who they are, how they sign in, who lets them act.

mod model;

pub use model::{
    Channel, InvitationId, Locale, MemberId, MemberStatus, OrganizationId, OrganizationKind,
    OrganizationStatus, Role, SessionId, SignUpId, VendorType,
};
