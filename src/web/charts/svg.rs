//! A drawing that escapes whatever it is given.

use std::fmt;

use askama::filters::HtmlSafe;

/// A finished drawing; a template shows it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Svg(String);

impl HtmlSafe for Svg {}

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A drawing in the making.
#[derive(Debug, Default)]
pub(super) struct Pen(String);

impl Pen {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Begins an element.
    pub(super) fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.begin(tag, attributes);
        self.0.push('>');
    }

    /// Ends an element.
    pub(super) fn close(&mut self, tag: &str) {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
    }

    /// An element without content.
    pub(super) fn empty(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.begin(tag, attributes);
        self.0.push_str("/>");
    }

    /// An element with text.
    pub(super) fn text(&mut self, tag: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(tag, attributes);
        self.write(text);
        self.close(tag);
    }

    pub(super) fn finish(self) -> Svg {
        Svg(self.0)
    }

    fn begin(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.write(value);
            self.0.push('"');
        }
    }

    fn write(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
    }
}

/// A share, 0 to 1, as a percentage of the drawing's width.
pub(super) fn percent(share: f64) -> String {
    format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0)
}

/// Begins an image with its name and, unless empty, its description. `id` must be unique on the page.
pub(super) fn image(pen: &mut Pen, id: &str, class: &str, size: &[(&str, &str)], name: &str, about: &str) {
    let (title, description) = (format!("{id}-title"), format!("{id}-desc"));
    let labelled = if about.is_empty() { title.clone() } else { format!("{title} {description}") };
    let mut attributes = vec![("class", class), ("role", "img"), ("aria-labelledby", labelled.as_str())];
    attributes.extend_from_slice(size);
    pen.open("svg", &attributes);
    pen.text("title", &[("id", &title)], name);
    if !about.is_empty() {
        pen.text("desc", &[("id", &description)], about);
    }
}
