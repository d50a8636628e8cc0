//! Bounded text and what may not stand in it.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::Invalid;

/// Half-width katakana and its punctuation and marks (U+FF61 to U+FF9F): municipal systems print it badly and
/// searches miss it, so it is refused with the remedy instead of being changed behind the writer's back.
const HALF_WIDTH_KANA: std::ops::RangeInclusive<char> = '\u{FF61}'..='\u{FF9F}';

/// One line of 1 to `max` characters: trimmed, NFC, no control characters, no half-width kana.
///
/// # Errors
/// `blank`, `too_long` (max, actual), `control_character`, `half_width_kana`, `line_break`.
pub fn line(text: &str, max: usize) -> Result<String, Invalid> {
    let text = checked(text, max, false)?;
    if text.is_empty() { Err(Invalid::new("blank")) } else { Ok(text) }
}

/// Several lines of 0 to `max` characters; line ends become `\n`.
///
/// # Errors
/// `too_long` (max, actual), `control_character`, `half_width_kana`.
pub fn prose(text: &str, max: usize) -> Result<String, Invalid> {
    checked(text, max, true)
}

fn checked(text: &str, max: usize, lines: bool) -> Result<String, Invalid> {
    let text: String = text.replace("\r\n", "\n").trim().nfc().collect();
    let actual = text.chars().count();
    if actual > max {
        return Err(Invalid::new("too_long").with("max", max).with("actual", actual));
    }
    for character in text.chars() {
        match character {
            '\n' | '\t' if lines => {}
            '\n' => return Err(Invalid::new("line_break")),
            c if c.is_control() || is_invisible_control(c) => return Err(Invalid::new("control_character")),
            c if HALF_WIDTH_KANA.contains(&c) => return Err(Invalid::new("half_width_kana")),
            _ => {}
        }
    }
    Ok(text)
}

/// Direction overrides and other format characters that make a text read otherwise than it is stored
/// (Unicode TR 36, section 2.8), and the replacement for undecodable bytes.
fn is_invisible_control(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFD}'
        | '\u{FFFE}' | '\u{FFFF}' | '\u{E0000}'..='\u{E007F}')
}

/// Normalises what people type for a code or a number: full-width forms become ASCII, spaces, hyphens and
/// commas go.
pub fn compact_ascii(text: &str) -> String {
    text.nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '-' | '‐' | '‑' | '–' | '−' | '、'))
        .collect()
}

/// A mail address that can be written to: folded to lower case, unique per member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address (RFC 5321 lengths, one `@`, a dotted domain, no quoting, no control characters).
    ///
    /// # Errors
    /// `blank`, `too_long`, `not_an_email`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = line(text, 254)?;
        let address: lettre::Address = text.parse().map_err(|_| Invalid::new("not_an_email"))?;
        let domain = address.domain();
        let plain = |part: &str| part.is_ascii() && !part.contains(['"', '\\', '[', ']', ' ']);
        if !plain(address.user()) || !plain(domain) || !domain.contains('.') || address.user().len() > 64 {
            return Err(Invalid::new("not_an_email"));
        }
        Ok(Self(text.to_lowercase()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For logs: the first character and the domain, `t***@city.example.jp`.
    pub fn masked(&self) -> String {
        let first: String = self.0.chars().take(1).collect();
        format!("{first}***@{}", self.domain())
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An absolute `http` or `https` address without credentials.
///
/// # Errors
/// `too_long`, `not_a_web_address`.
pub fn web_address(text: &str) -> Result<String, Invalid> {
    let text = line(text, 500)?;
    let parsed = url::Url::parse(&text).map_err(|_| Invalid::new("not_a_web_address"))?;
    let plain = matches!(parsed.scheme(), "http" | "https")
        && parsed.username().is_empty()
        && parsed.password().is_none();
    if plain && parsed.host_str().is_some_and(|host| !host.is_empty()) {
        Ok(parsed.into())
    } else {
        Err(Invalid::new("not_a_web_address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T: fmt::Debug>(result: Result<T, Invalid>) -> &'static str {
        result.expect_err("refused").code()
    }

    #[test]
    fn a_line_is_trimmed_and_composed() {
        assert_eq!(line("  か\u{3099}っこう ", 10), Ok("がっこう".to_owned()));
    }

    #[test]
    fn a_line_refuses_what_is_unreadable_or_unsafe() {
        assert_eq!(code(line("   ", 10)), "blank");
        assert_eq!(code(line("長すぎる", 3)), "too_long");
        assert_eq!(code(line("a\0b", 10)), "control_character");
        assert_eq!(code(line("a\u{202E}b", 10)), "control_character");
        assert_eq!(code(line("\u{200B}", 10)), "control_character");
        assert_eq!(code(line("a\u{061C}b", 10)), "control_character");
        assert_eq!(code(line("ｼﾞｮｾﾂ", 10)), "half_width_kana");
        assert_eq!(code(line("a\nb", 10)), "line_break");
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(prose("一行目\r\n二行目\n", 20), Ok("一行目\n二行目".to_owned()));
    }

    #[test]
    fn an_address_is_folded_and_has_a_domain() {
        let email = Email::parse(" Taro@City.Example.JP ").expect("an address");
        assert_eq!((email.as_str(), email.domain()), ("taro@city.example.jp", "city.example.jp"));
        for bad in [
            "taro",
            "taro@",
            "@city.jp",
            "taro@localhost",
            "a b@city.jp",
            "taro@[127.0.0.1]",
            "a@b.jp\r\nBcc: c@d.jp",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_web_addresses_without_credentials_are_links() {
        assert_eq!(web_address("https://例え.example/a"), Ok("https://xn--r8jz45g.example/a".to_owned()));
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a:b@c.example/",
            "ftp://c.example/",
            "/relative",
        ] {
            assert_eq!(code(web_address(bad)), "not_a_web_address", "{bad}");
        }
    }
}
