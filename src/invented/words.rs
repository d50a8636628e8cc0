//! The words of invented texts: few that everybody uses, many that few use, and for every sector some of its own.

use super::Dice;
use crate::reference::{MunicipalityCode, Sector};

const OBJECTS: &[&str] = &[
    "水道", "道路", "河川", "農業", "森林", "漁業", "畜産", "介護", "医療", "保育", "学校", "観光", "防災",
    "避難", "交通", "物流", "除雪", "橋梁", "下水", "公園", "空家", "移住", "電力", "廃棄", "図書", "文化",
    "催事", "安全", "税務", "窓口", "申請", "契約", "職員", "住民", "児童", "高齢", "患者", "農地", "用水",
    "圃場", "果樹", "家畜", "鳥獣", "山林", "港湾", "漁場", "路線", "車両", "施設", "設備", "土砂", "水位",
    "積雪", "気象", "地震", "津波", "火災", "救急", "健康", "栄養", "服薬", "見守", "送迎", "買物",
];
const DEEDS: &[&str] = &[
    "管理", "点検", "監視", "記録", "予測", "支援", "計画", "保守", "情報", "業務", "作業", "対策", "調査",
    "利用", "通知", "案内", "予約", "受付", "分析", "共有", "診断", "測量", "配車", "配送", "集計", "検知",
    "制御", "運行", "教育", "相談", "訓練", "評価", "把握", "判定", "撮影", "巡回", "補修", "更新", "削減",
    "連携", "登録", "確認", "報告", "伝達", "収集", "解析", "表示", "試験",
];
const ENDS: &[&str] = &[
    "システム",
    "サービス",
    "アプリ",
    "台帳",
    "地図",
    "端末",
    "センサー",
    "カメラ",
    "ネットワーク",
    "ダッシュボード",
    "基盤",
    "装置",
    "ロボット",
    "クラウド",
    "担当者",
    "事業者",
    "団体",
    "体制",
    "手順",
    "データ",
];
const THINGS: &[&str] = &[
    "除雪車",
    "ため池",
    "水道管",
    "マンホール",
    "牛舎",
    "養殖いけす",
    "急傾斜地",
    "通学路",
    "路線バス",
    "診療所",
    "保健師",
    "独居高齢者",
    "子育て世帯",
    "移住者",
    "観光客",
    "商店街",
    "道の駅",
    "キャンプ場",
    "公民館",
    "給食センター",
    "ごみ収集車",
    "太陽光発電",
    "小水力",
    "防災無線",
    "消防団",
    "シカ",
    "イノシシ",
    "クマ",
    "サル",
    "ハウス",
    "茶園",
    "牧草地",
    "集落",
    "離島航路",
    "トンネル",
    "法面",
    "街路灯",
    "公用車",
    "議事録",
    "乗合タクシー",
    "駐車場",
    "農業用ドローン",
    "LPWA",
    "Wi-Fi",
    "GPS",
    "AI",
    "5G",
    "LINE",
];
/// What is done to things.
pub const ACTS: &[&str] = &[
    "遠隔で見ます",
    "自動で知らせます",
    "見える形にします",
    "前もって見通します",
    "手間を省きます",
    "残します",
    "伝えます",
    "整えます",
    "確かめます",
    "分かち合います",
    "一つにまとめます",
    "手伝います",
    "導きます",
    "受け付けます",
    "測ります",
];
/// What is wrong.
pub const PAINS: &[&str] = &[
    "担い手が足りない",
    "見回りに時間がかかる",
    "夜間の対応ができない",
    "老朽化が進んでいる",
    "被害が年々増えている",
    "紙の作業が多い",
    "届くのが遅い",
    "手段がない",
    "経験に頼っている",
    "費用が膨らんでいる",
    "電波が届かない",
    "冬の間は近づけない",
    "負担が大きい",
    "片道一時間かかる",
    "引き継ぎができない",
    "件数が増え続けている",
];
/// How something is done.
pub const QUALITIES: &[&str] = &[
    "電源のない場所でも",
    "雨天でも",
    "少ない人数で",
    "スマートフォンから",
    "今の設備を生かして",
    "月額制で",
    "短い研修で",
    "通信が途切れても",
    "多言語で",
    "個人情報を守りながら",
    "手を煩わせずに",
    "段階的に",
    "夜間でも",
    "一台から",
];
const SYLLABLES: &[&str] = &[
    "ア", "イ", "ウ", "カ", "キ", "クラ", "コ", "サ", "シ", "スマ", "セ", "タ", "チ", "ト", "ナ", "ネ", "ノ",
    "ハ", "ビ", "フォ", "マ", "ミ", "モ", "ユ", "ラ", "リ", "ル", "レ", "ロ", "ワ", "ン", "ック", "ード",
    "ート", "リオ", "ネス",
];
/// How products are called at the end.
const KINDS: &[&str] = &[
    "ナビ",
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
    "ノート",
];

/// Words of a sector of its own.
const TOPICAL: usize = 90;

/// All words of a world.
#[derive(Debug)]
pub struct Words {
    /// Commonest first.
    common: Vec<String>,
    /// For each sector by its index, commonest first.
    topical: Vec<Vec<String>>,
    towns: Vec<&'static str>,
}

impl Words {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let mut common: Vec<String> = OBJECTS
            .iter()
            .flat_map(|object| DEEDS.iter().map(move |deed| format!("{object}{deed}")))
            .collect();
        common.extend(THINGS.iter().map(|thing| (*thing).to_owned()));
        dice.shuffle(&mut common);
        let topical = Sector::all().map(|_| {
            let mut words: Vec<String> = (0..TOPICAL).map(|_| dice.pick(&common).clone()).collect();
            words.extend((0..TOPICAL / 3).map(|_| format!("{}{}", dice.pick(DEEDS), dice.pick(ENDS))));
            dice.shuffle(&mut words);
            words
        });
        let topical = topical.collect();
        Self {
            common,
            topical,
            towns: MunicipalityCode::all().map(|code| code.municipality().name).collect(),
        }
    }

    /// A noun as a text of this sector would have it.
    pub(super) fn noun(&self, sector: Sector, dice: &mut Dice) -> String {
        let own = self.topical.get(sector.index()).unwrap_or(&self.common);
        match dice.below(100) {
            0..45 => dice.pick_skewed(own).clone(),
            45..78 => dice.pick_skewed(&self.common).clone(),
            78..88 => format!("{}{}", dice.pick_skewed(&self.common), dice.pick(ENDS)),
            88..93 => (*dice.pick(&self.towns)).to_owned(),
            93..95 => self.product(dice),
            _ => sector.name_ja().to_owned(),
        }
    }

    /// The name of a product.
    pub(super) fn product(&self, dice: &mut Dice) -> String {
        let syllables: String = (0..2 + dice.below(3)).map(|_| *dice.pick(SYLLABLES)).collect();
        format!("{syllables}{}", dice.pick(KINDS))
    }
}
