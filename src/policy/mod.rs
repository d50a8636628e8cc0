//! The one module that decides who may do what (domain.md section 5). Pure: no HTTP, no SQL.
//!
//! Handlers and actions describe the deed and the thing it touches and ask [`decide`]; none of them compares
//! roles or kinds itself. What a person may not see is [`Verdict::Hide`] (404); what they may see but not do
//! is [`Verdict::Deny`] (403, with the reason).

mod actor;
mod reach;
mod sight;
#[cfg(test)]
mod tests;

use crate::accounts::{OrganizationId, OrganizationKind, OrganizationStatus, Role};
use crate::failure::Failure;

pub use actor::{ActingMember, Actor, Origin, Who};
pub use reach::{Desk, MatchScope, desk, desk_of, match_scope};
pub use sight::{Sight, sight};

/// A kind of deed, as the permission table of domain.md names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read a challenge, solution, deployment, match or organization.
    See,
    /// Read a challenge's exact budget instead of its band.
    SeeBudgetFigures,
    /// Read who stands behind an anonymous challenge.
    SeeIdentity,
    /// Read the name and mail of a contact person.
    SeeContact,
    /// Read the moderation log of a thing.
    SeeModeration,
    /// Begin a challenge.
    WriteChallenge,
    /// Begin a challenge on behalf of a municipality (代理登録).
    WriteChallengeOnBehalf,
    /// Begin many challenges at once, from a file: a municipality its own, a bureau on behalf of its municipalities.
    ImportChallenges,
    /// Begin a solution.
    WriteSolution,
    /// Change one's own draft or published thing.
    Edit,
    /// Put one's own thing before the bureau, or take a step with it that others see.
    Submit,
    /// Publish, return, approve, dismiss, introduce, document.
    Moderate,
    /// Rank what fits a challenge or a solution.
    Rank,
    /// Bring a challenge and a solution together.
    SuggestMatch,
    /// Answer a match as one of its parties.
    AnswerMatch,
    /// Ask a question on an open challenge.
    AskQuestion,
    /// Begin a proposal to a challenge.
    Propose,
    /// Read what the panel thinks of a proposal.
    SeePanel,
    /// Score a proposal, shortlist, select or decline it.
    Judge,
    /// Say whether a deployment is true, as the holder of the link that was mailed to its municipality.
    ConfirmDeployment,
    /// Approve, reject, suspend an organization.
    DecideOrganization,
    /// Read who the members of an organization are.
    SeeMembers,
    /// Invite, remove, change the roles of members.
    ManageMembers,
    /// Change what an organization says of itself.
    ManageOrganization,
    /// Read the audit trail (which rows: [`audit_scope`]).
    SeeAudit,
    /// Begin and run a bureau's round, with its sessions.
    RunRound,
    /// Say at which slots of a round one's organization cannot.
    SayAvailability,
    /// Say what came of a session, as one of its parties or as the holder of the link that was mailed to it.
    RecordOutcome,
    /// Say, as the holder of the link that was mailed, whether a challenge that a bureau entered is wanted.
    ConfirmEntry,
    /// Follow a thing that one may see, or what a list will find; as a member, or as the holder of a mailed link.
    Watch,
    /// Begin a call for a place in which to try a solution (実証フィールド募集).
    CallForField,
    /// Raise a municipality's hand to such a call.
    OfferField,
    /// Run the service: mail queue, keys, allow-lists everywhere.
    Operate,
}

/// Who may read a thing beyond its parties and its bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Openness {
    /// Parties, bureau and operator only.
    #[default]
    Private,
    /// Also members of approved organizations.
    Registered,
    /// Everyone.
    Public,
}

/// The thing a deed touches, as far as permission depends on it.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// The organization it belongs to.
    pub owner: Option<OrganizationId>,
    /// The other party of a match.
    pub counterpart: Option<OrganizationId>,
    /// Whether the counterpart may know of it already (a match from `introduced` on).
    pub counterpart_may_know: bool,
    /// The prefecture that decides which bureau is in charge: the challenge's place, or the head office.
    pub prefecture: Option<u8>,
    /// Who may read it.
    pub openness: Openness,
    /// Whether its bureau entered it for the owner (代理登録) and so may work on it as the owner may.
    pub on_behalf: bool,
    /// Whether it is kept from everyone but the owner and its partners: also from its bureau and the operator.
    pub sealed: bool,
    /// Organizations that made it together with the owner.
    pub partners: Vec<OrganizationId>,
    /// Whether the reader declared a conflict of interest in it.
    pub conflicted: bool,
}

