//! Invented worlds: solutions and challenges as they might be, as many as one likes, the same ones for the same seed.
//!
//! For measuring and for trying out. Sectors are skewed as real catalogues are (a few crowded, most thin), places are real
//! municipalities, offices stand mostly in large cities, words follow Zipf's law and every sector has its own.

mod dice;
mod words;

use chrono::{Days, NaiveDate};

pub use self::dice::Dice;
use self::words::{ACTS, PAINS, QUALITIES, Words};
use crate::matching::{
    Budget, ChallengeDoc, DeploymentDoc, DeploymentOutcome, DeploymentPlace, DeploymentStage, EntryStage,
    Maturity, Price, SolutionDoc, Verification,
};
use crate::reference::{Condition, MunicipalityCode, MunicipalityKind, Region, Sector, Technology};

/// A source of inventions.
#[derive(Debug)]
pub struct World {
    dice: Dice,
    words: Words,
    municipalities: Vec<MunicipalityCode>,
    cities: Vec<MunicipalityCode>,
    sectors: Vec<Sector>,
    technologies: Vec<Technology>,
}

impl World {
    /// The world of a seed.
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let is_large = |code: &MunicipalityCode| {
            let kind = code.municipality().kind;
            matches!(kind, MunicipalityKind::DesignatedCity | MunicipalityKind::SpecialWard)
        };
        let mut sectors: Vec<Sector> = Sector::all().collect();
        dice.shuffle(&mut sectors);
        Self {
            words: Words::new(&mut dice),
            municipalities: MunicipalityCode::all().collect(),
            cities: MunicipalityCode::all().filter(is_large).collect(),
            sectors,
            technologies: Technology::all().collect(),
            dice,
        }
    }

    fn sector(&mut self) -> Sector {
        *self.dice.pick_skewed(&self.sectors)
    }

    fn municipality(&mut self) -> MunicipalityCode {
        *self.dice.pick(&self.municipalities)
    }

    fn technologies(&mut self, most: usize) -> Vec<Technology> {
        let count = self.dice.below(most + 1);
        (0..count).map(|_| *self.dice.pick_skewed(&self.technologies)).collect()
    }

    fn noun(&mut self, sector: Sector) -> String {
        self.words.noun(sector, &mut self.dice)
    }

    /// At least so many letters about a sector: what is offered, or what is missed.
    fn prose(&mut self, sector: Sector, letters: usize, needs: bool) -> String {
        let mut text = String::new();
        let mut length = 0;
        while length < letters {
            let (thing, other) = (self.noun(sector), self.noun(sector));
            let (pain, quality, act) =
                (self.dice.pick(PAINS), self.dice.pick(QUALITIES), self.dice.pick(ACTS));
            let sentence = match (needs, self.dice.below(3)) {
                (true, 0) => format!("{thing}について{pain}。"),
                (true, _) => format!("{thing}と{other}の両方で{pain}ため、遅れがちです。"),
                (false, 0) => format!("{thing}を{quality}{act}。"),
                (false, _) => format!("{quality}{thing}と{other}を{act}。"),
            };
            length += sentence.chars().count();
            text.push_str(&sentence);
        }
        text
    }

    /// A solution of 200 to 600 letters with up to six deployments.
    pub fn solution(&mut self) -> SolutionDoc {
        let sector = self.sector();
        let in_city = self.dice.below(10) < 6;
        let home = if in_city { *self.dice.pick(&self.cities) } else { self.municipality() };
        let letters = 200 + self.dice.below(400);
        let initial = 100_000 * (1 + self.dice.skewed(300)) as i64;
        let yearly = 60_000 * (1 + self.dice.skewed(100)) as i64;
        let deployments = self.dice.skewed(7);
        let maturity = [Maturity::Commercial, Maturity::Piloted, Maturity::Prototype, Maturity::Concept];
        let mut description = self.prose(sector, letters, false);
        if self.dice.below(3) == 0 {
            description += &format!("{}には対応していません。", self.noun(sector));
        }
        SolutionDoc {
            candidate: true,
            vendor_place: home,
            name: format!("{}{}", self.noun(sector), self.words.product(&mut self.dice)),
            tagline: format!("{}を{}", self.noun(sector), self.dice.pick(ACTS)),
            description,
            sectors: if self.dice.below(3) == 0 { vec![sector, self.sector()] } else { vec![sector] },
            technologies: self.technologies(4),
            infrastructure_required: self.technologies(1),
            maturity: *self.dice.pick_skewed(&maturity),
            regions: self.regions(home),
            price: Price {
                initial_min: Some(initial),
                initial_max: Some(initial * 2),
                yearly_min: Some(yearly),
                yearly_max: Some(yearly * 2),
            },
            lead_months: Some(1 + self.dice.below(12) as u32),
            deployments: (0..deployments).map(|_| self.deployment(sector)).collect(),
        }
    }

    fn regions(&mut self, home: MunicipalityCode) -> Vec<Region> {
        match self.dice.below(4) {
            0 => vec![Region::Bureau(home.bureau())],
            1 => vec![Region::Prefecture(home.prefecture())],
            _ => vec![Region::Nationwide],
        }
    }

    fn deployment(&mut self, sector: Sector) -> DeploymentDoc {
        let start = NaiveDate::from_ymd_opt(2017, 4, 1).unwrap_or_default();
        let ended = self.dice.below(3) == 0;
        let started_on = start + Days::new(self.dice.below(3_200) as u64);
        let verification = [Verification::Declared, Verification::Documented, Verification::Confirmed];
        DeploymentDoc {
            place: DeploymentPlace::Municipality(self.municipality()),
            sector,
            started_on,
            ended_on: ended.then(|| started_on + Days::new(200)),
            stage: if self.dice.below(2) == 0 { DeploymentStage::Pilot } else { DeploymentStage::Operation },
            outcome: if ended { DeploymentOutcome::Completed } else { DeploymentOutcome::Ongoing },
            verification: *self.dice.pick_skewed(&verification),
            results: format!("{}の時間", self.noun(sector)),
        }
    }

    /// A challenge of about so many letters.
    pub fn challenge(&mut self, letters: usize) -> ChallengeDoc {
        let sector = self.sector();
        let most = 500_000 * (1 + self.dice.skewed(100)) as i64;
        let stages = [EntryStage::Pilot, EntryStage::Operation, EntryStage::Planning];
        let title = format!("{}について{}", self.noun(sector), self.dice.pick(PAINS));
        let rest = letters.saturating_sub(title.chars().count());
        ChallengeDoc {
            candidate: true,
            place: self.municipality(),
            title,
            summary: self.prose(sector, rest / 4, true),
            background: self.prose(sector, rest / 4, true),
            current_state: self.prose(sector, rest / 4, true),
            desired_state: self.prose(sector, rest / 4, true),
            outcomes: String::new(),
            sectors: vec![sector],
            technologies: self.technologies(2),
            conditions: if self.dice.below(3) == 0 { vec![Condition::HeavySnow] } else { Vec::new() },
            infrastructure: Vec::new(),
            entry_stage: *self.dice.pick_skewed(&stages),
            budget: Budget { min: Some(most / 2), max: Some(most), running_per_year: None },
            start_from: NaiveDate::from_ymd_opt(2027, 4, 1),
        }
    }
}
