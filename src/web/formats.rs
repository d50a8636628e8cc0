//! How sums, days, counts and shares are written for people, by language; [`Shell`] has each as a method.

use chrono::{Datelike, NaiveDate, Timelike};

use super::Shell;
use crate::accounts::Locale;
use crate::db::Timestamp;
use crate::locales;

/// A sum in whole yen: 1,200万円, ¥12,000,000.
pub fn yen(locale: Locale, amount: i64) -> String {
    locales::yen(locale, amount)
}

/// A range of sums, either end open: 500万円〜1,200万円, ¥5,000,000 – ¥12,000,000. `None` when both are.
pub fn yen_range(locale: Locale, min: Option<i64>, max: Option<i64>) -> Option<String> {
    let say = |key: &str, values: &[(&str, String)]| locales::text(locale, &format!("formats.{key}"), values);
    match (min, max) {
        (None, None) => None,
        (Some(min), Some(max)) if min == max => Some(yen(locale, min)),
        (Some(min), Some(max)) => Some(say("range", &[("min", yen(locale, min)), ("max", yen(locale, max))])),
        (Some(min), None) => Some(say("at_least", &[("min", yen(locale, min))])),
        (None, Some(max)) => Some(say("at_most", &[("max", yen(locale, max))])),
    }
}

/// A day: 2026年11月21日, 21 Nov 2026.
pub fn date(locale: Locale, day: NaiveDate) -> String {
    match locale {
        Locale::Ja => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Locale::En => day.format("%-d %b %Y").to_string(),
    }
}

/// A day with its day of the week: 2026年11月21日（土）, Sat 21 Nov 2026.
pub fn weekday_date(locale: Locale, day: NaiveDate) -> String {
    match locale {
        Locale::Ja => {
            let names = ["日", "月", "火", "水", "木", "金", "土"];
            let at = usize::try_from(day.weekday().num_days_from_sunday()).unwrap_or_default();
            format!("{}（{}）", date(locale, day), names.get(at).copied().unwrap_or_default())
        }
        Locale::En => day.format("%a %-d %b %Y").to_string(),
    }
}

/// A month: 2026年11月, Nov 2026.
pub fn month(locale: Locale, day: NaiveDate) -> String {
    match locale {
        Locale::Ja => format!("{}年{}月", day.year(), day.month()),
        Locale::En => day.format("%b %Y").to_string(),
    }
}

/// An instant in Japan's time, said so: 2026年11月21日 15:04（日本時間）, 21 Nov 2026, 15:04 JST.
pub fn date_time(locale: Locale, instant: Timestamp) -> String {
    let there = instant.utc().with_timezone(&chrono_tz::Asia::Tokyo);
    let time = format!("{:02}:{:02}", there.hour(), there.minute());
    let day = date(locale, there.date_naive());
    match locale {
        Locale::Ja => format!("{day} {time}（日本時間）"),
        Locale::En => format!("{day}, {time} JST"),
    }
}

/// A fiscal year by the year it begins in: 令和7年度, FY2025. Before 令和 the western year stands in both languages.
pub fn fiscal_year(locale: Locale, year: i32) -> String {
    match (locale, year) {
        (Locale::En, _) => format!("FY{year}"),
        (Locale::Ja, 2019) => "令和元年度".to_owned(),
        (Locale::Ja, 2020..) => format!("令和{}年度", year - 2018),
        (Locale::Ja, _) => format!("{year}年度"),
    }
}

/// The fiscal year that a day lies in; it begins on 1 April.
pub fn fiscal_year_of(day: NaiveDate) -> i32 {
    if day.month() >= 4 { day.year() } else { day.year() - 1 }
}

/// How far off a deadline is: あと12日, 12 days left; today and what is over are said in words.
pub fn days_left(locale: Locale, due: NaiveDate, today: NaiveDate) -> String {
    match (due - today).num_days() {
        ..0 => locales::text(locale, "formats.over", &[]),
        0 => locales::text(locale, "formats.today", &[]),
        days => count(locale, "formats.days_left", days),
    }
}

/// A text that depends on a count: `<key>.one` for 1 in English, `<key>.other` else; `%{count}` is the count with
/// separators.
pub fn count(locale: Locale, key: &str, count: i64) -> String {
    let form = if locale == Locale::En && count == 1 { "one" } else { "other" };
    locales::text(locale, &format!("{key}.{form}"), &[("count", number(count))])
}

/// A whole number with separators: 1,741.
pub fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share, 0 to 1, in whole percent: 53%.
pub fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// A part of a score, 0 to 1, in points of a hundred with one decimal: 23.4.
pub fn points(part: f64) -> String {
    format!("{:.1}", part * 100.0)
}

/// A value as templates give it: itself, or behind the references that loops and patterns leave.
pub trait Given<T> {
    /// The value.
    fn value(self) -> T;
}

impl<T: Copy> Given<T> for T {
    fn value(self) -> T {
        self
    }
}

impl<T: Copy> Given<T> for &T {
    fn value(self) -> T {
        *self
    }
}

impl<T: Copy> Given<T> for &&T {
    fn value(self) -> T {
        **self
    }
}

impl<T: Copy> Given<T> for &&&T {
    fn value(self) -> T {
        ***self
    }
}

