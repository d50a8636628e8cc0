//! The small values that every concept shares, and what is said when one is refused.
//!
//! Parse, don't validate: the parsers here are the only doors to their types, so a value that exists is a
//! value that is right. They know no HTTP and no SQL; the doors turn what they refuse into a problem that
//! points at the field.

mod date;
mod invalid;
mod text;
mod yen;

pub use date::{date, typed_date, typed_fiscal_year};
pub use invalid::{FieldErrors, Invalid};
pub use text::{Email, compact_ascii, line, prose, web_address};
pub use yen::Yen;
