//! Days.

use chrono::{Datelike, NaiveDate};

use super::Invalid;

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
    if (1900..=2200).contains(&day.year()) { Ok(day) } else { Err(refused()) }
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
}
