//! The words of accounts: organizations, members, their kinds, roles and states (domain.md section 2).

use crate::{id_types, text_enum};

id_types!(
    /// An organization.
    OrganizationId,
    /// A person in an organization.
    MemberId,
    /// One signed-in device; its refresh tokens form one family.
    SessionId,
    /// A sign-up whose address is not verified yet.
    SignUpId,
    /// An invitation of a colleague.
    InvitationId,
);

text_enum! {
    /// What an organization is (団体の種別).
    pub enum OrganizationKind {
        /// One of the 1,741 municipalities or 47 prefectures.
        Municipality = "municipality",
        /// Startup, SME, large company, university, KOSEN, NPO or team.
        Vendor = "vendor",
        /// One of the 11 regional bureaus.
        Bureau = "bureau",
        /// Who runs the service.
        Operator = "operator",
    }
}

text_enum! {
    /// What kind of vendor (事業者の種別).
    pub enum VendorType {
        /// Startup.
        Startup = "startup",
        /// Small or medium-sized company.
        Sme = "sme",
        /// Large company.
        Large = "large",
        /// University or KOSEN.
        University = "university",
        /// Non-profit.
        Npo = "npo",
        /// A team without a legal body yet.
        Team = "team",
    }
}

text_enum! {
    /// Where an organization stands: pending → approved | rejected; approved ⇄ suspended.
    pub enum OrganizationStatus {
        /// Waits for its bureau.
        Pending = "pending",
        /// May act.
        Approved = "approved",
        /// May read, not act.
        Suspended = "suspended",
        /// Was not accepted; its municipality may sign up again.
        Rejected = "rejected",
    }
}

text_enum! {
    /// What a member may do in the own organization; each role includes the ones after it.
    pub enum Role {
        /// Also manages members and the organization.
        Admin = "admin",
        /// Also writes.
        Editor = "editor",
        /// Reads.
        Viewer = "viewer",
    }
}

text_enum! {
    /// Whether a member may sign in.
    pub enum MemberStatus {
        /// Yes.
        Active = "active",
        /// Asked to join; the organization's admins answer.
        Requested = "requested",
        /// No longer.
        Deactivated = "deactivated",
    }
}

text_enum! {
    /// The languages of the service.
    pub enum Locale {
        /// Japanese, the first language.
        Ja = "ja",
        /// English.
        En = "en",
    }
}

text_enum! {
    /// Which door a session came through.
    pub enum Channel {
        /// Bearer tokens.
        Api = "api",
        /// A cookie.
        Browser = "browser",
    }
}
