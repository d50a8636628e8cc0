//! The pages of a panel: `/challenges/{id}/criteria` and `/proposals/{id}/sheet`, one screen for one proposal.

use actix_web::web::Path;
use askama::Template;

use super::actions::{self, ConflictForm, REASON};
use super::criteria::{CriteriaForm, CriterionForm, MOST, NAME};
use super::scores::{BEST, COMMENT, REMARK, Score, SheetForm};
use super::view::{self, CriteriaView, Reading};
use crate::challenges::{self, ChallengeId};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::proposals::{self, Brief, ProposalId};
use crate::web::forms::{Choice, FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

fn id_of<T: std::str::FromStr>(path: &Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

#[derive(Template)]
#[template(path = "panels/templates/criteria.html")]
struct Criteria {
    shell: Shell,
    challenge: ChallengeId,
    title: String,
    view: CriteriaView,
    form: FormView,
    sentence: Option<String>,
}

/// A form that was refused.
#[derive(Default)]
struct Tried {
    typed: Option<Typed>,
    errors: FieldErrors,
    sentence: Option<String>,
    status: Option<u16>,
    /// Which form of the sheet's page.
    which: &'static str,
}

impl Tried {
    fn of(sent: &Sent, title: &str, which: &'static str, failure: Failure) -> Result<Self, Failure> {
        let refusal = Refusal::of(&sent.visit.shell(title), failure)?;
        Ok(Self {
            typed: Some(sent.typed.clone()),
            errors: refusal.errors,
            sentence: refusal.sentence,
            status: Some(refusal.status),
            which,
        })
    }
}

/// `GET /challenges/{id}/criteria`
///
/// # Errors
/// `NotFound`.
pub async fn criteria(visit: Visit, path: Path<String>) -> Answer {
    criteria_shown(&visit, id_of(&path)?, Tried::default()).await
}

async fn criteria_shown(visit: &Visit, id: ChallengeId, tried: Tried) -> Answer {
    let now = visit.services().clock().now();
    let (view, title) = visit
        .read(move |conn, actor| {
            let view = view::criteria(conn, actor, id, now)?;
            Ok((view, challenges::brief(conn, actor, id)?.title))
        })
        .await?;
    let shell = visit.shell("panels.criteria.title");
    let typed = tried.typed.unwrap_or_else(|| {
        let mut typed = Typed::new();
        for (row, one) in view.criteria.iter().enumerate() {
            typed.add(&format!("criteria.{row}.name"), one.name.clone());
            typed.add(&format!("criteria.{row}.weight"), one.weight.to_string());
        }
        typed
    });
    let shown = Criteria {
        form: FormView::new(shell.locale, "panels.form", typed).with_errors(tried.errors),
        sentence: tried.sentence,
        challenge: id,
        title,
        view,
        shell,
    };
    page::html(tried.status.unwrap_or(200), &shown)
}

impl Criteria {
    fn crumbs(&self) -> Vec<(String, String)> {
        let challenge = format!("/challenges/{}", self.challenge);
        vec![(self.title.clone(), self.shell.link(&challenge)), (self.shell.title.clone(), String::new())]
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..(self.form.typed().rows("criteria", MOST) + 1).min(MOST)
    }

    fn name(&self, row: &usize) -> FieldView {
        self.form.field(&format!("criteria.{row}.name")).maxlength(NAME)
    }

    fn weight(&self, row: &usize) -> FieldView {
        self.form.field(&format!("criteria.{row}.weight")).inputmode("numeric").narrow()
    }
}

/// `POST /challenges/{id}/criteria`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn set_criteria(sent: Sent, path: Path<String>) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let version = version_of(&sent.typed)?;
    let mut rows = Vec::new();
    let mut wrong = FieldErrors::new();
    for row in 0..sent.typed.rows("criteria", MOST) {
        let (name, weight) = (format!("criteria.{row}.name"), format!("criteria.{row}.weight"));
        if sent.typed.text(&name).is_none() && sent.typed.text(&weight).is_none() {
            continue;
        }
        let at = rows.len();
        let weight = wrong.keep(format!("/criteria/{at}/weight"), sent.typed.number(&weight)).flatten();
        let weight = weight.map(|weight| u32::try_from(weight).unwrap_or(u32::MAX));
        rows.push(CriterionForm { name: sent.typed.text(&name), weight });
    }
    let form = CriteriaForm { criteria: Some(rows) };
    let done = match wrong.into_result() {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(()) => sent.perform(move |deed| actions::set_criteria(deed, id, version, &form)).await,
    };
    match done {
        Ok(()) => {
            Ok(sent.visit.go_saying(format!("/challenges/{id}/criteria"), &Flash::said("criteria_set")))
        }
        Err(failure) => {
            let tried = Tried::of(&sent, "panels.criteria.title", "", failure)?;
            criteria_shown(&sent.visit, id, tried).await
        }
    }
}

fn version_of(typed: &Typed) -> Result<i32, Failure> {
    let version = typed.number("version").map_err(|invalid| Failure::field("/version", invalid))?;
    version.and_then(|version| i32::try_from(version).ok()).ok_or(Failure::VersionRequired)
}

#[derive(Template)]
#[template(path = "panels/templates/sheet.html")]
struct SheetPage {
    shell: Shell,
    brief: Brief,
    reading: Reading,
    content: proposals::Read,
    form: FormView,
    agreement: FormView,
    conflict: FormView,
    sentence: Option<String>,
    open: bool,
}

/// `GET /proposals/{id}/sheet`
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn sheet(visit: Visit, path: Path<String>) -> Answer {
    visit.member()?;
    sheet_shown(&visit, id_of(&path)?, Tried::default()).await
}

async fn sheet_shown(visit: &Visit, id: ProposalId, tried: Tried) -> Answer {
    let (brief, reading, content) = visit
        .read(move |conn, actor| {
            let reading = view::reading(conn, actor, id)?;
            let content = proposals::read(conn, actor, id)?;
            Ok((proposals::brief(conn, actor, id)?, reading, content))
        })
        .await?;
    let shell = visit.shell("panels.sheet.title");
    let agreed = reading.agreement.as_ref();
    let agreed = agreed.map(|agreed| typed_of(&agreed.scores, &agreed.remark)).unwrap_or_default();
    let own = typed_of(&reading.scores, &reading.remark);
    let which = tried.which;
    let (typed, errors) = (tried.typed.unwrap_or_default(), tried.errors);
    let view = |this: &str, otherwise: Typed| {
        let (typed, errors) =
            if which == this { (typed.clone(), errors.clone()) } else { (otherwise, FieldErrors::new()) };
        FormView::new(shell.locale, "panels.form", typed).with_errors(errors)
    };
    let shown = SheetPage {
        form: view("sheet", own),
        agreement: view("agreement", agreed),
        conflict: view("conflict", Typed::new()),
        sentence: tried.sentence,
        open: proposals::Status::WAITING.contains(&brief.status),
        brief,
        reading,
        content,
        shell,
    };
    page::html(tried.status.unwrap_or(200), &shown)
}

fn typed_of(scores: &[Score], remark: &str) -> Typed {
    let mut typed = Typed::new();
    for (row, one) in scores.iter().enumerate() {
        let score = one.score.map(|score| score.to_string()).unwrap_or_default();
        typed.add(&format!("scores.{row}.score"), score);
        typed.add(&format!("scores.{row}.comment"), one.comment.clone());
    }
    typed.add("remark", remark);
    typed
}

/// What was typed into a sheet.
fn form_of(typed: &Typed) -> Result<SheetForm, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut scores = Vec::new();
    for row in 0..typed.rows("scores", MOST) {
        let name = format!("scores.{row}.score");
        let score = typed.text(&name).map(|text| text.parse::<u8>());
        let score =
            score.transpose().map_err(|_| Invalid::new("out_of_range").with("min", 0).with("max", BEST));
        let score = errors.keep(format!("/scores/{row}/score"), score).flatten();
        scores.push(Score { score, comment: typed.get(&format!("scores.{row}.comment")).to_owned() });
    }
    errors.into_result()?;
    Ok(SheetForm { scores: Some(scores), remark: typed.text("remark") })
}

