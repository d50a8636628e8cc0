//! `/solutions/new` and `/solutions/{id}/edit`: one form, saved as a draft at any time, with everything that a
//! submission lacks named at once.

use actix_web::web::Path;
use askama::Template;
use serde_json::Value;
use uuid::Uuid;

use super::{naming, typed};
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::{self, Action, Subject};
use crate::reference::Bureau;
use crate::services::Deed;
use crate::solutions::states::Step;
use crate::solutions::view::{self, SolutionView};
use crate::solutions::{
    Maturity, SecurityPractice, SolutionContent, SolutionForm, SolutionId, SolutionStatus, actions,
};
use crate::web::forms::{Base, Choice, Conflict, Draft, FieldView, FormView, Typed, leave_out, reference};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page, read_value};

/// Where the texts of the form stand.
const FORM: &str = "solutions.form";

#[derive(Template)]
#[template(path = "solutions/templates/write.html")]
struct Write {
    shell: Shell,
    form: FormView,
    /// Where it is sent.
    action: String,
    /// What is edited, as it stands; `None` for a new one.
    known: Option<Known>,
    version: String,
    /// What the fields are made from.
    base: String,
    /// What somebody else saved meanwhile.
    conflict: Vec<Conflict>,
}

/// What is edited.
struct Known {
    id: SolutionId,
    status: SolutionStatus,
    version: i32,
    may_submit: bool,
    content: SolutionContent,
}

impl Write {
    fn regions(&self) -> FieldView {
        let mut choices = vec![Choice::new("nationwide", self.shell.t("solutions.nationwide"))];
        choices.extend(Bureau::all().map(|one| {
            let members: Vec<&str> =
                one.prefectures().map(|prefecture| prefecture.name(self.shell.locale)).collect();
            let members = members.join(&self.shell.t("solutions.between"));
            Choice::new(format!("bureau:{one}"), one.name(self.shell.locale)).hint(members)
        }));
        self.form.field("regions").options(choices)
    }

    fn prefectures(&self) -> FieldView {
        self.form.field("prefectures").options(reference::prefecture_choices(self.shell.locale))
    }

    fn sectors(&self) -> FieldView {
        self.form.field("sectors").grouped(reference::sector_choices(self.shell.locale))
    }

    fn technologies(&self, name: &str) -> FieldView {
        self.form
            .field(name)
            .grouped(reference::technology_choices(&self.shell, "solutions.technology_group"))
    }

    fn maturities(&self) -> FieldView {
        let names = Maturity::ALL.iter().map(|one| one.as_str());
        self.form.field("maturity").options(Choice::of(self.shell.locale, "solutions.maturity", names))
    }

    fn practices(&self) -> FieldView {
        let names = SecurityPractice::ALL.iter().map(|one| one.as_str());
        self.form.field("security").options(Choice::of(self.shell.locale, "solutions.security", names))
    }

    /// Whether the long list of `name` is shown at once: something of it is chosen, or refused.
    fn is_open(&self, name: &str) -> bool {
        !self.form.typed().list(name).is_empty() || self.form.field(name).error.is_some()
    }

    /// What stands above the folded list of `name`.
    fn summary(&self, name: &str) -> String {
        self.shell.name("solutions.write.choose", name)
    }

    /// Whether the present state is one in which everything has to be said.
    fn is_public(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.status.must_be_complete())
    }
}

/// `GET /solutions/new`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for others than writers of a vendor.
pub async fn begin(visit: Visit) -> Answer {
    policy::require(visit.actor(), Action::WriteSolution, &Subject::default())?;
    Form::new(Typed::new()).shown(&visit, 200)
}

