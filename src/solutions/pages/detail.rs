//! `/solutions/{id}`: the evidence first, then what it costs and needs; for those who may act on it, its state and
//! the steps that are theirs.

use std::collections::{BTreeMap, HashMap};

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use uuid::Uuid;

use super::naming;
use crate::attachments::{self, AttachmentView, Holder};
use crate::fields::FieldErrors;
use crate::moderation::{self, SubjectKind};
use crate::policy::{self, Action};
use crate::reference::Prefecture;
use crate::solutions::deployments::{Act, DeploymentId, DeploymentView, Outcome, Stage, Verification};
use crate::solutions::states::Step;
use crate::solutions::{SolutionId, SolutionStatus, SolutionView, view};
use crate::watches;
use crate::web::charts::{Certainty, Span, Svg, Tile, Timeline, tile_map, timeline};
use crate::web::forms::{FormView, Typed};
use crate::web::{Answer, Shell, Visit, page};

#[derive(Template)]
#[template(path = "solutions/templates/detail.html")]
struct Detail {
    shell: Shell,
    view: SolutionView,
    form: FormView,
    today: NaiveDate,
    /// What the bureau did and said; `None` for those whom it does not concern.
    log: Option<Vec<moderation::Entry>>,
    may_rank: bool,
    may_declare: bool,
    stale: bool,
    files: Vec<AttachmentView>,
    evidence_files: HashMap<DeploymentId, Vec<AttachmentView>>,
    watch: watches::pages::Follow,
}

/// One deployment as a row.
struct Row<'a> {
    deployment: &'a DeploymentView,
    place: String,
    sector: &'static str,
    period: String,
    results: Vec<String>,
    files: &'a [AttachmentView],
}

