//! What a parser answers when it refuses: a rule's code and the figures that explain it, never a sentence.

use std::fmt;

/// A broken rule of one field.
///
/// `code` names the sentence in the locale files (`invalid.<code>`), which says what was wrong and what to do;
/// `params` are the values that sentence needs (bounds, the expected check digit …). What the user typed is
/// not among them unless the rule needs it, so that a problem never echoes personal data by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    code: &'static str,
    params: Vec<(&'static str, String)>,
}

impl Invalid {
    /// A broken rule without figures.
    pub fn new(code: &'static str) -> Self {
        Self { code, params: Vec::new() }
    }

    /// Adds a figure for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    /// The rule's code, e.g. `check_digit`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The figures of the sentence, in the order they were given.
    pub fn params(&self) -> &[(&'static str, String)] {
        &self.params
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for (name, value) in &self.params {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}

/// Everything that is wrong with one body, each with the JSON pointer (RFC 6901) of its field.
///
/// Collecting instead of stopping at the first lets a person mend a form in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, Invalid)>);

impl FieldErrors {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// One field refused.
    pub fn one(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self(vec![(pointer.into(), invalid)])
    }

    /// Notes that the field at `pointer` broke a rule.
    pub fn add(&mut self, pointer: impl Into<String>, invalid: Invalid) {
        self.0.push((pointer.into(), invalid));
    }

    /// Adds what was found elsewhere.
    pub fn extend(&mut self, found: &Self) {
        for (pointer, invalid) in found.iter() {
            self.add(pointer, invalid.clone());
        }
    }

    /// Keeps the value of a parser that accepted; notes the refusal and gives `None` otherwise.
    pub fn keep<T>(&mut self, pointer: impl Into<String>, parsed: Result<T, Invalid>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.add(pointer, invalid);
                None
            }
        }
    }

    /// `Ok` when nothing was wrong.
    ///
    /// # Errors
    /// All refusals, in the order they were found.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Whether nothing was wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The refusals with their pointers, in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Invalid)> {
        self.0.iter().map(|(pointer, invalid)| (pointer.as_str(), invalid))
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (pointer, invalid)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { "; " };
            write!(f, "{comma}{pointer}: {invalid}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}
