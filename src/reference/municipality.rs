//! Local governments by their 全国地方公共団体コード: 1,741 municipalities and 47 prefectures.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::place::Place;
use super::slug::interned;
use super::{Bureau, Prefecture, seed};
use crate::fields::Invalid;

/// The six-digit code of a local government that exists.
///
/// Structure by JIS X 0401 (two digits, prefecture) and JIS X 0402 (three digits, municipality; 000 is the
/// prefecture itself), followed by a check digit.
#[derive(Clone, Copy)]
pub struct MunicipalityCode(&'static Municipality);

/// A local government: a municipality, or a prefecture as a body of its own.
#[derive(Debug)]
pub struct Municipality {
    index: usize,
    slug: String,
    /// The prefecture in which it lies, or which it is.
    pub prefecture: Prefecture,
    /// 岩見沢市; for a prefecture 北海道.
    pub name: &'static str,
    /// いわみざわし
    pub kana: &'static str,
    /// Iwamizawa-shi; for a prefecture Hokkaido.
    pub romaji: &'static str,
    /// The county (郡) of a town or village, which tells apart the 25 names that occur more than once.
    pub gun: Option<&'static str>,
    /// What kind of local government it is; stands for its size until statistics are imported.
    pub kind: MunicipalityKind,
    /// Where its main office stands; a prefecture takes the office of the municipality that hosts its own.
    pub place: Place,
}

/// Kinds of local government.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MunicipalityKind {
    /// 都道府県
    Prefecture,
    /// 政令指定都市
    DesignatedCity,
    /// 特別区 of Tokyo
    SpecialWard,
    /// 市
    City,
    /// 町
    Town,
    /// 村
    Village,
}

interned!(MunicipalityCode, Municipality);

static TABLE: LazyLock<Vec<Municipality>> = LazyLock::new(|| {
    let mut bodies = seed::table("municipalities.csv", municipalities());
    let prefectures = seed::table("prefectures.csv", prefectures(&bodies));
    bodies.extend(prefectures);
    bodies.sort_by(|a, b| a.slug.cmp(&b.slug));
    for (index, body) in bodies.iter_mut().enumerate() {
        body.index = index;
    }
    bodies
});

static BY_CODE: LazyLock<HashMap<&'static str, &'static Municipality>> =
    LazyLock::new(|| TABLE.iter().map(|body| (body.slug.as_str(), body)).collect());

fn municipalities() -> Result<Vec<Municipality>, String> {
    let header = ["code", "name", "kana", "romaji", "gun", "kind", "lat", "lng"];
    let rows = seed::rows(include_str!("../../seeds/municipalities.csv"), header)?;
    let rows = rows.into_iter().map(|[code, name, kana, romaji, gun, kind, lat, lng]| {
        let prefecture = code.get(..2).ok_or_else(|| Invalid::new("unknown_prefecture"));
        Ok(Municipality {
            index: 0,
            slug: code.to_owned(),
            prefecture: prefecture
                .and_then(Prefecture::parse)
                .map_err(|invalid| format!("{code}: {invalid}"))?,
            name,
            kana,
            romaji,
            gun: (!gun.is_empty()).then_some(gun),
            kind: MunicipalityKind::from_seed(kind).ok_or_else(|| format!("{code}: kind {kind}"))?,
            place: Place::from_seed(lat, lng).ok_or_else(|| format!("{code}: place {lat} {lng}"))?,
        })
    });
    rows.collect()
}

fn prefectures(municipalities: &[Municipality]) -> Result<Vec<Municipality>, String> {
    let bodies = Prefecture::all().map(|prefecture| {
        let five = format!("{}000", prefecture.as_str());
        let check = check_digit(&five).ok_or_else(|| format!("{five} has no check digit"))?;
        let capital = municipalities.iter().find(|one| one.slug == prefecture.capital());
        Ok(Municipality {
            index: 0,
            slug: format!("{five}{check}"),
            prefecture,
            name: prefecture.name_ja(),
            kana: prefecture.kana(),
            romaji: prefecture.name_en(),
            gun: None,
            kind: MunicipalityKind::Prefecture,
            place: capital.ok_or_else(|| format!("{prefecture}: capital not found"))?.place,
        })
    });
    bodies.collect()
}

impl MunicipalityCode {
    /// Reads six digits (full-width digits too) that name an existing local government.
    ///
    /// # Errors
    /// - `municipality_code_format`: not six digits.
    /// - `municipality_code_five_digits` {candidates}: five digits, as spreadsheets and old files give them. A
    ///   leading zero or the check digit may be lost: the six-digit codes that could be meant, never taken silently.
    /// - `municipality_code_check_digit` {expected}: the last digit does not fit the first five.
    /// - `unknown_municipality`: well formed, but no local government has it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits: String = text.trim().nfkc().collect();
        let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
        match (numeric, digits.len()) {
            (true, 6) => Self::from_six(&digits),
            (true, 5) => Err(five_digits(&digits)),
            _ => Err(Invalid::new("municipality_code_format")),
        }
    }

    fn from_six(digits: &str) -> Result<Self, Invalid> {
        let (five, last) = digits.split_at(5);
        match check_digit(five) {
            Some(expected) if !last.ends_with(expected) => {
                Err(Invalid::new("municipality_code_check_digit").with("expected", expected))
            }
            _ => Self::known(digits).ok_or_else(|| Invalid::new("unknown_municipality")),
        }
    }

    fn known(digits: &str) -> Option<Self> {
        BY_CODE.get(digits).copied().map(Self)
    }

    /// Every local government in the order of the codes; a prefecture comes before its municipalities.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(Self)
    }

    /// The value in a place of its table, as [`Self::index`] gives it; `None` behind the end.
    pub fn at(index: usize) -> Option<Self> {
        TABLE.get(index).map(Self)
    }

    /// The local government itself.
    pub fn municipality(self) -> &'static Municipality {
        self.0
    }

    /// The prefecture in which it lies, or which it is.
    pub fn prefecture(self) -> Prefecture {
        self.0.prefecture
    }

    /// The bureau of its prefecture.
    pub fn bureau(self) -> Bureau {
        self.0.prefecture.bureau()
    }

    /// Where its main office stands.
    pub fn place(self) -> Place {
        self.0.place
    }
}

