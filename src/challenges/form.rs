//! The form as it is sent, and the one parser that makes [`Content`] of it. Pure: all refusals at once, each with
//! the pointer of its field.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::budget::{Budget, BudgetStatus};
use super::content::{Contact, Content, ContractRoute, EntryStage, Indicator, Readiness, Visibility};
use crate::fields::{self, Email, FieldErrors, Invalid, Yen};
use crate::reference::{Condition, MunicipalityCode, Sector, Technology};

/// Bounds in characters and entries. Long enough for every real call of the bureaus, short enough to be read.
const TITLE: usize = 100;
const SUMMARY: usize = 1_000;
const PROSE: usize = 4_000;
const NAME: usize = 100;
const UNIT: usize = 20;
const SECTORS: usize = 3;
const SLUGS: usize = 15;
const INDICATORS: usize = 10;
const PROGRAMS: usize = 5;
const JOINT: usize = 30;
/// Fiscal years that can be meant: the first digital-agency budgets to the end of the century.
const FISCAL_YEARS: std::ops::RangeInclusive<i32> = 2021..=2099;
/// Indicators are counts, shares, hours, yen.
const LARGEST_MEASURE: f64 = 1e15;

/// A challenge as it is written. Only `title` is needed for a draft; everything required is asked at submit.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeForm, example = json!({
    "title": "吹雪の夜も除雪車の位置が分かるようにしたい",
    "summary": "除雪の進み具合を住民に伝えられず、苦情と問い合わせが集中する。",
    "background": "高齢化で雪かきの担い手が減った。",
    "current_state": "無線と紙の日報で把握している。",
    "desired_state": "住民が除雪の予定と済みを自分で見られること。",
    "sectors": ["infrastructure-maintenance/snow-removal"],
    "entry_stage": "pilot",
    "budget": {"min": 3_000_000, "max": 12_000_000, "running_per_year": 800_000, "status": "secured", "fiscal_year": 2027},
    "contract_route": "trial_order",
    "visibility": "public",
    "proposals_due": "2027-01-29"
}))]
pub struct Form {
    /// One line of 1 to 100 characters.
    pub title: Option<String>,
    /// Up to 1,000 characters.
    pub summary: Option<String>,
    /// Up to 4,000 characters.
    pub background: Option<String>,
    /// Up to 4,000 characters.
    pub current_state: Option<String>,
    /// Up to 4,000 characters.
    pub desired_state: Option<String>,
    /// At most 10 indicators.
    pub outcomes: Option<Vec<IndicatorForm>>,
    /// One to three leaves of the sectors.
    pub sectors: Option<Vec<String>>,
    /// Technologies wanted, at most 15.
    pub technologies: Option<Vec<String>>,
    /// Site conditions.
    pub conditions: Option<Vec<String>>,
    /// Technologies available on site, at most 15.
    pub infrastructure: Option<Vec<String>>,
    /// `planning`, `pilot` or `operation`.
    #[schema(value_type = Option<EntryStage>)]
    pub entry_stage: Option<String>,
    /// The money.
    pub budget: Option<BudgetForm>,
    /// What the municipality brings, up to 4,000 characters.
    pub cooperation: Option<String>,
    /// What is fixed, up to 4,000 characters.
    pub constraints: Option<String>,
    /// How it can be bought afterwards.
    #[schema(value_type = Option<ContractRoute>)]
    pub contract_route: Option<String>,
    /// Who may read it once it is open; `public` unless given.
    #[schema(value_type = Option<Visibility>)]
    pub visibility: Option<String>,
    /// Whether the municipality stays unnamed until it is introduced.
    pub anonymous: Option<bool>,
    /// Which of the seven success factors are in place.
    #[schema(value_type = Option<Vec<Readiness>>)]
    pub readiness: Option<Vec<String>>,
    /// Codes of other municipalities that post it together with this one.
    pub joint_municipalities: Option<Vec<String>>,
    /// The last day for proposals, until 24:00 in Japan; `null` has no closing.
    #[schema(value_type = Option<String>, format = Date)]
    pub proposals_due: Option<String>,
    /// The last day for questions, until 24:00 in Japan, not after `proposals_due`; `null` is seven days before it.
    #[schema(value_type = Option<String>, format = Date)]
    pub questions_due: Option<String>,
    /// The wished first day.
    #[schema(value_type = Option<String>, format = Date)]
    pub start_from: Option<String>,
    /// Whom to write to.
    pub contact: Option<ContactForm>,
    /// POST by a bureau only: the municipality for which it enters the challenge, by its code or organization id.
    pub on_behalf_of: Option<String>,
    /// POST only: the round of its bureau in which it takes part from the beginning.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub round: Option<String>,
    /// PATCH of an open challenge only: what was amended and why, 1 to 1,000 characters.
    pub amendment_note: Option<String>,
}

