//! Texts for people, from the files in `locales/` (ja first, en complete), compiled in.

use crate::accounts::Locale;
use crate::fields::Invalid;

/// The text of `key` in `locale`, each `%{name}` replaced by its value in one pass, so that a value cannot
/// smuggle in another placeholder.
pub fn text(locale: Locale, key: &str, values: &[(&str, String)]) -> String {
    let template = rust_i18n::t!(key, locale = locale.as_str());
    if values.is_empty() { template.into_owned() } else { filled(&template, values) }
}

/// What is wrong with a field and what to do, in words.
pub fn rule(locale: Locale, invalid: &Invalid) -> String {
    let values = invalid.params().iter().map(|(name, value)| match (*name, value.parse()) {
        // Limits are sums and lengths; other digits are codes and years.
        ("min" | "max" | "limit", Ok(number)) => (*name, grouped(number)),
        _ => (*name, value.clone()),
    });
    text(locale, &format!("invalid.{}", invalid.code()), &values.collect::<Vec<_>>())
}

/// Whether `locale` has a text of its own for `key`.
pub fn has(locale: Locale, key: &str) -> bool {
    crate::_rust_i18n_try_translate(locale.as_str(), key).is_some()
}

/// The text of `key` in `locale`, where it has one of its own.
pub fn find(locale: Locale, key: &str) -> Option<String> {
    crate::_rust_i18n_try_translate(locale.as_str(), key).map(std::borrow::Cow::into_owned)
}

/// An amount of whole yen as people read it: 1億2,050万円, ¥120,500,000.
pub fn yen(locale: Locale, amount: i64) -> String {
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    match locale {
        Locale::En => format!("{sign}¥{}", grouped(amount)),
        Locale::Ja => {
            let units = [(100_000_000, u64::MAX, "億"), (10_000, 10_000, "万"), (1, 10_000, "")];
            let parts = units.map(|(unit, modulus, name)| (amount / unit % modulus, name));
            let parts = parts.into_iter().filter(|(count, _)| *count > 0);
            let text: String = parts.map(|(count, name)| format!("{}{name}", grouped(count))).collect();
            format!("{sign}{}円", if text.is_empty() { "0" } else { &text })
        }
    }
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A template with each `%{name}` replaced by its value in one pass; a name without a value stays as it is.
pub fn filled(template: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("%{") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            out.push_str("%{");
            rest = behind;
            continue;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(value),
            None => {
                out.push_str("%{");
                out.push_str(name);
                out.push('}');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_in_a_rule_are_written_in_groups_of_three() {
        let swapped = Invalid::new("max_below_min").with("min", 5_000_000);
        assert!(rule(Locale::Ja, &swapped).contains("5,000,000円"), "{}", rule(Locale::Ja, &swapped));
    }

    #[test]
    fn amounts_are_written_as_people_read_them() {
        for (amount, ja, en) in [
            (0, "0円", "¥0"),
            (500_000, "50万円", "¥500,000"),
            (12_000_000, "1,200万円", "¥12,000,000"),
            (120_500_000, "1億2,050万円", "¥120,500,000"),
            (1_234_567, "123万4,567円", "¥1,234,567"),
            (-3_000, "-3,000円", "-¥3,000"),
        ] {
            assert_eq!((yen(Locale::Ja, amount).as_str(), yen(Locale::En, amount).as_str()), (ja, en));
        }
    }

    #[test]
    fn values_are_filled_in_one_pass() {
        let values = [("a", "%{b}".to_owned()), ("b", "二".to_owned())];
        assert_eq!(filled("%{a}・%{b}・%{c}・%{", &values), "%{b}・二・%{c}・%{");
    }
}
