//! The reference data for programs and forms: public, the same for everyone, cacheable.
//!
//! Names come in both languages at once, so that one copy in a cache serves every reader.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    Bureau, Municipality, MunicipalityCode, MunicipalityKind, Prefecture, Sector, Technology,
    TechnologyGroup, TopSector,
};
use crate::failure::Failure;
use crate::fields::{self, FieldErrors, Invalid};
use crate::web::{Answer, Page, Params, Problem};

/// A page holds everything unless the caller asks for less: the whole table is one small, cacheable answer.
const LONGEST_PAGE: usize = 2_000;
/// The tables change with a release of the service only; a day old is fresh enough.
const CACHE_CONTROL: &str = "public, max-age=86400";
/// Characters of a search text.
const LONGEST_QUERY: usize = 100;

/// This part of the API description.
#[derive(OpenApi)]
#[openapi(
    paths(municipalities, bureaus, sectors, technologies),
    tags((name = "reference", description = "Municipalities, bureaus, sectors, technologies: public and cacheable"))
)]
pub struct Doc;

/// A local government.
#[derive(Debug, Serialize, ToSchema)]
pub struct MunicipalityEntry {
    /// Six-digit 全国地方公共団体コード.
    code: &'static str,
    /// Its name.
    name: &'static str,
    /// Its name behind that of its prefecture.
    full_name: String,
    /// Its reading.
    kana: &'static str,
    /// Its name in Latin letters with its prefecture.
    name_en: String,
    /// The county (郡) of a town or village.
    gun: Option<&'static str>,
    /// What kind of local government it is.
    #[schema(value_type = String, example = "city")]
    kind: MunicipalityKind,
    /// Number of its prefecture, 1 to 47.
    prefecture: u8,
    /// The bureau that covers it.
    bureau: &'static str,
    /// Degrees north of its main office.
    latitude: f64,
    /// Degrees east of its main office.
    longitude: f64,
}

/// A bureau.
#[derive(Debug, Serialize, ToSchema)]
pub struct BureauEntry {
    /// Its slug.
    slug: &'static str,
    /// Its name.
    name: &'static str,
    /// Its name in English.
    name_en: &'static str,
    /// The prefectures it covers.
    prefectures: Vec<PrefectureEntry>,
}

/// A prefecture.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrefectureEntry {
    /// 1 to 47, JIS X 0401.
    number: u8,
    /// Its name.
    name: &'static str,
    /// Its name in English.
    name_en: &'static str,
}

/// A top sector with its leaves.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectorEntry {
    /// Its slug.
    slug: &'static str,
    /// Its name.
    name: &'static str,
    /// Its name in English.
    name_en: &'static str,
    /// The leaves, under which challenges, solutions and deployments are filed.
    leaves: Vec<LeafEntry>,
}

/// A leaf of the sectors.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeafEntry {
    /// Its slug, `top/leaf`.
    slug: &'static str,
    /// Its name.
    name: &'static str,
    /// Its name in English.
    name_en: &'static str,
}

/// A technology.
#[derive(Debug, Serialize, ToSchema)]
pub struct TechnologyEntry {
    /// Its slug.
    slug: &'static str,
    /// Its name.
    name: &'static str,
    /// Its name in English.
    name_en: &'static str,
    /// What kind of thing it is.
    #[schema(value_type = String, example = "network")]
    group: TechnologyGroup,
}

/// Which municipalities.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MunicipalityQuery {
    /// A part of the name, its reading in hiragana or katakana or Latin letters, or the beginning of the code.
    q: Option<String>,
    /// Number of a prefecture, 1 to 47.
    prefecture: Option<String>,
    /// Slug of a bureau.
    bureau: Option<String>,
    /// Items on a page, 1 to 2000; 2000 unless given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Whether to count all items as well.
    total: Option<bool>,
}

/// [`MunicipalityQuery`], read.
struct Wanted {
    words: Option<String>,
    prefecture: Option<Prefecture>,
    bureau: Option<Bureau>,
    after: Option<String>,
    limit: usize,
}

impl Wanted {
    fn parse(query: &MunicipalityQuery) -> Result<Self, Failure> {
        let mut errors = FieldErrors::new();
        let q = query.q.as_deref().filter(|q| !q.trim().is_empty());
        let words = q.and_then(|q| errors.keep("/q", fields::line(q, LONGEST_QUERY)));
        let prefecture = query.prefecture.as_deref();
        let prefecture = prefecture.and_then(|text| errors.keep("/prefecture", Prefecture::parse(text)));
        let bureau = query.bureau.as_deref();
        let bureau = bureau.and_then(|text| errors.keep("/bureau", Bureau::parse(text)));
        let limit = query.limit.unwrap_or(LONGEST_PAGE);
        if !(1..=LONGEST_PAGE).contains(&limit) {
            errors.add("/limit", Invalid::new("out_of_range").with("min", 1).with("max", LONGEST_PAGE));
        }
        errors.into_result()?;
        let after = query.cursor.as_deref().map(crate::web::Cursor::read).transpose()?;
        Ok(Self { words: words.map(|words| folded(&words)), prefecture, bureau, after, limit })
    }

