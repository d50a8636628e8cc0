//! Writing a proposal: one form that saves by itself, with its deadline, partners and files beside it.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use askama::Template;
use serde_json::{Map, Value, json};

use super::typed::{self, FIELDS, ROWS};
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
use crate::solutions;
use crate::web::forms::{Choice, FieldView, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

/// A field that differs between what is saved and what was typed.
struct Conflict {
    label: String,
    theirs: String,
    ours: String,
}

#[derive(Template)]
#[template(path = "proposals/templates/write.html")]
struct Write {
    shell: Shell,
    detail: Detail,
    form: FormView,
    /// The form that asks a partner, with what was typed there.
    partner: FormView,
    solutions: Vec<Choice>,
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
    pub(super) conflict: bool,
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
    let conflict = match &again.typed {
        Some(ours) if again.conflict => differences(&shell, &saved, ours),
        _ => Vec::new(),
    };
    let typed = again.typed.unwrap_or(saved);
    let (asked, refused) = again.partner.unwrap_or_default();
    let write = Write {
        form: FormView::new(shell.locale, "proposals.form", typed).with_errors(again.errors),
        partner: FormView::new(shell.locale, "proposals.form", asked).with_errors(refused),
        deadline: Deadline::of(&shell, &detail.card.challenge, now),
        missing: again.missing,
        sentence: again.sentence,
        conflict,
        solutions,
        detail,
        shell,
    };
    page::html(again.status.unwrap_or(200), &write)
}

/// The fields in which what is saved differs from what was typed.
fn differences(shell: &Shell, saved: &Typed, ours: &Typed) -> Vec<Conflict> {
    let ((theirs, _), (ours, _)) = (typed::patch(saved), typed::patch(ours));
    let differing = FIELDS.iter().filter(|name| theirs.get(**name) != ours.get(**name));
    let conflict = |name: &&str| Conflict {
        label: shell.t(&format!("proposals.form.{name}.label")),
        theirs: in_words(shell, &theirs, name),
        ours: in_words(shell, &ours, name),
    };
    differing.map(conflict).collect()
}

fn in_words(shell: &Shell, document: &Map<String, Value>, name: &str) -> String {
    let words = said(document.get(name).unwrap_or(&Value::Null));
    if words.is_empty() { shell.t("proposals.not_given") } else { words }
}

fn said(value: &Value) -> String {
    let joined = |values: Vec<String>, by: &str| {
        values.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(by)
    };
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => joined(items.iter().map(said).collect(), " / "),
        Value::Object(members) => joined(members.values().map(said).collect(), " "),
        other => other.to_string(),
    }
}

/// Whether a script asks, which wants JSON, and not a person who wants a page.
fn is_script(visit: &Visit) -> bool {
    let accept = visit.request().headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !accept.is_some_and(|accept| accept.contains("text/html"))
}

/// `POST /proposals/{id}/edit`: saves. A script is answered in JSON.
///
/// # Errors
/// Those of the policy, and for a script those of the action.
pub async fn save(sent: Sent, path: Path<String>) -> Answer {
    let id: ProposalId = id_of(&path)?;
    let typed = typed::compacted(&sent.typed);
    let version = typed.number("version").map_err(|invalid| Failure::field("/version", invalid))?;
    let version = version.and_then(|version| i32::try_from(version).ok()).ok_or(Failure::VersionRequired)?;
    let (patch, errors) = typed::patch(&typed);
    let saved = match errors.into_result() {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(()) => sent.perform(move |deed| actions::edit(deed, id, version, patch)).await,
    };
    let script = is_script(&sent.visit);
    match saved {
        Ok(known) if script => Ok(HttpResponse::Ok().json(json!({"version": known.row.version}))),
        Ok(_) => {
            let there = if typed.get("go") == "check" { "" } else { "/edit" };
            Ok(sent.visit.go_saying(format!("/proposals/{id}{there}"), &Flash::said("proposal_saved")))
        }
        Err(Failure::Invalid(errors)) if !script => {
            let again = Shown { typed: Some(typed), errors, status: Some(422), ..Shown::default() };
            shown(&sent.visit, id, again).await
        }
        Err(Failure::Stale { .. }) if !script => {
            let again = Shown { typed: Some(typed), conflict: true, status: Some(412), ..Shown::default() };
            shown(&sent.visit, id, again).await
        }
        Err(failure) => Err(failure),
    }
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
