//! The columns of each kind of file: what they are called, and how a cell is read into what is typed in the form. Pure.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use super::ImportKind;
use crate::accounts::Locale;
use crate::challenges::{BudgetStatus, ContractRoute, EntryStage, Readiness, Visibility};
use crate::fields::{FieldErrors, Invalid};
use crate::locales;
use crate::reference::{Bureau, Condition, MunicipalityCode, Prefecture, Region, Sector, Technology};
use crate::solutions::{Maturity, SecurityPractice};
use crate::web::forms::{Typed, pointer_of};

/// Groups of columns for indicators.
const INDICATORS: [[&str; 4]; 3] = [
    ["outcomes.0.indicator", "outcomes.0.baseline", "outcomes.0.target", "outcomes.0.unit"],
    ["outcomes.1.indicator", "outcomes.1.baseline", "outcomes.1.target", "outcomes.1.unit"],
    ["outcomes.2.indicator", "outcomes.2.baseline", "outcomes.2.target", "outcomes.2.unit"],
];

/// Commas that a name may hold.
const MOST_COMMAS: usize = 8;

/// How a cell is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reads {
    /// As it is typed in the form: text, sums, days, numbers.
    Text,
    /// Yes or no.
    Tick,
    /// One of some values, by its code or its name.
    One(Vocabulary),
    /// Some of them, parted by semicolons, `、` or line breaks.
    Many(Vocabulary),
    /// A municipality, by its code or its name.
    Place,
    /// Some municipalities.
    Places,
    /// Where a solution is offered: the nation, bureaus, prefectures, municipalities.
    Regions,
}

/// Values with their names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Vocabulary {
    /// Leaves of the sectors.
    Sectors,
    /// Technologies.
    Technologies,
    /// Site conditions.
    Conditions,
    /// Codes whose names stand below a key of the locale files.
    Named(&'static str, fn() -> Vec<&'static str>),
}

/// Values by their folded codes and names; `None` where several go by it.
type Known = HashMap<String, Option<&'static str>>;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// The name of its field in the form.
    pub name: &'static str,
    /// How its cells are read.
    pub reads: Reads,
}

const fn text(name: &'static str) -> Column {
    Column { name, reads: Reads::Text }
}

const fn with(name: &'static str, reads: Reads) -> Column {
    Column { name, reads }
}

macro_rules! named {
    ($key:literal, $kind:ty) => {
        Vocabulary::Named($key, || <$kind>::ALL.iter().map(|one| one.as_str()).collect())
    };
}

const CHALLENGES: &[Column] = &[
    with("on_behalf_of", Reads::Place),
    text("title"),
    text("summary"),
    text("background"),
    text("current_state"),
    text("desired_state"),
    with("sectors", Reads::Many(Vocabulary::Sectors)),
    with("entry_stage", Reads::One(named!("challenges.stage", EntryStage))),
    text("budget.min"),
    text("budget.max"),
    text("budget.running_per_year"),
    with("budget.status", Reads::One(named!("challenges.budget_status", BudgetStatus))),
    text("budget.fiscal_year"),
    text("budget.programs"),
    with("budget.figures_public", Reads::Tick),
    with("contract_route", Reads::One(named!("challenges.contract_route", ContractRoute))),
    text("proposals_due"),
    text("questions_due"),
    text("start_from"),
    with("technologies", Reads::Many(Vocabulary::Technologies)),
    with("conditions", Reads::Many(Vocabulary::Conditions)),
    with("infrastructure", Reads::Many(Vocabulary::Technologies)),
    text("outcomes.0.indicator"),
    text("outcomes.0.baseline"),
    text("outcomes.0.target"),
    text("outcomes.0.unit"),
    text("outcomes.1.indicator"),
    text("outcomes.1.baseline"),
    text("outcomes.1.target"),
    text("outcomes.1.unit"),
    text("outcomes.2.indicator"),
    text("outcomes.2.baseline"),
    text("outcomes.2.target"),
    text("outcomes.2.unit"),
    text("cooperation"),
    text("constraints"),
    with("readiness", Reads::Many(named!("challenges.readiness", Readiness))),
    with("joint_municipalities", Reads::Places),
    with("visibility", Reads::One(named!("challenges.visibility", Visibility))),
    with("anonymous", Reads::Tick),
    text("contact.department"),
    text("contact.name"),
    text("contact.email"),
];

