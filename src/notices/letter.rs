//! What a message says, before it is put into words.

use uuid::Uuid;

use crate::accounts::{Locale, Secret};
use crate::appointments::Method;
use crate::locales;
use crate::text_enum;

text_enum! {
    /// The kinds of message on this road. The words of each stand in `locales/mails.*.toml` under its name.
    pub enum Kind {
        /// Verify your address (sign-up).
        VerifyEmail = "verify_email",
        /// Somebody signed up with an address that already has an account.
        AccountExists = "account_exists",
        /// A colleague invites you.
        Invitation = "invitation",
        /// Reset your password.
        PasswordReset = "password_reset",
        /// Your password was changed.
        PasswordChanged = "password_changed",
        /// Somebody asks to join your organization.
        JoinRequested = "join_requested",
        /// Your request to join was answered.
        JoinAnswered = "join_answered",
        /// An organization waits for your bureau.
        OrganizationWaiting = "organization_waiting",
        /// Your organization may act now.
        OrganizationApproved = "organization_approved",
        /// Your organization was not approved.
        OrganizationReturned = "organization_returned",
        /// Your organization was suspended.
        OrganizationSuspended = "organization_suspended",
        /// Your challenge came back with comments.
        ChallengeReturned = "challenge_returned",
        /// Your challenge is open.
        ChallengePublished = "challenge_published",
        /// A challenge you have a match with was amended.
        ChallengeAmended = "challenge_amended",
        /// Your challenge closes in three days.
        ChallengeClosingSoon = "challenge_closing_soon",
        /// Your solution came back with comments.
        SolutionReturned = "solution_returned",
        /// Your solution is in the catalogue.
        SolutionPublished = "solution_published",
        /// Your solution was taken out of the catalogue.
        SolutionSuspended = "solution_suspended",
        /// A new solution fits your challenge, or a new challenge fits your solution.
        NewMatch = "new_match",
        /// A bureau introduces you.
        MatchIntroduced = "match_introduced",
        /// The other side of a match of yours has answered, or has ended it.
        MatchAnswered = "match_answered",
        /// Please confirm this deployment (導入実績).
        ConfirmDeployment = "confirm_deployment",
        /// A deployment of yours was answered by its municipality.
        DeploymentAnswered = "deployment_answered",
        /// A vendor asks about your challenge.
        QuestionAsked = "question_asked",
        /// A question on a challenge you asked about, or have a match with, was answered.
        QuestionAnswered = "question_answered",
        /// Your question was hidden by the bureau.
        QuestionHidden = "question_hidden",
        /// Questions on your challenge wait for an answer.
        QuestionsUnanswered = "questions_unanswered",
        /// A version of your proposal was received, with its hash.
        ProposalReceipt = "proposal_receipt",
        /// A vendor asks you to propose together.
        PartnerInvited = "partner_invited",
        /// A partner of your proposal answered.
        PartnerAnswered = "partner_answered",
        /// The proposals to a challenge were opened.
        ProposalsOpened = "proposals_opened",
        /// Your proposal is on the shortlist.
        ProposalShortlisted = "proposal_shortlisted",
        /// Your proposal was selected.
        ProposalSelected = "proposal_selected",
        /// Your proposal was declined, with the reason.
        ProposalDeclined = "proposal_declined",
        /// A proposal to your challenge was withdrawn after the deadline.
        ProposalWithdrawn = "proposal_withdrawn",
        /// Proposals to your challenge wait for an answer.
        ProposalsUnanswered = "proposals_unanswered",
        /// A municipality or bureau asks you to propose.
        InvitedToPropose = "invited_to_propose",
        /// A bureau announces a round.
        RoundAnnounced = "round_announced",
        /// What does your municipality need?
        RoundSurvey = "round_survey",
        /// A window of a round opened or closed.
        RoundTurned = "round_turned",
        /// The windows of a round have moved.
        RoundChanged = "round_changed",
        /// A round was called off.
        RoundCancelled = "round_cancelled",
        /// You have a session.
        SessionAssigned = "session_assigned",
        /// Your session has moved.
        SessionChanged = "session_changed",
        /// Your session was called off.
        SessionCancelled = "session_cancelled",
        /// What came of your session?
        SessionOutcome = "session_outcome",
        /// A bureau entered a challenge for your municipality: is it wanted?
        ConfirmChallenge = "confirm_challenge",
        /// A municipality answered whether it wants a challenge that was entered for it.
        ChallengeAnswered = "challenge_answered",
        /// Your call for a field is open.
        FieldPublished = "field_published",
        /// Your call for a field came back with comments.
        FieldReturned = "field_returned",
        /// A municipality raised its hand to your call, or took it back.
        FieldOffered = "field_offered",
        /// A hand that was raised to a call was answered.
        FieldAnswered = "field_answered",
        /// Do you want to follow this? To an address without an account.
        ConfirmWatch = "confirm_watch",
        /// What happened to what you follow.
        WatchNews = "watch_news",
        /// What waits at the moderation desk.
        ModerationDigest = "moderation_digest",
        /// Notices of a day or a week in one mail.
        Digest = "digest",
    }
}

