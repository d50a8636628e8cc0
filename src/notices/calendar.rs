//! When digests go out: at 8:00 in Japan, every day or every Monday. Pure.

use chrono::{Datelike, NaiveTime, TimeDelta, Weekday};

use super::preferences::Rhythm;
use crate::db::Timestamp;

/// 8:00 in Japan (UTC+9, no summer time) is one hour before midnight UTC.
const BEFORE_MIDNIGHT_UTC: TimeDelta = TimeDelta::hours(1);

impl Rhythm {
    /// The first digest strictly after `moment`.
    pub fn next(self, moment: Timestamp) -> Timestamp {
        self.last(moment).plus(TimeDelta::days(match self {
            Self::Daily => 1,
            Self::Weekly => 7,
        }))
    }

    /// The last digest at or before `moment`.
    pub fn last(self, moment: Timestamp) -> Timestamp {
        // The Japanese date of the digest that went out last, days beginning at 8:00.
        let date = moment.plus(BEFORE_MIDNIGHT_UTC).utc().date_naive();
        let days_back = match self {
            Self::Daily => 0,
            Self::Weekly => i64::from(date.weekday().days_since(Weekday::Mon)),
        };
        Timestamp::from_utc(date.and_time(NaiveTime::MIN).and_utc())
            .plus(-BEFORE_MIDNIGHT_UTC - TimeDelta::days(days_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_utc(text.parse().expect("an instant"))
    }

    #[test]
    fn the_daily_digest_goes_out_at_eight_in_japan() {
        assert_eq!(Rhythm::Daily.next(at("2026-11-21T07:59:59+09:00")), at("2026-11-21T08:00:00+09:00"));
        assert_eq!(Rhythm::Daily.next(at("2026-11-21T08:00:00+09:00")), at("2026-11-22T08:00:00+09:00"));
        assert_eq!(Rhythm::Daily.last(at("2026-11-21T08:00:00+09:00")), at("2026-11-21T08:00:00+09:00"));
        assert_eq!(Rhythm::Daily.last(at("2026-11-21T00:30:00+09:00")), at("2026-11-20T08:00:00+09:00"));
    }

    #[test]
    fn the_weekly_digest_goes_out_on_monday() {
        let monday = at("2026-11-23T08:00:00+09:00");
        assert_eq!(Rhythm::Weekly.next(at("2026-11-21T12:00:00+09:00")), monday);
        assert_eq!(Rhythm::Weekly.next(at("2026-11-23T07:59:00+09:00")), monday);
        assert_eq!(Rhythm::Weekly.last(at("2026-11-29T23:00:00+09:00")), monday);
    }

    proptest! {
        #[test]
        fn every_moment_lies_between_two_digests(seconds in 0_i64..4_000_000_000) {
            let moment = at("1990-01-01T00:00:00Z").plus(TimeDelta::seconds(seconds));
            for (rhythm, days) in [(Rhythm::Daily, 1), (Rhythm::Weekly, 7)] {
                let (last, next) = (rhythm.last(moment), rhythm.next(moment));
                prop_assert!(last <= moment && moment < next);
                prop_assert_eq!(last.plus(TimeDelta::days(days)), next);
            }
        }
    }
}
