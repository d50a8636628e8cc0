//! Conditions of a site that decide what can work there.

use super::slug::{unknown, written_as_slug};
use super::taxonomy::{FILE, Named};
use crate::fields::Invalid;

/// What makes a site hard for technology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// 離島
    Island,
    /// 山間地
    Mountain,
    /// 豪雪地
    HeavySnow,
    /// 過疎地
    Depopulated,
    /// No optical fibre reaches the site.
    NoFibre,
    /// The site, or a part that matters, has no mobile coverage.
    NoMobile,
}

written_as_slug!(Condition);

impl Condition {
    /// All conditions.
    pub const ALL: [Self; 6] =
        [Self::Island, Self::Mountain, Self::HeavySnow, Self::Depopulated, Self::NoFibre, Self::NoMobile];

    /// Reads a slug such as `heavy-snow`.
    ///
    /// # Errors
    /// `unknown_condition`, or `unknown_condition_suggest` {suggestion}.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|condition| condition.as_str() == text).ok_or_else(|| {
            let known =
                Self::ALL.map(|condition| (condition.as_str(), [condition.name_ja(), condition.name_en()]));
            unknown(text, known.into_iter(), "unknown_condition", "unknown_condition_suggest")
        })
    }

    /// The slug, as it is stored, sent and received.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Island => "island",
            Self::Mountain => "mountain",
            Self::HeavySnow => "heavy-snow",
            Self::Depopulated => "depopulated",
            Self::NoFibre => "no-fibre",
            Self::NoMobile => "no-mobile",
        }
    }

    /// 豪雪地
    pub fn name_ja(self) -> &'static str {
        self.named().map_or(self.as_str(), |named| &named.ja)
    }

    /// Heavy snow
    pub fn name_en(self) -> &'static str {
        self.named().map_or(self.as_str(), |named| &named.en)
    }

    fn named(self) -> Option<&'static Named> {
        FILE.site_conditions.iter().find(|named| named.slug == self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_has_a_name_in_both_languages() {
        assert_eq!(FILE.site_conditions.len(), Condition::ALL.len());
        for condition in Condition::ALL {
            assert!(condition.named().is_some(), "{condition}");
            assert_eq!(Condition::parse(condition.as_str()), Ok(condition));
        }
    }

    #[test]
    fn a_name_in_another_spelling_gets_a_suggestion() {
        let invalid = Condition::parse("heavy_snow").unwrap_err();
        assert_eq!(invalid.to_string(), "unknown_condition_suggest suggestion=heavy-snow");
        assert_eq!(Condition::parse("desert").unwrap_err().to_string(), "unknown_condition");
    }
}
