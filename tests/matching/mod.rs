//! The matching engine through its public door: what must always hold, and how it measures on the collection.

mod arbitrary;
mod command_line;
mod components;
mod crowd;
mod explain;
mod growth;
mod laws;
mod samples;
mod search;