const SOLUTIONS: &[Column] = &[
    text("name"),
    text("tagline"),
    text("description"),
    with("sectors", Reads::Many(Vocabulary::Sectors)),
    with("technologies", Reads::Many(Vocabulary::Technologies)),
    with("infrastructure_required", Reads::Many(Vocabulary::Technologies)),
    with("maturity", Reads::One(named!("solutions.maturity", Maturity))),
    with("regions", Reads::Regions),
    text("price.initial_min"),
    text("price.initial_max"),
    text("price.yearly_min"),
    text("price.yearly_max"),
    text("price.note"),
    text("lead_months"),
    with("security", Reads::Many(named!("solutions.security", SecurityPractice))),
    with("overseas", Reads::Tick),
];

impl ImportKind {
    /// The columns, in the order of the template.
    pub(super) fn columns(self) -> &'static [Column] {
        match self {
            Self::Challenges => CHALLENGES,
            Self::Solutions => SOLUTIONS,
        }
    }

    /// The column without which there is nothing to begin.
    pub(super) fn needed(self) -> &'static str {
        match self {
            Self::Challenges => "title",
            Self::Solutions => "name",
        }
    }
}

impl Column {
    /// What it is called.
    pub(super) fn label(&self, kind: ImportKind, locale: Locale) -> String {
        locales::text(locale, &format!("imports.column.{kind}.{}", self.name), &[])
    }

    /// Whether a header names it: in either language, or as the field is called in the API.
    pub(super) fn is_called(&self, kind: ImportKind, header: &str) -> bool {
        let header = folded(header);
        let names = [self.name.to_owned(), self.label(kind, Locale::Ja), self.label(kind, Locale::En)];
        names.iter().any(|name| folded(name) == header)
    }

    /// Types a cell into the form.
    pub(super) fn fill(&self, typed: &mut Typed, cell: &str, errors: &mut FieldErrors) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        let pointer = || pointer_of(self.name);
        match self.reads {
            Reads::Text => typed.add(self.name, cell),
            Reads::Tick => {
                if errors.keep(pointer(), yes_or_no(cell)) == Some(true) {
                    typed.add(self.name, "on");
                }
            }
            Reads::One(vocabulary) => typed.add(self.name, vocabulary.value_of(cell).unwrap_or(cell)),
            Reads::Many(vocabulary) => {
                let known = |part: &str| vocabulary.value_of(part).is_some();
                for part in parts(cell, known) {
                    typed.add(self.name, vocabulary.value_of(part).unwrap_or(part));
                }
            }
            Reads::Place => {
                if let Some(code) = errors.keep(pointer(), place(cell)) {
                    typed.add(self.name, code.as_str());
                }
            }
            Reads::Places => {
                let named = |part: &str| place(part).is_ok();
                let codes: Vec<&str> = parts(cell, named)
                    .filter_map(|part| errors.keep(pointer(), place(part)))
                    .map(MunicipalityCode::as_str)
                    .collect();
                typed.add(self.name, codes.join("\n"));
            }
            Reads::Regions => {
                for part in parts(cell, |part| region(part).is_ok()) {
                    if let Some(region) = errors.keep(pointer(), region(part)) {
                        typed.add(self.name, region.to_string());
                    }
                }
            }
        }
    }
}

