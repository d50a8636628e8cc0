//! Kakehashi (架け橋): from a local government's challenge, posted with its budget, to a solution that runs
//! in the region.

#![forbid(unsafe_code)]

pub mod fields;
pub mod reference;
