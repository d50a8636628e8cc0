//! Kakehashi (架け橋): from a local government's challenge, posted with its budget, to a solution that runs
//! in the region.

#![forbid(unsafe_code)]

rust_i18n::i18n!("locales", fallback = "ja");

pub mod accounts;
pub mod app;
pub mod appointments;
pub mod attachments;
pub mod audit;
pub mod challenges;
pub mod cli;
pub mod clock;
pub mod db;
pub mod failure;
pub mod fields;
pub mod fields_wanted;
pub mod front;
pub mod health;
pub mod housekeeping;
pub mod imports;
pub mod invented;
pub mod locales;
pub mod mailbox;
pub mod matches;
pub mod matching;
pub mod moderation;
pub mod notices;
pub mod openapi;
pub mod operations;
pub mod panels;
pub mod policy;
pub mod proposals;
pub mod questions;
pub mod reference;
pub mod rounds;
pub mod router;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod solutions;
pub mod spreadsheets;
pub mod states;
pub mod statistics;
pub mod styleguide;
pub mod telemetry;
pub mod watches;
pub mod web;
pub mod work;
