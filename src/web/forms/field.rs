//! One field of a form, and the controls it can be shown as.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Choice, Choices};
use crate::accounts::Locale;
use crate::locales;

/// One field: its texts, what was typed, what is wrong with it, and how it is to be typed.
///
/// Made by [`super::FormView::field`], adjusted by the builder methods, shown by the macros of `components.html`.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// The name it is sent under, e.g. `budget.max`.
    pub name: String,
    /// The id of its control, e.g. `f-budget-max`; of a group, that of the first control's group.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What to put in.
    pub hint: Option<String>,
    /// A good example.
    pub example: Option<String>,
    /// What is wrong and what to do.
    pub error: Option<String>,
    locale: Locale,
    kind: &'static str,
    values: Vec<String>,
    required: bool,
    /// Whether it may be left for later, though not for good.
    needed: bool,
    rows: u32,
    autocomplete: Option<&'static str>,
    inputmode: Option<&'static str>,
    maxlength: Option<usize>,
    accept: Option<&'static str>,
    unit: Option<String>,
    narrow: bool,
    choices: Vec<Choices>,
    placeholder_choice: Option<String>,
}

/// The id of the control of `name`.
pub(super) fn id_of(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}

impl FieldView {
    pub(super) fn new(locale: Locale, name: &str, label: String) -> Self {
        Self {
            name: name.to_owned(),
            id: id_of(name),
            label,
            hint: None,
            example: None,
            error: None,
            locale,
            kind: "text",
            values: Vec::new(),
            required: false,
            needed: false,
            rows: 4,
            autocomplete: None,
            inputmode: None,
            maxlength: None,
            accept: None,
            unit: None,
            narrow: false,
            choices: Vec::new(),
            placeholder_choice: None,
        }
    }

    pub(super) fn with_texts(mut self, hint: Option<String>, example: Option<String>) -> Self {
        (self.hint, self.example) = (hint, example);
        self
    }

    pub(super) fn with_values(mut self, values: Vec<String>) -> Self {
        self.values = values;
        self
    }

    pub(super) fn with_error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// It must be filled in; the label says so.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Marks it as needed before it is put before others; a draft can be saved without it.
    #[must_use]
    pub fn needed(mut self) -> Self {
        self.needed = true;
        self
    }

    /// The `type` of an input: `email`, `password`, `search`, `url` …
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// The height of a text area in lines.
    #[must_use]
    pub fn rows(mut self, rows: u32) -> Self {
        self.rows = rows;
        self
    }

    /// The `autocomplete` token of the HTML standard.
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// Which keyboard a phone shows: `numeric`, `decimal`, `tel` …
    #[must_use]
    pub fn inputmode(mut self, mode: &'static str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    /// The most characters. Shown below the control; it does not cut what is pasted, the rule answers.
    #[must_use]
    pub fn maxlength(mut self, most: usize) -> Self {
        self.maxlength = Some(most);
        self
    }

    /// What stands behind the control: 円, か月 …
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// As wide as a date or a sum.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// What can be chosen.
    #[must_use]
    pub fn options(mut self, choices: Vec<Choice>) -> Self {
        self.choices = vec![Choices { heading: None, choices }];
        self
    }

    /// What can be chosen, by the names of values; their labels stand under `<prefix>.<value>` ([`Choice::of`]).
    #[must_use]
    pub fn named<S: AsRef<str>>(self, prefix: &str, values: impl IntoIterator<Item = S>) -> Self {
        let choices = Choice::of(self.locale, prefix, values);
        self.options(choices)
    }

    /// What can be chosen, under headings.
    #[must_use]
    pub fn grouped(mut self, groups: Vec<Choices>) -> Self {
        self.choices = groups;
        self
    }

    /// The first, empty choice of a select, such as "choose" or "all".
    #[must_use]
    pub fn empty_choice(mut self, label: impl Into<String>) -> Self {
        self.placeholder_choice = Some(label.into());
        self
    }

    /// Another text than the locale's, such as a label that holds a name.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// It takes a file whose name ends in one of `endings`, such as `.pdf,.png`.
    #[must_use]
    pub fn file(mut self, endings: &'static str) -> Self {
        self.kind = "file";
        self.accept = Some(endings);
        self
    }

    /// Another hint than the locale's.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A sum typed freely: what may be typed stands in the hint, unless the field has one of its own.
    #[must_use]
    pub fn amount(&self) -> Self {
        self.free("amount_hint").unit(self.say("yen"))
    }

    /// A day typed freely.
    #[must_use]
    pub fn date(&self) -> Self {
        self.free("date_hint")
    }

    /// A fiscal year typed freely.
    #[must_use]
    pub fn fiscal_year(&self) -> Self {
        self.free("fiscal_year_hint")
    }

    fn free(&self, hint: &str) -> Self {
        let mut field = self.clone().narrow();
        field.hint = Some(field.hint.take().unwrap_or_else(|| self.say(hint)));
        field
    }

    /// The first value typed or chosen.
    pub fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// Whether `value` was chosen.
    pub fn is_chosen(&self, value: &str) -> bool {
        self.values.iter().any(|chosen| chosen == value)
    }

    /// The ids of the texts that describe the control, for `aria-describedby`; empty when there are none.
    pub fn describedby(&self) -> String {
        let parts = [
            (self.hint.is_some(), "hint"),
            (self.example.is_some(), "example"),
            (self.maxlength.is_some(), "limit"),
            (self.error.is_some(), "error"),
        ];
        let ids = parts.iter().filter(|(there, _)| *there).map(|(_, part)| format!("{}-{part}", self.id));
        ids.collect::<Vec<_>>().join(" ")
    }

    /// As one line.
    pub fn as_input(&self) -> Control<'_> {
        Control { field: self, shape: Shape::Input }
    }