impl Municipality {
    /// Its code.
    pub fn code(&'static self) -> MunicipalityCode {
        MunicipalityCode(self)
    }

    /// Its name behind that of its prefecture (北海道岩見沢市), by which people tell places apart; a prefecture's own
    /// name stands alone.
    pub fn full_name_ja(&self) -> String {
        match self.kind {
            MunicipalityKind::Prefecture => self.name.to_owned(),
            _ => format!("{}{}", self.prefecture.name_ja(), self.name),
        }
    }

    /// Its name before that of its prefecture: Iwamizawa-shi, Hokkaido.
    pub fn full_name_en(&self) -> String {
        match self.kind {
            MunicipalityKind::Prefecture => self.romaji.to_owned(),
            _ => format!("{}, {}", self.name_en(), self.prefecture.name_en()),
        }
    }

    /// Its romanised name without the county.
    pub fn name_en(&self) -> &'static str {
        self.romaji.rsplit(' ').next().unwrap_or(self.romaji)
    }
}

impl MunicipalityKind {
    /// All kinds, the largest bodies first.
    pub const ALL: [Self; 6] =
        [Self::Prefecture, Self::DesignatedCity, Self::SpecialWard, Self::City, Self::Town, Self::Village];

    fn from_seed(kind: &str) -> Option<Self> {
        match kind {
            "政令市" => Some(Self::DesignatedCity),
            "特別区" => Some(Self::SpecialWard),
            "市" => Some(Self::City),
            "町" => Some(Self::Town),
            "村" => Some(Self::Village),
            _ => None,
        }
    }
}

/// The check digit of a five-digit code: the last digit of 11 − (6a+5b+4c+3d+2e mod 11), by the Ministry of Internal
/// Affairs' rule for 全国地方公共団体コード.
fn check_digit(five: &str) -> Option<char> {
    let sum: u32 = five
        .chars()
        .zip((2..=6).rev())
        .map(|(digit, weight)| digit.to_digit(10).map(|d| d * weight))
        .sum::<Option<u32>>()?;
    char::from_digit((11 - sum % 11) % 10, 10)
}

fn five_digits(digits: &str) -> Invalid {
    let with_zero = MunicipalityCode::from_six(&format!("0{digits}")).ok();
    let with_check =
        check_digit(digits).and_then(|check| MunicipalityCode::known(&format!("{digits}{check}")));
    let candidates: Vec<&str> =
        [with_zero, with_check].into_iter().flatten().map(MunicipalityCode::as_str).collect();
    if candidates.is_empty() {
        Invalid::new("municipality_code_format")
    } else {
        Invalid::new("municipality_code_five_digits").with("candidates", candidates.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        MunicipalityCode::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn every_code_of_the_table_carries_its_own_check_digit() {
        assert_eq!(MunicipalityCode::all().len(), 1741 + 47);
        for code in MunicipalityCode::all() {
            assert_eq!(MunicipalityCode::parse(code.as_str()), Ok(code));
        }
    }

    #[test]
    fn a_municipality_knows_its_prefecture_bureau_and_kind() {
        let town = MunicipalityCode::parse("013331").unwrap().municipality();
        assert_eq!(town.full_name_ja(), "北海道知内町");
        assert_eq!(town.full_name_en(), "Shiriuchi-cho, Hokkaido");
        assert_eq!(town.kind, MunicipalityKind::Town);
        assert_eq!(town.code().bureau().as_str(), "hokkaido");
    }

    #[test]
    fn a_prefecture_is_a_body_whose_place_is_the_office_of_its_capital() {
        let hokkaido = MunicipalityCode::parse("010006").unwrap();
        let sapporo = MunicipalityCode::parse("011002").unwrap();
        assert_eq!(hokkaido.municipality().full_name_ja(), "北海道");
        assert_eq!(hokkaido.place(), sapporo.place());
        let tokyo = MunicipalityCode::parse("130001").unwrap();
        assert_eq!(tokyo.place(), MunicipalityCode::parse("131041").unwrap().place());
    }

    #[test]
    fn full_width_digits_and_blanks_around_are_read() {
        assert_eq!(MunicipalityCode::parse(" ０１１００２ ").unwrap().as_str(), "011002");
    }

    #[test]
    fn a_wrong_check_digit_names_the_right_one() {
        assert_eq!(refusal("011003"), "municipality_code_check_digit expected=2");
    }

    #[test]
    fn five_digits_name_the_code_with_the_lost_zero() {
        assert_eq!(refusal("11002"), "municipality_code_five_digits candidates=011002");
    }

    #[test]
    fn five_digits_name_the_code_with_the_lost_check_digit() {
        assert_eq!(refusal("13113"), "municipality_code_five_digits candidates=131130");
    }

    #[test]
    fn a_code_that_nobody_has_is_refused_even_with_the_right_check_digit() {
        assert_eq!(refusal("131997"), "unknown_municipality");
    }

    #[test]
    fn what_is_not_digits_is_refused() {
        for text in ["", "abcdef", "0110", "0110022", "札幌市", "-11002"] {
            assert!(refusal(text).starts_with("municipality_code_format"), "{text}");
        }
    }
}
