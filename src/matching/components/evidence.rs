//! Earlier deployments as evidence.
//!
//! `evidence = 1 − exp(−Σ v·o·r·s·m / κ)` with κ = 1/ln 2, that is `1 − 2^(−Σ)`: one perfect deployment is worth one half.
//! Of the sum, the strongest entry counts whole and the others a share: that it works is shown once, and a long list is
//! what the loud have, not what the fitting have.
//! v is who says so, o what came of it, r recency, s likeness of the sector, m likeness of the place.
//!
//! Two rules keep cheap talk from adding up. One municipality counts once per sector: of several entries the strongest
//! counts. All declared entries together add at most what one perfect declared entry would; within one place and
//! sector, a declared entry adds only what it has above the best proven one. So more, better proven or fresher
//! entries never lower the sum.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::super::document::DeploymentDoc;
use super::super::rules::{EvidenceRules, Rules};
use super::super::vocabulary::{DeploymentOutcome, DeploymentStage, Verification};
use super::view::DeploymentView;
use super::{ChallengeView, SolutionView, kind_likeness};
use crate::reference::{MunicipalityCode, Sector};

/// The entries that count, strongest first, and their sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceFacts {
    /// The entries that count.
    pub entries: Vec<EvidenceEntry>,
    /// What the proven (documented or confirmed) entries add.
    pub proven: f64,
    /// What the declared entries add, after their cap.
    pub declared: f64,
    /// How many entries the solution has in all.
    pub of: usize,
}

/// One entry that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceEntry {
    /// Its place in the solution's list of deployments, from 0.
    pub entry: usize,
    /// Where; `None` for another country.
    pub municipality: Option<MunicipalityCode>,
    /// What for.
    pub sector: Sector,
    /// Trial or real use.
    pub stage: DeploymentStage,
    /// What came of it.
    pub outcome: DeploymentOutcome,
    /// Who says so.
    pub verification: Verification,
    /// v, o, r, s, m.
    pub factors: [f64; 5],
    /// What it adds; for a declared one before the cap over all of them.
    pub adds: f64,
}

impl EvidenceFacts {
    pub(in super::super) fn of(
        challenge: &ChallengeView,
        solution: &SolutionView,
        rules: &Rules,
        today: NaiveDate,
    ) -> Self {
        let weigh = Weighing { challenge, rules: &rules.evidence, today: today.num_days_from_ce() };
        let (mut entries, mut proven, mut declared) = (Vec::new(), 0.0, 0.0);
        for group in solution.groups() {
            let (best_proven, best_declared) = weigh.best(group);
            let above = (worth(&best_declared) - worth(&best_proven)).max(0.0);
            if let Some((deployment, worth)) = best_proven {
                proven += worth;
                entries.push(weigh.entry(deployment, worth));
            }
            if let Some((deployment, _)) = best_declared.filter(|_| above > 0.0) {
                declared += above;
                entries.push(weigh.entry(deployment, above));
            }
        }
        entries.sort_by(|a, b| b.worth().total_cmp(&a.worth()).then(a.entry.cmp(&b.entry)));
        let declared = declared.min(rules.evidence.declared);
        Self { entries, proven, declared, of: solution.deployments.len() }
    }

    /// The component's value.
    pub fn value(&self, rules: &Rules) -> f64 {
        let strongest = self.entries.first().map_or(0.0, EvidenceEntry::worth);
        value(strongest, self.proven + self.declared, &rules.evidence)
    }
}

impl EvidenceEntry {
    /// What it is worth by itself: the product of its factors.
    pub fn worth(&self) -> f64 {
        self.factors.iter().product()
    }
}

/// The same value without the facts.
pub(in super::super) fn evidence_value(
    challenge: &ChallengeView,
    solution: &SolutionView,
    rules: &Rules,
    today: NaiveDate,
) -> f64 {
    let weigh = Weighing { challenge, rules: &rules.evidence, today: today.num_days_from_ce() };
    let (mut strongest, mut proven, mut declared) = (0.0_f64, 0.0, 0.0);
    for group in solution.groups() {
        let (best_proven, best_declared) = weigh.best(group);
        let (proof, talk) = (worth(&best_proven), worth(&best_declared));
        declared += (talk - proof).max(0.0);
        proven += proof;
        strongest = strongest.max(proof).max(talk);
    }
    value(strongest, proven + declared.min(rules.evidence.declared), &rules.evidence)
}

