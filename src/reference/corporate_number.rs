//! 法人番号, the number of a corporation in Japan.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::slug::parsed_from_text;
use crate::fields::Invalid;

/// Thirteen digits, of which the first is the check digit.
///
/// Only the digits are verified; whether such a corporation exists, the National Tax Agency's register tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorporateNumber(u64);

parsed_from_text!(CorporateNumber);

impl CorporateNumber {
    /// Reads thirteen digits; full-width digits, blanks and hyphens are read as people write them.
    ///
    /// # Errors
    /// - `corporate_number_format`: not thirteen digits.
    /// - `corporate_number_check_digit` {expected}: the first digit does not fit the other twelve.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits: String = text.nfkc().filter(|c| !is_separator(*c)).collect();
        let format = || Invalid::new("corporate_number_format");
        if digits.len() != 13 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format());
        }
        let expected = check_digit(&digits);
        if digits.starts_with(|first: char| first.to_digit(10) == Some(expected)) {
            digits.parse().map(Self).map_err(|_| format())
        } else {
            Err(Invalid::new("corporate_number_check_digit").with("expected", expected))
        }
    }
}

/// Blanks, and every hyphen, dash or minus that a keyboard offers.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー')
}

/// 9 − (Σ Pₙ·Qₙ mod 9), where Pₙ is the n-th of the twelve base digits from the right and Qₙ is 1 for odd n and 2 for even n (法人番号の指定等に関する省令, article 2). It is never 0.
fn check_digit(thirteen: &str) -> u32 {
    let base = thirteen.chars().rev().take(12).filter_map(|digit| digit.to_digit(10));
    let sum: u32 = base.zip([1, 2].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    9 - sum % 9
}

impl fmt::Display for CorporateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_real_bodies_are_accepted_as_they_are() {
        for text in ["4011001098993", "2120901007402", "1180301018771", "8000020130001", "3000020141003"] {
            assert_eq!(CorporateNumber::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn full_width_digits_and_hyphens_are_read_as_people_write_them() {
        for text in [
            "４０１１００１０９８９９３",
            "4-0110-0109-8993",
            "4 0110 0109 8993",
            "４－０１１０－０１０９－８９９３",
        ] {
            assert_eq!(CorporateNumber::parse(text).unwrap().to_string(), "4011001098993", "{text}");
        }
    }

    #[test]
    fn a_wrong_check_digit_names_the_right_one() {
        let invalid = CorporateNumber::parse("5011001098993").unwrap_err();
        assert_eq!(invalid.to_string(), "corporate_number_check_digit expected=4");
    }

    #[test]
    fn twelve_or_fourteen_digits_or_letters_are_refused() {
        for text in ["", "401100109899", "40110010989930", "401100109899X"] {
            assert_eq!(CorporateNumber::parse(text).unwrap_err().code(), "corporate_number_format", "{text}");
        }
    }
}
