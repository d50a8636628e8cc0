//! What a text says that it does *not* offer: 「ゲートの制御には対応していません」, 「雨天は未検証」.
//!
//! A vendor who states limits is honest, and an officer reads them first. The words of such a clause are no offer; where a
//! challenge asks for them, they are a reservation. A negation that praises (「設置工事は必要ありません」, 「回線がなくても」,
//! 「場所を選びません」) is no limit: only the endings listed here are, at the end of a clause.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Where the clauses of a normalised text stand that state a limit, in bytes, in their order.
pub fn limits(normalised: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for sentence in pieces(normalised, 0..normalised.len(), SENTENCE_ENDS) {
        let clauses = pieces(normalised, sentence, CLAUSE_ENDS);
        for (at, clause) in clauses.iter().enumerate() {
            if !states_limit(normalised.get(clause.clone()).unwrap_or_default()) {
                continue;
            }
            let topics = clauses.get(..at).unwrap_or_default().iter().rev();
            let topics =
                topics.take_while(|one| is_topic(normalised.get((*one).clone()).unwrap_or_default()));
            let start = topics.last().map_or(clause.start, |topic| topic.start);
            found.push(start..clause.end);
        }
    }
    found
}

const SENTENCE_ENDS: &[char] = &['。', '．', '!', '?', '\n', '※', '(', ')', '「', '」', '♪'];
const CLAUSE_ENDS: &[char] = &['、', ',', ';'];

/// The parts of `range` between any of `ends`, without the empty ones.
fn pieces(text: &str, range: Range<usize>, ends: &[char]) -> Vec<Range<usize>> {
    let mut start = range.start;
    let mut parts = Vec::new();
    for piece in text.get(range).unwrap_or_default().split(ends) {
        let end = start + piece.len();
        if !piece.trim().is_empty() {
            parts.push(start..end);
        }
        let separator = text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        start = end + separator;
    }
    parts
}

/// A clause that only says of what the next one speaks: 「漏れている場所の特定は、別途 …」.
fn is_topic(clause: &str) -> bool {
    ["は", "には", "では", "とは", "も"].iter().any(|particle| clause.ends_with(particle))
}

/// What may stand behind the ending that matters.
const TAILS: &[&str] = &[
    "ので",
    "ため",
    "けれども",
    "けれど",
    "ものの",
    "もの",
    "が",
    "し",
    "となります",
    "になります",
    "となる",
    "です",
    "である",
    "ます",
];

/// Endings of a clause that deny what stands before them.
const DENIALS: &[&str] = &[
    "対応していません",
    "対応しておりません",
    "対応していない",
    "対応しておらず",
    "対応しません",
    "対応できません",
    "対応いたしません",
    "未対応",
    "非対応",
    "対象外",
    "対象としていません",
    "対象としておりません",
    "対象としていない",
    "対象ではありません",
    "対象になりません",
    "できません",
    "できない",
    "できず",
    "出来ません",
    "致しません",
    "いたしません",
    "致しかねます",
    "行いません",
    "行っていません",
    "行っておりません",
    "行っていない",
    "行わない",
    "行えません",
    "使えません",
    "使えない",
    "利用いただけません",
    "扱えません",
    "扱いません",
    "扱っておりません",
    "扱っていません",
    "扱わない",
    "含みません",
    "含まない",
    "含まれません",
    "含んでいません",
    "含んでおりません",
    "含まれておりません",
    "含まれていません",
    "付きません",
    "付属しません",
    "持っていません",
    "持ちません",
    "持たない",
    "備えていません",
    "備えておりません",
    "備えていない",
    "測れません",
    "分かりません",
    "わかりません",
    "捉えられません",
    "見えません",
    "届きません",
    "飛べません",
    "読めません",
    "受け付けておりません",
    "受け付けていません",
    "想定していません",
    "想定しておりません",
    "想定しておらず",
    "想定していない",
    "保証しておりません",
    "保証しません",
    "保証いたしません",
    "推奨しません",
    "向きません",
    "向いていません",
    "適しません",
    "適していません",
    "機能はありません",
    "機能はない",
    "仕組みはありません",
    "実績はありません",
    "実績がありません",
    "実績はまだありません",
    "実績はない",
    "例はありません",
    "例はまだありません",
    "例はない",
    "例はまだない",
    "予定はありません",
    "ものではありません",
    "ものではない",
    "試せていない",
    "試せていません",
    "検証していません",
    "検証しておりません",
    "確認していません",
    "確認しておりません",
    "入れていません",
    "未検証",
    "未確認",
    "未実装",
    "未定",
    "検討中",
    "開発中",
    "準備中",
    "構想中",
    "不向き",
    "苦手",
    "弱い",
    "弱いのが悩み",
    "これから",
    "少数",
    "not supported",
    "not available",
    "not included",
    "unsupported",
];