    /// As several lines.
    pub fn as_textarea(&self) -> Control<'_> {
        Control { field: self, shape: Shape::Textarea }
    }

    /// As a list to choose one from.
    pub fn as_select(&self) -> Control<'_> {
        Control { field: self, shape: Shape::Select }
    }

    /// As radio buttons.
    pub fn as_radios(&self) -> Control<'_> {
        Control { field: self, shape: Shape::Radios }
    }

    /// As checkboxes.
    pub fn as_checkboxes(&self) -> Control<'_> {
        Control { field: self, shape: Shape::Checkboxes }
    }

    /// As a single checkbox whose label is the field's own.
    pub fn as_tick(&self) -> Control<'_> {
        Control { field: self, shape: Shape::Tick }
    }

    fn say(&self, key: &str) -> String {
        locales::text(self.locale, &format!("form.{key}"), &[])
    }

    fn limit(&self) -> String {
        let most = self.maxlength.unwrap_or_default().to_string();
        locales::text(self.locale, "form.limit", &[("max", most)])
    }

    /// The id of one control of a group; the first has the field's own, so that the error summary leads to it.
    fn id_at(&self, group: &usize, at: &usize) -> String {
        if *group == 0 && *at == 0 { self.id.clone() } else { format!("{}-{group}-{at}", self.id) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Input,
    Textarea,
    Select,
    Radios,
    Checkboxes,
    Tick,
}

/// A field in one of its shapes; shows itself.
#[derive(Debug, Template)]
#[template(path = "web/forms/templates/field.html")]
pub struct Control<'a> {
    field: &'a FieldView,
    shape: Shape,
}

impl HtmlSafe for Control<'_> {}

impl Control<'_> {
    fn group_kind(&self) -> &'static str {
        if self.shape == Shape::Radios { "radio" } else { "checkbox" }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FormView, Typed};
    use super::*;
    use crate::fields::{FieldErrors, Invalid};

    fn form(body: &str) -> FormView {
        FormView::new(Locale::Ja, "styleguide.form", Typed::parse(body.as_bytes()))
    }

    #[test]
    fn what_was_typed_is_escaped() {
        let shown = form("title=%22%3E%3Cscript%3E").field("title").as_input().to_string();
        assert!(!shown.contains("<script>") && shown.contains("&#34;&#62;&#60;script&#62;"), "{shown}");
    }

    #[test]
    fn a_refused_field_says_so_to_everyone() {
        let errors = FieldErrors::one("/title", Invalid::new("blank"));
        let shown = form("").with_errors(errors).field("title").required().as_input().to_string();
        for part in [
            r#"aria-invalid="true""#,
            r#"id="f-title-error""#,
            "入力してください。",
            r#"aria-describedby="f-title-hint f-title-example f-title-error""#,
            "required",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }

    #[test]
    fn what_was_chosen_stays_chosen() {
        let choices = vec![Choice::new("a", "甲"), Choice::new("b", "乙")];
        let form = form("sectors=b");
        let select = form.field("sectors").options(choices.clone()).as_select().to_string();
        assert!(
            select.contains(r#"<option value="b" selected>"#) && select.contains(r#"<option value="a">"#)
        );
        let boxes = form.field("sectors").options(choices).as_checkboxes().to_string();
        assert!(boxes.contains(r#"value="b" checked"#) && boxes.contains("<fieldset"), "{boxes}");
    }

    #[test]
    fn the_first_control_of_a_group_has_the_id_of_the_field() {
        let field = form("").field("sectors").options(vec![Choice::new("a", "甲"), Choice::new("b", "乙")]);
        let shown = field.as_radios().to_string();
        assert!(shown.contains(r#"id="f-sectors" "#) && shown.contains(r#"id="f-sectors-0-1""#), "{shown}");
    }
}
