//! From facts to sentences, in the reader's language.
//!
//! A sentence names the facts (which deployment where, which shared sector, how far, over the budget by how much), never a
//! formula. The words are in `locales/matching.*.toml`; this file only says which sentence fits and what goes into it.

use super::components::{
    Anchor, BudgetFacts, EvidenceEntry, EvidenceFacts, Nearness, PriceFit, ReadinessFacts, RegionFacts,
    SectorFacts, TechnologyFacts,
};
use super::facts::{Component, Eligibility, Facts, Ineligibility, TextFacts, WordFact};
use super::ranking::Ranked;
use super::text::Via;
use super::vocabulary::{DeploymentOutcome, EntryStage, Maturity};
use super::words::is_hiragana;
use crate::accounts::Locale;
use crate::locales;
use crate::reference::{MunicipalityCode, Region, Sector, SectorRelation, Technology};

/// One sentence for one component.
pub fn component(component: &Component, locale: Locale) -> String {
    let say = Say(locale);
    match &component.facts {
        Facts::Sector(facts) => say.sector(facts),
        Facts::Text(facts) => say.text(facts),
        Facts::Technology(facts) => say.technology(facts),
        Facts::Region(facts) => say.region(facts),
        Facts::Evidence(facts) => say.evidence(facts),
        Facts::Budget(facts) => say.budget(facts),
        Facts::Readiness(facts) => say.readiness(facts),
    }
}

/// Why something is pushed down; `None` when it is not.
pub fn eligibility(eligibility: &Eligibility, locale: Locale) -> Option<String> {
    let say = Say(locale);
    let place =
        eligibility.reason.as_ref().map(|Ineligibility::NotServed { regions }| match regions.as_slice() {
            [] => say.plain("eligibility.nowhere"),
            regions => say.with(
                "eligibility.not_served",
                &[("regions", say.list(regions.iter().map(|one| say.place_of(*one))))],
            ),
        });
    let sentences: Vec<String> = say.denied(&eligibility.denied.words).into_iter().chain(place).collect();
    (!sentences.is_empty()).then(|| sentences.join(say.between()))
}

/// Why something stands where it stands, in one sentence: what speaks for it, and what speaks against it.
pub fn reason<Id>(ranked: &Ranked<Id>, locale: Locale) -> String {
    let say = Say(locale);
    let (mut fors, mut againsts) = (Vec::new(), Vec::new());
    for one in &ranked.components {
        fors.extend(say.speaks_for(&one.facts));
        againsts.extend(say.speaks_against(&one.facts));
    }
    let Eligibility { reason, denied, .. } = &ranked.eligibility;
    againsts.extend(say.reserved("denied", "words", say.denied_words(&denied.words)));
    if let Some(Ineligibility::NotServed { regions }) = reason {
        let served = say.list(regions.iter().map(|one| say.place_of(*one)));
        againsts.push(match regions.as_slice() {
            [] => say.plain("reason.nowhere"),
            _ => say.with("reason.not_served", &[("regions", served)]),
        });
    }
    let key = match (fors.as_slice(), againsts.as_slice()) {
        ([], []) => "reason.neither",
        (_, []) => "reason.for_it",
        ([], _) => "reason.against_it",
        _ => "reason.both",
    };
    say.with(key, &[("for", say.and(fors)), ("against", say.and(againsts))])
}

fn is_unripe(facts: &ReadinessFacts) -> bool {
    match facts.entry_stage {
        EntryStage::Planning => false,
        EntryStage::Pilot => facts.maturity < Maturity::Piloted,
        EntryStage::Operation => facts.maturity < Maturity::Commercial,
    }
}

/// Up to so many prefectures, a vendor that serves no others is called dedicated to them: the largest bureau has ten.
const FEW_PREFECTURES: u8 = 10;

/// How many words a sentence names.
const WORDS_NAMED: usize = 4;

