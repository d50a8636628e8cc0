//! The desk: everything that waits, oldest first, decided one by one or many at once, and taken back for a while.

mod decide;
mod desk;
mod glance;

pub use decide::{act, take_back, take_back_one};
pub use desk::show;
