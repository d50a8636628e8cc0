//! A challenge in a few lines, for lists.

use chrono::NaiveDate;

use super::naming;
use crate::challenges::{Card, Status};
use crate::reference::Bureau;
use crate::web::Shell;
use crate::web::highlight::{Highlighted, highlight};

/// Days before a deadline from which it is shown as near.
const SOON: i64 = 14;

/// A challenge as a list shows it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its page.
    pub href: String,
    /// 題名, with what was searched for marked.
    pub title: Highlighted,
    /// 概要, the same.
    pub summary: Highlighted,
    /// Where it stands.
    pub status: Status,
    /// Municipality, or what is said instead while it is anonymous.
    pub place: String,
    /// Names of its sectors.
    pub sectors: Vec<String>,
    /// Facts for the eye: budget, stage, deadline.
    pub facts: Vec<(String, String)>,
    /// The deadline.
    pub due: Option<Due>,
    /// Whether it is demonstration data.
    pub demonstration: bool,
    /// Why it stands here, where there is a reason.
    pub reason: Option<String>,
}

/// A deadline in words.
#[derive(Debug, Clone)]
pub struct Due {
    /// The day.
    pub text: String,
    /// The day as `YYYY-MM-DD`.
    pub iso: String,
    /// What is left.
    pub left: String,
    /// `soon`, `over` or empty.
    pub kind: &'static str,
}

impl Due {
    /// The last day `due` as seen on `today`.
    pub(super) fn of(shell: &Shell, due: NaiveDate, today: NaiveDate) -> Self {
        let days = due.signed_duration_since(today).num_days();
        Self {
            text: shell.weekday_date(due),
            iso: due.to_string(),
            left: shell.days_left(due, today),
            kind: if days < 0 {
                "over"
            } else if days <= SOON {
                "soon"
            } else {
                ""
            },
        }
    }
}

/// `card` in a list; the words of `q` are marked.
pub fn entry(shell: &Shell, card: &Card, q: &str, today: NaiveDate) -> Entry {
    let mut facts = vec![(shell.t("challenges.show.budget"), naming::budget(shell, &card.budget))];
    if let Some(stage) = card.entry_stage {
        facts.push((shell.t("challenges.show.stage"), naming::stage(shell, stage)));
    }
    Entry {
        href: shell.link(&format!("/challenges/{}", card.id)),
        title: highlight(&card.title, q),
        summary: highlight(&card.summary, q),
        status: card.status,
        place: match &card.municipality {
            Some(place) => place.name.clone(),
            None => anonymous(shell, &card.bureau),
        },
        sectors: card.sectors.iter().map(|one| one.name(shell.locale).to_owned()).collect(),
        facts,
        due: card.proposals_due.map(|due| Due::of(shell, due, today)),
        demonstration: card.demonstration,
        reason: None,
    }
}

/// What stands in the place of a municipality that is not named.
pub(super) fn anonymous(shell: &Shell, bureau: &str) -> String {
    shell.tf("challenges.show.anonymous_in", &[("bureau", Bureau::name_of(bureau, shell.locale))])
}
