//! Reading a test collection: `challenges.jsonl`, `solutions.jsonl`, `qrels.tsv`, and perhaps `now`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::document::{Budget, ChallengeDoc, DeploymentDoc, DeploymentPlace, Price, SolutionDoc};
use super::super::vocabulary::{DeploymentOutcome, DeploymentStage, EntryStage, Maturity, Verification};
use crate::reference::{Condition, MunicipalityCode, Region, Sector, Technology};

/// The texts of the files of a collection.
#[derive(Debug, Clone, Copy)]
pub struct Files<'t> {
    /// `challenges.jsonl`
    pub challenges: &'t str,
    /// `solutions.jsonl`
    pub solutions: &'t str,
    /// `qrels.tsv`; `None` where only a ranking is wanted.
    pub qrels: Option<&'t str>,
    /// `now`: the reference day.
    pub now: Option<&'t str>,
}

/// Grades by challenge and solution.
pub type Judgements = BTreeMap<String, BTreeMap<String, u8>>;

/// A collection, in the order of its files.
#[derive(Debug, Clone)]
pub struct Collection {
    /// Challenges by their ids.
    pub challenges: Vec<(String, ChallengeDoc)>,
    /// Solutions by their ids; later ones are newer.
    pub solutions: Vec<(String, SolutionDoc)>,
    /// The kind of each solution's vendor and where its office is.
    pub vendors: BTreeMap<String, (String, MunicipalityCode)>,
    /// Grades 0 to 3; what is not listed is 0.
    pub judgements: Judgements,
    /// The day as of which everything is ranked.
    pub today: NaiveDate,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, {field}: {cause}")]
pub struct CollectionError {
    /// Its name.
    pub file: &'static str,
    /// From 1.
    pub line: usize,
    /// The path of the field, e.g. `deployments[2].sector`.
    pub field: String,
    /// What is wrong with it.
    pub cause: String,
}

const CHALLENGES: &str = "challenges.jsonl";
const SOLUTIONS: &str = "solutions.jsonl";
const QRELS: &str = "qrels.tsv";
const NOW: &str = "now";

/// The reference day of collections that do not say another.
fn default_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).unwrap_or_default()
}

impl Collection {
    /// Reads the files. `now` on the command line (`today`) goes before the file.
    ///
    /// # Errors
    /// The first line that cannot be read, with its field; an id that is there twice; a judgement of something that
    /// is not there, out of range, or given twice.
    pub fn parse(files: Files<'_>, today: Option<NaiveDate>) -> Result<Self, CollectionError> {
        let challenges = documents(CHALLENGES, files.challenges, Challenge::into_doc)?;
        let solutions = documents(SOLUTIONS, files.solutions, Solution::into_doc)?;
        let vendors =
            solutions.iter().map(|(id, (doc, kind))| (id.clone(), (kind.clone(), doc.vendor_place)));
        let vendors = vendors.collect();
        let solutions: Vec<(String, SolutionDoc)> =
            solutions.into_iter().map(|(id, (doc, _))| (id, doc)).collect();
        let judgements = match files.qrels {
            Some(text) => judgements(text, &ids(&challenges), &ids(&solutions))?,
            None => Judgements::new(),
        };
        let said = files.now.map(day).transpose()?;
        let today = today.or(said).unwrap_or_else(default_day);
        Ok(Self { challenges, solutions, vendors, judgements, today })
    }
}

fn ids<T>(documents: &[(String, T)]) -> BTreeSet<&str> {
    documents.iter().map(|(id, _)| id.as_str()).collect()
}

fn day(text: &str) -> Result<NaiveDate, CollectionError> {
    text.trim().parse().map_err(|error: chrono::ParseError| CollectionError {
        file: NOW,
        line: 1,
        field: "day".to_owned(),
        cause: format!("{error}: a day is written 2026-11-01"),
    })
}

fn documents<L: DeserializeOwned, T>(
    file: &'static str,
    text: &str,
    into_doc: fn(L) -> Result<(String, T), Missing>,
) -> Result<Vec<(String, T)>, CollectionError> {
    let mut seen = BTreeSet::new();
    let mut documents = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let error = |field: String, cause: String| CollectionError { file, line, field, cause };
        let mut json = serde_json::Deserializer::from_str(text);
        let parsed: L = serde_path_to_error::deserialize(&mut json)
            .map_err(|cause| error(cause.path().to_string(), cause.inner().to_string()))?;
        json.end().map_err(|cause| error("end of line".to_owned(), cause.to_string()))?;
        let (id, doc) =
            into_doc(parsed).map_err(|Missing(field)| error(field, "nothing is said".to_owned()))?;
        if !seen.insert(id.clone()) {
            return Err(error("id".to_owned(), format!("{id} is there twice")));
        }
        documents.push((id, doc));
    }
    Ok(documents)
}

