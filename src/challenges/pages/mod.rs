//! The pages of challenges: a second thin door onto the same actions as the API.
//!
//! `list` and `detail` read, `write` saves the form that `sheet` shows, with `typed` (what was typed, as the API's document)
//! and `coach` (plain hints), `preview` says who would match, `steps` are the buttons, `own` what a municipality has.

mod coach;
mod detail;
mod diff;
mod entry;
mod list;
mod naming;
mod own;
mod preview;
mod sheet;
mod steps;
mod typed;
mod write;

use super::ChallengeId;
use super::store::{self, Known};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};

pub use detail::show;
pub use diff::amendments;
pub use entry::{Entry, entry};
pub use list::{Counts, list, map_of_open, newest, places};
pub use own::{Waiting, own, waiting};
pub use preview::{preview, preview_new};
pub use steps::{archive, close, decide, delete, extend, publish, recall, return_, submit, withdraw};
pub use typed::form as typed_form;
pub use write::{begin, create, edit, save};

/// The challenge, if the reader may see it.
fn seen(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Known, Failure> {
    let known = store::find(conn, actor, id)?;
    policy::require(actor, Action::See, &known.subject())?;
    Ok(known)
}