/// One indicator as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeIndicatorForm)]
pub struct IndicatorForm {
    /// What is measured, 1 to 100 characters.
    pub indicator: Option<String>,
    /// Where it is now.
    pub baseline: Option<f64>,
    /// Where it shall be.
    pub target: Option<f64>,
    /// In what, up to 20 characters.
    pub unit: Option<String>,
}

/// The budget as it is written. Amounts are whole yen as JSON integers.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeBudgetForm)]
pub struct BudgetForm {
    /// The least that is thought of.
    #[schema(value_type = Option<i64>)]
    pub min: Option<Value>,
    /// The most that can be paid for the introduction and the first year; not below `min`.
    #[schema(value_type = Option<i64>)]
    pub max: Option<Value>,
    /// What can be paid every year after.
    #[schema(value_type = Option<i64>)]
    pub running_per_year: Option<Value>,
    /// How certain it is.
    #[schema(value_type = Option<BudgetStatus>)]
    pub status: Option<String>,
    /// From 1 April of this year.
    pub fiscal_year: Option<i32>,
    /// Support programs it counts on, at most 5.
    pub programs: Option<Vec<String>>,
    /// Whether everyone sees the figures instead of the band.
    pub figures_public: Option<bool>,
}

/// Whom to write to, as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengeContactForm)]
pub struct ContactForm {
    /// The department in charge, 1 to 100 characters.
    pub department: Option<String>,
    /// A person; shown to the parties of an introduced match only.
    pub name: Option<String>,
    /// A mail address; shown to the parties of an introduced match only.
    pub email: Option<String>,
}

impl Form {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub fn parse(&self) -> Result<Content, FieldErrors> {
        let mut read = Reader { errors: FieldErrors::new() };
        let content = Content {
            title: read.title(self.title.as_deref()),
            summary: read.prose("/summary", self.summary.as_deref(), SUMMARY),
            background: read.prose("/background", self.background.as_deref(), PROSE),
            current_state: read.prose("/current_state", self.current_state.as_deref(), PROSE),
            desired_state: read.prose("/desired_state", self.desired_state.as_deref(), PROSE),
            outcomes: read.outcomes(self.outcomes.as_deref().unwrap_or_default()),
            sectors: read.list("/sectors", self.sectors.as_deref(), SECTORS, Sector::parse),
            technologies: read.list("/technologies", self.technologies.as_deref(), SLUGS, Technology::parse),
            conditions: read.list("/conditions", self.conditions.as_deref(), SLUGS, Condition::parse),
            infrastructure: read.list(
                "/infrastructure",
                self.infrastructure.as_deref(),
                SLUGS,
                Technology::parse,
            ),
            entry_stage: read.one("/entry_stage", self.entry_stage.as_deref(), EntryStage::parse),
            budget: self.budget.as_ref().map(|budget| read.budget(budget)).unwrap_or_default(),
            cooperation: read.prose("/cooperation", self.cooperation.as_deref(), PROSE),
            constraints: read.prose("/constraints", self.constraints.as_deref(), PROSE),
            contract_route: read.one("/contract_route", self.contract_route.as_deref(), ContractRoute::parse),
            visibility: read
                .one("/visibility", self.visibility.as_deref(), Visibility::parse)
                .unwrap_or(Visibility::Public),
            anonymous: self.anonymous.unwrap_or(false),
            readiness: read.list(
                "/readiness",
                self.readiness.as_deref(),
                Readiness::ALL.len(),
                Readiness::parse,
            ),
            joint_municipalities: read.list(
                "/joint_municipalities",
                self.joint_municipalities.as_deref(),
                JOINT,
                MunicipalityCode::parse,
            ),
            proposals_due: read.one("/proposals_due", self.proposals_due.as_deref(), fields::date),
            questions_due: read.one("/questions_due", self.questions_due.as_deref(), fields::date),
            start_from: read.one("/start_from", self.start_from.as_deref(), fields::date),
            contact: self.contact.as_ref().map(|contact| read.contact(contact)),
        };
        if let (Some(questions), Some(proposals)) = (content.questions_due, content.proposals_due)
            && questions > proposals
        {
            read.errors.add("/questions_due", Invalid::new("questions_after_proposals"));
        }
        read.errors.into_result()?;
        Ok(content)
    }
}

/// A note or comment of 1 to 1,000 characters.
///
/// # Errors
/// `required` when it is missing or blank, and those of [`fields::prose`].
pub fn note(text: Option<&str>) -> Result<String, Invalid> {
    let text = fields::prose(text.unwrap_or_default(), SUMMARY)?;
    if text.is_empty() { Err(Invalid::new("required")) } else { Ok(text) }
}

/// Parses field by field and collects what is wrong; a refused field leaves a blank that nobody sees.
struct Reader {
    errors: FieldErrors,
}

impl Reader {
    fn title(&mut self, text: Option<&str>) -> String {
        match text {
            Some(text) => self.errors.keep("/title", fields::line(text, TITLE)).unwrap_or_default(),
            None => {
                self.errors.add("/title", Invalid::new("required"));
                String::new()
            }
        }
    }