impl Kind {
    /// Whether a person waits in front of the screen for this mail: it is never digested, never switched off,
    /// and leaves at once.
    pub fn is_urgent(self) -> bool {
        self.is_security()
            || matches!(
                self,
                Self::ConfirmDeployment
                    | Self::ProposalReceipt
                    | Self::PartnerInvited
                    | Self::SessionOutcome
                    | Self::ConfirmChallenge
                    | Self::ConfirmWatch
            )
    }

    /// Whether nobody but the recipient may learn that it was sent: who gets it tells who proposes, or who asked.
    pub fn is_sealed(self) -> bool {
        matches!(
            self,
            Self::ProposalReceipt
                | Self::PartnerInvited
                | Self::PartnerAnswered
                | Self::QuestionAnswered
                | Self::ChallengeAmended
        )
    }

    /// Security mail carries no unsubscribe link (experience.md).
    pub fn is_security(self) -> bool {
        matches!(
            self,
            Self::VerifyEmail
                | Self::AccountExists
                | Self::Invitation
                | Self::PasswordReset
                | Self::PasswordChanged
        )
    }
}

/// Where the one link of a message leads.
#[derive(Debug, Clone)]
pub enum Link {
    /// A page of the service, as a path.
    Page(String),
    /// A page that acts with a single-use token: `path?token=…`.
    Secret {
        /// Path of the page.
        path: &'static str,
        /// The token; stored nowhere else in the clear, and erased from the queue once the mail is sent.
        token: Secret,
    },
}

impl Link {
    /// The address of the link under `public_url`.
    pub fn address(&self, public_url: &str) -> String {
        match self {
            Self::Page(path) => format!("{public_url}{path}"),
            Self::Secret { path, token } => format!("{public_url}{path}?token={}", token.reveal()),
        }
    }
}

/// One message about one thing.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What kind.
    pub kind: Kind,
    /// The thing, as in the audit trail: kind and id.
    pub about: (&'static str, Uuid),
    /// The values its sentences need, e.g. `("title", …)`. A fact whose name ends in `_key` is a locale key and
    /// is put into the reader's language; a pair `…_ja` and `…_en` is in both languages already.
    pub facts: Vec<(&'static str, String)>,
    /// Its one link.
    pub link: Link,
    /// The appointment that it brings, changes or takes away.
    pub invite: Option<Invite>,
}

/// An appointment beside a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// What the reader's calendar is asked to do.
    pub method: Method,
    /// The file (RFC 5545).
    pub file: String,
}

impl Letter {
    /// A message without facts yet.
    pub fn new(kind: Kind, about: (&'static str, Uuid), link: Link) -> Self {
        Self { kind, about, facts: Vec::new(), link, invite: None }
    }

    /// Brings an appointment along.
    #[must_use]
    pub fn inviting(mut self, invite: Invite) -> Self {
        self.invite = Some(invite);
        self
    }

    /// Adds a value for the sentences.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// Names the municipality, or whoever stands in its place, in either language.
    #[must_use]
    pub fn of_municipality(self, ja: impl Into<String>, en: impl Into<String>) -> Self {
        self.with("municipality_ja", ja).with("municipality_en", en)
    }

    /// The facts with locale keys put into words.
    pub fn facts_in(&self, locale: Locale) -> Vec<(&str, String)> {
        self.facts.iter().map(|(name, value)| in_words(locale, name, value)).collect()
    }
}

/// A fact in the reader's language: one whose name ends in `_key` loses that ending and is looked up; one whose name ends
/// in the reader's own language (`_ja`, `_en`) loses that ending.
pub(super) fn in_words<'n>(locale: Locale, name: &'n str, value: &str) -> (&'n str, String) {
    match name.rsplit_once('_') {
        Some((bare, "key")) => (bare, locales::text(locale, value, &[])),
        Some((bare, language)) if language == locale.as_str() => (bare, value.to_owned()),
        _ => (name, value.to_owned()),
    }
}
