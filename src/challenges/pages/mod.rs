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

use actix_web::http::header;

use super::ChallengeId;
use super::store::{self, Known};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::{self, Action, Actor};
use crate::web::Visit;

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

/// Whether a script asks, which wants JSON, and not a person who wants a page.
fn is_script(visit: &Visit) -> bool {
    let accept = visit.request().headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Puts `found` with what was found already.
fn gather(errors: &mut FieldErrors, found: &FieldErrors) {
    for (pointer, invalid) in found.iter() {
        errors.add(pointer, invalid.clone());
    }
}