/// The words that tell a reader most, strongest first: none inside another one that is named, none that is only near what was
/// said or written in hiragana alone (mostly verbs) as long as there are others.
fn telling(words: &[WordFact]) -> Vec<&WordFact> {
    let tells = |word: &&WordFact| match &word.concept {
        Some(concept) => concept.via == Via::Same,
        None => !word.said.chars().all(is_hiragana),
    };
    let mut named: Vec<&WordFact> = Vec::new();
    for word in words.iter().filter(tells).chain(words.iter().filter(|word| !tells(word))) {
        let alone = named.iter().all(|other| !other.said.contains(&word.said));
        if alone && (tells(&word) || named.is_empty()) && named.len() < WORDS_NAMED {
            named.push(word);
        }
    }
    named
}

/// What stands nearest, how near by borders, and the distance, under the names of the locale files.
fn anchored(facts: &RegionFacts) -> (&'static str, &'static str, f64) {
    let anchor = match facts.anchor {
        Anchor::Office => "office",
        Anchor::Deployment => "deployment",
        Anchor::DeclaredDeployment => "declared",
        Anchor::Challenge => "challenge",
    };
    let (tier, km) = match facts.nearness {
        Nearness::SameMunicipality => ("same_municipality", 0.0),
        Nearness::SamePrefecture { km } => ("same_prefecture", km),
        Nearness::SameBureau { km } => ("same_bureau", km),
        Nearness::Elsewhere { km } => ("elsewhere", km),
    };
    (anchor, tier, km)
}

/// The texts of one language.
#[derive(Clone, Copy)]
struct Say(Locale);

impl Say {
    fn plain(self, key: &str) -> String {
        self.with(key, &[])
    }

    fn with(self, key: &str, values: &[(&str, String)]) -> String {
        locales::text(self.0, &format!("matching.{key}"), values)
    }

