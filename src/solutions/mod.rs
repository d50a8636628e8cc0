//! Solutions (ソリューション): what a vendor offers, with its price and where it is served, and the deployments
//! that are its evidence.
//!
//! A vendor writes a draft, submits it, and the bureau of its head office's prefecture publishes or returns it
//!. A published solution stays published when its vendor changes it: every write is a new version
//! in the audit trail. While a vendor is not approved, its solutions are seen by itself, its bureau and the
//! operator only, and are not ranked.

mod actions;
pub mod api;
mod card;
mod content;
pub mod deployments;
mod form;
mod indexing;
mod listing;
pub mod pages;
mod saved;
mod states;
mod store;
mod view;

use crate::{id_types, text_enum};

pub use actions::{create, give_back, publish, submit, take_back};
pub use card::{Card, Vendor, cards, content, footing, published_of, subject};
pub use content::{Maturity, Price, SecurityPractice, SolutionContent};
pub use form::SolutionForm;
pub use indexing::{IndexedSolution, for_index};
pub use saved::{finds, search};
pub use states::Step;
pub use view::{SolutionItem, SolutionView};

id_types!(
    /// A solution.
    SolutionId,
);

text_enum! {
    /// Where a solution stands: draft → in_review → published ⇄ suspended; published → archived; in_review →
    /// returned → in_review.
    pub enum SolutionStatus {
        /// Being written.
        Draft = "draft",
        /// Waits for the bureau.
        InReview = "in_review",
        /// Came back with comments (差戻し).
        Returned = "returned",
        /// In the catalogue.
        Published = "published",
        /// Taken out of the catalogue by the bureau.
        Suspended = "suspended",
        /// No longer offered.
        Archived = "archived",
    }
}
