//! The engine at the heart: for one challenge, every solution by how well it answers; for one solution, every open
//! challenge; for one challenge, its likes elsewhere. Exact, explained, fresh.
//!
//! `score = eligibility · Σ weight · value`, over seven components in [0, 1]:
//!
//! | component | asks | where |
//! |---|---|---|
//! | sector | is it for this? | `components/sector.rs` |
//! | text | do their words meet? | `words/`, `text/` |
//! | technology | is it what was wanted, and can it work there? | `components/technology.rs` |
//! | region | is the vendor near, and does it know such places? | `components/region.rs` |
//! | evidence | where did it run before, and who says so? | `components/evidence.rs` |
//! | budget | can it be paid? | `components/budget.rs` |
//! | readiness | is it far enough, and in time? | `components/readiness.rs` |
//!
//! [`Index`] holds the documents and answers; [`Rules`] are the values of `config/matching.toml`; every answer carries its
//! [`Facts`], from which the score can be computed again and [`explain`] makes sentences. `evaluate` measures it all on a
//! collection of judged pairs.
//!
//! Pure: no database, no web, no clock. The day is an argument.

mod components;
mod corpus;
mod document;
pub mod evaluate;
pub mod explain;
mod facts;
mod index;
mod newcomers;
mod ranking;
mod rules;
mod score;
mod similar;
mod snapshot;
mod text;
mod vocabulary;
mod weights;
mod words;

pub use components::{
    Anchor, BudgetFacts, EvidenceEntry, EvidenceFacts, Nearness, PriceFit, ReadinessFacts, RegionFacts,
    SectorFacts, TechnologyFacts,
};
pub use corpus::Id;
pub use document::{Budget, ChallengeDoc, DeploymentDoc, DeploymentPlace, Price, SolutionDoc};
pub use facts::{Component, ConceptFact, Denied, Eligibility, Facts, Ineligibility, TextFacts, WordFact};
pub use index::{Asking, Index, IndexSize, IndexUpkeep, Maintained, ReadSolution, SetupError};
pub use ranking::{Hit, Query, Ranked, Ranking};
pub use rules::{Rules, RulesError};
pub use snapshot::{SnapshotError, StoredId};
pub use text::Via;
pub use vocabulary::{DeploymentOutcome, DeploymentStage, EntryStage, Maturity, Verification};
pub use weights::{ComponentName, Weights};
