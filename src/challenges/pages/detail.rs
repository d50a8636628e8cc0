//! `/challenges/{id}`: the need in plain words, the money beside it, and for its parties the steps that lead on.

use actix_web::web::{Data, Path};
use askama::Template;

use super::entry::{Due, Entry, anonymous, entry};
use super::{naming, seen};
use crate::accounts::Locale;
use crate::attachments::{self, AttachmentView, Holder};
use crate::challenges::content::Indicator;
use crate::challenges::view::Detail;
use crate::challenges::{ChallengeId, Outcome, Readiness, Step};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Yen};
use crate::matches::{self, Ranking};
use crate::moderation::{self, Entry as Act, SubjectKind};
use crate::policy::{self, Action, Actor};
use crate::proposals;
use crate::questions;
use crate::reference::{Bureau, Condition, Technology};
use crate::watches;
use crate::web::charts::{Svg, meter};
use crate::web::forms::{Choice, FormView, Typed};
use crate::web::{Answer, Shell, Visit, id_of, page};

/// How many similar challenges are shown.
const ALIKE: usize = 3;

/// How a step that was refused is shown on the challenge's page.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// What was typed into the step's form.
    pub(super) typed: Typed,
    /// What is wrong with it.
    pub(super) errors: FieldErrors,
    /// The status of the answer; 200 when nothing was refused.
    pub(super) status: Option<u16>,
    /// What is said on top, as a key below `challenges.refused`.
    pub(super) said: Option<&'static str>,
}

/// Everything that the page shows, as far as the reader may see it.
struct Found {
    detail: Detail,
    alike: Vec<(crate::challenges::Card, String)>,
    fits: Vec<matches::Fit>,
    log: Option<Vec<Act>>,
    ranks: bool,
    files: Vec<AttachmentView>,
    questions: questions::pages::Listed,
    proposals: proposals::pages::Listed,
    watched: Option<watches::Watched>,
}

#[derive(Template)]
#[template(path = "challenges/templates/detail.html")]
struct Page {
    shell: Shell,
    detail: Detail,
    place: String,
    gauge: Svg,
    due: Option<Due>,
    alike: Vec<Entry>,
    fits: Vec<matches::Fit>,
    log: Option<Vec<Act>>,
    ranks: bool,
    files: Vec<AttachmentView>,
    offers: bool,
    questions: questions::pages::Part,
    proposals: proposals::pages::Part,
    watch: watches::pages::Follow,
    form: FormView,
    said: Option<&'static str>,
}

/// `GET /challenges/{id}`
///
/// # Errors
/// `NotFound` when it is not there or hidden.
pub async fn show(visit: Visit, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    shown(&visit, ranking.get_ref(), id, Refused::default()).await
}

/// The page, with what came of a step that was refused.
pub(super) async fn shown(visit: &Visit, ranking: &Ranking, id: ChallengeId, refused: Refused) -> Answer {
    let now = visit.services().clock().now();
    let today = now.japan_date();
    let ranking = ranking.clone();
    let found = visit.read(move |conn, actor| find(conn, actor, &ranking, (id, now))).await?;
    let Found { detail, alike, fits, log, ranks, files, questions, proposals, watched } = found;
    let shell = visit.shell("challenges.show.title").titled(detail.content.title.clone());
    let met = u32::try_from(detail.content.readiness.len()).unwrap_or_default();
    let most = u32::try_from(Readiness::ALL.len()).unwrap_or_default();
    let page = Page {
        place: match &detail.municipality {
            Some(place) => place.name.clone(),
            None => anonymous(&shell, &detail.bureau),
        },
        gauge: meter("readiness-gauge", &shell.t("challenges.show.readiness"), met, most),
        due: detail.content.proposals_due.map(|due| Due::of(&shell, due, today)),
        alike: alike
            .iter()
            .map(|(card, reason)| Entry { reason: Some(reason.clone()), ..entry(&shell, card, "", today) })
            .collect(),
        offers: policy::allows(visit.actor(), Action::WriteSolution, &policy::Subject::default()),
        questions: questions::pages::part(&shell, id, questions),
        proposals: proposals::pages::part(&shell, id, proposals),
        watch: watches::pages::follow(&shell, visit.actor(), watched),
        form: FormView::new(shell.locale, "challenges.steps", refused.typed).with_errors(refused.errors),
        said: refused.said,
        fits,
        log,
        ranks,
        files,
        detail,
        shell,
    };
    page::html(refused.status.unwrap_or(200), &page)
}

fn find(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, now): (ChallengeId, Timestamp),
) -> Result<Found, Failure> {
    let today = now.japan_date();
    let known = seen(conn, actor, id)?;
    let subject = known.subject();
    let log = if policy::allows(actor, Action::SeeModeration, &subject) {
        Some(moderation::entries(conn, SubjectKind::Challenge, id.0)?)
    } else {
        None
    };
    Ok(Found {
        detail: Detail::of(conn, actor, &known)?,
        alike: matches::alike(conn, actor, ranking, (id, today, ALIKE))?,
        fits: matches::own_fits(conn, actor, ranking, (id, today))?,
        log,
        ranks: policy::allows(actor, Action::Rank, &subject),
        files: attachments::listed(conn, actor, Holder::Challenge(id))?,
        questions: questions::pages::listed(conn, actor, id, now)?,
        proposals: proposals::pages::listed(conn, actor, id, now)?,
        watched: watches::watched(
            conn,
            actor,
            &watches::Target::Challenge(id),
            known.status().is_published(),
        )?,
    })
}

