//! The matching engine through its public door: what must always hold, and how it measures on the collection.

mod arbitrary;
mod components;
mod laws;
mod samples;
mod search;
