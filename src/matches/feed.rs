//! How changes reach the index.
//!
//! Three ways, all through [`Ranking::reread`], which reads the touched rows anew:
//!
//! 1. at start everything is loaded ([`Ranking::load`]), from a snapshot and the changes since, or from the rows; then the
//!    place in the change log is taken before the first row is read, so a change made meanwhile is read again rather
//!    than missed;
//! 2. a change made on this node is in before its caller is answered ([`ChangeListener`]);
//! 3. a change made elsewhere, by another node or a command, is found in the change log ([`Ranking::follow`]). The log
//!    holds the changes of this node too: one that failed to get in by the second way gets in by this one.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use super::Ranking;
use super::ranking::Living;
use super::snapshot::SnapshotFile;
use super::store;
use super::veil;
use crate::accounts::OrganizationId;
use crate::challenges::{self, ChallengeId};
use crate::db::change_log::{self, Changed};
use crate::db::{Db, DbConn, Timestamp};
use crate::failure::Failure;
use crate::services::{ChangeListener, Services};
use crate::solutions::{self, SolutionId};

/// Changes read from the log at a time.
const BATCH: i64 = 1_000;
/// Documents read from the database at a time.
const ROWS: usize = 5_000;

impl Ranking {
    /// An index of everything in the database: from the snapshot in the folder `var` and what changed since, or where there is
    /// none that can be used, from all rows.
    ///
    /// # Errors
    /// `Internal` when the rules cannot be used or the rows cannot be read.
    pub async fn load(db: &Db, var: &Path) -> Result<Self, Failure> {
        let file = SnapshotFile::within(var);
        let load = move |conn: &mut DbConn| {
            if let Some((index, place)) = file.load(conn)? {
                let ranking = Self::of(index, place);
                while ranking.follow_on(conn)? {}
                return Ok(ranking);
            }
            let ranking = Self::empty().map_err(Failure::internal)?;
            ranking.load_all(conn)?;
            Ok(ranking)
        };
        db.read(load).await
    }

    fn load_all(&self, conn: &mut DbConn) -> Result<(), Failure> {
        let begun = Instant::now();
        let mut cursor = self.feed();
        let place = change_log::newest(conn)?;
        let (solutions, challenges) = (store::all_solutions(conn)?, store::all_challenges(conn)?);
        self.put_solutions(conn, &solutions)?;
        self.put_challenges(conn, &challenges)?;
        self.change(Living::compact);
        *cursor = place;
        let size = self.size();
        let seconds = begun.elapsed().as_secs_f64();
        metrics::gauge!("kakehashi_index_build_seconds").set(seconds);
        tracing::info!(size.solutions, size.challenges, size.terms, seconds, "index built");
        Ok(())
    }

    /// Reads the changes that came since the last time; whether there may be more at once. The step of a worker.
    ///
    /// # Errors
    /// `Internal` or `Busy`; the place in the log then stays where it was.
    pub async fn follow(&self, services: &Services) -> Result<bool, Failure> {
        let ranking = self.clone();
        services.read(move |conn| ranking.follow_on(conn)).await
    }

    fn follow_on(&self, conn: &mut DbConn) -> Result<bool, Failure> {
        let mut cursor = self.feed();
        let (changes, behind) = change_log::read_after(conn, *cursor, BATCH)?;
        self.reread(conn, &changes)?;
        *cursor = behind;
        Ok(i64::try_from(changes.len()).is_ok_and(|read| read == BATCH))
    }

    /// Says how large the index is and how far it lags behind. The step of a worker.
    ///
    /// # Errors
    /// `Internal` or `Busy`.
    pub async fn measure(&self, services: &Services) -> Result<bool, Failure> {
        let size = self.size();
        metrics::gauge!("kakehashi_index_documents", "kind" => "solution").set(size.solutions as f64);
        metrics::gauge!("kakehashi_index_documents", "kind" => "challenge").set(size.challenges as f64);
        metrics::gauge!("kakehashi_index_postings").set(size.postings as f64);
        let (ranking, now) = (self.clone(), services.clock().now());
        services
            .read(move |conn| {
                let cursor = *ranking.feed();
                let waiting = change_log::oldest_unread(conn, cursor)?;
                metrics::gauge!("kakehashi_index_lag_seconds")
                    .set(waiting.map_or(0.0, |at| seconds(at, now)));
                if let Some(age) = change_log::oldest_transaction_seconds(conn)? {
                    metrics::gauge!("kakehashi_oldest_transaction_seconds").set(age);
                }
                Ok(false)
            })
            .await
    }

    /// Reads what was touched anew. The caller holds the feed.
    fn reread(&self, conn: &mut DbConn, changes: &[Changed]) -> Result<(), Failure> {
        let (mut solutions, mut challenges) = (BTreeSet::new(), BTreeSet::new());
        for change in changes {
            match change {
                Changed::Solution(id) => {
                    solutions.insert(SolutionId(*id));
                }
                Changed::Challenge(id) => {
                    challenges.insert(ChallengeId(*id));
                }
                Changed::Organization(id) => {
                    solutions.extend(store::solutions_of(conn, OrganizationId(*id))?);
                    challenges.extend(store::challenges_of(conn, OrganizationId(*id))?);
                }
            }
        }
        self.put_solutions(conn, &Vec::from_iter(solutions))?;
        self.put_challenges(conn, &Vec::from_iter(challenges))
    }

    /// Puts these solutions in as they are now; those that are no more are taken out.
    fn put_solutions(&self, conn: &mut DbConn, ids: &[SolutionId]) -> Result<(), Failure> {
        for some in ids.chunks(ROWS) {
            let mut gone: BTreeSet<SolutionId> = some.iter().copied().collect();
            let mut documents = Vec::with_capacity(some.len());
            for found in solutions::for_index(conn, Some(some))? {
                gone.remove(&found.id);
                documents.push((found.id, found.doc));
            }
            let read = self.index().read_solutions(documents);
            self.change(|index| {
                index.put_solutions(read);
                for id in &gone {
                    index.remove_solution(id);
                }
            });
        }
        Ok(())
    }

    /// Puts these challenges in as they are now; those that are no more are taken out.
    fn put_challenges(&self, conn: &mut DbConn, ids: &[ChallengeId]) -> Result<(), Failure> {
        for some in ids.chunks(ROWS) {
            let mut gone: BTreeSet<ChallengeId> = some.iter().copied().collect();
            let mut documents = Vec::with_capacity(some.len());
            for found in challenges::for_index(conn, Some(some))? {
                gone.remove(&found.id);
                let doc = if found.anonymous { veil::over(found.doc) } else { found.doc };
                documents.push((found.id, doc));
            }
            self.change(|index| {
                index.upsert_challenges(documents);
                for id in &gone {
                    index.remove_challenge(id);
                }
            });
        }
        Ok(())
    }
}

impl ChangeListener for Ranking {
    fn changed(&self, conn: &mut DbConn, changes: &[Changed]) {
        let _feed = self.feed();
        if let Err(failure) = self.reread(conn, changes) {
            // The deed is done and stays done; the change log brings this change in at the next step.
            tracing::warn!(%failure, "a change did not reach the index at once");
            metrics::counter!("kakehashi_index_late_changes_total").increment(1);
        }
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    let span = to.utc().signed_duration_since(from.utc());
    span.to_std().map_or(0.0, |span| span.as_secs_f64())
}
