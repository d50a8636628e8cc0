//! The desk: everything that waits, oldest first, decided one by one or many at once, and taken back for a while.

mod decide;
mod desk;
mod glance;

pub use decide::{act, take_back};
pub use desk::show;
