//! The living index: the engine of `matching`, shared by all threads of a node and kept as fresh as the database.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::challenges::ChallengeId;
use crate::db::change_log::Cursor;
use crate::matching::{
    self, ChallengeDoc, Index, IndexSize, Query, Ranked, SetupError, SolutionDoc, Weights,
};
use crate::solutions::SolutionId;

/// What ranks and searches. Cheap to clone; one for each node.
///
/// Questions take a read lock and disturb each other not at all; a change holds the write lock for one document at a
/// time. Who may see an answer is decided by whoever asks.
#[derive(Clone)]
pub struct Ranking(Arc<Inner>);

struct Inner {
    index: RwLock<Index<SolutionId, ChallengeId>>,
    /// Whoever brings changes in holds this from before reading the rows until they are in, so that what was read
    /// later is also put in later. It guards the place in the change log up to which all changes are in.
    feed: Mutex<Cursor>,
}

impl Ranking {
    /// An empty index with the rules of `config/matching.toml`.
    ///
    /// # Errors
    /// When the rules or the thesaurus that are compiled in cannot be used.
    pub fn empty() -> Result<Self, SetupError> {
        let index = RwLock::new(Index::compiled_in()?);
        Ok(Self(Arc::new(Inner { index, feed: Mutex::new(Cursor::default()) })))
    }

    /// The best solutions for a challenge.
    pub fn solutions_for(
        &self,
        challenge: &ChallengeDoc,
        query: &Query<'_, SolutionId>,
    ) -> matching::Ranking<SolutionId> {
        self.index().rank_solutions(challenge, query)
    }

    /// The open challenges for which a solution is best.
    pub fn challenges_for(
        &self,
        solution: &SolutionDoc,
        query: &Query<'_, ChallengeId>,
    ) -> matching::Ranking<ChallengeId> {
        self.index().rank_challenges(solution, query)
    }

    /// The challenges most like one, other than itself.
    pub fn similar(
        &self,
        challenge: &ChallengeDoc,
        itself: ChallengeId,
        query: &Query<'_, ChallengeId>,
    ) -> matching::Ranking<ChallengeId> {
        self.index().similar_challenges(challenge, Some(&itself), query)
    }

    /// The score of one pair, with its reasons, whether or not either is ranked at present.
    pub fn pair(&self, challenge: &ChallengeDoc, solution: &SolutionDoc, today: NaiveDate) -> Ranked<()> {
        self.index().explain_pair(challenge, solution, &Query::new(today, 1))
    }

    /// The challenges, open or not, that contain what `q` looks for, with their relevance from 0 to 1, most relevant
    /// first. Knows no permissions: the caller keeps what the reader may see.
    pub fn search_challenges(&self, q: &str) -> Vec<(Uuid, f32)> {
        let hits = self.index().search_challenges(q);
        hits.into_iter().map(|hit| (hit.id.0, hit.relevance as f32)).collect()
    }

    /// The same for solutions.
    pub fn search_solutions(&self, q: &str) -> Vec<(Uuid, f32)> {
        let hits = self.index().search_solutions(q);
        hits.into_iter().map(|hit| (hit.id.0, hit.relevance as f32)).collect()
    }

    /// The weights of the components where nobody asks for others.
    pub fn weights(&self) -> Weights {
        self.index().rules().weights
    }

    /// How much it holds.
    pub fn size(&self) -> IndexSize {
        self.index().size()
    }

    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index<SolutionId, ChallengeId>> {
        self.0.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn index_mut(&self) -> RwLockWriteGuard<'_, Index<SolutionId, ChallengeId>> {
        self.0.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn feed(&self) -> MutexGuard<'_, Cursor> {
        self.0.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
