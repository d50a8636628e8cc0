//! A browser without a screen: keeps cookies, and sends a form of the page it is on as that page wrote it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::app::{PASSWORD, TestApp};
use super::http::{Answer, Client};

/// A browser of one person. Follows no redirects: [`Page::leads_to`] tells where one goes.
pub struct Browser {
    client: Client,
    cookies: RefCell<BTreeMap<String, String>>,
    /// The hidden fields of the last page's forms, by the form's action.
    hidden: RefCell<Vec<Form>>,
}

/// A form's action, and its hidden fields.
type Form = (String, Vec<(String, String)>);

impl Browser {
    /// A fresh one, signed in nowhere.
    pub fn of(client: Client) -> Self {
        Self { client, cookies: RefCell::default(), hidden: RefCell::default() }
    }

    /// A fresh one in which the member with `email` is signed in.
    #[track_caller]
    pub fn signed_in(app: &TestApp, email: &str) -> Self {
        let browser = Self::of(app.public());
        browser.sign_in(email, PASSWORD).expect(303);
        browser
    }

    /// Opens a page.
    #[track_caller]
    pub fn open(&self, path: &str) -> Page {
        let request = self.client.get(path).header("accept", "text/html");
        self.keep(request.header("cookie", &self.cookie_header()).send())
    }

    /// Opens whatever a redirect leads to.
    #[track_caller]
    pub fn follow(&self, page: &Page) -> Page {
        self.open(&page.leads_to().expect("this page leads nowhere"))
    }

    /// Sends `typed` with what the form with that `action` on the last page holds hidden.
    #[track_caller]
    pub fn send(&self, action: &str, typed: &[(&str, &str)]) -> Page {
        let hidden = self.hidden.borrow();
        let form = hidden.iter().find(|(known, _)| known == action);
        let fields = form.map(|(_, fields)| fields.clone()).unwrap_or_else(|| {
            let known: Vec<&str> = hidden.iter().map(|(action, _)| action.as_str()).collect();
            panic!("no form goes to {action}; there are {known:?}")
        });
        drop(hidden);
        let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<(&str, &str)> = fields.chain(typed.iter().copied()).collect();
        self.send_bare(action, &pairs)
    }

    /// Saves on the way, as the script of a form does.
    #[track_caller]
    pub fn save_on_the_way(&self, action: &str, typed: &[(&str, &str)]) -> Answer {
        let hidden = self.hidden_of(action);
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<(&str, &str)> = hidden.chain(typed.iter().copied()).collect();
        self.save_bare(action, &pairs)
    }

    /// The same with exactly these pairs.
    #[track_caller]
    pub fn save_bare(&self, action: &str, pairs: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = self.client.post(action).header("accept", "application/json");
        let request = request.header("cookie", &self.cookie_header());
        request.body("application/x-www-form-urlencoded", body).send()
    }

    /// Sends exactly these pairs, as a forged form would.
    #[track_caller]
    pub fn send_bare(&self, action: &str, pairs: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = self.client.post(action).header("accept", "text/html");
        let request = request.header("cookie", &self.cookie_header());
        self.keep(request.body("application/x-www-form-urlencoded", body).send())
    }

    /// A hidden field of the last page.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let hidden = self.hidden.borrow();
        let mut fields = hidden.iter().flat_map(|(_, fields)| fields);
        fields.find(|(known, _)| known == name).unwrap_or_else(|| panic!("no hidden {name}")).1.clone()
    }

    /// What the form with that `action` on the last page holds hidden.
    #[track_caller]
    pub fn hidden_of(&self, action: &str) -> Vec<(String, String)> {
        let forms = self.hidden.borrow();
        let form = forms.iter().find(|(known, _)| known == action);
        form.map(|(_, fields)| fields.clone()).expect("there is no such form")
    }

    /// Sends any body, such as a form with a file.
    #[track_caller]
    pub fn send_body(&self, action: &str, content_type: &str, body: Vec<u8>) -> Page {
        let request = self.client.post(action).header("accept", "text/html");
        self.keep(request.header("cookie", &self.cookie_header()).body(content_type, body).send())
    }

    /// Signs in by the page.
    #[track_caller]
    pub fn sign_in(&self, email: &str, password: &str) -> Page {
        self.open("/sign-in");
        self.send("/sign-in", &[("email", email), ("password", password)])
    }

    /// One of its cookies.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Loses or gains a cookie, as another tab would.
    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned()),
            None => self.cookies.borrow_mut().remove(name),
        };
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.borrow();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&self, answer: Answer) -> Page {
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = actix_web::cookie::Cookie::parse(cookie.to_str().unwrap().to_owned()).unwrap();
            let gone = cookie.max_age().is_some_and(|age| age.is_zero());
            self.set_cookie(cookie.name(), (!gone).then(|| cookie.value()));
        }
        let page = Page { html: answer.text(), answer };
        if page.answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            *self.hidden.borrow_mut() = forms(&page.html);
        }
        page
    }
}

/// What came back.
pub struct Page {
    pub answer: Answer,
    pub html: String,
}

impl Page {
    /// Itself when the status is `status`; otherwise the test fails and shows the page.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.answer.status.as_u16(), status, "{}", self.html);
        self
    }

    /// Itself when the page shows `words`.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.html.contains(words), "{words:?} is not in {}", self.html);
        self
    }

    /// Itself when the page does not show `words`.
    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        assert!(!self.html.contains(words), "{words:?} is in {}", self.html);
        self
    }

    /// Where it sends the browser next.
    pub fn leads_to(&self) -> Option<String> {
        self.answer.header("location").map(str::to_owned)
    }
}

/// Every form of a page that posts: its action without the query, and its hidden fields. Our own pages write one
/// attribute order, so that no parser is needed.
fn forms(html: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for form in html.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        let Some(action) = attribute(form.split('>').next().unwrap_or_default(), "action") else { continue };
        let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
        let hidden = inputs.filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
        let pairs = hidden.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)));
        // The language switch of a page that answers a form goes to the same path, with the language.
        let whole = form.contains("name=\"again\"");
        let action = if whole { action } else { action.split('?').next().unwrap_or_default().to_owned() };
        forms.push((action, pairs.collect()));
    }
    forms
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(unescaped(value))
}

/// As askama escapes (numeric references), undone.
fn unescaped(text: &str) -> String {
    let pairs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}