/// Endings of a clause by which something else is needed, or works worse.
const CONDITIONS: &[&str] = &[
    "精度が下がり",
    "精度は下がり",
    "精度が落ち",
    "精度は落ち",
    "低下し",
    "低下する",
    "劣り",
    "不安定になり",
    "場合があり",
    "場合がある",
    "不達",
    "欠損が生じ",
    "が必要",
    "必要",
    "が前提",
    "ご用意ください",
    "ご準備ください",
    "用意してください",
    "が別途かかり",
    "別売",
    "に限り",
    "に限られ",
    "に限る",
];

/// Endings that read like a denial and praise.
const PRAISE: &[&str] = &[
    "必要はありません",
    "必要ありません",
    "必要がありません",
    "心配はありません",
    "必要はない",
    "必要のない",
    "選びません",
    "見逃しません",
    "欠かせません",
    "問題ありません",
    "しか対応できません",
    "だけではありません",
    "手間はありません",
    "負担はありません",
    "研修が必要",
    "申請が必要",
];

/// Endings with the same last character.
#[derive(Default)]
struct Endings {
    limits: Vec<&'static str>,
    tails: Vec<&'static str>,
}

/// All endings by their last character: most clauses end in none of them.
static ENDINGS: LazyLock<HashMap<char, Endings>> = LazyLock::new(|| {
    let mut endings: HashMap<char, Endings> = HashMap::new();
    let last = |ending: &&str| ending.chars().next_back().unwrap_or_default();
    for ending in DENIALS.iter().chain(CONDITIONS) {
        endings.entry(last(ending)).or_default().limits.push(ending);
    }
    for tail in TAILS {
        endings.entry(last(tail)).or_default().tails.push(tail);
    }
    endings
});

fn states_limit(clause: &str) -> bool {
    let clause = clause.trim();
    if clause.contains("別途") && !clause.contains("別途費用は") {
        return true;
    }
    if praises(clause) {
        return false;
    }
    let mut core = clause;
    loop {
        let Some(endings) = core.chars().next_back().and_then(|last| ENDINGS.get(&last)) else {
            return false;
        };
        if endings.limits.iter().any(|ending| core.ends_with(ending)) {
            return !praises(core);
        }
        let Some(shorter) = endings.tails.iter().find_map(|tail| core.strip_suffix(tail)) else {
            return false;
        };
        core = shorter;
    }
}

fn praises(clause: &str) -> bool {
    PRAISE.iter().any(|ending| clause.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    fn stated(text: &str) -> Vec<String> {
        let normalised = normalise(text);
        limits(&normalised).into_iter().map(|range| normalised[range].to_owned()).collect()
    }

    #[test]
    fn what_is_denied_is_a_limit_and_what_stands_beside_it_is_not() {
        assert_eq!(
            stated("放牧地など屋外の広い場所では使えませんが、馬のことなら何でもご相談ください。"),
            ["放牧地など屋外の広い場所では使えませんが"]
        );
        assert_eq!(
            stated("水位を送ります。※ゲートや表示板などの制御には対応していません。"),
            ["ゲートや表示板などの制御には対応していません"]
        );
        assert_eq!(stated("日報も自動作成。雨天は未検証。"), ["雨天は未検証"]);
    }

    #[test]
    fn a_topic_before_a_comma_belongs_to_what_is_denied_of_it() {
        assert_eq!(
            stated("漏れている場所の特定は、別途調査会社をご紹介します。"),
            ["漏れている場所の特定は、別途調査会社をご紹介します"]
        );
    }

    #[test]
    fn a_negation_that_praises_is_no_limit() {
        for praise in [
            "回線がなくても使えます。",
            "工事の必要はありません。",
            "設置場所を選びません。",
            "電波の届かない場所でも記録できます。",
            "獲物を見逃しません。",
        ] {
            assert!(stated(praise).is_empty(), "{praise}: {:?}", stated(praise));
        }
    }

    #[test]
    fn what_else_is_needed_and_where_it_works_worse_are_limits() {
        assert_eq!(stated("方言の多い音声では精度が下がります。"), ["方言の多い音声では精度が下がります"]);
        assert_eq!(stated("商用電源が必要です。"), ["商用電源が必要です"]);
    }
}