/// `POST /proposals/{id}/sheet`: keeps the own sheet, or hands it in.
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn score(sent: Sent, path: Path<String>) -> Answer {
    let id: ProposalId = id_of(&path)?;
    let version = version_of(&sent.typed)?;
    let hand_in = sent.typed.get("go") == "hand-in";
    let done = match form_of(&sent.typed) {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(form) => sent.perform(move |deed| actions::keep_sheet(deed, id, version, &form, hand_in)).await,
    };
    let said = if hand_in { "sheet_handed_in" } else { "sheet_kept" };
    after(sent, id, done, ("sheet", said)).await
}

/// `POST /proposals/{id}/agreement`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn agree(sent: Sent, path: Path<String>) -> Answer {
    let id: ProposalId = id_of(&path)?;
    let version = version_of(&sent.typed)?;
    let done = match form_of(&sent.typed) {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(form) => sent.perform(move |deed| actions::agree(deed, id, version, &form)).await,
    };
    after(sent, id, done, ("agreement", "agreement_kept")).await
}

async fn after(
    sent: Sent,
    id: ProposalId,
    done: Result<(), Failure>,
    (which, said): (&'static str, &'static str),
) -> Answer {
    match done {
        Ok(()) => Ok(sent.visit.go_saying(format!("/proposals/{id}/sheet"), &Flash::said(said))),
        Err(failure) => {
            let tried = Tried::of(&sent, "panels.sheet.title", which, failure)?;
            sheet_shown(&sent.visit, id, tried).await
        }
    }
}

