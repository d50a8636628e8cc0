//! Running the service: start, stop, watch, back up, restore, refuse.

mod backup;
mod commands;
mod pages;
mod serving;
