//! Writing a challenge: one form in five short steps, saved at every step; and amending an open one, on one page.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde_json::{Map, Value};

use super::sheet::{AMENDMENT, STEPS, Sheet, at_of, parts_of, shown};
use super::typed::{self, Part};
use super::{diff, seen};
use crate::challenges::store::{self, Known};
use crate::challenges::{ChallengeId, Form, Status, Step, actions, view};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::Prospect;
use crate::policy::{self, Action, Actor, Subject};
use crate::services::Deed;
use crate::web::forms::{Base, Choice, Conflict, Draft, Typed, leave_out};
use crate::web::{Answer, Flash, Sent, Shell, Visit, id_of, read_value};

/// Where the texts of the form stand.
const FORM: &str = "challenges.form";

impl Sheet {
    fn blank() -> Self {
        Self {
            known: None,
            at: 1,
            typed: Typed::new(),
            errors: FieldErrors::new(),
            conflict: Vec::new(),
            towns: Vec::new(),
            status: 200,
            prospect: None,
        }
    }

    /// The form with what was `typed` into the step it names.
    pub(super) async fn typed(visit: &Visit, id: Option<ChallengeId>, typed: Typed) -> Result<Self, Failure> {
        let at = at_of(&typed);
        let Some(id) = id else {
            let towns = visit.read(towns).await?;
            return Ok(Self { at, typed, towns, ..Self::blank() });
        };
        let known = visit.read(move |conn, actor| editable(conn, actor, id)).await?;
        Ok(Self { at, typed, known: Some(known), ..Self::blank() })
    }

    /// The same with who would match.
    pub(super) fn with_prospect(self, prospect: Option<Prospect>) -> Self {
        Self { prospect: Some(prospect), ..self }
    }
}