/// `POST /proposals/{id}/conflict`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn declare_conflict(sent: Sent, path: Path<String>) -> Answer {
    let id: ProposalId = id_of(&path)?;
    let form = ConflictForm { reason: sent.typed.text("reason") };
    let done = sent.perform(move |deed| {
        let by = deed.by().clone();
        let challenge = proposals::brief(deed.conn(), &by, id)?.challenge;
        actions::declare_conflict(deed, id, &form)?;
        Ok(challenge)
    });
    match done.await {
        Ok(challenge) => {
            let there = format!("/challenges/{challenge}/proposals");
            Ok(sent.visit.go_saying(there, &Flash::said("conflict_declared")))
        }
        Err(failure) => {
            let tried = Tried::of(&sent, "panels.sheet.title", "conflict", failure)?;
            sheet_shown(&sent.visit, id, tried).await
        }
    }
}

impl SheetPage {
    fn crumbs(&self) -> Vec<(String, String)> {
        let call = format!("/challenges/{}/proposals", self.brief.challenge);
        vec![
            (self.shell.t("proposals.call.title"), self.shell.link(&call)),
            (self.brief.vendor.clone(), self.shell.link(&format!("/proposals/{}", self.brief.id))),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn criterion(&self, row: &usize) -> String {
        self.reading.criteria.get(*row).map(|one| one.name.clone()).unwrap_or_default()
    }

    fn done(&self) -> bool {
        self.reading.handed_in_at.is_some()
    }

    /// The score of one criterion, labelled with its name and weight. Two forms of the page hold the same fields.
    fn score(&self, row: &usize, form: &FormView, which: &str) -> FieldView {
        let choices =
            (0..=BEST).map(|score| Choice::new(score.to_string(), self.shell.name("panels.score", score)));
        let label = self.reading.criteria.get(*row).map_or_else(String::new, |one| {
            self.shell.tf(
                "panels.sheet.criterion",
                &[("name", one.name.clone()), ("weight", one.weight.to_string())],
            )
        });
        let mut field = form
            .field(&format!("scores.{row}.score"))
            .labelled(label)
            .options(choices.collect())
            .empty_choice(self.shell.t("form.choose"));
        field.id = format!("{}{which}", field.id);
        field
    }

    fn comment(&self, row: &usize, form: &FormView, which: &str) -> FieldView {
        let mut field = form.field(&format!("scores.{row}.comment")).maxlength(COMMENT).rows(2);
        field.id = format!("{}{which}", field.id);
        field
    }

    fn remark(&self, form: &FormView, which: &str) -> FieldView {
        let mut field = form.field("remark").maxlength(REMARK).rows(3);
        field.id = format!("{}{which}", field.id);
        field
    }

    fn reason(&self) -> FieldView {
        self.conflict.field("reason").required().maxlength(REASON).rows(2)
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..self.reading.criteria.len()
    }

    fn total(&self, total: &Option<f64>) -> String {
        total.map_or_else(|| "–".to_owned(), |total| format!("{total:.2}"))
    }

    /// What one sheet says of a criterion.
    fn given(&self, scores: &[Score], row: &usize) -> String {
        scores.get(*row).and_then(|one| one.score).map_or_else(|| "–".to_owned(), |score| score.to_string())
    }

    fn is_far(&self, row: &usize) -> bool {
        let found = self.reading.differences.as_ref().and_then(|all| all.get(*row)?.as_ref());
        found.is_some_and(|difference| difference.far)
    }

    fn agreement_version(&self) -> i32 {
        self.reading.agreement.as_ref().map_or(0, |agreement| agreement.version)
    }
}
