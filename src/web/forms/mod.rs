//! Forms: what was typed.

mod typed;

pub use typed::Typed;