/// `POST /solutions/new`: the first save. A script is answered in JSON.
///
/// # Errors
/// Those of [`actions::create`].
pub async fn create(sent: Sent) -> Answer {
    policy::require(sent.visit.actor(), Action::WriteSolution, &Subject::default())?;
    let owner = sent.visit.member()?.organization;
    let script = sent.visit.is_script();
    let (mut patch, errors) = typed::patch(&sent.typed);
    if !script && !errors.is_empty() {
        return Form::new(sent.typed.clone()).refused(&sent.visit, errors);
    }
    leave_out(&mut patch, &errors);
    // What is left out stands as in a form that says nothing.
    let written = Base::of(&typed::patch(&Typed::new()).0).with(&patch);
    let form: SolutionForm = read_value(Value::Object(patch))?;
    let made = sent.once(move |deed| Ok(actions::create(deed, owner, &form)?.to_string())).await;
    match made {
        Ok(id) if script => Ok(sent.kept(FORM, (1, &written), Some(format!("/solutions/{id}/edit")), errors)),
        Ok(id) => {
            let id: Uuid = id.parse().map_err(Failure::internal)?;
            go_on(sent, SolutionId(id)).await
        }
        Err(Failure::Invalid(errors)) if !script => {
            Form::new(sent.typed.clone()).refused(&sent.visit, errors)
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /solutions/{id}/edit`
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep` while it is under review or archived.
pub async fn edit(visit: Visit, path: Path<Uuid>) -> Answer {
    let known = editable(&visit, SolutionId(path.into_inner())).await?;
    Form::of(known, visit.locale()).shown(&visit, 200)
}

/// `POST /solutions/{id}/edit`. A script is answered in JSON.
///
/// # Errors
/// Those of [`actions::edit`] that the form cannot show.
pub async fn save(sent: Sent, path: Path<Uuid>) -> Answer {
    let id = SolutionId(path.into_inner());
    let known = editable(&sent.visit, id).await?;
    let (patch, errors) = typed::patch(&sent.typed);
    let (draft, locale) = (Draft::of(&sent.typed, patch)?, sent.visit.locale());
    if sent.visit.is_script() {
        let work = move |deed: &mut Deed<'_>, draft: &Draft| write_over(deed, id, draft, locale);
        return sent.keep(FORM, draft, errors, work).await;
    }
    let again = Form { typed: sent.typed.clone(), ..Form::of(known, locale) };
    if !errors.is_empty() {
        return again.sent_before().refused(&sent.visit, errors);
    }
    let ours = draft.clone();
    match sent.perform(move |deed| write_over(deed, id, &ours, locale)).await {
        Ok(_) => go_on(sent, id).await,
        Err(Failure::Invalid(errors)) => again.sent_before().refused(&sent.visit, errors),
        Err(Failure::Stale { .. }) => {
            // What stands now, also when it was saved after this form was read.
            let now = editable(&sent.visit, id).await?;
            Form { typed: sent.typed.clone(), ..Form::of(now, locale) }.beside(&sent.visit, &draft)
        }
        Err(failure) => Err(failure),
    }
}

/// Saves what the writer changed and leaves the rest as it stands; the version afterwards.
fn write_over(deed: &mut Deed<'_>, id: SolutionId, draft: &Draft, locale: Locale) -> Result<i32, Failure> {
    let actor = deed.by().clone();
    let view = view::of(deed.conn(), &actor, id)?;
    let (theirs, _) = typed::patch(&typed::typed(&view.content, locale));
    let patch = draft.over(&theirs, view.version)?;
    if patch.is_empty() {
        return Ok(view.version);
    }
    actions::edit(deed, id, view.version, patch)?;
    Ok(view::of(deed.conn(), &actor, id)?.version)
}

/// A form on its way to its page.
struct Form {
    typed: Typed,
    known: Option<Known>,
    errors: FieldErrors,
    conflict: Vec<Conflict>,
    /// The version and the base that the form goes on from.
    from: (String, String),
}

impl Form {
    fn new(typed: Typed) -> Self {
        let from = ("0".to_owned(), String::new());
        Self { typed, known: None, errors: FieldErrors::new(), conflict: Vec::new(), from }
    }

    fn of(known: Known, locale: Locale) -> Self {
        let typed = typed::typed(&known.content, locale);
        let from = (known.version.to_string(), Base::of(&typed::patch(&typed).0).to_string());
        Self { known: Some(known), from, ..Self::new(typed) }
    }

    /// The same, still made from what it was made from when it was sent.
    fn sent_before(self) -> Self {
        let from = (self.typed.get("version").to_owned(), self.typed.get("base").to_owned());
        Self { from, ..self }
    }

    fn refused(self, visit: &Visit, errors: FieldErrors) -> Answer {
        Self { errors, ..self }.shown(visit, 422)
    }

    /// What stands now beside what was typed, where both were changed.
    fn beside(mut self, visit: &Visit, draft: &Draft) -> Answer {
        let Some(known) = &self.known else {
            return Err(Failure::internal("nothing stands beside a new solution"));
        };
        let shell = visit.shell("solutions.write.edit_title");
        let saved = typed::typed(&known.content, visit.locale());
        let (theirs, _) = typed::patch(&saved);
        let collide = draft.reconcile(&mut self.typed, (&saved, &theirs), typed::fields);
        let words = |name: &str, value: &Value| naming::in_words(&shell, &format!("/{name}"), value);
        let conflict = collide.into_iter().map(|name| Conflict {
            label: shell.t(&format!("{FORM}.{name}.label")),
            theirs: words(name, theirs.get(name).unwrap_or(&Value::Null)),
            ours: words(name, draft.member(name)),
        });
        self.conflict = conflict.collect();
        self.shown(visit, 412)
    }

    fn shown(self, visit: &Visit, status: u16) -> Answer {
        let Self { typed, known, errors, conflict, from: (version, base) } = self;
        let title = if known.is_some() { "solutions.write.edit_title" } else { "solutions.write.new_title" };
        let action = match &known {
            Some(known) => format!("/solutions/{}/edit", known.id),
            None => "/solutions/new".to_owned(),
        };
        let shell = visit.shell(title);
        let form = FormView::new(shell.locale, FORM, typed).with_errors(errors);
        page::html(status, &Write { shell, form, action, known, version, base, conflict })
    }
}

/// What follows saving: the page of the solution, or at once before the bureau with it.
async fn go_on(sent: Sent, id: SolutionId) -> Answer {
    let there = format!("/solutions/{id}");
    if sent.typed.get("then") != "submit" {
        return Ok(sent.visit.go_saying(there, &Flash::said("solution_saved")));
    }
    match sent.perform(move |deed| actions::submit(deed, id, None)).await {
        Ok(()) => Ok(sent.visit.go_saying(there, &Flash::said("solution_submitted"))),
        Err(Failure::Invalid(errors)) => incomplete(&sent.visit, id, errors).await,
        Err(failure) => Err(failure),
    }
}

/// The form of what was to be submitted, with everything that is missing.
///
/// # Errors
/// Those of [`edit`].
pub(super) async fn incomplete(visit: &Visit, id: SolutionId, errors: FieldErrors) -> Answer {
    let known = editable(visit, id).await?;
    Form::of(known, visit.locale()).refused(visit, errors)
}

async fn editable(visit: &Visit, id: SolutionId) -> Result<Known, Failure> {
    visit
        .read(move |conn, actor| {
            let view = view::of(conn, actor, id)?;
            policy::require(actor, Action::Edit, &crate::solutions::subject(conn, id)?)?;
            view.status.step(Step::Edit)?;
            let may_submit = view.steps.contains(&Step::Submit);
            let SolutionView { status, version, content, .. } = view;
            Ok(Known { id, status, version, may_submit, content })
        })
        .await
}
