//! What the service knows of itself in figures: who is seen in its rankings.

pub mod api;
mod fairness;
pub mod pages;

use fairness::UNKNOWN;
pub use fairness::{Exposure, Group, Side, exposure};
