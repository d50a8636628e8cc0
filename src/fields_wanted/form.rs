//! A call and a raised hand as they are written, and their parsers. Pure: all refusals at once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::challenges::ChallengeId;
use crate::fields::{self, FieldErrors, Invalid};
use crate::reference::Region;
use crate::solutions::SolutionId;
use crate::web::forms::Typed;

/// Characters of a title, of a line, of a longer text.
pub(super) const TITLE: usize = 100;
pub(super) const LINE: usize = 200;
pub(super) const PROSE: usize = 4_000;
/// Characters of a note and of a reason.
pub(super) const NOTE: usize = 2_000;
/// Places that one call can seek.
pub(super) const MOST_PLACES: i32 = 20;

/// A call as it is written. A draft needs a title and the solution; the rest is asked for at submit.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FieldWantedForm, example = json!({
    "solution_id": "01900000-0000-7000-8000-000000000000", "title": "雪国で位置情報の実証フィールドを探しています",
    "what": "除雪車20台に端末を付け、住民向けの地図を一冬試します。", "regions": ["bureau:hokkaido"],
    "municipality_brings": "除雪車と運行の担当者", "vendor_bears": "端末と通信の費用、設置",
    "period": "2027年12月〜2028年3月", "places": 2, "until": "2027-09-30"
}))]
pub struct FieldForm {
    /// The solution to be tried, one of one's own; not changed afterwards.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub solution_id: Option<String>,
    /// 題名, one line of 1 to 100 characters.
    pub title: Option<String>,
    /// 試したいこと, up to 4,000 characters.
    pub what: Option<String>,
    /// 求める場所: what the place must be like, up to 4,000 characters.
    pub site: Option<String>,
    /// Where: `nationwide`, `bureau:kanto`, `pref:13`, `muni:131130`; nationwide when empty.
    pub regions: Option<Vec<String>>,
    /// 自治体にお願いすること, up to 4,000 characters.
    pub municipality_brings: Option<String>,
    /// 事業者が負担すること, up to 4,000 characters.
    pub vendor_bears: Option<String>,
    /// 期間, one line of up to 200 characters.
    pub period: Option<String>,
    /// How many places are sought, 1 to 20; 1 unless given.
    pub places: Option<i32>,
    /// The last day to raise a hand, until 24:00 in Japan.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<String>,
}

/// What a call says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FieldWantedContent)]
pub struct Content {
    /// 題名
    pub title: String,
    /// 試したいこと
    pub what: String,
    /// 求める場所
    pub site: String,
    /// Where; nationwide when empty.
    #[schema(value_type = Vec<String>)]
    pub regions: Vec<Region>,
    /// 自治体にお願いすること
    pub municipality_brings: String,
    /// 事業者が負担すること
    pub vendor_bears: String,
    /// 期間
    pub period: String,
    /// How many places are sought.
    pub places: i32,
    /// The last day to raise a hand.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<NaiveDate>,
}

