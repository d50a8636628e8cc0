//! Matches (マッチング): a challenge and a solution brought together, moderated by a bureau.
//!
//! [`Ranking`] is the living index that answers what fits; asking makes no match. A match begins as a suggestion, is
//! approved or dismissed by the bureau of the challenge's prefecture, and from the introduction on both sides know each
//! other and answer for themselves ([`Status`]). It keeps the score and the explanation as they were when it was made.
//!
//! `feed.rs` keeps the index as fresh as the database, `veil.rs` keeps anonymous challenges anonymous in it,
//! `announce.rs` tells people of new things that fit.

mod actions;
mod announce;
pub mod api;
mod candidates;
mod decisions;
mod explanation;
mod feed;
mod fits;
mod letters;
pub mod pages;
mod pairs;
mod preview;
mod ranking;
mod snapshot;
mod states;
mod store;
mod upkeep;
mod veil;
mod view;

use crate::{id_types, text_enum};

pub use actions::{
    Remark, Suggestion, agree, approve, dismiss, end, from_agreement, introduce, record_meeting, suggest,
    take_back,
};
pub use announce::announce;
pub use decisions::lessons;
pub use explanation::{ComponentView, Explanation, Sentence, why};
pub use fits::{Fit, alike, own_fits};
pub use pairs::{Pairing, best_pairs, moderated_pairs, pair_of};
pub use preview::{Candidate, Prospect, prospect};
pub use ranking::Ranking;
pub use states::{Agreement, Side, Status, Step};
pub use upkeep::start;
pub use view::{Card, Detail, detail};

id_types!(
    /// A match.
    MatchId,
);

text_enum! {
    /// How a match came about.
    pub enum Origin {
        /// The engine proposed it.
        Engine = "engine",
        /// A bureau or the operator did.
        Bureau = "bureau",
        /// The municipality whose challenge it is did.
        Municipality = "municipality",
        /// A vendor's proposal did.
        Proposal = "proposal",
    }
}
