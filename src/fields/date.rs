//! Days and fiscal years.

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization as _;

use super::Invalid;

/// Anything else is a slip.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// Reads a day, `YYYY-MM-DD`, of the years 1900 to 2200: anything else is a slip.
///
/// # Errors
/// `not_a_date`.
pub fn date(text: &str) -> Result<NaiveDate, Invalid> {
    let refused = || Invalid::new("not_a_date");
    if text.len() != 10 {
        return Err(refused());
    }
    let day: NaiveDate = text.parse().map_err(|_| refused())?;
    if YEARS.contains(&day.year()) { Ok(day) } else { Err(refused()) }
}

/// The years before the first of an era (元年): 令和 began in 2019, 平成 in 1989, 昭和 in 1926.
const ERAS: [(&[&str], i32); 3] =
    [(&["令和", "令", "R", "r"], 2018), (&["平成", "平", "H", "h"], 1988), (&["昭和", "昭", "S", "s"], 1925)];

/// Reads a day as people type it in a form: `2027-04-01`, `2027/4/1`, `2027.4.1`, `2027年4月1日`,
/// `令和9年4月1日`, `令和元年5月1日`, `R9.4.1`, digits of either width.
///
/// A year of an era is only counted, not held against the era's last day: offices write plans with years of an era
/// that ended meanwhile.
///
/// # Errors
/// `not_a_day`.
pub fn typed_date(text: &str) -> Result<NaiveDate, Invalid> {
    let refused = || Invalid::new("not_a_day");
    let compact: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let (before_era, rest) = era(&compact);
    let rest = rest.strip_suffix('日').unwrap_or(rest);
    let mut parts = rest.splitn(3, ['年', '月', '/', '.', '-', '‐', '−', '–']);
    let year = parts.next().and_then(|part| year_of(before_era, part)).ok_or_else(refused)?;
    let mut of_two = || parts.next().and_then(|part| digits(part, 2)).ok_or_else(refused);
    let (month, day) = (of_two()?, of_two()?);
    let day = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(refused)?;
    if YEARS.contains(&year) { Ok(day) } else { Err(refused()) }
}

/// Reads a fiscal year (1 April to 31 March, named by the year it begins in) as people type it: `令和9年度`, `R9`,
/// `2027`, `2027年度`, `FY2027`.
///
/// # Errors
/// `not_a_fiscal_year`.
pub fn typed_fiscal_year(text: &str) -> Result<i32, Invalid> {
    let compact: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let bare = compact.trim_end_matches('度').trim_end_matches('年');
    let bare = bare.strip_prefix("FY").or_else(|| bare.strip_prefix("fy")).unwrap_or(bare);
    let (before_era, rest) = era(bare);
    year_of(before_era, rest)
        .filter(|year| YEARS.contains(year))
        .ok_or_else(|| Invalid::new("not_a_fiscal_year"))
}

/// The era a text begins with, as the years before it, and what follows.
fn era(text: &str) -> (Option<i32>, &str) {
    for (names, before) in ERAS {
        if let Some(rest) = names.iter().find_map(|name| text.strip_prefix(name)) {
            return (Some(before), rest.trim_start_matches('.'));
        }
    }
    (None, text)
}

/// A year of four digits, or one of an era.
fn year_of(before_era: Option<i32>, text: &str) -> Option<i32> {
    match before_era {
        Some(before) if text == "元" => Some(before + 1),
        Some(before) => digits(text, 2).and_then(|year| i32::try_from(year).ok()).map(|year| before + year),
        None if text.len() == 4 => digits(text, 4).and_then(|year| i32::try_from(year).ok()),
        None => None,
    }
}

/// One to `most` digits, more than 0.
fn digits(text: &str, most: usize) -> Option<u32> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| plain && *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar_only() {
        assert!(date("2028-02-29").is_ok());
        for bad in [
            "2027-02-29",
            "2027-2-1",
            "27-02-01",
            "令和9年2月1日",
            "2027-02-01T00:00",
            "9999-01-01",
            "+027-01-01",
        ] {
            assert_eq!(date(bad).expect_err("refused").code(), "not_a_date", "{bad}");
        }
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        let day = NaiveDate::from_ymd_opt(2027, 4, 1).expect("a day");
        for typed in [
            "2027-04-01",
            "2027/4/1",
            "２０２７．４．１",
            " 2027年4月1日 ",
            "令和9年4月1日",
            "令和 ９年 ４月 １日",
            "R9.4.1",
            "r9/4/1",
            "Ｒ９．４．１",
            "平成39年4月1日",
        ] {
            assert_eq!(typed_date(typed), Ok(day), "{typed}");
        }
        assert_eq!(typed_date("令和元年5月1日"), Ok(NaiveDate::from_ymd_opt(2019, 5, 1).expect("a day")));
        assert_eq!(typed_date("㍻元年1月8日"), Ok(NaiveDate::from_ymd_opt(1989, 1, 8).expect("a day")));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for bad in [
            "",
            "来年",
            "2027-2-29",
            "27/4/1",
            "令和0年4月1日",
            "R9",
            "2027/4",
            "2027-4-1-2",
            "元年4月1日",
            "2027-+4-1",
        ] {
            assert_eq!(typed_date(bad).expect_err("refused").code(), "not_a_day", "{bad}");
        }
    }

    #[test]
    fn fiscal_years_are_read_as_people_type_them() {
        for typed in
            ["令和9年度", "令和9", "R9", "R.9", "2027", "2027年度", "２０２７年度", "FY2027", "fy2027"]
        {
            assert_eq!(typed_fiscal_year(typed), Ok(2027), "{typed}");
        }
        for bad in ["", "来年度", "27", "9年度", "令和", "20270", "1850"] {
            assert_eq!(typed_fiscal_year(bad).expect_err("refused").code(), "not_a_fiscal_year", "{bad}");
        }
    }
}
