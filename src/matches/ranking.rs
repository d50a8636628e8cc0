//! The living index: the engine of `matching`, shared by all threads of a node and kept as fresh as the database.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::challenges::ChallengeId;
use crate::db::change_log::Cursor;
use crate::matching::{
    self, ChallengeDoc, Index, IndexSize, Query, Ranked, SetupError, SolutionDoc, Weights,
};
use crate::solutions::SolutionId;

/// The index of this service.
pub(super) type Living = Index<SolutionId, ChallengeId>;

/// What ranks and searches. Cheap to clone; one for each node.
///
/// Whoever asks is answered from the index as it was last published, and nobody waits: changes are made to another
/// copy, which shares with it all that did not change, and then published. Who may see an answer is decided by whoever asks.
#[derive(Clone)]
pub struct Ranking(Arc<Inner>);

struct Inner {
    /// What answers. Locked only for as long as it takes to copy or replace a pointer.
    published: RwLock<Arc<Living>>,
    /// Where changes are made.
    own: Mutex<Living>,
    /// Whoever brings changes in holds this from before reading the rows until they are in, so that what was read
    /// later is also put in later. It guards the place in the change log up to which all changes are in.
    feed: Mutex<Cursor>,
    /// The place up to which the snapshot on disk goes.
    kept: Mutex<Cursor>,
}

impl Ranking {
    /// An empty index with the rules of `config/matching.toml`.
    ///
    /// # Errors
    /// When the rules or the thesaurus that are compiled in cannot be used.
    pub fn empty() -> Result<Self, SetupError> {
        Ok(Self::of(Living::compiled_in()?, Cursor::default()))
    }

    /// An index that holds all changes up to a place in the log.
    pub(super) fn of(own: Living, place: Cursor) -> Self {
        Self(Arc::new(Inner {
            published: RwLock::new(Arc::new(own.clone())),
            own: Mutex::new(own),
            feed: Mutex::new(place),
            kept: Mutex::new(place),
        }))
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

    /// How many places a first page has, and the share of them that is kept for newcomers.
    pub fn first_page(&self) -> (usize, f64) {
        let index = self.index();
        let rules = index.rules().newcomers;
        (rules.page as usize, rules.share)
    }

    /// How much it holds.
    pub fn size(&self) -> IndexSize {
        self.index().size()
    }

    /// The index as it was last published.
    pub(super) fn index(&self) -> Arc<Living> {
        Arc::clone(&self.0.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes a change and publishes it. Only other changes wait meanwhile.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Living) -> T) -> T {
        let mut own = self.0.own.lock().unwrap_or_else(PoisonError::into_inner);
        let done = change(&mut own);
        let published = Arc::new(own.clone());
        let before = {
            let mut place = self.0.published.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *place, published)
        };
        // What nobody uses any more is freed here, after the lock.
        drop(before);
        done
    }

    /// Does the work that the index has to do on itself, if any; whether there was some. Takes seconds for a large index, during
    /// which questions are answered and changes made as ever.
    pub(super) fn tidy(&self) -> bool {
        let work = self.0.own.lock().unwrap_or_else(PoisonError::into_inner).upkeep();
        let Some(work) = work else { return false };
        let maintained = work.run();
        self.change(|index| index.bring_in(maintained));
        true
    }

    /// The place up to which the snapshot on disk goes.
    pub(super) fn kept(&self) -> MutexGuard<'_, Cursor> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn feed(&self) -> MutexGuard<'_, Cursor> {
        self.0.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
