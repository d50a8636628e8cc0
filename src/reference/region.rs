//! Where a solution is offered.

use std::fmt;

use super::slug::parsed_from_text;
use super::{Bureau, MunicipalityCode, Prefecture};
use crate::fields::Invalid;

/// A region that a vendor serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// `nationwide`
    Nationwide,
    /// `bureau:kanto`: the prefectures that a bureau covers.
    Bureau(Bureau),
    /// `pref:13`
    Prefecture(Prefecture),
    /// `muni:131130`
    Municipality(MunicipalityCode),
}

parsed_from_text!(Region);

impl Region {
    /// Reads `nationwide`, `bureau:SLUG`, `pref:NN` or `muni:NNNNNN`.
    ///
    /// # Errors
    /// `region_format`; or what is wrong behind the colon (`unknown_bureau`, `unknown_prefecture`,
    /// `municipality_code_…`).
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.split_once(':') {
            None if text == "nationwide" => Ok(Self::Nationwide),
            Some(("bureau", slug)) => Bureau::parse(slug).map(Self::Bureau),
            Some(("pref", number)) => Prefecture::parse(number).map(Self::Prefecture),
            Some(("muni", code)) => MunicipalityCode::parse(code).map(Self::Municipality),
            _ => Err(Invalid::new("region_format")),
        }
    }

    /// Whether a local government lies in the region. A prefecture as a body lies in itself, its bureau and
    /// the nation, but in none of its municipalities.
    pub fn covers(self, body: MunicipalityCode) -> bool {
        match self {
            Self::Nationwide => true,
            Self::Bureau(bureau) => body.bureau() == bureau,
            Self::Prefecture(prefecture) => body.prefecture() == prefecture,
            Self::Municipality(code) => body == code,
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nationwide => f.write_str("nationwide"),
            Self::Bureau(bureau) => write!(f, "bureau:{bureau}"),
            Self::Prefecture(prefecture) => write!(f, "pref:{prefecture}"),
            Self::Municipality(code) => write!(f, "muni:{code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(code: &str) -> MunicipalityCode {
        MunicipalityCode::parse(code).unwrap()
    }

    #[test]
    fn each_form_is_written_as_it_is_read() {
        for text in ["nationwide", "bureau:kanto", "pref:13", "pref:01", "muni:131130"] {
            assert_eq!(Region::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_region_covers_what_lies_in_it() {
        let shibuya = body("131130");
        for text in ["nationwide", "bureau:kanto", "pref:13", "muni:131130"] {
            assert!(Region::parse(text).unwrap().covers(shibuya), "{text}");
        }
        for text in ["bureau:kinki", "pref:14", "muni:131041"] {
            assert!(!Region::parse(text).unwrap().covers(shibuya), "{text}");
        }
    }

    #[test]
    fn a_prefecture_as_a_body_lies_in_its_bureau_but_not_in_its_capital() {
        let hokkaido = body("010006");
        assert!(Region::parse("bureau:hokkaido").unwrap().covers(hokkaido));
        assert!(Region::parse("pref:01").unwrap().covers(hokkaido));
        assert!(!Region::parse("muni:011002").unwrap().covers(hokkaido));
    }

    #[test]
    fn what_is_wrong_behind_the_colon_is_said() {
        assert_eq!(Region::parse("everywhere").unwrap_err().code(), "region_format");
        assert_eq!(Region::parse("pref:48").unwrap_err().code(), "unknown_prefecture");
        assert_eq!(Region::parse("bureau:hokaido").unwrap_err().code(), "unknown_bureau_suggest");
        assert_eq!(Region::parse("muni:131131").unwrap_err().code(), "municipality_code_check_digit");
    }
}
