//! Kakehashi (架け橋): from a local government's challenge, posted with its budget, to a solution that runs
//! in the region.

#![forbid(unsafe_code)]

rust_i18n::i18n!("locales", fallback = "ja");

pub mod accounts;
pub mod audit;
pub mod clock;
pub mod db;
pub mod failure;
pub mod fields;
pub mod locales;
pub mod policy;
pub mod reference;
pub mod services;
pub mod settings;
pub mod web;