impl Subject {
    /// A thing of `owner` in `prefecture` that only its parties and its bureau may read.
    pub fn private(owner: OrganizationId, prefecture: Option<u8>) -> Self {
        Self { owner: Some(owner), prefecture, ..Self::default() }
    }

    /// The same thing, readable by `openness`.
    #[must_use]
    pub fn open_to(mut self, openness: Openness) -> Self {
        self.openness = openness;
        self
    }

    /// The same thing with another party.
    #[must_use]
    pub fn with_counterpart(mut self, counterpart: OrganizationId, may_know: bool) -> Self {
        self.counterpart = Some(counterpart);
        self.counterpart_may_know = may_know;
        self
    }
}

/// What the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go ahead.
    Allow,
    /// The caller may not know that it exists.
    Hide,
    /// Known, but not allowed; the code names the reason (`problem.forbidden.<code>`).
    Deny(&'static str),
    /// Nobody is signed in, and somebody would have to be.
    SignIn,
}

/// Decides.
pub fn decide(who: &Who, action: Action, subject: &Subject) -> Verdict {
    match who {
        Who::System | Who::CommandLine => Verdict::Allow,
        Who::Link
            if matches!(
                action,
                Action::ConfirmDeployment | Action::RecordOutcome | Action::ConfirmEntry | Action::Watch
            ) =>
        {
            Verdict::Allow
        }
        Who::Public | Who::Link => decide_for_public(action, subject),
        Who::Member(member) => decide_for_member(member, action, subject),
    }
}

/// [`decide`], as the failure a door answers with.
///
/// # Errors
/// `NotFound`, `Forbidden` or `Unauthenticated`.
pub fn require(actor: &Actor, action: Action, subject: &Subject) -> Result<(), Failure> {
    match decide(&actor.who, action, subject) {
        Verdict::Allow => Ok(()),
        Verdict::Hide => Err(Failure::NotFound),
        Verdict::Deny(reason) => {
            tracing::info!(?action, reason, "refused by policy");
            Err(Failure::Forbidden(reason))
        }
        Verdict::SignIn => Err(Failure::Unauthenticated("sign_in")),
    }
}

/// Whether [`decide`] allows it.
pub fn allows(actor: &Actor, action: Action, subject: &Subject) -> bool {
    decide(&actor.who, action, subject) == Verdict::Allow
}

/// Which rows of the audit trail a caller may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditScope {
    /// All of them.
    Everything,
    /// Those of these prefectures, and those of the own organization.
    Region(Vec<u8>, OrganizationId),
    /// Those of the own organization's members.
    Own(OrganizationId),
}

/// The rows of the audit trail that `actor` may read.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn audit_scope(actor: &Actor) -> Result<AuditScope, Failure> {
    match &actor.who {
        Who::System | Who::CommandLine => Ok(AuditScope::Everything),
        Who::Public | Who::Link => Err(Failure::Unauthenticated("sign_in")),
        Who::Member(member) => Ok(match member.kind {
            OrganizationKind::Operator => AuditScope::Everything,
            OrganizationKind::Bureau => AuditScope::Region(member.covers.clone(), member.organization),
            OrganizationKind::Municipality | OrganizationKind::Vendor => AuditScope::Own(member.organization),
        }),
    }
}

fn decide_for_public(action: Action, subject: &Subject) -> Verdict {
    match (action, subject.openness) {
        (Action::See, Openness::Public) => Verdict::Allow,
        (Action::See, Openness::Registered | Openness::Private) => Verdict::Hide,
        _ => Verdict::SignIn,
    }
}

