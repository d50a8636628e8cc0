//! What somebody asks to follow, as it is sent.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Target;
use crate::challenges;
use crate::fields::{Email, FieldErrors, Invalid, line};
use crate::notices::Frequency;
use crate::solutions;
use crate::web::forms::Typed;

/// Characters of a name.
pub(super) const NAME: usize = 80;

/// A watch as it is asked for. Exactly one of the first four.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"challenge_search": "q=除雪&prefecture=01", "frequency": "daily"}))]
pub struct WatchForm {
    /// A challenge.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub challenge_id: Option<String>,
    /// A solution.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub solution_id: Option<String>,
    /// The query string of the page `/challenges`; without `status` it finds the open ones.
    pub challenge_search: Option<String>,
    /// The query string of the page `/solutions`.
    pub solution_search: Option<String>,
    /// `instant`, `daily` (8:00 in Japan) or `weekly` (Monday 8:00 in Japan); `daily` unless given.
    #[schema(value_type = Option<Frequency>)]
    pub frequency: Option<String>,
    /// One's own name for it, up to 80 characters.
    pub name: Option<String>,
    /// With `POST watches/by-mail` only: where to send it.
    pub email: Option<String>,
}

/// A watch that can be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wish {
    pub(super) target: Target,
    pub(super) frequency: Frequency,
    pub(super) name: Option<String>,
}

impl WatchForm {
    /// As a page sends it: a search stands in `query`, its list in `kind`.
    pub(super) fn typed(typed: &Typed) -> Self {
        let search = |kind: &str| (typed.get("kind") == kind).then(|| typed.get("query").to_owned());
        Self {
            challenge_id: typed.text("challenge_id"),
            solution_id: typed.text("solution_id"),
            challenge_search: search("challenge_search"),
            solution_search: search("solution_search"),
            frequency: typed.text("frequency"),
            name: typed.text("name"),
            email: typed.text("email"),
        }
    }

    /// A member's watch.
    ///
    /// # Errors
    /// Every wrong field.
    pub(super) fn parse(&self) -> Result<Wish, FieldErrors> {
        let mut errors = FieldErrors::new();
        if self.email.is_some() {
            errors.add("/email", Invalid::new("unknown_field"));
        }
        let wish = self.wish(&mut errors);
        errors.into_result()?;
        wish.ok_or_else(|| FieldErrors::one("", Invalid::new("one_target")))
    }

    /// A watch of an address without an account.
    ///
    /// # Errors
    /// Every wrong field.
    pub(super) fn parse_by_mail(&self) -> Result<(Email, Wish), FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = self.email.as_deref().ok_or_else(|| Invalid::new("required"));
        let email = errors.keep("/email", email.and_then(Email::parse));
        let wish = self.wish(&mut errors);
        errors.into_result()?;
        email.zip(wish).ok_or_else(|| FieldErrors::one("", Invalid::new("one_target")))
    }

    fn wish(&self, errors: &mut FieldErrors) -> Option<Wish> {
        let frequency = match self.frequency.as_deref() {
            Some(name) => errors.keep("/frequency", frequency(name)),
            None => Some(Frequency::Daily),
        };
        let name = errors.keep("/name", name(self.name.as_deref()));
        let target = self.target(errors);
        Some(Wish { target: target?, frequency: frequency?, name: name? })
    }

    fn target(&self, errors: &mut FieldErrors) -> Option<Target> {
        let challenge = self.challenge_id.as_deref().map(|text| {
            text.parse().map(Target::Challenge).map_err(|_| ("/challenge_id", Invalid::new("not_an_id")))
        });
        let solution = self.solution_id.as_deref().map(|text| {
            text.parse().map(Target::Solution).map_err(|_| ("/solution_id", Invalid::new("not_an_id")))
        });
        let challenges = self.challenge_search.as_deref().map(|query| {
            let kept = challenges::search(query).map(Target::ChallengeSearch);
            kept.map_err(|errors| ("/challenge_search", first(&errors)))
        });
        let solutions = self.solution_search.as_deref().map(|query| {
            let kept = solutions::search(query).map(Target::SolutionSearch);
            kept.map_err(|errors| ("/solution_search", first(&errors)))
        });
        let mut given = [challenge, solution, challenges, solutions].into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(Ok(target)), None) => Some(target),
            (Some(Err((pointer, invalid))), None) => {
                errors.add(pointer, invalid);
                None
            }
            _ => {
                errors.add("/challenge_id", Invalid::new("one_target"));
                None
            }
        }
    }
}

/// What is wrong with a search, told of the whole: its filters are no fields of this form.
fn first(errors: &FieldErrors) -> Invalid {
    errors.iter().next().map_or_else(|| Invalid::new("not_a_search"), |(_, invalid)| invalid.clone())
}