    fn includes(&self, one: &Municipality, code: &str) -> bool {
        self.prefecture.is_none_or(|prefecture| one.prefecture == prefecture)
            && self.bureau.is_none_or(|bureau| one.prefecture.bureau() == bureau)
            && self.words.as_deref().is_none_or(|words| is_called(one, code, words))
    }
}

/// Whether people who type `words` (folded) can mean this municipality.
fn is_called(one: &Municipality, code: &str, words: &str) -> bool {
    code.starts_with(words)
        || folded(&one.full_name_ja()).contains(words)
        || folded(one.kana).contains(words)
        || folded(&one.full_name_en()).contains(words)
}

/// One form for what people type: NFKC, small letters, hiragana, no blanks.
fn folded(text: &str) -> String {
    let hiragana = |c: char| match c {
        // The two blocks run parallel, 0x60 apart (Unicode, Katakana and Hiragana charts).
        'ァ'..='ヶ' => u32::from(c).checked_sub(0x60).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    };
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).map(hiragana).collect()
}

/// Municipalities and prefectures as bodies, in the order of their codes.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
#[utoipa::path(
    get, path = "/api/v1/reference/municipalities", tag = "reference",
    summary = "List municipalities",
    params(MunicipalityQuery),
    responses(
        (status = 200, description = "Municipalities in the order of their codes", body = Page<MunicipalityEntry>,
         example = json!({"items": [{"code": "012106", "name": "岩見沢市", "full_name": "北海道岩見沢市",
            "kana": "いわみざわし", "name_en": "Iwamizawa-shi, Hokkaido", "gun": null, "kind": "city", "prefecture": 1,
            "bureau": "hokkaido", "latitude": 43.19622, "longitude": 141.77594}], "next": null})),
        (status = 304, description = "Not changed since the copy named in If-None-Match"),
        (status = 422, description = "A parameter cannot be read", body = Problem),
    )
)]
pub async fn municipalities(request: HttpRequest, Params(query): Params<MunicipalityQuery>) -> Answer {
    let wanted = Wanted::parse(&query)?;
    let all = MunicipalityCode::all().filter(|code| wanted.includes(code.municipality(), code.as_str()));
    let all: Vec<MunicipalityCode> = all.collect();
    let total = query.total.unwrap_or(false).then(|| i64::try_from(all.len()).unwrap_or(i64::MAX));
    let rest =
        all.into_iter().filter(|code| wanted.after.as_deref().is_none_or(|after| code.as_str() > after));
    let rows: Vec<MunicipalityEntry> = rest.take(wanted.limit + 1).map(municipality_entry).collect();
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    cacheable(&request, &Page::cut(rows, limit, total, |row| row.code)?)
}

/// The bureaus, from north to south, with the prefectures they cover.
///
/// # Errors
/// None.
#[utoipa::path(
    get, path = "/api/v1/reference/bureaus", tag = "reference",
    summary = "List bureaus",
    responses(
        (status = 200, description = "All bureaus with their prefectures", body = Page<BureauEntry>,
         example = json!({"items": [{"slug": "hokkaido", "name": "北海道総合通信局", "name_en":
            "Hokkaido Bureau of Telecommunications",
            "prefectures": [{"number": 1, "name": "北海道", "name_en": "Hokkaido"}]}], "next": null})),
        (status = 304, description = "Not changed since the copy named in If-None-Match"),
    )
)]
pub async fn bureaus(request: HttpRequest) -> Answer {
    let entries = Bureau::all().map(|bureau| BureauEntry {
        slug: bureau.as_str(),
        name: bureau.name_ja(),
        name_en: bureau.name_en(),
        prefectures: bureau.prefectures().map(prefecture_entry).collect(),
    });
    cacheable(&request, &whole(entries.collect()))
}

/// The sectors: top sectors with their leaves, in the order of the taxonomy.
///
/// # Errors
/// None.
#[utoipa::path(
    get, path = "/api/v1/reference/sectors", tag = "reference",
    summary = "List sectors",
    responses(
        (status = 200, description = "All top sectors with their leaves", body = Page<SectorEntry>,
         example = json!({"items": [{"slug": "disaster-safety", "name": "防災・安全", "name_en": "Disaster & safety",
            "leaves": [{"slug": "disaster-safety/landslide", "name": "土砂災害", "name_en": "Landslides"}]}],
            "next": null})),
        (status = 304, description = "Not changed since the copy named in If-None-Match"),
    )
)]
pub async fn sectors(request: HttpRequest) -> Answer {
    let leaf =
        |leaf: Sector| LeafEntry { slug: leaf.as_str(), name: leaf.name_ja(), name_en: leaf.name_en() };
    let entries = TopSector::all().map(|top| SectorEntry {
        slug: top.as_str(),
        name: top.name_ja(),
        name_en: top.name_en(),
        leaves: top.leaves().map(leaf).collect(),
    });
    cacheable(&request, &whole(entries.collect()))
}