impl Vocabulary {
    /// Every value with its names in Japanese and English.
    pub(super) fn all(self) -> Vec<(&'static str, [String; 2])> {
        let both = |ja: &str, en: &str| [ja.to_owned(), en.to_owned()];
        match self {
            Self::Sectors => {
                Sector::all().map(|one| (one.as_str(), both(one.name_ja(), one.name_en()))).collect()
            }
            Self::Technologies => {
                Technology::all().map(|one| (one.as_str(), both(one.name_ja(), one.name_en()))).collect()
            }
            Self::Conditions => {
                Condition::ALL.iter().map(|one| (one.as_str(), both(one.name_ja(), one.name_en()))).collect()
            }
            Self::Named(key, values) => values()
                .into_iter()
                .map(|value| {
                    let name = |locale| locales::text(locale, &format!("{key}.{value}"), &[]);
                    (value, [name(Locale::Ja), name(Locale::En)])
                })
                .collect(),
        }
    }

    /// The value that goes by `text`; a name that several have is nobody's.
    fn value_of(self, text: &str) -> Option<&'static str> {
        static SECTORS: LazyLock<Known> = LazyLock::new(|| Vocabulary::Sectors.known());
        static TECHNOLOGIES: LazyLock<Known> = LazyLock::new(|| Vocabulary::Technologies.known());
        static CONDITIONS: LazyLock<Known> = LazyLock::new(|| Vocabulary::Conditions.known());
        let wanted = folded(text);
        match self {
            Self::Sectors => SECTORS.get(&wanted).copied().flatten(),
            Self::Technologies => TECHNOLOGIES.get(&wanted).copied().flatten(),
            Self::Conditions => CONDITIONS.get(&wanted).copied().flatten(),
            Self::Named(..) => self.known().get(&wanted).copied().flatten(),
        }
    }

    /// Values by what they are called; codes go before names.
    fn known(self) -> Known {
        let mut known = Known::new();
        let all = self.all();
        for (value, names) in &all {
            for name in names.iter().map(|name| folded(name)).collect::<BTreeSet<_>>() {
                let shared = known.contains_key(&name);
                known.insert(name, (!shared).then_some(*value));
            }
        }
        known.extend(all.iter().map(|(value, _)| (folded(value), Some(*value))));
        known
    }
}

