//! The form as it is sent, and the one parser that makes [`Content`] of it. Pure: all refusals at once.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::content::{Content, Cost, Milestone};
use super::{ReasonCode, Step};
use crate::fields::{self, FieldErrors, Invalid, Yen};
use crate::solutions::SolutionId;

/// Bounds in characters and entries.
pub(super) const PROSE: usize = 4_000;
pub(super) const LINE: usize = 100;
pub(super) const SOLUTIONS: usize = 5;
pub(super) const MILESTONES: usize = 15;
pub(super) const FEEDBACK: usize = 2_000;

/// A proposal as it is written. A draft needs nothing; everything required is asked at submit.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProposalForm, example = json!({
    "solutions": ["019064a2-0000-7000-8000-000000000000"],
    "approach": "除雪車12台に車載端末を付け、位置を10秒ごとに集めて地図で公開します。",
    "plan": [{"milestone": "端末の取付け", "due": "2027-05-31"}, {"milestone": "住民への公開", "due": "2027-11-30"}],
    "cost": {"initial": 5_800_000, "yearly": 720_000, "funded_by": "令和9年度当初予算"},
    "team": "責任者1名、現地担当2名",
    "risks": "電波の届かない区間はLPWAで補います。",
    "needs": "除雪車の運行表と、取付けの立会い"
}))]
pub struct Form {
    /// One to five published solutions of one's own, the main one first.
    pub solutions: Option<Vec<String>>,
    /// Up to 4,000 characters.
    pub approach: Option<String>,
    /// At most 15 milestones.
    pub plan: Option<Vec<MilestoneForm>>,
    /// What it costs the municipality.
    pub cost: Option<CostForm>,
    /// Up to 4,000 characters.
    pub team: Option<String>,
    /// Up to 4,000 characters.
    pub risks: Option<String>,
    /// What is needed from the municipality, up to 4,000 characters.
    pub needs: Option<String>,
}

/// A milestone as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProposalMilestoneForm)]
pub struct MilestoneForm {
    /// 1 to 100 characters.
    pub milestone: Option<String>,
    /// Until when.
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<String>,
}

/// The cost as it is written, in whole yen.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProposalCostForm)]
pub struct CostForm {
    /// For the introduction and the first year.
    #[schema(value_type = Option<i64>)]
    pub initial: Option<Value>,
    /// Every year after.
    #[schema(value_type = Option<i64>)]
    pub yearly: Option<Value>,
    /// Up to 100 characters.
    pub funded_by: Option<String>,
}

impl Form {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub fn parse(&self) -> Result<Content, FieldErrors> {
        let mut read = Reader { errors: FieldErrors::new() };
        let cost = self.cost.clone().unwrap_or_default();
        let content = Content {
            solutions: read.solutions(self.solutions.as_deref().unwrap_or_default()),
            approach: read.prose("/approach", self.approach.as_deref()),
            plan: read.plan(self.plan.as_deref().unwrap_or_default()),
            cost: Cost {
                initial: read.yen("/cost/initial", cost.initial.as_ref()),
                yearly: read.yen("/cost/yearly", cost.yearly.as_ref()),
                funded_by: read.line("/cost/funded_by", cost.funded_by.as_deref()),
            },
            team: read.prose("/team", self.team.as_deref()),
            risks: read.prose("/risks", self.risks.as_deref()),
            needs: read.prose("/needs", self.needs.as_deref()),
        };
        read.errors.into_result()?;
        Ok(content)
    }
}

struct Reader {
    errors: FieldErrors,
}

impl Reader {
    fn prose(&mut self, pointer: &str, text: Option<&str>) -> String {
        let read = fields::prose(text.unwrap_or_default(), PROSE);
        self.errors.keep(pointer, read).unwrap_or_default()
    }