/// The technologies in the order of the taxonomy.
///
/// # Errors
/// None.
#[utoipa::path(
    get, path = "/api/v1/reference/technologies", tag = "reference",
    summary = "List technologies",
    responses(
        (status = 200, description = "All technologies", body = Page<TechnologyEntry>,
         example = json!({"items": [{"slug": "lpwa", "name": "LPWA", "name_en": "LPWA", "group": "network"}],
            "next": null})),
        (status = 304, description = "Not changed since the copy named in If-None-Match"),
    )
)]
pub async fn technologies(request: HttpRequest) -> Answer {
    let entries = Technology::all().map(|technology| TechnologyEntry {
        slug: technology.as_str(),
        name: technology.name_ja(),
        name_en: technology.name_en(),
        group: technology.group(),
    });
    cacheable(&request, &whole(entries.collect()))
}

fn municipality_entry(code: MunicipalityCode) -> MunicipalityEntry {
    let one = code.municipality();
    MunicipalityEntry {
        code: code.as_str(),
        name: one.name,
        full_name: one.full_name_ja(),
        kana: one.kana,
        name_en: one.full_name_en(),
        gun: one.gun,
        kind: one.kind,
        prefecture: one.prefecture.code(),
        bureau: one.prefecture.bureau().as_str(),
        latitude: one.place.lat,
        longitude: one.place.lng,
    }
}

fn prefecture_entry(prefecture: Prefecture) -> PrefectureEntry {
    PrefectureEntry { number: prefecture.code(), name: prefecture.name_ja(), name_en: prefecture.name_en() }
}

fn whole<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None, total: None }
}

/// Answers with a tag made of the bytes, or 304 when the caller has them already.
fn cacheable(request: &HttpRequest, body: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(body).map_err(Failure::internal)?;
    let digest = Sha256::digest(&body);
    let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let known = request.headers().get_all(header::IF_NONE_MATCH).any(|value| names(value, &tag));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    // Weak, because a compressed answer has other bytes (RFC 9110 section 8.8.1).
    response.insert_header((header::ETAG, format!("W/\"{tag}\"")));
    response.insert_header((header::CACHE_CONTROL, CACHE_CONTROL));
    if known {
        return Ok(response.finish());
    }
    Ok(response.content_type("application/json; charset=utf-8").body(body))
}

/// Whether an `If-None-Match` names `tag` (RFC 9110 section 13.1.2).
fn names(value: &header::HeaderValue, tag: &str) -> bool {
    let Ok(value) = value.to_str() else { return false };
    let mut tags = value.split(',').map(str::trim);
    tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one).trim_matches('"') == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &MunicipalityQuery) -> Vec<&'static str> {
        let wanted = Wanted::parse(query).unwrap();
        MunicipalityCode::all()
            .filter(|code| wanted.includes(code.municipality(), code.as_str()))
            .map(|code| code.municipality().name)
            .collect()
    }

    fn called(q: &str) -> Vec<&'static str> {
        found(&MunicipalityQuery { q: Some(q.to_owned()), ..MunicipalityQuery::default() })
    }

    #[test]
    fn a_municipality_is_found_by_name_reading_letters_and_code() {
        for typed in [
            "岩見沢",
            "北海道岩見沢市",
            "いわみざわ",
            "イワミザワ",
            "iwamizawa",
            "ＩＷＡＭＩＺＡＷＡ",
            "012106",
        ] {
            assert_eq!(called(typed), ["岩見沢市"], "{typed}");
        }
    }

    #[test]
    fn filters_narrow_the_same_name_down_to_one_place() {
        let here = |prefecture: Option<&str>, bureau: Option<&str>| {
            found(&MunicipalityQuery {
                q: Some("府中市".to_owned()),
                prefecture: prefecture.map(str::to_owned),
                bureau: bureau.map(str::to_owned),
                ..MunicipalityQuery::default()
            })
            .len()
        };
        assert_eq!((here(None, None), here(Some("13"), None), here(None, Some("chugoku"))), (2, 1, 1));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let query = MunicipalityQuery {
            prefecture: Some("48".to_owned()),
            bureau: Some("mars".to_owned()),
            limit: Some(0),
            ..MunicipalityQuery::default()
        };
        let refused = Wanted::parse(&query).map(|_| ()).unwrap_err().to_string();
        for pointer in ["/prefecture", "/bureau", "/limit"] {
            assert!(refused.contains(pointer), "{refused}");
        }
    }
}
