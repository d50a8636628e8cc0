//! Writing a proposal: one form that saves by itself, with its deadline, partners and files beside it.

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::typed::{self, ROWS};
use super::{Deadline, id_of};
use crate::accounts::OrganizationId;
use crate::challenges::ChallengeId;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::{self, Actor};
use crate::proposals::form::{Form, LINE, MILESTONES, PROSE};
use crate::proposals::partners::{self, PartnerForm};
use crate::proposals::view::{self, Detail, PartnerView};
use crate::proposals::{ProposalId, Step, actions, store};
use crate::services::Deed;
use crate::solutions;
use crate::web::forms::{self, Base, Choice, Conflict, Draft, FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

/// Where the texts of the form stand.
const FORM: &str = "proposals.form";

#[derive(Template)]
#[template(path = "proposals/templates/write.html")]
struct Write {
    shell: Shell,
    detail: Detail,
    form: FormView,
    /// The form that asks a partner, with what was typed there.
    partner: FormView,
    solutions: Vec<Choice>,
    /// The version and the base that the form goes on from.
    from: (String, String),
    conflict: Vec<Conflict>,
    missing: bool,
    sentence: Option<String>,
    deadline: Option<Deadline>,
}

/// How the form is shown again.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) typed: Option<Typed>,
    pub(super) errors: FieldErrors,
    pub(super) status: Option<u16>,
    pub(super) missing: bool,
    /// What was typed where somebody else has changed the same.
    pub(super) beside: Option<Draft>,
    pub(super) partner: Option<(Typed, FieldErrors)>,
    pub(super) sentence: Option<String>,
}

/// The proposal, if the reader may write it now, and the solutions that can be chosen.
fn editable(
    conn: &mut DbConn,
    actor: &Actor,
    id: ProposalId,
    now: Timestamp,
) -> Result<(Detail, Vec<Choice>), Failure> {
    let known = view::seen(conn, actor, id)?;
    policy::require(actor, actions::permission(Step::Edit), &known.subject())?;
    known.row.status.step(Step::Edit, known.phase(now))?;
    let offered = solutions::published_of(conn, known.row.organization_id)?;
    let mut choices: Vec<Choice> =
        offered.into_iter().map(|card| Choice::new(card.id.to_string(), card.name)).collect();
    // The main one first, as it was chosen; the form keeps the order of its boxes.
    let chosen: Vec<String> = known.row.content.0.solutions.iter().map(ToString::to_string).collect();
    choices.sort_by_key(|choice| chosen.iter().position(|id| *id == choice.value).unwrap_or(usize::MAX));
    Ok((view::detail(conn, actor, id, now)?, choices))
}

/// `POST /challenges/{id}/proposals`: begins one, or goes to the one that was begun.
///
/// # Errors
/// Those of the action.
pub async fn begin(sent: Sent, path: Path<String>) -> Answer {
    let challenge: ChallengeId = id_of(&path)?;
    let begun = sent
        .once(move |deed| {
            let by = deed.by().clone();
            let own = by.member().map(|member| member.organization);
            let known = match own {
                Some(own) => store::own(deed.conn(), challenge, own)?,
                None => None,
            };
            let id = match known {
                Some(id) => id,
                None => actions::create(deed, challenge, &Form::default())?.row.id,
            };
            Ok(format!("/proposals/{id}/edit"))
        })
        .await?;
    Ok(sent.visit.go(begun))
}

/// `GET /proposals/{id}/edit`
///
/// # Errors
/// Those of the policy; `IllegalStep` where it cannot be changed.
pub async fn edit(visit: Visit, path: Path<String>) -> Answer {
    shown(&visit, id_of(&path)?, Shown::default()).await
}

/// The form, with what came of sending it.
pub(super) async fn shown(visit: &Visit, id: ProposalId, again: Shown) -> Answer {
    let now = visit.services().clock().now();
    let (detail, solutions) = visit.read(move |conn, actor| editable(conn, actor, id, now)).await?;
    let shell = visit.shell("proposals.write.title");
    let saved = typed::typed_of(&detail.content);
    let (theirs, _) = typed::patch(&saved);
    let refused_fields = !again.errors.is_empty();
    let mut typed = again.typed.unwrap_or_else(|| saved.clone());
    // A form that was refused is still made from what it was made from.
    let from = match refused_fields && typed.has("version") {
        true => (typed.get("version").to_owned(), typed.get("base").to_owned()),
        false => (detail.card.version.to_string(), Base::of(&theirs).to_string()),
    };
    let conflict = match &again.beside {
        Some(draft) => conflict(&shell, &mut typed, (&saved, &theirs), draft),
        None => Vec::new(),
    };
    let (asked, refused) = again.partner.unwrap_or_default();
    let write = Write {
        form: FormView::new(shell.locale, FORM, typed).with_errors(again.errors),
        partner: FormView::new(shell.locale, FORM, asked).with_errors(refused),
        deadline: Deadline::of(&shell, &detail.card.challenge, now),
        missing: again.missing,
        sentence: again.sentence,
        from,
        conflict,
        solutions,
        detail,
        shell,
    };
    page::html(again.status.unwrap_or(200), &write)
}

