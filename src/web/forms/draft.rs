//! A document that more than one person writes in a form: of two who write at once, neither undoes what only the other
//! has changed, and what both have changed is laid before whoever came second.

use serde_json::{Map, Value};

use super::{Base, Typed};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::web::Shell;

/// A document as a form sent it, beside what the form was made from.
#[derive(Debug, Clone)]
pub struct Draft {
    members: Map<String, Value>,
    base: Base,
    version: i32,
}

impl Draft {
    /// The `members` that were read from a form, with the `version` and the `base` it carries.
    ///
    /// # Errors
    /// `VersionRequired`; `Invalid` at `/version`.
    pub fn of(typed: &Typed, members: Map<String, Value>) -> Result<Self, Failure> {
        let version = typed.version()?.ok_or(Failure::VersionRequired)?;
        Ok(Self { members, base: Base::parse(typed.get("base")), version })
    }

    /// The same without the members in which something cannot be read, so that a save on the way keeps all the rest.
    #[must_use]
    pub fn readable(mut self, errors: &FieldErrors) -> Self {
        leave_out(&mut self.members, errors);
        self
    }

    /// What of it is to be written over `theirs`, the document as it stands in version `current`: what the writer changed.
    ///
    /// # Errors
    /// `Stale` when somebody else has changed the same member in another way.
    pub fn over(&self, theirs: &Map<String, Value>, current: i32) -> Result<Map<String, Value>, Failure> {
        // Whoever has seen this very version knows what stands there, also with a form that does not say what it was made from.
        let seen = self.base.is_empty() && self.version == current;
        if !seen && self.base.collisions(&self.members, theirs).next().is_some() {
            return Err(Failure::Stale { current });
        }
        Ok(self.base.changed(self.members.clone(), theirs))
    }

    /// What the form is made from once this was saved: a member that was not saved is still held to what it was made from.
    pub fn saved(&self) -> Base {
        self.base.with(&self.members)
    }

    /// The members that both sides have changed. In `typed` what only others have changed is taken over from `saved`, the
    /// document `theirs` as the form would show it; `fields` names the fields in which a member is typed.
    pub fn reconcile<'a>(
        &'a self,
        typed: &mut Typed,
        (saved, theirs): (&Typed, &'a Map<String, Value>),
        fields: impl Fn(&str) -> Vec<&str>,
    ) -> Vec<&'a str> {
        for (name, value) in &self.members {
            if self.base.holds(name, value) {
                for field in fields(name) {
                    typed.take_over(field, saved);
                }
            }
        }
        self.base.collisions(&self.members, theirs).collect()
    }

    /// A member as it was typed.
    pub fn member(&self, name: &str) -> &Value {
        self.members.get(name).unwrap_or(&Value::Null)
    }
}

/// Takes the members with `errors` out of a document.
pub fn leave_out(members: &mut Map<String, Value>, errors: &FieldErrors) {
    for (pointer, _) in errors.iter() {
        if let Some(name) = pointer.trim_start_matches('/').split('/').next() {
            members.remove(name);
        }
    }
}

/// A field that differs between what is saved and what was typed, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The name of the field.
    pub label: String,
    /// As somebody else saved it.
    pub theirs: String,
    /// As it was typed.
    pub ours: String,
}

/// A member of a document as a person reads it. `word` knows the words of what is not simply text: codes, sums, days.
pub fn in_words(
    shell: &Shell,
    pointer: &str,
    value: &Value,
    word: &dyn Fn(&str, &Value) -> Option<String>,
) -> String {
    if let Some(word) = word(pointer, value) {
        return word;
    }
    let joined = |words: Vec<String>, by: &str| match words.is_empty() {
        true => shell.t("form.nothing"),
        false => words.join(by),
    };
    match value {
        Value::Null => shell.t("form.nothing"),
        Value::Bool(yes) => shell.t(if *yes { "form.yes" } else { "form.no" }),
        Value::String(text) if text.is_empty() => shell.t("form.nothing"),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => {
            let words = list.iter().map(|one| in_words(shell, pointer, one, word));
            joined(words.collect(), &shell.t("form.between"))
        }
        Value::Object(members) => {
            let said = members.iter().filter(|(_, value)| !value.is_null() && value.as_str() != Some(""));
            let words = said.map(|(name, one)| in_words(shell, &format!("{pointer}/{name}"), one, word));
            joined(words.collect(), " ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Invalid;
    use serde_json::json;

    fn document(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn draft(before: &Map<String, Value>, version: i32, ours: Value) -> Draft {
        let mut typed = Typed::new();
        typed.set("version", version.to_string());
        typed.set("base", Base::of(before).to_string());
        Draft::of(&typed, document(ours)).expect("a draft")
    }

    #[test]
    fn only_what_the_writer_changed_is_written() {
        let before = document(json!({"name": "a", "tagline": "b"}));
        let ours = draft(&before, 1, json!({"name": "a", "tagline": "ours"}));
        let theirs = document(json!({"name": "theirs", "tagline": "b"}));
        assert_eq!(ours.over(&theirs, 2).expect("no collision"), document(json!({"tagline": "ours"})));
    }

    #[test]
    fn what_both_changed_is_refused_also_after_a_save_that_took_their_version_without_showing_it() {
        let before = document(json!({"name": "a", "tagline": "b"}));
        let theirs = document(json!({"name": "theirs", "tagline": "b"}));
        let first = draft(&before, 1, json!({"name": "a", "tagline": "ours"}));
        let mut typed = Typed::new();
        typed.set("version", "3");
        typed.set("base", first.saved().to_string());
        let second =
            Draft::of(&typed, document(json!({"name": "ours", "tagline": "ours"}))).expect("a draft");
        assert!(matches!(second.over(&theirs, 3), Err(Failure::Stale { current: 3 })));
    }

    #[test]
    fn a_form_without_a_base_is_held_to_its_version() {
        let mut typed = Typed::new();
        typed.set("version", "2");
        let ours = Draft::of(&typed, document(json!({"name": "ours"}))).expect("a draft");
        let theirs = document(json!({"name": "theirs"}));
        assert!(ours.over(&theirs, 2).is_ok());
        assert!(matches!(ours.over(&theirs, 3), Err(Failure::Stale { .. })));
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_still_counts_as_unsaved() {
        let before = document(json!({"name": "a", "cost": {"initial": 1}}));
        let errors = FieldErrors::one("/cost/initial", Invalid::new("not_a_sum"));
        let ours = draft(&before, 1, json!({"name": "b", "cost": {"initial": null}})).readable(&errors);
        assert_eq!(ours.over(&before, 1).expect("readable"), document(json!({"name": "b"})));
        let saved = ours.saved();
        assert!(saved.holds("name", &json!("b")) && saved.holds("cost", &json!({"initial": 1})));
    }

    #[test]
    fn what_only_others_changed_is_taken_over_into_the_form() {
        let before = document(json!({"name": "a", "tagline": "b"}));
        let ours = draft(&before, 1, json!({"name": "a", "tagline": "ours"}));
        let mut typed = Typed::parse(b"name=a&tagline=ours");
        let saved = Typed::parse(b"name=theirs&tagline=theirs");
        let theirs = document(json!({"name": "theirs", "tagline": "theirs"}));
        assert_eq!(ours.reconcile(&mut typed, (&saved, &theirs), |name| vec![name]), ["tagline"]);
        assert_eq!((typed.get("name"), typed.get("tagline")), ("theirs", "ours"));
    }
}
