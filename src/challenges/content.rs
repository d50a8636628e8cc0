//! What a challenge says: the typed document that is written, amended, ranked and shown.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::budget::{Budget, BudgetStatus};
use crate::fields::{Email, FieldErrors, Invalid};
use crate::policy::Openness;
use crate::reference::{Condition, MunicipalityCode, Sector, Technology};
use crate::text_enum;

pub use crate::matching::EntryStage;

/// How long before the deadline questions end unless the municipality says otherwise.
const QUESTIONS_BEFORE: Days = Days::new(7);

text_enum! {
    /// How it can be bought afterwards; declared before a pilot, because a pilot that cannot be bought dies.
    pub enum ContractRoute {
        /// 少額随契
        NegotiatedSmall = "negotiated_small",
        /// トライアル発注 (Local Autonomy Act enforcement order, article 167-2 (1) iv)
        TrialOrder = "trial_order",
        /// 公募型プロポーザル
        ProposalCompetition = "proposal_competition",
        /// 入札
        OpenTender = "open_tender",
        /// デジタルマーケットプレイス (DMP)
        DigitalMarketplace = "digital_marketplace",
        /// 共同調達
        JointProcurement = "joint_procurement",
        /// 未定
        Undecided = "undecided",
    }
}

text_enum! {
    /// Who may read it once it is open.
    #[schema(as = ChallengeVisibility)]
    pub enum Visibility {
        /// Everyone.
        Public = "public",
        /// Members of approved organizations.
        Registered = "registered",
        /// The parties of its introduced matches.
        Invited = "invited",
    }
}

impl Visibility {
    /// The same for the policy.
    pub fn openness(self) -> Openness {
        match self {
            Self::Public => Openness::Public,
            Self::Registered => Openness::Registered,
            Self::Invited => Openness::Private,
        }
    }
}

text_enum! {
    /// What makes a challenge ready: the seven success factors (domain.md section 4). A gauge, never a gate.
    #[schema(as = ChallengeReadiness)]
    pub enum Readiness {
        /// The problem is talked through and made concrete.
        TalkedThrough = "talked_through",
        /// Agreed within the organization.
        Agreed = "agreed",
        /// Partners are found: other municipalities, companies, universities.
        Partners = "partners",
        /// Residents are heard and informed.
        Residents = "residents",
        /// Goal and roles are clear.
        GoalRoles = "goal_roles",
        /// Communication in and out is arranged.
        Communication = "communication",
        /// Fast decisions and a PDCA cycle are arranged.
        FastDecisions = "fast_decisions",
    }
}

/// One indicator by which the municipality will judge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChallengeIndicator)]
pub struct Indicator {
    /// What is measured.
    pub indicator: String,
    /// Where it is now.
    pub baseline: Option<f64>,
    /// Where it shall be.
    pub target: Option<f64>,
    /// In what.
    pub unit: String,
}

/// Whom to write to. Name and mail are personal data: shown to the parties of an introduced match only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// The department in charge.
    pub department: String,
    /// A person.
    pub name: Option<String>,
    /// Folded as in [`Email`].
    pub email: Option<String>,
}