/// The most that the evidence of a solution can be worth on `day` (in days of the common era) or later, whatever it is
/// compared with: as if every entry were of the same sector and place.
pub(super) fn most_evidence(solution: &SolutionView, rules: &Rules, day: i32) -> f64 {
    let (mut strongest, mut proven, mut declared) = (0.0_f64, 0.0, 0.0);
    for group in solution.groups() {
        let best = |talk: bool| {
            let entries = group.iter().filter(|one| (one.verification == Verification::Declared) == talk);
            let worth = entries.map(|one| {
                let (says, came) = rules.evidence.standing(one);
                says * came * rules.evidence.recency(one, day)
            });
            worth.fold(0.0, f64::max)
        };
        let (proof, talk) = (best(false), best(true));
        strongest = strongest.max(proof).max(talk);
        proven += proof;
        // Where sector and place take something off, talk may stand above proof that is elsewhere: not here, since both are of one
        // place and sector and lose the same share.
        declared += (talk - proof).max(0.0);
    }
    value(strongest, proven + declared.min(rules.evidence.declared), &rules.evidence)
}

/// `1 − 2^(−Σ)`, where of the sum of all entries the strongest counts whole and the others the share `further`.
fn value(strongest: f64, all: f64, rules: &EvidenceRules) -> f64 {
    let others = (all - strongest).max(0.0);
    1.0 - (-(strongest + rules.further * others)).exp2()
}

type Best<'d> = Option<(&'d DeploymentView, f64)>;

fn worth(best: &Best<'_>) -> f64 {
    best.map_or(0.0, |(_, worth)| worth)
}

/// The last day on which a deployment is known to have been used; `None` while it is in use. One that was given up or
/// completed without an end date is known of its first day only.
pub(super) fn last_day(deployment: &DeploymentDoc) -> Option<NaiveDate> {
    match deployment.outcome {
        DeploymentOutcome::Ongoing => deployment.ended_on,
        DeploymentOutcome::Completed | DeploymentOutcome::Discontinued => {
            Some(deployment.ended_on.unwrap_or(deployment.started_on))
        }
    }
}

impl EvidenceRules {
    /// Who says so, and what came of it.
    fn standing(&self, deployment: &DeploymentView) -> (f64, f64) {
        let says = match deployment.verification {
            Verification::Declared => self.declared,
            Verification::Documented => self.documented,
            Verification::Confirmed => self.confirmed,
        };
        let came = match (deployment.outcome, deployment.stage) {
            (DeploymentOutcome::Discontinued, _) => self.discontinued,
            (DeploymentOutcome::Ongoing, DeploymentStage::Operation) => self.operation_ongoing,
            (DeploymentOutcome::Completed, DeploymentStage::Operation) => self.operation_completed,
            (DeploymentOutcome::Ongoing, DeploymentStage::Pilot) => self.pilot_ongoing,
            (DeploymentOutcome::Completed, DeploymentStage::Pilot) => self.pilot_completed,
        };
        (says, came)
    }

    /// 1 while in use, halved every `half_life_years` after the last day; a last day in the future is no more than today.
    fn recency(&self, deployment: &DeploymentView, today: i32) -> f64 {
        let days = deployment.last_day.map_or(0, |last| today.saturating_sub(last).max(0));
        (-f64::from(days) / (DAYS_PER_YEAR * self.half_life_years)).exp2()
    }
}

struct Weighing<'a> {
    challenge: &'a ChallengeView,
    rules: &'a EvidenceRules,
    today: i32,
}

impl Weighing<'_> {
    /// The strongest proven and the strongest declared entry of one place and sector.
    fn best<'d>(&self, group: &'d [DeploymentView]) -> (Best<'d>, Best<'d>) {
        let (mut proven, mut declared): (Best<'d>, Best<'d>) = (None, None);
        for deployment in group {
            let worth = self.factors(deployment).iter().product();
            let best = match deployment.verification {
                Verification::Declared => &mut declared,
                Verification::Documented | Verification::Confirmed => &mut proven,
            };
            if best.is_none_or(|(_, known)| worth > known) {
                *best = Some((deployment, worth));
            }
        }
        (proven, declared)
    }

    fn factors(&self, deployment: &DeploymentView) -> [f64; 5] {
        let (says, came) = self.rules.standing(deployment);
        let recency = self.rules.recency(deployment, self.today);
        let sector = self.challenge.sector_likeness(deployment.sector).max(self.rules.sector_floor);
        [says, came, recency, sector, self.place_likeness(deployment)]
    }

    /// From the floor, for another country or a wholly other kind of place, to 1 for the same municipality or kind.
    fn place_likeness(&self, deployment: &DeploymentView) -> f64 {
        let floor = self.rules.place_floor;
        let likeness = deployment.municipality.map_or(0.0, |code| {
            let same = code == self.challenge.place;
            if same { 1.0 } else { kind_likeness(self.challenge.kind(), code.municipality().kind) }
        });
        floor + (1.0 - floor) * likeness
    }

    fn entry(&self, deployment: &DeploymentView, adds: f64) -> EvidenceEntry {
        EvidenceEntry {
            entry: deployment.entry as usize,
            municipality: deployment.municipality,
            sector: deployment.sector,
            stage: deployment.stage,
            outcome: deployment.outcome,
            verification: deployment.verification,
            factors: self.factors(deployment),
            adds,
        }
    }
}

const DAYS_PER_YEAR: f64 = 365.25;
