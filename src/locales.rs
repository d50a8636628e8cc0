//! Texts for people, from the files in `locales/` (ja first, en complete), compiled in.

use crate::accounts::Locale;

/// The text of `key` in `locale`, each `%{name}` replaced by its value in one pass, so that a value cannot
/// smuggle in another placeholder.
pub fn text(locale: Locale, key: &str, values: &[(&str, String)]) -> String {
    let template = rust_i18n::t!(key, locale = locale.as_str());
    if values.is_empty() { template.into_owned() } else { filled(&template, values) }
}

/// Whether `locale` has a text of its own for `key`.
pub fn has(locale: Locale, key: &str) -> bool {
    crate::_rust_i18n_try_translate(locale.as_str(), key).is_some()
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
    fn values_are_filled_in_one_pass() {
        let values = [("a", "%{b}".to_owned()), ("b", "二".to_owned())];
        assert_eq!(filled("%{a}・%{b}・%{c}・%{", &values), "%{b}・二・%{c}・%{");
    }
}
