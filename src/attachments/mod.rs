//! Attachments: files beside a challenge, a solution, or a deployment (its evidence).
//!
//! The file goes into the vault first and is named by a row afterwards, so an acknowledged upload is never without its
//! file; a file without a row (a crash in between, a removal) is swept away a day later. What a file holds is checked
//! against its name (`kind.rs`); it is handed out as a download only, never shown in our name.

mod actions;
pub mod api;
mod holder;
mod kind;
pub mod pages;
mod store;
mod sweep;
mod vault;
mod view;

use crate::id_types;

pub use holder::Footing;
pub use kind::ACCEPT;
pub use sweep::{SWEEP_EVERY, sweep};
pub use vault::{Vault, VaultError};
pub use view::{AttachmentView, listed, of_deployments};

pub use holder::Holder;

id_types!(
    /// An attachment.
    AttachmentId,
);