/// The challenge, if the reader may change it now.
fn editable(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Known, Failure> {
    let known = seen(conn, actor, id)?;
    policy::require(actor, view::permission(Step::Edit), &known.subject())?;
    known.challenge.status.step(Step::Edit)?;
    Ok(known)
}

/// The municipalities for which the reader may enter a challenge.
fn towns(conn: &mut DbConn, actor: &Actor) -> Result<Vec<Choice>, Failure> {
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    if member.covers.is_empty() {
        return Ok(Vec::new());
    }
    let found = store::municipalities_in(conn, &member.covers)?;
    let allowed = found.into_iter().filter(|town| {
        let subject = Subject {
            owner: Some(town.organization),
            prefecture: Some(town.place.prefecture().code()),
            ..Subject::default()
        };
        policy::allows(actor, Action::WriteChallengeOnBehalf, &subject)
    });
    let name = |place: crate::reference::MunicipalityCode| place.municipality().full_name(actor.locale());
    Ok(allowed.map(|town| Choice::new(town.place.to_string(), name(town.place))).collect())
}

/// `GET /challenges/new`
///
/// # Errors
/// `Unauthenticated`, or `Forbidden` for whoever writes none.
pub async fn begin(visit: Visit) -> Answer {
    let towns = visit.read(towns).await?;
    if towns.is_empty() {
        policy::require(visit.actor(), Action::WriteChallenge, &Subject::default())?;
    }
    shown(&visit, Sheet { towns, ..Sheet::blank() })
}

/// `POST /challenges`: the first save. A script is answered in JSON.
///
/// # Errors
/// Those of the policy, and for a script those of the action.
pub async fn create(sent: Sent) -> Answer {
    let typed = typed::compacted(&sent.typed);
    let (mut patch, errors) = typed::patch(&typed, &[Part::Need]);
    let script = sent.visit.is_script();
    if script {
        leave_out(&mut patch, &errors);
    }
    // What is left out stands as in a form that says nothing.
    let written = Base::of(&typed::patch(&Typed::new(), &[Part::Need]).0).with(&patch);
    let on_behalf_of = typed.text("on_behalf_of");
    let go = typed.get("go").to_owned();
    let saved = match script || errors.is_empty() {
        false => Err(Failure::Invalid(errors.clone())),
        true => {
            let form = document(patch, on_behalf_of)?;
            sent.once(move |deed| {
                let known = actions::create(deed, &form)?;
                let step = if go == "next" { 2 } else { 1 };
                Ok(format!("/challenges/{}/edit?step={step}", known.id()))
            })
            .await
        }
    };
    match saved {
        Ok(path) if script => Ok(sent.kept(FORM, (1, &written), Some(path), errors)),
        Ok(path) => Ok(sent.visit.go_saying(path, &Flash::said("challenge_saved"))),
        Err(Failure::Invalid(errors)) if !script => {
            let sheet = Sheet::typed(&sent.visit, None, typed).await?;
            shown(&sent.visit, Sheet { errors, status: 422, ..sheet })
        }
        Err(failure) => Err(failure),
    }
}

fn document(patch: Map<String, Value>, on_behalf_of: Option<String>) -> Result<Form, Failure> {
    let mut form: Form = read_value(Value::Object(patch))?;
    form.on_behalf_of = on_behalf_of;
    Ok(form)
}

/// `GET /challenges/{id}/edit?step=1..5`; of an open challenge, its amendment.
///
/// # Errors
/// Those of the policy; `IllegalStep` where it cannot be changed.
pub async fn edit(visit: Visit, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let known = match visit.read(move |conn, actor| editable(conn, actor, id)).await {
        // Whoever goes back to a form whose time is over finds the challenge, with what can be done now.
        Err(Failure::IllegalStep { .. }) => {
            return Ok(visit.go_saying(format!("/challenges/{id}"), &Flash::said("challenge_moved_on")));
        }
        other => other?,
    };
    let asked = visit.query("step").and_then(|step| step.parse().ok());
    let at = match known.challenge.status {
        Status::Open => AMENDMENT,
        _ => asked.filter(|step| (1..=STEPS).contains(step)).unwrap_or(1),
    };
    let typed = typed::typed_of(&known.challenge.content.0);
    shown(&visit, Sheet { at, typed, known: Some(known), ..Sheet::blank() })
}

/// `POST /challenges/{id}/edit`: saves one step, or an amendment. A script is answered in JSON.
///
/// # Errors
/// Those of the policy, and for a script those of the action.
pub async fn save(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let typed = typed::compacted(&sent.typed);
    let at = at_of(&typed);
    let (ours, errors) = typed::patch(&typed, &parts_of(at));
    let draft = Draft::of(&typed, ours)?;
    let note = typed.text("amendment_note").filter(|_| at == AMENDMENT);
    if sent.visit.is_script() {
        let work = move |deed: &mut Deed<'_>, draft: &Draft| write_over(deed, id, draft, (at, note.clone()));
        return sent.keep(FORM, draft, errors, work).await;
    }
    let saved = match errors.into_result() {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(()) => {
            let draft = draft.clone();
            sent.perform(move |deed| write_over(deed, id, &draft, (at, note))).await
        }
    };
    match saved {
        Ok(_) => Ok(onward(&sent.visit, id, at, typed.get("go"))),
        Err(Failure::Invalid(errors)) => {
            let sheet = Sheet::typed(&sent.visit, Some(id), typed).await?;
            shown(&sent.visit, Sheet { errors, status: 422, ..sheet })
        }
        Err(Failure::Stale { .. }) => {
            let mut sheet = Sheet::typed(&sent.visit, Some(id), typed).await?;
            let shell = sent.visit.shell("challenges.write.title");
            sheet.conflict = conflict(&shell, &mut sheet, &draft);
            shown(&sent.visit, Sheet { status: 412, ..sheet })
        }
        Err(failure) => Err(failure),
    }
}

fn onward(visit: &Visit, id: ChallengeId, at: usize, go: &str) -> HttpResponse {
    if at == AMENDMENT {
        return visit.go_saying(format!("/challenges/{id}"), &Flash::said("challenge_amended"));
    }
    let step = match go {
        "next" => (at + 1).min(STEPS),
        "back" => at.saturating_sub(1).max(1),
        other => other.parse().ok().filter(|step| (1..=STEPS).contains(step)).unwrap_or(at),
    };
    visit.go_saying(format!("/challenges/{id}/edit?step={step}"), &Flash::said("challenge_saved"))
}

/// Saves what the writer of a step, or of an amendment, changed and leaves the rest as it stands; the version afterwards.
fn write_over(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    draft: &Draft,
    (at, note): (usize, Option<String>),
) -> Result<i32, Failure> {
    let actor = deed.by().clone();
    let known = editable(deed.conn(), &actor, id)?;
    let (theirs, _) = typed::patch(&typed::typed_of(&known.challenge.content.0), &parts_of(at));
    let mut patch = draft.over(&theirs, known.version())?;
    if patch.is_empty() && at != AMENDMENT {
        return Ok(known.version());
    }
    if let Some(note) = note {
        patch.insert("amendment_note".to_owned(), Value::String(note));
    }
    Ok(actions::amend_or_edit(deed, id, known.version(), patch)?.version())
}

/// What stands now beside what was typed, where both were changed.
fn conflict(shell: &Shell, sheet: &mut Sheet, draft: &Draft) -> Vec<Conflict> {
    let Some(known) = &sheet.known else { return Vec::new() };
    let saved = typed::typed_of(&known.challenge.content.0);
    let (theirs, _) = typed::patch(&saved, &parts_of(sheet.at));
    let collide = draft.reconcile(&mut sheet.typed, (&saved, &theirs), |name| vec![name]);
    let conflict = |name: &str| {
        let pointer = format!("/{name}");
        Conflict {
            label: diff::label(shell, &pointer),
            theirs: diff::in_words(shell, &pointer, theirs.get(name).unwrap_or(&Value::Null)),
            ours: diff::in_words(shell, &pointer, draft.member(name)),
        }
    };
    collide.into_iter().map(conflict).collect()
}

/// The last step after a submit that found something missing: all of it, each with a link to where it is said.
pub(super) async fn incomplete(visit: &Visit, id: ChallengeId) -> Answer {
    let known = visit.read(move |conn, actor| editable(conn, actor, id)).await?;
    let typed = typed::typed_of(&known.challenge.content.0);
    shown(visit, Sheet { at: STEPS, typed, known: Some(known), status: 422, ..Sheet::blank() })
}
