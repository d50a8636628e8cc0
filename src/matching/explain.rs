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

/// Why something stands where it stands: what speaks for it, then what speaks against it. Reads as one remark.
pub fn reason<Id>(ranked: &Ranked<Id>, locale: Locale) -> String {
    let mut sentences: Vec<String> = ranked
        .components
        .iter()
        .filter(|one| speaks_for(&one.facts) || speaks_against(&one.facts))
        .map(|one| component(one, locale))
        .collect();
    sentences.extend(eligibility(&ranked.eligibility, locale));
    sentences.join(Say(locale).between())
}

fn speaks_for(facts: &Facts) -> bool {
    match facts {
        Facts::Sector(facts) => facts.relation > SectorRelation::Unrelated,
        Facts::Text(facts) => !facts.words.is_empty(),
        Facts::Technology(facts) => !facts.offered.is_empty(),
        Facts::Region(facts) => !matches!(facts.nearness, Nearness::Elsewhere { .. }),
        Facts::Evidence(_) => true,
        Facts::Budget(_) | Facts::Readiness(_) => false,
    }
}

fn speaks_against(facts: &Facts) -> bool {
    match facts {
        Facts::Technology(facts) => !facts.lacking.is_empty(),
        Facts::Budget(facts) => matches!(facts.fit, PriceFit::Partly | PriceFit::Beyond),
        Facts::Readiness(facts) => facts.months_late().is_some_and(|late| late > 0) || is_unripe(facts),
        Facts::Sector(_) | Facts::Text(_) | Facts::Region(_) | Facts::Evidence(_) => false,
    }
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
        let named =
            words.iter().take(WORDS_NAMED).map(|word| self.with("text.word", &[("said", word.clone())]));
        (!words.is_empty()).then(|| self.with("eligibility.denied", &[("words", self.list(named))]))
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
