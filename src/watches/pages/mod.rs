//! The pages: the parts of other pages that follow what is shown, a member's list, and the ways of an address without an
//! account.

mod list;
mod open;
mod parts;

pub use list::{begin, change, end, list};
pub use open::{act_by_key, ask, by_key, confirm, question, sent};
pub use parts::{Follow, SaveSearch, follow, save_search};
