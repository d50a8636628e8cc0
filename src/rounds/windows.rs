//! The three windows of a round and the six turns of its clock. Pure.
//!
//! A window is made of days in Japan: it opens at 0:00 of its first and closes at 24:00 of its last.

use chrono::{NaiveDate, TimeZone as _};
use chrono_tz::Asia::Tokyo;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Timestamp;
use crate::fields::{FieldErrors, Invalid};
use crate::text_enum;

text_enum! {
    /// What a window is for.
    #[schema(as = RoundWindowKind)]
    pub enum WindowKind {
        /// Municipalities enter challenges.
        Challenges = "challenges",
        /// Vendors propose.
        Proposals = "proposals",
        /// Proposers present to municipalities.
        Sessions = "sessions",
    }
}

text_enum! {
    /// Where a window stands.
    #[schema(as = RoundWindowState)]
    pub enum WindowState {
        /// Opens later.
        Ahead = "ahead",
        /// Is open.
        Open = "open",
        /// Has closed.
        Over = "over",
    }
}

/// Some days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RoundDays)]
pub struct Days {
    /// The first day, from 0:00 in Japan.
    #[schema(value_type = String, format = Date)]
    pub from: NaiveDate,
    /// The last day, until 24:00 in Japan.
    #[schema(value_type = String, format = Date)]
    pub to: NaiveDate,
}

impl Days {
    /// When they begin.
    pub fn opens_at(self) -> Timestamp {
        start_of(self.from)
    }

    /// When they are over.
    pub fn closes_at(self) -> Timestamp {
        self.to.succ_opt().map_or_else(|| start_of(self.to), start_of)
    }

    /// Whether a day is one of them.
    pub fn hold(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Where they stand at an instant.
    pub fn state(self, now: Timestamp) -> WindowState {
        if now < self.opens_at() {
            WindowState::Ahead
        } else if now < self.closes_at() {
            WindowState::Open
        } else {
            WindowState::Over
        }
    }
}

/// 0:00 in Japan (UTC+9, no summer time) of a day.
fn start_of(day: NaiveDate) -> Timestamp {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let instant = Tokyo.from_local_datetime(&midnight).single();
    Timestamp::from_utc(instant.map_or_else(|| midnight.and_utc(), |instant| instant.to_utc()))
}

/// The windows of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RoundWindows)]
pub struct Windows {
    /// When municipalities enter challenges.
    pub challenges: Days,
    /// When vendors propose.
    pub proposals: Days,
    /// When sessions are held.
    pub sessions: Days,
}

/// One opening or closing of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// When.
    pub at: Timestamp,
    /// Which window.
    pub kind: WindowKind,
    /// Whether it opens; else it closes.
    pub opens: bool,
}

impl Windows {
    /// The days of a window.
    pub fn of(&self, kind: WindowKind) -> Days {
        match kind {
            WindowKind::Challenges => self.challenges,
            WindowKind::Proposals => self.proposals,
            WindowKind::Sessions => self.sessions,
        }
    }

    /// Whether every window begins before it ends, and none before or ends before the one ahead of it.
    ///
    /// # Errors
    /// `window_reversed` at the last day of a window, `window_too_early` (than) at a day that comes before that of
    /// the window ahead.
    pub fn in_order(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::new();
        let mut ahead: Option<Days> = None;
        for kind in WindowKind::ALL {
            let days = self.of(*kind);
            if days.to < days.from {
                errors.add(format!("/{kind}/to"), Invalid::new("window_reversed").with("from", days.from));
            }
            if let Some(ahead) = ahead {
                if days.from < ahead.from {
                    let refusal = Invalid::new("window_too_early").with("than", ahead.from);
                    errors.add(format!("/{kind}/from"), refusal);
                }
                if days.to < ahead.to {
                    errors
                        .add(format!("/{kind}/to"), Invalid::new("window_too_early").with("than", ahead.to));
                }
            }
            ahead = Some(days);
        }
        errors.into_result()
    }