    /// A line that may be left out.
    fn line(&mut self, pointer: &str, text: Option<&str>) -> String {
        let text = text.filter(|text| !text.trim().is_empty());
        text.and_then(|text| self.errors.keep(pointer, fields::line(text, LINE))).unwrap_or_default()
    }

    fn yen(&mut self, pointer: &str, value: Option<&Value>) -> Option<Yen> {
        value.and_then(|value| self.errors.keep(pointer, Yen::from_json(value)))
    }

    fn few_enough(&mut self, pointer: &str, count: usize, most: usize) -> bool {
        if count > most {
            let refusal = Invalid::new("too_many_entries").with("max", most).with("actual", count);
            self.errors.add(pointer, refusal);
        }
        count <= most
    }

    fn solutions(&mut self, texts: &[String]) -> Vec<SolutionId> {
        if !self.few_enough("/solutions", texts.len(), SOLUTIONS) {
            return Vec::new();
        }
        let mut ids = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let read = text.trim().parse().map_err(|_| Invalid::new("not_an_id"));
            match self.errors.keep(format!("/solutions/{at}"), read) {
                Some(id) if !ids.contains(&id) => ids.push(id),
                _ => {}
            }
        }
        ids
    }

    fn plan(&mut self, forms: &[MilestoneForm]) -> Vec<Milestone> {
        if !self.few_enough("/plan", forms.len(), MILESTONES) {
            return Vec::new();
        }
        let mut plan = Vec::new();
        for (at, form) in forms.iter().enumerate() {
            let what = form.milestone.as_deref().ok_or_else(|| Invalid::new("required"));
            let what = what.and_then(|text| fields::line(text, LINE));
            let milestone = self.errors.keep(format!("/plan/{at}/milestone"), what).unwrap_or_default();
            let due = form.due.as_deref().map(fields::date);
            let due = due.and_then(|due| self.errors.keep(format!("/plan/{at}/due"), due));
            plan.push(Milestone { milestone, due });
        }
        plan
    }
}

/// What a municipality says with its answer, or a proposer with its withdrawal.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProposalAnswerForm, example = json!({"reason_code": "too_expensive", "feedback": "保守費が予算を超えるためです。運用の計画は参考になりました。"}))]
pub struct AnswerForm {
    /// Why; select and decline need one.
    #[schema(value_type = Option<ReasonCode>)]
    pub reason_code: Option<String>,
    /// For the proposer, up to 2,000 characters; select and decline need it.
    pub feedback: Option<String>,
}

/// [`AnswerForm`], read.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) reason: Option<ReasonCode>,
    pub(super) feedback: Option<String>,
}

impl AnswerForm {
    /// Reads what is said with `step`.
    ///
    /// # Errors
    /// What is missing, too long, or no reason for this step.
    pub(super) fn parse(&self, step: Step) -> Result<Said, FieldErrors> {
        let mut errors = FieldErrors::new();
        let needed = matches!(step, Step::Select | Step::Decline);
        let reason = match self.reason_code.as_deref() {
            None if needed => errors.keep("/reason_code", Err(Invalid::new("required"))),
            None => None,
            Some(text) => errors.keep("/reason_code", reason(text, step)),
        };
        let text = fields::prose(self.feedback.as_deref().unwrap_or_default(), FEEDBACK);
        let text = errors.keep("/feedback", text).filter(|text| !text.is_empty());
        if needed && text.is_none() && self.feedback.as_deref().unwrap_or_default().trim().is_empty() {
            errors.add("/feedback", Invalid::new("required"));
        }
        errors.into_result()?;
        Ok(Said { reason, feedback: text })
    }
}

fn reason(text: &str, step: Step) -> Result<ReasonCode, Invalid> {
    let code = ReasonCode::parse(text).ok().filter(|code| code.is_for(step));
    code.ok_or_else(|| {
        let allowed: Vec<&str> = ReasonCode::of(step).map(ReasonCode::as_str).collect();
        Invalid::new("unknown_value").with("allowed", allowed.join(", "))
    })
}