impl Page {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("challenges.list.title"), self.shell.link("/challenges")),
            (self.detail.content.title.clone(), String::new()),
        ]
    }

    fn may(&self, step: &str) -> bool {
        self.detail.steps.iter().any(|one| one.as_str() == step)
    }

    /// Whether the reader may take any step by a form of this page.
    fn acts(&self) -> bool {
        self.detail.steps.iter().any(|step| *step != Step::Edit) || self.log.is_some()
    }

    fn path(&self, rest: &str) -> String {
        self.shell.link(&format!("/challenges/{}{rest}", self.detail.id))
    }

    /// Where a step's form goes.
    fn action(&self, step: &str) -> String {
        format!("/challenges/{}/{step}", self.detail.id)
    }

    fn budget(&self) -> String {
        naming::budget(&self.shell, &self.detail.content.budget)
    }

    /// Whether only the band is shown where figures exist.
    fn band_only(&self) -> bool {
        let budget = &self.detail.content.budget;
        budget.min.is_none() && budget.max.is_none() && budget.band.as_str() != "none"
    }

    /// What a reader on a phone wants to know before reading on.
    fn at_a_glance(&self) -> Vec<(String, String)> {
        let due = match &self.due {
            Some(due) => format!("{} ({})", due.text, due.left),
            None => self.shell.t("challenges.show.due_none"),
        };
        vec![
            (self.shell.t("challenges.show.budget"), self.budget()),
            (self.shell.t("challenges.show.due"), due),
        ]
    }

    /// The money and its conditions, beside the need.
    fn money(&self) -> Vec<(String, String)> {
        let (shell, content) = (&self.shell, &self.detail.content);
        let budget = &content.budget;
        let mut facts = Vec::new();
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                facts.push((shell.t(&format!("challenges.show.{key}")), value));
            }
        };
        add("running", budget.running_per_year.map(|sum| shell.yen(Yen::yen(sum))));
        add("budget_status", budget.status.map(|status| shell.name("challenges.budget_status", status)));
        add("fiscal_year", budget.fiscal_year.map(|year| shell.fiscal_year(year)));
        add("programs", (!budget.programs.is_empty()).then(|| budget.programs.join(" / ")));
        add(
            "contract_route",
            content.contract_route.map(|route| shell.name("challenges.contract_route", route)),
        );
        facts
    }

    /// What the site is like and where it begins.
    fn site(&self) -> Vec<(String, String)> {
        let (shell, content) = (&self.shell, &self.detail.content);
        let between = shell.t("challenges.show.between");
        let named = |list: &[String], name: fn(&str, Locale) -> String| {
            let names: Vec<String> = list.iter().map(|slug| name(slug, shell.locale)).collect();
            (!names.is_empty()).then(|| names.join(&between))
        };
        let mut facts = Vec::new();
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                facts.push((shell.t(&format!("challenges.show.{key}")), value));
            }
        };
        add("stage", content.entry_stage.map(|stage| naming::stage(shell, stage)));
        add("start_from", content.start_from.map(|day| shell.date(day)));
        add("technologies", named(&content.technologies, Technology::name_of));
        add("conditions", named(&content.conditions, Condition::name_of));
        add("infrastructure", named(&content.infrastructure, Technology::name_of));
        let joint: Vec<String> =
            content.joint_municipalities.iter().map(|place| place.name.clone()).collect();
        add("joint", (!joint.is_empty()).then(|| joint.join(&between)));
        add("bureau", Some(Bureau::name_of(&self.detail.bureau, shell.locale)));
        add("published_at", self.detail.published_at.map(|at| shell.day_of(at)));
        facts
    }

    fn sectors(&self) -> Vec<String> {
        let sectors = self.detail.content.sectors.iter();
        sectors.map(|one| one.name(self.shell.locale).to_owned()).collect()
    }

    /// The long texts under their headings, without those that say nothing.
    fn prose(&self) -> Vec<(String, &str)> {
        let content = &self.detail.content;
        let texts = [
            ("background", &content.background),
            ("current_state", &content.current_state),
            ("desired_state", &content.desired_state),
            ("cooperation", &content.cooperation),
            ("constraints", &content.constraints),
        ];
        let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
        said.map(|(key, text)| (self.shell.t(&format!("challenges.show.{key}")), text.as_str())).collect()
    }

    fn measure(&self, value: &Option<f64>, indicator: &Indicator) -> String {
        match value {
            Some(value) => format!("{value} {}", indicator.unit),
            None => self.shell.t("formats.not_given"),
        }
    }

    /// The seven success factors and whether each is in place.
    fn factors(&self) -> Vec<(String, bool)> {
        let met = &self.detail.content.readiness;
        Readiness::ALL
            .iter()
            .map(|one| (self.shell.name("challenges.readiness", one), met.contains(one)))
            .collect()
    }

    fn amended(&self) -> i64 {
        i64::from(self.detail.amendment)
    }

    fn gauge_figure(&self) -> String {
        format!("{} / {}", self.detail.content.readiness.len(), Readiness::ALL.len())
    }

    fn outcomes(&self) -> Vec<Choice> {
        Choice::of(self.shell.locale, "challenges.outcome", Outcome::ALL.iter().map(|one| one.as_str()))
    }
}