impl Detail {
    fn name_lang(&self) -> &'static str {
        naming::lang_of(&self.view.content.name)
    }

    fn lang_of(&self, text: &str) -> &'static str {
        naming::lang_of(text)
    }

    fn is_public(&self) -> bool {
        self.view.status == SolutionStatus::Published
    }

    /// Whether the reader works on it, rather than reads of it.
    fn is_party(&self) -> bool {
        self.log.is_some()
    }

    fn may(&self, step: &str) -> bool {
        self.view.steps.iter().any(|known| known.as_str() == step)
    }

    fn has_steps(&self) -> bool {
        !self.view.steps.is_empty()
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let files = |one: &DeploymentView| self.evidence_files.get(&one.id).map_or(&[][..], Vec::as_slice);
        self.view.deployments.iter().map(|one| row(&self.shell, one, files(one))).collect()
    }

    fn figures(&self) -> Vec<(String, String)> {
        let evidence = &self.view.evidence;
        let figures = [
            ("confirmed", evidence.confirmed),
            ("documented", evidence.documented),
            ("declared", evidence.declared),
            ("municipalities", evidence.municipalities),
        ];
        let count = |number: usize| self.shell.number(i64::try_from(number).unwrap_or(i64::MAX));
        figures.map(|(name, number)| (self.shell.name("solutions.evidence", name), count(number))).to_vec()
    }

    /// Deployments that are counted but not shown to this reader.
    fn hidden(&self) -> i64 {
        let shown = self.view.deployments.iter().filter(|one| !one.denied).count();
        i64::try_from(self.view.evidence.total.saturating_sub(shown)).unwrap_or(i64::MAX)
    }

    fn timeline(&self) -> Svg {
        let spans: Vec<Span> = self
            .view
            .deployments
            .iter()
            .filter(|one| !one.denied)
            .map(|one| span(&self.shell, one))
            .collect();
        let count = i64::try_from(spans.len()).unwrap_or(i64::MAX);
        let words = Timeline {
            name: self.shell.t("solutions.detail.timeline"),
            about: self.shell.count("solutions.detail.timeline_about", count),
            today_label: self.shell.t("solutions.detail.today"),
            today: self.today,
        };
        timeline("evidence-years", &words, &spans)
    }

    fn map(&self) -> Svg {
        let mut there: BTreeMap<Prefecture, (usize, usize)> = BTreeMap::new();
        for one in self.view.deployments.iter().filter(|one| !one.denied) {
            let Some(code) = one.content.municipality_code else { continue };
            let (all, confirmed) = there.entry(code.prefecture()).or_default();
            *all += 1;
            *confirmed += usize::from(one.verification == Verification::Confirmed);
        }
        tile_map("evidence-map", self.shell.locale, &self.shell.t("solutions.detail.map"), |one| {
            let Some((all, confirmed)) = there.get(&one) else { return Tile::default() };
            let values = [("all", all.to_string()), ("confirmed", confirmed.to_string())];
            Tile {
                level: if *confirmed > 0 { 4 } else { 2 },
                says: self.shell.tf("solutions.detail.tile", &values),
                ..Tile::default()
            }
        })
    }

    fn terms(&self) -> Vec<(String, String)> {
        let content = &self.view.content;
        vec![
            (self.shell.t("solutions.initial_price"), naming::initial_price(&self.shell, &content.price)),
            (self.shell.t("solutions.yearly_price"), naming::yearly_price(&self.shell, &content.price)),
            (self.shell.t("solutions.lead_label"), naming::lead(&self.shell, content.lead_months)),
            (self.shell.t("solutions.maturity_label"), naming::maturity(&self.shell, content.maturity)),
        ]
    }

    fn regions(&self) -> Vec<String> {
        naming::regions(&self.shell, &self.view.content)
    }

    fn sectors(&self) -> Vec<&'static str> {
        self.view.content.sectors.iter().map(|one| one.name(self.shell.locale)).collect()
    }

    fn technologies(&self) -> Vec<&'static str> {
        self.view.content.technologies.iter().map(|one| one.name(self.shell.locale)).collect()
    }

    fn needed(&self) -> Vec<&'static str> {
        let needed = &self.view.content.infrastructure_required;
        needed.iter().map(|one| one.name(self.shell.locale)).collect()
    }

    fn practices(&self) -> Vec<String> {
        self.view.content.security.iter().map(|one| self.shell.name("solutions.security", one)).collect()
    }

    fn vendor_place(&self) -> String {
        let code = self.view.vendor.municipality_code;
        code.map(|code| code.municipality().full_name(self.shell.locale)).unwrap_or_default()
    }

    fn vendor_kind(&self) -> String {
        self.view
            .vendor
            .vendor_type
            .map(|kind| self.shell.name("solutions.vendor_type", kind))
            .unwrap_or_default()
    }
}

impl Row<'_> {
    /// Whether the reader may change it while its solution stands at `status`.
    fn is_editable(&self, status: &SolutionStatus) -> bool {
        self.deployment.acts.contains(&Act::Edit) && *status != SolutionStatus::Archived
    }

    fn is_askable(&self) -> bool {
        self.deployment.acts.contains(&Act::Ask)
    }

    fn may_be_documented(&self) -> bool {
        self.deployment.acts.contains(&Act::Document)
    }

    fn has_acts(&self) -> bool {
        !self.deployment.acts.is_empty()
    }
}

fn row<'a>(shell: &Shell, deployment: &'a DeploymentView, files: &'a [AttachmentView]) -> Row<'a> {
    let content = &deployment.content;
    let figure = |figure: Option<f64>| figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string());
    let results = content.results.iter().map(|one| {
        let line = format!("{}: {} → {} {}", one.indicator, figure(one.before), figure(one.after), one.unit);
        line.trim_end().to_owned()
    });
    Row {
        place: naming::place(shell, content),
        sector: content.sector.name(shell.locale),
        period: period(shell, deployment),
        results: results.collect(),
        files,
        deployment,
    }
}

