//! Watches (見守り): a member, or somebody with a confirmed mail address and no account, follows a challenge, a solution,
//! or what a list would find.
//!
//! A deed that others may want to hear of says so in its own transaction ([`happened`], a row that exists once). A worker
//! spreads each over the watches it concerns (`spread.rs`), and another tells every person what is due, all watches in one
//! mail (`telling.rs`): mails and the marks that they were told are written together, so no line is lost or told twice.
//! Whether somebody may hear of it is decided when it is told. A watch without an account exists only once the link in
//! the mail was followed; the address goes with the last of its watches.

mod actions;
pub mod api;
mod by_mail;
mod form;
mod news;
pub mod pages;
mod spread;
mod store;
mod telling;
mod view;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::challenges::ChallengeId;
use crate::matches::Ranking;
use crate::services::Services;
use crate::solutions::SolutionId;
use crate::work::Workers;
use crate::{id_types, text_enum};

pub use actions::{adopt, begin, end_all_of};
pub use form::WatchForm;
pub use news::{About, happened, unsaid};
pub use store::prune;
pub use view::{WatchView, Watched, watched};

/// How long a node rests between two looks for something to tell.
const LOOK_EVERY: Duration = Duration::from_secs(1);

id_types!(
    /// Who watches.
    WatcherId,
    /// One watch.
    WatchId,
    /// A watch that waits for its mailed link.
    WatchRequestId,
    /// Something that happened.
    WatchEventId,
    /// What the link to the page of an address without an account carries: random (UUIDv4, 122 bits), for whoever holds
    /// it may use it.
    PageKey,
);

text_enum! {
    /// What is followed.
    #[schema(as = WatchKind)]
    pub enum Kind {
        /// One challenge.
        Challenge = "challenge",
        /// One solution.
        Solution = "solution",
        /// What the list of challenges finds.
        ChallengeSearch = "challenge_search",
        /// What the catalogue of solutions finds.
        SolutionSearch = "solution_search",
    }
}

text_enum! {
    /// What can happen to what is followed.
    pub enum Happening {
        /// It was published.
        Published = "published",
        /// A challenge has another deadline.
        DeadlineChanged = "deadline_changed",
        /// A challenge was amended.
        Amended = "amended",
        /// A question on a challenge was answered.
        Answered = "answered",
        /// A challenge takes no more proposals.
        Closed = "closed",
        /// A municipality said what came of its challenge.
        Decided = "decided",
        /// A vendor changed what it says of a solution.
        Changed = "changed",
        /// A municipality confirmed a deployment of a solution.
        DeploymentConfirmed = "deployment_confirmed",
    }
}

/// What somebody follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One challenge.
    Challenge(ChallengeId),
    /// One solution.
    Solution(SolutionId),
    /// The query string of a list of challenges.
    ChallengeSearch(String),
    /// The query string of the catalogue.
    SolutionSearch(String),
}

impl Target {
    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Challenge(_) => Kind::Challenge,
            Self::Solution(_) => Kind::Solution,
            Self::ChallengeSearch(_) => Kind::ChallengeSearch,
            Self::SolutionSearch(_) => Kind::SolutionSearch,
        }
    }

    /// The page where it can be read.
    pub fn path(&self) -> String {
        let list = |path: &str, query: &str| match query {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        match self {
            Self::Challenge(id) => format!("/challenges/{id}"),
            Self::Solution(id) => format!("/solutions/{id}"),
            Self::ChallengeSearch(query) => list("/challenges", query),
            Self::SolutionSearch(query) => list("/solutions", query),
        }
    }
}

impl PageKey {
    /// One that nobody can guess.
    fn fresh() -> Self {
        Self(Uuid::new_v4())
    }
}

/// Starts what tells watchers on this node.
pub fn start(services: &Services, ranking: &Ranking, workers: &mut Workers) {
    let shared = (services.clone(), ranking.clone());
    workers.start("watch news", LOOK_EVERY, move || {
        let (services, ranking) = shared.clone();
        async move { spread::spread(&services, &ranking).await }
    });
    let teller = services.clone();
    workers.start("watch mails", LOOK_EVERY, move || {
        let services = teller.clone();
        async move { telling::tell_due(&services).await }
    });
}
