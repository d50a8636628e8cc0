//! The loops that keep the index fresh and people informed.

use std::time::Duration;

use super::{Ranking, announce};
use crate::failure::Failure;
use crate::services::Services;
use crate::work::Workers;

/// How often the change log is read: with this and the reading itself, a change of another node is in well within a
/// second.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);
/// How often size and lag are measured.
const MEASURE_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked whether the index should be put in order. Statistics of large segments count what was
/// replaced until then.
const TIDY_EVERY: Duration = Duration::from_secs(1);
/// How often the index is written to disk, if something changed.
const KEEP_EVERY: Duration = Duration::from_secs(600);
/// How often it is looked whether something was published.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(2);

/// Starts the loops of a node.
pub fn start(services: &Services, ranking: &Ranking, workers: &mut Workers) {
    let shared = (services.clone(), ranking.clone());
    workers.start("index follower", FOLLOW_EVERY, move || {
        let (services, ranking) = shared.clone();
        async move { ranking.follow(&services).await }
    });
    let shared = (services.clone(), ranking.clone());
    workers.start("index metrics", MEASURE_EVERY, move || {
        let (services, ranking) = shared.clone();
        async move { ranking.measure(&services).await }
    });
    let shared = ranking.clone();
    workers.start("index keeper", TIDY_EVERY, move || {
        let ranking = shared.clone();
        async move {
            let tidied = tokio::task::spawn_blocking(move || ranking.tidy());
            tidied.await.map(|_| false).map_err(Failure::internal)
        }
    });
    let shared = (services.clone(), ranking.clone());
    workers.start("index snapshot", KEEP_EVERY, move || {
        let (services, ranking) = shared.clone();
        async move { ranking.keep(&services).await }
    });
    let shared = (services.clone(), ranking.clone());
    workers.start("match announcer", ANNOUNCE_EVERY, move || {
        let (services, ranking) = shared.clone();
        async move { announce(&services, &ranking).await }
    });
}