/// What stands now beside what was typed, where both were changed.
fn conflict(
    shell: &Shell,
    typed: &mut Typed,
    (saved, theirs): (&Typed, &Map<String, Value>),
    draft: &Draft,
) -> Vec<Conflict> {
    let collide = draft.reconcile(typed, (saved, theirs), |name| vec![name]);
    let words = |name: &str, value: &Value| {
        forms::in_words(shell, &format!("/{name}"), value, &|pointer, value| match pointer {
            "/cost/initial" | "/cost/yearly" => value.as_i64().map(|sum| shell.yen(sum)),
            "/plan/due" => value.as_str()?.parse().ok().map(|day: NaiveDate| shell.date(day)),
            _ => None,
        })
    };
    let conflict = |name: &str| Conflict {
        label: shell.t(&format!("{FORM}.{name}.label")),
        theirs: words(name, theirs.get(name).unwrap_or(&Value::Null)),
        ours: words(name, draft.member(name)),
    };
    collide.into_iter().map(conflict).collect()
}

/// `POST /proposals/{id}/edit`: saves. A script is answered in JSON.
///
/// # Errors
/// Those of the policy, and for a script those of the action.
pub async fn save(sent: Sent, path: Path<String>) -> Answer {
    let id: ProposalId = id_of(&path)?;
    let typed = typed::compacted(&sent.typed);
    let (patch, errors) = typed::patch(&typed);
    let draft = Draft::of(&typed, patch)?;
    if sent.visit.is_script() {
        return sent.keep(FORM, draft, errors, move |deed, draft| write_over(deed, id, draft)).await;
    }
    let saved = match errors.into_result() {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(()) => {
            let draft = draft.clone();
            sent.perform(move |deed| write_over(deed, id, &draft)).await
        }
    };
    match saved {
        Ok(_) => {
            let there = if typed.get("go") == "check" { "" } else { "/edit" };
            Ok(sent.visit.go_saying(format!("/proposals/{id}{there}"), &Flash::said("proposal_saved")))
        }
        Err(Failure::Invalid(errors)) => {
            let again = Shown { typed: Some(typed), errors, status: Some(422), ..Shown::default() };
            shown(&sent.visit, id, again).await
        }
        Err(Failure::Stale { .. }) => {
            let again =
                Shown { typed: Some(typed), beside: Some(draft), status: Some(412), ..Shown::default() };
            shown(&sent.visit, id, again).await
        }
        Err(failure) => Err(failure),
    }
}

/// Saves what the writer changed and leaves the rest as it stands; the version afterwards.
fn write_over(deed: &mut Deed<'_>, id: ProposalId, draft: &Draft) -> Result<i32, Failure> {
    let actor = deed.by().clone();
    let known = view::seen(deed.conn(), &actor, id)?;
    let (theirs, _) = typed::patch(&typed::typed_of(&known.row.content.0));
    let patch = draft.over(&theirs, known.row.version)?;
    Ok(actions::edit(deed, id, known.row.version, patch)?.row.version)
}

/// `POST /proposals/{id}/partners`
///
/// # Errors
/// Those of the action that the page cannot show.
pub async fn ask_partner(sent: Sent, path: Path<String>) -> Answer {
    let id: ProposalId = id_of(&path)?;
    let form = PartnerForm { organization: sent.typed.text("organization"), part: sent.typed.text("part") };
    let done = sent.once(move |deed| {
        partners::invite(deed, id, &form)?;
        Ok(format!("/proposals/{id}/edit"))
    });
    match done.await {
        Ok(there) => Ok(sent.visit.go_saying(there, &Flash::said("partner_asked"))),
        Err(failure) => {
            let refusal = Refusal::of(&sent.visit.shell("proposals.write.title"), failure)?;
            let again = Shown {
                status: Some(refusal.status),
                partner: Some((sent.typed.clone(), refusal.errors)),
                sentence: refusal.sentence,
                ..Shown::default()
            };
            shown(&sent.visit, id, again).await
        }
    }
}

/// `POST /proposals/{id}/partners/{organization}/remove`
///
/// # Errors
/// Those of the action.
pub async fn remove_partner(sent: Sent, path: Path<(String, String)>) -> Answer {
    let id: ProposalId = path.0.parse().map_err(|_| Failure::NotFound)?;
    let organization: OrganizationId = path.1.parse().map_err(|_| Failure::NotFound)?;
    sent.perform(move |deed| partners::remove(deed, id, organization)).await?;
    Ok(sent.visit.go_saying(format!("/proposals/{id}/edit"), &Flash::said("partner_removed")))
}

impl Write {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("proposals.own.title"), self.shell.link("/proposals")),
            (self.detail.card.challenge.title.clone(), self.path("")),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn path(&self, rest: &str) -> String {
        self.shell.link(&format!("/proposals/{}{rest}", self.detail.card.id))
    }

    fn chosen(&self) -> FieldView {
        self.form.field("solutions").options(self.solutions.clone()).required()
    }

    fn prose(&self, name: &str) -> FieldView {
        self.form.field(name).maxlength(PROSE).rows(6)
    }

    fn removal(&self, one: &PartnerView) -> String {
        format!("/proposals/{}/partners/{}/remove", self.detail.card.id, one.id)
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..(self.form.typed().rows("plan", MILESTONES).max(ROWS) + 1).min(MILESTONES)
    }

    fn milestone(&self, row: &usize) -> FieldView {
        self.form.field(&format!("plan.{row}.milestone")).maxlength(LINE)
    }

    fn due(&self, row: &usize) -> FieldView {
        self.form.field(&format!("plan.{row}.due"))
    }

    fn asked(&self, name: &str) -> FieldView {
        self.partner.field(name).required().maxlength(LINE)
    }
}