/// The document. Empty text and empty lists mean that nothing was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// 題名, one line.
    pub title: String,
    /// 概要
    pub summary: String,
    /// 背景
    pub background: String,
    /// 現状
    pub current_state: String,
    /// 目指す姿
    pub desired_state: String,
    /// The indicators, at most 10.
    pub outcomes: Vec<Indicator>,
    /// One to three leaves once submitted.
    pub sectors: Vec<Sector>,
    /// Technologies wanted.
    pub technologies: Vec<Technology>,
    /// What makes the site hard.
    pub conditions: Vec<Condition>,
    /// Technologies available on site.
    pub infrastructure: Vec<Technology>,
    /// Where it wants to begin.
    pub entry_stage: Option<EntryStage>,
    /// The money.
    pub budget: Budget,
    /// What the municipality brings: field, data, staff, residents.
    pub cooperation: String,
    /// What must not happen, what is fixed.
    pub constraints: String,
    /// How it can be bought afterwards.
    pub contract_route: Option<ContractRoute>,
    /// Who may read it.
    pub visibility: Visibility,
    /// Whether the municipality stays unnamed until it is introduced.
    pub anonymous: bool,
    /// Which success factors are in place.
    pub readiness: Vec<Readiness>,
    /// Other municipalities that post it together with this one.
    pub joint_municipalities: Vec<MunicipalityCode>,
    /// The last day for proposals, until 24:00 in Japan; `None` has no closing.
    pub proposals_due: Option<NaiveDate>,
    /// The last day for questions, until 24:00 in Japan; `None` follows from the deadline ([`Content::questions_end`]).
    pub questions_due: Option<NaiveDate>,
    /// The wished first day.
    pub start_from: Option<NaiveDate>,
    /// Whom to write to.
    pub contact: Option<Contact>,
}

impl Content {
    /// Whether everything stands there that a bureau, and then the vendors, need: all that is missing at once.
    ///
    /// # Errors
    /// `required` at every field that is missing.
    pub fn complete(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::new();
        let mut ask = |missing: bool, pointer: &str| {
            if missing {
                errors.add(pointer, Invalid::new("required"));
            }
        };
        ask(self.summary.is_empty(), "/summary");
        ask(self.background.is_empty(), "/background");
        ask(self.current_state.is_empty(), "/current_state");
        ask(self.desired_state.is_empty(), "/desired_state");
        ask(self.sectors.is_empty(), "/sectors");
        ask(self.entry_stage.is_none(), "/entry_stage");
        ask(self.budget.status.is_none(), "/budget/status");
        if self.budget.status.is_some_and(|status| status != BudgetStatus::NoneYet) {
            ask(self.budget.most().is_none(), "/budget/max");
            ask(self.budget.fiscal_year.is_none(), "/budget/fiscal_year");
        }
        ask(self.contract_route.is_none(), "/contract_route");
        errors.into_result()
    }

    /// The last day for questions: the one that was said, else seven days before the deadline for proposals, so that
    /// the answers can still be worked in. `None` has no closing of its own.
    pub fn questions_end(&self) -> Option<NaiveDate> {
        let usual = |due: NaiveDate| due.checked_sub_days(QUESTIONS_BEFORE).unwrap_or(due);
        self.questions_due.or(self.proposals_due.map(usual))
    }

    /// Whether the deadline is still ahead on the day `today` in Japan.
    ///
    /// # Errors
    /// `deadline_past` (today).
    pub fn due_ahead(&self, today: NaiveDate) -> Result<(), FieldErrors> {
        match self.proposals_due {
            Some(due) if due < today => {
                Err(FieldErrors::one("/proposals_due", Invalid::new("deadline_past").with("today", today)))
            }
            _ => Ok(()),
        }
    }

    /// Whether it can be put before the bureau, and opened: complete, and its deadline ahead.
    ///
    /// # Errors
    /// Everything that is missing or past.
    pub fn ready(&self, today: NaiveDate) -> Result<(), FieldErrors> {
        let mut errors = self.complete().err().unwrap_or_default();
        if let Err(past) = self.due_ahead(today) {
            for (pointer, invalid) in past.iter() {
                errors.add(pointer, invalid.clone());
            }
        }
        errors.into_result()
    }

    /// The document under the names of the API: what a merge patch is laid over.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn document(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    /// The names of the fields in which two documents differ.
    pub fn changed_fields(&self, after: &Self) -> Vec<String> {
        let (Ok(Value::Object(before)), Ok(Value::Object(after))) = (self.document(), after.document())
        else {
            return Vec::new();
        };
        after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value))
            .map(|(name, _)| name.clone())
            .collect()
    }
}

impl Contact {
    /// A contact from checked parts.
    pub fn new(department: String, name: Option<String>, email: Option<Email>) -> Self {
        Self { department, name, email: email.map(|email| email.to_string()) }
    }
}
