//! Fields wanted (実証フィールド募集), the reverse call: a vendor seeks a municipality in which to try its solution.
//!
//! A call is written, read by the bureau of the vendor's head office, and open to everyone until its last day or until as
//! many places are taken as it wants. Municipalities raise a hand, with a challenge of theirs if they have one; the vendor
//! accepts or declines each with a reason. An accepted pair knows each other; where a challenge was named, it is an
//! introduced match from there on.

mod actions;
pub mod api;
mod clock;
mod form;
mod letters;
mod offers;
pub mod pages;
mod states;
mod store;
mod view;

use crate::id_types;

pub use actions::{create, give_back, publish, submit, take_back};
pub use clock::{CLOSE_EVERY, close_due};
pub use form::{Content, FieldForm, OfferForm};
pub use offers::offer;
pub use states::{OfferStatus, OfferStep, Status, Step};
pub use view::{FieldView, card};

id_types!(
    /// A call.
    FieldWantedId,
    /// A raised hand.
    FieldOfferId,
);
