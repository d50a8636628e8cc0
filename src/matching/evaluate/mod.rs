//! How well the engine ranks, measured on a collection of challenges and solutions with graded judgements.

mod baselines;
mod collection;
mod measures;
mod run_file;

use std::collections::BTreeMap;

use serde::Serialize;

pub use collection::{Collection, CollectionError, Files, Judgements};
pub use measures::{Measures, QueryMeasures, measure, measure_each};
pub use run_file::write_run;

use super::weights::ComponentName;
use super::{Index, Query, Rules, SetupError};
use crate::fields::Invalid;

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
