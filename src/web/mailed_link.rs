//! What the plain pages behind mailed links share: how their story ends, and why a link does not act.

use actix_web::HttpRequest;
use askama::Template;

use super::{Answer, Shell, page};
use crate::accounts::links::Dead;
use crate::fields::FieldErrors;
use crate::locales;

/// The pages behind one kind of mailed link.
#[derive(Debug, Clone, Copy)]
pub struct MailedLink {
    /// Below which key their texts stand: `title`, `dead`, `link_unknown`, `link_used`, `link_expired` among them.
    pub texts: &'static str,
    /// Where people go on from the last page: the key of its label, and the path.
    pub onward: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "web/templates/mailed_link.html")]
struct LastPage {
    shell: Shell,
    heading: String,
    text: String,
    onward: (String, String),
}

impl MailedLink {
    /// The last page. `heading` and `text` are keys below its texts.
    pub fn ends(&self, request: &HttpRequest, status: u16, heading: &str, text: &str) -> Answer {
        let shell = Shell::of(request, &format!("{}.title", self.texts));
        let said = |key: &str| shell.t(&format!("{}.{key}", self.texts));
        let (label, path) = self.onward;
        let last = LastPage {
            heading: said(heading),
            text: said(text),
            onward: (shell.t(label), shell.link(path)),
            shell,
        };
        page::secret_html(status, &last)
    }

    /// A link that does not act, and what to do then.
    pub fn is_dead(&self, request: &HttpRequest, why: Dead) -> Answer {
        let status = match why {
            Dead::Unknown => 404,
            Dead::Used | Dead::Expired => 410,
        };
        self.ends(request, status, "dead", why.code())
    }

    /// The rules that an answer broke, in words.
    pub fn rules(&self, request: &HttpRequest, errors: &FieldErrors) -> Vec<String> {
        let locale = Shell::of(request, &format!("{}.title", self.texts)).locale;
        errors.iter().map(|(_, invalid)| locales::rule(locale, invalid)).collect()
    }
}
