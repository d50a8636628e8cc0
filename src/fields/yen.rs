//! Money in whole yen.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use unicode_normalization::UnicodeNormalization as _;

use super::Invalid;

/// A sum in whole yen, 0 to one trillion (1兆円): more is a slip of the keyboard, not a municipal budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Yen(i64);

impl Yen {
    /// The largest sum that is accepted.
    pub const MAX: i64 = 1_000_000_000_000;

    /// A sum.
    ///
    /// # Errors
    /// `negative_amount`, `amount_too_large` (max).
    pub fn new(yen: i64) -> Result<Self, Invalid> {
        match yen {
            ..0 => Err(Invalid::new("negative_amount")),
            0..=Self::MAX => Ok(Self(yen)),
            _ => Err(Invalid::new("amount_too_large").with("max", Self::MAX)),
        }
    }

    /// Reads what people type in a form: `1200万`, `1億2000万円`, `12,000,000`, full-width digits.
    ///
    /// # Errors
    /// `not_an_amount`, and those of [`Yen::new`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid::new("not_an_amount");
        // Not the hyphens, as in codes: 300万-500万 is two amounts, and 2027-02-31 is none.
        let compact: String = text.nfkc().filter(|c| !c.is_whitespace() && *c != ',').collect();
        if text.trim_start().starts_with(['-', '−', '－', '▲']) {
            return Err(Invalid::new("negative_amount"));
        }
        let compact = compact.trim_start_matches(['¥', '\\']).trim_end_matches('円');
        if compact.is_empty() {
            return Err(refused());
        }
        let (mut total, mut digits, mut smallest) = (0_i64, String::new(), i64::MAX);
        for character in compact.chars() {
            let unit = match character {
                '0'..='9' => {
                    digits.push(character);
                    continue;
                }
                '千' => 1_000,
                '万' => 10_000,
                '億' => 100_000_000,
                '兆' => 1_000_000_000_000,
                _ => return Err(refused()),
            };
            // Units fall from left to right, each at most once.
            if unit >= smallest {
                return Err(refused());
            }
            smallest = unit;
            let count: i64 = digits.parse().map_err(|_| refused())?;
            let part = count.checked_mul(unit).ok_or_else(refused)?;
            total = total.checked_add(part).ok_or_else(refused)?;
            digits.clear();
        }
        if !digits.is_empty() {
            total =
                digits.parse::<i64>().ok().and_then(|rest| total.checked_add(rest)).ok_or_else(refused)?;
        }
        Self::new(total)
    }

    /// Reads a sum of the API: a JSON integer. A text that reads as an amount is refused with the number to send.
    ///
    /// # Errors
    /// `amount_as_text` (suggestion), `not_whole_yen`, `wrong_type` (expected), and those of [`Yen::parse`].
    pub fn from_json(value: &Value) -> Result<Self, Invalid> {
        match value {
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(yen), _) => Self::new(yen),
                (None, Some(_)) => Err(Invalid::new("amount_too_large").with("max", Self::MAX)),
                (None, None) => Err(Invalid::new("not_whole_yen")),
            },
            Value::String(text) => {
                let meant = Self::parse(text)?;
                Err(Invalid::new("amount_as_text").with("suggestion", meant.0))
            }
            _ => Err(Invalid::new("wrong_type").with("expected", "integer")),
        }
    }

    /// Whole yen.
    pub fn yen(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, yen) in [
            ("1200万", 12_000_000),
            ("１，２００万円", 12_000_000),
            ("12,000,000", 12_000_000),
            ("¥12000000", 12_000_000),
            ("1億2000万円", 120_000_000),
            ("0", 0),
        ] {
            assert_eq!(Yen::parse(typed).map(Yen::yen), Ok(yen), "{typed}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_rule() {
        for (typed, code) in [
            ("", "not_an_amount"),
            ("たくさん", "not_an_amount"),
            ("万", "not_an_amount"),
            ("300万-500万", "not_an_amount"),
            ("300万200万", "not_an_amount"),
            ("2027-02-31", "not_an_amount"),
            ("-5万", "negative_amount"),
            ("99兆", "amount_too_large"),
            ("99999999999999999999", "not_an_amount"),
        ] {
            assert_eq!(Yen::parse(typed).expect_err("refused").code(), code, "{typed}");
        }
    }

    #[test]
    fn the_api_takes_whole_numbers_and_says_which_one_a_text_meant() {
        let refusal = |value| Yen::from_json(&value).expect_err("refused").to_string();
        assert_eq!(Yen::from_json(&serde_json::json!(12_000_000)), Yen::new(12_000_000));
        assert_eq!(refusal(serde_json::json!("1200万")), "amount_as_text suggestion=12000000");
        assert_eq!(refusal(serde_json::json!("多め")), "not_an_amount");
        assert_eq!(refusal(serde_json::json!(0.5)), "not_whole_yen");
        assert_eq!(refusal(serde_json::json!(-1)), "negative_amount");
        assert!(refusal(serde_json::json!(u64::MAX)).starts_with("amount_too_large"));
        assert_eq!(refusal(serde_json::json!(true)), "wrong_type expected=integer");
    }
}