impl FieldForm {
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let places = errors.keep("/places", typed.number("places")).flatten();
        let until = errors.keep("/until", typed.date("until")).flatten();
        errors.into_result()?;
        Ok(Self {
            solution_id: typed.text("solution_id"),
            title: typed.text("title"),
            what: typed.text("what"),
            site: typed.text("site"),
            regions: Some(typed.list("regions")),
            municipality_brings: typed.text("municipality_brings"),
            vendor_bears: typed.text("vendor_bears"),
            period: typed.text("period"),
            places: places.map(|places| i32::try_from(places).unwrap_or(i32::MAX)),
            until: until.map(|day| day.to_string()),
        })
    }

    /// The solution.
    ///
    /// # Errors
    /// `Invalid` at `/solution_id`.
    pub(super) fn solution(&self) -> Result<SolutionId, FieldErrors> {
        let id = self.solution_id.as_deref().ok_or_else(|| Invalid::new("required"));
        let id = id.and_then(|text| text.parse().map_err(|_| Invalid::new("not_an_id")));
        id.map_err(|invalid| FieldErrors::one("/solution_id", invalid))
    }

    /// Reads the whole form.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub fn parse(&self) -> Result<Content, FieldErrors> {
        let mut errors = FieldErrors::new();
        let title = self.title.as_deref().ok_or_else(|| Invalid::new("required"));
        let title = title.and_then(|text| fields::line(text, TITLE));
        let title =
            title.and_then(|text| if text.is_empty() { Err(Invalid::new("required")) } else { Ok(text) });
        let title = errors.keep("/title", title).unwrap_or_default();
        let mut prose = |pointer: &str, text: &Option<String>| {
            errors
                .keep(pointer, fields::prose(text.as_deref().unwrap_or_default(), PROSE))
                .unwrap_or_default()
        };
        let (what, site) = (prose("/what", &self.what), prose("/site", &self.site));
        let municipality_brings = prose("/municipality_brings", &self.municipality_brings);
        let vendor_bears = prose("/vendor_bears", &self.vendor_bears);
        let period = self.period.as_deref().filter(|text| !text.trim().is_empty());
        let period = period.map_or_else(|| Ok(String::new()), |text| fields::line(text, LINE));
        let period = errors.keep("/period", period).unwrap_or_default();
        let mut regions = Vec::new();
        for (at, text) in self.regions.iter().flatten().enumerate() {
            regions.extend(errors.keep(format!("/regions/{at}"), Region::parse(text)));
        }
        let places = self.places.unwrap_or(1);
        if !(1..=MOST_PLACES).contains(&places) {
            errors.add("/places", Invalid::new("out_of_range").with("min", 1).with("max", MOST_PLACES));
        }
        let until = self.until.as_deref().filter(|text| !text.is_empty()).map(fields::date).transpose();
        let until = errors.keep("/until", until).flatten();
        errors.into_result()?;
        regions.sort();
        regions.dedup();
        Ok(Content { title, what, site, regions, municipality_brings, vendor_bears, period, places, until })
    }
}

impl Content {
    /// The document under the names of the API: what a merge patch is laid over.
    pub(super) fn document(&self) -> Value {
        json!(self)
    }

    /// What a municipality needs to know to raise a hand.
    ///
    /// # Errors
    /// Everything that is missing.
    pub(super) fn complete(&self, today: NaiveDate) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::new();
        let texts = [
            ("/what", &self.what),
            ("/municipality_brings", &self.municipality_brings),
            ("/vendor_bears", &self.vendor_bears),
            ("/period", &self.period),
        ];
        for (pointer, _) in texts.iter().filter(|(_, text)| text.is_empty()) {
            errors.add(*pointer, Invalid::new("required"));
        }
        match self.until {
            None => errors.add("/until", Invalid::new("required")),
            Some(day) if day < today => {
                errors.add("/until", Invalid::new("deadline_past").with("today", today))
            }
            Some(_) => {}
        }
        errors.into_result()
    }
}

/// A raised hand as it is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FieldOfferForm, example = json!({"note": "豪雪地帯で、除雪車が25台あります。"}))]
pub struct OfferForm {
    /// Why here, 1 to 2,000 characters.
    pub note: Option<String>,
    /// A challenge of one's own that it would answer; an accepted pair is then an introduced match.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub challenge_id: Option<String>,
}

impl OfferForm {
    /// As a page sends it.
    pub(super) fn typed(typed: &Typed) -> Self {
        Self { note: typed.text("note"), challenge_id: typed.text("challenge_id") }
    }

    /// # Errors
    /// Every field that breaks a rule.
    pub(super) fn parse(&self) -> Result<(String, Option<ChallengeId>), FieldErrors> {
        let mut errors = FieldErrors::new();
        let note = errors.keep("/note", required(self.note.as_deref()));
        let challenge = self.challenge_id.as_deref().map(str::parse).transpose();
        let challenge = errors.keep("/challenge_id", challenge.map_err(|_| Invalid::new("not_an_id")));
        errors.into_result()?;
        Ok((note.unwrap_or_default(), challenge.flatten()))
    }
}

/// What is said along with a step.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FieldRemark, example = json!({"reason": "今年は道内の1か所に絞るため"}))]
pub struct RemarkForm {
    /// Up to 2,000 characters; `return` and `decline` need one.
    pub reason: Option<String>,
}

impl RemarkForm {
    /// # Errors
    /// `Invalid` at `/reason`.
    pub(super) fn required(&self) -> Result<String, FieldErrors> {
        required(self.reason.as_deref()).map_err(|invalid| FieldErrors::one("/reason", invalid))
    }
}

fn required(text: Option<&str>) -> Result<String, Invalid> {
    match fields::prose(text.unwrap_or_default(), NOTE)? {
        text if text.is_empty() => Err(Invalid::new("required")),
        text => Ok(text),
    }
}
