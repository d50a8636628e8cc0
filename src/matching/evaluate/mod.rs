//! How well the engine ranks, measured on a collection of challenges and solutions with graded judgements.

mod baselines;
mod collection;
mod fairness;
mod fit;
mod measures;
mod run_file;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use collection::{Collection, CollectionError, Files, Judgements};
pub use fairness::{Fairness, Groups, Seen, Shares, fairness};
pub use fit::{Compared, Fit, Lesson, Parameters, Sample, TooLittle, fit, measure_lessons};
pub use measures::{Measures, QueryMeasures, measure, measure_each};
pub use run_file::write_run;

use super::vocabulary::DeploymentStage;
use super::weights::ComponentName;
use super::{Index, Query, Rules, SetupError, SolutionDoc};
use crate::fields::Invalid;
use crate::reference::Region;

/// The order in which a system puts solutions for each challenge, with falling scores, best first.
pub type Run = BTreeMap<String, Vec<(String, f64)>>;

/// The engine beside simpler systems and beside itself with one component left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The engine as it is configured.
    pub engine: Measures,
    /// `bm25` and `sector_newest`.
    pub baselines: BTreeMap<String, Measures>,
    /// `without_sector`, `without_text` …: that weight set to zero, the others divided by their sum.
    pub ablations: BTreeMap<String, Measures>,
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// See [`SetupError`].
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Leaving a component out leaves no weight at all.
    #[error("weights: {0}")]
    Weights(Invalid),
}

/// A collection in the index.
#[derive(Debug)]
pub struct Bench<'c> {
    collection: &'c Collection,
    index: Index<String, String>,
}

impl<'c> Bench<'c> {
    /// Puts a collection into an index with the given rules.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn new(collection: &'c Collection, rules: Rules) -> Result<Self, SetupError> {
        let mut index = Index::new(rules)?;
        for (id, doc) in &collection.solutions {
            index.upsert_solution(id.clone(), doc.clone());
        }
        for (id, doc) in &collection.challenges {
            index.upsert_challenge(id.clone(), doc.clone());
        }
        Ok(Self { collection, index })
    }

    /// The index.
    pub fn index(&self) -> &Index<String, String> {
        &self.index
    }

    /// All solutions for every challenge, by score alone.
    pub fn run(&self) -> Run {
        self.run_with(|query| query)
    }

    fn run_with<'q>(&self, adjust: impl Fn(Query<'q, String>) -> Query<'q, String>) -> Run {
        let rank = |doc| {
            let query = adjust(Query::new(self.collection.today, self.collection.solutions.len()));
            let ranking = self.index.rank_solutions(doc, &query);
            ranking.items.into_iter().map(|item| (item.id, item.score)).collect()
        };
        self.collection.challenges.iter().map(|(id, doc)| (id.clone(), rank(doc))).collect()
    }

    /// The judged challenges with the component values of every solution, to fit weights to. What is not judged has grade 0.
    pub fn lessons(&self) -> Vec<Lesson> {
        let judged = |id: &String| self.collection.judgements.get(id);
        let challenges =
            self.collection.challenges.iter().filter_map(|(id, doc)| Some((id, doc, judged(id)?)));
        let lessons = challenges.map(|(id, doc, grades)| {
            let query = Query::new(self.collection.today, self.collection.solutions.len());
            let ranking = self.index.rank_solutions(doc, &query);
            let samples = ranking.items.iter().map(|item| {
                let grade = grades.get(&item.id).copied().unwrap_or(0);
                Sample::of(item, grade, self.index.rules())
            });
            Lesson { name: id.clone(), samples: samples.collect() }
        });
        lessons.collect()
    }

    /// How the first pages divide among vendors of each kind, region and record.
    pub fn fairness(&self) -> Fairness {
        let groups = self.collection.solutions.iter().map(|(id, doc)| {
            let vendor = self.collection.vendors.get(id);
            (id.clone(), groups_of(doc, vendor.map(|(kind, _)| kind.as_str())))
        });
        let judgements = self.collection.judgements.iter();
        let worthy: BTreeSet<(String, String)> = judgements
            .flat_map(|(challenge, grades)| {
                let worthy = grades.iter().filter(|(_, grade)| **grade >= measures::ANSWER);
                worthy.map(|(solution, _)| (challenge.clone(), solution.clone()))
            })
            .collect();
        let by_score = self.first_pages(|query| query);
        let shown = self.first_pages(Query::keep_places_for_newcomers);
        fairness(&groups.collect(), &worthy, &by_score, &shown)
    }

    fn first_pages<'q>(&self, adjust: impl Fn(Query<'q, String>) -> Query<'q, String>) -> Vec<Seen> {
        let page = self.index.rules().newcomers.page as usize;
        let pages = self.collection.challenges.iter().flat_map(|(challenge, doc)| {
            let ranking = self.index.rank_solutions(doc, &adjust(Query::new(self.collection.today, page)));
            ranking.items.into_iter().map(|item| Seen {
                challenge: challenge.clone(),
                rank: item.rank,
                solution: item.id,
            })
        });
        pages.collect()
    }

    /// The engine, the baselines and the ablations.
    ///
    /// # Errors
    /// When a component carries all the weight, so that it cannot be left out.
    pub fn report(&self) -> Result<Report, EvaluateError> {
        let judgements = &self.collection.judgements;
        let mut ablations = BTreeMap::new();
        for name in ComponentName::ALL {
            let weights =
                self.index.rules().weights.adjusted([(*name, 0.0)]).map_err(EvaluateError::Weights)?;
            let run = self.run_with(|query| query.weights(weights));
            ablations.insert(format!("without_{name}"), measure(&run, judgements));
        }
        let baselines = [
            ("bm25".to_owned(), measure(&baselines::bm25(self.collection), judgements)),
            ("sector_newest".to_owned(), measure(&baselines::sector_newest(self.collection), judgements)),
        ];
        Ok(Report { engine: measure(&self.run(), judgements), baselines: baselines.into(), ablations })
    }
}

/// The groups of a solution: the kind of vendor, the bureau of its office, its record, and over how much of the country it
/// spreads.
pub fn groups_of(doc: &SolutionDoc, kind: Option<&str>) -> Groups {
    let stages = || doc.deployments.iter().map(|deployment| deployment.stage);
    let record = match stages().max() {
        None => "none",
        Some(DeploymentStage::Pilot) => "pilot",
        Some(DeploymentStage::Operation) => "operation",
    };
    let reach = if doc.regions.contains(&Region::Nationwide) { "nationwide" } else { "regional" };
    let mut groups = Groups::from([
        ("record", record.to_owned()),
        ("region", doc.vendor_place.bureau().to_string()),
        ("reach", reach.to_owned()),
    ]);
    if let Some(kind) = kind.filter(|kind| !kind.is_empty()) {
        groups.insert("vendor_type", kind.to_owned());
    }
    groups
}
