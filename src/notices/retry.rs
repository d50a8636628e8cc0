//! When a mail is tried again, and when it is given up. Pure.

use chrono::TimeDelta;

/// The pause after the first failed attempt; each further one is four times as long.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(15);
const GROWTH: i32 = 4;
/// With the eight attempts of the default settings a mail is tried over about twelve hours: longer than a mail
/// server is usually down, shorter than what municipal mail is expected to take.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);
/// How far a pause may lie from its middle, so that mails that failed together do not come back together.
const JITTER: f64 = 0.2;

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SendError {
    /// The address will never take it, e.g. there is no such mailbox.
    Refused(String),
    /// It may go out later.
    Failed(String),
}

impl SendError {
    /// The cause, for operators.
    pub(super) fn cause(&self) -> &str {
        match self {
            Self::Refused(cause) | Self::Failed(cause) => cause,
        }
    }
}

/// What happens after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is tried again after this pause.
    Again(TimeDelta),
    /// It is laid aside for an operator.
    Dead,
}

/// What happens after attempt number `attempt` (from 1) of at most `attempts` failed; `chance` in [0, 1) is the
/// jitter.
pub(super) fn after(error: &SendError, attempt: i32, attempts: i32, chance: f64) -> Next {
    match error {
        SendError::Refused(_) => Next::Dead,
        SendError::Failed(_) if attempt >= attempts => Next::Dead,
        SendError::Failed(_) => Next::Again(pause(attempt, chance)),
    }
}

fn pause(attempt: i32, chance: f64) -> TimeDelta {
    let steps = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0);
    let factor = GROWTH.checked_pow(steps).unwrap_or(i32::MAX);
    let middle = FIRST_PAUSE.checked_mul(factor).map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE));
    let stretched = middle.as_seconds_f64() * (1.0 - JITTER + 2.0 * JITTER * chance);
    TimeDelta::milliseconds((stretched * 1e3) as i64)
}

/// SMTP replies that speak of the recipient and will not change (RFC 5321 section 4.2.3, RFC 7504). Others of
/// the 5xx speak of us or of the session (bad credentials, TLS wanted, message not liked) and may be mended.
pub(super) fn speaks_of_the_recipient(code: u16) -> bool {
    matches!(code, 521 | 550..=553 | 556)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn failed() -> SendError {
        SendError::Failed("busy".to_owned())
    }

    #[test]
    fn pauses_grow_fourfold_up_to_six_hours() {
        let seconds: Vec<i64> = (1..=8).map(|attempt| pause(attempt, 0.5).num_seconds()).collect();
        assert_eq!(seconds, [15, 60, 240, 960, 3840, 15360, 21600, 21600]);
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert_eq!(after(&failed(), 7, 8, 0.5), Next::Again(TimeDelta::hours(6)));
        assert_eq!(after(&failed(), 8, 8, 0.5), Next::Dead);
        assert_eq!(after(&failed(), 1, 1, 0.5), Next::Dead);
    }

    #[test]
    fn an_address_that_refuses_is_not_asked_again() {
        assert_eq!(after(&SendError::Refused("550".to_owned()), 1, 8, 0.5), Next::Dead);
    }

    #[test]
    fn only_replies_about_the_recipient_are_final() {
        let table = [
            (550, true),
            (551, true),
            (553, true),
            (556, true),
            (421, false),
            (451, false),
            (530, false),
            (535, false),
            (554, false),
        ];
        for (code, is_final) in table {
            assert_eq!(speaks_of_the_recipient(code), is_final, "{code}");
        }
    }

    proptest! {
        #[test]
        fn every_pause_stays_in_its_bounds(attempt in i32::MIN..i32::MAX, chance in 0.0..1.0_f64) {
            let pause = pause(attempt, chance);
            prop_assert!(pause >= TimeDelta::seconds(12) && pause <= TimeDelta::minutes(432));
        }
    }
}
