//! The parts of other pages: "follow this" beside a thing, "keep this search" above a list.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::form::{CHOICES, NAME};
use super::super::{Kind, Target, Watched};
use crate::notices::Frequency;
use crate::policy::Actor;
use crate::web::Shell;
use crate::web::forms::{FieldView, FormView, Typed};

/// The choices of a form that asks how often, and where to.
pub(super) fn fields(shell: &Shell, typed: Typed) -> FormView {
    let mut typed = typed;
    if !typed.has("frequency") {
        typed.set("frequency", Frequency::Daily.as_str());
    }
    FormView::new(shell.locale, "watches.form", typed)
}

pub(super) fn frequency(form: &FormView) -> FieldView {
    form.field("frequency").named("watches.frequency", CHOICES.map(Frequency::as_str))
}

pub(super) fn email(form: &FormView) -> FieldView {
    form.field("email").kind("email").autocomplete("email").required()
}

pub(super) fn name(form: &FormView) -> FieldView {
    form.field("name").maxlength(NAME)
}

/// The field of a form in which a thing is named.
pub(super) fn naming(target: &Target) -> Vec<(&'static str, String)> {
    match target {
        Target::Challenge(id) => vec![("challenge_id", id.to_string())],
        Target::Solution(id) => vec![("solution_id", id.to_string())],
        Target::ChallengeSearch(query) => {
            vec![("kind", Kind::ChallengeSearch.to_string()), ("query", query.clone())]
        }
        Target::SolutionSearch(query) => {
            vec![("kind", Kind::SolutionSearch.to_string()), ("query", query.clone())]
        }
    }
}

/// "Follow this", or that one does.
#[derive(Template)]
#[template(path = "watches/templates/follow.html")]
pub struct Follow {
    shell: Shell,
    signed_in: bool,
    watched: Option<Watched>,
    form: FormView,
}

impl HtmlSafe for Follow {}

impl Follow {
    fn hidden(&self, watched: &Watched) -> Vec<(&'static str, String)> {
        naming(&watched.target)
    }

    fn frequency(&self) -> FieldView {
        frequency(&self.form)
    }

    fn email(&self) -> FieldView {
        email(&self.form)
    }
}

/// The part beside a thing; nothing while there is nothing to follow.
pub fn follow(shell: &Shell, actor: &Actor, watched: Option<Watched>) -> Follow {
    let form = fields(shell, Typed::new());
    Follow { shell: shell.clone(), signed_in: actor.member().is_some(), watched, form }
}

/// "Keep this search".
#[derive(Template)]
#[template(path = "watches/templates/save_search.html")]
pub struct SaveSearch {
    shell: Shell,
    signed_in: bool,
    kind: Kind,
    query: String,
    form: FormView,
}

impl HtmlSafe for SaveSearch {}

impl SaveSearch {
    fn frequency(&self) -> FieldView {
        let mut field = frequency(&self.form);
        field.id = format!("watch-{}", field.id);
        field
    }

    fn email(&self) -> FieldView {
        let mut field = email(&self.form);
        field.id = format!("watch-{}", field.id);
        field
    }

    fn name(&self) -> FieldView {
        let mut field = name(&self.form);
        field.id = format!("watch-{}", field.id);
        field
    }
}

/// The part above a list, for what its address asks for now.
pub fn save_search(shell: &Shell, actor: &Actor, kind: Kind) -> SaveSearch {
    let here = shell.here();
    let query = here.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned());
    let form = fields(shell, Typed::new());
    SaveSearch { shell: shell.clone(), signed_in: actor.member().is_some(), kind, query, form }
}
