//! A round as it is written, and the one parser that makes [`Content`] of it. Pure: all refusals at once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::windows::{Days, WindowKind, Windows};
use crate::fields::{self, FieldErrors, Invalid};

/// Characters of a title, a description, and a reason.
const TITLE: usize = 100;
const DESCRIPTION: usize = 4_000;
pub(super) const REASON: usize = 1_000;
/// Sessions of one challenge, of one vendor, and minutes of one session: what a round of a week can hold.
const MOST_SESSIONS: i32 = 20;
const LEAST_MINUTES: i32 = 10;
const MOST_MINUTES: i32 = 480;
/// What holds unless the bureau says otherwise.
const PER_CHALLENGE: i32 = 3;
const PER_VENDOR: i32 = 3;
const MINUTES: i32 = 45;

/// A round as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "北海道 地域課題マッチング 2027年春",
    "description": "道内の市町村の課題に、全国から提案を募ります。",
    "challenges": {"from": "2026-12-01", "to": "2027-01-15"},
    "proposals": {"from": "2027-01-16", "to": "2027-02-12"},
    "sessions": {"from": "2027-03-01", "to": "2027-03-05"},
    "sessions_per_challenge": 3, "sessions_per_vendor": 3, "session_minutes": 45
}))]
pub struct RoundForm {
    /// One line of 1 to 100 characters.
    pub title: Option<String>,
    /// Up to 4,000 characters.
    pub description: Option<String>,
    /// When municipalities enter challenges.
    pub challenges: Option<DaysForm>,
    /// When vendors propose; not before the window of challenges, nor over before it is.
    pub proposals: Option<DaysForm>,
    /// When sessions are held; the same.
    pub sessions: Option<DaysForm>,
    /// How many proposers a challenge hears, 1 to 20; 3 unless given.
    pub sessions_per_challenge: Option<i32>,
    /// How many sessions one vendor gets at most, 1 to 20; 3 unless given.
    pub sessions_per_vendor: Option<i32>,
    /// Minutes of a session, 10 to 480; 45 unless given.
    pub session_minutes: Option<i32>,
    /// POST by the operator only: the bureau whose round it is, by its slug.
    pub bureau: Option<String>,
}

/// A window as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoundDaysForm)]
pub struct DaysForm {
    /// The first day, from 0:00 in Japan.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<String>,
    /// The last day, until 24:00 in Japan.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<String>,
}

/// What is said along with a step.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoundRemark, example = json!({"reason": "大雪のため"}))]
pub struct ReasonForm {
    /// Why, 1 to 1,000 characters.
    pub reason: Option<String>,
}

impl ReasonForm {
    /// The reason, which must be given.
    ///
    /// # Errors
    /// `Invalid` at `/reason`.
    pub(crate) fn required(&self) -> Result<String, FieldErrors> {
        let text = self.reason.as_deref().unwrap_or_default();
        let reason = fields::prose(text, REASON)
            .and_then(|reason| if reason.is_empty() { Err(Invalid::new("required")) } else { Ok(reason) });
        reason.map_err(|invalid| FieldErrors::one("/reason", invalid))
    }
}

/// What a round says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    /// 題名
    pub title: String,
    /// 説明
    pub description: String,
    /// Its windows.
    #[serde(flatten)]
    pub windows: Windows,
    /// How many proposers a challenge hears.
    pub sessions_per_challenge: i32,
    /// How many sessions one vendor gets at most.
    pub sessions_per_vendor: i32,
    /// Minutes of a session.
    pub session_minutes: i32,
}

impl Content {
    /// The document under the names of the API: what a merge patch is laid over.
    pub(super) fn document(&self) -> Value {
        json!(self)
    }
}

impl RoundForm {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub fn parse(&self) -> Result<Content, FieldErrors> {
        let mut errors = FieldErrors::new();
        let required = || Invalid::new("required");
        let title = self.title.as_deref().map_or_else(|| Err(required()), |text| fields::line(text, TITLE));
        let title = errors.keep("/title", title);
        let description = fields::prose(self.description.as_deref().unwrap_or_default(), DESCRIPTION);
        let description = errors.keep("/description", description);
        let challenges = days(&mut errors, WindowKind::Challenges, self.challenges.as_ref());
        let proposals = days(&mut errors, WindowKind::Proposals, self.proposals.as_ref());
        let sessions = days(&mut errors, WindowKind::Sessions, self.sessions.as_ref());
        let mut count = |pointer: &str, given: Option<i32>, usual, (least, most)| {
            let number = given.unwrap_or(usual);
            let within = (least..=most).contains(&number);
            let refusal = || Invalid::new("out_of_range").with("min", least).with("max", most);
            errors.keep(pointer, within.then_some(number).ok_or_else(refusal)).unwrap_or(usual)
        };
        let few = (1, MOST_SESSIONS);
        let per_challenge = count("/sessions_per_challenge", self.sessions_per_challenge, PER_CHALLENGE, few);
        let per_vendor = count("/sessions_per_vendor", self.sessions_per_vendor, PER_VENDOR, few);
        let long = (LEAST_MINUTES, MOST_MINUTES);
        let minutes = count("/session_minutes", self.session_minutes, MINUTES, long);
        let (Some(challenges), Some(proposals), Some(sessions)) = (challenges, proposals, sessions) else {
            return Err(errors);
        };
        let windows = Windows { challenges, proposals, sessions };
        if let Err(disorder) = windows.in_order() {
            errors.extend(&disorder);
        }
        match (title, description, errors.is_empty()) {
            (Some(title), Some(description), true) => Ok(Content {
                title,
                description,
                windows,
                sessions_per_challenge: per_challenge,
                sessions_per_vendor: per_vendor,
                session_minutes: minutes,
            }),
            _ => Err(errors),
        }
    }
}

fn days(errors: &mut FieldErrors, kind: WindowKind, form: Option<&DaysForm>) -> Option<Days> {
    let mut one = |end: &str, text: Option<&String>| -> Option<NaiveDate> {
        let day = text.map_or_else(|| Err(Invalid::new("required")), |text| fields::date(text));
        errors.keep(format!("/{kind}/{end}"), day)
    };
    let from = one("from", form.and_then(|form| form.from.as_ref()));
    let to = one("to", form.and_then(|form| form.to.as_ref()));
    Some(Days { from: from?, to: to? })
}
