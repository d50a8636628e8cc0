//! A form as a page shows it: fields with their texts, values and refusals.

use super::{FieldView, Typed, name_of, pointer_of};
use crate::accounts::Locale;
use crate::fields::{FieldErrors, Invalid};
use crate::locales;

/// A form: its language, where its texts stand, what was typed, and what is to be mended.
///
/// The texts of a field stand in the locale files under `<prefix>.<name>.label`, `.hint`, `.example`; the indices
/// of rows are dropped from the key (`outcomes.0.unit` reads `<prefix>.outcomes.unit.label`).
#[derive(Debug, Clone)]
pub struct FormView {
    locale: Locale,
    prefix: String,
    typed: Typed,
    errors: FieldErrors,
    elsewhere: Vec<(String, String)>,
}

/// One entry of the summary of what is to be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// Where the field is; `None` when no field of the form is to blame.
    pub href: Option<String>,
    /// The field's label; `None` as above.
    pub label: Option<String>,
    /// What is wrong and what to do.
    pub sentence: String,
}

impl FormView {
    /// A form whose texts stand under `prefix`, showing `typed`.
    pub fn new(locale: Locale, prefix: impl Into<String>, typed: Typed) -> Self {
        Self { locale, prefix: prefix.into(), typed, errors: FieldErrors::new(), elsewhere: Vec::new() }
    }

    /// The same with what is to be mended.
    #[must_use]
    pub fn with_errors(mut self, errors: FieldErrors) -> Self {
        self.errors = errors;
        self
    }

    /// Says that `name` and every field below it stand on another page, so that the summary leads there.
    #[must_use]
    pub fn elsewhere(mut self, name: impl Into<String>, page: impl Into<String>) -> Self {
        self.elsewhere.push((name.into(), page.into()));
        self
    }

    /// The language of its texts.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// What was typed.
    pub fn typed(&self) -> &Typed {
        &self.typed
    }

    /// Whether anything is to be mended.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The field `name`, ready to be shown.
    pub fn field(&self, name: &str) -> FieldView {
        let say = |part: &str| self.text_of(name, part);
        FieldView::new(self.locale, name, say("label").unwrap_or_else(|| name.to_owned()))
            .with_texts(say("hint"), say("example"))
            .with_values(self.typed.all(name).into_iter().map(str::to_owned).collect())
            .with_error(self.error_of(name))
    }

    /// Everything that is to be mended, in the order it was found; an error of a field that the form does not know
    /// is listed with the others.
    pub fn errors(&self) -> Vec<FormError> {
        self.errors.iter().map(|(pointer, invalid)| self.entry(pointer, invalid)).collect()
    }

    fn entry(&self, pointer: &str, invalid: &Invalid) -> FormError {
        let sentence = locales::rule(self.locale, invalid);
        let Some(name) = self.known(&name_of(pointer)) else {
            let place = pointer.trim_start_matches('/');
            let sentence = if place.is_empty() { sentence } else { format!("{place}: {sentence}") };
            return FormError { href: None, label: None, sentence };
        };
        let below = |(start, _): &&(String, String)| {
            name.strip_prefix(start.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let page = self.elsewhere.iter().find(below).map_or("", |(_, page)| page);
        let href = Some(format!("{page}#{}", super::field::id_of(&name)));
        FormError { href, label: self.text_of(&name, "label"), sentence }
    }

    /// The nearest field with a label at or above `name`: `sectors.1` is about the field `sectors`.
    fn known(&self, name: &str) -> Option<String> {
        let mut name = name;
        loop {
            let bare_index = name.rsplit('.').next().is_some_and(is_index);
            if !name.is_empty() && !bare_index && self.text_of(name, "label").is_some() {
                return Some(name.to_owned());
            }
            name = name.rsplit_once('.')?.0;
        }
    }

    /// The first refusal of the field itself or of one of the values it holds.
    fn error_of(&self, name: &str) -> Option<String> {
        let own = pointer_of(name);
        let is_its = |pointer: &str| {
            pointer == own
                || pointer.strip_prefix(&own).and_then(|rest| rest.strip_prefix('/')).is_some_and(is_index)
        };
        let found = self.errors.iter().find(|(pointer, _)| is_its(pointer));
        found.map(|(_, invalid)| locales::rule(self.locale, invalid))
    }

    fn text_of(&self, name: &str, part: &str) -> Option<String> {
        let mut key = self.prefix.clone();
        for segment in name.split('.').filter(|segment| !is_index(segment)) {
            key.push('.');
            key.push_str(segment);
        }
        key.push('.');
        key.push_str(part);
        locales::has(self.locale, &key).then(|| locales::text(self.locale, &key, &[]))
    }
}

fn is_index(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong and what to do, in words.
#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str, errors: &[(&str, Invalid)]) -> FormView {
        let mut found = FieldErrors::new();
        for (pointer, invalid) in errors {
            found.add(*pointer, invalid.clone());
        }
        FormView::new(Locale::Ja, "styleguide.form", Typed::parse(body.as_bytes())).with_errors(found)
    }

    #[test]
    fn a_field_shows_its_texts_and_what_was_typed() {
        let field = form("budget.max=1200%E4%B8%87", &[]).field("budget.max");
        assert_eq!((field.name.as_str(), field.id.as_str()), ("budget.max", "f-budget-max"));
        assert_eq!((field.label.as_str(), field.value()), ("予算の上限", "1200万"));
        assert!(field.hint.is_some() && field.error.is_none());
    }

    #[test]
    fn an_index_is_no_part_of_the_key_but_of_the_place() {
        let field = form("", &[]).field("outcomes.0.indicator");
        assert_eq!((field.id.as_str(), field.label.as_str()), ("f-outcomes-0-indicator", "指標"));
    }

    #[test]
    fn the_summary_leads_to_each_field_with_its_label_and_sentence() {
        let form = form(
            "",
            &[("/budget/max", Invalid::new("not_an_amount")), ("/sectors/1", Invalid::new("blank"))],
        );
        let errors = form.errors();
        assert_eq!(errors[0].href.as_deref(), Some("#f-budget-max"));
        assert_eq!(errors[0].label.as_deref(), Some("予算の上限"));
        assert!(errors[0].sentence.contains("1200万"));
        assert_eq!(errors[1].href.as_deref(), Some("#f-sectors"));
        assert!(form.field("sectors").error.is_some() && form.field("title").error.is_none());
    }

    #[test]
    fn an_error_of_an_unknown_field_is_listed_too() {
        let errors =
            form("", &[("/nowhere/0/x", Invalid::new("blank")), ("", Invalid::new("blank"))]).errors();
        assert_eq!(
            (&errors[0].href, errors[0].sentence.as_str()),
            (&None, "nowhere/0/x: 入力してください。")
        );
        assert_eq!(errors[1].sentence, "入力してください。");
    }

    #[test]
    fn an_error_of_another_page_leads_there() {
        let form = form("", &[("/budget/max", Invalid::new("required"))]).elsewhere("budget", "/write/2");
        assert_eq!(form.errors()[0].href.as_deref(), Some("/write/2#f-budget-max"));
    }
}
