//! Countries other than Japan.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fields::Invalid;

/// The officially assigned codes of ISO 3166-1 alpha-2, in alphabetical order.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM \
    MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// A country other than Japan, where a deployment has no municipality of ours to confirm it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(&'static str);

impl Country {
    /// Reads a code such as `VN`, in either case.
    ///
    /// # Errors
    /// `unknown_country`; `country_is_japan`, where the municipality is what counts.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        match CODES.split_ascii_whitespace().find(|code| code.eq_ignore_ascii_case(text)) {
            Some("JP") => Err(Invalid::new("country_is_japan")),
            Some(code) => Ok(Self(code)),
            None => Err(Invalid::new("unknown_country")),
        }
    }

    /// Two capital letters.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_the_249_codes_of_the_standard_in_order() {
        let codes: Vec<&str> = CODES.split_ascii_whitespace().collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted());
        assert!(codes.iter().all(|code| code.len() == 2));
    }

    #[test]
    fn japan_is_no_foreign_country_and_an_unknown_code_is_none_at_all() {
        assert_eq!(Country::parse(" vn ").map(Country::as_str), Ok("VN"));
        assert_eq!(Country::parse("jp").unwrap_err().code(), "country_is_japan");
        for unknown in ["", "XX", "VNM", "ベトナム"] {
            assert_eq!(Country::parse(unknown).unwrap_err().code(), "unknown_country", "{unknown}");
        }
    }
}
