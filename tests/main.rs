//! The integration tests, one binary: a folder for each concept, and `support` for what they stand on.
//!
//! `cfg(test)` is always true here; it is what tells clippy that unwrapping is a test's way to fail.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod attachments;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod challenges;
#[cfg(test)]
mod database;
#[cfg(test)]
mod fields_wanted;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod matches;
#[cfg(test)]
mod matching;
#[cfg(test)]
mod moderation;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod panels;
#[cfg(test)]
mod proposals;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod road;
#[cfg(test)]
mod rounds;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod solutions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod watches;