/// From when to when, by months.
fn period(shell: &Shell, deployment: &DeploymentView) -> String {
    let content = &deployment.content;
    let from = ("from", shell.month(content.started_on));
    match (content.ended_on, content.outcome) {
        (Some(end), _) => shell.tf("solutions.period", &[from, ("to", shell.month(end))]),
        (None, Outcome::Ongoing) => shell.tf("solutions.period_on", &[from]),
        (None, _) => shell.tf("solutions.period_open", &[from]),
    }
}

fn span(shell: &Shell, one: &DeploymentView) -> Span {
    let content = &one.content;
    let label = [
        naming::place(shell, content),
        shell.name("deployment.stage", content.stage),
        shell.name("solutions.verification", one.verification),
    ];
    let faded = (content.outcome != Outcome::Ongoing).then_some(content.started_on);
    Span {
        label: label.join(" · "),
        from: content.started_on,
        to: content.ended_on.or(faded),
        operation: content.stage == Stage::Operation,
        certainty: match one.verification {
            Verification::Declared => Certainty::Declared,
            Verification::Documented => Certainty::Documented,
            Verification::Confirmed => Certainty::Confirmed,
        },
    }
}

/// `GET /solutions/{id}`
///
/// # Errors
/// `NotFound`.
pub async fn show(visit: Visit, path: Path<Uuid>) -> Answer {
    shown(&visit, SolutionId(path.into_inner()), Refused::default()).await
}

/// A step that was refused, to be shown on the page it was taken from.
#[derive(Default)]
pub(super) struct Refused {
    pub(super) status: Option<u16>,
    pub(super) typed: Typed,
    pub(super) errors: FieldErrors,
    /// Whether somebody else has written meanwhile.
    pub(super) stale: bool,
}

/// The page, perhaps after a step that was refused.
///
/// # Errors
/// `NotFound`.
pub(super) async fn shown(visit: &Visit, id: SolutionId, refused: Refused) -> Answer {
    let (view, subject, log, (files, evidence_files, watched)) = visit
        .read(move |conn, actor| {
            let view = view::of(conn, actor, id)?;
            let subject = crate::solutions::subject(conn, id)?;
            let log = policy::allows(actor, Action::SeeModeration, &subject)
                .then(|| moderation::entries(conn, SubjectKind::Solution, id.0));
            let ids: Vec<DeploymentId> = view.deployments.iter().map(|one| one.id).collect();
            let evidence = attachments::of_deployments(conn, &ids)?;
            let files = attachments::listed(conn, actor, Holder::Solution(id))?;
            let published = view.status == SolutionStatus::Published;
            let watched = watches::watched(conn, actor, &watches::Target::Solution(id), published)?;
            Ok((view, subject, log.transpose()?, (files, evidence, watched)))
        })
        .await?;
    let may = |action| policy::allows(visit.actor(), action, &subject);
    let shell = visit.shell("solutions.detail.title").titled(view.content.name.clone());
    let form = FormView::new(shell.locale, "solutions.steps", refused.typed).with_errors(refused.errors);
    let detail = Detail {
        form,
        today: visit.services().clock().now().japan_date(),
        may_rank: may(Action::Rank) && view.status == SolutionStatus::Published,
        may_declare: may(Action::Edit) && view.status != SolutionStatus::Archived,
        stale: refused.stale,
        watch: watches::pages::follow(&shell, visit.actor(), watched),
        files,
        evidence_files,
        shell,
        log,
        view,
    };
    page::html(refused.status.unwrap_or(200), &detail)
}

/// The name of the field in which something is said with `step`.
pub(super) fn words_of(step: Step) -> String {
    format!("comment_{}", step.as_str())
}

/// What [`crate::solutions::actions`] refused of a step's words, at the field of the page.
pub(super) fn at_field(step: Step, errors: &FieldErrors) -> FieldErrors {
    let mut placed = FieldErrors::new();
    for (_, invalid) in errors.iter() {
        placed.add(format!("/{}", words_of(step)), invalid.clone());
    }
    placed
}
