//! The reading panel (評価): how a municipality reads the proposals to its challenge.
//!
//! Criteria and their weights are set before the proposals are opened, and locked from then on. Each reader scores alone;
//! whoever has handed in a sheet sees those of the others and where they differ, and the panel writes down what it agrees
//! on beside them. A reader with a conflict of interest says so, and neither reads nor scores that proposal. All of this is
//! the municipality's alone.

mod actions;
pub mod api;
mod criteria;
pub mod pages;
mod scores;
mod store;
mod view;

pub use view::{Summary, summaries};
