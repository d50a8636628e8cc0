//! The small values that every concept shares, and what is said when one is refused.
//!
//! Parse, don't validate: the parsers here are the only doors to their types, so a value that exists is a
//! value that is right. They know no HTTP and no SQL; the doors turn what they refuse into
//! a problem that points at the field.

mod invalid;

pub use invalid::{FieldErrors, Invalid};
