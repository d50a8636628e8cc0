//! Invented solutions and challenges, the same ones for the same seed.
//!
//! Sectors are skewed as real catalogues are (a few crowded, most thin), places are real municipalities, texts are
//! Japanese sentences of 200 to 600 characters from the words of the taxonomy and the lists below.

#![expect(clippy::indexing_slicing, reason = "every place is drawn below the length of its list")]

use chrono::{Days, NaiveDate};
use kakehashi::matching::{
    Budget, ChallengeDoc, DeploymentDoc, DeploymentOutcome, DeploymentPlace, DeploymentStage, EntryStage,
    Maturity, Price, SolutionDoc, Verification,
};
use kakehashi::reference::{Condition, MunicipalityCode, Region, Sector, Technology};

const THINGS: &[&str] = &[
    "除雪車",
    "用水路",
    "ため池",
    "橋梁",
    "水道管",
    "マンホール",
    "山林",
    "牛舎",
    "果樹園",
    "漁港",
    "養殖いけす",
    "避難所",
    "河川",
    "急傾斜地",
    "通学路",
    "路線バス",
    "空き家",
    "診療所",
    "保健師",
    "高齢者世帯",
    "独居高齢者",
    "児童",
    "子育て世帯",
    "移住者",
    "観光客",
    "商店街",
    "道の駅",
    "キャンプ場",
    "文化財",
    "公民館",
    "図書館",
    "給食センター",
    "ごみ収集車",
    "太陽光発電",
    "小水力",
    "防災無線",
    "消防団",
    "土砂災害",
    "鳥獣",
    "シカ",
    "イノシシ",
    "クマ",
    "サル",
    "圃場",
    "ハウス",
    "水田",
    "茶園",
    "牧草地",
    "集落",
    "離島航路",
    "港湾",
    "トンネル",
    "法面",
    "街路灯",
    "公用車",
    "窓口",
    "申請書",
    "議事録",
    "台帳",
    "電話対応",
    "健診",
    "服薬",
    "見守り",
    "買い物",
    "配送",
    "乗合タクシー",
    "自転車",
    "駐車場",
    "渋滞",
    "災害廃棄物",
    "農業用ドローン",
];
const ACTS: &[&str] = &[
    "遠隔で監視します",
    "自動で検知します",
    "見える化します",
    "予測します",
    "省力化します",
    "記録します",
    "通知します",
    "最適化します",
    "点検します",
    "共有します",
    "集約します",
    "支援します",
    "案内します",
    "予約を受け付けます",
    "測量します",
];
const PAINS: &[&str] = &[
    "担い手が足りない",
    "見回りに時間がかかる",
    "夜間の対応ができない",
    "老朽化が進んでいる",
    "被害が年々増えている",
    "紙の作業が多い",
    "情報が届かない",
    "交通手段がない",
    "職員の経験に頼っている",
    "費用が膨らんでいる",
    "電波が届かない",
    "冬の間は近づけない",
    "住民の負担が大きい",
    "現場まで片道一時間かかる",
];
const QUALITIES: &[&str] = &[
    "電源のない場所でも",
    "雨天でも",
    "少ない人数で",
    "スマートフォンから",
    "既存の設備を生かして",
    "月額制で",
    "短い研修で",
    "通信が途切れても",
    "多言語で",
    "個人情報を守りながら",
    "職員の手を煩わせずに",
    "段階的に",
];
const FIRMS: &[&str] = &[
    "みちのく",
    "あおぞら",
    "さくら",
    "大和",
    "北斗",
    "みらい",
    "瀬戸内",
    "しらかば",
    "こだま",
    "はやぶさ",
    "つばめ",
    "いぶき",
];
const KINDS: &[&str] = &[
    "ナビ",
    "センサー",
    "モニター",
    "クラウド",
    "アシスト",
    "リンク",
    "ウォッチ",
    "ボード",
    "カルテ",
    "マップ",
    "コール",
    "ゲート",
];

/// A source of inventions.
pub struct World {
    /// SplitMix64 (Steele, Lea, Flood 2014): three lines, and the same on every machine.
    state: u64,
    municipalities: Vec<MunicipalityCode>,
    sectors: Vec<Sector>,
    technologies: Vec<Technology>,
}

impl World {
    /// The world of a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed,
            municipalities: MunicipalityCode::all().collect(),
            sectors: Sector::all().collect(),
            technologies: Technology::all().collect(),
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, `bound`.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    /// Small numbers far oftener than large ones, about as 1 over the number.
    fn skewed(&mut self, bound: usize) -> usize {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((bound as f64 + 1.0).powf(share) - 1.0) as usize % bound.max(1)
    }

    fn one<T: Copy>(&mut self, of: &[T], otherwise: T) -> T {
        let place = self.skewed(of.len());
        of.get(place).copied().unwrap_or(otherwise)
    }

