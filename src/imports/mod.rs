//! Bulk import: challenges and solutions from a spreadsheet, as drafts.
//!
//! A file is first rehearsed: every row goes through the form's own parser and the very action that begins a draft, in a
//! transaction that is undone; what was wrong is kept by row and column (`rows.rs`). A file in which nothing was wrong is
//! accepted as it was rehearsed, all of it or nothing, once. `columns.rs` says which columns there are and how a cell
//! becomes what is typed in the form.

mod actions;
pub mod api;
mod columns;
pub mod pages;
mod rows;
mod sample;
mod store;
mod view;

use crate::{id_types, text_enum};

pub use actions::{accept, prune, rehearse, show};
pub use view::ImportView;

id_types!(
    /// A file that was rehearsed, and perhaps accepted.
    ImportId,
);

text_enum! {
    /// What the rows of a file become.
    #[schema(as = ImportKind)]
    pub enum ImportKind {
        /// 地域課題
        Challenges = "challenges",
        /// ソリューション
        Solutions = "solutions",
    }
}

text_enum! {
    /// Where an import stands: rehearsed → accepted.
    pub enum ImportStatus {
        /// It was looked through; nothing was made of it.
        Rehearsed = "rehearsed",
        /// Its rows are drafts.
        Accepted = "accepted",
    }
}