    fn prose(&mut self, pointer: &str, text: Option<&str>, max: usize) -> String {
        self.one(pointer, text, |text| fields::prose(text, max)).unwrap_or_default()
    }

    fn one<T>(
        &mut self,
        pointer: &str,
        text: Option<&str>,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        text.and_then(|text| self.errors.keep(pointer, parse(text)))
    }

    fn list<T: PartialEq>(
        &mut self,
        pointer: &str,
        texts: Option<&[String]>,
        most: usize,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Vec<T> {
        let texts = texts.unwrap_or_default();
        if !self.few_enough(pointer, texts.len(), most) {
            return Vec::new();
        }
        let mut values = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            match parse(text) {
                Ok(value) if values.contains(&value) => self.errors.add(pointer, Invalid::new("repeated")),
                Ok(value) => values.push(value),
                Err(invalid) => self.errors.add(pointer, invalid),
            }
        }
        values
    }

    fn few_enough(&mut self, pointer: &str, count: usize, most: usize) -> bool {
        if count > most {
            self.errors
                .add(pointer, Invalid::new("too_many_entries").with("max", most).with("actual", count));
        }
        count <= most
    }

    fn outcomes(&mut self, forms: &[IndicatorForm]) -> Vec<Indicator> {
        if !self.few_enough("/outcomes", forms.len(), INDICATORS) {
            return Vec::new();
        }
        forms
            .iter()
            .enumerate()
            .map(|(index, form)| self.indicator(&format!("/outcomes/{index}"), form))
            .collect()
    }

    fn indicator(&mut self, at: &str, form: &IndicatorForm) -> Indicator {
        let name = form.indicator.as_deref().ok_or_else(|| Invalid::new("required"));
        let name = name.and_then(|text| fields::line(text, NAME));
        Indicator {
            indicator: self.errors.keep(format!("{at}/indicator"), name).unwrap_or_default(),
            baseline: self.measure(&format!("{at}/baseline"), form.baseline),
            target: self.measure(&format!("{at}/target"), form.target),
            unit: self.prose(&format!("{at}/unit"), form.unit.as_deref(), UNIT),
        }
    }

    fn measure(&mut self, pointer: &str, value: Option<f64>) -> Option<f64> {
        let value = value?;
        if value.is_finite() && value.abs() <= LARGEST_MEASURE {
            return Some(value);
        }
        let refusal = Invalid::new("out_of_range").with("min", -LARGEST_MEASURE).with("max", LARGEST_MEASURE);
        self.errors.add(pointer, refusal);
        None
    }

    fn budget(&mut self, form: &BudgetForm) -> Budget {
        let mut amount = |pointer: &str, value: Option<&Value>| {
            value.and_then(|value| self.errors.keep(pointer, Yen::from_json(value)))
        };
        let min = amount("/budget/min", form.min.as_ref());
        let max = amount("/budget/max", form.max.as_ref());
        let running_per_year = amount("/budget/running_per_year", form.running_per_year.as_ref());
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.errors.add("/budget/max", Invalid::new("max_below_min").with("min", min.yen()));
        }
        let fiscal_year = form.fiscal_year.map(|year| {
            if FISCAL_YEARS.contains(&year) {
                Ok(year)
            } else {
                let [first, last] = [FISCAL_YEARS.start(), FISCAL_YEARS.end()];
                Err(Invalid::new("out_of_range").with("min", first).with("max", last))
            }
        });
        Budget {
            min,
            max,
            running_per_year,
            status: self.one("/budget/status", form.status.as_deref(), BudgetStatus::parse),
            fiscal_year: fiscal_year.and_then(|year| self.errors.keep("/budget/fiscal_year", year)),
            programs: self.list("/budget/programs", form.programs.as_deref(), PROGRAMS, |text| {
                fields::line(text, NAME)
            }),
            figures_public: form.figures_public.unwrap_or(false),
        }
    }

    fn contact(&mut self, form: &ContactForm) -> Contact {
        let department = form.department.as_deref().ok_or_else(|| Invalid::new("required"));
        let department = department.and_then(|text| fields::line(text, NAME));
        Contact::new(
            self.errors.keep("/contact/department", department).unwrap_or_default(),
            self.one("/contact/name", form.name.as_deref(), |text| fields::line(text, NAME)),
            self.one("/contact/email", form.email.as_deref(), Email::parse),
        )
    }
}

/// The last day for proposals in an extension: after the one that holds, and not past.
///
/// # Errors
/// `required`, `not_a_date`, `not_later` (than), `deadline_past` (today).
pub fn later_deadline(
    text: Option<&str>,
    current: NaiveDate,
    today: NaiveDate,
) -> Result<NaiveDate, Invalid> {
    let due = text.map_or_else(|| Err(Invalid::new("required")), fields::date)?;
    if due <= current {
        Err(Invalid::new("not_later").with("than", current))
    } else if due < today {
        Err(Invalid::new("deadline_past").with("today", today))
    } else {
        Ok(due)
    }
}

#[cfg(test)]
mod tests;