/// One width, one case, no blanks.
fn folded(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The entries of a cell. Names hold commas themselves (`Water, sewerage & leakage`, 話し合い、具体的にした), so a comma parts only
/// what nobody is called: the longest name that fits is taken.
fn parts(cell: &str, known: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
    let mut found = Vec::new();
    for part in cell.split([';', '；', '\n', '|']) {
        let mut rest = part.trim();
        while !rest.is_empty() {
            let ends = rest.char_indices().filter(|(_, c)| matches!(c, '、' | ',' | '，')).map(|(at, _)| at);
            let mut ends: Vec<usize> = ends.take(MOST_COMMAS).chain([rest.len()]).collect();
            ends.reverse();
            let shortest = ends.last().copied().unwrap_or(rest.len());
            let named = |end: &usize| rest.get(..*end).is_some_and(|text| known(text.trim()));
            let end = ends.iter().copied().find(|end| named(end)).unwrap_or(shortest);
            let (entry, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            found.push(entry.trim());
            rest = behind.trim_start_matches(['、', ',', '，']).trim();
        }
    }
    found.into_iter().filter(|part| !part.is_empty())
}

fn yes_or_no(cell: &str) -> Result<bool, Invalid> {
    match folded(cell).as_str() {
        "1" | "true" | "yes" | "y" | "on" | "はい" | "する" | "有" | "有り" | "あり" | "○" | "〇" | "◯"
        | "✓" => Ok(true),
        "0" | "false" | "no" | "n" | "off" | "いいえ" | "しない" | "無" | "無し" | "なし" | "×" | "x"
        | "-" | "ー" => Ok(false),
        _ => Err(Invalid::new("not_yes_or_no")),
    }
}

/// A municipality. A spreadsheet takes the zero at the head of a code away.
fn place(cell: &str) -> Result<MunicipalityCode, Invalid> {
    let digits = folded(cell);
    if digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return MunicipalityCode::parse(&format!("0{digits}"));
    }
    MunicipalityCode::named(cell)
}

/// A region, as the API writes it or by its name; a prefecture's name means the prefecture, not its government.
fn region(cell: &str) -> Result<Region, Invalid> {
    if cell.contains(':') || cell.eq_ignore_ascii_case("nationwide") {
        return Region::parse(&cell.to_ascii_lowercase());
    }
    let wanted = folded(cell);
    let nation = [Locale::Ja, Locale::En].map(|locale| locales::text(locale, "solutions.nationwide", &[]));
    if nation.iter().any(|name| folded(name) == wanted) || wanted == "全国" {
        return Ok(Region::Nationwide);
    }
    let is = |names: [&str; 3]| names.iter().any(|name| folded(name) == wanted);
    if let Some(bureau) = Bureau::all().find(|one| is([one.as_str(), one.name_ja(), one.name_en()])) {
        return Ok(Region::Bureau(bureau));
    }
    let prefecture = |one: &Prefecture| is([one.name_ja(), one.name_en(), one.name_ja()]);
    if let Some(prefecture) = Prefecture::all().find(prefecture) {
        return Ok(Region::Prefecture(prefecture));
    }
    place(cell).map(Region::Municipality)
}

/// Moves the indicators of a row together, since the form counts only those in which something stands. Answers the
/// groups of columns that are left, in their order.
pub(super) fn indicators_together(typed: &mut Typed) -> Vec<usize> {
    let filled = |group: &[&str; 4], typed: &Typed| group.iter().any(|name| typed.text(name).is_some());
    let groups: Vec<usize> =
        INDICATORS.iter().enumerate().filter(|(_, group)| filled(group, typed)).map(|(at, _)| at).collect();
    let before = typed.clone();
    for names in &INDICATORS {
        for name in names {
            *typed = std::mem::take(typed).without(name);
        }
    }
    for (to, from) in groups.iter().enumerate() {
        let (Some(to), Some(from)) = (INDICATORS.get(to), INDICATORS.get(*from)) else { continue };
        for (to, from) in to.iter().zip(from) {
            typed.set(to, before.get(from));
        }
    }
    groups
}

/// The column that a pointer of the form's refusals is about; `groups` are those of [`indicators_together`].
pub(super) fn column_of(kind: ImportKind, groups: &[usize], pointer: &str) -> Option<&'static Column> {
    let mut name = crate::web::forms::name_of(pointer);
    if let Some((at, part)) = name.strip_prefix("outcomes.").and_then(|rest| rest.split_once('.')) {
        let group = at.parse().ok().and_then(|at: usize| groups.get(at))?;
        name = format!("outcomes.{group}.{part}");
    }
    if kind == ImportKind::Solutions
        && (name.starts_with("municipalities") || name.starts_with("prefectures"))
    {
        name = "regions".to_owned();
    }
    let about = |column: &&Column| {
        name == column.name || name.strip_prefix(column.name).is_some_and(|rest| rest.starts_with('.'))
    };
    kind.columns().iter().find(about)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: ImportKind, name: &str) -> &'static Column {
        kind.columns().iter().find(|one| one.name == name).expect("a column")
    }

    fn filled(kind: ImportKind, name: &str, cell: &str) -> (Vec<String>, Vec<String>) {
        let (mut typed, mut errors) = (Typed::new(), FieldErrors::new());
        column(kind, name).fill(&mut typed, cell, &mut errors);
        let errors = errors.iter().map(|(pointer, one)| format!("{pointer} {}", one.code())).collect();
        (typed.list(name), errors)
    }

    fn kept(kind: ImportKind, name: &str, cell: &str) -> Vec<String> {
        let (values, errors) = filled(kind, name, cell);
        assert_eq!(errors, Vec::<String>::new());
        values
    }

    use ImportKind::{Challenges, Solutions};

    #[test]
    fn every_header_names_one_column_in_either_language() {
        for kind in ImportKind::ALL {
            for column in kind.columns() {
                for header in
                    [column.name.to_owned(), column.label(*kind, Locale::Ja), column.label(*kind, Locale::En)]
                {
                    let called: Vec<&str> = kind
                        .columns()
                        .iter()
                        .filter(|one| one.is_called(*kind, &header))
                        .map(|one| one.name)
                        .collect();
                    assert_eq!(called, [column.name], "{header}");
                }
            }
        }
    }

    #[test]
    fn values_go_by_their_code_and_their_names() {
        let snow = "infrastructure-maintenance/snow-removal";
        let named = Sector::parse(snow).expect("a sector");
        for cell in [snow, named.name_ja(), named.name_en(), "  INFRASTRUCTURE-maintenance/snow-removal "] {
            assert_eq!(kept(Challenges, "sectors", cell), [snow], "{cell}");
        }
        assert_eq!(kept(Challenges, "entry_stage", "実証から"), ["pilot"]);
        assert_eq!(kept(Challenges, "entry_stage", "やがて"), ["やがて"], "the form says what is wrong");
    }

    #[test]
    fn several_entries_are_parted_and_names_with_commas_stay_whole() {
        let with_comma = Sector::all().find(|one| one.name_en().contains(',')).expect("a name with a comma");
        let cell = format!("{}; 除雪・雪害", with_comma.name_en());
        let values = kept(Challenges, "sectors", &cell);
        assert_eq!(values, [with_comma.as_str(), "infrastructure-maintenance/snow-removal"]);
        let both = "課題を話し合い、具体的にした、庁内で合意している";
        assert_eq!(kept(Challenges, "readiness", both), ["talked_through", "agreed"]);
        assert_eq!(
            kept(Challenges, "technologies", "LPWA、 local-5g，HAPS（高高度プラットフォーム）").len(),
            3
        );
    }

    #[test]
    fn municipalities_go_by_code_name_and_a_code_without_its_zero() {
        for cell in ["012106", "12106", "岩見沢市", "北海道岩見沢市"] {
            assert_eq!(kept(Challenges, "on_behalf_of", cell), ["012106"], "{cell}");
        }
        let (_, errors) = filled(Challenges, "on_behalf_of", "府中市");
        assert_eq!(errors, ["/on_behalf_of municipality_name_shared"]);
        assert_eq!(kept(Challenges, "joint_municipalities", "岩見沢市、函館市"), ["012106\n012025"]);
    }

    #[test]
    fn regions_go_by_their_names() {
        let regions = kept(Solutions, "regions", "全国; 北海道総合通信局、青森県; 岩見沢市; pref:13");
        assert_eq!(regions, ["nationwide", "bureau:hokkaido", "pref:02", "muni:012106", "pref:13"]);
        let (_, errors) = filled(Solutions, "regions", "架空市");
        assert_eq!(errors, ["/regions unknown_municipality_name"]);
    }

    #[test]
    fn yes_and_no_are_said_in_many_ways() {
        for cell in ["○", "はい", "TRUE", "Yes", "１", "✓"] {
            assert_eq!(kept(Challenges, "anonymous", cell), ["on"], "{cell}");
        }
        for cell in ["×", "いいえ", "false", "0", " "] {
            assert_eq!(kept(Challenges, "anonymous", cell), Vec::<String>::new(), "{cell}");
        }
        assert_eq!(filled(Challenges, "anonymous", "たぶん").1, ["/anonymous not_yes_or_no"]);
    }

    #[test]
    fn a_refusal_finds_the_column_it_is_about() {
        let mut typed = Typed::new();
        typed.set("outcomes.2.indicator", "苦情");
        typed.set("outcomes.2.target", "x");
        let groups = indicators_together(&mut typed);
        assert_eq!((typed.get("outcomes.0.indicator"), typed.get("outcomes.2.indicator")), ("苦情", ""));
        let at = |pointer: &str| column_of(Challenges, &groups, pointer).map(|column| column.name);
        assert_eq!(at("/outcomes/0/target"), Some("outcomes.2.target"));
        assert_eq!(at("/sectors/1"), Some("sectors"));
        assert_eq!(at("/budget/max"), Some("budget.max"));
        assert_eq!(at("/nowhere"), None);
        assert_eq!(column_of(Solutions, &[], "/municipalities").map(|column| column.name), Some("regions"));
    }
}
