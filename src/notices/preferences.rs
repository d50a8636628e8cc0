//! Which messages a member wants by mail, and when. Pure: no HTTP, no SQL.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Kind;
use crate::fields::{FieldErrors, Invalid};
use crate::text_enum;

text_enum! {
    /// What a member chooses for as a whole. Security mail belongs to none and always goes out.
    pub enum Category {
        /// The standing of one's organization and who joins it.
        Organization = "organization",
        /// One's challenges, and those one has a match with.
        Challenges = "challenges",
        /// One's solutions.
        Solutions = "solutions",
        /// Requests to confirm a deployment.
        Confirmations = "confirmations",
        /// Answers about one's deployments.
        Deployments = "deployments",
        /// New and introduced matches.
        Matches = "matches",
        /// Questions, proposals and invitations to propose.
        Proposals = "proposals",
        /// Rounds of a bureau, and one's sessions.
        Rounds = "rounds",
        /// What happened to what one follows.
        Watches = "watches",
        /// What waits at a bureau's desk.
        Moderation = "moderation",
    }
}

text_enum! {
    /// When mails of a category go out.
    pub enum Frequency {
        /// At once.
        Instant = "instant",
        /// In one mail at 8:00 in Japan.
        Daily = "daily",
        /// In one mail on Monday at 8:00 in Japan.
        Weekly = "weekly",
        /// Never; the notice stands in the app only.
        Off = "off",
    }
}

impl Category {
    /// The category of a kind; `None` for security mail, and for digests, which hold several.
    pub fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::VerifyEmail
            | Kind::AccountExists
            | Kind::Invitation
            | Kind::PasswordReset
            | Kind::PasswordChanged
            | Kind::Digest => None,
            Kind::JoinRequested
            | Kind::JoinAnswered
            | Kind::OrganizationApproved
            | Kind::OrganizationReturned
            | Kind::OrganizationSuspended => Some(Self::Organization),
            Kind::ChallengeReturned
            | Kind::ChallengePublished
            | Kind::ChallengeAmended
            | Kind::ChallengeClosingSoon => Some(Self::Challenges),
            Kind::SolutionReturned | Kind::SolutionPublished | Kind::SolutionSuspended => {
                Some(Self::Solutions)
            }
            Kind::ConfirmDeployment | Kind::ConfirmChallenge => Some(Self::Confirmations),
            Kind::DeploymentAnswered => Some(Self::Deployments),
            Kind::NewMatch
            | Kind::MatchIntroduced
            | Kind::MatchAnswered
            | Kind::FieldPublished
            | Kind::FieldReturned
            | Kind::FieldOffered
            | Kind::FieldAnswered => Some(Self::Matches),
            Kind::QuestionAsked
            | Kind::QuestionAnswered
            | Kind::QuestionHidden
            | Kind::QuestionsUnanswered
            | Kind::ProposalReceipt
            | Kind::PartnerInvited
            | Kind::PartnerAnswered
            | Kind::ProposalsOpened
            | Kind::ProposalShortlisted
            | Kind::ProposalSelected
            | Kind::ProposalDeclined
            | Kind::ProposalWithdrawn
            | Kind::ProposalsUnanswered
            | Kind::InvitedToPropose => Some(Self::Proposals),
            Kind::RoundAnnounced
            | Kind::RoundSurvey
            | Kind::RoundTurned
            | Kind::RoundChanged
            | Kind::RoundCancelled
            | Kind::SessionAssigned
            | Kind::SessionChanged
            | Kind::SessionCancelled
            | Kind::SessionOutcome
            | Kind::ChallengeAnswered => Some(Self::Rounds),
            Kind::ConfirmWatch | Kind::WatchNews => Some(Self::Watches),
            Kind::OrganizationWaiting | Kind::ModerationDigest => Some(Self::Moderation),
        }
    }

    /// What may be chosen: a mail that asks for an action is never put into a digest (contract), and every watch says
    /// for itself how often it is told.
    pub(super) fn allows(self, frequency: Frequency) -> bool {
        match self {
            Self::Confirmations | Self::Watches => matches!(frequency, Frequency::Instant | Frequency::Off),
            _ => true,
        }
    }

    fn allowed(self) -> String {
        let names = Frequency::ALL.iter().filter(|one| self.allows(**one)).map(|one| one.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// What holds until the member chooses.
    fn unless_chosen(self) -> Frequency {
        match self {
            Self::Moderation => Frequency::Daily,
            _ => Frequency::Instant,
        }
    }
}

/// A member's choice for every category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preferences {
    organization: Frequency,
    challenges: Frequency,
    solutions: Frequency,
    /// `instant` or `off`.
    confirmations: Frequency,
    deployments: Frequency,
    matches: Frequency,
    proposals: Frequency,
    rounds: Frequency,
    /// `instant` (as often as each watch says) or `off`.
    watches: Frequency,
    /// The overview of the desk comes daily also with `instant`.
    moderation: Frequency,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            organization: Category::Organization.unless_chosen(),
            challenges: Category::Challenges.unless_chosen(),
            solutions: Category::Solutions.unless_chosen(),
            confirmations: Category::Confirmations.unless_chosen(),
            deployments: Category::Deployments.unless_chosen(),
            matches: Category::Matches.unless_chosen(),
            proposals: Category::Proposals.unless_chosen(),
            rounds: Category::Rounds.unless_chosen(),
            watches: Category::Watches.unless_chosen(),
            moderation: Category::Moderation.unless_chosen(),
        }
    }
}

