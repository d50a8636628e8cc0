//! A message in words: subject, plain text and light HTML, before anything is sent.

use askama::Template as _;

use super::Letter;
use crate::accounts::Locale;
use crate::locales;

/// A message ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// `【Kakehashi】` and what it is about, one line.
    pub subject: String,
    /// Plain text, complete in itself.
    pub text: String,
    /// The same as light HTML.
    pub html: String,
}

#[derive(askama::Template)]
#[template(path = "notices/templates/mail.txt", escape = "none")]
struct Text<'a>(&'a Words);

#[derive(askama::Template)]
#[template(path = "notices/templates/mail.html")]
struct Html<'a>(&'a Words);

struct Words {
    lang: &'static str,
    subject: String,
    paragraphs: Vec<String>,
    action: String,
    address: String,
    expiry: Option<String>,
    footer: String,
}

/// Puts a message into words. Facts are put in as plain text; the HTML escapes them.
pub fn letter(letter: &Letter, locale: Locale, public_url: &str) -> Rendered {
    let facts = letter.facts_in(locale);
    let key = |part: &str| format!("mail.{}.{part}", letter.kind.as_str());
    let say = |part: &str| locales::text(locale, &key(part), &facts);
    let words = Words {
        lang: locale.as_str(),
        subject: one_line(&say("subject")),
        paragraphs: say("body").split("\n\n").map(|paragraph| paragraph.trim().to_owned()).collect(),
        action: say("action"),
        address: letter.link.address(public_url),
        expiry: locales::has(locale, &key("expiry")).then(|| say("expiry")),
        footer: locales::text(locale, "mail.footer", &[("public_url", public_url.to_owned())]),
    };
    let text = Text(&words).render().unwrap_or_default();
    let html = Html(&words).render().unwrap_or_default();
    Rendered { subject: words.subject, text, html }
}

/// A title with a line break must not become a second header (ASVS 1.3.11).
fn one_line(subject: &str) -> String {
    subject.split_whitespace().collect::<Vec<_>>().join(" ")
}
