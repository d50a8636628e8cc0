//! What a field offers to choose from.

use crate::accounts::Locale;
use crate::locales;

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line of explanation below it; radios and checkboxes show it.
    pub hint: Option<String>,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// Adds a line of explanation.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// One choice per value, its label the text `<prefix>.<value>` and its hint `<prefix>.<value>_hint` where the
    /// locale files have one. For the names of an enum: `Choice::of(locale, "challenges.stage", Stage::names())`.
    pub fn of<S: AsRef<str>>(locale: Locale, prefix: &str, values: impl IntoIterator<Item = S>) -> Vec<Self> {
        let choice = |value: S| {
            let value = value.as_ref();
            let hint = format!("{prefix}.{value}_hint");
            Self {
                value: value.to_owned(),
                label: locales::text(locale, &format!("{prefix}.{value}"), &[]),
                hint: locales::has(locale, &hint).then(|| locales::text(locale, &hint, &[])),
            }
        };
        values.into_iter().map(choice).collect()
    }
}

/// Choices under a heading of their own, or under none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The heading (an `optgroup`, or a legend within a group); `None` for choices that stand alone.
    pub heading: Option<String>,
    /// The choices.
    pub choices: Vec<Choice>,
}