impl Preferences {
    /// Reads what is stored; a category that is missing or unreadable has its default, so that no stored value
    /// can keep a message from going out.
    pub fn stored(document: &Value) -> Self {
        let mut preferences = Self::default();
        for category in Category::ALL {
            let name = document.get(category.as_str()).and_then(Value::as_str);
            if let Some(frequency) = name.and_then(|name| Frequency::parse(name).ok())
                && category.allows(frequency)
            {
                preferences.choose(*category, frequency);
            }
        }
        preferences
    }

    /// The choice for a category.
    pub fn of(&self, category: Category) -> Frequency {
        match category {
            Category::Organization => self.organization,
            Category::Challenges => self.challenges,
            Category::Solutions => self.solutions,
            Category::Confirmations => self.confirmations,
            Category::Deployments => self.deployments,
            Category::Matches => self.matches,
            Category::Proposals => self.proposals,
            Category::Rounds => self.rounds,
            Category::Watches => self.watches,
            Category::Moderation => self.moderation,
        }
    }

    fn choose(&mut self, category: Category, frequency: Frequency) {
        let place = match category {
            Category::Organization => &mut self.organization,
            Category::Challenges => &mut self.challenges,
            Category::Solutions => &mut self.solutions,
            Category::Confirmations => &mut self.confirmations,
            Category::Deployments => &mut self.deployments,
            Category::Matches => &mut self.matches,
            Category::Proposals => &mut self.proposals,
            Category::Rounds => &mut self.rounds,
            Category::Watches => &mut self.watches,
            Category::Moderation => &mut self.moderation,
        };
        *place = frequency;
    }

    /// The same choices with a category switched off.
    #[must_use]
    pub fn without(mut self, category: Category) -> Self {
        self.choose(category, Frequency::Off);
        self
    }

    /// The same choices without anything that comes in digests.
    #[must_use]
    pub fn without_digests(mut self) -> Self {
        for category in Category::ALL {
            if matches!(self.of(*category), Frequency::Daily | Frequency::Weekly) {
                self.choose(*category, Frequency::Off);
            }
        }
        self
    }

    /// The same choices changed by a JSON merge patch (RFC 7396): `null` brings the default back.
    ///
    /// # Errors
    /// Every member that is no category or no choice of its category.
    pub fn patched(mut self, patch: &Map<String, Value>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        for (name, value) in patch {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let Ok(category) = Category::parse(name) else {
                errors.add(pointer, Invalid::new("unknown_field"));
                continue;
            };
            if let Some(frequency) = errors.keep(pointer, choice(category, value)) {
                self.choose(category, frequency);
            }
        }
        errors.into_result()?;
        Ok(self)
    }
}