    /// What stands between two sentences.
    fn between(self) -> &'static str {
        match self.0 {
            Locale::Ja => "",
            Locale::En => " ",
        }
    }

    /// What is asked for and denied, the most important of it.
    fn denied(self, words: &[String]) -> Option<String> {
        let words = self.denied_words(words)?;
        Some(self.with("eligibility.denied", &[("words", words)]))
    }

    fn denied_words(self, words: &[String]) -> Option<String> {
        let named =
            words.iter().take(WORDS_NAMED).map(|word| self.with("text.word", &[("said", word.clone())]));
        (!words.is_empty()).then(|| self.list(named))
    }

    /// Parts of a sentence, the last joined as the language does it.
    fn and(self, mut parts: Vec<String>) -> String {
        let Some(last) = parts.pop() else { return String::new() };
        if parts.is_empty() {
            return last;
        }
        let first = parts.join(&self.plain("reason.list"));
        self.with("reason.last", &[("first", first), ("last", last)])
    }

    fn reserved(self, key: &str, name: &str, value: Option<String>) -> Option<String> {
        value.map(|value| self.with(&format!("reason.{key}"), &[(name, value)]))
    }

    /// What of a component speaks for it, as a part of a sentence.
    fn speaks_for(self, facts: &Facts) -> Option<String> {
        match facts {
            Facts::Sector(facts) => self.sector_for(facts),
            Facts::Text(facts) => {
                let named = telling(&facts.words).into_iter().map(|word| self.word(word));
                let words = (!facts.words.is_empty()).then(|| self.list(named));
                self.reserved("words", "words", words)
            }
            Facts::Technology(facts) => {
                let offered = (!facts.offered.is_empty()).then(|| self.technology_names(&facts.offered));
                self.reserved("offered", "offered", offered)
            }
            Facts::Region(facts) => {
                let (anchor, tier, km) = anchored(facts);
                let values = [("place", self.town(facts.place)), ("km", format!("{km:.0}"))];
                (tier != "elsewhere").then(|| self.with(&format!("reason.{anchor}.{tier}"), &values))
            }
            Facts::Evidence(facts) => {
                let best = facts.entries.first()?;
                let more = ("more", facts.entries.len().saturating_sub(1).to_string());
                let key = if facts.entries.len() > 1 { "reason.records" } else { "reason.record" };
                Some(self.with(key, &[("entry", self.entry(best)), more]))
            }
            Facts::Budget(_) | Facts::Readiness(_) => None,
        }
    }

    fn sector_for(self, facts: &SectorFacts) -> Option<String> {
        let key = match (facts.relation, facts.read) {
            (SectorRelation::SameLeaf, false) => "reason.same_leaf",
            (SectorRelation::SameLeaf, true) => "reason.same_leaf_read",
            (SectorRelation::Related, _) => "reason.related",
            (SectorRelation::SameTop, _) => "reason.same_top",
            (SectorRelation::Unrelated, _) => return None,
        };
        let names = [
            ("challenge", self.sector_name(facts.challenge?)),
            ("solution", self.sector_name(facts.solution?)),
        ];
        Some(self.with(key, &names))
    }

    /// What of a component speaks against it, as a part of a sentence.
    fn speaks_against(self, facts: &Facts) -> Option<String> {
        match facts {
            Facts::Technology(facts) => {
                let lacking = (!facts.lacking.is_empty()).then(|| self.technology_names(&facts.lacking));
                self.reserved("lacking", "lacking", lacking)
            }
            Facts::Evidence(facts) => facts.entries.is_empty().then(|| self.plain("reason.no_deployment")),
            Facts::Budget(facts) => {
                let (budget, min, max) = (facts.budget?, facts.price_min?, facts.price_max?);
                let (key, price) = match facts.fit {
                    PriceFit::Partly => ("reason.partly", max),
                    PriceFit::Beyond => ("reason.beyond", min),
                    PriceFit::Inside | PriceFit::Unknown => return None,
                };
                let over = self.yen(price.saturating_sub(budget));
                Some(self.with(key, &[("budget", self.yen(budget)), ("over", over)]))
            }
            Facts::Readiness(facts) => {
                let late = facts.months_late().filter(|late| *late > 0);
                if late.is_none() && !is_unripe(facts) {
                    return None;
                }
                let maturity = self.plain(&format!("readiness.maturity.{}", facts.maturity));
                let values = [("maturity", maturity), ("late", late.unwrap_or(0).to_string())];
                let key = match (late, is_unripe(facts)) {
                    (Some(_), true) => "reason.late_and_unripe",
                    (Some(_), false) => "reason.late",
                    (None, _) => "reason.unripe",
                };
                Some(self.with(key, &values))
            }
            Facts::Sector(_) | Facts::Text(_) | Facts::Region(_) => None,
        }
    }

    fn list(self, items: impl Iterator<Item = String>) -> String {
        items.collect::<Vec<String>>().join(&self.plain("list"))
    }

    fn sector_name(self, sector: Sector) -> String {
        sector.name(self.0).to_owned()
    }

    fn technology_names(self, technologies: &[Technology]) -> String {
        self.list(technologies.iter().map(|technology| technology.name(self.0).to_owned()))
    }

    fn town(self, code: MunicipalityCode) -> String {
        code.municipality().full_name(self.0)
    }

    fn place_of(self, region: Region) -> String {
        match region {
            Region::Nationwide => self.plain("nationwide"),
            Region::Bureau(bureau) => self.with("bureau_area", &[("bureau", bureau.name(self.0).to_owned())]),
            Region::Prefecture(prefecture) => prefecture.name(self.0).to_owned(),
            Region::Municipality(code) => self.town(code),
        }
    }

    fn yen(self, amount: i64) -> String {
        locales::yen(self.0, amount)
    }

    fn sector(self, facts: &SectorFacts) -> String {
        let (Some(challenge), Some(solution)) = (facts.challenge, facts.solution) else {
            return self.plain("sector.unrelated");
        };
        let key = match (facts.relation, facts.read) {
            (SectorRelation::SameLeaf, false) => "sector.same_leaf",
            (SectorRelation::SameLeaf, true) => "sector.same_leaf_read",
            (SectorRelation::Related, _) => "sector.related",
            (SectorRelation::SameTop, _) => "sector.same_top",
            (SectorRelation::Unrelated, _) => "sector.unrelated",
        };
        let names = [("challenge", self.sector_name(challenge)), ("solution", self.sector_name(solution))];
        self.with(key, &names)
    }

    fn text(self, facts: &TextFacts) -> String {
        if facts.words.is_empty() {
            return self.plain("text.none");
        }
        let named = telling(&facts.words).into_iter().map(|word| self.word(word));
        self.with("text.words", &[("words", self.list(named))])
    }

    /// A word as it was said, and, when it was understood as something else, as what.
    fn word(self, word: &WordFact) -> String {
        let said = ("said", word.said.clone());
        let Some(concept) = &word.concept else { return self.with("text.word", &[said]) };
        let name = match self.0 {
            Locale::Ja => &concept.ja,
            Locale::En => &concept.en,
        };
        if concept.via == Via::Same && concept.ja == word.said {
            self.with("text.word", &[said])
        } else {
            self.with("text.concept", &[said, ("concept", name.clone())])
        }
    }

    fn technology(self, facts: &TechnologyFacts) -> String {
        let offer = if facts.wanted.is_empty() {
            self.plain("technology.nothing_wanted")
        } else if facts.offered.is_empty() {
            self.with("technology.none_offered", &[("wanted", self.technology_names(&facts.wanted))])
        } else {
            self.with("technology.offered", &[("offered", self.technology_names(&facts.offered))])
        };
        if facts.lacking.is_empty() {
            return offer;
        }
        let lacking = self.with("technology.lacking", &[("lacking", self.technology_names(&facts.lacking))]);
        if facts.offered.is_empty() { lacking } else { format!("{offer}{}{lacking}", self.plain("between")) }
    }

    fn region(self, facts: &RegionFacts) -> String {
        let (anchor, tier, km) = anchored(facts);
        let values = [("place", self.town(facts.place)), ("km", format!("{km:.0}"))];
        let nearest = self.with(&format!("region.{anchor}.{tier}"), &values);
        match facts.reach.filter(|reach| *reach <= FEW_PREFECTURES) {
            Some(reach) => {
                let key = if reach == 1 { "region.dedicated_to_one" } else { "region.dedicated" };
                let dedicated = self.with(key, &[("prefectures", reach.to_string())]);
                format!("{nearest}{}{dedicated}", self.between())
            }
            None => nearest,
        }
    }

    fn evidence(self, facts: &EvidenceFacts) -> String {
        match facts.entries.as_slice() {
            [] => self.plain("evidence.none"),
            [only] => self.with("evidence.one", &[("entry", self.entry(only))]),
            [best, others @ ..] => {
                let more = ("more", others.len().to_string());
                self.with("evidence.several", &[("entry", self.entry(best)), more])
            }
        }
    }

    fn entry(self, entry: &EvidenceEntry) -> String {
        let state = match entry.outcome {
            DeploymentOutcome::Discontinued => "discontinued".to_owned(),
            outcome => format!("{}_{outcome}", entry.stage),
        };
        let abroad = || self.plain("evidence.abroad");
        let values = [
            ("place", entry.municipality.map_or_else(abroad, |code| self.town(code))),
            ("state", self.plain(&format!("evidence.state.{state}"))),
            ("verification", self.plain(&format!("evidence.verification.{}", entry.verification))),
        ];
        self.with("evidence.entry", &values)
    }

    fn budget(self, facts: &BudgetFacts) -> String {
        let (Some(budget), Some(min), Some(max)) = (facts.budget, facts.price_min, facts.price_max) else {
            return self.plain("budget.unknown");
        };
        let range = if min == max { "budget.price" } else { "budget.range" };
        let price = self.with(range, &[("min", self.yen(min)), ("max", self.yen(max))]);
        let over = |price: i64| self.yen(price.saturating_sub(budget));
        let (key, over) = match facts.fit {
            PriceFit::Inside => ("budget.inside", String::new()),
            PriceFit::Partly => ("budget.partly", over(max)),
            PriceFit::Beyond => ("budget.beyond", over(min)),
            PriceFit::Unknown => ("budget.unknown", String::new()),
        };
        self.with(key, &[("price", price), ("budget", self.yen(budget)), ("over", over)])
    }

    fn readiness(self, facts: &ReadinessFacts) -> String {
        let maturity = self.plain(&format!("readiness.maturity.{}", facts.maturity));
        let key = match facts.months_late() {
            None => "readiness.unknown",
            Some(0) => "readiness.in_time",
            Some(_) => "readiness.late",
        };
        let values = [
            ("maturity", maturity),
            ("lead", facts.lead_months.unwrap_or(0).to_string()),
            ("late", facts.months_late().unwrap_or(0).to_string()),
        ];
        self.with(key, &values)
    }
}