    /// The openings and closings in the order of time; at one instant, what closes comes before what opens.
    pub fn turns(&self) -> Vec<Turn> {
        let both = |kind: &WindowKind| {
            let days = self.of(*kind);
            [(days.opens_at(), true), (days.closes_at(), false)].map(|(at, opens)| Turn {
                at,
                kind: *kind,
                opens,
            })
        };
        let mut turns: Vec<Turn> = WindowKind::ALL.iter().flat_map(both).collect();
        turns.sort_by_key(|turn| (turn.at, turn.opens, turn.kind));
        turns
    }

    /// The first instant after `after` at which something opens or closes.
    pub fn next_turn(&self, after: Timestamp) -> Option<Timestamp> {
        self.turns().into_iter().map(|turn| turn.at).find(|at| *at > after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn days(from: &str, to: &str) -> Days {
        Days { from: day(from), to: day(to) }
    }

    fn windows() -> Windows {
        Windows {
            challenges: days("2026-11-01", "2026-12-20"),
            proposals: days("2026-12-21", "2027-01-29"),
            sessions: days("2027-02-15", "2027-02-19"),
        }
    }

    #[test]
    fn a_window_opens_and_closes_at_midnight_in_japan() {
        let one = days("2027-01-29", "2027-01-29");
        assert_eq!(one.opens_at().to_string(), "2027-01-28T15:00:00.000000Z");
        assert_eq!(one.closes_at().to_string(), "2027-01-29T15:00:00.000000Z");
        let before = one.opens_at().plus(chrono::TimeDelta::microseconds(-1));
        assert_eq!(one.state(before), WindowState::Ahead);
        assert_eq!(one.state(one.opens_at()), WindowState::Open);
        assert_eq!(one.state(one.closes_at()), WindowState::Over);
    }

    #[test]
    fn windows_follow_each_other_and_may_overlap() {
        assert!(windows().in_order().is_ok());
        let overlapping = Windows { proposals: days("2026-11-01", "2026-12-20"), ..windows() };
        assert!(overlapping.in_order().is_ok());
        let wrong = Windows { proposals: days("2026-10-31", "2026-10-30"), ..windows() };
        assert_eq!(
            wrong.in_order().expect_err("refused").to_string(),
            "/proposals/to: window_reversed from=2026-10-31; /proposals/from: window_too_early than=2026-11-01; \
             /proposals/to: window_too_early than=2026-12-20"
        );
    }

    #[test]
    fn what_closes_at_an_instant_closes_before_the_next_opens() {
        let turns = windows().turns();
        let names: Vec<(WindowKind, bool)> = turns.iter().map(|turn| (turn.kind, turn.opens)).collect();
        use WindowKind::{Challenges, Proposals, Sessions};
        assert_eq!(
            names,
            [
                (Challenges, true),
                (Challenges, false),
                (Proposals, true),
                (Proposals, false),
                (Sessions, true),
                (Sessions, false)
            ]
        );
    }

    proptest! {
        #[test]
        fn following_the_next_turn_meets_every_turn(start in 0_i64..2_000, gaps in prop::array::uniform6(0_i64..40)) {
            let mut at = day("2026-01-01") + chrono::TimeDelta::days(start);
            let mut next = |gap: i64| { at += chrono::TimeDelta::days(gap); at };
            let mut some = |a: i64, b: i64| Days { from: next(a), to: next(b) };
            let windows = Windows {
                challenges: some(gaps[0], gaps[1]),
                proposals: some(gaps[2], gaps[3]),
                sessions: some(gaps[4], gaps[5]),
            };
            let mut met = Vec::new();
            let mut now = windows.challenges.opens_at().plus(chrono::TimeDelta::seconds(-1));
            while let Some(turn) = windows.next_turn(now) {
                prop_assert!(turn > now);
                met.push(turn);
                now = turn;
            }
            let mut all: Vec<Timestamp> = windows.turns().into_iter().map(|turn| turn.at).collect();
            all.dedup();
            prop_assert_eq!(met, all);
        }
    }
}