    fn word(&mut self, of: &'static [&'static str]) -> &'static str {
        let place = self.below(of.len());
        of.get(place).copied().unwrap_or_default()
    }

    fn sector(&mut self) -> Sector {
        let place = self.skewed(self.sectors.len());
        self.sectors[place]
    }

    fn municipality(&mut self) -> MunicipalityCode {
        let place = self.below(self.municipalities.len());
        self.municipalities[place]
    }

    fn technologies(&mut self, most: usize) -> Vec<Technology> {
        let count = self.below(most + 1);
        let all = self.technologies.len();
        let places: Vec<usize> = (0..count).map(|_| self.below(all)).collect();
        places.into_iter().map(|place| self.technologies[place]).collect()
    }

    fn prose(&mut self, sector: Sector, letters: usize, needs: bool) -> String {
        let mut text = String::new();
        let mut length = 0;
        while length < letters {
            let (thing, other) = (self.word(THINGS), self.word(THINGS));
            let sentence = match (needs, self.below(3)) {
                (true, 0) => format!("{}の分野では、{thing}について{}。", sector.name_ja(), self.word(PAINS)),
                (true, _) => {
                    format!("{thing}と{other}の両方で{}ため、対応が遅れがちです。", self.word(PAINS))
                }
                (false, 0) => format!(
                    "{}のために、{thing}を{}{}。",
                    sector.name_ja(),
                    self.word(QUALITIES),
                    self.word(ACTS)
                ),
                (false, _) => format!("{}{thing}と{other}を{}。", self.word(QUALITIES), self.word(ACTS)),
            };
            length += sentence.chars().count();
            text.push_str(&sentence);
        }
        text
    }

    /// A solution with 0 to 6 deployments.
    pub fn solution(&mut self) -> SolutionDoc {
        let sector = self.sector();
        let home = self.municipality();
        let letters = 200 + self.below(400);
        let initial = 100_000 * (1 + self.skewed(300)) as i64;
        let yearly = 60_000 * (1 + self.skewed(100)) as i64;
        let deployments = self.skewed(7);
        SolutionDoc {
            candidate: true,
            vendor_place: home,
            name: format!("{}{}{}", self.word(FIRMS), self.word(THINGS), self.word(KINDS)),
            tagline: format!("{}{}を{}", self.word(QUALITIES), self.word(THINGS), self.word(ACTS)),
            description: self.prose(sector, letters, false),
            sectors: if self.below(3) == 0 { vec![sector, self.sector()] } else { vec![sector] },
            technologies: self.technologies(4),
            infrastructure_required: self.technologies(1),
            maturity: self.one(
                &[Maturity::Commercial, Maturity::Piloted, Maturity::Prototype, Maturity::Concept],
                Maturity::Concept,
            ),
            regions: self.regions(home),
            price: Price {
                initial_min: Some(initial),
                initial_max: Some(initial * 2),
                yearly_min: Some(yearly),
                yearly_max: Some(yearly * 2),
            },
            lead_months: Some(u32::try_from(1 + self.below(12)).unwrap_or(1)),
            deployments: (0..deployments).map(|_| self.deployment(sector)).collect(),
        }
    }

    fn regions(&mut self, home: MunicipalityCode) -> Vec<Region> {
        match self.below(4) {
            0 => vec![Region::Bureau(home.bureau())],
            1 => vec![Region::Prefecture(home.prefecture())],
            _ => vec![Region::Nationwide],
        }
    }

    fn deployment(&mut self, sector: Sector) -> DeploymentDoc {
        let start = NaiveDate::from_ymd_opt(2017, 4, 1).unwrap_or_default();
        let ended = self.below(3) == 0;
        let started_on = start + Days::new(self.below(3_200) as u64);
        DeploymentDoc {
            place: DeploymentPlace::Municipality(self.municipality()),
            sector,
            started_on,
            ended_on: ended.then(|| started_on + Days::new(200)),
            stage: if self.below(2) == 0 { DeploymentStage::Pilot } else { DeploymentStage::Operation },
            outcome: if ended { DeploymentOutcome::Completed } else { DeploymentOutcome::Ongoing },
            verification: self.one(
                &[Verification::Declared, Verification::Documented, Verification::Confirmed],
                Verification::Declared,
            ),
            results: format!("{}の作業時間が{}割減った", self.word(THINGS), 1 + self.below(8)),
        }
    }

    /// A challenge of the length of a page.
    pub fn challenge(&mut self) -> ChallengeDoc {
        let sector = self.sector();
        let most = 500_000 * (1 + self.skewed(100)) as i64;
        ChallengeDoc {
            candidate: true,
            place: self.municipality(),
            title: format!("{}の{}を何とかしたい", self.word(THINGS), self.word(PAINS)),
            summary: self.prose(sector, 80, true),
            background: self.prose(sector, 150, true),
            current_state: self.prose(sector, 120, true),
            desired_state: format!(
                "{}{}が{}状態",
                self.word(QUALITIES),
                self.word(THINGS),
                "滞りなく守られる"
            ),
            outcomes: format!("{}の見回り時間を半分にする", self.word(THINGS)),
            sectors: vec![sector],
            technologies: self.technologies(2),
            conditions: if self.below(3) == 0 { vec![Condition::HeavySnow] } else { Vec::new() },
            infrastructure: Vec::new(),
            entry_stage: self
                .one(&[EntryStage::Pilot, EntryStage::Operation, EntryStage::Planning], EntryStage::Pilot),
            budget: Budget { min: Some(most / 2), max: Some(most), running_per_year: None },
            start_from: NaiveDate::from_ymd_opt(2027, 4, 1),
        }
    }
}
