//! What a form sent, and how its fields are read.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization as _;

use crate::failure::Failure;
use crate::fields::{Invalid, Yen, typed_date, typed_fiscal_year};

/// Names and values of a form, in the order they came.
///
/// A name is the JSON pointer of its field with dots (`budget.max` is `/budget/max`), so that what the rules say
/// about a document finds its way back to the place where it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// Nothing typed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a body of `application/x-www-form-urlencoded`.
    pub fn parse(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The first value of `name`, as typed; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Every value of `name`, as typed.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether `name` was sent at all, if only empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Every pair.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without the values of `name`.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// The same without passwords: they are not written into a page.
    #[must_use]
    pub fn without_passwords(mut self) -> Self {
        self.0.retain(|(known, _)| !known.contains("password"));
        self
    }

    /// The same without what was left blank.
    #[must_use]
    pub fn said(&self) -> Self {
        Self(self.0.iter().filter(|(_, value)| !value.trim().is_empty()).cloned().collect())
    }

    /// Puts what `other` says of field `name`, and of all below it, in the place of what is said here.
    pub fn take_over(&mut self, name: &str, other: &Self) {
        let below = format!("{name}.");
        let belongs = |known: &str| known == name || known.starts_with(&below);
        self.0.retain(|(known, _)| !belongs(known));
        self.0.extend(other.0.iter().filter(|(known, _)| belongs(known)).cloned());
    }

    /// As a form would send it.
    pub fn encoded(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish()
    }

    /// Puts `value` in the place of every value of `name`.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(known, _)| known != name);
        self.add(name, value);
    }

    /// Adds one more value of `name`.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// The text of `name`; `None` when nothing but space was typed.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// What was chosen or typed under `name`, without blanks.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.all(name).into_iter().map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
    }

    /// Whether a checkbox was ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        matches!(self.get(name), "on" | "true" | "1")
    }

    /// How many rows of a group were sent: one more than the highest index behind `name` (`outcomes.2.unit` gives
    /// 3), at most `most`.
    pub fn rows(&self, name: &str, most: usize) -> usize {
        let index = |known: &str| -> Option<usize> {
            known.strip_prefix(name)?.strip_prefix('.')?.split('.').next()?.parse().ok()
        };
        let highest = self.0.iter().filter_map(|(known, _)| index(known)).max();
        highest.map_or(0, |highest| highest.saturating_add(1)).min(most)
    }

    /// A sum: `1200万`, `1億2000万円`, `12,000,000`; `None` when nothing was typed.
    ///
    /// # Errors
    /// Those of [`Yen::parse`].
    pub fn yen(&self, name: &str) -> Result<Option<Yen>, Invalid> {
        self.text(name).map(|text| Yen::parse(&text)).transpose()
    }

    /// A day: `2027-04-01`, `2027/4/1`, `令和9年4月1日`, `R9.4.1`; `None` when nothing was typed.
    ///
    /// # Errors
    /// `not_a_day`.
    pub fn date(&self, name: &str) -> Result<Option<NaiveDate>, Invalid> {
        self.text(name).map(|text| typed_date(&text)).transpose()
    }

    /// A fiscal year: `令和9年度`, `R9`, `2027`, `FY2027`; `None` when nothing was typed.
    ///
    /// # Errors
    /// `not_a_fiscal_year`.
    pub fn fiscal_year(&self, name: &str) -> Result<Option<i32>, Invalid> {
        self.text(name).map(|text| typed_fiscal_year(&text)).transpose()
    }

    /// A whole number, digits of either width, with or without commas; `None` when nothing was typed.
    ///
    /// # Errors
    /// `not_a_whole_number`.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Invalid> {
        let read = |text: String| {
            let compact: String = text.nfkc().filter(|c| !c.is_whitespace() && *c != ',').collect();
            compact.parse().map_err(|_| Invalid::new("not_a_whole_number"))
        };
        self.text(name).map(read).transpose()
    }

    /// The version that the form was written for; one beyond all numbers fits no row, as `-1` does.
    ///
    /// # Errors
    /// `Invalid` at `/version`.
    pub fn version(&self) -> Result<Option<i32>, Failure> {
        let version = self.number("version").map_err(|invalid| Failure::field("/version", invalid))?;
        Ok(version.map(|version| i32::try_from(version).unwrap_or(-1)))
    }
}

/// The JSON pointer of a field's name: `budget.max` is `/budget/max`.
pub fn pointer_of(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// The name of the field a JSON pointer is about.
pub fn name_of(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(body: &str) -> Typed {
        Typed::parse(body.as_bytes())
    }

    #[test]
    fn values_are_found_by_name_in_order() {
        let typed = typed("title=%E9%99%A4%E9%9B%AA&sectors=a&sectors=+&sectors=b&note=+");
        assert_eq!((typed.get("title"), typed.get("absent")), ("除雪", ""));
        assert_eq!(typed.all("sectors"), ["a", " ", "b"]);
        assert_eq!(typed.list("sectors"), ["a", "b"]);
        assert_eq!((typed.text("note"), typed.text("title")), (None, Some("除雪".to_owned())));
    }

    #[test]
    fn what_was_typed_is_read_by_the_rules_of_its_kind() {
        let typed = typed(
            "max=1200%E4%B8%87&due=R9.4.1&year=%E4%BB%A4%E5%92%8C9%E5%B9%B4%E5%BA%A6&n=%EF%BC%91,200&x=abc&blank=+",
        );
        assert_eq!(typed.yen("max").map(|sum| sum.map(Yen::yen)), Ok(Some(12_000_000)));
        assert_eq!(typed.date("due"), Ok(NaiveDate::from_ymd_opt(2027, 4, 1)));
        assert_eq!(typed.fiscal_year("year"), Ok(Some(2027)));
        assert_eq!(typed.number("n"), Ok(Some(1200)));
        assert_eq!(typed.number("blank"), Ok(None));
        assert_eq!(typed.yen("absent"), Ok(None));
        assert_eq!(typed.number("x").expect_err("refused").code(), "not_a_whole_number");
        assert_eq!(typed.date("x").expect_err("refused").code(), "not_a_day");
    }

    #[test]
    fn rows_are_counted_by_their_highest_index_within_a_bound() {
        let typed = typed("outcomes.0.unit=a&outcomes.2.unit=b&outcomes.x=1&outcomesother.9=1");
        assert_eq!(
            (typed.rows("outcomes", 10), typed.rows("outcomes", 2), typed.rows("none", 10)),
            (3, 2, 0)
        );
        assert_eq!(super::Typed::parse(b"o.18446744073709551615.a=1").rows("o", 5), 5);
    }

    #[test]
    fn a_value_is_replaced_and_everything_can_be_sent_again() {
        let mut typed = typed("a=1&b=2&a=3");
        typed.set("a", "除雪");
        assert_eq!(typed.encoded(), "b=2&a=%E9%99%A4%E9%9B%AA");
        assert_eq!(Typed::parse(typed.encoded().as_bytes()), typed);
        assert_eq!(typed.without("b").encoded(), "a=%E9%99%A4%E9%9B%AA");
    }

    #[test]
    fn names_mirror_pointers() {
        assert_eq!(pointer_of("outcomes.0.unit"), "/outcomes/0/unit");
        assert_eq!(name_of("/outcomes/0/unit"), "outcomes.0.unit");
    }
}
