//! The desk: everything that waits, oldest first, decided one by one or many at once, and taken back for a while.

mod desk;
mod glance;

pub use desk::{act, show, undo};