fn judgements(
    text: &str,
    challenges: &BTreeSet<&str>,
    solutions: &BTreeSet<&str>,
) -> Result<Judgements, CollectionError> {
    let mut judgements = Judgements::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let error = |field: &str, cause: String| CollectionError {
            file: QRELS,
            line,
            field: field.to_owned(),
            cause,
        };
        let columns: Vec<&str> = text.split_whitespace().collect();
        let [challenge, _, solution, grade] = columns[..] else {
            return Err(error("columns", format!("{} columns where 4 are expected", columns.len())));
        };
        if !challenges.contains(challenge) {
            return Err(error("challenge", format!("{challenge} is not in {CHALLENGES}")));
        }
        if !solutions.contains(solution) {
            return Err(error("solution", format!("{solution} is not in {SOLUTIONS}")));
        }
        let grade = grade.parse().ok().filter(|grade: &u8| *grade <= 3);
        let grade = grade.ok_or_else(|| error("grade", "a grade is 0, 1, 2 or 3".to_owned()))?;
        let grades = judgements.entry(challenge.to_owned()).or_default();
        if grades.insert(solution.to_owned(), grade).is_some() {
            return Err(error("solution", format!("{solution} is graded twice for {challenge}")));
        }
    }
    Ok(judgements)
}

/// A field without which a line means nothing.
struct Missing(String);

#[derive(Deserialize)]
struct Challenge {
    id: String,
    municipality_code: MunicipalityCode,
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    background: String,
    #[serde(default)]
    current_state: String,
    #[serde(default)]
    desired_state: String,
    sectors: Vec<Sector>,
    #[serde(default)]
    technologies: Vec<Technology>,
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    infrastructure: Vec<Technology>,
    entry_stage: EntryStage,
    budget: Option<BudgetLine>,
    start_from: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct BudgetLine {
    min: Option<i64>,
    max: Option<i64>,
    running_per_year: Option<i64>,
}

#[derive(Deserialize)]
struct Solution {
    id: String,
    vendor: Vendor,
    name: String,
    #[serde(default)]
    tagline: String,
    #[serde(default)]
    description: String,
    sectors: Vec<Sector>,
    #[serde(default)]
    technologies: Vec<Technology>,
    #[serde(default)]
    infrastructure_required: Vec<Technology>,
    maturity: Maturity,
    #[serde(default)]
    regions: Vec<Region>,
    price: Option<PriceLine>,
    lead_months: Option<u32>,
    #[serde(default)]
    deployments: Vec<Deployment>,
}

#[derive(Deserialize)]
struct Vendor {
    #[serde(default)]
    vendor_type: String,
    municipality_code: MunicipalityCode,
}

#[derive(Deserialize)]
struct PriceLine {
    initial_min: Option<i64>,
    initial_max: Option<i64>,
    yearly_min: Option<i64>,
    yearly_max: Option<i64>,
}

#[derive(Deserialize)]
struct Deployment {
    municipality_code: Option<MunicipalityCode>,
    country: Option<String>,
    sector: Sector,
    started_on: NaiveDate,
    ended_on: Option<NaiveDate>,
    stage: DeploymentStage,
    outcome: DeploymentOutcome,
    verification: Verification,
}

impl Challenge {
    fn into_doc(self) -> Result<(String, ChallengeDoc), Missing> {
        let budget = self.budget.map_or_else(Budget::default, |line| Budget {
            min: line.min,
            max: line.max,
            running_per_year: line.running_per_year,
        });
        let doc = ChallengeDoc {
            candidate: true,
            place: self.municipality_code,
            title: self.title,
            summary: self.summary,
            background: self.background,
            current_state: self.current_state,
            desired_state: self.desired_state,
            outcomes: String::new(),
            sectors: self.sectors,
            technologies: self.technologies,
            conditions: self.conditions,
            infrastructure: self.infrastructure,
            entry_stage: self.entry_stage,
            budget,
            start_from: self.start_from,
        };
        Ok((self.id, doc))
    }
}

impl Solution {
    /// With the kind of its vendor.
    fn into_doc(self) -> Result<(String, (SolutionDoc, String)), Missing> {
        let price = self.price.map_or_else(Price::default, |line| Price {
            initial_min: line.initial_min,
            initial_max: line.initial_max,
            yearly_min: line.yearly_min,
            yearly_max: line.yearly_max,
        });
        let deployments = (0..).zip(self.deployments).map(|(entry, line)| line.into_doc(entry));
        let deployments = deployments.collect::<Result<_, _>>()?;
        let doc = SolutionDoc {
            candidate: true,
            vendor_place: self.vendor.municipality_code,
            name: self.name,
            tagline: self.tagline,
            description: self.description,
            sectors: self.sectors,
            technologies: self.technologies,
            infrastructure_required: self.infrastructure_required,
            maturity: self.maturity,
            regions: self.regions,
            price,
            lead_months: self.lead_months,
            deployments,
        };
        Ok((self.id, (doc, self.vendor.vendor_type)))
    }
}

impl Deployment {
    fn into_doc(self, entry: usize) -> Result<DeploymentDoc, Missing> {
        let place = match (self.municipality_code, self.country) {
            (Some(code), _) => DeploymentPlace::Municipality(code),
            (None, Some(country)) => DeploymentPlace::Country(country),
            (None, None) => return Err(Missing(format!("deployments[{entry}].municipality_code"))),
        };
        Ok(DeploymentDoc {
            place,
            sector: self.sector,
            started_on: self.started_on,
            ended_on: self.ended_on,
            stage: self.stage,
            outcome: self.outcome,
            verification: self.verification,
            results: String::new(),
        })
    }
}
