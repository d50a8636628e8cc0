//! `/proposals/{id}`: what a proposal says, its versions with their hashes, and the steps that the reader may take.

use std::collections::HashMap;

use actix_web::web::Path;
use askama::Template;

use super::{Deadline, id_of};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::proposals::form::FEEDBACK;
use crate::proposals::view::{self, Detail, VersionView};
use crate::proposals::{ProposalId, ReasonCode, Step, store};
use crate::solutions;
use crate::web::forms::{Choice, FieldView, FormView, Typed};
use crate::web::{Answer, Shell, Visit, page};

/// A step that was refused: which, with what was typed, and why.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) step: Option<Step>,
    pub(super) typed: Typed,
    pub(super) errors: FieldErrors,
    pub(super) sentence: Option<String>,
    pub(super) status: Option<u16>,
}

/// A step as a form of the page.
struct StepForm {
    step: Step,
    label: String,
    effect: String,
    reason: Option<FieldView>,
    feedback: Option<FieldView>,
    kind: &'static str,
    open: bool,
}

#[derive(Template)]
#[template(path = "proposals/templates/read.html")]
struct Read {
    shell: Shell,
    detail: Detail,
    /// Address and name of each solution.
    solutions: Vec<(String, String)>,
    versions: Vec<VersionView>,
    steps: Vec<StepForm>,
    form: FormView,
    sentence: Option<String>,
    deadline: Option<Deadline>,
    /// Whether the reader sits on the panel.
    judges: bool,
}

/// `GET /proposals/{id}`
///
/// # Errors
/// `NotFound`; `Forbidden` for whoever declared a conflict of interest.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    visit.member()?;
    shown(&visit, id_of(&path)?, Tried::default()).await
}

/// The page, with what came of a step that was refused.
pub(super) async fn shown(visit: &Visit, id: ProposalId, tried: Tried) -> Answer {
    let now = visit.services().clock().now();
    let (detail, mut versions, names, judges) = visit
        .read(move |conn, actor| {
            let detail = view::detail(conn, actor, id, now)?;
            let known = view::seen(conn, actor, id)?;
            let judges = crate::policy::allows(actor, crate::policy::Action::SeePanel, &known.subject());
            let versions: Vec<VersionView> =
                store::versions(conn, id)?.into_iter().map(VersionView::from).collect();
            let cards = solutions::cards(conn, &detail.content.solutions)?;
            let names: HashMap<_, _> = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
            Ok::<_, Failure>((detail, versions, names, judges))
        })
        .await?;
    if !detail.card.own {
        versions.truncate(1);
    }
    let shell = visit.shell("proposals.title").titled(detail.card.challenge.title.clone());
    let solutions = detail.content.solutions.iter().filter_map(|id| {
        let name = names.get(id)?.clone();
        Some((shell.link(&format!("/solutions/{id}")), name))
    });
    let steps = detail.card.steps.iter().filter(|step| **step != Step::Edit);
    let read = Read {
        solutions: solutions.collect(),
        steps: steps.map(|step| step_form(&shell, &detail, *step, &tried)).collect(),
        deadline: Deadline::of(&shell, &detail.card.challenge, now),
        form: FormView::new(shell.locale, "proposals.form", tried.typed).with_errors(tried.errors),
        sentence: tried.sentence,
        judges,
        versions,
        detail,
        shell,
    };
    page::html(tried.status.unwrap_or(200), &read)
}

fn step_form(shell: &Shell, detail: &Detail, step: Step, tried: &Tried) -> StepForm {
    let this = tried.step == Some(step);
    let (typed, errors) =
        if this { (tried.typed.clone(), tried.errors.clone()) } else { (Typed::new(), FieldErrors::new()) };
    let form = FormView::new(shell.locale, "proposals.form", typed).with_errors(errors);
    // Several forms of one page hold the same fields: their ids must differ.
    let own = |mut field: FieldView| {
        if !this {
            field.id = format!("{}-{step}", field.id);
        }
        field
    };
    let judged = matches!(step, Step::Select | Step::Decline);
    let reasons = Choice::of(shell.locale, "proposals.reason", ReasonCode::of(step).map(ReasonCode::as_str));
    let feedback = match step {
        Step::Select | Step::Decline => Some(form.field("feedback").required()),
        Step::Shortlist => Some(form.field("feedback")),
        Step::Withdraw => {
            Some(form.field("feedback").labelled(shell.t("proposals.form.withdraw_reason.label")).hinted(""))
        }
        _ => None,
    };
    let again = step == Step::Submit && detail.card.number > 0;
    let effect = match step {
        Step::Withdraw if detail.card.opened_at.is_some() => "withdraw_opened".to_owned(),
        other => other.to_string(),
    };
    StepForm {
        step,
        label: if again { shell.t("proposals.step.resubmit") } else { shell.name("proposals.step", step) },
        effect: shell.name("proposals.effect", effect),
        reason: judged.then(|| {
            own(form.field("reason_code").required().options(reasons).empty_choice(shell.t("form.choose")))
        }),
        feedback: feedback.map(|field| own(field.maxlength(FEEDBACK).rows(4))),
        kind: match step {
            Step::Withdraw | Step::Delete | Step::Decline => "danger",
            _ => "primary",
        },
        open: this,
    }
}

impl Read {
    fn crumbs(&self) -> Vec<(String, String)> {
        let above = if self.detail.card.own {
            (self.shell.t("proposals.own.title"), self.shell.link("/proposals"))
        } else {
            let call = format!("/challenges/{}/proposals", self.detail.card.challenge.id);
            (self.shell.t("proposals.call.title"), self.shell.link(&call))
        };
        vec![above, (self.shell.title.clone(), String::new())]
    }

    fn path(&self, rest: &str) -> String {
        self.shell.link(&format!("/proposals/{}{rest}", self.detail.card.id))
    }

    fn may_edit(&self) -> bool {
        self.detail.card.steps.contains(&Step::Edit)
    }

    /// The long texts under their headings, without those that say nothing.
    fn prose(&self) -> Vec<(String, &str)> {
        let content = &self.detail.content;
        let texts = [
            ("approach", &content.approach),
            ("team", &content.team),
            ("risks", &content.risks),
            ("needs", &content.needs),
        ];
        let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
        said.map(|(name, text)| (self.shell.t(&format!("proposals.form.{name}.label")), text.as_str()))
            .collect()
    }

    fn cost(&self) -> Vec<(String, String)> {
        let cost = &self.detail.content.cost;
        let label = |name: &str| self.shell.t(&format!("proposals.form.cost.{name}.label"));
        let sum = |sum: Option<crate::fields::Yen>| {
            sum.map_or_else(|| self.shell.t("proposals.not_given"), |sum| self.shell.yen(sum.yen()))
        };
        let mut facts = vec![(label("initial"), sum(cost.initial)), (label("yearly"), sum(cost.yearly))];
        if !cost.funded_by.is_empty() {
            facts.push((label("funded_by"), cost.funded_by.clone()));
        }
        facts
    }

    /// What stands on the receipt.
    fn receipt(&self) -> Vec<(String, String)> {
        let mut facts = vec![(self.shell.t("proposals.receipt"), self.detail.card.id.to_string())];
        if let Some(hash) = &self.detail.sha256 {
            facts.push((self.shell.t("proposals.hash"), hash.clone()));
        }
        facts
    }

    fn unsubmitted(&self) -> bool {
        self.detail.unsubmitted_changes == Some(true)
    }
}