fn frequency(name: &str) -> Result<Frequency, Invalid> {
    match Frequency::parse(name) {
        Ok(Frequency::Off) | Err(_) => {
            let allowed = CHOICES.map(Frequency::as_str).join(", ");
            Err(Invalid::new("unknown_value").with("allowed", allowed))
        }
        known => known,
    }
}

/// How often a watch can be told.
pub(super) const CHOICES: [Frequency; 3] = [Frequency::Instant, Frequency::Daily, Frequency::Weekly];

fn name(text: Option<&str>) -> Result<Option<String>, Invalid> {
    text.map(|text| line(text, NAME)).transpose()
}

/// What changes on a watch: only what is named.
#[derive(Debug, Clone, PartialEq, Eq, Default, ToSchema)]
#[schema(as = WatchChange, example = json!({"frequency": "weekly"}))]
pub(super) struct Change {
    /// `instant`, `daily` or `weekly`.
    #[schema(value_type = Option<String>)]
    pub(super) frequency: Option<Frequency>,
    /// An own name; `null` takes it away.
    #[schema(value_type = Option<String>)]
    pub(super) name: Option<Option<String>>,
}

impl Change {
    /// Reads a JSON merge patch (RFC 7396).
    ///
    /// # Errors
    /// Every wrong member.
    pub(super) fn patch(patch: &Map<String, Value>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let mut change = Self::default();
        let wrong = || Invalid::new("wrong_type").with("expected", "string");
        for (member, value) in patch {
            match (member.as_str(), value) {
                ("frequency", Value::String(text)) => {
                    change.frequency = errors.keep("/frequency", frequency(text));
                }
                ("frequency", Value::Null) => change.frequency = Some(Frequency::Daily),
                ("name", Value::String(text)) => change.name = errors.keep("/name", name(Some(text))),
                ("name", Value::Null) => change.name = Some(None),
                ("frequency" | "name", _) => errors.add(format!("/{member}"), wrong()),
                _ => {
                    let pointer = format!("/{}", member.replace('~', "~0").replace('/', "~1"));
                    errors.add(pointer, Invalid::new("unknown_field"));
                }
            }
        }
        errors.into_result()?;
        Ok(change)
    }

    /// As a page sends it.
    ///
    /// # Errors
    /// Every wrong field.
    pub(super) fn typed(typed: &Typed) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let frequency = errors.keep("/frequency", frequency(typed.get("frequency")));
        let name = errors.keep("/name", name(typed.text("name").as_deref()));
        errors.into_result()?;
        Ok(Self { frequency, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(document: Value) -> WatchForm {
        serde_json::from_value(document).expect("a form")
    }

    fn refused(document: Value) -> String {
        form(document).parse().expect_err("refused").to_string()
    }

    #[test]
    fn exactly_one_thing_is_followed() {
        assert_eq!(refused(json!({})), "/challenge_id: one_target");
        let both = json!({"challenge_search": "", "solution_search": ""});
        assert_eq!(refused(both), "/challenge_id: one_target");
        assert_eq!(refused(json!({"challenge_id": "42"})), "/challenge_id: not_an_id");
    }

    #[test]
    fn two_addresses_of_one_search_are_kept_as_one() {
        let kept = |query: &str| form(json!({ "challenge_search": query })).parse().expect("a wish").target;
        let long = kept("lang=en&sort=due&prefecture=01&q=%E9%99%A4%E9%9B%AA&cursor=&stage=&status=open");
        assert_eq!(long, kept("q=除雪&prefecture=01"));
        assert_eq!(long.path(), "/challenges?q=%E9%99%A4%E9%9B%AA&prefecture=01");
        assert_eq!(kept("").path(), "/challenges");
    }

    #[test]
    fn a_search_is_held_to_the_rules_of_its_list() {
        let said = refused(json!({"challenge_search": "prefecture=48"}));
        assert!(said.starts_with("/challenge_search: unknown_prefecture"), "{said}");
    }

    #[test]
    fn a_watch_is_told_at_once_daily_or_weekly_and_daily_unless_said() {
        let daily = form(json!({"solution_search": ""})).parse().expect("a wish");
        assert_eq!(daily.frequency, Frequency::Daily);
        let said = refused(json!({"solution_search": "", "frequency": "off", "email": "a@example.jp"}));
        assert_eq!(said, "/email: unknown_field; /frequency: unknown_value allowed=instant, daily, weekly");
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let patch = |document: Value| Change::patch(document.as_object().expect("an object"));
        let change = patch(json!({"name": " 冬の課題 "})).expect("a change");
        assert_eq!(change, Change { frequency: None, name: Some(Some("冬の課題".to_owned())) });
        assert_eq!(patch(json!({"name": null})).expect("a change").name, Some(None));
        let said = patch(json!({"query": "", "frequency": 1})).expect_err("refused").to_string();
        assert_eq!(said, "/frequency: wrong_type expected=string; /query: unknown_field");
    }
}