fn decide_for_member(member: &ActingMember, action: Action, subject: &Subject) -> Verdict {
    if action != Action::See && needs_a_thing(action) && !may_see(member, subject) {
        return Verdict::Hide;
    }
    if subject.conflicted {
        return Verdict::Deny("conflict_declared");
    }
    match action {
        Action::See if may_see(member, subject) => Verdict::Allow,
        Action::See => Verdict::Hide,
        Action::SeeBudgetFigures => budget_figures(member, subject),
        Action::WriteChallenge => writer_of(member, OrganizationKind::Municipality, "municipalities_only"),
        Action::WriteSolution => writer_of(member, OrganizationKind::Vendor, "vendors_only"),
        Action::WriteChallengeOnBehalf if member.kind == OrganizationKind::Bureau => {
            in_charge(member, subject)
        }
        Action::WriteChallengeOnBehalf => Verdict::Deny("bureaus_only"),
        Action::ImportChallenges => match member.kind {
            OrganizationKind::Municipality => writes(member),
            OrganizationKind::Bureau => acts(member),
            OrganizationKind::Vendor | OrganizationKind::Operator => {
                Verdict::Deny("municipalities_or_bureaus")
            }
        },
        Action::SeeIdentity if knows(member, subject) => Verdict::Allow,
        Action::SeeIdentity => Verdict::Deny("parties_only"),
        Action::SeeContact if knows(member, subject) => not_barred(member),
        Action::SeeContact => Verdict::Deny("parties_only"),
        Action::SeeModeration => ranks(member, subject),
        Action::Edit if owns(member, subject) => writes(member),
        Action::Edit | Action::Submit if subject.on_behalf && covers(member, subject) => acts(member),
        Action::Edit => Verdict::Deny("owner_only"),
        Action::Submit if owns(member, subject) => acts(member),
        Action::Submit => Verdict::Deny("owner_only"),
        Action::Moderate | Action::DecideOrganization => in_charge(member, subject),
        // What a vendor's ranking says of prices against budgets tells the budgets.
        Action::Rank if member.kind == OrganizationKind::Vendor && owns(member, subject) => approved(member),
        Action::Rank => ranks(member, subject),
        Action::SuggestMatch if owns(member, subject) => acts(member),
        Action::SuggestMatch => in_charge(member, subject),
        Action::AnswerMatch if owns(member, subject) || is_counterpart(member, subject) => acts(member),
        Action::AnswerMatch => Verdict::Deny("parties_only"),
        Action::AskQuestion | Action::Propose if member.kind == OrganizationKind::Vendor => acts(member),
        Action::AskQuestion | Action::Propose => Verdict::Deny("vendors_propose"),
        Action::SeePanel if is_counterpart(member, subject) => not_barred(member),
        Action::Judge if is_counterpart(member, subject) => acts(member),
        Action::SeePanel | Action::Judge => Verdict::Deny("panel_only"),
        Action::ConfirmDeployment => confirms(member, subject),
        Action::RunRound => in_charge(member, subject),
        Action::SayAvailability if takes_part(member) => acts(member),
        Action::SayAvailability => Verdict::Deny("parties_only"),
        Action::RecordOutcome if owns(member, subject) || is_counterpart(member, subject) => acts(member),
        Action::RecordOutcome => Verdict::Deny("parties_only"),
        Action::ConfirmEntry if owns(member, subject) => acts(member),
        Action::ConfirmEntry => Verdict::Deny("owner_only"),
        Action::SeeMembers => sees_members(member, subject),
        Action::ManageMembers => manages_members(member, subject),
        Action::ManageOrganization if owns(member, subject) => manages_members(member, subject),
        Action::ManageOrganization => in_charge(member, subject),
        Action::CallForField => writer_of(member, OrganizationKind::Vendor, "vendors_call_for_fields"),
        Action::OfferField if member.kind == OrganizationKind::Municipality => acts(member),
        Action::OfferField => Verdict::Deny("municipalities_offer_fields"),
        Action::SeeAudit | Action::Watch => Verdict::Allow,
        Action::Operate if member.kind == OrganizationKind::Operator => writes(member),
        Action::Operate => Verdict::Deny("operators_only"),
    }
}

/// Whether the deed concerns one existing thing that might have to be hidden.
fn needs_a_thing(action: Action) -> bool {
    !matches!(
        action,
        Action::WriteChallenge
            | Action::WriteSolution
            | Action::WriteChallengeOnBehalf
            | Action::ImportChallenges
            | Action::ConfirmDeployment
            | Action::SeeAudit
            | Action::SayAvailability
            | Action::Watch
            | Action::CallForField
            | Action::Operate
    )
}

fn owns(member: &ActingMember, subject: &Subject) -> bool {
    subject.owner == Some(member.organization)
}

fn is_counterpart(member: &ActingMember, subject: &Subject) -> bool {
    subject.counterpart == Some(member.organization) && subject.counterpart_may_know
}

/// Municipalities and vendors meet in sessions.
fn takes_part(member: &ActingMember) -> bool {
    matches!(member.kind, OrganizationKind::Municipality | OrganizationKind::Vendor)
}

/// A bureau in its prefectures, or the operator everywhere.
fn covers(member: &ActingMember, subject: &Subject) -> bool {
    match member.kind {
        _ if subject.sealed => false,
        OrganizationKind::Operator => true,
        OrganizationKind::Bureau => {
            subject.prefecture.is_some_and(|prefecture| member.covers.contains(&prefecture))
        }
        OrganizationKind::Municipality | OrganizationKind::Vendor => false,
    }
}

