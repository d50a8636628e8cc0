//! Forms: what was typed ([`Typed`]), and how a form is shown again with it and with what is to be mended
//! ([`FormView`]).
//!
//! Nothing typed is ever lost: a refused form is shown from the same [`Typed`] that was refused.

mod base;
mod choice;
mod draft;
mod field;
pub mod reference;
mod refusal;
mod typed;
mod view;

pub use base::Base;
pub use choice::{Choice, Choices};
pub use draft::{Conflict, Draft, in_words, leave_out};
pub use field::{Control, FieldView};
pub use refusal::Refusal;
pub use typed::{Typed, name_of, pointer_of};
pub use view::{FormError, FormView};