impl Shell {
    /// [`yen`].
    pub fn yen(&self, amount: impl Given<i64>) -> String {
        yen(self.locale, amount.value())
    }

    /// [`yen_range`]; the text for "not given" when both ends are open.
    pub fn yen_range(&self, min: impl Given<Option<i64>>, max: impl Given<Option<i64>>) -> String {
        yen_range(self.locale, min.value(), max.value()).unwrap_or_else(|| self.t("formats.not_given"))
    }

    /// [`date`].
    pub fn date(&self, day: impl Given<NaiveDate>) -> String {
        date(self.locale, day.value())
    }

    /// [`weekday_date`].
    pub fn weekday_date(&self, day: impl Given<NaiveDate>) -> String {
        weekday_date(self.locale, day.value())
    }

    /// [`month`].
    pub fn month(&self, day: impl Given<NaiveDate>) -> String {
        month(self.locale, day.value())
    }

    /// [`date_time`].
    pub fn date_time(&self, instant: impl Given<Timestamp>) -> String {
        date_time(self.locale, instant.value())
    }

    /// The day of an instant in Japan, as [`date`].
    pub fn day_of(&self, instant: impl Given<Timestamp>) -> String {
        date(self.locale, instant.value().japan_date())
    }

    /// [`fiscal_year`].
    pub fn fiscal_year(&self, year: impl Given<i32>) -> String {
        fiscal_year(self.locale, year.value())
    }

    /// [`days_left`].
    pub fn days_left(&self, due: impl Given<NaiveDate>, today: impl Given<NaiveDate>) -> String {
        days_left(self.locale, due.value(), today.value())
    }

    /// [`count`].
    pub fn count(&self, key: &str, number: impl Given<i64>) -> String {
        count(self.locale, key, number.value())
    }

    /// [`number`].
    pub fn number(&self, value: impl Given<i64>) -> String {
        number(value.value())
    }

    /// [`percent`].
    pub fn percent(&self, share: impl Given<f64>) -> String {
        percent(share.value())
    }

    /// [`points`].
    pub fn points(&self, part: impl Given<f64>) -> String {
        points(part.value())
    }

    /// The name of a value in the reader's language: the text `<prefix>.<value>`.
    pub fn name(&self, prefix: &str, value: impl std::fmt::Display) -> String {
        self.t(&format!("{prefix}.{value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn sums_and_ranges_of_them() {
        let (ja, en) = (Locale::Ja, Locale::En);
        assert_eq!(yen_range(ja, Some(5_000_000), Some(12_000_000)).as_deref(), Some("500万円〜1,200万円"));
        assert_eq!(
            yen_range(en, Some(5_000_000), Some(12_000_000)).as_deref(),
            Some("¥5,000,000 – ¥12,000,000")
        );
        assert_eq!(yen_range(ja, None, Some(12_000_000)).as_deref(), Some("1,200万円まで"));
        assert_eq!(yen_range(en, Some(5_000_000), None).as_deref(), Some("from ¥5,000,000"));
        assert_eq!(yen_range(ja, Some(1), Some(1)).as_deref(), Some("1円"));
        assert_eq!(yen_range(ja, None, None), None);
    }

    #[test]
    fn days_and_instants_in_japan() {
        assert_eq!(date(Locale::Ja, day("2026-11-21")), "2026年11月21日");
        assert_eq!(date(Locale::En, day("2026-11-01")), "1 Nov 2026");
        assert_eq!(weekday_date(Locale::Ja, day("2026-11-21")), "2026年11月21日（土）");
        let instant = Timestamp::from_utc("2026-11-21T15:30:00Z".parse().expect("an instant"));
        assert_eq!(date_time(Locale::Ja, instant), "2026年11月22日 00:30（日本時間）");
        assert_eq!(date_time(Locale::En, instant), "22 Nov 2026, 00:30 JST");
    }

    #[test]
    fn fiscal_years_by_language() {
        assert_eq!(
            (fiscal_year(Locale::Ja, 2025), fiscal_year(Locale::En, 2025)),
            ("令和7年度".into(), "FY2025".into())
        );
        assert_eq!(
            (fiscal_year(Locale::Ja, 2019), fiscal_year(Locale::Ja, 2018)),
            ("令和元年度".into(), "2018年度".into())
        );
        assert_eq!((fiscal_year_of(day("2026-03-31")), fiscal_year_of(day("2026-04-01"))), (2025, 2026));
    }

    #[test]
    fn what_is_left_depends_on_the_count() {
        let today = day("2026-11-21");
        for (due, ja, en) in [
            ("2026-12-03", "あと12日", "12 days left"),
            ("2026-11-22", "あと1日", "1 day left"),
            ("2026-11-21", "今日まで", "ends today"),
            ("2026-11-20", "終了", "over"),
        ] {
            assert_eq!(
                (days_left(Locale::Ja, day(due), today), days_left(Locale::En, day(due), today)),
                (ja.into(), en.into())
            );
        }
    }

    #[test]
    fn numbers_have_separators() {
        assert_eq!([0, 999, 1_741, -1_234_567].map(number), ["0", "999", "1,741", "-1,234,567"]);
        assert_eq!((percent(0.526), points(0.2345)), ("53%".into(), "23.4".into()));
    }
}