/// The owner, an introduced party, or the bureau in charge.
fn knows(member: &ActingMember, subject: &Subject) -> bool {
    let approved = member.status == OrganizationStatus::Approved;
    owns(member, subject)
        || is_counterpart(member, subject)
        || subject.partners.contains(&member.organization)
        || (approved && covers(member, subject))
}

fn may_see(member: &ActingMember, subject: &Subject) -> bool {
    knows(member, subject)
        || match subject.openness {
            Openness::Public => true,
            Openness::Registered => member.status == OrganizationStatus::Approved,
            Openness::Private => false,
        }
}

/// May change things of the own organization: editors, while it is not suspended or rejected.
fn writes(member: &ActingMember) -> Verdict {
    match (member.role, member.status) {
        (Role::Viewer, _) => Verdict::Deny("viewers_read_only"),
        (_, OrganizationStatus::Suspended) => Verdict::Deny("organization_suspended"),
        (_, OrganizationStatus::Rejected) => Verdict::Deny("organization_rejected"),
        _ => Verdict::Allow,
    }
}

/// Keeps what was told to the organization from it while a bureau has stopped it.
fn not_barred(member: &ActingMember) -> Verdict {
    match member.status {
        OrganizationStatus::Suspended => Verdict::Deny("organization_suspended"),
        OrganizationStatus::Rejected => Verdict::Deny("organization_rejected"),
        OrganizationStatus::Pending | OrganizationStatus::Approved => Verdict::Allow,
    }
}

/// The organization is approved, whatever the member's role.
fn approved(member: &ActingMember) -> Verdict {
    match (not_barred(member), member.status) {
        (Verdict::Allow, OrganizationStatus::Pending) => Verdict::Deny("organization_pending"),
        (verdict, _) => verdict,
    }
}

/// May act where others see it: as [`writes`], and the organization is approved.
fn acts(member: &ActingMember) -> Verdict {
    match (writes(member), member.status) {
        (Verdict::Allow, OrganizationStatus::Pending) => Verdict::Deny("organization_pending"),
        (verdict, _) => verdict,
    }
}

fn writer_of(member: &ActingMember, kind: OrganizationKind, reason: &'static str) -> Verdict {
    if member.kind == kind { writes(member) } else { Verdict::Deny(reason) }
}

fn in_charge(member: &ActingMember, subject: &Subject) -> Verdict {
    match member.kind {
        OrganizationKind::Bureau | OrganizationKind::Operator if covers(member, subject) => acts(member),
        OrganizationKind::Bureau => Verdict::Deny("outside_region"),
        _ => Verdict::Deny("bureaus_only"),
    }
}

fn ranks(member: &ActingMember, subject: &Subject) -> Verdict {
    let reads = member.status == OrganizationStatus::Approved || owns(member, subject);
    if reads && (owns(member, subject) || covers(member, subject)) {
        Verdict::Allow
    } else if member.kind == OrganizationKind::Bureau {
        Verdict::Deny("outside_region")
    } else {
        Verdict::Deny("owner_only")
    }
}

fn budget_figures(member: &ActingMember, subject: &Subject) -> Verdict {
    let approved = member.status == OrganizationStatus::Approved;
    let allowed = owns(member, subject)
        || match member.kind {
            OrganizationKind::Vendor => approved,
            OrganizationKind::Municipality => approved && subject.openness != Openness::Private,
            OrganizationKind::Bureau | OrganizationKind::Operator => approved,
        };
    if allowed { Verdict::Allow } else { Verdict::Deny("approved_organizations_only") }
}

/// The link says that its holder was asked; being signed in as somebody who may not answer undoes that.
fn confirms(member: &ActingMember, subject: &Subject) -> Verdict {
    match member.kind {
        _ if owns(member, subject) => Verdict::Deny("own_deployment"),
        OrganizationKind::Municipality => Verdict::Allow,
        _ => Verdict::Deny("municipalities_confirm"),
    }
}

/// Colleagues, and whoever decides on the organization.
fn sees_members(member: &ActingMember, subject: &Subject) -> Verdict {
    let in_charge = member.status == OrganizationStatus::Approved && covers(member, subject);
    if owns(member, subject) || in_charge { Verdict::Allow } else { Verdict::Deny("owner_only") }
}

fn manages_members(member: &ActingMember, subject: &Subject) -> Verdict {
    match (member.kind, member.role) {
        (OrganizationKind::Operator, _) => writes(member),
        (_, Role::Admin) if owns(member, subject) => writes(member),
        (_, _) if owns(member, subject) => Verdict::Deny("admins_only"),
        _ => Verdict::Deny("owner_only"),
    }
}