fn choice(category: Category, value: &Value) -> Result<Frequency, Invalid> {
    let refused = || Invalid::new("unknown_value").with("allowed", category.allowed());
    match value {
        Value::Null => Ok(category.unless_chosen()),
        Value::String(name) => {
            Frequency::parse(name).ok().filter(|frequency| category.allows(*frequency)).ok_or_else(refused)
        }
        _ => Err(Invalid::new("wrong_type").with("expected", "string")),
    }
}

/// How a message reaches a member besides the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// By a mail of its own, now.
    Mail,
    /// In the next digest of that rhythm.
    Digest(Rhythm),
    /// Not at all.
    AppOnly,
}

/// How often digests go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Every day.
    Daily,
    /// Every Monday.
    Weekly,
}

/// The way of a message of `kind` to a member with these preferences.
pub fn route(kind: Kind, preferences: &Preferences) -> Route {
    let Some(category) = Category::of(kind) else { return Route::Mail };
    match preferences.of(category) {
        Frequency::Off => Route::AppOnly,
        Frequency::Instant => Route::Mail,
        Frequency::Daily | Frequency::Weekly if kind.is_urgent() => Route::Mail,
        Frequency::Daily => Route::Digest(Rhythm::Daily),
        Frequency::Weekly => Route::Digest(Rhythm::Weekly),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patch(document: &Value) -> Result<Preferences, FieldErrors> {
        Preferences::default().patched(document.as_object().expect("an object"))
    }

    #[test]
    fn every_choice_leads_a_notice_its_way() {
        let chosen = |name| patch(&json!({"matches": name})).expect("a choice");
        assert_eq!(route(Kind::NewMatch, &chosen("instant")), Route::Mail);
        assert_eq!(route(Kind::NewMatch, &chosen("daily")), Route::Digest(Rhythm::Daily));
        assert_eq!(route(Kind::NewMatch, &chosen("weekly")), Route::Digest(Rhythm::Weekly));
        assert_eq!(route(Kind::NewMatch, &chosen("off")), Route::AppOnly);
    }

    #[test]
    fn security_mail_goes_out_whatever_is_chosen() {
        let mut nothing = Preferences::default();
        for category in Category::ALL {
            nothing = nothing.without(*category);
        }
        for kind in Kind::ALL.iter().filter(|kind| kind.is_security()) {
            assert_eq!(route(*kind, &nothing), Route::Mail, "{kind}");
        }
    }

    #[test]
    fn a_request_to_confirm_is_never_put_into_a_digest() {
        for name in ["daily", "weekly"] {
            let errors = patch(&json!({"confirmations": name})).expect_err("refused").to_string();
            assert_eq!(errors, "/confirmations: unknown_value allowed=instant, off");
            let stored = Preferences::stored(&json!({"confirmations": name}));
            assert_eq!(route(Kind::ConfirmDeployment, &stored), Route::Mail);
        }
    }

    #[test]
    fn every_wrong_member_of_a_patch_is_named() {
        let errors = patch(&json!({"matches": "hourly", "a/b": "off", "solutions": 1, "moderation": null}));
        assert_eq!(
            errors.expect_err("refused").to_string(),
            "/a~1b: unknown_field; /matches: unknown_value allowed=instant, daily, weekly, off; \
             /solutions: wrong_type expected=string"
        );
    }

    #[test]
    fn what_is_stored_badly_counts_as_not_chosen() {
        for document in [json!(null), json!({}), json!([]), json!({"matches": 3, "unknown": "off"})] {
            assert_eq!(Preferences::stored(&document), Preferences::default());
        }
    }

    #[test]
    fn leaving_the_digest_leaves_single_mails_alone() {
        let chosen = patch(&json!({"matches": "daily", "solutions": "weekly"})).expect("a choice");
        let left = chosen.without_digests();
        assert_eq!(left.of(Category::Matches), Frequency::Off);
        assert_eq!(left.of(Category::Solutions), Frequency::Off);
        assert_eq!(left.of(Category::Challenges), Frequency::Instant);
    }
}
